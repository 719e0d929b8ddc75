"""Files and links of a session: attached as bytes, handed out as bytes, taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from sessiontui.domain.access import Action
from sessiontui.domain.text import MAX_BLOCK, MAX_LINE
from sessiontui.server.answers import answer, receipt
from sessiontui.server.call import Reading, Writing
from sessiontui.server.limits import StrictRoute, strictly
from sessiontui.server.outputs import DoneOut, FilesOut, answers
from sessiontui.server.reading import kind_of, read
from sessiontui.server.shapes import LinkIn, Number, SessionId
from sessiontui.services import boards, hands, naming
from sessiontui.services.files import keeping, linking, opening
from sessiontui.services.files.keeping import FileDraft
from sessiontui.services.hands import Part
from sessiontui.services.places import joining
from sessiontui.services.told import session_json

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.receipt import Receipt

router = APIRouter(prefix="/api/sessions/{session}", tags=["parts"], route_class=StrictRoute)

PIECE: Final = 64 * 1024
"""Bytes that are handed out at once."""

_BODY: Final[dict[str, object]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": LinkIn.model_json_schema()},
        },
    }
}


@router.get("/attachments", responses=answers(FilesOut))
async def listed(call: Reading, session: SessionId) -> Response:
    """Return every version of the files of a session, and its links."""
    session_id = await naming.session(call.context, session)
    await joining.require_right(call.context, Action.SEE_TALK, session_id, by=call.by, at=call.at)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by)
    whole = session_json(detail)
    return answer({"files": whole["files"] or [], "links": whole["links"] or []}, version=detail.line.version)


@router.post("/attachments", status_code=201, responses=answers(DoneOut, 201), openapi_extra=_BODY)
async def attached(
    call: Writing,
    session: SessionId,
    name: Annotated[str, Query(max_length=MAX_LINE, description="The name of the file whose bytes are sent.")] = "",
) -> Response:
    """Attach a file, whose bytes are the body, under a name; or, as JSON, a link.

    Under a name that is there already the file becomes its next version.
    """
    session_id = call.about(await naming.session(call.context, session))
    body = await call.request.body()
    if kind_of(call.request) == "application/json":
        link = read(LinkIn, strictly(body))
        part, asked = Part.LINK, (session_id, link.link, link.title)

        async def act(context: Context) -> Receipt:
            return await linking.add(context, session_id, link.link, by=call.by, at=call.at, title=link.title)
    else:
        if not name.strip():
            raise HTTPException(400, "the file has no name: add ?name=")
        part, asked = Part.FILE, (session_id, name, sha256(body).hexdigest())

        async def act(context: Context) -> Receipt:
            draft = FileDraft(content=body, name=name)
            return await keeping.attach(context, session_id, draft, by=call.by, at=call.at)

    done = await call.once(asked, act, session_id=session_id)
    number = await hands.made(call.context, done.receipt.undo, part)
    return answer({str(part): number, "receipt": receipt(done)}, status=201)


@router.get(
    "/attachments/{file}",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The bytes."}},
)
async def handed_out(call: Reading, session: SessionId, file: Number) -> Response:
    """Hand out the bytes of one version; it is written down who had them."""
    session_id = await naming.session(call.context, session)
    await hands.require_part(call.context, Part.FILE, file, session_id)
    row, stream = await opening.take_file(call.context, file, by=call.by, at=call.at)
    return StreamingResponse(
        _pieces(stream),
        media_type="application/octet-stream",  # whatever it says it is: nothing of it acts in a browser
        headers={
            "Content-Length": str(row.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}",
            "X-SHA256": row.sha256,
        },
    )


@router.delete("/attachments/{file}", responses=answers(DoneOut))
async def detached(
    call: Writing, session: SessionId, file: Number, reason: Annotated[str, Query(max_length=MAX_BLOCK)] = ""
) -> Response:
    """Take one version of a file away; undo brings it back."""
    session_id = call.about(await naming.session(call.context, session))
    await hands.require_part(call.context, Part.FILE, file, session_id)
    done = await call.once(
        (file, "remove"),
        lambda context: keeping.detach(context, file, by=call.by, at=call.at, reason=reason),
        session_id=session_id,
    )
    return answer({"file": file, "receipt": receipt(done)})


@router.delete("/links/{link}", responses=answers(DoneOut))
async def unlinked(call: Writing, session: SessionId, link: Number) -> Response:
    """Take a link away."""
    session_id = call.about(await naming.session(call.context, session))
    await hands.require_part(call.context, Part.LINK, link, session_id)
    done = await call.once(
        (link, "unlink"),
        lambda context: linking.remove(context, link, by=call.by, at=call.at),
        session_id=session_id,
    )
    return answer({"link": link, "receipt": receipt(done)})


async def _pieces(stream: BinaryIO) -> AsyncIterator[bytes]:
    with stream:
        while piece := stream.read(PIECE):
            yield piece

"""Sessions: listed page by page, shown whole, made, changed and put away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant, rfc3339
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.templates.titles import titled
from sessiontui.domain.vocabulary import Control, Kind, Move
from sessiontui.server.answers import answer, rows, told
from sessiontui.server.call import Call, Reading, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import ChangedOut, SessionOut, SessionsOut, answers
from sessiontui.server.shapes import At, SessionId, SessionIn, SessionPatch
from sessiontui.services import boards, naming, sessions
from sessiontui.services.boards.pages import MOST
from sessiontui.services.once import Done
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.services.templates import knowing
from sessiontui.services.told import session_json

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.lines import SessionLine

router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)

USUAL: Final = timedelta(minutes=60)
"""How long a session lasts whose end nobody states, and whose template does not either."""

_EDITED: Final = ("title", "kind", "capacity", "priority", "tags", "description", "link", "fields")


@router.get("", responses=answers(SessionsOut))
async def listed(
    call: Reading,
    q: Annotated[str, Query(max_length=2000, description="The filter language, as behind `/` in the console.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str, Query(max_length=2000, description="`next` of the page before.")] = "",
    sort: Annotated[str, Query(max_length=40, description="urgency, start, latest, title or pending")] = "urgency",
    at: At = None,
) -> Response:
    """Return a page of sessions, in the order of a desk unless another is asked for."""
    page = await boards.page(
        call.context, q, now=call.at, by=call.by, as_of=instant(at), order=sort, limit=limit, cursor=cursor
    )
    return answer(
        {
            "taken_at": rfc3339(page.taken_at),
            "counts": {str(status): number for status, number in page.counts.items()},
            "sessions": await rows(call, page.lines),
            "next": page.next,
        }
    )


@router.post("", status_code=201, responses=answers(ChangedOut, 201))
async def made(call: Writing, body: SessionIn) -> Response:
    """Make a session, from a template where one is named."""
    draft = await _draft(call, body)
    done = await call.once(
        body, lambda context: sessions.create(context, draft, by=call.by, at=call.at, confirm=body.confirm)
    )
    return await told(call, done.receipt.sessions[0], done, status=201)


@router.get("/{session}", responses=answers(SessionOut))
async def shown(call: Reading, session: SessionId, at: At = None) -> Response:
    """Return one session whole: requests, presence, attendance, plan, talk, files, history, as far as one may see."""
    session_id = await naming.session(call.context, session)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by, as_of=instant(at))
    return answer(session_json(detail), version=detail.line.version)


@router.patch("/{session}", responses=answers(ChangedOut))
async def changed(call: Writing, session: SessionId, body: SessionPatch) -> Response:
    """Change a session: its window, its mentor, what is written about it; whole or not at all, as one act.

    Where ``If-Match`` tells what was seen, what others have written since goes together with what is written now,
    field by field; a window and a mentor are changed only if nobody has changed anything since.
    """
    session_id = call.about(await naming.session(call.context, session))
    given = body.model_fields_set
    moves = given & {"starts_at", "ends_at", "mentor"}
    if not moves and not given & set(_EDITED):
        raise BadInput("nothing to change was given")
    done = await (_change(call, session_id, body) if moves else _edit(call, session_id, body))
    return await told(call, session_id, done)


@router.delete("/{session}", responses=answers(ChangedOut))
async def put_away(call: Writing, session: SessionId) -> Response:
    """Archive a session: it can be restored."""
    session_id = call.about(await naming.session(call.context, session))
    done = await call.once(
        (session_id, "archive"),
        lambda context: sessions.move(context, Move.ARCHIVE, session_id, by=call.by, at=call.at),
        session_id=session_id,
    )
    return await told(call, session_id, done)


def instant(text: str | None) -> datetime | None:
    """Return the instant that a question names, or nothing; ``BadInput`` where it names none."""
    return None if not text else parse_instant(text.replace(" ", "+"))


async def line_of(call: Call, session_id: int) -> SessionLine:
    """Return a session as whoever calls sees it; ``NotFound`` where they do not."""
    lines = await boards.lines(call.context, [session_id], now=call.at, by=call.by)
    if not lines:
        await boards.detail(call.context, session_id, now=call.at, by=call.by)  # says why not
    return lines[0]


async def _draft(call: Call, body: SessionIn) -> SessionDraft:
    ends_at = body.ends_at
    draft = SessionDraft(
        title=body.title,
        starts_at=body.starts_at,
        ends_at=ends_at or body.starts_at + USUAL,
        kind=body.kind or Kind.CONVERSATION,
        author_id=None if body.author is None else await naming.person(call.context, body.author, place="author"),
        mentor_id=None if body.mentor is None else await naming.person(call.context, body.mentor, place="mentor"),
        capacity=body.capacity or 0,
        priority=body.priority,
        tags=tuple(body.tags or ()),
        description=body.description or "",
        link=body.link or "",
        platform=body.platform or "",
        fields=body.fields,
        publish=body.control == "scheduled",
        outside=None if body.id is None else (body.source, body.id),
    )
    if body.template is None:
        return draft
    template = (await knowing.find(call.context, body.template, now=call.at)).template
    return replace(
        draft,
        title=titled(template, body.title),
        ends_at=ends_at or body.starts_at + timedelta(minutes=template.minutes),
        kind=body.kind or template.kind,
        capacity=template.capacity if body.capacity is None else body.capacity,
        tags=template.tags if body.tags is None else tuple(body.tags),
        description=template.description if body.description is None else body.description,
        template=TemplateRef(template.slug, 0, frozenset()),
    )


async def _change(call: Call, session_id: int, body: SessionPatch) -> Done:
    """Change window or mentor, and whatever is given besides: only a later end of what goes on is an extension."""
    given = body.model_fields_set
    window, until = None, None
    if given & {"starts_at", "ends_at"}:
        line = await line_of(call, session_id)
        if body.starts_at is None and line.control in (Control.RUNNING, Control.PAUSED):
            until = body.ends_at
        else:
            starts_at = body.starts_at or line.starts_at
            window = starts_at, body.ends_at or starts_at + line.scheduled
    mentor_id = None
    if "mentor" in given:
        mentor_id = 0 if body.mentor is None else await naming.person(call.context, body.mentor, place="mentor")
    return await call.once(
        body,
        lambda context: sessions.change(
            context,
            session_id,
            by=call.by,
            at=call.at,
            window=window,
            until=until,
            mentor_id=mentor_id,
            edit=_written(body) if given & set(_EDITED) else None,
            reason=body.reason,
            confirm=body.confirm,
        ),
        session_id=session_id,
    )


def _written(body: SessionPatch) -> SessionEdit:
    return SessionEdit(
        title=body.title,
        kind=body.kind,
        capacity=body.capacity,
        priority=body.priority,
        tags=None if body.tags is None else tuple(body.tags),
        description=body.description,
        link=body.link,
        fields=body.fields,
    )


async def _edit(call: Call, session_id: int, body: SessionPatch) -> Done:
    """Change what is written; which version was seen is the service's own affair: it goes field by field."""
    expected, call.expected = call.expected, None
    return await call.once(
        body,
        lambda context: sessions.edit(context, session_id, _written(body), by=call.by, at=call.at, expected=expected),
    )

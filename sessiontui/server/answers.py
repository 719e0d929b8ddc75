"""Answers: JSON in UTF-8, receipts, sessions as rows, and the tag of the version that was told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from starlette.responses import Response

from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import maybe_rfc3339
from sessiontui.services import boards
from sessiontui.services.exporting import made_from, session_row, template_columns

if TYPE_CHECKING:
    from sessiontui.server.call import Call
    from sessiontui.services.lines import SessionLine
    from sessiontui.services.once import Done


def answer(
    value: object, *, status: int = 200, version: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a value as JSON, tagged with the version of the session that it tells of."""
    told = dict(headers or {})
    if version is not None:
        told["ETag"] = f'"{version}"'
    return Response(json.dumps(value), status_code=status, media_type="application/json", headers=told)


async def rows(call: Call, lines: Sequence[SessionLine]) -> list[dict[str, object]]:
    """Return sessions as rows of ``list --json``, with what a platform needs to change them."""
    made = await made_from(call.context, lines)
    return [_row(line, made.get(line.id)) for line in lines]


def _row(line: SessionLine, made: tuple[str, int] | None) -> dict[str, object]:
    return {
        **session_row(line),
        **template_columns(made),
        "control": str(line.control),
        "provisional": line.provisional,
        "beside": line.beside,
        "capacity": line.capacity or None,
        "tags": list(line.tags),
        "archived_at": maybe_rfc3339(line.archived_at),
        "version": line.version,
    }


def receipt(done: Done) -> dict[str, object]:
    """Return a receipt: one sentence, whom and what it touched, and the number that takes it back."""
    it = done.receipt
    return {
        "sentence": it.sentence,
        "sessions": list(it.sessions),
        "people": list(it.people),
        "undo": it.undo,
        "refused": [{"id": number, "reason": reason} for number, reason in it.refused],
        "repeated": done.again,
    }


async def told(call: Call, session_id: int, *done: Done, status: int = 200) -> Response:
    """Return a session as it is now, with the receipts of what was done to it."""
    lines = await boards.lines(call.context, [session_id], now=call.at, by=call.by)
    if not lines:
        raise NotFound(f"there is no session #{session_id}")
    line = lines[0]
    headers = {"Location": f"/api/sessions/{session_id}"} if status == 201 else None
    (row,) = await rows(call, lines)
    body = {**row, "receipts": [receipt(one) for one in done]}
    return answer(body, status=status, version=line.version, headers=headers)


def done_with(done: Done, *, status: int = 200, **more: object) -> Response:
    """Return the receipt of an act with what else is to be told of it."""
    return answer({**more, "receipt": receipt(done)}, status=status)

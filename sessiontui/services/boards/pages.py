"""Sessions page by page, for programs: a page begins where the one before it ended, whatever has changed since."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.query import parse
from sessiontui.domain.vocabulary import Status
from sessiontui.services.boards.drawing import DEADLINE, drawn
from sessiontui.services.context import Context
from sessiontui.services.lines import SessionLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.keyset import page as keyset
from sessiontui.store.reads.orders import ORDERS

if TYPE_CHECKING:
    from sessiontui.store.reader import Fetch
    from sessiontui.store.reads.walking import Key

MOST: Final = 500
"""Sessions on one page."""

_LONGEST: Final = 2_000
_DEEPEST: Final = 100_000
"""How far into the past's list a page can begin: each is derived anew, so nobody walks further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; ``next`` is what the next one is asked for by, ``None`` behind the last."""

    taken_at: datetime
    lines: tuple[SessionLine, ...] = ()
    counts: Mapping[Status, int] = field(default_factory=dict)
    next: str | None = None


async def page(
    context: Context,
    query: str,
    *,
    now: datetime,
    by: Actor,
    as_of: datetime | None = None,
    order: str = "urgency",
    limit: int = 50,
    cursor: str = "",
    zone: ZoneInfo | None = None,
) -> Page:
    """Return a page of the sessions that a query asks for, with the counts of all that are not archived.

    ``QueryError`` points at the wrong term; ``BadInput`` names an order or a cursor that is none.
    """
    if order not in ORDERS:
        raise BadInput(f"{order[:40]!r} is not an order", hint=f"one of {', '.join(ORDERS)}", place="sort")
    if not 1 <= limit <= MOST:
        raise BadInput(f"a page has 1 to {MOST} sessions, not {limit}", place="limit")
    if as_of is not None:
        return await _past(
            context, query, now=now, by=by, as_of=as_of, order=order, limit=limit, cursor=cursor, zone=zone
        )
    asked = parse(query, now=now, zone=zone or context.zone)
    viewer, after = viewer_of(by), _after(cursor, order)

    async def reading(fetch: Fetch) -> Page:
        counted = await kept.counts(fetch, viewer)
        rows = await keyset(fetch, asked, order=order, after=after, limit=limit + 1, viewer=viewer)
        shown = rows[:limit]
        return Page(
            taken_at=now,
            lines=await drawn(context, fetch, [session_id for session_id, _ in shown], now=now, viewer=viewer),
            counts=counted.each,
            next=_cursor(order, shown[-1][1]) if len(rows) > limit else None,
        )

    return await context.db.look(reading, deadline=DEADLINE)


async def _past(
    context: Context,
    query: str,
    *,
    now: datetime,
    by: Actor,
    as_of: datetime,
    order: str,
    limit: int,
    cursor: str,
    zone: ZoneInfo | None,
) -> Page:
    """Return a page as of an instant: the past stands still, so rows can be counted off."""
    from sessiontui.services.boards.asking import board

    offset = _offset(cursor)
    taken = await board(
        context, query, now=now, as_of=as_of, limit=limit, offset=offset, order=order, zone=zone, by=by
    )
    more = offset + len(taken.lines) < taken.matched and taken.lines
    return Page(
        taken_at=as_of,
        lines=taken.lines,
        counts=taken.counts,
        next=_written(["past", offset + limit]) if more else None,
    )


def _cursor(order: str, key: Key) -> str:
    return _written([order, key[0], key[1]])


def _written(parts: list[str | int | float | bytes | None]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _after(cursor: str, order: str) -> Key | None:
    """Return the key behind which a page begins; ``BadInput`` for a cursor of another order, or none of ours."""
    if not cursor:
        return None
    parts = _read(cursor)
    match parts:
        case [str(of), int() | str() as value, int(session_id)] if of == order:
            if isinstance(value, str) is (order == "title") and _is_kept(value) and _is_kept(session_id):
                return value, session_id
    raise BadInput("this is no cursor of this list", hint="ask for the first page without one", place="cursor")


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    match _read(cursor):
        case ["past", int(offset)] if 0 <= offset <= _DEEPEST:
            return offset
    raise BadInput("this is no cursor of this list", hint="ask for the first page without one", place="cursor")


def _read(cursor: str) -> object:
    try:
        if len(cursor) > _LONGEST:
            return None
        found: object = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return found


def _is_kept(value: int | str) -> bool:
    """Whether the database can be asked about a value."""
    return isinstance(value, str) or abs(value) < 2**63

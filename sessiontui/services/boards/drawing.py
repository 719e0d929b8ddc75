"""Sessions as rows: told by what is stored where nothing is due, by their history where something is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.sight import Sight
from sessiontui.domain.telling import beside, why
from sessiontui.domain.vocabulary import Badge, Control, Kind, Priority, Status
from sessiontui.services.alerts.lines import alert_line
from sessiontui.services.footing import Footing
from sessiontui.services.lines import AlertLine, SessionLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads.alerts import AlertRow
from sessiontui.store.reads.collaborators import shared_with
from sessiontui.store.reads.lines import LineRow, line_rows
from sessiontui.store.sights import Pace
from sessiontui.store.viewing import Viewer

DEADLINE: Final = 5.0
"""Seconds after which a question of a person is given up."""


async def lines(context: Footing, ids: Sequence[int], *, now: datetime, by: Actor) -> tuple[SessionLine, ...]:
    """Return sessions as rows at ``now``, in the order of the ids; missing ones are left out."""
    viewer = viewer_of(by)
    return await context.db.look(lambda fetch: drawn(context, fetch, ids, now=now, viewer=viewer), deadline=DEADLINE)


async def drawn(
    context: Footing, fetch: Fetch, ids: Sequence[int], *, now: datetime, viewer: Viewer
) -> tuple[SessionLine, ...]:
    """Return sessions as rows: from what is stored, and what is due, or was never derived, from its history."""
    told = await line_rows(fetch, ids, to_ms(now))
    alerts = await kept_alerts.of_sessions(fetch, ids)
    drafts = [] if viewer.sees_drafts else [key for key, row in told.items() if row.control == Control.DRAFT]
    shared = await shared_with(fetch, viewer.person_id, drafts)
    late = [session_id for session_id, row in told.items() if not row.is_current]
    renewed = await _derived(context, fetch, late, now=now, alerts=alerts) if late else {}
    found: list[SessionLine] = []
    for session_id in ids:
        row = told.get(session_id)
        if row is None or not may_see(viewer, row, shared=session_id in shared):
            continue
        if row.is_current:
            found.append(_line_of_row(context, row, now, alerts=alerts.get(session_id, ())))
        else:
            found.append(renewed[session_id])
    return tuple(found)


def may_see(viewer: Viewer, row: LineRow, *, shared: bool = False) -> bool:
    """Return whether a viewer may see a session: a draft of others is hidden from most."""
    is_draft = row.control == Control.DRAFT
    if viewer.sees_drafts or not is_draft:
        return True
    return viewer.owns(author_id=row.author_id, mentor_id=row.mentor_id, shared=shared)


async def _derived(
    context: Footing, fetch: Fetch, ids: Sequence[int], *, now: datetime, alerts: Mapping[int, Sequence[AlertRow]]
) -> dict[int, SessionLine]:
    from sessiontui.services.boards.derived import derived_lines  # mostly nothing is due, and the rules are not asked

    return await derived_lines(context, fetch, ids, now=now, alerts=alerts)


def _line_of_row(context: Footing, row: LineRow, now: datetime, *, alerts: Sequence[AlertRow]) -> SessionLine:
    """Return a session as a row by what is stored, with the minutes that have passed since.

    Where nothing moves but what is said of it, the very line that was drawn last is returned while that stays the
    same: the same rows are drawn again and again.
    """
    drawn = _last_drawn(row)
    seen = _seen(row, to_ms(now)) if row.pace else drawn.seen
    beside_it, why_so = beside(seen, now), why(seen, now, rules=context.rules, zone=context.zone)
    told = tuple(alert_line(alert, now) for alert in alerts)
    last = drawn.line
    if last is not None and not row.pace and (last.beside, last.why, last.alerts) == (beside_it, why_so, told):
        return last
    line = drawn.line = _line(row, seen, to_ms(now), beside=beside_it, why=why_so, alerts=told)
    return line


class _Drawn:
    """What is seen of a stored row when nothing has moved since, and the line that was drawn of it last."""

    __slots__ = ("line", "seen")

    def __init__(self, seen: Sight) -> None:
        self.seen = seen
        self.line: SessionLine | None = None


@lru_cache(maxsize=1_024)
def _last_drawn(row: LineRow) -> _Drawn:
    return _Drawn(_seen(row, row.derived_at))


def _line(
    row: LineRow, seen: Sight, now: int, *, beside: str, why: str, alerts: tuple[AlertLine, ...]
) -> SessionLine:
    scheduled, together = seen.ends_at - seen.starts_at, row.together_ms
    if together is not None and row.pace == Pace.TOGETHER:
        together += now - row.derived_at
    return SessionLine(
        id=row.id,
        external_id=row.external_id,
        source=row.source,
        title=row.title,
        kind=_KINDS[row.kind],
        priority=_PRIORITIES[row.priority],
        control=_CONTROLS[row.control],
        status=seen.status,
        provisional=bool(row.provisional),
        badges=_badges(row.badges),
        beside=beside,
        why=why,
        starts_at=seen.starts_at,
        ends_at=seen.ends_at,
        scheduled=scheduled,
        actual=seen.actual,
        together=None if together is None else timedelta(milliseconds=together),
        efficiency=seen.actual / scheduled if scheduled else 0.0,
        pending=row.pending,
        approved=row.approved,
        rejected=row.rejected,
        active=row.active,
        left=row.departed,
        capacity=row.capacity,
        mentor=row.mentor,
        author=row.author,
        tags=tags_of(row.tags),
        archived_at=maybe_instant(row.archived_at),
        rank=row.rank,
        version=row.version,
        final_end=maybe_instant(row.final_end_at),
        alerts=alerts,
    )


def _seen(row: LineRow, now: int) -> Sight:
    """Return what a stored row shows at a later instant, in milliseconds, at which it is not yet due."""
    grown = now - row.derived_at if row.pace else 0
    return Sight(
        status=_STATUSES[row.status],
        rule=row.rule,
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        pending=row.pending,
        approved=row.approved,
        here=row.active,
        left=row.departed,
        actual=timedelta(milliseconds=row.actual_ms + grown),
        begun_at=maybe_instant(row.begun_at),
        ended_at=maybe_instant(row.ended_at),
        ended_by=row.ended_by,
        ended_reason=row.ended_reason,
        paused_at=maybe_instant(row.paused_at),
        present_since=maybe_instant(row.present_since),
        last_left_at=maybe_instant(row.last_left_at),
    )


_KINDS: Final = {str(kind): kind for kind in Kind}
_PRIORITIES: Final = {str(priority): priority for priority in Priority}
_CONTROLS: Final = {str(control): control for control in Control}
_STATUSES: Final = {str(status): status for status in Status}


@lru_cache(maxsize=1024)
def _badges(names: str) -> tuple[Badge, ...]:
    return tuple(Badge[name] for name in names.split(",") if name)


@lru_cache(maxsize=4096)
def tags_of(stored: str) -> tuple[str, ...]:
    """Return the tags of a session as they are stored."""
    return tuple(str(tag) for tag in json.loads(stored))

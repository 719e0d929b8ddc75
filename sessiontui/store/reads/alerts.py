"""Questions about alerts: those that are open, those that were at an instant, one whole, and how many."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.domain.alerts import LEVELS, NO_LIFT, AlertState
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Severity
from sessiontui.store.reader import CHUNK, Row, Value, every_id, marks
from sessiontui.store.viewing import own_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.domain.rules import Rules
    from sessiontui.store.histories import Fetch

_COLUMNS: Final = (
    "a.id, a.rule, a.subject, a.session_id, a.level, a.facts, a.opened_at, a.acknowledged_by_id, a.acknowledged_by,"
    " a.acknowledged_at, a.snoozed_by, a.snoozed_at, a.snoozed_until, a.note, a.escalated_at, a.resolved_at,"
    " coalesce(s.title, '')"
)

KEPT_COUNTS: Final = (
    "SELECT level, n, n - taken - (SELECT count(*) FROM alert a WHERE a.snoozed_until > ?1 AND a.resolved_at IS NULL"
    " AND a.acknowledged_at IS NULL AND a.level = alert_count.level) FROM alert_count WHERE n > 0"
)
"""How many alerts are open by level, and how many of them press; those that are put off are few."""

OWN_COUNTS: Final = (
    "SELECT level, count(*), sum(acknowledged_at IS NULL AND ifnull(snoozed_until <= ?1, 1)) FROM alert"
    f" WHERE resolved_at IS NULL AND session_id IN ({own_sessions('?2', reads=True)}) GROUP BY level"
)
"""The same of a person's own sessions, counted."""

_FROM: Final = "FROM alert a LEFT JOIN session s ON s.id = a.session_id"

_AT: Final = "a.opened_at <= ?1 AND ifnull(a.resolved_at > ?1, 1)"
"""Whether an alert was open at an instant: its interval is half-open, like all of them."""


class AlertRow(NamedTuple):
    """One alert as it is kept, with the title of its session; instants are milliseconds."""

    id: int
    rule: str
    subject: str
    session_id: int | None
    level: int
    facts: str
    opened_at: int
    acknowledged_by_id: int | None
    acknowledged_by: str
    acknowledged_at: int | None
    snoozed_by: str
    snoozed_at: int | None
    snoozed_until: int | None
    note: str
    escalated_at: int | None
    resolved_at: int | None
    title: str

    def state_at(self, at: int) -> str:
        """Return where it stands at an instant: open, acknowledged, snoozed or resolved."""
        if self.resolved_at is not None and self.resolved_at <= at:
            return "resolved"
        snoozed_at = self.opened_at if self.snoozed_at is None else self.snoozed_at
        if self.snoozed_until is not None and snoozed_at <= at < self.snoozed_until:
            return "snoozed"
        return "open" if self.acknowledged_at is None or self.acknowledged_at > at else "acknowledged"


def lifted_by(rows: Iterable[AlertRow], now: int) -> Severity | None:
    """Return the severity by which alerts that are read lift their session at an instant, ``None`` for none."""
    level = min((row.level for row in rows if row.state_at(now) == AlertState.OPEN), default=NO_LIFT)
    return LEVELS[level] if level < NO_LIFT else None


@lru_cache(maxsize=4_096)
def facts_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the facts that an alert is stored with.

    >>> facts_of('[["approved","3"]]')
    (('approved', '3'),)
    """
    return tuple((str(name), str(value)) for name, value in json.loads(text))


async def of_sessions(fetch: Fetch, ids: Sequence[int], *, at: int | None = None) -> dict[int, list[AlertRow]]:
    """Return the alerts of sessions that are open, or were at an instant, by session; the worst and oldest first."""
    found: defaultdict[int, list[AlertRow]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        test, values = ("a.resolved_at IS NULL", ()) if at is None else (_AT.replace("?1", "?"), (at, at))
        for row in await fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE a.session_id IN ({marks(chunk)}) AND {test}"
            " ORDER BY a.level, a.opened_at, a.id",
            (*chunk, *values),
        ):
            found[cast("int", row[3])].append(AlertRow._make(row))
    return dict(found)


async def of_sessions_now(
    fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules
) -> dict[int, list[AlertRow]]:
    """Return what ``of_sessions`` does, judged anew for sessions that wait for a worker: as it will be stored."""
    found = await of_sessions(fetch, ids)
    late: list[int] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        due = f"SELECT id FROM session WHERE id IN ({marks(chunk)}) AND next_transition_at <= ?"
        late += every_id(await fetch(due, (*chunk, to_ms(now))))
    if not late:
        return found
    from sessiontui.store.reads.judged import judged_rows  # mostly nothing is due, and the rules are not asked

    for session_id in late:
        found.pop(session_id, None)
    for row in sorted(
        await judged_rows(fetch, late, now=now, rules=rules), key=lambda row: (row.level, row.opened_at, row.id)
    ):
        found.setdefault(cast("int", row.session_id), []).append(row)
    return found


async def standing(
    fetch: Fetch, *, test: str = "1", values: Sequence[Value] = (), limit: int | None = None
) -> list[AlertRow]:
    """Return open alerts, the worst first and the oldest of a severity first; ``test`` may ask ``a`` and ``s``."""
    return _rows(
        await fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE a.resolved_at IS NULL AND ({test})"
            " ORDER BY a.level, a.opened_at, a.id LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
    )


async def oldest(fetch: Fetch, *, test: str = "1", values: Sequence[Value] = (), each: int) -> list[AlertRow]:
    """Return the oldest open alerts of each rule and severity, so many of each, the worst first."""
    placed = (
        "SELECT a.id, row_number() OVER (PARTITION BY a.level, a.rule ORDER BY a.opened_at, a.id) AS place"
        f" {_FROM} WHERE a.resolved_at IS NULL AND ({test})"
    )
    return _rows(
        await fetch(
            f"SELECT {_COLUMNS} FROM ({placed}) t JOIN alert a ON a.id = t.id LEFT JOIN session s"
            " ON s.id = a.session_id WHERE t.place <= ? ORDER BY a.level, a.opened_at, a.id",
            (*values, each),
        )
    )


async def groups(fetch: Fetch, *, now: int, test: str = "1", values: Sequence[Value] = ()) -> list[Row]:
    """Return the open alerts by severity, rule and platform: level, rule, platform, number, pressing, oldest."""
    return await fetch(
        "SELECT a.level, a.rule, CASE a.rule WHEN 'unstable' THEN json_extract(a.facts, '$[#-1][1]') ELSE '' END,"
        " count(*), sum(a.acknowledged_at IS NULL AND ifnull(a.snoozed_until <= ?, 1)), min(a.opened_at)"
        f" {_FROM} WHERE a.resolved_at IS NULL AND ({test}) GROUP BY 1, 2, 3 ORDER BY 1, 6",
        (now, *values),
    )


async def ids_of(
    fetch: Fetch, *, test: str = "1", values: Sequence[Value] = (), group: tuple[str, int, str] | None = None
) -> list[int]:
    """Return the ids of open alerts, of one rule, level and platform if a group is given."""
    if group is not None:
        rule, level, place = group
        test, values = f"({test}) AND a.rule = ? AND a.level = ?", (*values, rule, level)
        if place:
            test, values = f"{test} AND json_extract(a.facts, '$[#-1][1]') = ?", (*values, place)
    rows = await fetch(f"SELECT a.id {_FROM} WHERE a.resolved_at IS NULL AND ({test}) ORDER BY a.id", values)
    return [cast("int", row[0]) for row in rows]


async def at_instant(fetch: Fetch, at: int) -> list[AlertRow]:
    """Return the alerts that were open at an instant, in the same order."""
    return _rows(await fetch(f"SELECT {_COLUMNS} {_FROM} WHERE {_AT} ORDER BY a.level, a.opened_at, a.id", (at,)))


async def by_id(fetch: Fetch, ids: Sequence[int]) -> list[AlertRow]:
    """Return alerts, in the order of the ids; missing ones are left out."""
    found: dict[int, AlertRow] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for one in _rows(await fetch(f"SELECT {_COLUMNS} {_FROM} WHERE a.id IN ({marks(chunk)})", chunk)):
            found[one.id] = one
    return [found[one] for one in ids if one in found]


async def of_subject(fetch: Fetch, subject: str, *, limit: int) -> list[AlertRow]:
    """Return the alerts of one subject, newest first, resolved ones too."""
    return _rows(
        await fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE a.subject = ? ORDER BY a.opened_at DESC LIMIT ?", (subject, limit)
        )
    )


async def lately(fetch: Fetch, *, since: int, limit: int) -> list[AlertRow]:
    """Return alerts that were resolved since an instant, the latest first."""
    return _rows(
        await fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE a.resolved_at >= ? ORDER BY a.resolved_at DESC, a.id DESC LIMIT ?",
            (since, limit),
        )
    )


async def counts(fetch: Fetch, *, now: int, own: int | None = None) -> dict[tuple[int, bool], int]:
    """Return how many alerts are open by level and whether they press: neither acknowledged nor put off.

    ``own`` narrows to sessions that are a person's own, or that they may read.
    """
    rows = await fetch(KEPT_COUNTS, (now,)) if own is None else await fetch(OWN_COUNTS, (now, own))
    found: dict[tuple[int, bool], int] = {}
    for level, number, pressing in cast("list[tuple[int, int, int]]", rows):
        found[level, True], found[level, False] = pressing, number - pressing
    return {key: number for key, number in found.items() if number}


async def unheard(fetch: Fetch, *, before: int, now: int) -> list[AlertRow]:
    """Return critical alerts open since before an instant that nobody has taken up and that were not escalated."""
    return await standing(
        fetch,
        test="a.level = 0 AND a.opened_at <= ? AND a.escalated_at IS NULL AND a.acknowledged_at IS NULL"
        " AND ifnull(a.snoozed_until <= ?, 1)",
        values=(before, now),
    )


def _rows(rows: Sequence[Row]) -> list[AlertRow]:
    return [AlertRow._make(row) for row in rows]

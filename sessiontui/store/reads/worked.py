"""Questions about sessions that have ended, for scores and what they teach: many at once, a few questions each."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias, cast

from sessiontui.domain.analytics.crowds import unpack_people
from sessiontui.domain.analytics.periods import Piece
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.learning.knowledge import Knowledge
from sessiontui.domain.planning.phases import Work
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.records import record
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row, Value
from sessiontui.store.viewing import own_sessions

Question: TypeAlias = "tuple[str, tuple[Value, ...]]"

FINAL: Final = "s.status IN ('ended_complete', 'ended_early', 'ended_no_show') AND NOT s.provisional"

WORK: Final = "(s.kind = 'work' OR s.progress IS NOT NULL)"

SEVERAL: Final = 2_000
"""From so many sessions on what hangs on them is read whole: naming each would take longer."""

_OWN: Final = f"s.id IN ({own_sessions()})"

_CAME: Final = "SELECT session_id FROM presence WHERE person_id = ?"

_PAST: Final = (
    "s.id, s.starts_at, s.kind, ifnull(t.slug, ''), s.mentor_id, s.author_id, s.tags,"
    " s.ends_at - s.starts_at, s.base_ends_at - s.base_starts_at, s.actual_ms, s.status, s.seen, s.progress,"
    " s.seen_ids FROM session s LEFT JOIN template t ON t.id = s.template_id"
)


@record
class PastRow:
    """One ended session as it is kept; lengths and the start are milliseconds.

    ``template`` is the word of what it was made from, ``planned`` its window, ``estimate`` the one it had at first.
    """

    id: int
    starts_at: int
    kind: str
    template: str
    mentor: int | None
    author: int | None
    tags: tuple[str, ...]
    planned: int
    estimate: int
    actual: int
    status: str
    seen: int
    progress: int | None
    seen_ids: bytes | None = None

    @property
    def people(self) -> tuple[int, ...]:
        """The identified guests who came."""
        return () if self.seen_ids is None else unpack_people(self.seen_ids)

    @property
    def person(self) -> int | None:
        """Who led it: the mentor, or the author where there is none."""
        return self.mentor or self.author


@record
class PlanRows:
    """What was planned in one session; counts are pairs of done and all."""

    goals: tuple[Goal, ...] = ()
    works: tuple[Work, ...] = ()
    milestones: tuple[int, int] = (0, 0)
    checks: tuple[int, int] = (0, 0)
    blockers: tuple[int, int] = (0, 0)
    blocked_at: tuple[datetime, ...] = ()


NO_PLAN: Final = PlanRows()


def own_of(person_id: int, *, taken_part: bool = False) -> Question:
    """Return the test that a session ``s`` is led, authored or worked on by somebody, or one they came to."""
    if taken_part:
        return f"({_OWN} OR s.id IN ({_CAME}))", (person_id,) * 4
    return _OWN, (person_id,) * 3


async def ended(
    fetch: Fetch, condition: Question, period: Piece, *, apart: Sequence[int] = (), work: bool = False
) -> list[PastRow]:
    """Return the sessions of a condition that start in a period and have ended for good, oldest first.

    Those that stand ``apart`` are left out; with ``work`` only those that something was worked on in.
    """
    test, values = condition
    rows = await fetch(
        f"SELECT {_PAST} WHERE s.starts_at >= ? AND s.starts_at < ? AND {FINAL} AND {WORK if work else '1'}"
        f" AND s.id NOT IN (SELECT value FROM json_each(?)) AND ({test}) ORDER BY s.starts_at, s.id",
        (*period, json.dumps(list(apart)), *values),
    )
    if len(rows) <= SEVERAL:
        return [_past_of(row) for row in rows]
    return await asyncio.to_thread(lambda: [_past_of(row) for row in rows])  # keys are heard meanwhile


async def some(fetch: Fetch, condition: Question) -> frozenset[int]:
    """Return the sessions of a condition."""
    rows = await fetch(f"SELECT s.id FROM session s WHERE {condition[0]}", condition[1])
    return frozenset(cast("int", row[0]) for row in rows)


async def latest(fetch: Fetch, condition: Question, *, limit: int) -> list[PastRow]:
    """Return the newest sessions of a condition that have ended for good with somebody there, newest first."""
    test, values = condition
    rows = await fetch(
        f"SELECT {_PAST} WHERE {FINAL} AND s.actual_ms > 0 AND ({test}) ORDER BY s.starts_at DESC LIMIT ?",
        (*values, limit),
    )
    return [_past_of(row) for row in rows]


async def past(fetch: Fetch, session_id: int) -> PastRow | None:
    """Return one session, whether it has ended or not."""
    rows = await fetch(f"SELECT {_PAST} WHERE s.id = ?", (session_id,))
    return _past_of(rows[0]) if rows else None


async def stars(fetch: Fetch, ids: Sequence[int], *, at: datetime) -> dict[int, tuple[int, ...]]:
    """Return the ratings that sessions were given up to an instant."""
    test, values = _among("session_id", ids)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for session_id, rating in await fetch(
        f"SELECT session_id, rating FROM follow_up WHERE rating IS NOT NULL AND ifnull(answered_at, created_at) <= ?"
        f" AND {test} ORDER BY id",
        (to_ms(at), *values),
    ):
        found[cast("int", session_id)].append(cast("int", rating))
    wanted = set(ids)
    return {session_id: tuple(ratings) for session_id, ratings in found.items() if session_id in wanted}


async def knowledge(fetch: Fetch, ids: Sequence[int], *, at: datetime) -> list[Knowledge]:
    """Return what people said they knew before and after sessions, up to an instant, in the order it was said."""
    test, values = _among("session_id", ids)
    rows = await fetch(
        "SELECT session_id, person_id, skill, before, after, at FROM skill_practice WHERE at <= ?"
        f" AND {test} ORDER BY at, id",
        (to_ms(at), *values),
    )
    wanted = set(ids)
    return [_knowledge(row) for row in rows if row[0] in wanted]


async def plans(fetch: Fetch, ids: Sequence[int], *, at: datetime) -> dict[int, PlanRows]:
    """Return what was planned in sessions as of an instant; those without anything are missing."""
    test, values = _among("session_id", ids)
    now = to_ms(at)
    there = f"created_at <= {now:d} AND (removed_at IS NULL OR removed_at > {now:d}) AND {test}"
    goals: defaultdict[int, list[Goal]] = defaultdict(list)
    for row in await fetch(
        "SELECT session_id, id, title, parent_id, weight, phase, progress, state, position, settled_at"
        f" FROM goal WHERE {there} ORDER BY session_id, position, id",
        values,
    ):
        goals[cast("int", row[0])].append(_goal(row[1:], at))
    works = await _works(fetch, ids, [goal.id for found in goals.values() for goal in found], at)
    counts = {
        name: await _counted(fetch, table, done, when, values)
        for name, table, done, when in (
            ("milestones", "milestone", f"reached_at <= {now:d}", there),
            ("checks", "check_item", f"done_at <= {now:d}", there),
            ("blockers", "blocker", f"resolved_at <= {now:d}", there.replace("created_at", "opened_at")),
        )
    }
    blocked: defaultdict[int, list[datetime]] = defaultdict(list)
    if counts["blockers"]:
        for session_id, opened in await fetch(
            f"SELECT session_id, opened_at FROM blocker WHERE {there.replace('created_at', 'opened_at')}", values
        ):
            blocked[cast("int", session_id)].append(from_ms(cast("int", opened)))
    return {
        session_id: PlanRows(
            goals=tuple(goals[session_id]) if session_id in goals else (),
            works=tuple(works.get(session_id, ())),
            milestones=counts["milestones"].get(session_id, (0, 0)),
            checks=counts["checks"].get(session_id, (0, 0)),
            blockers=counts["blockers"].get(session_id, (0, 0)),
            blocked_at=tuple(blocked.get(session_id, ())),
        )
        for session_id in {*goals, *(one for found in counts.values() for one in found)}
    }


def _past_of(row: Row) -> PastRow:
    """Return a row of ``_PAST``."""
    values: list[object] = list(row)
    values[6] = tuple(json.loads(str(row[6]))) if row[6] != "[]" else ()
    return PastRow(*values)  # type: ignore[arg-type]


async def _works(fetch: Fetch, ids: Sequence[int], known: Sequence[int], at: datetime) -> dict[int, list[Work]]:
    """Return when which goals were in work, up to an instant, by session."""
    if not known:
        return {}
    test, values = _among("g.session_id", ids)
    found: defaultdict[int, list[Work]] = defaultdict(list)
    for session_id, goal_id, start, end in await fetch(
        "SELECT g.session_id, g.id, w.from_at, w.to_at FROM goal g JOIN goal_work w ON w.goal_id = g.id"
        f" WHERE {test} UNION ALL SELECT g.session_id, g.id, g.working_since, ? FROM goal g"
        f" WHERE g.working_since IS NOT NULL AND {test}",
        (*values, to_ms(at), *values),
    ):
        since, until = from_ms(cast("int", start)), from_ms(cast("int", end))
        if since < at:
            found[cast("int", session_id)].append(Work(goal_id=cast("int", goal_id), during=(since, min(until, at))))
    return found


async def _counted(
    fetch: Fetch, table: str, done: str, there: str, values: Sequence[Value]
) -> dict[int, tuple[int, int]]:
    rows = await fetch(
        f"SELECT session_id, total({done}), count(*) FROM {table} WHERE {there} GROUP BY session_id", values
    )
    return {cast("int", row[0]): (int(cast("float", row[1])), cast("int", row[2])) for row in rows}


def _among(column: str, ids: Sequence[int]) -> Question:
    """Return the test that a row hangs on one of the sessions; of many none is named, for then all are wanted."""
    if len(ids) > SEVERAL:
        return f"{column} BETWEEN ? AND ?", (min(ids), max(ids))
    return f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)


def _goal(row: Row, at: datetime) -> Goal:
    settled = maybe_instant(cast("int | None", row[8]))
    later = settled is not None and settled > at
    return Goal(
        id=cast("int", row[0]),
        title=str(row[1]),
        parent_id=cast("int | None", row[2]),
        weight=cast("int", row[3]),
        phase=Phase(str(row[4])) if row[4] else None,
        progress=cast("int", row[5]),
        state=GoalState.OPEN if later else GoalState(str(row[6])),
        position=cast("int", row[7]),
        settled_at=None if later else settled,
    )


def _knowledge(row: Row) -> Knowledge:
    return Knowledge(
        session_id=cast("int", row[0]),
        person_id=cast("int", row[1]),
        skill=str(row[2]),
        before=cast("float", row[3]),
        after=cast("float", row[4]),
        at=from_ms(cast("int", row[5])),
    )

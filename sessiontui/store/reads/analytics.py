"""Reads around the analytics: how far time reaches, what is marked, whose rows tell the truth, who people are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias, cast

from sessiontui.domain.analytics.metrics import Ratings
from sessiontui.domain.analytics.periods import HOUR, Piece
from sessiontui.domain.instants import to_ms
from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.reader import Value

RESTLESS: Final = 2_000
"""Most sessions that are derived anew beside what is kept; beyond, all are."""

LOOKED_BACK: Final = 1_000
"""Changes among which the latest instant of a write is looked for; instants nearly always follow the commits."""


async def bounds(fetch: Fetch) -> Piece | None:
    """Return when the first session starts, and just after when the last one does; ``None`` without any."""
    rows = await fetch("SELECT (SELECT min(starts_at) FROM session), (SELECT max(starts_at) FROM session)", ())
    low, high = cast("tuple[int | None, int | None]", rows[0])
    return None if low is None or high is None else (low, high + 1)


async def dirty_hours(fetch: Fetch, since: int, until: int) -> list[int]:
    """Return the marked hours of a period, by their beginnings in milliseconds."""
    rows = await fetch(
        "SELECT hour FROM rollup_dirty WHERE hour >= ? AND hour < ?", (since // HOUR, until // HOUR + 1)
    )
    return [cast("int", row[0]) * HOUR for row in rows]


async def restless(fetch: Fetch, now: datetime) -> tuple[tuple[int, int], ...] | None:
    """Return id and start of the sessions whose rows may not say what is true at ``now``; ``None`` for too many.

    Those are the due, those made later, and those not derived since figures are kept. No row can be trusted if
    anything was written at an instant that is yet to come.
    """
    late = await fetch("SELECT max(at) FROM (SELECT at FROM change_log ORDER BY seq DESC LIMIT ?)", (LOOKED_BACK,))
    if late[0][0] is not None and cast("int", late[0][0]) > to_ms(now):
        return None
    rows = await fetch(
        "SELECT s.id, s.starts_at FROM (SELECT id FROM session WHERE next_transition_at IS NOT NULL"
        " AND next_transition_at <= ?1 UNION SELECT id FROM session WHERE created_at > ?1"
        " UNION SELECT id FROM session WHERE asked < 0 LIMIT ?2) JOIN session s USING (id)",
        (to_ms(now), RESTLESS + 1),
    )
    found = tuple((cast("int", row[0]), cast("int", row[1])) for row in rows)
    return found if len(found) <= RESTLESS else None


async def counted(fetch: Fetch, condition: str, parameters: Sequence[Value]) -> list[int]:
    """Return the sessions that a condition holds for, in the order of their ids."""
    return every_id(await fetch(f"SELECT s.id FROM session s WHERE {condition} ORDER BY s.id", parameters))


async def unfigured(fetch: Fetch, *, limit: int) -> list[int]:
    """Return sessions that were not derived since figures are kept of them."""
    return every_id(await fetch("SELECT id FROM session WHERE asked < 0 LIMIT ?", (limit,)))


async def people(fetch: Fetch, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return name and zone of people, by id."""
    rows = await fetch(
        "SELECT id, name, zone FROM person WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {cast("int", row[0]): (str(row[1]), str(row[2])) for row in rows}


async def series_titles(fetch: Fetch, ids: Iterable[int]) -> dict[int, str]:
    """Return what series are called, by id."""
    rows = await fetch(
        "SELECT id, title FROM series WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def sessions_of_series(fetch: Fetch, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the sessions of series, in the order of their ids."""
    found: dict[int, tuple[int, ...]] = {}
    for series_id, session_id in cast(
        "list[tuple[int, int]]",
        await fetch(
            "SELECT series_id, id FROM session WHERE series_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(ids)),),
        ),
    ):
        found[series_id] = (*found.get(series_id, ()), session_id)
    return found


async def series_of(fetch: Fetch, ids: Iterable[int]) -> dict[int, int]:
    """Return the series that sessions belong to, by session; those of none are missing."""
    rows = await fetch(
        "SELECT id, series_id FROM session WHERE series_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return dict(cast("list[tuple[int, int]]", rows))


Question: TypeAlias = tuple[str, tuple[Value, ...]]
"""A question with its values."""


def rated(
    condition: str, values: tuple[Value, ...], period: Piece, *, at: int, among: Question | None = None
) -> Question:
    """Return the question for the ratings given up to an instant to the sessions of a condition and a period.

    ``among`` asks for ids that hold all that the condition allows; without it every rating is looked at.
    """
    tables = "follow_up f CROSS JOIN session s" if among is None else "session s CROSS JOIN follow_up f"
    named, ids = ("", ()) if among is None else (f" AND s.id IN ({among[0]})", among[1])
    question = (
        "SELECT count(*), ifnull(sum(f.rating), 0), ifnull(sum(f.rating * f.rating), 0)"
        f" FROM {tables} ON s.id = f.session_id WHERE f.rating IS NOT NULL"
        " AND ifnull(f.answered_at, f.created_at) <= ?"
        f" AND +s.starts_at >= ? AND +s.starts_at < ? AND ({condition}){named}"
    )
    return question, (at, *period, *values, *ids)


def engaged(
    condition: str, values: tuple[Value, ...], period: Piece, *, at: int, among: Question | None = None
) -> Question:
    """Return the question for the guests of whom platforms tell how they took part, and who of them did actively.

    One person in one session counts once, whatever number of sources tell of them; ``among`` is as in ``rated``.
    """
    tables = "engagement e CROSS JOIN session s" if among is None else "session s CROSS JOIN engagement e"
    named, ids = ("", ()) if among is None else (f" AND s.id IN ({among[0]})", among[1])
    question = (
        "SELECT total(active), count(*) FROM (SELECT max(ifnull(e.talk_ms, 0) + ifnull(e.messages, 0)"
        " + ifnull(e.reactions, 0) + ifnull(e.raised_hands, 0) + ifnull(e.poll_answers, 0)) > 0 AS active"
        f" FROM {tables} ON s.id = e.session_id LEFT JOIN attendee a ON a.id = e.attendee_id"
        " WHERE coalesce(e.talk_ms, e.messages, e.reactions, e.raised_hands, e.poll_answers) IS NOT NULL"
        " AND ifnull(coalesce(e.person_id, a.person_id) != coalesce(s.mentor_id, s.author_id), 1)"
        f" AND s.ends_at <= ? AND +s.starts_at >= ? AND +s.starts_at < ? AND ({condition}){named}"
        " GROUP BY e.session_id, ifnull('p' || coalesce(e.person_id, a.person_id), 'a' || e.attendee_id))"
    )
    return question, (at, *period, *values, *ids)


async def active_guests(fetch: Fetch, question: Question) -> tuple[int, int]:
    """Return the guests who took an active part, and of how many that is known, by a question of ``engaged``."""
    active, known = cast("tuple[float, int]", (await fetch(*question))[0])
    return int(active), known


async def ratings(fetch: Fetch, question: Question) -> Ratings:
    """Return the ratings that a question of ``rated`` finds."""
    n, total, squares = cast("tuple[int, int, int]", (await fetch(*question))[0])
    return Ratings(n, total, squares)

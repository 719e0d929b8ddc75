"""Plans of the hot reads beside the desk: none of them looks at every row of a table that grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from sessiontui.domain.access import WORKER
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query import parse
from sessiontui.services.context import UTC
from sessiontui.store import feeds
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads import (
    alerts,
    calendars,
    digests,
    followups,
    hosting,
    outbox,
    places,
    recordings,
    visits,
)
from sessiontui.store.reads.orders import BESIDE
from sessiontui.store.reads.timetable import timetable
from sessiontui.store.stretches import ASTRAY, Reach, within
from sessiontui.store.viewing import EVERYONE
from tests.conftest import NOON, Stage
from tests.services.test_sessions import make

GROWING = frozenset(
    {
        "session", "s", "join_request", "r", "request_change", "c", "presence", "v", "presence_signal", "e",
        "session_change", "attendee", "audit_entry", "letter", "l", "recording", "place", "place_order",
        "follow_up", "f", "alert", "a", "user_sessions",
    }
)  # fmt: skip
"""Tables of which there are as many rows as sessions or people, by their names and by what questions call them."""

FEW = ("alert_standing", "session_unplaced", "session_alerted")
"""Indexes of what is open now, or to be done: they are read whole where all of it is asked for."""

NOW = to_ms(NOON)
DAY = 24 * 60 * 60 * 1000

Ask = Callable[[Fetch], Awaitable[object]]


async def _calendar(fetch: Fetch) -> None:
    for text in ("", "kind:work", "tag:grief", "mentor:ana"):
        table = await timetable(fetch, parse(text, now=NOON, zone=UTC), EVERYONE)
        await table.counts(NOW, NOW + DAY)
        await table.first(NOW, NOW + DAY, most=50)
        await table.lasting(NOW, most=50)


ASKED: dict[str, Ask] = {
    "the calendar's window": _calendar,
    "calendar events": lambda fetch: calendars.events(fetch, [1, 2], until=NOW),
    "calendar guests": lambda fetch: calendars.guests(fetch, [1, 2]),
    "calendar faces": lambda fetch: calendars.faces(fetch, [1, 2]),
    "a person's calendar": lambda fetch: calendars.of_person(fetch, 1),
    "recordings of a session": lambda fetch: recordings.of_session(fetch, 1),
    "who opened recordings": lambda fetch: recordings.openings(fetch, 1),
    "a recording by its outside id": lambda fetch: recordings.by_outside_id(fetch, "zoom", "x"),
    "whether rooms wait": lambda fetch: places.is_idle(fetch, NOW),
    "sessions whose rooms are to be compared": lambda fetch: places.unplaced(fetch, limit=50),
    "orders for rooms": lambda fetch: places.due(fetch, NOW, limit=50),
    "open orders of a room": lambda fetch: places.open_orders(fetch, 1),
    "rooms whose participants are to be asked for": lambda fetch: places.rolls_due(
        fetch, "zoom", since=NOW, until=NOW + DAY, limit=50
    ),
    "feeds": lambda fetch: feeds.feeds(fetch, NOON),
    "who was inside when a feed fell silent": lambda fetch: feeds._were_inside(fetch, "zoom", NOW, NOW),
    "alerts of sessions": lambda fetch: alerts.of_sessions(fetch, [1, 2]),
    "how many alerts are open": lambda fetch: alerts.counts(fetch, now=NOW),
    "one's own alerts": lambda fetch: alerts.counts(fetch, now=NOW, own=1),
    "the oldest letter that is due": lambda fetch: outbox.oldest_due(fetch),
    "letters not delivered": lambda fetch: outbox.undelivered(fetch, [1, 2]),
    "sessions to be followed up": lambda fetch: followups.ended(fetch, since=NOW - DAY, until=NOW, limit=50),
    "follow-ups of a session": lambda fetch: followups.of_session(fetch, 1),
    "a day's digest": lambda fetch: digests.sessions(fetch, 1, since=NOW, until=NOW + DAY, limit=20),
    "who is told of their day": lambda fetch: digests.readers(fetch, since=NOW - DAY, until=NOW + DAY, now=NOW),
    "what a host has ahead": lambda fetch: hosting.coming(fetch, [1, 2], now=NOON),
    "visits that idle": lambda fetch: visits.idle(fetch, before=NOW, limit=50),
    "visits of a person": lambda fetch: visits.of_person(fetch, 1, limit=20),
}


@pytest.fixture
async def rows(stage: Stage) -> Stage:
    """A few sessions, and a source that sends by itself, so that every question is asked to its end."""
    for number in range(3):
        await make(stage, title=f"plan {number}", starts_at=NOON + timedelta(hours=number))
    async with stage.context.db.write(by=WORKER, at=NOON) as tx:
        await tx.run("INSERT INTO source_seen (source, at) VALUES ('local', ?)", (NOW,))
        await tx.run("INSERT INTO source_gap (source, day, size, n) VALUES ('local', ?, 1, 5)", (NOW // DAY,))
    return stage


def scans(stage: Stage, asked: Sequence[tuple[str, Sequence[Value]]]) -> list[tuple[str, str]]:
    """Return the steps that look at a whole table that grows, each with its question."""
    found = []
    with closing(sqlite3.connect(stage.path)) as plain:
        for sql, values in asked:
            for row in plain.execute(f"EXPLAIN QUERY PLAN {sql}", tuple(values)):
                part = str(row[3]).split()
                if part[0] == "SCAN" and part[1] in GROWING and part[-1] not in FEW:
                    found.append((str(row[3]), sql))
    return found


@pytest.mark.parametrize("what", ASKED)
async def test_a_hot_read_scans_no_table_that_grows(rows: Stage, what: str):
    asked: list[tuple[str, Sequence[Value]]] = []

    async def fetch(sql: str, values: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        asked.append((sql, values))
        return await rows.context.db.fetch(sql, values, deadline=deadline)

    await ASKED[what](fetch)
    assert asked
    assert scans(rows, asked) == []


async def test_who_was_inside_is_asked_of_the_sessions_that_go_on(rows: Stage):
    asked: list[tuple[str, Sequence[Value]]] = []

    async def fetch(sql: str, values: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        asked.append((sql, values))
        return []

    await feeds._were_inside(fetch, "local", NOW, NOW)
    steps = [str(row[3]) for row in await rows.rows(f"EXPLAIN QUERY PLAN {asked[0][0]}", *asked[0][1])]
    assert any(step.startswith("SEARCH s USING INDEX session_start (starts_at>? AND starts_at<?)") for step in steps)
    assert any(step.startswith("SEARCH p USING INDEX presence_session") for step in steps)


async def test_a_scan_is_seen(rows: Stage):
    assert scans(rows, [("SELECT count(*) FROM session s WHERE s.title LIKE '%x'", ())])


@pytest.mark.parametrize("column", ["rank", "starts_at"])
@pytest.mark.parametrize("condition", ["s.kind = 'work' AND s.approved > 3", "s.departed + s.active > 0"])
async def test_filters_on_what_is_short_are_asked_of_the_index_alone(rows: Stage, column: str, condition: str):
    plan = await rows.rows(
        f"EXPLAIN QUERY PLAN SELECT s.id, s.{column} FROM session s {within(column, Reach(0, 1))}"
        f" AND s.archived_at IS NULL AND ({condition}) ORDER BY s.{column}, s.id LIMIT 50",
        0,
        1,
    )
    index = "session_rank" if column == "rank" else "session_start"
    (step,) = [str(row[3]) for row in plan]
    assert step == f"SEARCH s USING COVERING INDEX {index} ({column}>? AND {column}<?)"


async def test_every_column_beside_an_order_stands_in_its_index(rows: Stage):
    for column in ("rank", "starts_at"):
        every = " AND ".join(f"s.{name} IS NOT NULL" for name in BESIDE)
        plan = await rows.rows(
            f"EXPLAIN QUERY PLAN SELECT s.id FROM session s {within(column, Reach(0, 1))} AND {every}", 0, 1
        )
        assert "COVERING" in str(plan[0][3])


@pytest.mark.parametrize("column", ["rank", "starts_at"])
async def test_sessions_that_are_astray_are_found_by_their_own_index(rows: Stage, column: str):
    plan = await rows.rows(
        f"EXPLAIN QUERY PLAN SELECT s.id FROM session s {within(column, Reach(0, 1, astray=True))}"
        f" ORDER BY s.{column}, s.id",
        0,
        1,
    )
    assert "session_astray" in str(plan[0][3])
    assert await rows.rows(f"SELECT count(*) FROM session WHERE {ASTRAY}") == [(0,)]


async def test_sessions_in_which_people_are_are_found_by_their_own_index(rows: Stage):
    plan = await rows.rows(
        f"EXPLAIN QUERY PLAN SELECT s.id FROM session s {within('rank', Reach(0, 1, here=True))}", 0, 1
    )
    assert "session_here" in str(plan[0][3])

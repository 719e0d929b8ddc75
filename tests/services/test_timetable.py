"""The calendar's page: whole days of a zone by the index on the start, counted wholly, drawn as far as asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query import parse
from sessiontui.domain.vocabulary import Move, Role, Status
from sessiontui.services import sessions
from sessiontui.services.calendars import timetable
from sessiontui.services.calendars.timetable import CalendarPage
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.reads.timetable import timetable as timetable_of
from sessiontui.store.viewing import EVERYONE
from tests.conftest import NOON, Stage

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)
MONDAY = date(2026, 5, 4)


async def made(stage: Stage, starts_at: datetime, title: str = "Circle", *, hours: float = 1, **over: object) -> int:
    draft = SessionDraft(title=title, starts_at=starts_at, ends_at=starts_at + hours * HOUR, publish=True, **over)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]


async def shown(stage: Stage, query: str = "", **over: object) -> CalendarPage:
    asked = {"first": MONDAY, "number": 7, "each": 50, "zone": MADRID, "now": NOON, "by": stage.root} | over
    return await timetable.page(stage.context, query, **asked)


def titles(page: CalendarPage) -> list[list[str]]:
    return [[line.title for line in day.lines] for day in page.days]


async def test_a_session_stands_on_the_day_of_its_zone(stage: Stage):
    await made(stage, datetime(2026, 5, 5, 21, 30, tzinfo=UTC), "late on Tuesday")
    await made(stage, datetime(2026, 5, 5, 22, 30, tzinfo=UTC), "early on Wednesday")
    page = await shown(stage)
    assert titles(page)[1:3] == [["late on Tuesday"], ["early on Wednesday"]]
    utc = await shown(stage, zone=ZoneInfo("UTC"))
    assert titles(utc)[1] == ["late on Tuesday", "early on Wednesday"]


async def test_days_are_counted_wholly_though_few_are_drawn(stage: Stage):
    for minutes in range(0, 50, 5):
        await made(stage, datetime(2026, 5, 6, 9, minutes, tzinfo=UTC), f"at {minutes}")
    page = await shown(stage, each=3)
    day = page.days[2]
    assert (len(day.lines), day.matched, day.more) == (3, 10, 7)
    assert page.counts == {Status.CREATED: 10}
    assert (await shown(stage, each=0)).days[2].counts == {Status.CREATED: 10}


async def test_what_began_the_day_before_lasts_into_the_page(stage: Stage):
    await made(stage, datetime(2026, 5, 3, 21, tzinfo=UTC), "over midnight", hours=3)
    await made(stage, datetime(2026, 5, 3, 20, tzinfo=UTC), "ends before", hours=1)
    page = await shown(stage)
    assert [line.title for line in page.carried] == ["over midnight"]
    assert not page.days[0].lines


async def test_what_began_many_days_before_lasts_into_the_page_by_an_index_of_its_own(stage: Stage):
    await made(stage, datetime(2026, 4, 20, 9, tzinfo=UTC), "retreat", hours=24 * 20)
    await made(stage, datetime(2026, 4, 20, 9, tzinfo=UTC), "over by then", hours=24 * 13)
    assert [line.title for line in (await shown(stage)).carried] == ["retreat"]
    past = await shown(stage, now=NOON + HOUR, as_of=NOON + timedelta(minutes=1))
    assert [line.title for line in past.carried] == ["retreat"]
    asked: list[tuple[str, tuple[object, ...]]] = []

    async def listening(sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        asked.append((sql, tuple(values)))
        return []

    table = await timetable_of(listening, parse("", now=NOON, zone=MADRID), EVERYONE)
    await table.lasting(to_ms(NOON), most=50)
    sql, values = asked[-1]
    plan = " ".join(str(row) for row in await stage.rows(f"EXPLAIN QUERY PLAN {sql}", *values))
    assert "INDEX session_long (ends_at>?" in plan
    assert "INDEX session_start (starts_at>?" in plan
    assert "SCAN s " not in plan


async def test_the_filter_is_the_desks_without_what_chooses_the_time(stage: Stage):
    await made(stage, datetime(2026, 5, 8, 9, tzinfo=UTC), "grief", tags=("grief",))
    await made(stage, datetime(2026, 5, 8, 9, tzinfo=UTC), "other")
    assert titles(await shown(stage, "view:now tag:grief starts:<2h"))[4] == ["grief"]
    assert (await shown(stage, "view:now tag:grief starts:<2h")).query == "tag:grief"
    assert (await shown(stage, "id:#1")).query == ""
    assert (await shown(stage, "view:followup")).query == "view:followup"
    with pytest.raises(BadInput):
        await shown(stage, "statsu:live")


async def test_an_instant_of_the_past_shows_where_sessions_stood_then(stage: Stage):
    number = await made(stage, datetime(2026, 5, 6, 9, tzinfo=UTC), "moved")
    later = NOON + HOUR
    window = {"starts_at": datetime(2026, 5, 7, 9, tzinfo=UTC), "ends_at": datetime(2026, 5, 7, 10, tzinfo=UTC)}
    await sessions.move(stage.context, Move.RESCHEDULE, number, by=stage.root, at=later, **window)
    now = later + HOUR
    assert titles(await shown(stage, now=now))[2:4] == [[], ["moved"]]
    past = await shown(stage, now=now, as_of=NOON + timedelta(minutes=5))
    assert titles(past)[2:4] == [["moved"], []]
    assert past.days[2].counts == {Status.CREATED: 1}
    assert past.as_of is not None


async def test_days_of_23_and_25_hours_are_whole(stage: Stage):
    autumn = await shown(stage, first=date(2026, 10, 19))
    assert autumn.days[6].until - autumn.days[6].since == 25 * HOUR
    spring = await shown(stage, first=date(2026, 3, 23))
    assert spring.days[6].until - spring.days[6].since == 23 * HOUR


async def test_drafts_of_others_stay_hidden(stage: Stage):
    draft = SessionDraft(title="draft", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    await sessions.create(stage.context, draft, by=stage.root, at=NOON)
    page = await shown(stage, by=Actor(stage.ana, "Ana", Role.PARTICIPANT))
    assert not page.lines
    assert not page.counts
    assert titles(await shown(stage))[0] == ["draft"]


async def test_there_are_no_days_beyond_the_calendar(stage: Stage):
    for first, number in ((date(1900, 1, 1), 7), (date(2199, 12, 28), 7), (MONDAY, 0), (MONDAY, 63)):
        with pytest.raises(BadInput):
            await shown(stage, first=first, number=number)


async def test_the_days_are_read_by_the_index_on_the_start(stage: Stage):
    plan = await stage.rows(
        "EXPLAIN QUERY PLAN SELECT s.status, count(*) FROM session s INDEXED BY session_start"
        " WHERE s.starts_at >= 0 AND s.starts_at < 9 AND (s.archived_at IS NULL) GROUP BY s.status"
    )
    assert any("session_start (starts_at>? AND starts_at<?)" in str(row) for row in plan)

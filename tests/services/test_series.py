"""Series through the services: stamped ahead, changed from a date on or wholly, never touching what has begun."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.recurrence import wall_of
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import people, presence, requests, series, sessions
from sessiontui.services.series import SeriesDraft, SeriesEdit
from tests.conftest import NOON, Stage

MADRID = ZoneInfo("Europe/Madrid")
TUESDAY = datetime.fromisoformat("2026-05-05T18:00")
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
ZONES = ["Europe/Madrid", "America/New_York", "Australia/Sydney", "Asia/Tehran", "America/Santiago"]


def weeks(*days: str, hour: str = "18:00") -> list[str]:
    return [f"{day} {hour}" for day in days]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


def draft(**over: object) -> SeriesDraft:
    plain = {
        "title": "Grief circle", "starts": TUESDAY, "length": HOUR, "zone": "Europe/Madrid",
        "rule": "FREQ=WEEKLY;COUNT=6",
    }  # fmt: skip
    return SeriesDraft(**{**plain, **over})


async def dates(stage: Stage, series_id: int = 1) -> list[tuple[int, str, str]]:
    """Each session of a series: its id, the date it stands for, and when it starts on the clocks of Madrid."""
    rows = await stage.rows(
        "SELECT id, slot, starts_at, control FROM session WHERE series_id = ? ORDER BY starts_at, id", series_id
    )
    return [
        (
            int(str(row[0])),
            str(row[1])[5:16],
            f"{wall_of(datetime.fromtimestamp(int(str(row[2])) / 1000, UTC), MADRID):%m-%d %H:%M}"
            + (" off" if row[3] == "cancelled" else ""),
        )
        for row in rows
    ]


async def starts(stage: Stage, series_id: int = 1) -> list[str]:
    return [shown for _, _, shown in await dates(stage, series_id)]


async def make(stage: Stage, **over: object) -> int:
    receipt = await series.create(stage.context, draft(**over), by=stage.root, at=NOON)
    assert receipt.series is not None
    return receipt.series


async def change(stage: Stage, session_id: int, scope: Scope, at: datetime = NOON, **over: object):
    edit = SeriesEdit(**over)
    return await series.edit(stage.context, session_id, edit, scope=scope, by=stage.root, at=at)


async def test_a_series_becomes_sessions(stage: Stage):
    receipt = await series.create(stage.context, draft(capacity=8, mentor_id=stage.bob), by=stage.root, at=NOON)
    assert receipt.sentence == (
        "created the series Grief circle, every week on Tue at 18:00 Europe/Madrid, 6 times: 6 sessions so far"
    )
    assert await starts(stage) == [
        "05-05 18:00",
        "05-12 18:00",
        "05-19 18:00",
        "05-26 18:00",
        "06-02 18:00",
        "06-09 18:00",
    ]
    assert await stage.rows("SELECT DISTINCT title, capacity, mentor_id, control FROM session") == [
        ("Grief circle", 8, stage.bob, "scheduled")
    ]


async def test_the_worker_keeps_ninety_days_stamped(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY")
    assert len(await dates(stage)) == 13
    assert await series.stamp(stage.context, at=NOON) == 0
    assert await series.stamp(stage.context, at=NOON + 2 * WEEK) == 2
    assert await series.stamp(stage.context, at=NOON + 2 * WEEK) == 0
    shown = await dates(stage)
    assert [slot for _, slot, _ in shown] == sorted({slot for _, slot, _ in shown})


async def test_stamping_after_a_long_sleep_leaves_no_gap(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY")
    await series.stamp(stage.context, at=NOON + 52 * WEEK)
    walls = [datetime.fromisoformat(f"2026-{slot}") for _, slot, _ in (await dates(stage))[:30]]
    assert {later - earlier for earlier, later in pairwise(walls)} == {WEEK}
    assert len(await dates(stage)) == 65


@pytest.mark.parametrize(
    "zone", ["Europe/Madrid", "America/New_York", "Australia/Sydney", "Asia/Tehran", "America/Santiago"]
)
async def test_the_hour_stays_over_both_changes_of_the_clocks(stage: Stage, zone: str):
    await make(stage, zone=zone, rule="FREQ=WEEKLY;COUNT=60")
    await series.stamp(stage.context, at=NOON + 60 * WEEK)
    rows = await stage.rows("SELECT starts_at, ends_at FROM session WHERE series_id = 1")
    begins = [datetime.fromtimestamp(int(str(row[0])) / 1000, UTC) for row in rows]
    assert len(begins) == 60
    assert {wall_of(begin, ZoneInfo(zone)).hour for begin in begins} == {18}
    assert {int(str(row[1])) - int(str(row[0])) for row in rows} == {3_600_000}


async def test_months_without_such_a_day_are_told(stage: Stage):
    receipt = await series.create(
        stage.context,
        draft(starts=wall("05-31T18:00"), rule="FREQ=MONTHLY"),
        by=stage.root,
        at=NOON,
    )
    assert "no date in Jun 2026, Sep 2026, Nov 2026, Feb 2027, Apr 2027, which has no such day" in receipt.sentence
    detail = await series.detail(stage.context, 1, now=NOON, by=stage.root)
    assert detail.skipped[0] == (2026, 6)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"rule": "FREQ=SOMETIMES"}, "rule"),
        ({"rule": "FREQ=SECONDLY"}, "rule"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"length": timedelta()}, "length"),
        ({"title": " "}, "title"),
        ({"starts": datetime.fromisoformat("1066-10-14T09:00")}, "starts"),
    ],
)
async def test_what_cannot_be_a_series_is_refused_at_its_place(stage: Stage, wrong: dict[str, object], place: str):
    with pytest.raises(BadInput) as error:
        await make(stage, **wrong)
    assert error.value.place == place
    assert await stage.rows("SELECT count(*) FROM series") == [(0,)]


async def test_another_hour_for_all_moves_what_has_not_begun(stage: Stage):
    await make(stage)
    third = (await dates(stage))[2][0]
    at = NOON + WEEK + 2 * timedelta(days=1)  # two dates are over
    receipt = await change(stage, third, Scope.ALL, at=at, starts=wall("05-19T17:30"))
    assert receipt.sentence == "changed the series Grief circle: 4 dates moved"
    assert await starts(stage) == [
        "05-05 18:00",
        "05-12 18:00",
        "05-19 17:30",
        "05-26 17:30",
        "06-02 17:30",
        "06-09 17:30",
    ]
    assert [slot for _, slot, _ in await dates(stage)][:3] == ["05-05T18:00", "05-12T18:00", "05-19T17:30"]


async def test_another_weekday_moves_each_week(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=6")
    first = (await dates(stage))[0][0]
    await change(stage, first, Scope.ALL, starts=wall("05-07T18:00"))
    assert await starts(stage) == [
        "05-07 18:00",
        "05-14 18:00",
        "05-21 18:00",
        "05-28 18:00",
        "06-04 18:00",
        "06-11 18:00",
    ]
    assert (await stage.rows("SELECT rule FROM series"))[0][0] == "FREQ=WEEKLY;BYDAY=TH;COUNT=6"


async def test_a_shift_by_a_week_gives_every_date_the_next_ones_name(stage: Stage):
    await make(stage)
    first = (await dates(stage))[0][0]
    await change(stage, first, Scope.ALL, starts=TUESDAY + WEEK)
    assert (await starts(stage))[0] == "05-12 18:00"
    assert len(await dates(stage)) == 6


async def test_this_and_following_parts_the_series(stage: Stage):
    await make(stage)
    fourth = (await dates(stage))[3][0]
    receipt = await change(stage, fourth, Scope.FOLLOWING, title="Grief circle, late", starts=wall("05-26T20:00"))
    assert receipt.series == 2
    assert await starts(stage) == ["05-05 18:00", "05-12 18:00", "05-19 18:00"]
    assert await starts(stage, 2) == ["05-26 20:00", "06-02 20:00", "06-09 20:00"]
    assert await stage.rows("SELECT title, parted_from FROM series ORDER BY id") == [
        ("Grief circle", None), ("Grief circle, late", 1),
    ]  # fmt: skip
    assert await stage.rows("SELECT title, count(*) FROM session GROUP BY title ORDER BY title") == [
        ("Grief circle", 3), ("Grief circle, late", 3),
    ]  # fmt: skip
    assert await series.stamp(stage.context, at=NOON + 52 * WEEK) == 0  # six dates were all


async def test_endless_series_go_on_after_they_parted(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY")
    fourth = (await dates(stage))[3][0]
    await change(stage, fourth, Scope.FOLLOWING, length=timedelta(minutes=30))
    await series.stamp(stage.context, at=NOON + 10 * WEEK)
    assert len(await dates(stage)) == 3
    assert len(await dates(stage, 2)) == 20
    lengths = await stage.rows("SELECT DISTINCT ends_at - starts_at FROM session WHERE series_id = 2")
    assert lengths == [(1_800_000,)]


async def test_what_was_changed_by_itself_stays(stage: Stage):
    await make(stage)
    ids = [row[0] for row in await dates(stage)]
    moved = datetime(2026, 5, 13, 9, tzinfo=UTC)
    await sessions.move(
        stage.context, Move.RESCHEDULE, ids[1], by=stage.root, at=NOON, starts_at=moved, ends_at=moved + HOUR
    )
    await sessions.edit(stage.context, ids[2], sessions.SessionEdit(title="With a guest"), by=stage.root, at=NOON)
    receipt = await change(stage, ids[0], Scope.ALL, title="Circle", starts=wall("05-05T19:00"))
    assert "1 date left alone, as it was moved by itself" in receipt.sentence
    assert await starts(stage) == [
        "05-05 19:00",
        "05-13 11:00",
        "05-19 19:00",
        "05-26 19:00",
        "06-02 19:00",
        "06-09 19:00",
    ]
    titles = await stage.rows("SELECT title FROM session ORDER BY id")
    assert [title for (title,) in titles] == ["Circle", "Circle", "With a guest", "Circle", "Circle", "Circle"]


async def test_dates_that_go_are_forgotten_or_called_off(stage: Stage):
    await make(stage)
    ids = [row[0] for row in await dates(stage)]
    await requests.ask(stage.context, ids[4], stage.ana, by=stage.root, at=NOON)
    receipt = await change(stage, ids[0], Scope.ALL, rule="FREQ=WEEKLY;INTERVAL=2;COUNT=2")
    assert receipt.sentence == "changed the series Grief circle: 3 dates taken out, 1 date called off"
    assert await starts(stage) == ["05-05 18:00", "05-19 18:00", "06-02 18:00 off"]


async def test_one_date_is_taken_out_and_does_not_come_back(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY")
    second = (await dates(stage))[1][0]
    await series.take_out(stage.context, second, by=stage.root, at=NOON)
    await series.stamp(stage.context, at=NOON + 3 * WEEK)
    assert (await starts(stage))[:2] == ["05-05 18:00", "05-19 18:00"]
    assert (await series.detail(stage.context, 1, now=NOON, by=stage.root)).excluded == (TUESDAY + WEEK,)


async def test_a_series_can_end(stage: Stage):
    await make(stage, rule="FREQ=WEEKLY")
    fifth = (await dates(stage))[4][0]
    await series.end(stage.context, fifth, by=stage.root, at=NOON)
    assert await series.stamp(stage.context, at=NOON + 60 * WEEK) == 0
    assert len(await dates(stage)) == 4
    first = (await dates(stage))[0][0]
    with pytest.raises(Refused, match="first date"):
        await series.end(stage.context, first, by=stage.root, at=NOON)


async def test_an_ended_series_can_go_on_again(stage: Stage):
    await make(stage)
    last = (await dates(stage))[-1][0]
    await change(stage, last, Scope.ALL, rule="FREQ=WEEKLY;COUNT=8")
    assert (await starts(stage))[-2:] == ["06-16 18:00", "06-23 18:00"]
    assert await series.stamp(stage.context, at=NOON + 60 * WEEK) == 0


async def test_the_mentor_of_all_dates_changes_save_where_somebody_else_stands_in(stage: Stage):
    await make(stage, mentor_id=stage.bob)
    ids = [row[0] for row in await dates(stage)]
    await sessions.move(stage.context, Move.REASSIGN, ids[1], by=stage.root, at=NOON, mentor_id=stage.cyd)
    await change(stage, ids[0], Scope.ALL, mentor_id=stage.ana)
    mentors = [row[0] for row in await stage.rows("SELECT mentor_id FROM session ORDER BY id")]
    assert mentors == [stage.ana, stage.cyd, stage.ana, stage.ana, stage.ana, stage.ana]


async def test_who_has_come_keeps_their_date(stage: Stage):
    await make(stage)
    ids = [row[0] for row in await dates(stage)]
    begun = datetime(2026, 5, 5, 16, 5, tzinfo=UTC)
    await presence.join(stage.context, ids[0], stage.ana, by=stage.root, at=begun)
    await change(stage, ids[1], Scope.ALL, at=begun, length=timedelta(minutes=90))
    lengths = [row[0] for row in await stage.rows("SELECT ends_at - starts_at FROM session ORDER BY id")]
    assert lengths == [3_600_000, *[5_400_000] * 5]


async def test_mentors_change_their_own_series_alone(stage: Stage):
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, role=Role.MENTOR)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    await make(stage, mentor_id=stage.cyd)
    first = (await dates(stage))[0][0]
    with pytest.raises(NotAllowed):
        await series.take_out(stage.context, first, by=bob, at=NOON)
    own = await series.create(stage.context, draft(mentor_id=stage.bob), by=bob, at=NOON)
    await series.take_out(stage.context, own.sessions[0], by=bob, at=NOON)
    with pytest.raises(NotAllowed):
        await series.create(stage.context, draft(), by=Actor(stage.ana, "Ana", Role.PARTICIPANT), at=NOON)


async def test_a_session_without_a_series_says_so(stage: Stage):
    window = {"starts_at": NOON, "ends_at": NOON + HOUR}
    alone = await sessions.create(
        stage.context, sessions.SessionDraft(title="Alone", **window), by=stage.root, at=NOON
    )
    with pytest.raises(NotFound, match="belongs to no series"):
        await series.take_out(stage.context, alone.sessions[0], by=stage.root, at=NOON)
    with pytest.raises(NotFound):
        await series.find(stage.context, "#99")


async def test_every_change_is_one_audit_entry(stage: Stage):
    await make(stage)
    await change(stage, (await dates(stage))[0][0], Scope.ALL, title="Circle")
    acts = [row[0] for row in await stage.rows("SELECT action FROM audit_entry WHERE subject = 'series' ORDER BY id")]
    assert acts == ["series.create", "series.edit"]


async def test_series_are_listed_by_their_next_date(stage: Stage):
    await make(stage, title="Later", starts=TUESDAY + timedelta(days=1))
    await make(stage, title="Sooner")
    await make(stage, title="Over", starts=TUESDAY - 9 * WEEK, rule="FREQ=WEEKLY;COUNT=2")
    found = await series.listing(stage.context, now=NOON, by=stage.root)
    assert [(line.title, line.sessions) for line in found] == [("Sooner", 6), ("Later", 6), ("Over", 2)]

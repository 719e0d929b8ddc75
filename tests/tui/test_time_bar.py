"""The time bar: keys, typing and mouse walk the desk through the past, which can be looked at and not changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Status
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.commands import REGISTRY
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.shape import bars, day_around, scale_line, shape_line
from sessiontui.tui.screens.desk_past import difference
from sessiontui.tui.widgets.time_bar import typed_instant
from tests.tui.desk_fakes import NOW, FakePort, FakeReads, every_status, line
from tests.tui.test_desk import screen_text, settled

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
MADRID = ZoneInfo("Europe/Madrid")
LOOK = Look(zone=MADRID)


@asynccontextmanager
async def travelling(
    *keys: str, size: tuple[int, int] = (120, 36), port: FakePort | None = None
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None], FakeReads]]:
    port = port or FakePort()
    reads = FakeReads(every_status())
    reads.port = port
    app = ConsoleApp(port, reads=reads, interval=None)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
        await settled(pilot)
        yield app, pilot, reads


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (("left",), "14:00"),
        (("left", "left"), "13:55"),
        (("left", "left", "right"), "14:00"),
        (("h", "h", "l"), "14:00"),
        (("shift+left",), "13:05"),
        (("left", "shift+left"), "13:00"),
        (("H", "H", "L"), "13:05"),
        (("home",), "22:00"),  # midnight in Madrid
        (("pageup",), "14:02"),
    ],
)
async def test_keys_walk_by_five_minutes_hours_and_days(keys: tuple[str, ...], at: str) -> None:
    async with travelling("t", *keys) as (app, _, _reads):
        assert app.port.as_of is not None
        assert f"{app.port.as_of:%H:%M}" == at
        assert app.port.as_of < NOW


async def test_the_past_is_marked_on_the_whole_top_line_and_in_words() -> None:
    async with travelling("t", "left") as (app, _, reads):
        assert "as of 2026-05-04 14:00 UTC, valid time" in screen_text(app)
        assert app.desk.top.has_class("-past")
        assert "Mon 4 May 2026, 16:00 Madrid (14:00 UTC)" in screen_text(app)
        assert app.desk.shown.board is not None
        assert app.desk.shown.board.as_of == app.port.as_of
        begin, end, cells = reads.shapes[-1]
        assert (begin, end) == day_around(NOW, MADRID)
        assert cells == app.desk.time_bar.content_size.width


async def test_escape_comes_back_to_now_and_so_does_the_end() -> None:
    async with travelling("t", "left", "left") as (app, pilot, _):
        await pilot.press("end")
        await settled(pilot)
        assert app.port.as_of is None
        assert app.desk.time_bar.is_open
        await pilot.press("left", "escape")
        await settled(pilot)
        assert app.port.as_of is None
        assert not app.desk.time_bar.is_open
        assert app.focused is app.desk.table
        assert "● live" in screen_text(app)
        assert not app.desk.top.has_class("-past")


async def test_past_the_last_step_is_now() -> None:
    async with travelling("t", "left", "right", "right") as (app, _, _reads):
        assert app.port.as_of is None


async def test_every_acting_key_says_that_the_past_is_read_only() -> None:
    async with travelling("t", "left") as (app, pilot, _):
        for command in REGISTRY:
            if command.writes and command.keys:
                app.told.clear()
                app.action_command(command.id)
                await app.workers.wait_for_complete()
                assert "the past is read-only" in app.told[-1], command.id
        await pilot.press("X")
        await settled(pilot)
        assert app.screen is app.desk
        assert "the past is read-only" in app.told[-1]


async def test_rows_can_be_walked_while_the_bar_has_the_keys() -> None:
    async with travelling("t", "left", "down", "j", "up") as (app, pilot, reads):
        assert app.desk.time_bar.has_focus_within
        assert app.desk.table.cursor_row == 1
        assert reads.details[-1] == app.desk.table.cursor_key
        await pilot.press("enter")
        await settled(pilot)
        assert app.desk.pane.has_focus_within
        await pilot.press("t")
        assert app.desk.time_bar.has_focus_within
        await pilot.press("t")
        assert app.focused is app.desk.table
        await pilot.press("escape", "escape")  # out of the session, then out of the past
        assert app.port.as_of is None


async def test_an_instant_can_be_typed() -> None:
    async with travelling("t", *"13:20") as (app, pilot, _):
        assert "Mon 4 May 2026, 13:20 Madrid (11:20 UTC)" in screen_text(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.port.as_of == datetime(2026, 5, 4, 11, 20, tzinfo=UTC)
        assert app.desk.time_bar.has_focus
        await pilot.press(*"23:59", "enter")
        await settled(pilot)
        assert "that lies ahead: the past ends now" in screen_text(app)
        assert app.port.as_of == datetime(2026, 5, 4, 11, 20, tzinfo=UTC)
        await pilot.press("escape")
        assert app.desk.time_bar.has_focus
        assert app.port.as_of is not None


async def test_a_click_on_the_shape_goes_there() -> None:
    async with travelling("t") as (app, pilot, _):
        await pilot.click("#shape", offset=(59, 0))
        await settled(pilot)
        begin, end = day_around(NOW, MADRID)
        assert app.port.as_of is not None
        assert abs(app.port.as_of - (begin + (end - begin) / 2)) < 15 * MIN


async def test_the_word_goes_straight_there_and_back() -> None:
    async with travelling(":", *"time yesterday 12:00", "enter") as (app, pilot, _):
        assert app.port.as_of == datetime(2026, 5, 3, 10, tzinfo=UTC)
        assert app.desk.time_bar.is_open
        await pilot.press(":", *"time now", "enter")
        await settled(pilot)
        assert app.port.as_of is None
        await pilot.press(":", *"time tomorrow 12:00", "enter")
        await settled(pilot)
        assert "lies ahead" in app.told[-1]


async def test_an_answer_of_another_instant_is_not_shown() -> None:
    async with travelling("t", "left") as (app, pilot, reads):
        reads.port = None  # answers as if asked before the bar was opened
        shown = app.desk.shown.board
        await pilot.press("left")
        await settled(pilot)
        assert app.desk.shown.board is shown


async def test_what_changed_between_two_steps_is_counted() -> None:
    async with travelling("t", "left") as (app, pilot, reads):
        first, second, *others = reads.lines
        reads.lines = (replace(first, status=Status.ACTIVE), *others, line(99, title="New"))
        await pilot.press("left")
        await settled(pilot)
        assert "1 session changed, 1 new, 1 gone" in screen_text(app)
        assert second.id not in [row.key for row in app.desk.table.rows]


async def test_a_console_opened_in_the_past_shows_the_bar() -> None:
    at = NOW - 3 * HOUR
    async with travelling(port=FakePort(as_of=at)) as (app, _, _reads):
        assert app.desk.time_bar.at == at
        assert f"as of {at:%Y-%m-%d %H:%M} UTC" in screen_text(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 48)])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async with travelling("t", "left", size=size) as (app, _, _reads):
        text = screen_text(app)
        assert "2026-05-04 14:00 UTC" in text
        assert "esc back to now" in text


def test_the_difference_says_nothing_of_what_lies_beyond_a_window() -> None:
    from sessiontui.services.pictures import Board

    lines = every_status()
    before = Board(taken_at=NOW, lines=lines[:4], matched=9)
    after = Board(taken_at=NOW, lines=lines[2:6], matched=9)
    assert difference(before, after) == "nothing changed"
    changed = replace(after, lines=(replace(lines[2], status=Status.ACTIVE), *lines[3:6]))
    assert difference(before, changed) == "1 session changed"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("13:30", datetime(2026, 5, 3, 11, 30, tzinfo=UTC)),
        ("yesterday 9:00", datetime(2026, 5, 3, 7, tzinfo=UTC)),
        ("-2h", datetime(2026, 5, 3, 8, tzinfo=UTC)),
        ("fri 14:00", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-04-30 14:00Z", datetime(2026, 4, 30, 14, tzinfo=UTC)),
    ],
)
def test_typed_instants_are_read_on_the_day_that_is_shown(text: str, at: datetime) -> None:
    shown = datetime(2026, 5, 3, 10, tzinfo=UTC)
    assert typed_instant(text, at=shown, now=NOW, look=LOOK) == at


@pytest.mark.parametrize("text", ["tomorrow 9:00", "+3d", "noon", ""])
def test_the_future_and_nonsense_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        typed_instant(text, at=None, now=NOW, look=LOOK)


def test_a_day_has_its_hours_also_when_the_clocks_change() -> None:
    lengths = [
        (lambda day: day[1] - day[0])(day_around(datetime(2026, month, day, 12, tzinfo=UTC), MADRID))
        for month, day in ((3, 29), (5, 4), (10, 25))
    ]
    assert lengths == [23 * HOUR, 24 * HOUR, 25 * HOUR]


def test_the_shape_is_as_wide_as_its_parts_and_lights_the_instant() -> None:
    day = day_around(NOW, MADRID)
    shape = shape_line(tuple(range(48)), day, at=NOW - HOUR, now=NOW, look=LOOK)
    assert shape.cell_length == 48
    (lit,) = [span for span in shape.spans if "reverse" in str(span.style)]
    assert (lit.start, lit.end) == (30, 31)  # 15:02 in Madrid, of half hours
    assert bars((0, 0), Look()) == "▁▁"
    assert bars((0, 1, 9), Look(ascii=True)).isascii()
    assert scale_line(day, 48, at=NOW, now=NOW, look=Look(ascii=True, zone=MADRID)).plain.isascii()

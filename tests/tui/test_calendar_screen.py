"""Screen 3: sessions by day in the admin's zone, moved and made from there, wholly by keys and mouse."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms
from sessiontui.domain.signs import SIGNS
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import requests, series, sessions
from sessiontui.services.sessions import SessionDraft
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.dialogs.choose import Choose
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.screens.calendar import CalendarScreen
from sessiontui.tui.widgets.calendar_grid import CalendarGrid
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.services.test_series import make
from tests.tui.at_rest import at_rest

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 5, 5, 9, tzinfo=UTC)


@asynccontextmanager
async def opened(
    stage: Stage, *, actor: Actor | None = None, size: tuple[int, int] = (120, 36),
    at: datetime = NOON, **display: object,
) -> AsyncIterator[tuple[ConsoleApp, CalendarScreen, Pilot[None]]]:  # fmt: skip
    look = Display(zone=MADRID, **display)
    port = ConsolePort(stage.context, actor or stage.root, display=look, clock=lambda: at)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("3")
        await settle(pilot)
        assert isinstance(app.screen, CalendarScreen)
        yield app, app.screen, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


async def pressed(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def made(stage: Stage, starts_at: datetime = TUESDAY, title: str = "Circle", **over: object) -> int:
    draft = SessionDraft(title=title, starts_at=starts_at, ends_at=starts_at + HOUR, publish=True, **over)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]


def told(screen: CalendarScreen, place: str = "#told") -> str:
    return screen.query_one(place, Sheet).content_drawn.plain


def drawn(screen: CalendarScreen) -> str:
    grid = screen.query_one(CalendarGrid)
    return "\n".join(grid.render_line(y).text for y in range(grid.size.height))


def ascii_signs() -> set[str]:
    """The product's own signs that stand for something else where the terminal shows ASCII alone."""
    return {sign.glyph for sign in SIGNS.values()} - {sign.plain for sign in SIGNS.values()} | set("▌│┈─▾▸²…░↑")


async def window(stage: Stage, number: int) -> tuple[datetime, datetime]:
    rows = await stage.rows("SELECT starts_at, ends_at FROM session WHERE id = ?", number)
    return from_ms(int(str(rows[0][0]))), from_ms(int(str(rows[0][1])))


async def test_the_week_opens_on_what_comes_next_in_the_admins_zone(stage: Stage):
    await made(stage)
    async with opened(stage) as (_, screen, _pilot):
        assert "4 – 10 May 2026, week 19 · Europe/Madrid" in told(screen, "#period")
        assert "1 session" in told(screen, "#period")
        assert "Circle #1" in told(screen)
        assert "11:00–12:00 Madrid · 09:00–10:00 UTC" in told(screen)
        text = drawn(screen)
        assert "Tue 5 May" in text
        assert "◌ Circle" in text
        assert "Created" in text
        assert "14:00▸" in text
        assert text.splitlines()[2].startswith("08:00")


async def test_arrows_go_between_sessions_and_days_and_on_to_the_next_week(stage: Stage):
    await made(stage, TUESDAY, "first")
    await made(stage, TUESDAY + 3 * HOUR, "second")
    await made(stage, TUESDAY + 7 * 24 * HOUR, "a week later")
    async with opened(stage) as (_, screen, pilot):
        seen = []
        for key in ("down", "up", "right", "left", "right_square_bracket"):
            await pressed(pilot, key)
            seen.append(told(screen).splitlines()[0])
        assert "second" in seen[0]
        assert "first" in seen[1]
        assert "Wed 6 May 2026, 11:00" in seen[2]
        assert "first" in seen[3]
        assert "Tue 12 May 2026" in seen[4]
        assert "11 – 17 May 2026" in told(screen, "#period")
        await pressed(pilot, "pageup")
        assert "4 – 10 May 2026" in told(screen, "#period")


async def test_months_count_what_is_wrong_first_and_lead_to_their_days(stage: Stage):
    await made(stage, NOON - HOUR / 2, "waits")
    await made(stage, TUESDAY)
    async with opened(stage) as (_, screen, pilot):
        await pressed(pilot, "m")
        assert "May 2026" in told(screen, "#period")
        text = drawn(screen)
        assert text.index("! 1 waiting") < text.index("◌ 1 created")
        await pressed(pilot, "right")
        assert "Tue 5 May 2026 · 1 session" in told(screen)
        await pressed(pilot, "enter")
        assert "Tue 5 May 2026 · Europe/Madrid" in told(screen, "#period")
        assert "Circle" in drawn(screen)
        await pressed(pilot, "m", "right_square_bracket")
        assert "June 2026" in told(screen, "#period")
        await pressed(pilot, "w")
        assert "1 – 7 Jun 2026" in told(screen, "#period")


async def test_a_session_is_lifted_by_keys_and_moved_only_when_it_is_confirmed(stage: Stage):
    number = await made(stage)
    await requests.ask(stage.context, number, stage.ana, by=stage.root, at=NOON)
    async with opened(stage) as (app, screen, pilot):
        await pressed(pilot, "shift+down", "shift+down", "shift+right")
        assert "Moving Circle" in told(screen)
        assert "Wed 6 May 2026, 11:30–12:30 Madrid" in told(screen)
        assert await window(stage, number) == (TUESDAY, TUESDAY + HOUR)
        await pressed(pilot, "enter")
        assert isinstance(app.screen, Confirm)
        details = "\n".join(app.screen._details)
        assert "Europe/Madrid:  Tue 5 May 2026 11:00 – 12:00" in details
        assert "becomes  Wed 6 May 2026 11:30 – 12:30" in details
        assert "UTC:  Tue 5 May 2026 09:00 – 10:00" in details
        assert "1 request waiting" in details
        assert app.focused is not None
        assert app.focused.id == "keep"
        await pressed(pilot, "escape")
        assert await window(stage, number) == (TUESDAY, TUESDAY + HOUR)
        await pressed(pilot, "enter", "right", "enter")
        later = TUESDAY + 24 * HOUR + HOUR / 2
        assert await window(stage, number) == (later, later + HOUR)
        assert "Wed 6 May 2026, 11:30–12:30" in told(screen)
        await pressed(pilot, "z")
        assert await window(stage, number) == (TUESDAY, TUESDAY + HOUR)


async def test_escape_puts_a_lifted_session_back(stage: Stage):
    number = await made(stage)
    async with opened(stage) as (app, screen, pilot):
        await pressed(pilot, "shift+down", "escape")
        assert screen.lifted is None
        assert "11:00–12:00" in told(screen)
        assert await window(stage, number) == (TUESDAY, TUESDAY + HOUR)
        await pressed(pilot, "escape")
        assert app.screen is app.desk


async def test_a_day_later_is_the_same_hour_though_the_clocks_change(stage: Stage):
    start = datetime(2026, 10, 24, 16, tzinfo=UTC)
    number = await made(stage, start)
    async with opened(stage, at=datetime(2026, 10, 23, 9, tzinfo=UTC)) as (_, screen, pilot):
        assert "25 h day" in drawn(screen)
        await pressed(pilot, "shift+right")
        assert "Sun 25 Oct 2026, 18:00–19:00 Madrid" in told(screen)
        await pressed(pilot, "enter", "right", "enter")
        assert (await window(stage, number))[0] == start + 25 * HOUR


async def test_the_repeated_hour_is_drawn_twice_and_a_session_is_made_in_its_second_pass(stage: Stage):
    second = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    await made(stage, second, "again")
    async with opened(stage, at=datetime(2026, 10, 25, 9, tzinfo=UTC)) as (app, screen, pilot):
        await pressed(pilot, "d", "up", *("comma",) * 4)
        rows = [row for row in drawn(screen).splitlines() if row.startswith("02:00")]
        assert [row[:6].strip() for row in rows] == ["02:00", "02:00²"]
        assert "again" not in rows[0]
        assert "again" in rows[1]
        await pressed(pilot, "down", "n")
        assert isinstance(app.screen, SessionForm)
        assert app.screen.typed.start == "2026-10-25 02:00+01:00"


async def test_n_makes_a_session_at_the_time_under_the_cursor(stage: Stage):
    async with opened(stage) as (app, screen, pilot):
        await pressed(pilot, "full_stop", "full_stop", "n")
        assert isinstance(app.screen, SessionForm)
        assert app.screen.typed.start == "2026-05-04 15:00"
        assert "No session on these days" in told(screen)


async def test_enter_goes_to_the_session_on_the_desk(stage: Stage):
    await made(stage)
    async with opened(stage) as (app, _, pilot):
        await pressed(pilot, "enter")
        assert app.screen is app.desk
        assert app.desk.feed.question.query == "id:1"


async def test_filter_and_desk_share_their_query(stage: Stage):
    await made(stage, title="grief")
    await made(stage, title="other")
    async with opened(stage) as (app, screen, pilot):
        await pressed(pilot, "slash")
        app.focused.value = "grief"  # type: ignore[union-attr]
        await pressed(pilot, "enter")
        assert "1 session" in told(screen, "#period")
        assert "/ grief" in told(screen, "#period")
        await pressed(pilot, "1")
        assert app.desk.feed.question.query == "grief"


async def test_a_date_is_typed_and_shown(stage: Stage):
    async with opened(stage) as (app, screen, pilot):
        await pressed(pilot, "g")
        app.focused.value = "14 may"  # type: ignore[union-attr]
        await pressed(pilot, "enter")
        assert "11 – 17 May 2026" in told(screen, "#period")
        assert "Thu 14 May 2026, 08:00" in told(screen)


async def test_what_is_committed_elsewhere_comes_by_the_feed_of_the_desk(stage: Stage):
    await made(stage)
    async with opened(stage) as (app, screen, pilot):
        await app.desk.feed.look()
        await made(stage, TUESDAY + 2 * HOUR, "new")
        await app.desk.feed.look()
        await settle(pilot)
        assert "2 sessions" in told(screen, "#period")


async def test_a_crowded_hour_collapses_to_a_number_and_every_session_can_be_reached(stage: Stage):
    for place in range(9):
        await made(stage, title=f"circle {place}")
    async with opened(stage, size=(80, 24)) as (_, screen, pilot):
        assert re.search(r"\+\d more", drawn(screen))
        seen = {told(screen).splitlines()[0]}
        for _ in range(8):
            await pressed(pilot, "down")
            seen.add(told(screen).splitlines()[0])
        assert len(seen) == 9


async def test_who_may_only_read_is_told_why(stage: Stage):
    number = await made(stage)
    viewer = Actor(stage.ana, "Ana", Role.VIEWER)
    async with opened(stage, actor=viewer) as (app, screen, pilot):
        await pressed(pilot, "shift+down")
        assert screen.lifted is None
        assert app.told[-1].startswith("Move: ")
        await pressed(pilot, "right")
        assert "no session can be made here" in told(screen)
    async with opened(stage) as (app, screen, pilot):
        app.port.read_only = True  # type: ignore[misc]
        await pressed(pilot, "shift+down")
        assert screen.lifted is None
        assert "reading only" in app.told[-1]
    assert await window(stage, number) == (TUESDAY, TUESDAY + HOUR)


async def test_a_click_goes_to_a_session_and_twice_opens_it(stage: Stage):
    await made(stage)
    await made(stage, TUESDAY + 48 * HOUR, "far")
    async with opened(stage) as (app, screen, pilot):
        rows = drawn(screen).splitlines()
        y = next(at for at, row in enumerate(rows) if "far" in row)
        x = rows[y].index("far")
        await pilot.click(CalendarGrid, offset=(x, y))
        await settle(pilot)
        assert "far" in told(screen)
        await pilot.click(CalendarGrid, offset=(x, y), times=2)
        await settle(pilot)
        assert app.screen is app.desk


async def test_a_failed_look_keeps_the_page_and_says_so(stage: Stage):
    await made(stage)
    async with opened(stage) as (_, screen, pilot):
        screen._failed = "Unavailable: the database is away. Try again"
        screen.draw()
        await settle(pilot)
        assert screen.has_class("-stale")
        assert "the database is away" in told(screen, "#period")
        assert "Circle" in drawn(screen)


async def test_every_size_and_look_draws_whole_lines(stage: Stage):
    for place in range(5):
        await made(stage, TUESDAY + place * HOUR / 3, f"cir\x1b[31mcle \u202e{place}")
    own = ascii_signs()
    for size in ((60, 20), (80, 24), (160, 48), (44, 14)):
        async with opened(stage, size=size, ascii=size[0] == 80) as (_, screen, pilot):
            for key in ("w", "m", "d"):
                await pressed(pilot, key)
                grid = screen.query_one(CalendarGrid)
                text = drawn(screen)
                assert all(grid.render_line(y).cell_length == size[0] for y in range(grid.size.height))
                assert "\x1b" not in text
                assert "\u202e" not in text
                assert size[0] != 80 or not set(text) & own


async def test_moving_a_date_of_a_series_asks_which_dates_and_shows_what_moves(stage: Stage):
    await make(stage)
    async with opened(stage) as (app, screen, pilot):
        assert "Grief circle" in told(screen)
        await pressed(pilot, "shift+down", "enter")
        assert isinstance(app.screen, Choose)
        await pressed(pilot, "down", "enter")
        assert isinstance(app.screen, Confirm)
        details = "\n".join(app.screen._details)
        assert "6 dates move:" in details
        assert "becomes  every week on Tue at 18:15 Europe/Madrid, 6 times" in details
        await pressed(pilot, "right", "enter")
        assert "6 dates moved" in app.told[-1]
        found = await series.detail(stage.context, 1, now=NOON, by=stage.root)
        assert found.line.words == "every week on Tue at 18:15 Europe/Madrid, 6 times"


async def test_space_marks_a_session_for_the_desk(stage: Stage):
    first, second = await made(stage), await made(stage, TUESDAY + HOUR, "Second")
    async with opened(stage) as (app, _, pilot):
        await pressed(pilot, "space", "down", "space")
        assert {line.id for line in app.desk.shown.marked} == {first, second}
        assert app.desk.table.marks == {first, second}
        await pressed(pilot, "space")
        assert "1 marked" in app.told[-1]
        await pressed(pilot, "1")
        assert [line.id for line in app.desk.shown.marked] == [first]

"""The differ before applications: a scrolled table, dialogs, toasts, sizes; and what the console's table costs."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.content import Content
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Key, Resize
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from sessiontui.domain.text import STRIPPED
from sessiontui.services.pictures import SessionLine
from sessiontui.tui import app as console
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.contained import ContainedApp
from sessiontui.tui.differ import Differ, Terminal
from sessiontui.tui.differ.cells import is_sure
from sessiontui.tui.feed import LinesTaken
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.line import COLUMNS, cells
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens import desk
from sessiontui.tui.themes import DARK, DEFAULTS, THEMES
from sessiontui.tui.widgets.table import Table
from tests.tui.at_rest import at_rest
from tests.tui.desk_fakes import NOW, FakePort, FakeReads, every_status
from tests.tui.test_differ import Emulator

SIZE = (120, 40)


class Tap(HeadlessDriver):
    """A driver without a terminal that keeps what would be written, as Textual wrote it and as the differ left it."""

    def __init__(self, app: Tapped, *, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        super().__init__(app, mouse=mouse, size=size)
        self.differ = Differ(app.terminal)
        self.raw: list[str] = []
        self.left: list[str] = []
        self.takes_strips = True
        self.kinds = [0, 0]
        """How many frames had to be read as text, and how many were taken as strips."""
        self.lettered = 0
        """How often nothing but letters were written over others."""
        self.emulator = Emulator(*(size or SIZE))

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        width, height = self._app.size
        self.raw.append(data)
        left = self.differ.feed(data, width=width, height=height)
        if left:
            self.left.append(left)
            self.emulator.feed(left)

    def paint(self, parts: Iterable[tuple[int, int, Strip]], cursor: tuple[int, int]) -> bool:
        if not self.takes_strips:
            return False
        width, height = self._app.size
        parts = list(parts)
        left = self.differ.paint(parts, cursor, colours=ColorSystem.TRUECOLOR, width=width, height=height)
        self.kinds[left is not None] += 1
        if left is None:
            return False
        self.raw += [f"\x1b[{y + 1};{x + 1}H{strip.render(self._app.console)}" for y, x, strip in parts]
        if left:
            self.left.append(left)
            self.emulator.feed(left)
        return True

    def reletter(self, y: int, x: int, text: str, cursor: tuple[int, int]) -> bool:
        width, height = self._app.size
        left = self.differ.reletter(y, x, text, cursor, width=width, height=height) if self.takes_strips else None
        if left is None:
            return False
        self.lettered += 1
        self.raw.append(f"\x1b[{y + 1};{x + 1}H{text}")
        self.left.append(left)
        self.emulator.feed(left)
        return True

    def spent(self) -> tuple[int, int]:
        """Return the bytes since the last asking, before and after the differ."""
        counts = tuple(sum(len(data.encode()) for data in written) for written in (self.raw, self.left))
        self.raw.clear()
        self.left.clear()
        return counts[0], counts[1]


class Tapped(ContainedApp):
    """An application whose driver is a tap."""

    tap: Tap
    terminal = Terminal()

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        del headless, inline
        self.console._color_system = ColorSystem.TRUECOLOR
        self.tap = self._driver = Tap(self, mouse=mouse, size=size)
        return self.tap


def full(app: Tapped) -> str:
    """Return the screen as Textual paints it whole."""
    return app.screen._compositor.render_full_update().render_segments(app.console)


def check(app: Tapped) -> None:
    """Assert that the emulator shows what a full paint shows."""
    width, height = app.size
    painted = full(app)
    whole, fresh = Emulator(width, height), Emulator(width, height)
    whole.feed(painted)
    fresh.feed(Differ().feed(painted, width=width, height=height))
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        assert app.tap.emulator.row(y) == fresh.row(y), y
        spans, _ = split_graphemes(strip.text)
        if all(is_sure(strip.text[start:end]) for start, end, _ in spans):
            assert app.tap.emulator.row(y) == whole.row(y), y


async def settle(pilot: Pilot[None]) -> None:
    """Wait until what was asked for is painted; a dialog's worker lasts as long as the dialog."""
    await at_rest(pilot)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, without the pilot's pauses, which tick."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


# A small application of everything


class Tape(ScrollView):
    """Lines of many colours that scroll, some of them wide or doubtful."""

    DEFAULT_CSS = "Tape { height: 1fr; }"
    TEXTS = (
        "plain text",
        "漢字かな交じり文",
        "emoji 🙂 here",
        "family 👨‍👩‍👧 there",
        "e\u0301\u0323 marks",
        "⚠️ watch out",
    )

    def on_mount(self) -> None:
        self.virtual_size = Size(90, 400)
        self.bold: set[int] = set()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        line = [
            Segment(f"{at:>4} ", Style(color="cyan", bgcolor="#102030")),
            Segment(
                self.TEXTS[at * 7 % 6].ljust(14), Style(bold=at in self.bold, bgcolor="#203040" if at % 5 else None)
            ),
            Segment(" " * (at % 9), Style(underline=at % 3 == 0)),
            Segment("█" * (at % 17), Style(color=f"color({at % 200})")),
        ]
        return Strip(line).crop_extend(0, self.size.width, Style(bgcolor="#101010"))


class Popup(ModalScreen[None]):
    DEFAULT_CSS = "Popup { align: center middle; } Popup Static { width: 30; height: 7; border: round red; }"

    def compose(self) -> ComposeResult:
        yield Static("Sure? 漢字 👨‍👩‍👧 yes")


class Small(Tapped):
    CSS = "#side { dock: right; width: 22; } Tape { width: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Static("the title", id="title")
        yield Static("beside\n" * 20, id="side")
        yield Tape()
        yield Static("the foot", id="foot")


async def resize(app: Tapped, width: int, height: int) -> None:
    app.tap._size = (width, height)
    app.tap.emulator.resize(width, height)
    app.post_message(Resize(Size(width, height), Size(width, height)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("in_colour", [False, True])
async def test_after_any_operation_the_screen_is_that_of_a_full_paint(seed: int, in_colour: bool) -> None:
    await operate(seed, in_colour=in_colour)


async def test_frames_that_are_text_show_the_same_as_those_of_strips() -> None:
    await operate(3, in_colour=True, takes_strips=False)


async def operate(seed: int, *, in_colour: bool, takes_strips: bool = True) -> None:
    dice = random.Random(seed)
    app = Small()
    app.terminal = Terminal(erases_in_colour=in_colour)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.tap.takes_strips = takes_strips
        await settle(pilot)
        for _ in range(16):
            tape = app.screen_stack[0].query_one(Tape)
            match dice.randrange(8):
                case 0 | 1 | 2:
                    tape.scroll_relative(y=dice.choice((1, 1, -1, 3, 17, -40)), animate=False, immediate=True)
                case 3:
                    at = tape.scroll_offset.y + dice.randrange(10)
                    tape.bold ^= {at}
                    tape.refresh(Region(0, at - tape.scroll_offset.y, tape.size.width, 1))
                case 4:
                    app.notify(dice.choice(Tape.TEXTS), timeout=dice.choice((0.05, 30)))
                case 5 if len(app.screen_stack) == 1:
                    await app.push_screen(Popup())
                case 5:
                    await app.pop_screen()
                case 6:
                    await resize(app, dice.randint(40, 100), dice.randint(12, 30))
                    await at_rest(pilot)
                case _:
                    app.screen_stack[0].query_one("#foot", Static).update(dice.choice(Tape.TEXTS) * dice.randrange(3))
            await settle(pilot)
            check(app)
        assert bool(app.tap.kinds[True]) is takes_strips


async def test_a_garbled_terminal_is_whole_after_a_repaint() -> None:
    app = Small()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.tap.emulator.feed("\x1b[2J\x1b[3;3Hnoise")
        app.tap.emulator.feed(app.tap.differ.repaint())
        check(app)


# The console's own


def board(count: int) -> tuple[SessionLine, ...]:
    patterns = every_status()
    return tuple(
        replace(patterns[at % len(patterns)], id=at, title=f"{patterns[at % len(patterns)].title} {at}", rank=at)
        for at in range(count)
    )


class Sheet(Tapped):
    """The console's table alone, from edge to edge."""

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.look = Look()
        self.lines = board(400)
        self.table = Table(COLUMNS, self.look)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULTS)

    def compose(self) -> ComposeResult:
        yield self.table

    def rows(self) -> list[Row]:
        return [Row(key=line.id, cells=cells(line, NOW, self.look)) for line in self.lines]

    def on_mount(self) -> None:
        self.theme = DARK
        self.table.show(self.rows())
        self.table.focus()


@asynccontextmanager
async def opened(app: Tapped) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        yield pilot


async def spent(app: Tapped, pilot: Pilot[None], *keys: str) -> tuple[int, int]:
    app.tap.spent()
    await pilot.press(*keys)
    await settle(pilot)
    check(app)
    return app.tap.spent()


async def measure(terminal: Terminal) -> dict[str, tuple[int, int]]:
    """Return the bytes of the bar's operations, before and after the differ, the worst of ten where they vary."""
    found: dict[str, tuple[int, int]] = {}
    app = Sheet()
    app.terminal = terminal
    async with opened(app) as pilot:
        found["first screen"] = app.tap.spent()
        await spent(app, pilot, "j", "j")
        found["move"] = max([await spent(app, pilot, "j") for _ in range(10)], key=lambda counts: counts[1])
        await spent(app, pilot, *["j"] * 40)
        found["scroll"] = max([await spent(app, pilot, "j") for _ in range(10)], key=lambda counts: counts[1])
        found["page"] = max([await spent(app, pilot, "pagedown") for _ in range(3)], key=lambda counts: counts[1])
        first = app.table.scroll_offset.y
        app.tap.spent()
        lines = list(app.lines)
        place = next(at for at in range(first + 3, first + 30) if lines[at].active)
        lines[place] = replace(lines[place], active=lines[place].active + 1, left=lines[place].left + 1)
        app.lines = tuple(lines)
        app.table.show(app.rows())
        await settle(pilot)
        check(app)
        found["row"] = app.tap.spent()
        app.table.refresh()
        await settle(pilot)
        found["idle"] = app.tap.spent()
    return found


@pytest.mark.parametrize("in_colour", [False, True])
async def test_the_table_stays_below_its_bars(in_colour: bool) -> None:
    found = await measure(Terminal(erases_in_colour=in_colour))
    bars = {"move": 450, "scroll": 500, "row": 150, "page": 5_000, "first screen": 12_000, "idle": 0}
    assert {name: found[name] for name, bar in bars.items() if found[name][1] > bar} == {}
    assert found["idle"][0] > 10_000, "the screen was not painted again: nothing was measured"


class TappedConsole(ConsoleApp, Tapped):
    """The whole console on a tap."""

    CSS_PATH = Path(console.__file__).with_name("app.tcss")


async def test_the_console_shows_what_it_paints_and_writes_no_control() -> None:
    hostile = "name \x1b]0;x\x07 \u202e abc \x9b2J 漢字 👨‍👩‍👧"
    lines = board(80)
    lines = (replace(lines[0], title=hostile, mentor=hostile, beside=hostile), *lines[1:])
    app = TappedConsole(FakePort(), reads=FakeReads(lines), interval=None)
    async with opened(app) as pilot:
        for keys in (["j"], ["j"] * 30, ["pagedown"], ["g"], ["question_mark"], ["escape"], ["space"]):
            await pilot.press(*keys)
            await settle(pilot)
            check(app)
        painted = "".join(char.data for row in app.tap.emulator.screen.buffer.values() for char in row.values())
        assert not re.search(STRIPPED, painted)
        assert Content(hostile).plain not in painted


async def test_a_second_in_which_nothing_happens_writes_the_clock_alone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    port = FakePort(zone=berlin)
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        await settle(pilot)
        check(app)
        app.tap.spent()
        sizes = []
        for _ in range(130):
            port.now += timedelta(seconds=1)
            app.desk.quiet_second(replace(app.desk.feed.last, taken_at=port.now))
            sizes.append(app.tap.spent()[1])
        await settle(pilot)
        check(app)
        assert max(sizes[1:]) <= 40, "two minutes have passed, in both zones"
        assert min(sizes) > 0


async def test_the_answer_to_a_key_is_painted_without_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TappedConsole(FakePort(), reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await settle(pilot)
        clock_that_stands = SimpleNamespace(resume=lambda: None, pause=lambda: None)
        monkeypatch.setattr(Screen, "_update_timer", property(lambda _: clock_that_stands))
        monkeypatch.setattr(desk, "REST", 60.0)  # what is drawn when the cursor rests is no answer to a key
        table, screen = app.desk.table, app.desk

        def shows(place: int) -> bool:
            """Tell whether the emulator shows the cursor at a place."""
            line = table.region.y + 1 + place - table.scroll_offset.y
            return table.cursor_row == place and app.tap.emulator.screen.display[line].startswith("▌")

        for keys in ("j", "jj", "j" * 50):
            place = table.cursor_row + len(keys)
            for key in keys:
                app.post_message(Key(key, key))
            await until(partial(shows, place))
        table.mark_only(frozenset({table.cursor_key}))
        await until(lambda: table in screen._dirty_widgets)
        await asyncio.sleep(0.02)
        assert table in screen._dirty_widgets, "what no key asked for waits for the tick"


async def test_as_many_lines_are_painted_as_rows_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = board(80)
    app = TappedConsole(FakePort(), reads=FakeReads(lines), interval=None)
    async with opened(app) as pilot:
        painted: list[int] = []
        paint = Table.lines

        def noted(table: Table, numbers: Iterable[int]) -> list[Strip]:
            numbers = list(numbers)
            if table is app.desk.table:
                painted.extend(numbers)
            return paint(table, numbers)

        monkeypatch.setattr(Table, "lines", noted)
        seen = [key for key in app.desk.table.in_view if key != app.desk.table.cursor_key][::3]
        shown = {line.id: line for line in app.desk.feed.last.lines}
        fresh = tuple(replace(shown[key], title=f"Changed {key}") for key in seen)
        by_id = {line.id: line for line in fresh}
        last = app.desk.feed.last
        later = replace(last, lines=tuple(by_id.get(line.id, line) for line in last.lines))
        app.desk.post_message(LinesTaken(later, fresh))
        await settle(pilot)
        counted = tuple(painted)
        check(app)
        assert len(counted) == len(set(counted)) == len(fresh) > 5

"""The first page: the cells of the desk, before the toolkit that draws it is there."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from sessiontui.domain.vocabulary import Priority, Status
from sessiontui.services.lines import Board, SessionLine
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.differ import Differ
from sessiontui.tui.first_page import Sitting, first_page
from sessiontui.tui.first_paint import fitted, wrapped
from sessiontui.tui.opening import HOME, URGENCY, View
from sessiontui.tui.palettes import DARK, NAMES
from sessiontui.tui.present.frame import USUAL_KEYS
from sessiontui.tui.present.look import Look
from tests.tui.at_rest import until
from tests.tui.desk_fakes import NOW, FakePort, FakeReads, every_status, line

pyte = pytest.importorskip("pyte")

LOOK = Look(zone=FakePort().zone)
SITTING = Sitting(name=FakePort().actor.name, role=FakePort().actor.role, platform=FakePort().platform_name)
VIEW = View(query=HOME, order=URGENCY, columns=(), pane=0)


def board_of(lines: tuple[SessionLine, ...], **changes: object) -> Board:
    counts = {status: sum(each.status is status for each in lines) for status in Status}
    base = Board(taken_at=NOW, lines=lines, counts=counts, matched=len(lines), total=len(lines), query=HOME)
    return replace(base, **changes)  # type: ignore[arg-type]


def painted(page: str, columns: int, rows: int) -> pyte.Screen:
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(page)
    return screen


def seen(text: str, ink: str, ground: str, bold: bool, reverse: bool) -> tuple[object, ...]:
    """What of a cell can be seen: of a blank nothing but its ground."""
    if text == " " and not reverse:
        return (text, ground)
    return (text, ink, ground, bold, reverse)


async def desk_cells(
    board: Board, columns: int, rows: int, theme: str, view: View = VIEW
) -> list[list[tuple[object, ...]]]:
    """Return what the desk draws of a board as its first frame."""
    port = FakePort()
    port.remember("theme", theme)
    port.remember("desk.query", view.query)
    port.remember("desk.order", view.order)
    port.remember("desk.columns", " ".join(view.columns))
    app = ConsoleApp(port, reads=FakeReads(board.lines), interval=None, early=board)
    app.desk.feed.start = lambda: None  # type: ignore[method-assign] # the first frame is the one that is compared
    app.desk.details.ask = lambda *_: None  # type: ignore[method-assign,assignment]
    async with app.run_test(size=(columns, rows)) as pilot:
        await pilot.pause()
        lines = []
        for strip in app.screen._compositor.render_strips():
            cells: list[tuple[object, ...]] = []
            for segment in strip:
                style = segment.style
                assert style is not None
                ink, ground = (
                    "default" if colour is None else "".join(f"{part:02x}" for part in colour.get_truecolor())
                    for colour in (style.color, style.bgcolor)
                )
                cells += [seen(char, ink, ground, bool(style.bold), bool(style.reverse)) for char in segment.text]
            lines.append(cells)
        return lines


def differing(page: str, desk: list[list[tuple[object, ...]]], columns: int, rows: int) -> list[str]:
    """Return the cells of a page that the desk draws otherwise, one text for each run of them in a line."""
    screen = painted(page, columns, rows)
    runs = []
    for y in range(rows):
        chars = [screen.buffer[y][x] for x in range(columns)]
        cells = [seen(char.data, char.fg, char.bg, char.bold, char.reverse) for char in chars]
        signs = (
            char.data if cell != other else "\n" for char, cell, other in zip(chars, cells, desk[y], strict=True)
        )
        runs += [run for run in "".join(signs).split("\n") if run]
    return runs


@pytest.mark.parametrize("erases", [False, True])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (160, 48), (101, 19)])
@pytest.mark.parametrize("theme", NAMES)
async def test_all_its_cells_are_those_of_the_desk(size: tuple[int, int], theme: str, erases: bool) -> None:
    columns, rows = size
    many = tuple(replace(each, id=each.id * 100 + copy) for copy in range(4) for each in every_status())
    many = (
        replace(
            many[0],
            priority=Priority.URGENT,
            title="Ünïcode: “a title – too long” for any column and for the border above the pane … at all",
            tags=("grief", "a-tag-that-is-longer-than-the-pane-is-wide-and-cannot-be-broken-at-a-blank-anywhere"),
        ),
        *many[1:],
    )
    for lines in (every_status(), many):
        board = board_of(lines)
        sitting = SITTING._replace(erases=erases)
        page = first_page(board, VIEW, LOOK, theme=theme, size=size, sitting=sitting)
        assert page is not None
        assert differing(page, await desk_cells(board, columns, rows, theme), columns, rows) == ["◌", "wait"]


@pytest.mark.parametrize("place", range(16))
async def test_its_pane_is_that_of_the_desk_in_every_status(place: int) -> None:
    lines = every_status()
    board = board_of((*lines[place:], *lines[:place]))
    page = first_page(board, VIEW, LOOK, theme=DARK, size=(110, 26), sitting=SITTING)
    assert page is not None
    assert differing(page, await desk_cells(board, 110, 26, DARK), 110, 26) == ["◌", "wait"]


@pytest.mark.parametrize(
    "view",
    [
        VIEW._replace(query="status:waiting"),
        VIEW._replace(order="title"),
        VIEW._replace(order="latest", columns=("status", "title", "start")),
    ],
)
async def test_its_cells_are_those_of_the_view_that_was_left(view: View) -> None:
    board = board_of(every_status(), query=view.query)
    page = first_page(board, view, LOOK, theme=DARK, size=(120, 30), sitting=SITTING)
    assert page is not None
    assert differing(page, await desk_cells(board, 120, 30, DARK, view), 120, 30) == ["◌", "wait"]


@given(st.text(alphabet="ab  -–é…", max_size=60), st.integers(8, 30))
def test_words_are_wrapped_where_the_toolkit_wraps_them(text: str, width: int) -> None:
    ours = ["".join(part for part, _ in line) for line in wrapped(((text[:7], "bold"), (text[7:], "")), width)]
    assert [line.rstrip() for line in ours] == [line.plain.rstrip() for line in Content(text).wrap(width)]


async def test_the_differ_writes_only_what_the_page_lacks() -> None:
    board = board_of(every_status())
    page = first_page(board, VIEW, LOOK, theme=DARK, size=(120, 36), sitting=SITTING)
    assert page is not None
    screen = pyte.Screen(120, 36)
    stream = pyte.Stream(screen)
    stream.feed(page)
    differ = Differ()
    differ.know(page, width=120, height=36)
    # a frame as the toolkit writes it: every line in styles of its own
    lines = re.split(r"(?=\x1b\[\d+;1H)", page.removesuffix("\x1b[m"))[1:]
    worn, written = "", []
    for each in lines:
        address, rest = each.split("H", 1)
        written.append(f"{address}H{worn}{rest}\x1b[0m".replace("◌ wait", "● live"))
        worn += "".join(re.findall(r"\x1b\[[\d;]*m", rest))
    told = differ.feed("".join(written), width=120, height=36, caret=False)
    assert 0 < len(told.encode()) < 120
    stream.feed(told)
    assert "● live" in screen.display[0]
    assert screen.display[1:] == painted(page, 120, 36).display[1:]


def test_a_page_of_another_size_is_not_known() -> None:
    differ = Differ()
    differ.know("\x1b[9;1Hbelow the screen", width=4, height=3)
    assert "new" in differ.feed("\x1b[1;1Hnew\x1b[0m", width=4, height=3, caret=False)


async def test_the_keys_it_offers_are_those_of_the_commands() -> None:
    from sessiontui.tui.commands import by_key

    port = FakePort()
    scene = Scene(actor=port.actor, line=every_status()[0], screen="desk")
    for key, label in USUAL_KEYS:
        command = by_key(key)
        assert command is not None
        assert command.label(scene) == label


async def test_the_desk_begins_with_the_rows_that_are_known() -> None:
    board = board_of(every_status())
    reads = FakeReads(())
    app = ConsoleApp(FakePort(), reads=reads, interval=None, early=board)
    app.desk.feed.start = lambda: None  # type: ignore[method-assign]
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert [row.key for row in app.desk.table.rows] == [each.id for each in board.lines]
        app.desk.feed.refresh()
        await pilot.pause()
        assert reads.asked == []  # nobody is there to be asked yet


async def test_what_is_typed_before_there_are_commands_is_done_in_its_order() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(every_status()), interval=None, early=board_of(every_status()))
    begin, app._begin = app._begin, lambda: None  # type: ignore[method-assign]
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("j", "j", "space")
        assert app.desk.table.cursor_row == 0
        begin()
        await until(pilot, lambda: app.desk.table.marks)
        assert app.desk.table.marks == {every_status()[2].id}
        assert app.desk.table.cursor_row == 3


@pytest.mark.parametrize("title", ["\x1b[2J\x1b]52;c;eA==\x07 wiped", "a\nb\x9b31m", "\u202egnp.exe", "a\x00b\x7f"])
def test_a_hostile_title_sends_nothing_to_the_terminal(title: str) -> None:
    page = first_page(
        board_of((line(title=title, mentor=title),)), VIEW, LOOK, theme="", size=(120, 36), sitting=SITTING
    )
    if page is None:  # signs stand for the controls, of which nobody is sure how wide they are
        return
    rest = re.sub(r"\x1b\[(\d+;1H|[\d;]*m)", "", page)
    assert rest.isprintable()


@pytest.mark.parametrize(
    "board",
    [
        board_of(()),
        board_of((line(title="漢字"),)),
        board_of((line(title="x\u0301"),)),
        board_of((line(title="🙂"),)),
    ],
)
def test_there_is_none_where_the_desk_may_look_otherwise(board: Board) -> None:
    assert first_page(board, VIEW, LOOK, theme="", size=(120, 36), sitting=SITTING) is None


def test_there_is_none_on_a_screen_in_ascii_too_small_or_of_a_theme_that_is_not_known() -> None:
    board = board_of(every_status())
    assert first_page(board, VIEW, LOOK, theme=DARK, size=(120, 36), sitting=SITTING) is not None
    assert first_page(board, VIEW, Look(ascii=True), theme=DARK, size=(120, 36), sitting=SITTING) is None
    assert first_page(board, VIEW, LOOK, theme=DARK, size=(79, 36), sitting=SITTING) is None
    assert first_page(board, VIEW, LOOK, theme="dracula", size=(120, 36), sitting=SITTING) is None
    assert first_page(board, VIEW._replace(pane=50), LOOK, theme=DARK, size=(120, 36), sitting=SITTING) is None


def test_words_are_cut_and_padded_to_their_cells() -> None:
    assert fitted((("urgent ", "bold"), ("Grief circle", "")), 10) == [("urgent ", "bold"), ("Gr", ""), ("…", "")]
    assert fitted((("3/8", ""),), 6, right=True) == [("   ", ""), ("3/8", "")]


def test_it_is_made_without_the_toolkit_the_event_loop_and_the_mapper() -> None:
    code = (
        "import sys, sessiontui.tui.first_page, sessiontui.runtime.first_screen, sessiontui.runtime.early,"
        " sessiontui.store.peek, sessiontui.services.boards.asking;"
        "print([name for name in ('textual', 'rich', 'asyncio', 'aiosqlite', 'sqlalchemy', 'sqlmodel', 'httpx')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

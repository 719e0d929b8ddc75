"""The differ on frames made by hand: what it leaves to write shows, in an emulator, what a full paint shows."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass, field

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import split_graphemes

from sessiontui.domain.text import STRIPPED
from sessiontui.tui.differ import Differ, Terminal
from sessiontui.tui.differ.cells import Cell, Reader, is_sure
from sessiontui.tui.differ.differ import BEGIN, END
from sessiontui.tui.differ.pen import way
from sessiontui.tui.differ.style import MARKING, PLAIN, Style, styled, transition

BCE = Terminal(erases_in_colour=True)
STILL = Terminal(moves_rows=False)

Shown = tuple[str, str, str, bool, bool, bool, bool, bool]


class Emulator:
    """A terminal that shows what was written to it."""

    def __init__(self, width: int, height: int) -> None:
        self.screen = pyte.Screen(width, height)
        self.screen.reset_mode(7, private=True)
        self._stream = pyte.Stream(self.screen)

    def feed(self, written: str) -> None:
        self._stream.feed(written)

    def resize(self, width: int, height: int) -> None:
        self.screen.resize(height, width)

    def row(self, y: int) -> list[Shown]:
        return [_shown(self.screen.buffer[y][x]) for x in range(self.screen.columns)]

    def rows(self) -> list[list[Shown]]:
        return [self.row(y) for y in range(self.screen.lines)]

    @property
    def cursor(self) -> tuple[int, int]:
        return self.screen.cursor.y, self.screen.cursor.x


def _shown(char: pyte.screens.Char) -> Shown:
    """Return what the eye sees; of a blank without a mark that is the ground alone."""
    if char.data == " " and not (char.underscore or char.strikethrough or char.reverse):
        return (" ", "", char.bg, False, False, False, False, False)
    return (
        char.data, char.fg, char.bg, char.bold, char.italics, char.underscore, char.strikethrough, char.reverse,
    )  # fmt: skip


def address(y: int, x: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


STYLES = (
    "",
    "1",
    "2;37",
    "4;31",
    "7",
    "38;2;10;20;30;48;2;40;50;60",
    "1;48;2;40;50;60",
    "38;5;200;44",
    "9;97;100",
    "53",
)
PLAIN_TEXT = "abc   XYZ   ░█▌·…é  "
WIDE_TEXT = "漢字かな한글 ab  "
ODD_TEXT = ("👨‍👩‍👧", "⚠️", "e\u0301\u0323", "🙂", "🇬🇧", "⌚", "न\u093f", "x")


@dataclass
class Canvas:
    """A screen as an application paints it: a text and a style a cell, second halves of wide ones empty."""

    width: int
    height: int
    odd: bool = False
    dice: random.Random = field(default_factory=random.Random)
    rows: list[list[tuple[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.resize(self.width, self.height)

    def resize(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows = [self.line(width) for _ in range(height)]

    def line(self, width: int) -> list[tuple[str, str]]:
        cells: list[tuple[str, str]] = []
        while len(cells) < width:
            style = self.dice.choice(STYLES)
            for text, wide in self.clusters(self.dice.randint(1, 12)):
                if len(cells) + wide <= width:
                    cells += [(text, style), ("", style)][:wide]
        return cells

    def clusters(self, count: int) -> list[tuple[str, int]]:
        kind = self.dice.random()
        if self.odd and kind < 0.15:
            texts = [self.dice.choice(ODD_TEXT)]
        elif kind < 0.3:
            texts = self.dice.choices(WIDE_TEXT, k=count)
        elif kind < 0.6:
            texts = [" "] * count
        else:
            texts = self.dice.choices(PLAIN_TEXT, k=count)
        return [(text, split_graphemes(text)[1]) for text in texts]

    def put(self, y: int, x: int, cells: list[tuple[str, str]]) -> tuple[int, int, int]:
        """Lay cells over a row; halves of what they cut become blanks. Returns the span that changed."""
        row = self.rows[y]
        end = min(self.width, x + len(cells))
        cells = cells[: end - x]
        if cells[-1][0] and split_graphemes(cells[-1][0])[1] == 2:
            cells[-1] = (" ", cells[-1][1])
        if row[x][0] == "":
            x -= 1
            cells = [(" ", row[x][1]), *cells]
        if end < self.width and row[end][0] == "":
            cells = [*cells, (" ", row[end][1])]
            end += 1
        row[x:end] = cells
        return y, x, end

    def change(self) -> list[tuple[int, int, int]]:
        """Do one random thing and return the spans it touched."""
        dice = self.dice
        kind = dice.random()
        if kind < 0.4:
            y, x = dice.randrange(self.height), dice.randrange(self.width)
            return [self.put(y, x, self.line(dice.randint(1, self.width)))]
        if kind < 0.7:
            top = dice.randrange(self.height - 2)
            bottom = dice.randrange(top + 2, self.height)
            by = dice.choice((1, 1, -1, 2, -3, bottom - top))
            part = self.rows[top : bottom + 1]
            fresh = [self.line(self.width) for _ in part]
            self.rows[top : bottom + 1] = [
                part[at + by] if 0 <= at + by < len(part) else fresh[at] for at in range(len(part))
            ]
            if dice.random() < 0.5:  # something beside the region stays where it is
                for y in range(top, bottom + 1):
                    self.put(y, self.width - 1, [("█" if y % 3 else " ", STYLES[5])])
            return [(y, 0, self.width) for y in range(top, bottom + 1)]
        if kind < 0.9:
            top, left = dice.randrange(self.height), dice.randrange(self.width)
            bottom, right = dice.randint(top, self.height - 1), dice.randint(left, self.width - 1)
            style = dice.choice(STYLES)
            return [
                self.put(y, left, [(dice.choice(" x"), style)] * (right - left + 1)) for y in range(top, bottom + 1)
            ]
        return []

    def frame(self, spans: list[tuple[int, int, int]] | None = None) -> str:
        """Return the frame as Textual writes it: of these spans, or of all."""
        if spans is None:
            spans = [(y, 0, self.width) for y in range(self.height)]
        spans = sorted(spans)
        lines = [address(y, x) + self.paint(self.rows[y][x:end]) for y, x, end in spans]
        return "\n".join(lines) + address(0, 0)

    @staticmethod
    def paint(cells: list[tuple[str, str]]) -> str:
        painted, place = "", 0
        while place < len(cells):
            style = cells[place][1]
            text = ""
            while place < len(cells) and cells[place][1] == style:
                text += cells[place][0]
                place += 1
            painted += f"\x1b[{style}m{text}\x1b[0m" if style else text
        return painted

    def is_sure(self, y: int) -> bool:
        return all(not text or is_sure(text) for text, _ in self.rows[y])


def play(seed: int, steps: int, *, terminal: Terminal, odd: bool) -> None:
    dice = random.Random(seed)
    canvas = Canvas(dice.randint(20, 50), dice.randint(6, 14), odd=odd, dice=dice)
    emulator = Emulator(canvas.width, canvas.height)
    differ = Differ(terminal)

    def write(data: str) -> None:
        emulator.feed(differ.feed(data, width=canvas.width, height=canvas.height))

    write(canvas.frame())
    for step in range(steps):
        event = dice.random()
        if event < 0.04:
            canvas.resize(dice.randint(20, 50), dice.randint(6, 14))
            emulator.resize(canvas.width, canvas.height)
            write(canvas.frame())
        elif event < 0.08:  # something wrote over the screen, and it is noticed
            emulator.feed("\x1b[2J\x1b[5;5Hgarbage" + "\x1b[3;1H\x1b[44m\x1b[K\x1b[m")
            if event < 0.06:
                emulator.feed(differ.repaint())
            else:
                differ.doubt()
        elif event < 0.1:
            write("\x1b[2J")
            write(canvas.frame())
        spans = canvas.change()
        write(canvas.frame(None if dice.random() < 0.3 or not spans else spans))
        full = Emulator(canvas.width, canvas.height)
        full.feed(canvas.frame())
        fresh = Emulator(canvas.width, canvas.height)
        fresh.feed(Differ(terminal).feed(canvas.frame(), width=canvas.width, height=canvas.height))
        for y in range(canvas.height):
            assert emulator.row(y) == fresh.row(y), (seed, step, y)
            if canvas.is_sure(y):
                assert emulator.row(y) == full.row(y), (seed, step, y)
        assert emulator.cursor == (0, 0)


@pytest.mark.parametrize("terminal", [Terminal(), BCE, STILL], ids=["plain", "bce", "still"])
@pytest.mark.parametrize("seed", range(12))
def test_after_any_frames_the_screen_is_that_of_a_full_paint(seed: int, terminal: Terminal) -> None:
    play(seed, 40, terminal=terminal, odd=False)


@pytest.mark.parametrize("seed", range(100, 112))
def test_characters_of_doubtful_width_leave_nothing_behind(seed: int) -> None:
    play(seed, 40, terminal=BCE, odd=True)


@given(st.integers(min_value=1_000))
def test_any_seed(seed: int) -> None:
    play(seed, 5, terminal=Terminal(), odd=bool(seed % 2))


# Pieces

_styles = st.builds(
    Style,
    st.frozensets(st.sampled_from(["1", "3", "4", "7", "9"])),
    st.sampled_from(["", "31", "97", "38;5;200", "38;2;1;2;3"]),
    st.sampled_from(["", "41", "100", "48;5;200", "48;2;1;2;3"]),
    st.just(""),
)


@given(_styles, _styles)
def test_a_transition_leads_from_any_style_to_any_other(before: Style, after: Style) -> None:
    one, other = Emulator(9, 2), Emulator(9, 2)
    one.feed(transition(PLAIN, before) + transition(before, after) + "x")
    other.feed(transition(PLAIN, after) + "x")
    assert one.row(0) == other.row(0)
    assert len(transition(before, after)) <= len("\x1b[0m" + transition(PLAIN, after))


@given(_styles)
def test_a_style_is_read_from_what_writes_it(style: Style) -> None:
    sequence = transition(PLAIN, style)
    assert styled(sequence[2:-1], PLAIN) == style if sequence else style == PLAIN


def test_an_attribute_that_shares_its_end_with_another_leaves_the_other() -> None:
    both, dim = Style(frozenset({"1", "2"})), Style(frozenset({"2"}))
    assert transition(both, dim) in {"\x1b[0;2m", "\x1b[22;2m"}


@given(*[st.integers(0, 29)] * 4)
def test_a_way_leads_from_any_place_to_any_other(y: int, x: int, to_y: int, to_x: int) -> None:
    emulator = Emulator(30, 30)
    emulator.feed(address(y, x) + way(y, x, to_y, to_x))
    assert emulator.cursor == (to_y, to_x)
    assert len(way(y, x, to_y, to_x)) <= len(address(to_y, to_x))


def fed(
    differ: Differ, data: str, *, width: int = 30, height: int = 6, caret: bool = True, hold: bool = False
) -> str:
    return differ.feed(data, width=width, height=height, caret=caret, hold=hold)


def test_nothing_changed_is_nothing_written() -> None:
    differ, frame = Differ(), address(0, 0) + "\x1b[1mabc\x1b[0m" + address(0, 0)
    assert "abc" in fed(differ, frame)
    assert fed(differ, frame) == ""
    assert [fed(differ, data) for data in (BEGIN, frame, END)] == ["", "", ""]


def test_synchronized_output_brackets_large_frames_alone() -> None:
    differ = Differ()
    assert fed(differ, BEGIN) == ""
    short = fed(differ, address(0, 0) + "abc")
    assert short.endswith("abc")
    assert BEGIN not in short
    assert fed(differ, END) == ""
    fed(differ, BEGIN)
    letters = "abcdefghijklmnopqrstuvwxyz" * 8
    long = fed(differ, "\n".join(address(y, 0) + letters for y in range(6)), width=len(letters))
    assert long.startswith(BEGIN)
    assert long.endswith(END)


def test_without_synchronized_output_there_are_no_brackets() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz" * 8
    assert BEGIN not in fed(Differ(), "\n".join(address(y, 0) + letters for y in range(6)), width=len(letters))


def test_the_style_of_a_frame_serves_the_next_and_ends_before_anything_else() -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "\x1b[31mabc\x1b[0m" + address(0, 0), caret=False)
    assert fed(differ, address(0, 1) + "\x1b[31mX\x1b[0m" + address(0, 0), caret=False) == "\x1b[1;2HX"
    assert fed(differ, "\x1b[2J").startswith("\x1b[m")


def test_the_cursor_stays_where_nobody_types() -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "abc" + address(3, 3))
    assert fed(differ, address(0, 0) + "abX" + address(3, 3), caret=False) == "\x1b[1;3HX"
    assert fed(differ, address(0, 0) + "abX" + address(3, 3)) == "\x1b[3B"


def test_frames_that_are_held_come_to_what_the_last_one_shows() -> None:
    differ, emulator = Differ(), Emulator(30, 6)
    emulator.feed(fed(differ, address(0, 0) + "abc" + address(0, 0)))
    for text in ("def", "ghi", "abX"):
        assert fed(differ, address(0, 0) + text + address(0, 0), hold=True) == ""
    caught = differ.catch_up()
    assert "ghi" not in caught
    emulator.feed(caught)
    assert emulator.screen.display[0].startswith("abX")
    assert differ.catch_up() == ""


def test_a_moved_cursor_alone_is_written() -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "abc" + address(0, 0))
    assert fed(differ, address(0, 0) + "abc" + address(0, 2)) == "\x1b[3G"


@pytest.mark.parametrize(
    "data", ["\x07", "\x1b[?1003h", "\x1b[?2026$p", "\x1b[>1u", "\x1b]22;pointer\x07", "\x1b]52;c;YWJj\x07"]
)
def test_what_touches_no_cell_goes_through_and_leaves_the_screen_known(data: str) -> None:
    differ, frame = Differ(), address(0, 0) + "abc" + address(0, 0)
    fed(differ, frame)
    assert fed(differ, data) == data
    assert fed(differ, frame) == ""


@pytest.mark.parametrize(
    "data",
    [
        "text",
        "\x1b[2J",
        address(0, 0) + "a\tb",
        address(0, 0) + "a\x1b[Kb",
        address(0, 0) + "\x1b[1mopen",
        address(0, 0) + "\x1b[1;77mx\x1b[0m",
        address(0, 0) + "\u0301",
        address(0, 28) + "too long",
        address(6, 0) + "too deep",
        address(0, 0) + "a\nb",
        address(0, 0) + "\x1b]0;title\x07",
        address(0, 0) + "\u202eabc",
    ],
)
def test_what_is_not_understood_goes_through_as_it_came_and_empties_what_is_known(data: str) -> None:
    differ, frame = Differ(), address(0, 0) + "abc" + address(0, 0)
    first = fed(differ, frame)
    assert fed(differ, data) == data
    assert fed(differ, frame) == first


@pytest.mark.parametrize("data", ["\x1b[?1049h", "\x1b[?7l"])
def test_a_screen_taken_anew_is_painted_without_asking_the_application(data: str) -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "abc" + address(0, 0))
    fed(differ, data)
    assert "abc" in fed(differ, address(1, 0) + "def" + address(0, 0))


def test_a_screen_that_was_left_is_not_painted() -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "abc" + address(0, 0))
    fed(differ, "\x1b[?1049l")
    assert differ.repaint() == ""


def test_another_size_begins_anew() -> None:
    differ, frame = Differ(), address(0, 0) + "abc" + address(0, 0)
    first = fed(differ, frame)
    assert fed(differ, frame, width=31) == first
    assert fed(differ, frame, width=31, height=7) == first


def test_links_are_kept() -> None:
    differ = Differ()
    link = "\x1b]8;id=7;https://example.org\x1b\\"
    written = fed(differ, address(0, 0) + link + "\x1b[1mabc\x1b[0m\x1b]8;;\x1b\\ def" + address(0, 0))
    assert written.count(link) == 1
    assert written.index(link) < written.index("abc") < written.index("\x1b]8;;\x1b\\") < written.index("def")


def test_a_region_that_scrolls_is_moved_by_the_terminal() -> None:
    differ = Differ()
    lines = [f"row {number:>4} {hashlib.md5(bytes([number])).hexdigest()[:30]}" for number in range(99)]

    def frame(first: int) -> str:
        seen = ["head", *lines[first : first + 8], "foot"]
        return "\n".join(address(y, 0) + text.ljust(40) for y, text in enumerate(seen)) + address(0, 0)

    fed(differ, frame(10), width=40, height=10)
    down = fed(differ, frame(11), width=40, height=10)
    assert "\x1b[2;9r" in down
    assert "\x1b[M\x1b[r" in down
    assert re.findall(r"row +(\d+)", down) == ["18"]
    up = fed(differ, frame(8), width=40, height=10)
    assert "\x1b[3L\x1b[r" in up
    assert re.findall(r"row +(\d+)", up) == ["8", "9", "10"]


@pytest.mark.parametrize("terminal", [Terminal(), BCE])
def test_blanks_are_erased_in_colour_only_where_that_is_known(terminal: Terminal) -> None:
    coloured = Differ(terminal).feed(
        address(0, 0) + "\x1b[44m" + " " * 30 + "\x1b[0m" + address(0, 0), width=30, height=3
    )
    assert ("\x1b[K" in coloured) is terminal.erases_in_colour
    plain = Differ(terminal).feed(address(0, 0) + " " * 30 + address(0, 0), width=30, height=3)
    assert plain == "\x1b[m\x1b[H\x1b[K"


def test_a_colour_is_not_changed_for_blanks() -> None:
    written = fed(Differ(), address(0, 0) + "\x1b[31ma\x1b[0m\x1b[32m  \x1b[0m\x1b[31mb\x1b[0m" + address(0, 0))
    assert written == "\x1b[0;31m\x1b[Ha  b\r"


def test_a_mark_on_a_blank_is_seen() -> None:
    assert frozenset({"4", "7", "9", "53"}) <= MARKING
    written = fed(Differ(), address(0, 0) + "\x1b[4ma\x1b[0m\x1b[31m  \x1b[0m\x1b[4m b\x1b[0m" + address(0, 0))
    emulator = Emulator(30, 6)
    emulator.feed(written)
    assert [cell[5] for cell in emulator.row(0)[:5]] == [True, False, False, True, True]


def test_a_doubtful_width_is_followed_by_an_address_and_its_room_is_cleared() -> None:
    written = fed(Differ(), address(0, 0) + "👨‍👩‍👧ab" + address(0, 0))
    assert written.startswith("\x1b[m\x1b[H  \r👨‍👩‍👧\x1b[3Gab")


def test_a_change_before_a_doubtful_width_leaves_the_rest_alone() -> None:
    differ = Differ()
    fed(differ, address(0, 0) + "abc🙂def" + address(0, 0))
    assert "🙂" not in fed(differ, address(0, 0) + "abX🙂def" + address(0, 0))
    assert "🙂" in fed(differ, address(0, 0) + "abX🙂deX" + address(0, 0))


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_text_makes_the_differ_write_what_it_was_not_given(one: str, two: str) -> None:
    differ = Differ()
    clean = [re.sub(STRIPPED, "", text) for text in (one, two)]
    for text in clean:
        data = address(0, 0) + "\x1b[1m" + text + "\x1b[0m" + address(0, 0)
        written = differ.feed(data, width=60, height=3)
        left = re.sub(r"\x1b\[[0-9;]*[HmKXCDABGd]|\r|\x08", "", written)
        assert written == data or (not re.search(STRIPPED, left) and set(left) <= {*one, *two, " "})


def test_a_clock_is_written_in_few_bytes_also_after_something_else_was_painted() -> None:
    differ, emulator = Differ(), Emulator(40, 4)
    wears = "38;2;224;224;224;48;2;36;47;56"

    def fed(y: int, x: int, text: str, style: str) -> str:
        written = differ.feed(f"{address(y, x)}\x1b[{style}m{text}\x1b[0m", width=40, height=4)
        emulator.feed(written)
        return written

    fed(0, 20, "14:05:07 UTC 16:05", wears)
    seconds = 8
    for turn in range(3):
        fed(2, 0, f"something {turn}", "38;2;1;2;3;48;2;4;5;6")
        assert len(fed(0, 20, f"14:05:{seconds + turn:02} UTC 16:05", wears)) <= 24
    whole = Emulator(40, 4)
    whole.feed(differ.repaint())
    assert emulator.rows() == whole.rows()


def test_what_the_terminal_keeps_is_not_relied_on_after_a_doubt() -> None:
    differ = Differ()
    wears, other = "38;2;224;224;224;48;2;36;47;56", "38;2;1;2;3;48;2;4;5;6"
    for style, text in ((wears, "1"), (other, "a"), (wears, "2")):
        written = differ.feed(f"{address(0, 0)}\x1b[{style}m{text}\x1b[0m", width=40, height=4)
    assert "\x1b8" in written
    differ.doubt()
    for style, text in ((other, "b"), (wears, "3")):
        written = differ.feed(f"{address(0, 0)}\x1b[{style}m{text}\x1b[0m", width=40, height=4)
        assert "\x1b8" not in written


def test_a_line_is_read_alike_by_its_pieces_and_as_a_whole() -> None:
    lines = (
        "\x1b[1;31mab\x1b[0m\x1b[44m \x1b[0m",
        "\x1b[1me\x1b[0m\x1b[31m\u0301x\x1b[0m",  # a mark that belongs to a letter of another style
        "\x1b[1m漢\x1b[0m\x1b[31m字\x1b[0m",
        "\x1b]8;;https://a.example\x1b\\\x1b[1mab\x1b[0mc\x1b]8;;\x1b\\",
        "plain \x1b[4mline\x1b[0m rest",
    )
    for line in lines:
        reader, whole = Reader(), Reader()
        cells: list[Cell] = []
        assert whole._read_on(line, PLAIN, cells) == PLAIN
        frame = reader.read(f"\x1b[1;1H{line}")
        assert frame is not None
        assert [(cell.text, cell.style, cell.width) for cell in frame[0].cells] == [
            (cell.text, cell.style, cell.width) for cell in cells
        ]
    assert Reader().read("\x1b[1;1H\x1b[1mab\x1b[77m\x1b[0m") is None

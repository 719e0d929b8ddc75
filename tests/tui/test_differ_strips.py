"""Strips come to the same cells as the text that a terminal would be sent for them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sessiontui.tui.differ import Differ
from sessiontui.tui.differ.cells import Reader
from sessiontui.tui.differ.strips import StripReader
from tests.tui.test_differ import Emulator

TEXTS = st.sampled_from(
    ("plain", "  ", "漢字", "🙂", "e\u0301", "\u0301", "👨‍👩‍👧", "\u200d🔬", "🇩", "🇪", "⚠️", "é", "│", "")
)
STYLES = st.sampled_from(
    (None, Style.null(), Style(color="red"), Style(bold=True, bgcolor="#102030"), Style(link="https://a.example/"))
)
COLOURS = ColorSystem.TRUECOLOR


def as_text(segments: list[Segment]) -> str:
    return "".join(
        segment.text if segment.style is None else Strip.render_style(segment.style, segment.text, COLOURS)
        for segment in segments
    )


@given(st.lists(st.builds(Segment, TEXTS, STYLES), max_size=8))
@settings(max_examples=200, deadline=None)
def test_what_is_read_is_what_its_text_is_read_as(segments: list[Segment]) -> None:
    reader = Reader()
    strips = StripReader(reader)
    for _ in range(2):  # read anew, and as it is kept
        frame = strips.read([(3, 5, Strip(segments))], COLOURS)
        text = reader.read(f"\x1b[4;6H{as_text(segments)}")
        if frame is not None:
            assert frame == text


def test_a_sign_that_is_joined_over_two_pieces_is_left_to_text() -> None:
    strips = StripReader(Reader())
    for pieces in (("e", "\u0301"), ("👩", "\u200d🔬"), ("🇩", "🇪")):
        assert strips.read([(0, 0, Strip([Segment(piece) for piece in pieces]))], COLOURS) is None


def test_what_is_no_text_is_left_to_text() -> None:
    strips = StripReader(Reader())
    assert strips.read([(0, 0, Strip([Segment("a\x1b[2J", Style(bold=True))]))], COLOURS) is None


def test_plain_words_are_taken() -> None:
    frame = StripReader(Reader()).read([(0, 2, Strip([Segment("ab", Style(bold=True)), Segment(" c")]))], COLOURS)
    assert frame is not None
    assert [cell.text for cell in frame[0].cells] == ["a", "b", " ", "c"]


def test_a_strip_that_comes_again_is_known_by_sight() -> None:
    strips = StripReader(Reader())
    strip = Strip([Segment("ab", Style(color="#102030"))])
    first, again = (strips.read([(y, 0, strip)], COLOURS) for y in (0, 1))
    assert first is not None
    assert again is not None
    assert first[0].cells is again[0].cells


@given(
    st.lists(st.builds(Segment, st.one_of(TEXTS, st.text("0123456789ab: ", max_size=6)), STYLES), max_size=6),
    st.integers(0, 12),
    st.text("0123456789ab: é漢", min_size=1, max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_letters_over_others_show_what_a_full_paint_shows(segments: list[Segment], x: int, text: str) -> None:
    differ, terminal, whole = Differ(), Emulator(60, 2), Emulator(60, 2)
    terminal.feed(differ.feed(f"\x1b[1;1H{' ' * 60}\x1b[1;1H{as_text(segments)}", width=60, height=2))
    styles = [cell and cell.style for cell in differ._wanted[0]]
    written = differ.reletter(0, x, text, (1, 0), width=60, height=2)
    if written is None:
        return
    terminal.feed(written)
    now = differ._wanted[0][x : x + len(text)]
    assert "".join(cell.text for cell in now if cell is not None) == text
    assert [cell and cell.style for cell in differ._wanted[0]] == styles
    whole.feed(differ.repaint())
    assert terminal.row(0) == whole.row(0)
    assert terminal.cursor == (1, 0)


def test_a_digit_over_another_takes_few_bytes_and_a_word_is_left_to_a_strip() -> None:
    differ = Differ()
    differ.feed("\x1b[1;1H\x1b[1;33m 14:05:09 UTC \x1b[0m\x1b[2;1Hx", width=20, height=2)
    written = differ.reletter(0, 0, " 14:05:10 UTC ", (1, 0), width=20, height=2)
    assert written is not None
    assert len(written) <= 24
    assert differ.reletter(0, 0, " 14:05:10 UTC ", (1, 0), width=20, height=2) == ""
    assert differ.reletter(0, 0, " 14:06:00 UTC ", (1, 0), width=20, height=2) is None  # a colon is no digit
    assert differ.reletter(0, 0, " 14:05:10 UTC ", (1, 0), width=21, height=2) is None
    differ.doubt()
    assert differ.reletter(0, 0, " 14:05:11 UTC ", (1, 0), width=20, height=2) is None

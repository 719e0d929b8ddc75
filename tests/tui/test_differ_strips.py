"""Strips come to the same cells as the text that a terminal would be sent for them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sessiontui.tui.differ.cells import Reader
from sessiontui.tui.differ.strips import StripReader

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

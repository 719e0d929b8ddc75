"""The row of tabs: whole words at every width, the open one always among them, and a click finds its tab."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.tui.present.sketch import TAB_NAMES
from sessiontui.tui.present.tab_row import row_of

NUMBERED = ("Overview", "Requests 2", "Presence", "Durations", "Plan 7", "Talk", "Files 12", "History 140")


@given(st.integers(0, len(TAB_NAMES) - 1), st.integers(8, 120))
def test_no_word_is_cut_and_the_open_one_is_there(opened: int, width: int):
    row = row_of((NUMBERED, TAB_NAMES), opened, width)
    words = row.words(opened)
    assert row.first <= opened < row.first + len(row.labels)
    lit = [text.strip() for text, style in words if "reverse" in style]
    assert lit in ([NUMBERED[opened]], [TAB_NAMES[opened]])
    if width >= 15:
        assert sum(len(text) for text, _ in words) <= width
    assert {label.strip() for label in row.labels} <= {*NUMBERED, *TAB_NAMES}


@given(st.integers(0, len(TAB_NAMES) - 1), st.integers(15, 120))
def test_a_click_on_a_word_opens_its_tab(opened: int, width: int):
    row = row_of((NUMBERED, TAB_NAMES), opened, width)
    text = "".join(part for part, _ in row.words(opened))
    for number, label in enumerate(row.labels):
        assert row.place_at(text.index(label.strip())) == row.first + number
    assert row.place_at(0) == (row.first - 1 if row.first else 0)
    assert row.place_at(len(text)) == (row.first + len(row.labels) if row.more else None)


def test_numbers_give_way_before_words_do():
    assert row_of((NUMBERED, TAB_NAMES), 0, 64).labels == TAB_NAMES
    for opened, words in (
        (0, "Overview Requests 2 Presence Durations Plan 7 >"),
        (4, "Overview Requests 2 Presence Durations Plan 7 >"),
        (5, "< Requests 2 Presence Durations Plan 7 Talk >"),
        (7, "< Durations Plan 7 Talk Files 12 History 140"),
    ):
        assert "".join(part for part, _ in row_of((NUMBERED, TAB_NAMES), opened, 49).words(opened)) == words

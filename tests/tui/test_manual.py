"""Help as lines: every one fits, every row is there, and only what is in sight is drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip

from sessiontui.tui.present.manual import KEYS, TITLE, HelpRow, manual
from sessiontui.tui.widgets.lines import Lines

ROWS = (
    HelpRow("Move", "X", "Cancel", "Cancels a session, with a reason.", "cancel", "it has ended"),
    HelpRow("Move", "ctrl+alt+x f12", "Give seat to waiting list", "Gives a free seat.", "promote"),
    HelpRow("Find", "/", "Filter", "Filters.", "filter"),
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


def test_wide_it_has_three_columns_and_narrow_two() -> None:
    wide = [line.plain.rstrip() for line in manual(ROWS, 100)]
    assert wide[:3] == [
        "MOVE",
        f"{'X':<{KEYS}} {'Cancel':<{TITLE}} Cancels a session, with a reason.",
        f"{'':<{KEYS}} {'':<{TITLE}} now impossible: it has ended",
    ]
    assert wide[-3:] == ["", "FIND", f"{'/':<{KEYS}} {'Filter':<{TITLE}} Filters."]
    narrow = [line.plain.rstrip() for line in manual(ROWS, 60)]
    assert narrow[1:3] == [f"{'X':<{KEYS}} Cancel", f"{'':<{KEYS}} Cancels a session, with a reason."]


@given(st.integers(24, 160), st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=3))
def test_no_line_is_wider_than_there_is_room_whatever_stands_in_it(
    width: int, rows: list[tuple[str, str, str, str]]
) -> None:
    made = [HelpRow("Group", keys, title, text, "word", reason) for keys, title, text, reason in rows]
    for line in manual(made, width):
        assert line.cell_length <= width
        assert "\n" not in line.plain


class Page(App[None]):
    """A long text and nothing else."""

    def compose(self) -> ComposeResult:
        yield Lines()


async def test_a_long_text_costs_no_more_than_what_is_seen_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    whole = Lines.render_line

    def counted(lines: Lines, y: int) -> Strip:
        drawn.append(y)
        return whole(lines, y)

    monkeypatch.setattr(Lines, "render_line", counted)
    async with Page().run_test(size=(40, 10)) as pilot:
        lines = pilot.app.query_one(Lines)
        lines.show([Content(f"line {number}") for number in range(10_000)])
        await pilot.pause()
        assert len(drawn) <= 50
        lines.scroll_to(y=5_000, animate=False)
        await pilot.pause()
        assert lines.render_line(0).text.startswith("line 5000")
        assert len(drawn) <= 80
        lines.show([Content("another")])
        await pilot.pause()
        assert lines.scroll_offset.y == 0

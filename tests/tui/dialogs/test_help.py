"""Help in its panel: what a command does is read whole, beside the bar that scrolls."""

from __future__ import annotations

import pytest

from sessiontui.tui.dialogs.help import Help
from sessiontui.tui.present.manual import HelpRow
from sessiontui.tui.widgets.lines import Lines
from tests.tui.dialogs.dialog_stage import SIZES, Stage, settle

ROWS = [HelpRow("Decide", "W", "Give seat", " ".join("x" * size for size in range(1, 30)), "promote")] * 9
"""More than fits, of words of every length: some line ends at the very edge."""


@pytest.mark.parametrize("size", SIZES)
async def test_no_letter_stands_under_the_bar_that_scrolls(size: tuple[int, int]) -> None:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        app.show(Help(ROWS))
        await settle(pilot)
        page = app.screen.query_one(Lines)
        assert page.show_vertical_scrollbar
        assert max(line.cell_length for line in page._lines) <= page.scrollable_content_region.width

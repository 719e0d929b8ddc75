"""Lines that a table keeps whole: as the toolkit would dress them, the same objects again, made of kept cells."""

from __future__ import annotations

import pytest
from textual._styles_cache import StylesCache
from textual.content import Content
from textual.filter import Monochrome
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.look import content
from sessiontui.tui.themes import THEMES
from sessiontui.tui.widgets.finished_lines import FinishedLines
from sessiontui.tui.widgets.table import Table
from tests.tui.test_desk import opened, settled
from tests.tui.test_table import Stand, row, rows

CROPS = (Region(0, 0, 50, 10), Region(0, 3, 50, 1), Region(7, 2, 20, 5))


def dressed(table: Table, crop: Region) -> list[Strip]:
    """Return lines as the toolkit makes them, from nothing."""
    return StylesCache().render_widget(table, crop)


def same(table: Table) -> None:
    """Assert that the lines of a table are those that the toolkit would make."""
    assert isinstance(table._styles_cache, FinishedLines)
    for crop in CROPS:
        kept = table.render_lines(crop)
        assert [strip.cell_length for strip in kept] == [crop.width] * crop.height
        wanted = [list(strip.simplify()) for strip in dressed(table, crop)]
        assert [list(strip.simplify()) for strip in kept] == wanted


@pytest.mark.parametrize("number", [3, 300], ids=["with no bar", "with a bar"])
async def test_lines_are_those_that_the_toolkit_would_dress(number: int) -> None:
    hostile = Row(3, (Content("漢字 \x9b2J 👨‍👩‍👧"), Content("3"), Content("")))
    app = Stand([row(1), row(2), hostile, *rows(*range(4, number + 1))])
    async with app.run_test(size=(50, 10)) as pilot:
        same(app.table)
        await pilot.press("j", "space")
        same(app.table)
        app.table.put([row(1, "other")])
        same(app.table)
        app.set_focus(None)
        await pilot.pause()
        same(app.table)


@pytest.mark.parametrize(
    "rule", ["text-opacity: 40%", "opacity: 50%", "tint: red 20%", "padding: 0 1", "border: solid red"]
)
async def test_a_table_with_something_put_on_is_dressed_by_the_toolkit(rule: str) -> None:
    app = Stand(rows(*range(1, 30)))
    async with app.run_test(size=(50, 10)) as pilot:
        before = app.table.render_lines(CROPS[0])
        app.stylesheet.add_source(f"Table {{ {rule}; }}", ("a test", ""))
        app.refresh_css()
        await pilot.pause()
        assert app.table._styles_cache.some(app.table, range(3)) is None
        assert app.table.render_lines(CROPS[0]) != before


async def test_another_theme_and_another_filter_paint_anew() -> None:
    app = Stand(rows(*range(1, 30)))
    async with app.run_test(size=(50, 10)) as pilot:
        seen = [app.table.render_lines(CROPS[0])]
        app.register_theme(THEMES[1])
        app.theme = THEMES[1].name
        await pilot.pause()
        seen.append(app.table.render_lines(CROPS[0]))
        same(app.table)
        app._filters.append(Monochrome())
        seen.append(app.table.render_lines(CROPS[0]))
        same(app.table)
        assert seen[0] != seen[1] != seen[2] != seen[0]


async def test_a_line_that_is_scrolled_is_the_very_same() -> None:
    app = Stand(rows(*range(1, 300)))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("pagedown", "pagedown")
        before = app.table.render_lines(CROPS[0])
        await pilot.press("j")
        after = app.table.render_lines(CROPS[0])
        # the header stays, the rows are one higher, and the cursor stands at another
        assert all(one is other for one, other in zip(before[2:-1], after[1:-2], strict=True))
        assert before[0] is after[0]


async def test_of_a_row_that_changed_only_what_changed_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Stand(rows(*range(1, 30)))
    async with app.run_test(size=(50, 10)):
        app.table.render_lines(CROPS[0])
        painter, drawn = app.table._painter, []
        draw = painter._draw
        monkeypatch.setattr(painter, "_draw", lambda cell, *rest: drawn.append(cell.plain) or draw(cell, *rest))
        name, _, time = app.table.rows[4].cells
        app.table.put([Row(5, (name, Content("other"), time))])
        app.table.render_lines(CROPS[0])
        assert drawn == ["other"]


def test_the_same_words_are_the_same_content() -> None:
    assert content((("a", "bold"),)) is content((("a", "bold"),))
    assert content((("a", "bold"),)) is not content((("a", "dim"),))


async def test_a_bar_is_painted_again_when_its_thumb_would_look_other(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Stand(rows(*range(1, 200)), total=100_000)
    async with app.run_test(size=(50, 10)) as pilot:
        table, bar = app.table, app.table.vertical_scrollbar
        shown = [strip.text for strip in bar.render_lines(bar.size.region)]
        painted: list[float] = []
        monkeypatch.setattr(ScrollBar, "watch_position", lambda _, to: painted.append(to), raising=False)
        for y in (1, 2, 40):
            table.scroll_to(y=y, animate=False)
            assert bar.position == y
            bar.refresh()
            await pilot.pause()
            assert [strip.text for strip in bar.render_lines(bar.size.region)] == shown
        assert painted == []
        table.scroll_to(y=60_000, animate=False)
        await pilot.pause()
        assert painted == [60_000]
        assert [strip.text for strip in bar.render_lines(bar.size.region)] != shown


async def test_a_bar_that_is_not_laid_out_yet_leaves_no_hole() -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        table, compositor = app.desk.table, app.screen._compositor
        bars = [len(table.render_line(3).text)]
        table.set_reactive(Table.show_vertical_scrollbar, not table.show_vertical_scrollbar)
        bars.append(len(table.render_line(3).text))
        assert bars[0] != bars[1]
        for line in compositor._render_chops(compositor.size.region, lambda _: True):
            assert None not in line.values()

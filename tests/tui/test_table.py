"""The table: keys, a cursor that holds its key, marks, windows, and repaint of what changed only."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message

from sessiontui.tui.present.columns import Column, Row, gutter, layout
from sessiontui.tui.present.look import Look
from sessiontui.tui.themes import THEMES
from sessiontui.tui.widgets.table import Table

COLUMNS = (
    Column("name", "Name", 6, flex=1),
    Column("number", "Number", 8, from_width=30, right=True),
    Column("time", "Time", 6, from_width=40, tinted=False),
)


def row(key: int, number: str = "", time: str = "") -> Row:
    return Row(key, (Content(f"row {key}"), Content(number or str(key)), Content(time)))


def rows(*keys: int) -> list[Row]:
    return [row(key) for key in keys]


class Stand(App[None]):
    """One table, and everything it says."""

    def __init__(self, first: list[Row], *, total: int | None = None, offset: int = 0) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name
        self.first, self.total, self.offset = first, total, offset
        self.table = Table(COLUMNS, Look())
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.show(self.first, total=self.total, offset=self.offset)
        self.table.focus()

    def on_table_window_wanted(self, event: Table.WindowWanted) -> None:
        self.heard.append(event)

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        self.heard.append(event)

    def on_table_cursor_lost(self, event: Table.CursorLost) -> None:
        self.heard.append(event)

    def on_table_opened(self, event: Table.Opened) -> None:
        self.heard.append(event)

    def on_table_header_pressed(self, event: Table.HeaderPressed) -> None:
        self.heard.append(event)

    def on_table_marks_changed(self, event: Table.MarksChanged) -> None:
        self.heard.append(event)

    def of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.heard if isinstance(message, kind)]

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (("j",), 2),
        (("down", "down"), 3),
        (("j", "k"), 1),
        (("G",), 30),
        (("end",), 30),
        (("G", "g"), 1),
        (("pagedown",), 9),
        (("G", "pageup"), 22),
        (("k",), 1),
        (("G", "j"), 30),
        (("end", "home"), 1),
    ],
)
async def test_keys_move_the_cursor(keys: tuple[str, ...], key: int) -> None:
    app = Stand(rows(*range(1, 31)))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press(*keys)
        assert app.table.cursor_key == key
        assert any(f"▌ row {key} " in text for text in app.lines())


async def test_the_cursor_holds_its_key_when_rows_move() -> None:
    app = Stand(rows(1, 2, 3, 4))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("j", "j")
        app.table.show(rows(3, 4, 1, 2))
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_row) == (3, 0)
        assert app.of(Table.CursorLost) == []


async def test_a_cursor_whose_row_is_gone_goes_to_the_neighbour_and_says_so() -> None:
    app = Stand(rows(1, 2, 3))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("j", "j")
        app.table.show(rows(1, 2))
        await pilot.pause()
        assert app.table.cursor_key == 2
        (lost,) = app.of(Table.CursorLost)
        assert isinstance(lost, Table.CursorLost)
        assert (lost.lost, lost.key) == (3, 2)


async def test_other_rows_begin_at_the_top_without_a_word() -> None:
    app = Stand(rows(1, 2, 3))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("j", "j")
        app.table.show(rows(7, 8, 9), anew=True)
        await pilot.pause()
        assert app.table.cursor_key == 7
        assert app.of(Table.CursorLost) == []


async def test_no_rows_at_all() -> None:
    app = Stand([])
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("j", "space", "enter", "G", "pagedown")
        assert app.table.cursor_key is None
        assert app.of(Table.Opened) == []
        app.table.show(rows(1))
        await pilot.pause()
        assert app.table.cursor_key == 1


async def test_space_marks_and_goes_on_and_marks_outlive_their_rows() -> None:
    app = Stand(rows(1, 2, 3))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("space", "space")
        assert app.table.marks == {1, 2}
        assert app.table.cursor_key == 3
        assert app.lines()[1].startswith(" ◆row 1")
        app.table.show(rows(3, 2))
        await pilot.pause()
        assert app.table.marks == {1, 2}
        last = app.of(Table.MarksChanged)[-1]
        assert isinstance(last, Table.MarksChanged)
        assert last.marks == {1, 2}


async def test_enter_and_double_click_open() -> None:
    app = Stand(rows(1, 2, 3))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.press("j", "enter")
        await pilot.click(Table, offset=(5, 3), times=2)
        opened = [event.key for event in app.of(Table.Opened) if isinstance(event, Table.Opened)]
        assert opened == [2, 3]


async def test_clicks_move_mark_and_sort() -> None:
    app = Stand(rows(1, 2, 3))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.click(Table, offset=(5, 2))
        assert app.table.cursor_key == 2
        await pilot.click(Table, offset=(0, 3))
        assert app.table.marks == {3}
        await pilot.click(Table, offset=(35, 0))
        (pressed,) = app.of(Table.HeaderPressed)
        assert isinstance(pressed, Table.HeaderPressed)
        assert pressed.column == "number"
        await pilot.click(Table, offset=(5, 8))
        assert app.table.cursor_key == 3


async def test_rows_are_asked_for_before_they_are_missed() -> None:
    app = Stand(rows(*range(200)), total=10_000)
    async with app.run_test(size=(50, 20)) as pilot:
        assert app.of(Table.WindowWanted) == []
        await pilot.press("G")
        await pilot.pause()
        wanted = app.of(Table.WindowWanted)[-1]
        assert isinstance(wanted, Table.WindowWanted)
        assert wanted.offset < 9_981 <= 10_000 <= wanted.offset + wanted.limit
        assert app.table.cursor_key is None
        assert "…" in app.lines()[5]
        app.table.show(rows(*range(wanted.offset, 10_000)), offset=wanted.offset, total=10_000)
        await pilot.pause()
        assert app.table.cursor_key == 9_999
        assert any("row 9999 " in text for text in app.lines())


async def test_the_same_window_is_asked_for_once() -> None:
    app = Stand(rows(*range(200)), total=10_000)
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.press("G", "G", "G")
        await pilot.pause()
        wanted = [(event.offset, event.limit) for event in app.of(Table.WindowWanted)]  # type: ignore[attr-defined]
        assert len(wanted) == len(set(wanted))


async def test_only_changed_lines_are_painted_again() -> None:
    app = Stand(rows(*range(1, 9)))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.pause()
        refreshed: list[int] = []
        keep = app.table.refresh

        def spy(*regions: object, **rest: object) -> object:
            refreshed.extend(region.y for region in regions)  # type: ignore[attr-defined]
            return keep(*regions, **rest)  # type: ignore[arg-type]

        app.table.refresh = spy  # type: ignore[method-assign, assignment]
        app.table.show([row(key, "new" if key == 4 else "") for key in range(1, 9)])
        assert refreshed == [4]
        await pilot.pause()
        refreshed.clear()
        app.table.action_move(1)
        assert sorted(refreshed) == [1, 2]


async def test_a_changed_cell_is_tinted_once_and_time_is_no_news() -> None:
    app = Stand([row(1, time="4 min"), row(2, time="9 min")])
    async with app.run_test(size=(50, 10)) as pilot:
        app.table.show([row(1, "new", "5 min"), row(2, time="10 min")])
        await pilot.pause()
        assert "row-changed" not in app.lines()[1]
        tint = app.table._painter._style("on $row-changed").rich_style.bgcolor
        first = {segment.text.strip() for segment in app.table.render_line(1) if _ground(segment) == tint}
        second = {segment.text.strip() for segment in app.table.render_line(2) if _ground(segment) == tint}
        assert first == {"new"}
        assert second == set()
        app.table.show([row(1, "new", "6 min"), row(2, time="11 min")])
        await pilot.pause()
        assert not any(_ground(segment) == tint for segment in app.table.render_line(1))


async def test_the_cursor_row_keeps_the_colours_of_its_cells() -> None:
    red = Row(1, (Content.styled("alarm", "$status-waiting"), Content(""), Content("")))
    app = Stand([red])
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.pause()
        colour = app.table._painter._style("$status-waiting").rich_style.color
        painted = [segment for segment in app.table.render_line(1) if segment.text == "alarm"]
        assert [segment.style.color for segment in painted if segment.style] == [colour]


@pytest.mark.parametrize("width", [1, 2, 5, 20, 29, 30, 39, 40, 80, 300])
async def test_every_line_is_as_wide_as_the_table(width: int) -> None:
    app = Stand([row(1), Row(2, (Content("日本語のとても長い名前" * 9), Content("👩‍👩‍👧"), Content("")))])
    async with app.run_test(size=(width, 6)) as pilot:
        await pilot.press("j")
        for y in range(6):
            assert app.table.render_line(y).cell_length == app.table.scrollable_content_region.width


@pytest.mark.parametrize("width", range(1, 120))
def test_the_layout_never_exceeds_the_width(width: int) -> None:
    shown = layout(COLUMNS, width)
    taken = sum(wide for _, wide in shown) + max(0, len(shown) - 1) + gutter(width)
    assert shown
    assert taken <= max(width, gutter(width))


def _ground(segment: object) -> object:
    style = getattr(segment, "style", None)
    return None if style is None else style.bgcolor


async def test_another_number_of_rows_lays_nothing_out_unless_the_bar_comes_or_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Stand(rows(*range(60)), total=1_000)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        asked: list[bool] = []
        refresh = Table.refresh
        monkeypatch.setattr(
            Table,
            "refresh",
            lambda self, *regions, layout=False, **more: (
                asked.append(layout),
                refresh(self, *regions, layout=layout, **more),
            )[1],
        )
        bar = app.table.vertical_scrollbar
        for total in (999, 700):
            app.table.show(app.first, total=total)
            await pilot.pause()
            assert not any(asked)
            assert app.table.virtual_size.height == total + 1
        assert bar.window_virtual_size == 701
        app.table.show(app.first[:5])
        await pilot.pause()
        assert any(asked)
        assert not app.table.show_vertical_scrollbar
        app.table.show(app.first, total=1_000)
        await pilot.pause()
        assert app.table.show_vertical_scrollbar
        await pilot.press("G")
        app.table.show(rows(*range(40)), total=40)
        await pilot.pause()
        assert app.table.scroll_offset.y <= 41 - 12

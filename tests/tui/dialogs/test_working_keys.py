"""The last line while a dialog is open: the keys that work in it, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from sessiontui.tui.dialogs import Choose, Confirm, Extend, Option, Running, Step, TypedConfirm
from sessiontui.tui.dialogs.working_keys import WorkingKeys
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.widgets.key_line import KeyLine
from tests.tui.dialogs.dialog_stage import MADRID, NOW, SIZES, Stage, settle
from tests.tui.dialogs.test_dialogs import MAKERS


class Below(Screen[None]):
    """A screen with keys of its own in its last line."""

    def compose(self) -> ComposeResult:
        yield Static("behind", markup=False)
        line = KeyLine()
        line.styles.dock = "bottom"
        yield line

    def on_mount(self) -> None:
        self.query_one(KeyLine).show([Hint("a", "approve", "approve"), Hint("?", "help", "help")])


class OnScreen(Stage):
    """A stage whose screen below has keys."""

    def on_mount(self) -> None:
        self.push_screen(Below())


def last_line(app: Stage) -> str:
    return app.screen._compositor.render_strips()[-1].text.rstrip()


@pytest.mark.parametrize("size", SIZES[1:], ids=str)
@pytest.mark.parametrize("name", MAKERS)
async def test_every_dialog_shows_its_own_keys_where_those_of_the_screen_stood(
    name: str, size: tuple[int, int]
) -> None:
    app = OnScreen()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "approve" in last_line(app)
        app.show(MAKERS[name]())
        await settle(pilot)
        assert "approve" not in last_line(app)
        assert "esc " in last_line(app)
        line = app.screen.query_one(WorkingKeys)
        assert line.region.bottom == app.size.height
        for hint in line._hints:
            assert not hint.command or hint.command in app.screen.active_bindings, hint
        await pilot.press("escape")
        await settle(pilot)


async def test_the_line_follows_the_focus() -> None:
    app = OnScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(TypedConfirm("Cancel it?", ["one"], expected="one", yes="Cancel it"))
        await settle(pilot)
        assert last_line(app) == " enter keep  ←→ other button  tab next field  esc keep"
        await pilot.press("right")
        await settle(pilot)
        assert last_line(app) == " enter cancel it  ←→ other button  tab next field  esc keep"
        app.screen.query_one("#typed", Input).focus()
        await settle(pilot)
        assert last_line(app) == " enter cancel it  tab next field  esc keep"


async def test_a_list_is_walked_and_taken_from() -> None:
    app = OnScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Choose("Which?", [Option("a", "A"), Option("b", "B")]))
        await settle(pilot)
        assert last_line(app) == " enter take it  ↑↓ choose  tab next field  esc back"


async def test_a_button_that_says_something_else_is_told_so_in_the_line() -> None:
    async def refused() -> Any:
        from sessiontui.domain.errors import Refused

        raise Refused("no")

    app = OnScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Running("Approve", [Step("Ana", refused)]))
        await settle(pilot)
        assert app.screen.query_one("#keep", Button).label.plain == "Close"
        assert last_line(app) == " enter close  tab next field  esc close"


async def test_a_key_that_is_clicked_is_pressed() -> None:
    app = OnScreen()
    async with app.run_test(size=(80, 24)) as pilot:
        answers = app.show(Extend("Extend", end=NOW, now=NOW, zone=MADRID))
        await settle(pilot)
        at = last_line(app).index("alt+2")
        await pilot.click(WorkingKeys, offset=(at, 0))
        await settle(pilot)
        assert [answer.total_seconds() for answer in answers] == [30 * 60]


async def test_a_terminal_without_arrows_has_them_spelled() -> None:
    class Plain(OnScreen):
        class port:  # noqa: N801 - the console's name for it
            ascii = True

    app = Plain()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Confirm("Sure?", yes="Go"))
        await settle(pilot)
        assert last_line(app) == " enter keep  left/right other button  esc keep"

"""An application closes without an error, whatever comes while its widgets are taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.app import ComposeResult, ScreenStackError
from textual.css.query import NoMatches
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Label
from textual.worker import WorkerFailed

from sessiontui.tui.closing import ClosingApp


class Late(Message):
    """Something that was asked for came."""


class Leaf(Label):
    """A label that does something as it goes."""

    def __init__(self, go: Callable[[], object]) -> None:
        super().__init__("here")
        self._go = go

    def on_unmount(self) -> None:
        """Go."""
        self._go()


class Slow(Label):
    """A label that takes as long to go as a busy machine lets it."""

    async def on_unmount(self) -> None:
        """Let everything else go first."""
        for _ in range(50):
            await asyncio.sleep(0)


class Room(Screen[None]):
    """A screen that shows what comes in each label; ``going`` is called with the screen as each of them goes."""

    def __init__(self, going: Callable[[Room], object] = lambda _: None) -> None:
        super().__init__()
        self.going = going
        self.is_taken = asyncio.Event()
        self.leaves = [Leaf(lambda: self.going(self)) for _ in range(12)]

    def compose(self) -> ComposeResult:
        """Lay out enough labels that one of them goes before the screen, in whatever order that is done."""
        yield from self.leaves
        yield Slow("there")

    def on_late(self) -> None:
        """Show what came."""
        if len(self.query(Leaf)) < len(self.leaves):
            raise NoMatches

    async def take(self) -> None:
        """Wait for what is asked for, and show it."""
        await self.is_taken.wait()
        self.on_late()


class House(ClosingApp):
    """An application that looks at its screen whenever it hears of something, and may be wrong."""

    wrong = False

    def on_late(self) -> None:
        """Look at the screen in front."""
        if self.wrong:
            raise ZeroDivisionError
        assert self.screen.is_current


async def test_an_answer_that_comes_once_the_widgets_are_gone_is_not_shown() -> None:
    app = House()
    async with app.run_test() as pilot:
        room = Room(lambda room: room.is_taken.set())
        await app.push_screen(room)
        room.run_worker(room.take())
        await pilot.pause()


async def test_what_a_hidden_screen_hears_is_not_shown_in_widgets_that_went_before() -> None:
    app = House()
    async with app.run_test():
        hidden = Room(lambda room: room.post_message(Late()))
        app.install_screen(hidden, "hidden")
        await app.push_screen("hidden")
        await app.switch_screen(Room())
        assert hidden.is_running
        assert hidden not in app.screen_stack


async def test_a_key_that_comes_behind_the_last_screen_finds_none() -> None:
    app = House()
    async with app.run_test():
        await app.push_screen(Room(lambda _: asyncio.get_running_loop().call_later(0, app.post_message, Late())))
    assert app.return_code is None


@pytest.mark.parametrize("missing", [NoMatches(), ScreenStackError(), WorkerFailed(NoMatches())])
async def test_a_missing_widget_is_told_of_while_the_application_runs_and_not_after(missing: Exception) -> None:
    app = House()
    with pytest.raises(type(missing)):
        async with app.run_test():
            app._handle_exception(missing)
    app = House()
    async with app.run_test():
        pass
    app._handle_exception(missing)
    assert app._exception is None


async def test_any_other_mistake_is_told_of_while_the_application_closes() -> None:
    app = House()
    app.wrong = True
    with pytest.raises(ZeroDivisionError):
        async with app.run_test():
            await app.push_screen(Room(lambda _: app.post_message(Late())))

"""Keys that arrive in one burst: each is done before the next one is given to whoever has the focus by then."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from sessiontui.tui import typed_ahead
from sessiontui.tui.contained import ContainedApp
from sessiontui.tui.typed_ahead import TypedAhead


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no busy machine use up the patience of what is waited for."""
    monkeypatch.setattr(typed_ahead, "PATIENCE", 20.0)


class Form(Screen[None]):
    """Three lines; one key opens a dialog over them, slowly."""

    BINDINGS: ClassVar[list[BindingType]] = [("f2", "app.ask"), ("f3", "app.sulk"), ("ctrl+c", "app.quit")]

    def compose(self) -> ComposeResult:
        for name in ("first", "second", "third"):
            yield Input(id=name, select_on_focus=False)


class Asked(ModalScreen[str]):
    """A dialog with one line, which escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "answer")]

    def compose(self) -> ComposeResult:
        yield Input(id="answer")

    def action_answer(self) -> None:
        self.dismiss(self.query_one(Input).value)


class Keyboard(ContainedApp):
    """An application that takes its keys through the gate."""

    def __init__(self) -> None:
        super().__init__(ascii_only=False)
        self.ahead = TypedAhead(self)
        self.answer = ""

    def on_mount(self) -> None:
        self.push_screen(Form())

    async def on_event(self, event: events.Event) -> None:
        await self.ahead.take(event, super().on_event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(self.screen, Asked):
            self.ahead.release()

    def action_ask(self) -> None:
        self.ahead.hold()
        self.run_worker(self._ask())

    def action_sulk(self) -> None:
        """Promise a place to type into, and never show one."""
        self.ahead.hold()

    async def _ask(self) -> None:
        await asyncio.sleep(0.05)
        self.answer = await self.push_screen_wait(Asked())


def burst(app: Keyboard, *keys: str) -> None:
    """Let keys arrive at once, as a slow line or a paste brings them."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def values(app: Keyboard) -> tuple[str, ...]:
    form = next(screen for screen in app.screen_stack if isinstance(screen, Form))
    return tuple(line.value for line in form.query(Input))


async def until_rest(pilot: Pilot[None]) -> None:
    """Wait until what was typed has been done, and what that has begun."""
    app = pilot.app
    assert isinstance(app, Keyboard)
    async with asyncio.timeout(60):
        await pilot.pause(0.05)
        while not app.ahead.is_at_rest and not app._exit:
            await pilot.pause(0.02)
    await pilot.pause()


async def test_words_go_into_the_field_that_the_keys_before_them_went_to() -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        burst(app, "a", "tab", "b", "tab", "c", "shift+tab", "d", "backspace", "e")
        await until_rest(pilot)
        assert values(app) == ("a", "be", "c")


async def test_a_long_burst_keeps_its_order() -> None:
    app = Keyboard()
    text = "the quick brown fox jumps over the lazy dog".replace(" ", "")
    async with app.run_test() as pilot:
        burst(app, *text, "tab", *reversed(text))
        await until_rest(pilot)
        assert values(app) == (text, text[::-1], "")


async def test_what_is_typed_while_a_dialog_opens_is_meant_for_it() -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        burst(app, "f2", "y", "e", "s", "escape", "n")
        await until_rest(pilot)
        assert (app.answer, values(app)) == ("yes", ("n", "", ""))


async def test_a_promise_that_is_not_kept_is_waited_for_no_longer_than_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typed_ahead, "PATIENCE", 2.0)
    app = Keyboard()
    async with app.run_test() as pilot:
        burst(app, "f3", "x")
        await pilot.pause(0.05)
        assert values(app) == ("", "", "")
        await until_rest(pilot)
        assert values(app) == ("x", "", "")


async def test_what_takes_a_key_and_goes_away_does_not_stop_the_next_one() -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        form = app.screen
        burst(app, "a")
        form.query_one("#first").remove()
        burst(app, "tab", "b")
        await until_rest(pilot)
        assert "b" in "".join(line.value for line in form.query(Input))


async def test_a_machine_that_is_busy_elsewhere_takes_no_key_for_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_ahead, "LOST", 0.001)
    monkeypatch.setattr(Form, "key_f2", stalled, raising=False)
    app = Keyboard()
    async with app.run_test() as pilot:
        burst(app, "f2", "y", "e", "s", "escape", "n")
        await until_rest(pilot)
        assert (app.answer, values(app)) == ("yes", ("n", "", ""))


async def stalled(_: Form) -> None:
    """Let everything else go first, as where a processor is shared."""
    await asyncio.sleep(0.05)


async def test_the_way_out_is_never_held() -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        app.ahead.hold()
        burst(app, "x", "ctrl+c")
        await until_rest(pilot)
        assert app._exit


@pytest.mark.parametrize("count", [1, 50])
async def test_nothing_is_left_in_the_gate(count: int) -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        burst(app, *"z" * count)
        await until_rest(pilot)
        assert len(values(app)[0]) == count


async def test_the_last_of_a_burst_is_answered_at_once_and_not_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Keyboard()
    async with app.run_test() as pilot:
        await until_rest(pilot)
        answered: list[tuple[str, ...]] = []
        monkeypatch.setattr(Form, "answer_at_once", lambda _: answered.append(values(app)), raising=False)
        burst(app, *"abcdef")
        await until_rest(pilot)
        assert values(app)[0] == "abcdef"
        assert answered[-1][0] == "abcdef"
        assert len(answered) <= 2

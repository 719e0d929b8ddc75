"""Keys typed ahead of a dialog that another dialog opens, or that follows upon another's answer, wait for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from sessiontui.services import ticking
from sessiontui.tui import typed_ahead
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.dialogs import Ask, PickTemplate
from sessiontui.tui.dialogs.confirm import Confirm
from tests.conftest import Stage
from tests.services.post_stage import START, make
from tests.tui.at_rest import at_rest, until
from tests.tui.live_console import opened

NOW = START - timedelta(hours=2)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for dialogs as long as a busy machine needs."""
    monkeypatch.setattr(typed_ahead, "PATIENCE", 20.0)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Let keys arrive at once, and wait until all have been done."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    for key in keys:
        app.post_message(events.Key(key, {"slash": "/", "colon": ":"}.get(key, key if len(key) == 1 else None)))
    await pilot.pause(0.05)
    await until(pilot, lambda: app._ahead.is_at_rest)
    await pilot.pause()


async def test_what_is_typed_while_a_form_opens_a_dialog_goes_into_that_dialog(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, "n", "A", "ctrl+t", "b", "u", "g")
        assert isinstance(app.screen, PickTemplate)
        assert app.screen.query_one("#words", Input).value == "Abug"
        assert titles(app) == ["A"]


async def test_a_focus_that_moves_in_the_form_is_not_the_dialog_that_keys_wait_for(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, "n", "A", "tab", "shift+tab", "ctrl+t", "b", "u", "g")
        assert isinstance(app.screen, PickTemplate)
        assert titles(app) == ["A"]


async def test_leaving_a_form_asks_before_the_next_key_is_heard(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, "n", "A", "escape", "B")
        assert isinstance(app.screen, Confirm)
        assert titles(app) == ["A"]


async def test_what_is_typed_behind_an_answer_goes_into_the_next_dialog(stage: Stage) -> None:
    await make(stage, stage.ana)
    under_way = START + timedelta(minutes=10)
    await ticking.tick(stage.context, at=under_way)
    async with opened(stage, under_way) as (app, pilot):
        await until(pilot, lambda: bool(app.desk.table.rows))
        await burst(pilot, "c", *"somebody", "enter", *"ana", "enter", *"late", "enter", *"traffic")
        assert isinstance(app.screen, Ask), app.screen
        assert app.screen.query_one("#text", Input).value == "traffic"


async def test_attendance_is_refused_before_anybody_is_expected_whether_or_not_the_detail_is_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(stage, stage.ana)
    async with opened(stage, NOW) as (app, pilot):
        await until(pilot, lambda: app.desk.pane.detail is not None)
        for known in (True, False):
            if not known:
                monkeypatch.setattr(app.desk, "_detail", None)
            app.clear_notifications()
            await burst(pilot, "c")
            await until(pilot, lambda: bool(app._notifications))
            assert ["there is no attendance to correct" in one.message for one in app._notifications] == [True]
            assert app.screen is app.desk


async def test_behind_the_last_answer_keys_mean_the_screen_again(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, "colon", *"sort", "enter", "slash", "x")
        assert app.desk.filter.query_one(Input).value.endswith("x")


@pytest.mark.parametrize(
    ("room", "key", "dialog"),
    [
        ("2", "slash", True),
        ("3", "slash", False),
        ("3", "g", True),
        ("4", "slash", False),
        ("7", "slash", True),
        ("8", "slash", False),
        ("9", "slash", False),
    ],
)
async def test_in_every_room_what_is_typed_behind_a_key_that_asks_is_an_answer(
    stage: Stage, room: str, key: str, dialog: bool
) -> None:
    """Where ``a`` acknowledges an alert and ``x`` rejects somebody, no letter of an answer may be a key."""
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, room)
        await at_rest(pilot)
        await burst(pilot, key, *"axe")
        await at_rest(pilot)
        assert isinstance(app.focused, Input)
        assert app.focused.value.removeprefix("today") == "axe"
        assert isinstance(app.screen, ModalScreen) == dialog
        assert not app._notifications


async def test_a_command_that_ends_late_gives_no_key_that_waits_for_another(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, _):
        first, second = app.waiting.hold(), app.waiting.hold()
        with app.waiting.command(second):
            with app.waiting.command(first):
                pass
            assert not app._ahead.is_open
        assert app._ahead.is_open


async def test_a_binding_of_the_application_moves_the_focus_before_the_next_key(stage: Stage) -> None:
    async with opened(stage, NOW) as (app, pilot):
        await burst(pilot, "4", "slash", "x", "escape", "slash", "y", "z")
        assert isinstance(app.focused, Input)
        assert app.focused.value.endswith("yz")
        assert not app._notifications


def titles(app: ConsoleApp) -> list[str]:
    """Return what stands in the titles of the forms that are open."""
    lines = [line for screen in app.screen_stack for line in screen.query("#title-text").results(Input)]
    return [line.value for line in lines]

"""Waiting for rest ends where nothing goes on, and not before."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Label

from sessiontui.tui.background import in_background
from tests.tui import at_rest as waiting
from tests.tui.at_rest import at_rest, under_way


class Over(ModalScreen[None]):
    """A dialog."""


class Room(App[None]):
    """A screen with two labels."""

    def compose(self) -> ComposeResult:
        """Lay out the labels."""
        yield Label("shown", id="shown")
        yield Label("other", id="other")


async def test_what_is_behind_a_dialog_and_nobody_is_going_to_paint_is_at_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "LONGEST", 5.0)
    app = Room()
    async with app.run_test() as pilot:
        behind = app.screen
        await app.push_screen(Over())
        await at_rest(pilot)
        behind._dirty_widgets.add(app.query_one("#other"))  # as the toolkit may leave it, where it paints no screen
        await at_rest(pilot)


async def test_what_is_behind_a_dialog_and_still_to_be_painted_is_waited_for() -> None:
    app = Room()
    async with app.run_test() as pilot:
        shown, behind = app.query_one("#shown", Label), app.screen
        await app.push_screen(Over())
        shown.update("painted")
        await at_rest(pilot)
        assert not behind._dirty_widgets


async def test_work_is_waited_for() -> None:
    did: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.1)
        did.append("work")

    app = Room()
    async with app.run_test() as pilot:
        in_background(app, work)
        assert list(under_way(pilot))
        await at_rest(pilot)
        assert did

"""An act by key is on the screen at once where it holds, and nowhere where it fails half-way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import requests
from sessiontui.store.tx import Tx
from sessiontui.tui.dialogs import Confirm
from tests.conftest import Stage
from tests.services.post_stage import START, make
from tests.tui.at_rest import at_rest, until
from tests.tui.live_console import opened

MIN = timedelta(minutes=1)


async def approve(pilot: Pilot[None]) -> None:
    """Approve everyone who asks to join the session under the cursor."""
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
    await pilot.press("right", "enter")


async def test_an_act_that_fails_half_way_is_shown_as_undone_and_works_when_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await make(stage)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=START - 40 * MIN)

    async def given_way(*given: object, **named: object) -> None:
        raise Unavailable("the disk gave way")  # after the decision was written, before its entry

    async with opened(stage, START - 35 * MIN) as (app, pilot):

        def shown() -> tuple[int, int]:
            board = app.desk.shown.board
            assert board is not None
            (line,) = board.lines
            return line.pending, line.approved

        await until(pilot, lambda: bool(app.desk.table.rows))
        assert shown() == (1, 0)
        monkeypatch.setattr(Tx, "audit", given_way)
        await approve(pilot)
        await until(pilot, lambda: bool(app.told))
        await at_rest(pilot)
        assert "the disk gave way" in app.told[-1]
        assert shown() == (1, 0), "what was begun is not shown"
        assert await stage.rows("SELECT state FROM join_request") == [(str(RequestState.PENDING),)]
        monkeypatch.undo()
        await approve(pilot)
        await until(pilot, lambda: shown() == (0, 1))
        assert await stage.rows("SELECT state FROM join_request") == [(str(RequestState.APPROVED),)]

"""What somebody may not see in the console is written down like what they may not do: once, however often it asks."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from tests.conftest import Stage
from tests.services.post_stage import START, make
from tests.tui.at_rest import at_rest
from tests.tui.live_console import opened

NOW = START - timedelta(hours=2)


async def refusals(stage: Stage) -> list[tuple[object, ...]]:
    return await stage.rows("SELECT by_id, sentence FROM audit_entry WHERE action = 'refused' ORDER BY id")


async def written(pilot: Pilot[None], stage: Stage) -> None:
    """Wait until a refusal stands in the trail."""
    async with asyncio.timeout(60):
        while not await refusals(stage):
            await pilot.pause(0.02)


@pytest.mark.parametrize(
    ("screen", "why"),
    [
        ("analytics", "a participant may not see analytics"),
        ("audit", "a participant may not see the outbox"),
        ("health", "a participant may not see the worker and its jobs"),
    ],
)
async def test_a_screen_that_is_refused_leaves_one_entry(stage: Stage, screen: str, why: str):
    async with opened(stage, NOW, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT)) as (app, pilot):
        for _ in range(2):  # it asks again, as it does every few seconds
            app.go(screen)
            app.refresh_board()
            await written(pilot, stage)
            await at_rest(pilot)
    assert await refusals(stage) == [(stage.cyd, f"was refused: {why}")]


async def test_another_persons_card_is_refused_and_that_is_written_down(stage: Stage):
    await make(stage, stage.ana)
    async with opened(stage, NOW, by=Actor(stage.cyd, "Cyd", Role.MENTOR)) as (app, pilot):
        app.show_person(stage.bob, mentor=True)
        await written(pilot, stage)
    assert await refusals(stage) == [(stage.cyd, "was refused: a mentor may not manage people")]


async def test_a_wrong_filter_or_a_missing_file_is_no_refusal_of_a_right(stage: Stage):
    port = ConsolePort(stage.context, Actor(stage.cyd, "Cyd", Role.VIEWER), display=Display(), clock=lambda: NOW)
    for error in (BadInput("no such field"), NotFound("no such session")):
        await port.note(error)
    assert await refusals(stage) == []

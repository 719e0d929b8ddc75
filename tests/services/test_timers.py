"""Timers of work sessions: actual time is what was worked, however often it was paused, forgotten or taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.alerts import AlertRule
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.vocabulary import Control, Kind, Move
from sessiontui.services import boards, sessions, ticking, timers, undo
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage, build_stage

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def work(stage: Stage, *, hours: int = 3) -> int:
    draft = SessionDraft(
        title="Fix parser", kind=Kind.WORK, starts_at=NOON, ends_at=NOON + hours * HOUR, publish=True
    )
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON - HOUR)).sessions[0]


async def move(stage: Stage, session: int, which: Move, at: datetime) -> int:
    receipt = await sessions.move(stage.context, which, session, by=stage.root, at=at)
    assert receipt.undo is not None
    return receipt.undo


async def line(stage: Stage, session: int, at: datetime):
    return (await boards.detail(stage.context, session, now=at, by=stage.root)).line


async def alerts(stage: Stage, session: int, at: datetime) -> list[AlertRule]:
    await ticking.tick(stage.context, at=at)
    return [one.rule for one in (await line(stage, session, at)).alerts]


async def test_a_forgotten_timer_is_noticed_and_stopped_at_the_last_activity(stage: Stage):
    session = await work(stage)
    await move(stage, session, Move.START, NOON)
    await sessions.edit(
        stage.context, session, sessions.SessionEdit(description="found it"), by=stage.root, at=NOON + 125 * MIN
    )
    rule = AlertRule.FORGOTTEN_TIMER
    assert rule not in await alerts(stage, session, NOON + 4 * HOUR - MIN)
    assert rule in await alerts(stage, session, NOON + 4 * HOUR)
    found = await timers.running(stage.context, session, now=NOON + 5 * HOUR, by=stage.root)
    assert (found.since, found.active_at) == (NOON, NOON + 125 * MIN)
    receipt = await timers.stop_at(stage.context, session, by=stage.root, at=NOON + 5 * HOUR)
    assert receipt.sentence == "stopped Fix parser at 2026-05-04 14:05 UTC, 2 h 55 ago"
    stopped = await line(stage, session, NOON + 5 * HOUR)
    assert (stopped.control, stopped.actual) == (Control.COMPLETED, 125 * MIN)
    assert rule not in await alerts(stage, session, NOON + 5 * HOUR)
    await undo.undo(stage.context, by=stage.root, at=NOON + 5 * HOUR + MIN)
    again = await line(stage, session, NOON + 5 * HOUR + MIN)
    assert (again.control, again.actual) == (Control.RUNNING, 5 * HOUR + MIN)


async def test_whoever_is_still_at_it_is_asked_again_only_later(stage: Stage):
    session = await work(stage)
    await move(stage, session, Move.START, NOON)
    rule = AlertRule.FORGOTTEN_TIMER
    assert rule in await alerts(stage, session, NOON + 4 * HOUR)
    await timers.still_at_it(stage.context, session, by=stage.root, at=NOON + 4 * HOUR + MIN)
    assert rule not in await alerts(stage, session, NOON + 4 * HOUR + 2 * MIN)
    assert rule in await alerts(stage, session, NOON + 5 * HOUR + MIN)


async def test_over_night_it_is_asked_even_within_the_estimate(stage: Stage):
    session = await work(stage, hours=20)
    await move(stage, session, Move.START, NOON)
    assert AlertRule.FORGOTTEN_TIMER not in await alerts(stage, session, NOON + 8 * HOUR - MIN)
    assert AlertRule.FORGOTTEN_TIMER in await alerts(stage, session, NOON + 8 * HOUR)


async def test_one_that_was_completed_by_itself_is_still_asked_about(stage: Stage):
    session = await work(stage)
    await move(stage, session, Move.START, NOON)
    morning = NOON + 20 * HOUR
    assert AlertRule.FORGOTTEN_TIMER in await alerts(stage, session, morning)
    assert (await line(stage, session, morning)).actual == 7 * HOUR
    with pytest.raises(Refused, match="completed by itself"):
        await timers.still_at_it(stage.context, session, by=stage.root, at=morning)
    await timers.stop_at(stage.context, session, by=stage.root, at=morning, stopped_at=NOON + 2 * HOUR)
    assert (await line(stage, session, morning)).actual == 2 * HOUR
    assert AlertRule.FORGOTTEN_TIMER not in await alerts(stage, session, morning)
    await undo.undo(stage.context, by=stage.root, at=morning + MIN)
    assert (await line(stage, session, morning + MIN)).actual == 7 * HOUR
    assert AlertRule.FORGOTTEN_TIMER not in await alerts(stage, session, NOON + 7 * HOUR + 24 * HOUR)


async def test_an_instant_that_cannot_be_is_refused(stage: Stage):
    session = await work(stage)
    with pytest.raises(Refused, match="no timer runs here"):
        await timers.stop_at(stage.context, session, by=stage.root, at=NOON)
    await move(stage, session, Move.START, NOON)
    with pytest.raises(BadInput, match="lies ahead"):
        await timers.stop_at(stage.context, session, by=stage.root, at=NOON + MIN, stopped_at=NOON + 2 * MIN)
    await move(stage, session, Move.PAUSE, NOON + 10 * MIN)
    await move(stage, session, Move.RESUME, NOON + 20 * MIN)
    with pytest.raises(Refused, match="resumed at 2026-05-04 12:20 UTC"):
        await timers.stop_at(stage.context, session, by=stage.root, at=NOON + HOUR, stopped_at=NOON + 15 * MIN)


# -- actual time against brute force ---------------------------------------------------------------------------

STEP = st.tuples(st.sampled_from(["pause", "resume", "crash", "stop", "undo", "edit"]), st.integers(1, 90))


@settings(max_examples=25)
@given(st.lists(STEP, max_size=10), st.integers(0, 30))
def test_actual_time_is_what_was_worked(steps: list[tuple[str, int]], back: int):
    """A minute counts if the timer ran in it by what stood in the end: counted here minute by minute."""
    asyncio.run(_against_brute_force(steps, back))


async def _against_brute_force(steps: list[tuple[str, int]], back: int) -> None:
    with TemporaryDirectory() as folder:
        stage = await _played(await build_stage(Path(folder)), steps, back)
        await stage.context.db.close()


async def _played(stage: Stage, steps: list[tuple[str, int]], back: int) -> Stage:
    session, now = await work(stage, hours=23), NOON
    await move(stage, session, Move.START, now)
    turns: list[tuple[datetime, bool]] = [(now, True)]
    undoable: list[list[tuple[datetime, bool]]] = []
    for name, minutes in steps:
        now += minutes * MIN
        runs = turns[-1][1]
        before = list(turns)
        match name:
            case "pause" if runs:
                await move(stage, session, Move.PAUSE, now)
                turns.append((now, False))
            case "resume" if not runs:
                await move(stage, session, Move.RESUME, now)
                turns.append((now, True))
            case "crash":  # whoever comes back finds what the file holds, and nothing else
                await stage.context.db.close()
                stage = replace(stage, context=await reopened(stage))
                continue
            case "undo" if undoable:
                await undo.undo(stage.context, by=stage.root, at=now)
                turns = undoable.pop()
                continue
            case "stop" if runs:
                end = max(turns[-1][0], now - back * MIN)
                await timers.stop_at(stage.context, session, by=stage.root, at=now, stopped_at=end)
                turns.append((end, False))
                assert (await line(stage, session, now)).actual == _worked(turns, now)
                return stage
            case _:
                continue
        undoable.append(before)
        assert (await line(stage, session, now)).actual == _worked(turns, now)
    assert (await line(stage, session, now + MIN)).actual == _worked(turns, now + MIN)
    return stage


async def reopened(stage: Stage) -> Context:
    return replace(stage.context, db=await Database.open(stage.path))


def _worked(turns: list[tuple[datetime, bool]], now: datetime) -> timedelta:
    """Return for how many minutes the timer ran, looked up minute by minute."""
    worked, at = timedelta(), turns[0][0]
    while at < now:
        if [runs for since, runs in turns if since <= at][-1]:
            worked += MIN
        at += MIN
    return worked

"""Presences that nobody closed end with the session that somebody completed or cancelled, also where they beat on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.vocabulary import Kind, Move, Status
from sessiontui.services import boards, presence, sessions, ticking, undo
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)
END = NOON + 60 * MIN
CLOSED = NOON + 40 * MIN
"""When somebody completes or cancels the session."""

LATER = tuple(NOON + after * MIN for after in (41, 61, 150, 310, 600))
"""Instants after that, up to long after the hours in which a silent presence counts as open."""

ENDINGS = pytest.mark.parametrize("ending", [Move.COMPLETE, Move.CANCEL])


async def met(stage: Stage, *, beats_until: int | None = None) -> int:
    """Let Ana come at the start and never leave; she beats each minute up to a minute, if at all."""
    draft = SessionDraft(
        title="Circle", kind=Kind.CONVERSATION, starts_at=NOON, ends_at=END, publish=True, author_id=stage.bob
    )
    receipt = await sessions.create(stage.context, draft, by=stage.root, at=NOON - 60 * MIN)
    (session,) = receipt.sessions
    await presence.join(stage.context, session, stage.ana, by=stage.root, at=NOON)
    await beat(stage, session, 1, beats_until or 0)
    return session


async def beat(stage: Stage, session: int, first: int, last: int) -> None:
    for minute in range(first, last + 1):
        await presence.heartbeat(stage.context, session, stage.ana, by=stage.root, at=NOON + minute * MIN)


async def ran(stage: Stage, session: int, now, *, as_of=None) -> tuple[float, int]:
    """Return the minutes that count and how many are inside, after the worker has been there."""
    await ticking.sweep(stage.context, at=now)
    await ticking.tick(stage.context, at=now)
    line = (await boards.detail(stage.context, session, now=now, by=stage.root, as_of=as_of)).line
    if as_of is None and not line.active:  # what goes on is counted where it is shown
        ((stored, active),) = await stage.rows("SELECT actual_ms, active FROM session WHERE id = ?", session)
        assert (stored, active) == (line.actual / timedelta(milliseconds=1), line.active)
    return line.actual / MIN, line.active


@ENDINGS
@pytest.mark.parametrize("beats", [None, 40], ids=["never beat", "beat"])
async def test_whoever_is_inside_and_never_leaves_leaves_with_the_act(stage: Stage, ending: Move, beats: int | None):
    session = await met(stage, beats_until=beats)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    assert {await ran(stage, session, now) for now in LATER} == {(40, 0)}


@ENDINGS
async def test_what_beats_on_does_not_make_it_longer(stage: Stage, ending: Move):
    session = await met(stage, beats_until=40)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    told = set()
    for minute in range(41, 80, 13):
        await beat(stage, session, minute, minute + 12)
        told.add(await ran(stage, session, NOON + (minute + 12) * MIN))
    assert told | {await ran(stage, session, now) for now in LATER[2:]} == {(40, 0)}


@ENDINGS
async def test_whoever_was_silent_before_it_left_when_they_fell_silent(stage: Stage, ending: Move):
    session = await met(stage, beats_until=25)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    assert {await ran(stage, session, now) for now in LATER} == {(25, 0)}


@ENDINGS
async def test_whoever_comes_after_it_adds_nothing(stage: Stage, ending: Move):
    session = await met(stage)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    await presence.join(stage.context, session, stage.cyd, by=stage.root, at=CLOSED + 5 * MIN)
    assert {await ran(stage, session, now) for now in LATER[1:]} == {(40, 0)}


@ENDINGS
@pytest.mark.parametrize("beats", [None, 40], ids=["never beat", "beat"])
async def test_a_leave_that_is_told_late_is_the_truth(stage: Stage, ending: Move, beats: int | None):
    session = await met(stage, beats_until=beats)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    assert await ran(stage, session, CLOSED + MIN) == (40, 0)
    await presence.leave(stage.context, session, stage.ana, by=stage.root, at=NOON + 43 * MIN)
    assert {await ran(stage, session, now) for now in LATER[1:]} == {(43, 0)}


@ENDINGS
async def test_the_act_undone_or_the_session_reopened_has_them_inside_again(stage: Stage, ending: Move):
    session = await met(stage)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED)
    await undo.undo(stage.context, by=stage.root, at=CLOSED + MIN)
    assert await ran(stage, session, CLOSED + 2 * MIN) == (42, 1)
    await sessions.move(stage.context, ending, session, by=stage.root, at=CLOSED + 3 * MIN)
    assert await ran(stage, session, CLOSED + 4 * MIN) == (43, 0)
    await sessions.move(stage.context, Move.REOPEN, session, by=stage.root, at=CLOSED + 5 * MIN)
    assert await ran(stage, session, CLOSED + 6 * MIN) == (46, 1)


async def test_the_past_shows_them_inside_until_then(stage: Stage):
    session = await met(stage, beats_until=60)
    await sessions.move(stage.context, Move.COMPLETE, session, by=stage.root, at=CLOSED)
    now = LATER[2]
    assert await ran(stage, session, now, as_of=NOON + 30 * MIN) == (30, 1)
    assert await ran(stage, session, now, as_of=CLOSED) == (40, 0)


async def test_attendance_and_presence_end_with_it(stage: Stage):
    session = await met(stage, beats_until=60)
    await sessions.move(stage.context, Move.COMPLETE, session, by=stage.root, at=CLOSED)
    detail = await boards.detail(stage.context, session, now=LATER[1], by=stage.root)
    (line,) = detail.presence
    assert (line.here, [stay.left_at for stay in line.stays], line.stayed) == (False, [CLOSED], 40 * MIN)
    (roll,) = detail.attendance
    assert (roll.stayed, detail.line.status) == (40 * MIN, Status.ENDED_COMPLETE)

"""Every state of a work session and every move by hand: allowed ones do what they say, refused ones say why.

The services, the detail pane, the keys on one session and the keys on marked sessions must all judge alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

import pytest

from sessiontui.domain.errors import Refused
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Control, Kind, Move, Source, Status
from sessiontui.services import boards, presence, sessions, undo
from sessiontui.services.lines import SessionLine
from sessiontui.services.pictures import SessionDetail
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from sessiontui.tui.commands.obstacles import obstacle_to
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)
START, END = NOON + 60 * MIN, NOON + 150 * MIN

# What leads to each state, as moves with their minutes after noon, the guest who came, and when it is looked at.
STATES: Mapping[str, tuple[tuple[tuple[Move, int], ...], int | None, int]] = MappingProxyType(
    {
        "draft": ((), None, 10),
        "scheduled": (((Move.PUBLISH, 1),), None, 10),
        "waiting": (((Move.PUBLISH, 1),), None, 65),
        "active": (((Move.PUBLISH, 1),), 62, 65),
        "running": (((Move.START, 30),), None, 65),
        "paused": (((Move.START, 30), (Move.PAUSE, 50)), None, 65),
        "completed": (((Move.START, 30), (Move.COMPLETE, 70)), None, 75),
        "cancelled": (((Move.PUBLISH, 1), (Move.CANCEL, 20)), None, 25),
        "no show": (((Move.PUBLISH, 1),), None, 200),
        "completed long ago": (((Move.START, 30), (Move.COMPLETE, 70)), None, 200),
        "archived": (((Move.START, 30), (Move.COMPLETE, 70), (Move.ARCHIVE, 75)), None, 80),
    }
)

BY_HAND = (
    Move.PUBLISH, Move.START, Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.CANCEL, Move.REOPEN, Move.ARCHIVE,
    Move.RESTORE,
)  # fmt: skip

ALLOWED: Mapping[str, frozenset[Move]] = MappingProxyType(
    {
        "draft": frozenset({Move.PUBLISH, Move.START, Move.CANCEL}),
        "scheduled": frozenset({Move.START, Move.CANCEL}),
        "waiting": frozenset({Move.START, Move.COMPLETE, Move.CANCEL}),
        "active": frozenset({Move.START, Move.PAUSE, Move.COMPLETE, Move.CANCEL}),
        "running": frozenset({Move.PAUSE, Move.COMPLETE, Move.CANCEL}),
        "paused": frozenset({Move.RESUME, Move.COMPLETE, Move.CANCEL}),
        "completed": frozenset({Move.REOPEN, Move.ARCHIVE}),
        "cancelled": frozenset({Move.REOPEN, Move.ARCHIVE}),
        "no show": frozenset({Move.COMPLETE, Move.ARCHIVE}),
        "completed long ago": frozenset({Move.ARCHIVE}),
        "archived": frozenset({Move.RESTORE}),
    }
)

AFTER = MappingProxyType(
    {
        Move.PUBLISH: Control.SCHEDULED,
        Move.START: Control.RUNNING,
        Move.PAUSE: Control.PAUSED,
        Move.RESUME: Control.RUNNING,
        Move.COMPLETE: Control.COMPLETED,
        Move.CANCEL: Control.CANCELLED,
        Move.REOPEN: Control.SCHEDULED,
    }
)


async def brought(stage: Stage, state: str) -> tuple[int, datetime]:
    """Make a work session and bring it to a state; return it with the instant at which it is looked at."""
    draft = SessionDraft(title="Parser", starts_at=START, ends_at=END, kind=Kind.WORK)
    session_id = (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]
    moves, came, minute = STATES[state]
    for move, at in moves:
        await sessions.move(stage.context, move, session_id, by=stage.root, at=NOON + at * MIN, confirm=True)
    if came is not None:
        report = PresenceReport(
            session_id=session_id,
            signal=Signal.JOIN,
            at=NOON + came * MIN,
            source=Source.MANUAL,
            person_id=stage.ana,
        )
        await presence.record(stage.context, [report], by=stage.root, at=NOON + came * MIN)
    return session_id, NOON + minute * MIN


async def seen(stage: Stage, session_id: int, at: datetime) -> tuple[SessionDetail, SessionLine]:
    """Return a session whole, and as the row that a marked one is judged by."""
    detail = await boards.detail(stage.context, session_id, now=at, by=stage.root)
    (line,) = await boards.lines(stage.context, [session_id], now=at, by=stage.root)
    return detail, line


@pytest.mark.parametrize("state", list(STATES))
async def test_every_move_from_every_state(stage: Stage, state: str):
    for move in BY_HAND:
        session_id, at = await brought(stage, state)
        detail, line = await seen(stage, session_id, at)
        may = move in ALLOWED[state]
        assert (detail.blocked[move] == "") is may, f"{move}: {detail.blocked[move]}"
        assert (obstacle_to(move, line, at) == "") is may, f"marked, {move}: {obstacle_to(move, line, at)}"
        if not may:
            with pytest.raises(Refused) as refused:
                await sessions.move(stage.context, move, session_id, by=stage.root, at=at, confirm=True)
            assert str(move) in refused.value.detail
            assert refused.value.detail == detail.blocked[move]
            assert (await seen(stage, session_id, at))[0] == detail, "a refused move changes nothing"
            continue
        before = line.control
        await sessions.move(stage.context, move, session_id, by=stage.root, at=at, confirm=True)
        after = (await seen(stage, session_id, at))[1]
        assert after.control is AFTER.get(move, before)
        assert (after.archived_at == at) is (move is Move.ARCHIVE)
        await undo.undo(stage.context, by=stage.root, at=at)
        assert (await seen(stage, session_id, at))[1].control is before, f"{move} was taken back"


async def test_stamps_and_time_of_a_session_that_was_paused_twice(stage: Stage):
    session_id, _ = await brought(stage, "draft")
    by, context = stage.root, stage.context
    steps = (
        (Move.START, 30), (Move.PAUSE, 50), (Move.RESUME, 55), (Move.PAUSE, 70), (Move.RESUME, 90),
        (Move.COMPLETE, 100),
    )  # fmt: skip
    for move, minute in steps:
        await sessions.move(context, move, session_id, by=by, at=NOON + minute * MIN)
    detail, line = await seen(stage, session_id, NOON + 110 * MIN)
    assert (line.actual, detail.begin, detail.final_end) == (45 * MIN, NOON + 30 * MIN, NOON + 100 * MIN)
    assert [(end - start) // MIN for start, end in detail.pauses if end is not None] == [5, 20]
    assert line.status is Status.ENDED_COMPLETE
    await sessions.move(context, Move.REOPEN, session_id, by=by, at=NOON + 111 * MIN)
    await sessions.move(context, Move.START, session_id, by=by, at=NOON + 112 * MIN)
    _, again = await seen(stage, session_id, NOON + 120 * MIN)
    assert (again.control, again.actual) == (Control.RUNNING, 53 * MIN), "what was worked before still counts"


async def die(stage: Stage, session_id: int, at: datetime) -> None:
    async with stage.context.db.write(by=stage.root, at=at) as tx:
        await tx.update("session", session_id, control="completed")
        raise RuntimeError


@pytest.mark.parametrize("seed", range(12))
async def test_actual_time_is_what_counting_each_minute_gives(stage: Stage, seed: int):
    """Random pauses, and consoles that die: the time of work is that of every minute in which somebody worked."""
    random = Random(seed)
    session_id, _ = await brought(stage, "draft")
    by, context = stage.root, stage.context
    minute = random.randint(20, 60)
    await sessions.move(context, Move.START, session_id, by=by, at=NOON + minute * MIN)
    worked, running = 0, True
    for _ in range(random.randint(0, 8)):
        step = random.randint(1, 9)
        worked += step if running else 0
        minute += step
        match random.choice(("turn", "die", "repeat")):
            case "turn":
                move = Move.PAUSE if running else Move.RESUME
                await sessions.move(context, move, session_id, by=by, at=NOON + minute * MIN)
                running = not running
            case "die":  # inside a transaction, with the moves written and nothing kept
                with pytest.raises(RuntimeError):
                    await die(stage, session_id, NOON + minute * MIN)
            case _:
                move = Move.RESUME if running else Move.PAUSE
                with pytest.raises(Refused):
                    await sessions.move(context, move, session_id, by=by, at=NOON + minute * MIN)
    last = random.randint(1, 9)
    worked += last if running else 0
    minute += last
    await sessions.move(context, Move.COMPLETE, session_id, by=by, at=NOON + minute * MIN)
    _, line = await seen(stage, session_id, NOON + (minute + 5) * MIN)
    assert line.actual == worked * MIN

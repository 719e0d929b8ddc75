"""What time alone does: statuses, completion, heartbeats that stopped."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.vocabulary import Move, Status
from sessiontui.services import boards, presence, sessions, ticking
from tests.conftest import Stage
from tests.services.test_sessions import END, HOUR, MIN, START, make


async def statuses(stage: Stage) -> list[str]:
    return [str(row[0]) for row in await stage.rows("SELECT status FROM session ORDER BY id")]


async def test_a_session_goes_through_its_life_by_ticks_alone(stage: Stage):
    await make(stage)
    seen = []
    for at in (START - 31 * MIN, START - 30 * MIN, START - MIN, START, END - MIN, END, END + HOUR):
        changed = await ticking.tick(stage.context, at=at)
        seen.append((changed, (await statuses(stage))[0]))
    assert seen == [
        (0, "created"), (1, "upcoming"), (0, "upcoming"), (1, "waiting"), (1, "waiting"), (1, "ended_no_show"),
        (0, "ended_no_show"),
    ]  # fmt: skip


async def test_an_idle_tick_writes_nothing(stage: Stage):
    await make(stage)
    before = await stage.context.db.pulse()
    assert await ticking.tick(stage.context, at=START - 2 * HOUR) == 0
    assert await stage.context.db.pulse() == before


async def test_a_running_session_is_completed_four_hours_after_its_end(stage: Stage):
    await make(stage)
    await sessions.move(stage.context, Move.START, 1, by=stage.root, at=START)
    await ticking.tick(stage.context, at=END + 4 * HOUR - timedelta(milliseconds=1))
    assert await stage.rows("SELECT control FROM session") == [("running",)]
    await ticking.tick(stage.context, at=END + 4 * HOUR)
    assert await stage.rows("SELECT control FROM session") == [("completed",)]
    assert await stage.rows("SELECT by_name FROM audit_entry WHERE action = 'session.complete'") == [("worker",)]


async def test_one_that_went_on_longer_is_completed_once_it_is_over(stage: Stage):
    await make(stage)
    await sessions.move(stage.context, Move.START, 1, by=stage.root, at=START)
    late = END + 4 * HOUR
    for minute in range(3):
        at = late + minute * MIN
        await presence.heartbeat(stage.context, 1, stage.ana, by=stage.root, at=at)
        await ticking.tick(stage.context, at=at)
    assert await statuses(stage) == ["active"]
    await presence.leave(stage.context, 1, stage.ana, by=stage.root, at=late + 3 * MIN)
    await ticking.tick(stage.context, at=late + 4 * MIN)
    assert await stage.rows("SELECT control FROM session") == [("completed",)]


async def test_a_paused_session_resumed_long_after_its_end_is_completed_too(stage: Stage):
    await make(stage)
    await sessions.move(stage.context, Move.START, 1, by=stage.root, at=START)
    await sessions.move(stage.context, Move.PAUSE, 1, by=stage.root, at=START + MIN)
    await ticking.tick(stage.context, at=END + 5 * HOUR)
    await sessions.move(stage.context, Move.RESUME, 1, by=stage.root, at=END + 6 * HOUR)
    await ticking.tick(stage.context, at=END + 6 * HOUR + MIN)
    assert await stage.rows("SELECT control FROM session") == [("completed",)]


async def test_an_archived_running_session_is_left_alone_and_does_not_come_due_for_ever(stage: Stage):
    await make(stage)
    await sessions.move(stage.context, Move.START, 1, by=stage.root, at=START)
    await ticking.tick(stage.context, at=END)
    await sessions.move(stage.context, Move.ARCHIVE, 1, by=stage.root, at=END + MIN)
    await ticking.tick(stage.context, at=END + 5 * HOUR)
    assert await stage.rows("SELECT control, next_transition_at FROM session") == [("running", None)]


async def test_a_machine_that_slept_catches_up_in_one_tick(stage: Stage):
    for _ in range(3):
        await make(stage)
    assert await ticking.tick(stage.context, at=END + 99 * HOUR) == 3
    assert set(await statuses(stage)) == {"ended_no_show"}
    assert (await boards.board(stage.context, "", now=END + 99 * HOUR, by=stage.root)).counts[
        Status.ENDED_NO_SHOW
    ] == 3

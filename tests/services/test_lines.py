"""Rows told by what is stored: the same as those derived from their histories, in any world at any instant."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from sessiontui.domain.vocabulary import Move
from sessiontui.services import boards, presence, sessions, ticking
from sessiontui.services.boards import drawing
from sessiontui.services.pictures import SessionLine
from sessiontui.store.histories import Fetch
from sessiontui.store.reads.lines import LineRow, line_rows
from tests.conftest import NOON, Stage
from tests.services.test_sessions import END, MIN, START, make
from tests.store.test_write_path import Walk


async def from_histories(fetch: Fetch, ids: list[int], now: int) -> dict[int, LineRow]:
    """Return stored rows as if none could be relied on."""
    return {key: row._replace(is_current=0) for key, row in (await line_rows(fetch, ids, now)).items()}


async def both(stage: Stage, monkeypatch: pytest.MonkeyPatch, ids: list[int], now) -> list[tuple[SessionLine, ...]]:
    """Return the rows as they are told, and as their histories say."""
    told = await boards.lines(stage.context, ids, now=now, by=stage.root)
    with monkeypatch.context() as patched:
        patched.setattr(drawing, "line_rows", from_histories)
        derived = await boards.lines(stage.context, ids, now=now, by=stage.root)
    return [told, derived]


@pytest.mark.parametrize("seed", range(12))
async def test_stored_rows_tell_what_their_histories_say(stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int):
    walk, pick = Walk(stage, 700 + seed), Random(seed)
    await walk.begin()
    relied = moved = 0
    for _ in range(40):
        for _ in range(3):
            await walk.step()
        if pick.random() < 0.4:
            await walk.tick()
        jumps = (0, -0.001, 0.001, -30, 7, 29.999, 61, 90, 91, 600, 3599, -86400)
        for now in (walk.now, walk.now + timedelta(seconds=pick.choice(jumps))):
            told, derived = await both(stage, monkeypatch, walk.sessions, now)
            assert told == derived, f"at {now}"
            rows = await line_rows(stage.context.db.fetch, walk.sessions, int(now.timestamp() * 1000))
            relied += sum(row.is_current for row in rows.values())
            moved += sum(row.is_current for row in rows.values() if row.pace)
    assert relied > 200
    assert moved


async def test_minutes_run_on_between_two_writes(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await make(stage, mentor_id=stage.bob)
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=START)
    await presence.join(stage.context, 1, stage.bob, by=stage.root, at=START + MIN)
    await ticking.tick(stage.context, at=START + MIN)
    now = START + 20 * MIN
    (told,), (derived,) = await both(stage, monkeypatch, [1], now)
    assert told == derived
    assert (told.actual, told.together) == (20 * MIN, 19 * MIN)
    (row,) = (await line_rows(stage.context.db.fetch, [1], int(now.timestamp() * 1000))).values()
    assert row.is_current


async def test_a_status_is_never_late(stage: Stage):
    await make(stage)
    for at, status in ((START - 31 * MIN, "created"), (START - 30 * MIN, "upcoming"), (START, "waiting"),
                       (END - MIN, "waiting"), (END, "ended_no_show")):  # fmt: skip
        (line,) = await boards.lines(stage.context, [1], now=at, by=stage.root)
        assert line.status == status
    assert await stage.rows("SELECT status FROM session") == [("created",)]


async def test_who_ended_it_is_told_from_the_row(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        await make(stage)
    await sessions.move(stage.context, Move.CANCEL, 1, by=stage.root, at=NOON, reason="mentor ill")
    for move in (Move.CANCEL, Move.REOPEN, Move.CANCEL):  # all in one instant: only the history knows which counts
        await sessions.move(stage.context, move, 2, by=stage.root, at=NOON, reason=f"{move}")
    told, derived = await both(stage, monkeypatch, [1, 2], NOON + MIN)
    assert told == derived
    assert told[0].beside == "cancelled by Root: mentor ill"
    rows = await line_rows(stage.context.db.fetch, [1, 2], int((NOON + MIN).timestamp() * 1000))
    assert [rows[1].is_current, rows[2].is_current] == [1, 0]


async def test_rows_of_an_older_schema_are_told_from_their_histories(stage: Stage):
    await make(stage)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE session SET derived_at = NULL")
    (line,) = await boards.lines(stage.context, [1], now=NOON, by=stage.root)
    assert line.status == "created"
    await ticking.rebuild(stage.context, at=NOON)
    assert (await stage.rows("SELECT derived_at IS NOT NULL FROM session")) == [(1,)]

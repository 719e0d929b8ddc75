"""What is kept ready equals what the sessions add up to, and every write marks what it changes."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from sessiontui.demo.worlds import build
from sessiontui.domain.analytics.outcomes import SUM_NAMES, Sums
from sessiontui.domain.analytics.periods import DAY, HOUR, QUARTER, Level, month_of, year_of
from sessiontui.domain.analytics.spreads import unpack_values
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services import analytics, presence, requests, sessions, ticking
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionEdit
from sessiontui.store.bulk.spreads import CopiedSpreads
from sessiontui.store.engine import Database, connect
from sessiontui.store.histories import load
from sessiontui.store.refiguring import gather, redo_all
from sessiontui.store.rollups import mark_all
from sessiontui.store.summing import BETWEEN, GROUPS, SUMMED
from sessiontui.store.writer import Direct
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked, make

MIN = timedelta(minutes=1)
START = NOON + timedelta(hours=3)
NAMES = ", ".join(SUM_NAMES)


async def hours(stage: Stage) -> set[int]:
    return {int(str(row[0])) for row in await stage.rows("SELECT hour FROM rollup_dirty")}


def hour(at: datetime) -> int:
    return to_ms(at) // HOUR


async def settled(stage: Stage, now: datetime) -> None:
    await analytics.redo(stage.context, at=now)
    assert await hours(stage) == set()


async def check(stage: Stage) -> None:
    """Every kept sum equals direct SQL over the sessions of its piece."""
    rows = await stage.rows(f'SELECT dim, level, slot, "key", {NAMES} FROM rollup')
    found = {(row[0], row[1], row[2], row[3]): row[4:] for row in rows}
    wanted: dict[tuple[object, ...], Sums] = {}
    for dim, (key, source) in GROUPS.items():
        told = key if dim in ("all", "kind") else f"s.kind || '{BETWEEN}' || {key}"
        for start, value, *sums in await stage.rows(
            f"SELECT s.starts_at, {told}, {SUMMED} FROM {source} s.status NOT IN ('draft', '') GROUP BY s.id, 2"
        ):
            at = int(str(start))
            one = Sums(**dict(zip(SUM_NAMES, map(int, map(str, sums)), strict=True)))
            pieces = {Level.DAY: at // DAY * DAY, Level.MONTH: month_of(at)[0], Level.YEAR: year_of(at)[0]}
            if dim in ("all", "kind", "tag"):
                pieces[Level.HOUR] = at // HOUR * HOUR
            if dim == "all":
                pieces[Level.QUARTER] = at // QUARTER * QUARTER
            for level, slot in pieces.items():
                place = (dim, int(level), slot, value)
                wanted[place] = wanted.get(place, Sums()) + one
    assert found == {place: tuple(getattr(sums, name) for name in SUM_NAMES) for place, sums in wanted.items()}


async def test_every_write_marks_its_hour_in_its_own_transaction(stage: Stage):
    now = NOON
    session_id = await make(stage)
    assert await hours(stage) == {hour(START)}
    steps = [
        lambda: requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=now),
        lambda: requests.decide(stage.context, [1], RequestState.APPROVED, by=stage.root, at=now),
        lambda: sessions.edit(stage.context, session_id, SessionEdit(tags=("grief",)), by=stage.root, at=now),
        lambda: sessions.move(stage.context, Move.REASSIGN, session_id, by=stage.root, at=now, mentor_id=stage.bob),
    ]
    for step in steps:
        await settled(stage, now)
        await step()
        assert await hours(stage) == {hour(START)}
    await settled(stage, now)
    await check(stage)
    later = START + timedelta(hours=30)
    await sessions.move(
        stage.context, Move.RESCHEDULE, session_id, by=stage.root, at=now, starts_at=later, ends_at=later + 60 * MIN
    )
    assert await hours(stage) == {hour(START), hour(later)}
    await settled(stage, now)
    await check(stage)


async def test_people_coming_and_going_marks_nothing_until_the_session_is_over(stage: Stage):
    session_id = await make(stage)
    await asked(stage, session_id, stage.ana)
    await requests.decide(stage.context, [1], RequestState.APPROVED, by=stage.root, at=NOON)
    await settled(stage, NOON)
    for at in (START, START + 10 * MIN):
        await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=at)
        await presence.leave(stage.context, session_id, stage.ana, by=stage.root, at=at + 8 * MIN)
    await ticking.tick(stage.context, at=START + 30 * MIN)
    assert await stage.rows("SELECT provisional, seen FROM session") == [(1, 0)]
    end = START + 60 * MIN
    await ticking.tick(stage.context, at=end)
    assert await stage.rows("SELECT provisional, seen, came, joined, asked FROM session") == [(0, 1, 1, 1, 1)]
    assert await hours(stage) == {hour(START)}
    await settled(stage, end)
    await check(stage)


async def test_a_session_that_is_taken_back_leaves_nothing(stage: Stage):
    await make(stage)
    await settled(stage, NOON)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.forget(1)
    assert await hours(stage) == {hour(START)}
    await settled(stage, NOON)
    assert await stage.rows("SELECT count(*) FROM rollup") == [(0,)]


async def test_a_whole_world_and_redoing_any_of_its_days_in_any_order(tmp_path: Path):
    stage = await world(tmp_path / "world.db", "every-status")
    await settled(stage, NOON)
    await check(stage)
    days = sorted({int(str(row[0])) // 24 for row in await stage.rows(f"SELECT slot / {HOUR} FROM rollup")})
    rng = Random(5)
    for day in rng.sample(days, min(8, len(days))):
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            await tx.run("INSERT OR IGNORE INTO rollup_dirty (hour) VALUES (?)", (day * 24,))
        await settled(stage, NOON)
    await check(stage)
    await ticking.rebuild(stage.context, at=NOON)
    assert await hours(stage)
    await settled(stage, NOON)
    await check(stage)
    await stage.context.db.close()


async def test_a_world_of_copies_is_built_with_its_figures(tmp_path: Path):
    stage = await world(tmp_path / "copies.db", "year-of-history", sessions=1_900)
    await settled(stage, NOON)
    await check(stage)
    kept = await analytics.figures(stage.context, by=stage.root, now=NOON)
    derived = await analytics.figures(stage.context, by=stage.root, now=NOON, as_of=NOON)
    assert kept.origin is not derived.origin
    assert (kept.sums, kept.metrics, kept.week, kept.days) == (
        derived.sums, derived.metrics, derived.week, derived.days
    )  # fmt: skip
    await stage.context.db.close()


async def test_all_figures_at_once_are_what_redoing_each_day_leaves(tmp_path: Path):
    stage = await world(tmp_path / "world.db", "year-of-history", sessions=300)
    await settled(stage, NOON)
    tables = ("rollup", "rollup_course", "rollup_spread", "rollup_crowd", "rollup_dirty")
    by_day = {table: await figures_in(stage, table) for table in tables}
    assert [table for table in tables if by_day[table]] == [*tables[:-1]]
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await mark_all(tx)
    await stage.context.db.close()
    with closing(connect(stage.path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        await redo_all(Direct(connection), gather(connection, CopiedSpreads(connection, now=to_ms(NOON)).all))
        connection.execute("COMMIT")
    stage = Stage(Context(db=await Database.open(stage.path)), stage.root, 0, 0, 0, stage.path)
    for table in tables:
        assert await figures_in(stage, table) == by_day[table], table
    await stage.context.db.close()


async def figures_in(stage: Stage, table: str) -> set[tuple[object, ...]]:
    """Every row of a table; durations of one bucket stand in any order."""
    return {
        tuple(tuple(sorted(unpack_values(value))) if table == "rollup_spread" and isinstance(value, bytes) else value
              for value in row)
        for row in await stage.rows(f"SELECT * FROM {table}")
    }  # fmt: skip


async def world(path: Path, name: str, *, sessions: int | None = None) -> Stage:
    context = Context(db=await Database.open(path))
    made = await build(context, name, now=NOON, sessions=sessions)
    return Stage(context, made.actor, 0, 0, 0, path)


async def test_sessions_of_an_older_schema_are_figured_by_the_worker(stage: Stage):
    session_id = await make(stage)
    await asked(stage, session_id, stage.ana)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE session SET asked = -1, seen = 0")
    await settled(stage, NOON)
    assert await stage.rows("SELECT asked FROM session") == [(1,)]
    await check(stage)
    assert (await load(stage.context.db.fetch, [session_id]))[session_id].requests


async def test_a_new_title_makes_no_figures_anew_and_a_new_tag_does(stage: Stage):
    session_id = await make(stage)
    await settled(stage, NOON)
    await sessions.edit(stage.context, session_id, SessionEdit(title="Another"), by=stage.root, at=NOON)
    await sessions.edit(stage.context, session_id, SessionEdit(description="words"), by=stage.root, at=NOON)
    assert await hours(stage) == set()
    await sessions.edit(stage.context, session_id, SessionEdit(title="A third", tags=("x",)), by=stage.root, at=NOON)
    assert len(await hours(stage)) == 1


async def test_a_work_done_apart_is_part_of_its_transaction_and_waits_for_nothing(stage: Stage):
    async def marks(hand: Direct) -> None:
        for number in range(3):
            await hand.run("INSERT INTO rollup_dirty (hour) VALUES (?)", (number,))

    async def waits(hand: Direct) -> None:
        await marks(hand)
        await asyncio.sleep(0)

    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.apart(marks)
        assert await tx.fetch("SELECT count(*) FROM rollup_dirty WHERE hour < 3") == [(3,)]
    before = await hours(stage)
    assert {0, 1, 2} <= before

    async def broken() -> None:
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            await tx.run("DELETE FROM rollup_dirty")
            await tx.apart(waits)

    with pytest.raises(RuntimeError, match="awaits nothing but its statements"):
        await broken()
    assert await hours(stage) == before


async def test_a_brief_transaction_commits_and_rolls_back_like_any(stage: Stage):
    async with stage.context.db.write(by=stage.root, at=NOON, brief=True) as tx:
        await tx.run("INSERT INTO rollup_dirty (hour) VALUES (7)")
    assert 7 in await hours(stage)

    async def broken() -> None:
        async with stage.context.db.write(by=stage.root, at=NOON, brief=True) as tx:
            await tx.run("DELETE FROM rollup_dirty")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert 7 in await hours(stage)

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from sessiontui.demo import bulk as writing
from sessiontui.demo import growth
from sessiontui.demo.crowds import year
from sessiontui.demo.names import ADMIN, MENTORS, PARTICIPANTS, SECOND_ADMIN
from sessiontui.demo.playing import introduce
from sessiontui.demo.worlds import World, build
from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Status
from sessiontui.services import boards, maintenance, ticking
from sessiontui.services.context import Context
from sessiontui.store import bulk
from sessiontui.store.engine import Database, connect
from sessiontui.store.folding import refold
from sessiontui.store.haystack import haystacks

from .conftest import NOW

SESSIONS = 2_000
COLUMNS = "joined_at, person_id, left_at, heartbeat_at, source, approximate"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A living world of so many sessions, built once; who changes it takes a copy."""
    path = tmp_path_factory.mktemp("grown") / "desk.db"
    return path, asyncio.run(_living(path))


async def _living(path: Path) -> World:
    db = await Database.open(path)
    try:
        return await build(Context(db=db), "living", now=NOW, sessions=SESSIONS)
    finally:
        await db.close()


@asynccontextmanager
async def opened(path: Path, folder: Path) -> AsyncIterator[Context]:
    """Open a copy of a database and of all that lies beside it."""
    db = await Database.open(Path(shutil.copytree(path.parent, folder / "copy")) / path.name)
    try:
        yield Context(db=db)
    finally:
        await db.close()


async def _schema(context) -> set[tuple[object, ...]]:
    return set(await context.db.fetch("SELECT type, name, tbl_name, sql FROM sqlite_schema"))


async def test_copies_are_what_the_product_would_have_stored(grown, tmp_path, fresh, now):
    path, world = grown
    async with opened(path, tmp_path) as context:
        await _is_what_the_product_would_have_stored(context, world, await fresh(), now)


async def _is_what_the_product_would_have_stored(context, world, empty, now):
    fetch = context.db.fetch
    assert len(world.sessions) == len(set(world.sessions)) == SESSIONS
    assert await _schema(context) == await _schema(empty)

    report = await maintenance.check(context, by=world.actor, now=now)
    assert (report.problems, report.due, report.sessions) == ((), 0, SESSIONS)
    assert await ticking.tick(context, at=now) == 0
    assert await ticking.rebuild(context, at=now) == 0

    columns = "id, haystack, title_words, tag_keys"
    kept = {row[0]: row[1:] for row in await fetch(f"SELECT {columns} FROM session")}
    assert kept == {row[-1]: row[:-1] for row in await haystacks(fetch, world.sessions)}

    copies = world.sessions[-200:]
    select = f"SELECT session_id, {COLUMNS} FROM presence WHERE session_id >= {copies[0]} ORDER BY 1, 2, 3, 4"
    stays = await fetch(select)
    assert len(stays) > 300
    async with context.db.write(by=world.actor, at=now) as tx:
        for session_id in copies:
            await refold(tx, session_id)
    assert await fetch(select) == stays


async def test_copies_are_spread_over_time_statuses_and_people(fresh, now):
    context = await fresh()
    await build(context, "year-of-history", now=now, sessions=4_200)
    fetch = context.db.fetch
    board = await boards.board(context, "", now=now, by=Actor.system())
    endings = (Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW, Status.CANCELLED)
    assert all(board.counts[status] > 50 for status in (*endings, Status.CREATED, Status.HAS_REQUESTS))
    bounds = (to_ms(now - timedelta(days=600)), to_ms(now), to_ms(now + timedelta(days=30)))
    early, past, late = [
        (await fetch("SELECT count(*) FROM session WHERE starts_at < ?", (bound,)))[0][0] for bound in bounds
    ]
    assert 100 < early < past < late < 4_200
    mentors = (await fetch("SELECT count(DISTINCT mentor_id) FROM session"))[0][0]
    titles = (await fetch("SELECT count(DISTINCT title) FROM session"))[0][0]
    assert mentors > 200
    assert titles > 1_000
    found = await boards.board(context, "grief circle nairobi", now=now, by=Actor.system())
    assert 0 < found.matched < 100


async def test_the_same_seed_grows_the_same_world(grown, tmp_path):
    again = tmp_path / "again.db"
    await _living(again)
    with closing(connect(grown[0])) as one, closing(connect(again)) as other:
        for table in ("person", "session", "join_request", "request_change", "presence_signal", "presence"):
            select = f"SELECT * FROM {table} ORDER BY id"
            assert one.execute(select).fetchall() == other.execute(select).fetchall(), table


def test_names_on_decisions_are_those_who_stand_for_the_first_ones(grown):
    wrong = (
        "SELECT c.id FROM request_change c JOIN person p ON p.id = c.by_id WHERE p.name != c.by_name"
        " UNION ALL SELECT r.id FROM join_request r WHERE r.decided_by != '' AND r.decided_by !="
        " (SELECT c.by_name FROM request_change c WHERE c.request_id = r.id ORDER BY c.id DESC LIMIT 1)"
        " UNION ALL SELECT c.id FROM session_change c JOIN person p ON p.id = c.by_id WHERE p.name != c.by_name"
    )
    with closing(connect(grown[0])) as connection:
        assert connection.execute(wrong).fetchall() == []


async def test_nothing_is_copied_whose_picture_depends_on_the_present(fresh, now):
    context = await fresh()
    world = await build(context, "living", now=now)
    there = await bulk.originals(context.db.fetch, now=now, rules=context.rules)
    lines = {line.id: line for line in await boards.lines(context, world.sessions, now=now, by=Actor.system())}
    assert {lines[original.id].status.is_ended for original in there.over} >= {True}
    assert not any(lines[original.id].status.is_live for original in (*there.over, *there.ahead))
    assert not any(lines[original.id].active for original in (*there.over, *there.ahead))
    assert all(lines[original.id].starts_at > now for original in there.ahead)
    assert {original.rank_step for original in there.over} == {-4}
    assert {original.rank_step for original in there.ahead} == {4}


async def test_growing_tells_how_far_it_is(fresh, now):
    context = await fresh()
    told = []
    cast = await introduce(context, (ADMIN, SECOND_ADMIN, *MENTORS, *PARTICIPANTS), by=Actor.system("setup"), now=now)
    await writing.write(context, year(Random(1), now, 40), cast=cast)
    ids = await growth.grow(context, 30, cast=cast, rng=Random(1), progress=lambda *both: told.append(both))
    assert len(ids) == 30
    assert told == [(30, 30)]

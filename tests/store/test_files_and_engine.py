"""The database file: private, upgraded whole, read-only where it is only read, and interrupted in time."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound, ReadOnly, Unavailable
from sessiontui.services import backups, people
from sessiontui.services.context import Context
from sessiontui.store import connections
from sessiontui.store.connections import Reader
from sessiontui.store.engine import Database, connect
from sessiontui.store.files import create_private
from sessiontui.store.reader import Fetch, OutOfTime, Row
from tests.conftest import NOON, Stage

SLOW = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n WHERE x < 0"
"""A question that never ends."""


@pytest.fixture
async def loose_umask() -> AsyncIterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_files_are_0600_in_a_0700_folder_whatever_the_umask(loose_umask: None, tmp_path: Path):
    path = tmp_path / "new" / "desk.db"
    db = await Database.open(path)
    async with db.write(by=Actor.system(), at=NOON) as tx:
        await tx.audit("test", "wrote something")
    files = {file.name: mode(file) for file in path.parent.iterdir()}
    await db.close()
    assert mode(path.parent) == 0o700
    assert set(files) >= {"desk.db", "desk.db-wal", "desk.db-shm"}
    assert set(files.values()) == {0o600}


def test_a_private_file_is_made_once(tmp_path: Path):
    assert create_private(tmp_path / "a")
    (tmp_path / "a").write_text("kept")
    assert not create_private(tmp_path / "a")
    assert (tmp_path / "a").read_text() == "kept"


async def test_a_missing_database_is_not_made_by_reading(tmp_path: Path):
    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(Unavailable):
            await Database.open(tmp_path / "none.db", **options)
    assert not list(tmp_path.iterdir())


async def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana, " * 500)
    with pytest.raises(Unavailable, match="not a database"):
        await Database.open(path)
    assert path.read_text() == "Dear Ana, " * 500


async def test_a_read_only_database_refuses_to_write(stage: Stage):
    db = await Database.open(stage.path, read_only=True)
    with pytest.raises(ReadOnly):
        async with db.write(by=stage.root, at=NOON):
            pytest.fail("a transaction was begun")
    with pytest.raises(Unavailable, match=r"readonly|read-only|query_only"):
        await db.fetch("INSERT INTO setting (key, value) VALUES ('a', 'b')")
    for attack in ("PRAGMA user_version = 99", "CREATE TABLE x (y)", "DELETE FROM person"):
        with pytest.raises(Unavailable):
            await db.fetch(attack)
    await db.close()
    assert await stage.rows("SELECT count(*) FROM setting") == [(0,)]


async def test_readers_of_a_writable_database_cannot_write_either(stage: Stage):
    with pytest.raises(Unavailable):
        await stage.context.db.fetch("DELETE FROM person")


async def test_a_reader_sees_committed_data_only_and_the_pulse_tells(stage: Stage):
    before = await stage.context.db.pulse()
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("INSERT INTO setting (key, value) VALUES ('a', 'b')")
        assert await stage.rows("SELECT count(*) FROM setting") == [(0,)]
    assert await stage.rows("SELECT count(*) FROM setting") == [(1,)]
    assert await stage.context.db.pulse() != before
    settled = await stage.context.db.pulse()
    assert await stage.context.db.pulse() == settled


async def test_an_error_leaves_nothing_behind(stage: Stage):
    with pytest.raises(NotFound):  # noqa: PT012 - the transaction is the statement
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            await tx.run("INSERT INTO setting (key, value) VALUES ('a', 'b')")
            await tx.audit("test", "wrote something")
            await tx.session(4711)
    assert await stage.rows("SELECT count(*) FROM setting") == [(0,)]
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'test'") == [(0,)]


async def test_a_cancelled_writer_leaves_nothing_behind_and_others_can_write(stage: Stage):
    inside = asyncio.Event()

    async def slow() -> None:
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            await tx.run("INSERT INTO setting (key, value) VALUES ('a', 'b')")
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await people.add(stage.context, "Dee", by=stage.root, at=NOON)
    assert await stage.rows("SELECT count(*) FROM setting") == [(0,)]


async def test_a_database_that_nobody_uses_is_one_file(tmp_path: Path):
    folder = tmp_path / "own"
    first = await Database.open(folder / "desk.db")
    other = await Database.open(folder / "desk.db")
    await people.add(Context(db=first), "Dee", by=Actor.system(), at=NOON)
    await first.close()
    assert (folder / "desk.db-wal").stat().st_size, "somebody else has it open"
    await people.add(Context(db=other), "Eva", by=Actor.system(), at=NOON)
    await other.close()
    assert [path.name for path in folder.iterdir()] == ["desk.db"]
    copy = await Database.open(Path(shutil.copy(folder / "desk.db", tmp_path)), read_only=True)
    assert await copy.fetch("SELECT name FROM person ORDER BY name") == [("Dee",), ("Eva",)]
    await copy.close()


async def test_who_writes_while_a_database_is_closed_may_still_read(tmp_path: Path):
    db = await Database.open(tmp_path / "desk.db")
    began = asyncio.Event()

    async def writing() -> list[Row]:
        async with db.write(by=Actor.system(), at=NOON) as tx:
            began.set()
            await tx.fetch("SELECT 1")
            await asyncio.sleep(0.05)
            return await db.fetch("SELECT 2")

    task = asyncio.create_task(writing())
    await began.wait()
    await db.close()
    assert await task == [(2,)]


async def test_a_question_past_its_deadline_is_interrupted_and_the_next_is_answered(stage: Stage):
    with pytest.raises(Unavailable, match="longer than"):
        await stage.context.db.fetch(SLOW, deadline=0.1)
    assert await stage.rows("SELECT 1") == [(1,)]


async def test_a_cancelled_question_is_interrupted(stage: Stage):
    task = asyncio.create_task(stage.context.db.fetch(SLOW))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stage.rows("SELECT 1") == [(1,)]


async def test_a_question_that_is_cancelled_twice_is_interrupted_and_nobody_complains(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    monkeypatch.setattr(connections, "INTERRUPT_EVERY", 0.05)
    task = asyncio.create_task(stage.context.db.fetch(SLOW))
    await asyncio.sleep(0.1)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    assert await stage.rows("SELECT 1") == [(1,)]
    gc.collect()
    assert complaints == []


async def test_a_deadline_interrupts_its_own_question_only(stage: Stage):
    """One who waits behind a long question gives up without breaking it off."""
    long = SLOW.replace("SELECT x + 1 FROM n", "SELECT x + 1 FROM n LIMIT 3000000")
    first = asyncio.create_task(stage.context.db.fetch(long))
    await asyncio.sleep(0.02)
    with pytest.raises(Unavailable):
        await stage.context.db.fetch(SLOW, deadline=0.05)
    assert await first == [(0,)]


async def test_a_question_that_waits_and_then_runs_too_long_is_interrupted_too(stage: Stage):
    long = SLOW.replace("SELECT x + 1 FROM n", "SELECT x + 1 FROM n LIMIT 300000")
    async with asyncio.timeout(120):
        first = asyncio.create_task(stage.context.db.fetch(long))
        with pytest.raises(Unavailable):
            await stage.context.db.fetch(SLOW, deadline=0.5)
        assert await first == [(0,)]


# -- looks and glances ------------------------------------------------------------------------------------------


async def test_all_answers_of_a_look_see_one_state(stage: Stage):
    asked, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def reading(fetch: Fetch) -> tuple[list[Row], list[Row]]:
        before = await fetch("SELECT count(*) FROM person")
        loop.call_soon_threadsafe(asked.set)
        go_on.wait(10)
        return before, await fetch("SELECT count(*) FROM person")

    look = asyncio.create_task(stage.context.db.look(reading))
    await asked.wait()
    await people.add(stage.context, "Dee", by=stage.root, at=NOON)
    go_on.set()
    before, after = await look
    assert before == after == [(4,)]
    assert await stage.rows("SELECT count(*) FROM person") == [(5,)]


async def test_a_look_that_fails_or_waits_for_others_leaves_the_reader_usable(stage: Stage):
    async def broken(fetch: Fetch) -> None:
        await fetch("SELECT 1")
        raise NotFound("nothing here")

    async def waits(fetch: Fetch) -> None:
        await fetch("SELECT 1")
        await asyncio.sleep(0)

    with pytest.raises(NotFound):
        await stage.context.db.look(broken)
    with pytest.raises(RuntimeError, match="awaits its own"):
        await stage.context.db.look(waits)
    with pytest.raises(Unavailable, match="reading failed"):
        await stage.context.db.look(lambda fetch: fetch("SELECT nonsense"))
    assert await stage.rows("SELECT 1") == [(1,)]


async def test_a_look_is_broken_off_by_its_deadline_and_by_whoever_no_longer_waits(stage: Stage):
    async def reading(fetch: Fetch) -> list[Row]:
        await fetch("SELECT 1")
        return await fetch(SLOW)

    with pytest.raises(Unavailable, match="longer than"):
        await stage.context.db.look(reading, deadline=0.1)
    task = asyncio.create_task(stage.context.db.look(reading))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stage.rows("SELECT 1") == [(1,)]


async def test_one_question_of_a_look_has_a_deadline_of_its_own_and_keeps_what_it_found(stage: Stage):
    async def reading(fetch: Fetch) -> tuple[list[Row], list[Row]]:
        try:
            await fetch(f"SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT * FROM ({SLOW})", deadline=0.05)
        except OutOfTime as error:
            return error.rows, await fetch("SELECT 2")
        raise AssertionError

    assert await stage.context.db.look(reading) == ([(1,)], [(2,)])
    with pytest.raises(OutOfTime):
        await stage.context.db.look(lambda fetch: fetch("SELECT 1", deadline=0))


async def test_a_glance_sees_every_commit_and_writes_nothing(stage: Stage):
    assert await stage.context.db.glance("SELECT count(*) FROM person") == [(4,)]
    await people.add(stage.context, "Dee", by=stage.root, at=NOON)
    assert await stage.context.db.glance("SELECT count(*) FROM person") == [(5,)]
    with pytest.raises(Unavailable):
        await stage.context.db.glance("DELETE FROM person")


async def test_a_glance_at_a_file_that_somebody_holds_is_answered_by_the_thread(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: object) -> list[Row]:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(Reader, "glance", busy)
    assert await stage.context.db.glance("SELECT count(*) FROM person") == [(4,)]


async def test_a_closed_database_says_so(stage: Stage):
    await stage.context.db.close()
    for ask in (stage.context.db.fetch, stage.context.db.glance):
        with pytest.raises(Unavailable, match="closed"):
            await ask("SELECT 1")
    await stage.context.db.close()


@pytest.mark.parametrize("wrote", [True, False])
async def test_nothing_is_written_to_a_closed_database(tmp_path: Path, wrote: bool):
    db = await Database.open(tmp_path / "desk.db")
    if wrote:
        await people.add(Context(db=db), "Dee", by=Actor.system(), at=NOON)
    await db.close()
    with pytest.raises(Unavailable, match="closed"):
        await people.add(Context(db=db), "Eva", by=Actor.system(), at=NOON)


async def test_a_close_that_is_broken_off_leaves_nothing_open_to_write(tmp_path: Path):
    db = await Database.open(tmp_path / "desk.db")
    await people.add(Context(db=db), "Dee", by=Actor.system(), at=NOON)

    may_end = threading.Event()

    async def long(fetch: Fetch) -> None:
        may_end.wait()

    look = asyncio.create_task(db.look(long))
    await asyncio.sleep(0)
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0.05)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    may_end.set()
    await look
    with pytest.raises(Unavailable, match="closed"):
        await people.add(Context(db=db), "Eva", by=Actor.system(), at=NOON)
    await db.close()


async def test_two_databases_on_one_file_see_each_other(stage: Stage):
    other = await Database.open(stage.path)
    before = await other.pulse()
    await people.add(stage.context, "Dee", by=stage.root, at=NOON)
    assert await other.pulse() != before
    assert await other.fetch("SELECT count(*) FROM person WHERE name = 'Dee'") == [(1,)]
    await other.close()


async def test_a_writer_who_waits_too_long_is_told_that_it_is_busy(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    pragmas = tuple(
        "PRAGMA busy_timeout = 50" if "busy_timeout" in pragma else pragma
        for pragma in __import__("sessiontui.store.connecting", fromlist=["x"]).WRITE_PRAGMAS
    )
    monkeypatch.setattr("sessiontui.store.connecting.WRITE_PRAGMAS", pragmas)
    other = await Database.open(stage.path)
    lock = connect(stage.path)
    lock.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Unavailable, match="busy"):
            async with other.write(by=stage.root, at=NOON):
                pytest.fail("a transaction was begun")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    async with other.write(by=stage.root, at=NOON) as tx:
        await tx.audit("test", "wrote something")
    await other.close()


async def test_foreign_keys_hold_in_every_write(stage: Stage):
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        assert await tx.fetch("PRAGMA foreign_keys") == [(1,)]


async def test_a_database_that_lies_where_nothing_can_be_written_opens_as_a_snapshot(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    await stage.context.db.close()
    place = stage.path.with_name("read-only") / "desk.db"
    place.parent.mkdir()
    stage.path.rename(place)
    place.with_name("desk.db-wal").mkdir()  # nothing can be made beside it
    with pytest.raises(Unavailable, match="cannot be opened"):
        await Database.open(place)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    snapshot = await Database.open(place)
    assert await snapshot.fetch("SELECT count(*) FROM person") == [(4,)]
    with pytest.raises(ReadOnly, match="nothing can be written") as caught:
        await people.add(Context(db=snapshot), "Dee", by=stage.root, at=NOON)
    assert "--read-only" not in caught.value.hint
    await backups.make(Context(db=snapshot), tmp_path / "rescued.db", by=stage.root, at=NOON)
    await snapshot.close()
    rescued = await Database.open(tmp_path / "rescued.db")
    assert await rescued.fetch("SELECT count(*) FROM person") == [(4,)]
    await rescued.close()

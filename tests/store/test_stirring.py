"""A process that follows the database is woken by whoever writes to it, and by nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.domain.access import WORKER
from sessiontui.store.engine import Database
from sessiontui.store.stirring import Parting, Stirring
from tests.conftest import NOON

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of writes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (n)")
        yield connection


class Ear:
    """Counts what is heard."""

    def __init__(self, path: Path) -> None:
        self.times = 0
        self.stirring = Stirring(path, self._hear)

    def _hear(self) -> None:
        self.times += 1


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_commit_of_another_connection_is_heard_once_for_each_listening(
    path: Path, writer: sqlite3.Connection
) -> None:
    ear = Ear(path)
    assert ear.stirring.listen()
    await turns()
    assert ear.times == 0
    for n in range(3):
        writer.execute("INSERT INTO t VALUES (?)", (n,))
    await turns()
    assert ear.times == 1
    ear.stirring.forget()
    assert ear.stirring.listen()
    await turns()
    assert ear.times == 1
    writer.execute("INSERT INTO t VALUES (9)")
    await turns()
    assert ear.times == 2
    ear.stirring.close()


async def test_what_was_written_while_nobody_listened_is_heard_afterwards(
    path: Path, writer: sqlite3.Connection
) -> None:
    ear = Ear(path)
    ear.stirring.listen()
    writer.execute("INSERT INTO t VALUES (1)")
    await turns()
    writer.execute("INSERT INTO t VALUES (2)")
    ear.stirring.listen()
    await turns()
    assert ear.times == 2
    ear.stirring.close()


async def test_readers_are_not_heard(path: Path, writer: sqlite3.Connection) -> None:
    ear = Ear(path)
    ear.stirring.listen()
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT * FROM t").fetchall()
        reader.execute("PRAGMA data_version").fetchone()
    await turns()
    assert ear.times == 0
    ear.stirring.close()


async def test_a_log_that_is_not_there_cannot_be_heard_and_a_new_one_can(path: Path) -> None:
    ear = Ear(path)
    assert not ear.stirring.listen()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (n)")
        assert ear.stirring.listen()
    await turns()
    ear.stirring.forget()  # the last connection took the log with it
    assert not ear.stirring.listen()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("INSERT INTO t VALUES (1)")
        assert ear.stirring.listen()
        before = ear.times
        writer.execute("INSERT INTO t VALUES (2)")
        await turns()
        assert ear.times == before + 1
    ear.stirring.close()


async def test_a_hushed_commit_is_no_news_and_any_other_is(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "b.db")
    try:
        assert db.news() is None  # nothing was written yet
        async with db.write(by=WORKER, at=NOON) as tx:
            await tx.run("CREATE TABLE t (n)", ())
        known = [db.news()]
        async with db.write(by=WORKER, at=NOON, brief=True, hushed=True) as tx:
            await tx.run("INSERT INTO t VALUES (1)", ())
            assert db.news() is None  # somebody has the turn
        assert db.news() == known[0] is not None
        async with db.write(by=WORKER, at=NOON) as tx:
            await tx.run("INSERT INTO t VALUES (2)", ())
        known.append(db.news())
        with closing(sqlite3.connect(tmp_path / "b.db", isolation_level=None)) as other:
            other.execute("INSERT INTO t VALUES (3)")
        known.append(db.news())
        assert len(set(known)) == 3
    finally:
        await db.close()


async def test_who_closes_a_file_that_could_be_written_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "a.lead"
    file.touch()
    heard: list[int] = []
    parting = Parting(file, lambda: heard.append(1))
    assert parting.listen()
    with file.open("rb"):
        pass
    with file.open("r+b"):
        await turns()
        assert heard == []
    await turns()
    assert heard == [1]
    parting.close()

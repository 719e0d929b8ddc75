"""Checkpoints beside the writer: the log stays short, no commit waits for the long part, and nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.store import checkpoints
from sessiontui.store.writer import Writer

PAGE = 4096


@pytest.fixture
async def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkpoints, "FEWEST", 20)
    monkeypatch.setattr(checkpoints, "PAGES", 40)
    monkeypatch.setattr(checkpoints, "WORTH_IT", 20)
    made = Writer(tmp_path / "file.db")
    async with made.transaction() as statements:
        await statements.run("CREATE TABLE line (id INTEGER PRIMARY KEY, text VARCHAR)", ())
    yield made
    await made.close()


async def write(writer: Writer, lines: int) -> None:
    async with writer.batch() as connection:
        connection.executemany("INSERT INTO line (text) VALUES (?)", [("x" * 2_000,)] * lines)


async def moved(writer: Writer) -> None:
    """Wait until nothing is being moved beside the writer."""
    if writer._checkpoints._moving is not None:
        await asyncio.wait([writer._checkpoints._moving])


def log_of(tmp_path: Path) -> int:
    return (tmp_path / "file.db-wal").stat().st_size


async def test_the_log_is_begun_anew_however_much_is_written(writer: Writer, tmp_path: Path):
    for _ in range(60):  # three and a half MB, in pages of which none is written twice
        await write(writer, 30)
        await moved(writer)
    assert log_of(tmp_path) < 200 * PAGE
    with closing(sqlite3.connect(tmp_path / "file.db")) as connection:
        assert connection.execute("SELECT count(*) FROM line").fetchone() == (1_800,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_the_long_part_is_moved_by_another_thread_and_the_rest_by_the_writers(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []
    done = checkpoints._moved

    def noted(connection: sqlite3.Connection) -> int:
        seen.append(threading.current_thread().name)
        return done(connection)

    monkeypatch.setattr(checkpoints, "_moved", noted)
    for _ in range(3):
        await write(writer, 30)
        await moved(writer)
    await write(writer, 1)
    assert seen[:2] == ["checkpoints", "writer"]


async def test_how_soon_it_is_moved_goes_by_the_pages_that_rows_make(writer: Writer):
    for _ in range(20):  # two rows on each page
        await write(writer, 20)
        await moved(writer)
    heavy = writer._checkpoints._after
    for _ in range(60):  # some hundred rows on each page
        async with writer.batch() as connection:
            connection.executemany("INSERT INTO line (text) VALUES (?)", [("x",)] * 200)
        await moved(writer)
    assert writer._checkpoints._after > 10 * heavy


async def test_commits_go_on_while_pages_are_moved(writer: Writer, monkeypatch: pytest.MonkeyPatch):
    go, begun, done = threading.Event(), threading.Event(), checkpoints._moved

    def slow(connection: sqlite3.Connection) -> int:
        begun.set()
        go.wait(10)
        return done(connection)

    monkeypatch.setattr(checkpoints, "_moved", slow)
    await write(writer, 50)
    for _ in range(5):
        await write(writer, 50)
    assert begun.is_set()
    assert not writer._checkpoints._moving.done()
    go.set()
    await moved(writer)


async def test_a_reader_who_looks_for_long_keeps_the_log_and_nobody_waits_for_them(writer: Writer, tmp_path: Path):
    await write(writer, 1)
    with closing(sqlite3.connect(tmp_path / "file.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM line").fetchone()
        for _ in range(10):
            await write(writer, 30)
            await moved(writer)
        assert log_of(tmp_path) > 100 * PAGE
        assert reader.execute("SELECT count(*) FROM line").fetchone() == (1,)
        reader.execute("COMMIT")
    long = log_of(tmp_path)
    for _ in range(10):
        await write(writer, 30)
        await moved(writer)
    assert log_of(tmp_path) <= long + 100 * PAGE  # it is written from its beginning again


async def test_a_file_that_cannot_be_opened_a_second_time_is_written_all_the_same(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refused(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    await write(writer, 50)
    monkeypatch.setattr(sqlite3, "connect", refused)
    for _ in range(4):
        await write(writer, 50)
        await moved(writer)
    monkeypatch.undo()
    with closing(sqlite3.connect(tmp_path / "file.db")) as connection:
        assert connection.execute("SELECT count(*) FROM line").fetchone() == (250,)


async def test_closing_waits_for_what_is_being_moved_and_leaves_no_log(tmp_path: Path):
    writer = Writer(tmp_path / "file.db")
    async with writer.transaction() as statements:
        await statements.run("CREATE TABLE line (id INTEGER PRIMARY KEY, text VARCHAR)", ())
    await write(writer, checkpoints.FEWEST * 2)
    await write(writer, 1)
    assert writer._checkpoints._moving is not None
    await writer.close()
    assert not (tmp_path / "file.db-wal").exists()

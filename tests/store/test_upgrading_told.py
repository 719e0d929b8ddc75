"""An upgrade tells how far it is, and whoever interrupts it loses nothing: the next start goes on."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sessiontui.store import engine, migrations
from sessiontui.store.engine import connect

OLD = migrations.HEAD - 3
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Let an interrupt be heard: a run of tests in the background is started with its ears closed."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of an earlier version of the program."""
    path = tmp_path / "private" / "desk.db"
    path.parent.mkdir(mode=0o700)
    with monkeypatch.context() as earlier:
        earlier.setattr(migrations, "HEAD", OLD)
        engine._prepare(path, create=True)
    assert version(path) == OLD
    return path


def version(path: Path) -> int:
    plain = connect(path)
    try:
        return migrations.version_of(plain)
    finally:
        plain.close()


def test_it_tells_of_the_copy_and_of_every_statement(old: Path):
    told: list[tuple[str, int, int]] = []
    engine.bring_up(old, tell=lambda *how_far: told.append(how_far))
    steps = sum(len(migrations.statements(number)) for number in range(OLD + 1, migrations.HEAD + 1))
    assert told == [
        ("keeping a copy of the database as it is", 0, 1),
        *(("upgrading the database", done, steps) for done in range(1, steps + 1)),
    ]
    assert version(old) == migrations.HEAD


def test_nothing_is_told_of_a_database_at_the_head_or_not_there(old: Path, tmp_path: Path):
    engine.bring_up(old, tell=lambda *_: None)
    told: list[object] = []
    engine.bring_up(old, tell=lambda *how_far: told.append(how_far))
    engine.bring_up(tmp_path / "none.db", tell=lambda *how_far: told.append(how_far))
    assert (told, (tmp_path / "none.db").exists()) == ([], False)


def test_who_is_interrupted_between_statements_goes_on_the_next_time(old: Path):
    first = len(migrations.statements(OLD + 1))

    def stop(_: str, done: int, __: int) -> None:
        if done == first + 1:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        engine.bring_up(old, tell=stop)
    assert version(old) == OLD + 1
    engine.bring_up(old, tell=lambda *_: None)
    assert version(old) == migrations.HEAD


def test_a_statement_that_takes_long_can_be_interrupted(old: Path, monkeypatch: pytest.MonkeyPatch):
    """The signal comes while SQLite is at work, in the only place where Python is asked meanwhile."""
    real: Callable[[int], tuple[str, ...]] = migrations.statements
    monkeypatch.setattr(migrations, "statements", lambda number: (*real(number), ENDLESS))
    go_on = migrations._go_on
    asked: list[int] = []

    def interrupted() -> int:
        asked.append(1)
        if len(asked) == 3:
            signal.raise_signal(signal.SIGINT)
        return go_on()

    monkeypatch.setattr(migrations, "_go_on", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.bring_up(old, tell=lambda *_: None)
    assert version(old) == OLD
    monkeypatch.undo()
    engine.bring_up(old, tell=lambda *_: None)
    plain = connect(old)
    assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    plain.close()


def test_an_error_of_a_statement_stays_that_error(old: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migrations, "statements", lambda number: ("SELECT name FROM nowhere",))
    plain = connect(old)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrations.upgrade(plain, old, tell=lambda *_: None)
    plain.close()
    assert version(old) == OLD

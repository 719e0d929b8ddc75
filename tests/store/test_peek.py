"""A peek: answers before there is an event loop, and none where anything is in doubt."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.rules import DEFAULT_RULES
from sessiontui.services import boards
from sessiontui.store import peek as peeking
from sessiontui.store.peek import Peek
from tests.conftest import NOON, Stage

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n WHERE x < 0"


async def test_it_tells_what_the_open_database_tells(stage: Stage) -> None:
    db = Peek(stage.path, rules=DEFAULT_RULES)
    footing = stage.context
    asked = {"now": NOON, "limit": 40, "by": stage.root}
    told = db.told(boards.board(stage.context.__class__(db=db), "view:all", **asked))
    assert told == await boards.board(footing, "view:all", **asked)
    db.end()


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Peek(tmp_path / "none.db", rules=DEFAULT_RULES)
    assert list(tmp_path.iterdir()) == []


def test_another_schema_and_another_kind_of_file_are_refused(tmp_path: Path) -> None:
    old, text = tmp_path / "old.db", tmp_path / "text.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("CREATE TABLE t (x)")
    text.write_text("no database at all, " * 100)
    for path in (old, text):
        with pytest.raises(Unavailable):
            Peek(path, rules=DEFAULT_RULES)


async def test_what_takes_long_is_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peeking, "PATIENCE", 0.02)
    db = Peek(stage.path, rules=DEFAULT_RULES)
    with pytest.raises(Unavailable):
        db.told(db.fetch(ENDLESS))
    db.end()


async def test_it_writes_nothing(stage: Stage) -> None:
    db = Peek(stage.path, rules=DEFAULT_RULES)
    with pytest.raises(Unavailable):
        db.told(db.fetch("DELETE FROM person"))
    db.end()


def test_it_needs_no_event_loop() -> None:
    code = (
        "import sys, sessiontui.store.peek; print([name for name in ('asyncio', 'aiosqlite') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Backups: whole, private, a file of their own, and nothing left behind when they are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.store import backup
from sessiontui.store.backup import back_up, check
from tests.conftest import Stage
from tests.services.test_sessions import make

ROLLBACK = b"\x01\x01"
"""What stands at 18 in a file that needs no write-ahead log beside it."""


async def test_a_backup_is_whole_and_one_private_file(stage: Stage, tmp_path: Path):
    await make(stage, title="kept")
    target = tmp_path / "copies" / "desk.db"
    with closing(sqlite3.connect(stage.path)) as source:
        back_up(source, target)
        await make(stage, title="written meanwhile")
        back_up(source, target)
    assert [path.name for path in target.parent.iterdir()] == ["desk.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.read_bytes()[18:20] == ROLLBACK
    with closing(sqlite3.connect(target)) as copy:
        assert check(copy) == ()
        assert [row[0] for row in copy.execute("SELECT title FROM session ORDER BY id")] == [
            "kept",
            "written meanwhile",
        ]


async def test_a_backup_is_on_the_disk_before_it_counts(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    target = tmp_path / "desk.db"
    lasting = []
    monkeypatch.setattr(backup, "make_lasting", lambda path: lasting.append((path, target.exists())))
    with closing(sqlite3.connect(stage.path)) as source:
        back_up(source, target)
    assert lasting == [(tmp_path / "desk.db.partial", False), (tmp_path, True)]


async def test_a_damaged_copy_is_no_backup(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backup, "check", lambda copy: ("row 1 missing from index",))
    with closing(sqlite3.connect(stage.path)) as source, pytest.raises(Unavailable, match="missing from index"):
        back_up(source, tmp_path / "desk.db")
    assert not (tmp_path / "desk.db").exists()
    assert not list(tmp_path.glob("*.partial"))

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sessiontui.__main__ import main
from sessiontui.cli import demo
from sessiontui.cli.arguments import parse
from sessiontui.cli.call import settings_of
from sessiontui.demo import growth
from sessiontui.services import backups
from sessiontui.services.health import BACKUP_KEY


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SESSIONTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "world" / "desk.db"


def build(database: Path, sessions: int) -> int:
    return main(["demo", "living", "--sessions", str(sessions), "--database", str(database), "--build-only"])


def test_a_world_is_built_without_opening_it(database, capsys):
    assert build(database, 60) == 0
    assert "built living with 60 sessions" in capsys.readouterr().out
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("SELECT count(*) FROM session").fetchone() == (60,)


def test_a_world_to_be_looked_at_has_a_backup_and_one_to_be_kept_is_left_alone(database):
    options = parse(["demo", "quiet-morning", "--database", str(database)])
    settings = settings_of(options)
    asyncio.run(demo._build(settings, options))
    assert len(list((database.parent / backups.FOLDER).glob("*.db"))) == 1
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("SELECT count(*) FROM setting WHERE key = ?", (BACKUP_KEY,)).fetchone() == (1,)
    kept = database.parent / "kept" / "desk.db"
    assert build(kept, 5) == 0
    assert not (kept.parent / backups.FOLDER).exists()


def test_a_world_that_is_broken_off_leaves_no_file(database, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(growth, "PLAYED", 20)
    monkeypatch.setattr(growth, "_groups", interrupt)
    try:
        code = build(database, 100)
    except KeyboardInterrupt:
        code = 130
    assert code != 0
    assert list(database.parent.iterdir()) == []


def test_a_file_that_was_there_is_left_as_it_is(database, capsys):
    assert build(database, 5) == 0
    assert build(database, 7) != 0
    assert "people in it already" in capsys.readouterr().err
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("SELECT count(*) FROM session").fetchone() == (5,)

"""Migrations run whole or not at all, and the classes say what the scripts make."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from sessiontui.domain.errors import Unavailable
from sessiontui.store import migrations
from sessiontui.store.engine import Database, connect
from sessiontui.store.tables import NOUNS

STATEMENTS = [statement for number in range(1, migrations.HEAD + 1) for statement in migrations.statements(number)]


class Killed(BaseException):
    """Stands for the end of the process."""


class Dying(sqlite3.Connection):
    """A connection that fails at one statement of a script, or kills the process there."""

    left = 0
    dies = False

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if sql in STATEMENTS or sql.startswith(("PRAGMA user_version =", "COMMIT")):
            if self.left == 0:
                if self.dies:
                    os._exit(9)
                raise Killed
            self.left -= 1
        return super().execute(sql, *parameters)


def dying(path: Path, after: int, *, dies: bool = False) -> Dying:
    connection = sqlite3.connect(path, isolation_level=None, factory=Dying)
    connection.left, connection.dies = after, dies
    return connection


def schema(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return {(str(kind), str(name)) for kind, name in rows}


@pytest.fixture(scope="module")
def whole() -> list[set[tuple[str, str]]]:
    """The schema of each version, from the empty one on."""
    plain = sqlite3.connect(":memory:", isolation_level=None)
    schemas = [schema(plain)]
    for number in range(1, migrations.HEAD + 1):
        for statement in migrations.statements(number):
            plain.execute(statement)
        schemas.append(schema(plain))
    plain.close()
    return schemas


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A database of each version before the head, from the empty one on."""
    folder = tmp_path_factory.mktemp("versions")
    paths = []
    for version in range(migrations.HEAD):
        path = folder / f"version-{version}.db"
        plain = connect(path)
        for number in range(1, version + 1):
            for statement in migrations.statements(number):
                plain.execute(statement)
        plain.execute(f"PRAGMA user_version = {version}")
        plain.close()
        paths.append(path)
    return paths


MOMENTS = [
    (version, after)
    for version in range(migrations.HEAD)
    for after in range(len(migrations.statements(version + 1)) + len(("PRAGMA user_version", "COMMIT")))
]
"""Where an upgrade may end: from which version, and after how many statements of the next script."""


def test_a_failure_at_any_statement_leaves_a_whole_schema(
    tmp_path: Path, whole: list[set[tuple[str, str]]], kept: list[Path]
):
    for version, after in MOMENTS:
        path = tmp_path / f"desk-{version}-{after}.db"
        shutil.copyfile(kept[version], path)
        connection = dying(path, after)
        with pytest.raises(Killed):
            migrations.upgrade(connection, path)
        connection.close()
        plain = connect(path)
        assert (migrations.version_of(plain), schema(plain)) == (version, whole[version]), f"{version}, after {after}"
        if after == 0:
            assert migrations.upgrade(plain, path) == version
            assert (migrations.version_of(plain), schema(plain)) == (migrations.HEAD, whole[-1])
        plain.close()


def test_a_process_killed_at_any_statement_leaves_a_whole_schema(
    tmp_path: Path, whole: list[set[tuple[str, str]]], kept: list[Path]
):
    for version, after in MOMENTS[::3]:
        path = tmp_path / f"desk-{version}-{after}.db"
        shutil.copyfile(kept[version], path)
        child = os.fork()
        if child == 0:
            connection = dying(path, after, dies=True)
            migrations.upgrade(connection, path)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        plain = connect(path)
        assert (migrations.version_of(plain), schema(plain)) == (version, whole[version]), f"{version}, after {after}"
        plain.close()


async def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "desk.db"
    db = await Database.open(path)
    await db.close()
    plain = connect(path)
    plain.execute(f"PRAGMA user_version = {migrations.HEAD + 1}")
    before = schema(plain)
    plain.close()
    with pytest.raises(Unavailable, match="schema"):
        await Database.open(path)
    with pytest.raises(Unavailable, match="schema"):
        await Database.open(path, read_only=True)
    plain = connect(path)
    assert (migrations.version_of(plain), schema(plain)) == (migrations.HEAD + 1, before)
    plain.close()


def test_upgrading_twice_changes_nothing(tmp_path: Path):
    path = tmp_path / "desk.db"
    plain = connect(path)
    migrations.upgrade(plain, path)
    before = schema(plain)
    assert migrations.upgrade(plain, path) == migrations.HEAD
    assert schema(plain) == before
    plain.close()


def columns(connection: sqlite3.Connection, table: str) -> dict[str, tuple[object, ...]]:
    return {row[1]: (row[2], row[3], row[5]) for row in connection.execute(f"PRAGMA table_info({table})")}


def indexes(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    found = set()
    for row in connection.execute(f"PRAGMA index_list({table})").fetchall():
        parts = tuple(part[2] for part in connection.execute(f"PRAGMA index_info('{row[1]}')"))
        name = row[1] if row[3] == "c" else ""
        found.add((name, bool(row[2]), bool(row[4]), parts))
    return found


def keys(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    return {(row[3], row[2], row[4], row[6]) for row in connection.execute(f"PRAGMA foreign_key_list({table})")}


def test_the_classes_say_what_the_migrations_make(tmp_path: Path):
    scripted, modelled = connect(tmp_path / "scripted.db"), tmp_path / "modelled.db"
    migrations.upgrade(scripted, tmp_path / "scripted.db")
    engine = create_engine(f"sqlite:///{modelled}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    made = connect(modelled)
    assert {part for part in schema(scripted) if part[0] != "trigger"} == schema(made)
    tables = {name for kind, name in schema(scripted) if kind == "table" and not name.startswith("session_words")}
    assert tables == set(NOUNS) == set(SQLModel.metadata.tables)
    for table in NOUNS:
        assert columns(scripted, table) == columns(made, table), table
        assert indexes(scripted, table) == indexes(made, table), table
        assert keys(scripted, table) == keys(made, table), table
    for connection in (scripted, made):
        connection.close()

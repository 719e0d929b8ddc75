"""What the first page knows of the settings: the same as those who read them, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessiontui.runtime.outlook import Outlook, outlook_of, unset_outlook
from sessiontui.runtime.reading import read_settings


def unset(home: Path, database: str | None = None, **variables: str) -> Outlook | None:
    environ = {"SESSIONTUI_HOME": str(home), **variables}
    return unset_outlook(database, ascii_only=False, read_only=False, environ=environ, system_file=home / "etc.toml")


@pytest.mark.parametrize("database", [None, "desk.db", "~/desk.db"])
@pytest.mark.parametrize("variables", [{}, {"SESSIONTUI_DATABASE": "/srv/desk.db"}, {"SESSIONTUI_ZONE": ""}])
def test_where_nothing_is_set_it_is_what_the_settings_say(
    tmp_path: Path, database: str | None, variables: dict[str, str]
) -> None:
    environ = {"SESSIONTUI_HOME": str(tmp_path), **variables}
    settings = read_settings(
        {} if database is None else {"database": database}, environ=environ, system_file=tmp_path / "etc.toml"
    )
    assert unset(tmp_path, database, **variables) == outlook_of(settings)


def test_options_without_a_value_are_known(tmp_path: Path) -> None:
    found = unset_outlook(
        None, ascii_only=True, read_only=True, environ={"SESSIONTUI_HOME": str(tmp_path)}, system_file=tmp_path / "no"
    )
    assert found is not None
    assert (found.ascii, found.read_only) == (True, True)


@pytest.mark.parametrize("name", ["etc.toml", "config.toml"])
def test_a_file_of_settings_is_to_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    assert unset(tmp_path) is None


def test_a_variable_that_sets_something_is_to_be_read(tmp_path: Path) -> None:
    assert unset(tmp_path, SESSIONTUI_ZONE="Europe/Madrid") is None
    assert unset(tmp_path, SESSIONTUI_READ_ONLY="1") is None
    assert unset(tmp_path, SESSIONTUI_CONFIG="/srv/other.toml") is None


@pytest.mark.parametrize(
    "database", ["", "sqlite:///desk.db", "postgresql://host/desk", " desk.db", "a\0b", "~nobody-at-all/x"]
)
def test_a_database_that_is_no_plain_path_is_for_those_who_read_settings(tmp_path: Path, database: str) -> None:
    assert unset(tmp_path, database) is None

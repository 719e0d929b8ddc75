"""Where settings come from: the system's file, the user's, the environment, the options; the later one wins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from sessiontui.domain.errors import BadInput
from sessiontui.runtime.paths import SYSTEM_FILE as SYSTEM_FILE
from sessiontui.runtime.paths import config_file, data_folder
from sessiontui.runtime.settings import (
    KNOWN,
    SYSTEM_ONLY,
    Display,
    Raw,
    Setting,
    Settings,
    Storage,
    read_value,
    switch,
)

LARGEST: Final = 1 << 20
"""Bytes that a settings file may have."""

PREFIX: Final = "SESSIONTUI_"

# Short names of what is set most often; the rest is SESSIONTUI_<SECTION>_<KEY>.
_VARIABLES: Final = {
    **{
        f"{section}_{key}".upper().replace(".", "_"): (section, key)
        for section, keys in KNOWN.items()
        for key in keys
    },
    "DATABASE": ("storage", "database"),
    "ZONE": ("display", "zone"),
    "THEME": ("display", "theme"),
    "ASCII": ("display", "ascii"),
    "BELL": ("display", "bell"),
    "DIFF": ("display", "diff"),
}

_FIELDS: Final = {"from": "sender"}
"""Keys whose name is no name in Python; ``sender`` may be written as well."""

_Values: TypeAlias = "dict[tuple[str, str], Setting | None]"


def read_settings(
    options: Mapping[str, Raw] | None = None,
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    system_file: Path = SYSTEM_FILE,
) -> Settings:
    """Return the settings of this process.

    ``options`` are those of the command line, by ``database``, ``zone``, ``theme``, ``ascii``, ``bell``, ``diff``,
    ``read_only`` or ``section.key``. ``config`` takes the place of the user's file. Raises ``BadInput`` that
    names file and key for anything unknown or unreadable, ``Unavailable`` for a database of another kind.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    options = options or {}
    values: _Values = {}
    keys: dict[str, str] = {}
    named = config or (Path(environ[f"{PREFIX}CONFIG"]) if environ.get(f"{PREFIX}CONFIG") else None)
    _read_file(system_file, values, keys, is_system=True)
    users = named or config_file(environ)
    if users != system_file:
        _read_file(users, values, keys, needed=named is not None)
    _take(_from_environment(environ), values, place="the environment")
    _take(_from_options(options), values, place="the options")
    read_only = options.get("read_only", environ.get(f"{PREFIX}READ_ONLY", False))
    settings = _settings(values, keys, data_folder(environ) / "sessiontui.db")
    return replace(settings, read_only=switch(read_only))


def _settings(values: _Values, keys: Mapping[str, str], default: Path) -> Settings:
    def section(name: str) -> dict[str, Setting | None]:
        return {_FIELDS.get(key, key): value for (where, key), value in values.items() if where == name}

    base = Settings()
    alerts = replace(base.rules.alerts, **section("alerts"))  # type: ignore[arg-type]
    # what reads a key yields the type of the field that is called like it: see KNOWN
    return Settings(
        storage=replace(Storage(database=default), **section("storage")),  # type: ignore[arg-type]
        rules=replace(base.rules, **section("rules"), alerts=alerts),  # type: ignore[arg-type]
        display=replace(Display(), **section("display")),  # type: ignore[arg-type]
        delivery=replace(base.delivery, **section("delivery")),  # type: ignore[arg-type]
        clashes=replace(base.clashes, **section("clashes")),  # type: ignore[arg-type]
        files=replace(base.files, **section("files")),  # type: ignore[arg-type]
        logins=replace(base.logins, **section("logins")),  # type: ignore[arg-type]
        care=replace(base.care, **section("care")),  # type: ignore[arg-type]
        platforms=replace(
            base.platforms,
            **section("platforms"),  # type: ignore[arg-type]
            zoom=replace(base.platforms.zoom, **section("platforms.zoom")),  # type: ignore[arg-type]
            bbb=replace(base.platforms.bbb, **section("platforms.bbb")),  # type: ignore[arg-type]
            jitsi=replace(base.platforms.jitsi, **section("platforms.jitsi")),  # type: ignore[arg-type]
        ),
        visits=replace(base.visits, **section("visits")),  # type: ignore[arg-type]
        requests=replace(base.requests, **section("requests")),  # type: ignore[arg-type]
        server=replace(base.server, **section("server")),  # type: ignore[arg-type]
        keys=dict(keys),
    )


def _read_file(
    path: Path, values: _Values, keys: dict[str, str], *, needed: bool = False, is_system: bool = False
) -> None:
    place = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        if needed:
            raise BadInput("there is no such file", hint="check --config", place=place) from None
        return
    except NotADirectoryError:
        return
    except OSError as error:
        raise BadInput(f"it cannot be read: {error.strerror}", place=place) from None
    if len(raw) > LARGEST:
        raise BadInput("it is larger than a settings file can be", place=place)
    import tomllib  # most people have no such file

    try:
        tables = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"it is not TOML: {error}", place=place) from None
    except RecursionError:
        raise BadInput("it is nested too deeply", place=place) from None
    for section, table in tables.items():
        if section not in KNOWN and section != "keys":
            raise BadInput(f"there is no section [{section}]", hint=_there_are((*KNOWN, "keys")), place=place)
        if not isinstance(table, dict):
            raise BadInput(f"{section} is not a section", hint=f"write [{section}] on a line of its own", place=place)
        if section == "keys":
            keys |= {key: _keys(value, f"{place}, keys.{key}") for key, value in table.items()}
            continue
        for key in table:
            if (section, key) in SYSTEM_ONLY and not is_system:
                where = f"{place}, {section}.{key}"
                raise BadInput("only the system's file can set this", hint=str(SYSTEM_FILE), place=where)
        _take(_entries(section, table, place), values, place=place)


def _entries(section: str, table: Mapping[str, object], place: str) -> Iterable[tuple[str, str, object]]:
    """Yield the keys of a section and of the sections below it, such as ``[platforms.zoom]``."""
    for key, value in table.items():
        if isinstance(value, dict):
            below = f"{section}.{key}"
            if below not in KNOWN:
                raise BadInput(f"there is no section [{below}]", hint=_there_are((*KNOWN, "keys")), place=place)
            yield from ((below, name, one) for name, one in value.items())
        else:
            yield section, key, value


def _take(found: Iterable[tuple[str, str, object]], values: _Values, *, place: str) -> None:
    for section, key, raw in found:
        where = f"{place}, {section}.{key}"
        if key not in KNOWN[section]:
            raise BadInput("there is no such key", hint=_there_are(KNOWN[section]), place=where)
        if not isinstance(raw, str | int | float | timedelta | Path):
            raise BadInput(f"{str(raw)[:60]!r} is not one value", place=where)
        try:
            values[section, key] = read_value(section, key, raw)
        except BadInput as error:
            raise BadInput(error.detail, hint=error.hint, place=where) from None


def _from_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str, Raw]]:
    for name, (section, key) in _VARIABLES.items():
        value = environ.get(PREFIX + name, "")
        if value and (section, key) not in SYSTEM_ONLY:
            yield section, key, value


def _from_options(options: Mapping[str, Raw]) -> Iterable[tuple[str, str, Raw]]:
    for name, value in options.items():
        if name == "read_only":
            continue
        section, key = _VARIABLES.get(name.upper().replace(".", "_"), ("", ""))
        if section not in KNOWN or (section, key) in SYSTEM_ONLY:
            raise BadInput(f"there is no option {name!r}")
        yield section, key, value


def _keys(value: object, place: str) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    if isinstance(value, str):
        return value
    raise BadInput(f"{str(value)[:60]!r} is not a key", hint='write it like "ctrl+r", or ["a", "b"]', place=place)


def _there_are(names: Iterable[str]) -> str:
    return f"there are: {', '.join(names)}"

"""Between the stored nouns and their rows: statements made once per table, values as the database keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, TypeVar, cast

from sqlalchemy import Boolean
from sqlmodel import SQLModel

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.store.columns import Instant, JsonText
from sessiontui.store.compact import dump
from sessiontui.store.reader import Row, Value
from sessiontui.store.tables import NOUNS

_Table = TypeVar("_Table", bound=SQLModel)


def bound(value: object) -> Value:
    """Return a value of a noun as the database keeps it.

    >>> bound(True), bound(["b"]), bound(None)
    (1, '["b"]', None)
    """
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, list | dict):
        return dump(value)
    return int(value) if isinstance(value, bool) else cast("Value", value)


def filled(table: str, values: Mapping[str, object]) -> tuple[str, list[Value]]:
    """Return the statement that inserts one row, and its values, with the noun's defaults for what is not named."""
    statement, rest = _filling(table, tuple(values))
    return statement, [*(bound(value) for value in values.values()), *rest]


@cache
def _filling(table: str, given: tuple[str, ...]) -> tuple[str, tuple[Value, ...]]:
    """Return the statement for a row whose columns are given but for some, and what the database keeps in these."""
    defaults = {name: bound(make()) for name, make in _defaults(table).items() if name not in given}
    return insertion(table, (*given, *defaults)), tuple(defaults.values())


@cache
def insertion(table: str, columns: tuple[str, ...]) -> str:
    """Return the statement that inserts a row with these columns; ``KeyError`` for one that the table lacks."""
    names = ", ".join(_quoted(table, column) for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


@cache
def change(table: str, columns: tuple[str, ...]) -> str:
    """Return the statement that sets these columns of one row, found by its id."""
    return f"UPDATE {table} SET {', '.join(f'{_quoted(table, column)} = ?' for column in columns)} WHERE id = ?"


@cache
def selection(noun: type[SQLModel]) -> str:
    """Return the query for one row by its id, with the columns in the order that ``restored`` wants."""
    table = str(noun.__tablename__)
    names = ", ".join(_quoted(table, column.name) for column in SQLModel.metadata.tables[table].c)
    return f"SELECT {names} FROM {table} WHERE id = ?"


def restored(noun: type[_Table], row: Row) -> _Table:
    """Return the noun that a row of ``selection`` tells of."""
    return noun(**{name: _unbound(kind, value) for (name, kind), value in zip(_kinds(noun), row, strict=True)})


def _unbound(kind: str, value: Value) -> object:
    if value is None or not kind:
        return value
    if kind == _INSTANT:
        return from_ms(cast("int", value))
    return bool(value) if kind == _BOOLEAN else json.loads(str(value))


_INSTANT: Final = "instant"
_BOOLEAN: Final = "boolean"
_JSON: Final = "json"


@cache
def _kinds(noun: type[SQLModel]) -> Sequence[tuple[str, str]]:
    def kind(of: object) -> str:
        if isinstance(of, Instant):
            return _INSTANT
        if isinstance(of, JsonText):
            return _JSON
        return _BOOLEAN if isinstance(of, Boolean) else ""

    return [(column.name, kind(column.type)) for column in SQLModel.metadata.tables[str(noun.__tablename__)].c]


class _Default:
    """One default of a noun, made anew each time it is asked for."""

    def __init__(self, table: str, column: str) -> None:
        self._field = NOUNS[table].model_fields[column]

    def __call__(self) -> object:
        return self._field.get_default(call_default_factory=True, validated_data={})


@cache
def _defaults(table: str) -> Mapping[str, _Default]:
    """Return the defaults that are not nothing."""
    fields = NOUNS[table].model_fields
    made = {name: _Default(table, name) for name, field in fields.items() if not field.is_required()}
    return {name: default for name, default in made.items() if default() is not None}


def _quoted(table: str, column: str) -> str:
    return f'"{SQLModel.metadata.tables[table].c[column].name}"'

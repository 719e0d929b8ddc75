"""Between the stored nouns and their rows: statements made once per table, values as the database keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import cast

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.store.compact import dump
from sessiontui.store.reader import Row, Value
from sessiontui.store.shapes import Kind, shapes


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
    defaults = {name: value for name, value in shapes()[table].defaults.items() if name not in given}
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
def selection(table: str) -> str:
    """Return the query for one row by its id, with the columns in the order that ``restored`` wants."""
    names = ", ".join(_quoted(table, column) for column in shapes()[table].columns)
    return f"SELECT {names} FROM {table} WHERE id = ?"


def restored(table: str, row: Row) -> object:
    """Return what a row of ``selection`` tells of: an object with the attributes of the table's noun."""
    noun: object = _likeness(table)()
    for (name, kind), value in zip(_kinds(table), row, strict=True):
        setattr(noun, name, _unbound(kind, value))
    return noun


def _unbound(kind: Kind, value: Value) -> object:
    if value is None or not kind:
        return value
    if kind is Kind.INSTANT:
        return from_ms(cast("int", value))
    return bool(value) if kind is Kind.BOOLEAN else json.loads(str(value))


@cache
def _kinds(table: str) -> Sequence[tuple[str, Kind]]:
    return tuple(shapes()[table].columns.items())


@cache
def _likeness(table: str) -> type:
    """Return a class with the attributes of a noun and nothing of the mapper."""
    return type(table, (), {"__slots__": tuple(shapes()[table].columns)})


def _quoted(table: str, column: str) -> str:
    if column not in shapes()[table].columns:
        raise KeyError(column)
    return f'"{column}"'

"""Data on stdout: JSON in ASCII, CSV whose cells nothing acts on, text whose every line is fit for a terminal."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from sessiontui.domain.text import visible
from sessiontui.intake.cells import quote_cell

if TYPE_CHECKING:
    from sessiontui.services.exporting import Cell


def put(*lines: str) -> None:
    """Write lines of text; each is cleaned, so that nothing raw reaches a terminal."""
    for line in lines:
        sys.stdout.write(visible(line) + "\n")


def put_utf8(text: str) -> None:
    """Write a file's text to stdout as it is, whatever the encoding of the terminal: for pipes."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def put_json(head: Mapping[str, object], *, rows: tuple[str, Iterable[Mapping[str, object]]] | None = None) -> None:
    """Write one JSON object; ``rows`` is its last member, written one row a line so that it can be read by eye.

    It is ASCII: every other character, and every control, is escaped.
    """
    if rows is None:
        sys.stdout.write(json.dumps(head, indent=2) + "\n")
        return
    name, items = rows
    opening = json.dumps(head)[:-1]
    sys.stdout.write(f"{opening}{', ' if head else ''}{json.dumps(name)}: [")
    between = "\n "
    for item in items:
        sys.stdout.write(between + json.dumps(item))
        between = ",\n "
    sys.stdout.write("\n]}\n")


def put_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], *, to: TextIO | None = None) -> None:
    """Write rows as CSV under a line of headings."""
    writer = csv.writer(to or sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])


class CsvWriter:
    """Writes rows as CSV, one after the other."""

    def __init__(self, columns: Sequence[str], to: TextIO) -> None:
        self._columns = columns
        self._writer = csv.writer(to, lineterminator="\n")
        self._writer.writerow(columns)

    def add(self, row: Mapping[str, Cell]) -> None:
        """Write one row."""
        self._writer.writerow([_cell(row[column]) for column in self._columns])

    def end(self) -> None:
        """Write what stands after the last row: nothing."""


class JsonWriter:
    """Writes rows into one JSON object, one row a line, in ASCII."""

    def __init__(self, taken_at: str, name: str, to: TextIO) -> None:
        self._to = to
        self._between = "\n "
        to.write(f'{{"taken_at": {json.dumps(taken_at)}, {json.dumps(name)}: [')

    def add(self, row: Mapping[str, Cell]) -> None:
        """Write one row."""
        self._to.write(self._between + json.dumps(row))
        self._between = ",\n "

    def end(self) -> None:
        """Close the object."""
        self._to.write("\n]}\n")


class LinesWriter:
    """Writes rows as JSON Lines, one object a line, in ASCII: recordings so written can be imported."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def add(self, row: Mapping[str, Cell]) -> None:
        """Write one row."""
        self._to.write(json.dumps({name: value for name, value in row.items() if value is not None}) + "\n")

    def end(self) -> None:
        """Write what stands after the last row: nothing."""


def width() -> int | None:
    """Return how wide a table may be: the terminal's width, ``None`` where stdout is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def is_plain(*, asked: bool) -> bool:
    """Tell whether signs keep to ASCII: because it was asked, or because stdout cannot carry others."""
    return asked or not (sys.stdout.encoding or "").lower().startswith("utf")


def _cell(value: Cell) -> str | int | float:
    match value:
        case None:
            return ""
        case str():
            return quote_cell(value)
        case list():
            return quote_cell(", ".join(value))
        case _:
            return value

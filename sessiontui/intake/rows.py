"""Delimited text as rows: which delimiter, where each row begins, what to do with a quote that never closes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sessiontui.intake.findings import Findings

_DELIMITERS: Final = ("\t", ";", ",")  # in a tie the rarer one in plain text wins
_LOOKED_AT: Final = 60  # rows that may stand before the header of any known export
_MAX_HEAD: Final = 65_536
_SEP: Final = re.compile(r'\A\ufeff?"?sep=(.)"?[ \t;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, from 1, and its cells without surrounding space."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(self.cells)

    def cell(self, index: int | None) -> str:
        """Return a cell, empty where the row is short or the column is missing."""
        return self.cells[index] if index is not None and index < len(self.cells) else ""


def fold(text: str) -> str:
    """Return a heading as it is compared: without case, accents, typographic marks and needless space.

    >>> fold("Adresse e-mail de l’utilisateur :"), fold(" Durée (minutes)")
    ("adresse e-mail de l'utilisateur", 'duree (minutes)')
    """
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).replace("’", "'").replace("`", "'"))
    bare = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"\s*\(\s*", " (", " ".join(bare.split())).strip(" :*")


def delimiter_of(text: str, known: Collection[str]) -> str:
    """Return the delimiter under which most folded headings of ``known`` appear in one row.

    Where none does, the one that occurs most often outside quotes.
    """
    if declared := _SEP.match(text):
        return declared[1]
    head = text[:_MAX_HEAD]
    scores = []
    for rank, delimiter in enumerate(_DELIMITERS):
        rows = list(islice(_records(head, delimiter), _LOOKED_AT))
        best = max((sum(fold(c) in known for c in set(row.cells)) for row in rows), default=0)
        cells = sum(len(row.cells) - 1 for row in rows)
        scores.append((best, cells, -rank, delimiter))
    return max(scores)[-1]


def first_rows(text: str, known: Collection[str]) -> list[Row]:
    """Return the rows at the beginning of a text, enough to recognise what it is."""
    head = _SEP.sub("", text[:_MAX_HEAD], count=1)
    rows = (row for row in _records(head, delimiter_of(text, known)) if not row.is_blank)
    return list(islice(rows, _LOOKED_AT))


def rows_of(text: str, findings: Findings, *, known: Collection[str], strip: bool = True) -> Iterator[Row]:
    """Yield every row that is not blank; a row whose quote never closes is refused and left out."""
    delimiter = delimiter_of(text, known)
    lines = io.StringIO(text.removeprefix("\ufeff").replace("\0", "�"), newline="").readlines()
    skip = 1 if lines and _SEP.match(lines[0]) else 0
    while skip < len(lines):
        reader = csv.reader(lines[skip:] if skip else lines, delimiter=delimiter)
        done = 0
        broken, reason = False, "a quote is opened and never closed"
        try:
            for cells in reader:
                if _is_unclosed(lines, skip + done, skip + reader.line_num):
                    broken = True
                    break
                row = Row(skip + done + 1, tuple(c.strip() for c in cells) if strip else tuple(cells))
                done = reader.line_num
                if not row.is_blank:
                    yield row
        except csv.Error:
            broken, reason = True, f"a cell has more than {csv.field_size_limit()} characters"
        if not broken:
            return
        findings.refuse(skip + done + 1, reason, lines[skip + done])
        skip += done + 1


def _is_unclosed(lines: list[str], start: int, stop: int) -> bool:
    """Return whether the last row of all swallowed the rest of the file into one open quote."""
    return stop == len(lines) and stop - start > 1 and sum(ln.count('"') for ln in lines[start:stop]) % 2 == 1


def _records(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(c.strip() for c in cells))
            line = reader.line_num + 1
    except csv.Error:
        return

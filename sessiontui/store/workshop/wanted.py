"""Which sessions an import may touch, and where they are found in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sessiontui.store.reader import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sessions an import may touch.

    They are told by outside id, their own or that of their series, by meeting, by overlapping windows in ms, or by
    number.
    """

    outside: frozenset[tuple[str, str]] = frozenset()
    series: frozenset[tuple[str, str]] = frozenset()
    meetings: frozenset[str] = frozenset()
    windows: frozenset[tuple[int, int]] = frozenset()
    ids: frozenset[int] = frozenset()


def touched(there: sqlite3.Connection, wanted: Wanted) -> set[int]:
    """Return the ids of the sessions that are wanted."""
    found = set(wanted.ids)
    asked: Sequence[tuple[str, Iterable[tuple[Value, ...]]]] = (
        ("SELECT id FROM session WHERE source = ? AND external_id = ?", wanted.outside),
        (_DATES_OF, wanted.series),
        (_STRAYS_OF, wanted.series),
        ("SELECT id FROM session WHERE meeting_key = ?", ((key,) for key in wanted.meetings)),
        ("SELECT id FROM session WHERE starts_at < ? AND ends_at > ?", ((end, at) for at, end in wanted.windows)),
    )
    for sql, all_of in asked:
        for values in all_of:
            found.update(row[0] for row in there.execute(sql, values))
    return found


_DATES_OF: Final = (
    "SELECT s.id FROM session s JOIN series r ON r.id = s.series_id WHERE r.source = ?1"
    " AND (r.external_id = ?2 OR (r.external_id > ?2 || '/' AND r.external_id < ?2 || '0'))"
)
"""The dates of a series, and of those that went on from it with an id that begins with its own."""

_STRAYS_OF: Final = (
    "SELECT id FROM session WHERE source = ?1 AND series_id IS NULL"
    " AND (external_id = ?2 OR (external_id > ?2 || '/' AND external_id < ?2 || '0'))"
)
"""Sessions that are of a series and not yet with it."""

"""How long people asked before sessions and waited for answers, counted while sessions are copied.

A copy that is moved whole has the durations of its original; of one whose requests move less than its window each
request is looked at.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict

from sessiontui.store.refiguring import Spreads, requests_of


class CopiedSpreads:
    """The durations of originals and of their copies."""

    def __init__(self, connection: sqlite3.Connection, *, now: int) -> None:
        self.all = Spreads()
        self._now = now
        self._own: defaultdict[int, Spreads] = defaultdict(Spreads)
        self._requests: defaultdict[int, list[tuple[int, int | None, int | None, int]]] = defaultdict(list)
        self._kinds: dict[int, tuple[int, str]] = {}
        for session_id, start, kind, lead, wait, decided_at, asked_at in requests_of(connection, now=now):
            self.all.add(start, kind, lead, wait)
            self._own[session_id].add(start, kind, lead, wait)
            self._requests[session_id].append((lead, wait, decided_at, asked_at))
            self._kinds[session_id] = (start, kind)
        self._durations: dict[int, list[tuple[int, array[int]]]] = {
            session_id: own.by_bucket() for session_id, own in self._own.items()
        }

    def add(self, original: int, *, moved: int, told: int) -> None:
        """Count one copy whose window is moved by milliseconds, and what was said of it by others."""
        if original not in self._kinds:
            return
        start, kind = self._kinds[original]
        if moved == told and told <= 0:
            self.all.add_alike(start + moved, kind, self._durations[original])
            return
        for lead, wait, decided_at, asked_at in self._requests[original]:
            if asked_at + told <= self._now:
                is_decided = wait is not None and decided_at is not None and decided_at + told <= self._now
                self.all.add(start + moved, kind, lead + moved - told, wait if is_decided else None)

"""What the jobs of one worker did and is not yet written down; what could not be written is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sessiontui.services.jobs import Books, Ran
from sessiontui.worker.running import Entry

MOST_RUNS: Final = 1_000
"""Runs that wait to be written down while the database cannot be written."""


class BookKeeping:
    """The books of the jobs by their names, closed whenever the lease is renewed."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._runs: deque[Ran] = deque(maxlen=MOST_RUNS)
        self._granted: list[tuple[str, datetime]] = []

    def note(self, ran: Ran | None) -> None:
        """Note a run, if it is worth a line of its own."""
        if ran is not None:
            self._runs.append(ran)

    def grant(self, job: str, wanted_at: datetime) -> None:
        """Note that somebody's wish was fulfilled."""
        self._granted.append((job, wanted_at))

    def is_granted(self, job: str, wanted_at: datetime) -> bool:
        """Tell whether a wish was fulfilled already, though nobody else knows yet."""
        return (job, wanted_at) in self._granted

    def close(self, *, at_last: bool = False) -> Books:
        """Return what is to be written down, and begin anew; ``at_last`` also what could wait."""
        entries = self._entries.values()
        tallies = tuple(tally for entry in entries if (tally := entry.tally(at_last=at_last)) is not None)
        books = Books(tallies=tallies, runs=tuple(self._runs), granted=tuple(self._granted))
        self._runs.clear()
        self._granted.clear()
        return books

    def reopen(self, books: Books) -> None:
        """Take back what could not be written."""
        for tally in books.tallies:
            self._entries[tally.job].put_back(tally)
        self._runs.extendleft(reversed(books.runs))
        self._granted[:0] = books.granted


def lateness(entries: Iterable[Entry], now: float) -> timedelta:
    """Return by how much the latest prompt job missed its turn, ``now`` on the monotonic clock."""
    return max((entry.lateness(now) for entry in entries if entry.plan.prompt), default=timedelta())

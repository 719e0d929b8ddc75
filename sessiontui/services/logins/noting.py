"""What a process notes of logins between two writes: when each was last used, its heartbeats, how its calls went.

A write for every call would cost more than the call. What is noted is written together every few seconds, by whoever
calls next, by the worker's job, and when a server stops; a crash loses those seconds alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.domain.logins.caller import Caller
from sessiontui.domain.logins.standing import QUICK
from sessiontui.store.logins import tallies as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context

WRITTEN_EVERY: Final = timedelta(seconds=5)
"""How long what is noted may wait."""

MINUTE_MS: Final = 60_000

QUICK_MS: Final = QUICK / timedelta(milliseconds=1)


@dataclass(slots=True)
class Notes:
    """What is not written yet, by login; instants are milliseconds."""

    since: int | None = None
    seen: dict[int, int] = field(default_factory=dict)
    beats: dict[int, int] = field(default_factory=dict)
    calls: defaultdict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def begin(self, now: int) -> None:
        """Note since when something waits to be written."""
        if self.since is None or now < self.since:
            self.since = now

    def is_due(self, now: int) -> bool:
        """Whether something has waited long enough."""
        return self.since is not None and now - self.since >= WRITTEN_EVERY // timedelta(milliseconds=1)


# By database, so that nothing outlives it and two databases in one process do not share.
_NOTES: Final[WeakKeyDictionary[object, Notes]] = WeakKeyDictionary()


def notes_of(context: Context) -> Notes:
    """Return what this process has noted of the logins of a database."""
    notes = _NOTES.get(context.db)
    if notes is None:  # asked first, because this is on the way of every call
        notes = _NOTES[context.db] = Notes()
    return notes


def note_seen(context: Context, login_id: int, *, at: datetime, beat: bool = False) -> None:
    """Note that a login was used, or sent a heartbeat."""
    notes, now = notes_of(context), to_ms(at)
    notes.begin(now)
    notes.seen[login_id] = max(now, notes.seen.get(login_id, 0))
    if beat:
        notes.beats[login_id] = max(now, notes.beats.get(login_id, 0))


def note_call(
    context: Context, caller: Caller, *, ok: bool, took_ms: float, at: datetime, first_try: bool = True
) -> None:
    """Note how a call of a login went: it is good if it went well at the first try and within a second."""
    note_login_call(context, caller.login_id, good=ok and first_try and took_ms <= QUICK_MS, at=at)


def note_login_call(context: Context, login_id: int, *, good: bool, at: datetime) -> None:
    """Note one call of a login; one that met a login that was over is not good."""
    notes, now = notes_of(context), to_ms(at)
    notes.begin(now)
    tally = notes.calls[login_id, now // MINUTE_MS]
    tally[0] += 1
    tally[1] += good


def last_seen(context: Context, login_id: int, stored: int) -> int:
    """Return when a login was last used, in milliseconds, as this process knows it."""
    return max(stored, notes_of(context).seen.get(login_id, 0))


async def flush_if_due(context: Context, *, at: datetime) -> None:
    """Write down what has waited long enough."""
    if notes_of(context).is_due(to_ms(at)):
        await flush(context, at=at)


async def flush(context: Context, *, at: datetime) -> int:
    """Write down all that is noted, and return of how many logins it tells."""
    notes = notes_of(context)
    if notes.since is None or context.db.read_only:
        return 0
    seen, beats, calls = notes.seen, notes.beats, notes.calls
    _NOTES[context.db] = Notes()
    written = False
    try:
        async with context.db.write(by=Actor.system("logins"), at=at, brief=True) as tx:
            await kept.keep_seen(tx, seen, beats)
            await kept.keep_calls(tx, {key: (number, good) for key, (number, good) in calls.items()})
        written = True
    finally:
        if not written:
            _put_back(context, notes)
    return len(seen)


def _put_back(context: Context, before: Notes) -> None:
    """Note again what could not be written."""
    notes = notes_of(context)
    notes.begin(before.since or 0)
    for mine, theirs in ((notes.seen, before.seen), (notes.beats, before.beats)):
        for login_id, at in theirs.items():
            mine[login_id] = max(at, mine.get(login_id, 0))
    for key, (number, good) in before.calls.items():
        notes.calls[key][0] += number
        notes.calls[key][1] += good

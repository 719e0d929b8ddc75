"""A cache that answers at once with what it has, and has it looked up again behind the caller's back.

An entry is *fresh* for its time to live, then *stale* as long again: it is still answered, once while one look-up
renews it. Limits hold by entries and by bytes; who was asked for longest ago goes first. Times are seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

LONG: Final = 3600.0
"""Seconds: how long sessions and templates stay fresh."""

SHORT: Final = 300.0
"""Seconds: how long the answers of searches stay fresh."""

MAX_ENTRIES: Final = 1_000
MAX_BYTES: Final = 8 * 1024 * 1024

OVERHEAD: Final = 256
"""Bytes that an entry costs beside its key and its body."""


class Age(StrEnum):
    """What a look into the cache found."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheStatistics:
    """What a cache holds and has done since it was made; ``hits`` are fresh ones, ``stale_hits`` the others."""

    entries: int
    size: int
    hits: int
    stale_hits: int
    misses: int
    renewed: int
    evicted: int
    expired: int
    forgotten: int

    @property
    def looks(self) -> int:
        """How often something was looked for."""
        return self.hits + self.stale_hits + self.misses

    @property
    def hit_rate(self) -> float | None:
        """Share of the looks that were answered, 0 to 1; ``None`` before the first look."""
        return (self.hits + self.stale_hits) / self.looks if self.looks else None


@dataclass(slots=True, eq=False)
class Ticket:
    """A look-up under way, for one key."""

    key: str
    is_valid: bool = True


@dataclass(slots=True)
class _Entry:
    body: bytes
    etag: str
    fresh_until: float
    dead_from: float


@dataclass(slots=True)
class _Counts:
    hits: int = 0
    stale_hits: int = 0
    misses: int = 0
    renewed: int = 0
    evicted: int = 0
    expired: int = 0
    forgotten: int = 0


class Cache:
    """Bodies of answers under the addresses that they came from; nothing in it is shared with the caller.

    >>> cache = Cache()
    >>> cache.keep("/api/sessions/1", b"{}", lifetime=60, now=0)
    >>> [cache.look("/api/sessions/1", now=now)[0].value for now in (59, 61, 121)]
    ['fresh', 'stale', 'missing']
    """

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._tickets: set[Ticket] = set()
        self._size = 0
        self._counts = _Counts()

    def look(self, key: str, *, now: float) -> tuple[Age, bytes]:
        """Return what is held under a key, and how old it is; the body is empty when it is missing."""
        entry = self._entries.get(key)
        if entry is not None and now >= entry.dead_from:
            self._drop(key)
            self._counts.expired += 1
            entry = None
        if entry is None:
            self._counts.misses += 1
            return Age.MISSING, b""
        self._entries.move_to_end(key)
        if now < entry.fresh_until:
            self._counts.hits += 1
            return Age.FRESH, entry.body
        self._counts.stale_hits += 1
        return Age.STALE, entry.body

    def etag(self, key: str) -> str:
        """Return the tag of what is held, for asking whether it is still so; empty where there is none."""
        entry = self._entries.get(key)
        return "" if entry is None else entry.etag

    def body(self, key: str) -> bytes | None:
        """Return what is held, without counting a look."""
        entry = self._entries.get(key)
        return None if entry is None else entry.body

    def keep(self, key: str, body: bytes, *, lifetime: float, now: float, etag: str = "") -> None:
        """Hold a body for ``lifetime`` seconds and, stale, for as long again; one that is too large is not held."""
        if key in self._entries:
            self._drop(key)
            self._counts.renewed += 1
        if lifetime <= 0 or self._max_entries < 1 or _size(key, body) > self._max_bytes:
            return
        self._entries[key] = _Entry(body, etag, now + lifetime, now + 2 * lifetime)
        self._size += _size(key, body)
        while len(self._entries) > self._max_entries or self._size > self._max_bytes:
            self._drop(next(iter(self._entries)))
            self._counts.evicted += 1

    def begin(self, key: str) -> Ticket:
        """Return a ticket for a look-up that begins; it turns invalid when the key is forgotten meanwhile."""
        ticket = Ticket(key)
        self._tickets.add(ticket)
        return ticket

    def end(self, ticket: Ticket, body: bytes, *, lifetime: float, now: float, etag: str = "") -> None:
        """Hold what a look-up brought, unless somebody wrote there after it had begun."""
        self._tickets.discard(ticket)
        if ticket.is_valid:
            self.keep(ticket.key, body, lifetime=lifetime, now=now, etag=etag)

    def abandon(self, ticket: Ticket) -> None:
        """Take note that a look-up brought nothing."""
        self._tickets.discard(ticket)

    def forget(self, *paths: str) -> int:
        """Let go of what was read at these paths and below them; without one, of all. Return how many.

        A path that ends with ``?`` stands for the lists there alone, not for what is below.
        """
        for ticket in self._tickets:
            ticket.is_valid = ticket.is_valid and not _is_below(ticket.key, paths)
        gone = [key for key in self._entries if _is_below(key, paths)]
        for key in gone:
            self._drop(key)
        self._counts.forgotten += len(gone)
        return len(gone)

    def clean(self, *, now: float) -> int:
        """Let go of what is too old even to be answered stale. Return how many."""
        gone = [key for key, entry in self._entries.items() if now >= entry.dead_from]
        for key in gone:
            self._drop(key)
        self._counts.expired += len(gone)
        return len(gone)

    def statistics(self) -> CacheStatistics:
        """Return what it holds and has done."""
        return CacheStatistics(entries=len(self._entries), size=self._size, **asdict(self._counts))

    def _drop(self, key: str) -> None:
        self._size -= _size(key, self._entries.pop(key).body)


def _is_below(key: str, paths: tuple[str, ...]) -> bool:
    return not paths or any(_covers(path, key) for path in paths)


def _covers(path: str, key: str) -> bool:
    if path.endswith("?"):
        return key == path[:-1] or key.startswith(path)
    return key == path or key.startswith((f"{path}/", f"{path}?"))


def _size(key: str, body: bytes) -> int:
    return len(key) + len(body) + OVERHEAD

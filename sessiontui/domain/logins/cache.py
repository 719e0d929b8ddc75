"""How the cache of a client does, as the client tells it: totals since the client was started."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sessiontui.domain.phrases import count
from sessiontui.domain.records import record

MOST: Final = 2**53 - 1
"""The largest count that is believed: what JSON of every make keeps exactly."""

NAMES: Final = ("entries", "size", "hits", "stale_hits", "misses")
"""The totals, as they are sent and kept."""


@record(kw_only=True)
class ClientCache:
    """What a client's cache holds, in entries and bytes, and how its looks went; stale ones were answered as well."""

    entries: int = 0
    size: int = 0
    hits: int = 0
    stale_hits: int = 0
    misses: int = 0

    @property
    def looks(self) -> int:
        """How often something was looked for."""
        return self.hits + self.stale_hits + self.misses

    @property
    def hit_rate(self) -> float | None:
        """Share of the looks that were answered, 0 to 1; ``None`` before the first look.

        >>> ClientCache(hits=6, stale_hits=3, misses=1).hit_rate
        0.9
        """
        return (self.hits + self.stale_hits) / self.looks if self.looks else None


def as_kept(cache: ClientCache) -> dict[str, int]:
    """Return the totals by name, each as far as it is believed."""
    return {name: min(max(0, getattr(cache, name)), MOST) for name in NAMES}


def read(kept: Mapping[str, object]) -> ClientCache | None:
    """Return what was kept, or nothing where a client has told nothing."""
    known = {name: value for name in NAMES if isinstance(value := kept.get(name), int)}
    return ClientCache(**known) if known else None


def together(caches: Iterable[ClientCache | None]) -> ClientCache | None:
    """Return what several caches come to; nothing where none is known."""
    known = [one for one in caches if one is not None]
    if not known:
        return None
    return ClientCache(**{name: sum(getattr(one, name) for one in known) for name in NAMES})


def told_of(cache: ClientCache) -> str:
    """Return how a cache does, in words.

    >>> told_of(ClientCache(entries=2, size=4096, hits=7, stale_hits=2, misses=1))
    '90% of 10 looks answered, 2 of them stale; 2 answers kept, 4 KiB'
    """
    stale = f", {cache.stale_hits} of them stale" if cache.stale_hits else ""
    kept = f"{count(cache.entries, 'answer')} kept, {-(-cache.size // 1024)} KiB"
    return f"{cache.hit_rate or 0:.0%} of {count(cache.looks, 'look')} answered{stale}; {kept}"

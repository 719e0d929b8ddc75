"""Signs of activity that are sent again count once, also where whoever took them in was killed since.

A process remembers the keys that it took. Those that are counted are kept beside the counts, in the same transaction,
one row for all of a batch; the next process, and every other one, reads there what was counted before.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

from sessiontui.store import visiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessiontui.domain.access import Actor
    from sessiontui.services.visits.recording import Ping
    from sessiontui.store.tx import Tx


class KnownKeys:
    """The newest keys of signs of activity: those that this process took, and those that any has counted."""

    def __init__(self, *, most: int = visiting.REMEMBERED) -> None:
        self._most = most
        self._taken: OrderedDict[int, None] = OrderedDict()
        self._read: int | None = None

    def take(self, ping: Ping, *, by: Actor) -> bool:
        """Remember a sign, and return whether it is new; one without a key always is."""
        if not ping.key:
            return True
        digest = _digest(ping, by)
        if digest in self._taken:
            return False
        self._remember((digest,))
        return True

    async def repeated(self, tx: Tx, batch: Iterable[tuple[Actor, Ping]]) -> set[int]:
        """Return the places in a batch of signs that were counted before, by anybody, or stand before them in it."""
        self._read, rows = await visiting.keys_since(tx, self._read, most=self._most)
        counted = {digest for row in rows for digest in array("Q", row)}
        self._remember(digest for row in reversed(rows) for digest in array("Q", row))
        found: set[int] = set()
        for place, (by, ping) in enumerate(batch):
            if ping.key and (digest := _digest(ping, by)) in counted:
                found.add(place)
            elif ping.key:
                counted.add(digest)
        return found

    async def keep(self, tx: Tx, batch: Iterable[tuple[Actor, Ping]]) -> None:
        """Keep the keys of the signs that a transaction counts."""
        digests = array("Q", (_digest(ping, by) for by, ping in batch if ping.key))
        if digests:
            await visiting.keep_keys(tx, digests.tobytes())

    def _remember(self, digests: Iterable[int]) -> None:
        for digest in digests:
            self._taken[digest] = None
        while len(self._taken) > self._most:
            self._taken.popitem(last=False)


def _digest(ping: Ping, by: Actor) -> int:
    told = blake2b(f"{by.id}:{ping.key}".encode(), digest_size=visiting.DIGEST).digest()
    return int.from_bytes(told, "little")

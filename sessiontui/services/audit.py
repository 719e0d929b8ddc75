"""The audit trail, verified: every entry is sealed to the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sessiontui.domain.chain import GENESIS, Entry, digest_of_all, redigest, seal
from sessiontui.services.context import Context
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import audit as kept

ERASURE: Final = "person.erase"
"""How an erasure is named in the audit trail."""

_PAGE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The answer of a verification: how many entries follow from each other, and the first that does not.

    ``redacted`` of them had a name taken out by an erasure.
    """

    entries: int
    head: str
    broken_at: int | None = None
    redacted: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing was edited, deleted or swapped."""
        return self.broken_at is None


async def verify(context: Context) -> ChainReport:
    """Read the whole trail and check each seal; ``broken_at`` is the id of the first entry that does not follow.

    An entry out of which an erasure took a name no longer says what it was sealed with. It holds its place by its
    seal, on which the next one rests; what it says now is sealed by the entry that tells of the erasure.
    """
    return await context.db.look(_verified)


async def _verified(fetch: Fetch) -> ChainReport:
    head, entries, last = GENESIS, 0, 0
    erasures = await kept.erasures(fetch)
    missing = {entry for changed in erasures.values() for entry, _ in changed} | set(erasures)
    changed_entries = len(missing - set(erasures))
    while True:
        rows = await kept.sealed(fetch, after=last, limit=_PAGE)
        told = await kept.redacted(fetch, after=last, until=rows[-1].id) if rows and erasures else {}
        for row in rows:
            last = row.id
            if row.entry is None or not _holds(row, head, told.get(row.id)):
                return ChainReport(entries=entries, head=head, broken_at=last)
            changed = erasures.get(row.id)
            if changed is not None and _sealed_digest(row.entry) != digest_of_all(changed):
                return ChainReport(entries=entries, head=head, broken_at=last)
            head, entries = row.seal, entries + 1
            missing.discard(last)
        if len(rows) < _PAGE:
            break
    return ChainReport(entries=entries, head=head, redacted=changed_entries, broken_at=min(missing, default=None))


def _holds(row: kept.SealedEntry, head: str, told: str | None) -> bool:
    """Return whether an entry follows from the one before, or says what the erasure that changed it has sealed."""
    if row.entry is None:
        return False
    return seal(head, row.entry) == row.seal if told is None else redigest(head, row.entry, row.seal) == told


def _sealed_digest(entry: Entry) -> object:
    detail = entry["detail"]
    is_erasure = entry["action"] == ERASURE and isinstance(detail, Mapping)
    return detail.get("digest") if is_erasure and isinstance(detail, Mapping) else None

"""The audit trail, verified: every entry is sealed to the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sessiontui.domain.chain import GENESIS, seal
from sessiontui.services.context import Context
from sessiontui.store.reads import audit as kept

_PAGE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The answer of a verification: how many entries follow from each other, and the first that does not."""

    entries: int
    head: str
    broken_at: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was edited, deleted or swapped."""
        return self.broken_at is None


async def verify(context: Context) -> ChainReport:
    """Read the whole trail and check each seal; ``broken_at`` is the id of the first entry that does not follow."""
    head, entries, last = GENESIS, 0, 0
    while True:
        rows = await kept.sealed(context.db.fetch, after=last, limit=_PAGE)
        for row in rows:
            last = row.id
            if row.entry is None or seal(head, row.entry) != row.seal:
                return ChainReport(entries=entries, head=head, broken_at=last)
            head, entries = row.seal, entries + 1
        if len(rows) < _PAGE:
            return ChainReport(entries=entries, head=head)

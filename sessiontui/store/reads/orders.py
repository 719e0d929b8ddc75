"""The orders a desk can be in, each with the index that holds it."""

from __future__ import annotations

import re
from typing import Final

from sessiontui.domain.records import record
from sessiontui.store.reader import Value


@record
class Order:
    """An order of the desk: a column and then the id, both in one direction; ``least`` is below every value.

    ``is_wide`` says that its index holds the columns ``BESIDE`` as well.
    """

    column: str
    index: str
    least: Value
    backwards: bool = False
    is_wide: bool = False

    @property
    def name(self) -> str:
        """The column without its table."""
        return self.column.partition(".")[2]


BESIDE: Final = (
    "archived_at", "status", "control", "kind", "priority", "provisional", "mentor_id", "author_id", "starts_at",
    "ends_at", "final_end_at", "created_at", "capacity", "pending", "approved", "rejected", "active", "departed",
    "actual_ms", "tasks", "progress", "badges",
)  # fmt: skip
"""What the wide indexes hold of a session beside its place and its id: what is short, and what filters ask about."""

_EVER: Final = -(1 << 62)

ORDERS: Final = {
    "urgency": Order("s.rank", "session_rank", _EVER, is_wide=True),
    "start": Order("s.starts_at", "session_start", _EVER, is_wide=True),
    "latest": Order("s.starts_at", "session_start", _EVER, backwards=True, is_wide=True),
    "title": Order("s.title_words", "session_title", ""),
    "pending": Order("s.pending", "session_pending", _EVER, backwards=True),
}
"""The orders a desk can be in; the first is the default."""


def is_slim(condition: str) -> bool:
    """Return whether a condition over ``session s`` asks about nothing of it but what the wide indexes hold.

    >>> is_slim("s.archived_at IS NULL AND s.kind = ?"), is_slim("s.title_words LIKE ?")
    (True, False)
    """
    return "SELECT" not in condition and _ASKED_OF.issuperset(_COLUMN.findall(condition))


_COLUMN: Final = re.compile(r"\bs\.(\w+)")

_ASKED_OF: Final = frozenset({"id", "rank", *BESIDE})

"""The orders a desk can be in, each with the index that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sessiontui.store.reader import Value


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the desk: a column and then the id, both in one direction; ``least`` is below every value."""

    column: str
    index: str
    least: Value
    backwards: bool = False


_EVER: Final = -(1 << 62)

ORDERS: Final = {
    "urgency": Order("s.rank", "session_rank", _EVER),
    "start": Order("s.starts_at", "session_start", _EVER),
    "latest": Order("s.starts_at", "session_start", _EVER, backwards=True),
    "title": Order("s.title_words", "session_title", ""),
    "pending": Order("s.pending", "session_pending", _EVER, backwards=True),
}
"""The orders a desk can be in; the first is the default."""

"""Which of the derived columns of a session are written: those that changed, by a few statements that stay prepared.

Whatever column a statement names, each index and trigger over it is gone through, whether its value is another one
or not. Time alone changes few at once, and always the same ones together.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Final

from sessiontui.store import sights

if TYPE_CHECKING:
    from sessiontui.store.reader import Value

COLUMNS: Final = (
    "control",
    "starts_at",
    "ends_at",
    "mentor_id",
    "capacity",
    "archived_at",
    "status",
    "provisional",
    "badges",
    "rank",
    "next_transition_at",
    "final_end_at",
    "pending",
    "approved",
    "rejected",
    "active",
    "departed",
    "actual_ms",
    "lift",
    *sights.COLUMNS,
)
"""What the desk shows of a session, and what it is ordered and told by."""

FIGURES: Final = ("asked", "answered", "slow", "seen", "came", "joined", "seen_ids", "ended_reason")
"""What is kept of a session for the analytics, beside what the desk shows."""

DERIVED: Final = (*COLUMNS, *FIGURES)


class Width:
    """A statement that writes some of the derived columns of the session of an id, and when they were derived.

    Its values are those at ``places`` of a derived row, then the instant and the id; those at ``others`` stay.
    """

    __slots__ = ("others", "places", "statement")

    def __init__(self, columns: Set[str]) -> None:
        self.places = tuple(place for place, column in enumerate(DERIVED) if column in columns)
        self.others = tuple(place for place, column in enumerate(DERIVED) if column not in columns)
        named = (*(DERIVED[place] for place in self.places), "derived_at")
        self.statement = f"UPDATE session SET {', '.join(f'{column} = ?' for column in named)} WHERE id = ?"


_LATER: Final = frozenset({"next_transition_at", *sights.MOVING})
"""Nothing but when it is due again."""

_LIFTED: Final = _LATER | {"rank", "lift"}
"""What an alert moves."""

_BY_ACTS: Final = frozenset(
    {
        "control", "starts_at", "ends_at", "mentor_id", "capacity", "archived_at", "pending", "approved", "rejected",
        "asked", "answered", "slow", "ended_reason",
    }
)  # fmt: skip
"""What somebody did, and time alone does not change."""

_OF_GUESTS: Final = frozenset(
    {"final_end_at", "active", "departed", "actual_ms", "ended_at", "seen", "came", "joined", "seen_ids"}
)
"""What changes where people come and go, or it is over."""

_TURNED: Final = frozenset(DERIVED) - _BY_ACTS - _OF_GUESTS
"""What another status brings where nobody was there."""

WIDTHS: Final = tuple(
    Width(columns) for columns in (_LATER, _LIFTED, _TURNED, _TURNED | _OF_GUESTS, frozenset(DERIVED))
)
"""From the narrowest to the one that writes all."""


def width_of(old: tuple[Value, ...], new: tuple[Value, ...]) -> Width:
    """Return the narrowest of the statements that write all that is different between two derived rows."""
    return next(width for width in WIDTHS if all(new[place] == old[place] for place in width.others))

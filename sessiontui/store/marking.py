"""The marks of a session in the index of words: signs that nobody can type, for what filters ask about most.

The index tells in a few milliseconds which of a million sessions have two words; with a sign for the kind, for the
length and so on it tells as quickly which have a word and a kind, or two of these. A session has one sign of each
trait at the most: the most common sort of a trait goes without. What counters say is marked once a session is over,
so that events do not write the index.

The signs stand at the end of the text that is searched. Whatever moves one without a change of that text makes the
session owe its words, by a trigger; until they are settled it is asked itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sessiontui.domain.vocabulary import Kind, Priority, Status

_FIRST: Final = 0xE000
"""Signs are for private use: the index takes them for letters, and no word that is searched has one in it."""

_MINUTE: Final = 60_000


class Sort(NamedTuple):
    """One sort of a trait: its test over ``session``, and the whole numbers that it holds, where it is of numbers."""

    test: str
    low: int | None = None
    high: int | None = None

    def meets(self, low: int | None, high: int | None) -> bool:
        """Return whether some number from a low to a high one is of this sort."""
        return (low is None or self.high is None or low <= self.high) and (
            high is None or self.low is None or self.low <= high
        )

    def lies_in(self, low: int | None, high: int | None) -> bool:
        """Return whether every number of this sort lies from a low to a high one."""
        return (low is None or (self.low is not None and self.low >= low)) and (
            high is None or (self.high is not None and self.high <= high)
        )


class Trait(NamedTuple):
    """Sorts, of which the first whose test holds is that of a session; ``rest`` is what is left, and has no sign.

    One of what is ``over`` has no sign while a session is not.
    """

    sorts: tuple[Sort, ...]
    rest: Sort = Sort("1")
    over: bool = False


OVER: Final = (Status.CANCELLED, Status.ENDED_EARLY, Status.ENDED_NO_SHOW, Status.ENDED_COMPLETE)
"""The statuses of sessions whose counters are marked: they seldom change any more."""

_IS_OVER: Final = f"status IN ({', '.join(repr(str(status)) for status in OVER)})"


def _between(column: str, *bounds: tuple[int | None, int | None]) -> tuple[Sort, ...]:
    """Return the sorts of a column by their first and last whole numbers."""
    return tuple(
        Sort(
            " AND ".join(
                f"{column} {sign} {bound}" for sign, bound in ((">=", low), ("<=", high)) if bound is not None
            ),
            low,
            high,
        )
        for low, high in bounds
    )


KIND: Final = Trait(tuple(Sort(f"kind = '{kind}'") for kind in Kind))

PRIORITY: Final = Trait(tuple(Sort(f"priority = '{one}'") for one in Priority if one is not Priority.NORMAL))

UNMENTORED: Final = Trait((Sort("mentor_id IS NULL"),))

DESCRIBED: Final = Trait((Sort("description != ''"),))

PLANNED: Final = Trait((Sort("progress IS NOT NULL"),))

FOLLOWED: Final = Trait((Sort("tasks > 0"),))

LENGTH: Final = Trait(
    _between(
        "ends_at - starts_at",
        (None, 30 * _MINUTE - 1), (30 * _MINUTE, 45 * _MINUTE - 1), (45 * _MINUTE, 60 * _MINUTE - 1),
        (60 * _MINUTE + 1, 90 * _MINUTE), (90 * _MINUTE + 1, 120 * _MINUTE), (120 * _MINUTE + 1, None),
    ),
    rest=Sort("1", 60 * _MINUTE, 60 * _MINUTE),
)  # fmt: skip

CAPACITY: Final = Trait(
    _between("capacity", (None, 0), (1, 1), (2, 4), (10, 20), (21, None)), rest=Sort("1", 5, 9)
)  # fmt: skip

STATUS: Final = Trait((*(Sort(f"status = '{status}'") for status in OVER[:-1]), Sort(f"NOT {_IS_OVER}")))
"""The last but one is whatever is not over, the rest what is complete."""

APPROVED: Final = Trait(_between("approved", (None, 0), (4, None)), rest=Sort("1", 1, 3), over=True)

PENDING: Final = Trait(_between("pending", (1, 2), (3, None)), rest=Sort("1", None, 0), over=True)

REJECTED: Final = Trait(_between("rejected", (1, None)), rest=Sort("1", None, 0), over=True)

CAME: Final = Trait(
    (Sort("departed = 0 AND active = 0", 0, 0), *_between("departed", (None, 0), (4, None))),
    rest=Sort("1", 1, 3),
    over=True,
)
"""Who has left; the first sort is that to which nobody came at all."""

_SHORT: Final = "actual_ms <= 300000"
_SLIGHT: Final = "actual_ms * 10 < ends_at - starts_at"

SPENT: Final = Trait((Sort("actual_ms = 0"), Sort(f"{_SHORT} AND {_SLIGHT}"), Sort(_SHORT), Sort(_SLIGHT)), over=True)
"""How long it lasted: not at all, five minutes at the most, less than a tenth of its window."""

TRAITS: Final = (
    KIND, PRIORITY, UNMENTORED, DESCRIBED, PLANNED, FOLLOWED, LENGTH, CAPACITY, STATUS, PENDING, APPROVED, REJECTED,
    CAME, SPENT,
)  # fmt: skip
"""The place of a trait here tells its signs; to move one, a migration has to word all sessions anew."""

AHEAD: Final = (STATUS, len(STATUS.sorts) - 1)
"""The trait and the sort of what is not over."""

_OFFSETS: Final = {
    trait: _FIRST + sum(len(before.sorts) for before in TRAITS[:place]) for place, trait in enumerate(TRAITS)
}


def sign(trait: Trait, sort: int) -> str:
    """Return the sign of one sort of a trait."""
    return chr(_OFFSETS[trait] + sort)


def any_of(signs: Iterable[str]) -> str:
    """Return how the index of words is asked for what has one of some signs."""
    return " OR ".join(f'"{one}"' for one in signs).join("()")


def _cased(trait: Trait) -> str:
    first = _OFFSETS[trait]
    cases = "".join(f" WHEN {sort.test} THEN char(32, {first + place})" for place, sort in enumerate(trait.sorts))
    return f"CASE{' WHEN NOT ' + _IS_OVER + ' THEN ' + repr('') if trait.over else ''}{cases} ELSE '' END"


MARKS: Final = f"'|' || {' || '.join(_cased(trait) for trait in TRAITS)} || ' '"
"""The end of a session's text, of the columns of ``session``: its signs, each after a blank."""

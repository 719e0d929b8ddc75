"""Durations by size, kept so that an exact median of millions needs a few thousand of them.

Values stand in buckets that grow with them, about a tenth of a doubling each. How many there are in each bucket says
in which one a rank lies; only that one's values have to be read.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import accumulate
from typing import Final

from sessiontui.domain.analytics.estimates import quantile

MEDIAN: Final = 0.5
TENTH: Final = 0.9


class Spread(StrEnum):
    """Which durations are kept by size."""

    WAIT = "wait"
    """From a request to its decision."""
    LEAD = "lead"
    """From a request to the start of its session; negative where somebody asked after it."""


def _edges() -> tuple[int, ...]:
    """Return where the buckets begin, from a second to about ten years, in milliseconds."""
    edges = [0]
    edge = 1000.0
    while edge < 4e11:
        edges.append(round(edge))
        edge *= 2**0.1
    return tuple(edges)


EDGES: Final = _edges()

BUCKETS: Final = range(len(EDGES) + 1)
"""Bucket 0 holds what is negative."""


def bucket_of(value: int) -> int:
    """Return the bucket of a duration in milliseconds.

    >>> bucket_of(-1), bucket_of(0), bucket_of(999), bucket_of(1000)
    (0, 1, 1, 2)
    """
    return bisect_right(EDGES, value)


def by_bucket(values: Iterable[int]) -> dict[int, list[int]]:
    """Return values by their bucket."""
    found: dict[int, list[int]] = {}
    for value in values:
        found.setdefault(bisect_right(EDGES, value), []).append(value)
    return found


def wanted(counts: Mapping[int, int]) -> frozenset[int]:
    """Return the buckets whose values are needed for the median and the ninth tenth."""
    n = sum(counts.values())
    if n == 0:
        return frozenset()
    order = sorted(bucket for bucket in counts if counts[bucket])
    ends = list(accumulate(counts[bucket] for bucket in order))
    ranks = {min(int((n - 1) * share) + step, n - 1) for share in (MEDIAN, TENTH) for step in (0, 1)}
    return frozenset(order[bisect_right(ends, rank)] for rank in ranks)


def median_and_tenth(
    counts: Mapping[int, int], values: Mapping[int, Iterable[int]]
) -> tuple[int, float | None, float | None]:
    """Return how many values there are, their median and the value below which nine tenths lie, in milliseconds.

    ``values`` holds those of the buckets that ``wanted`` names, in any order.

    >>> held = by_bucket([60_000, 120_000, 600_000])
    >>> median_and_tenth({bucket: len(found) for bucket, found in held.items()}, held)
    (3, 120000, 504000.0)
    """
    order = sorted(bucket for bucket in counts if counts[bucket])
    ends = list(accumulate(counts[bucket] for bucket in order))
    n = ends[-1] if ends else 0
    ranked = {bucket: _Ranked(found) for bucket, found in values.items()}

    def value_at(rank: int) -> float:
        place = bisect_right(ends, rank)
        return ranked[order[place]].at(rank - (ends[place - 1] if place else 0))

    return n, quantile(value_at, n, MEDIAN), quantile(value_at, n, TENTH)


class _Ranked:
    """Values of which a few are asked for by rank: many are not all sorted, only those near the rank."""

    def __init__(self, values: Iterable[int]) -> None:
        self._values = values if isinstance(values, array) else array("q", values)
        self._first = 0
        self._near: list[int] = []

    def at(self, rank: int) -> int:
        """Return the value of a rank from 0 on."""
        if not self._first <= rank < self._first + len(self._near):
            self._look(rank)
        return self._near[rank - self._first]

    def _look(self, rank: int) -> None:
        """Sort the values between two of a sample that lie well below and above the rank."""
        values, n = self._values, len(self._values)
        if n > _MANY:
            sample = sorted(values[:: n // _SAMPLE])
            place = rank * len(sample) // n
            low, high = sample[max(0, place - _REACH)], sample[min(len(sample) - 1, place + _REACH)]
            upto = [value for value in values if value <= high]
            near = sorted([value for value in upto if value >= low])
            below = len(upto) - len(near)
            if below <= rank < below + len(near):
                self._first, self._near = below, near
                return
        self._first, self._near = 0, sorted(values)


_MANY: Final = 8_000

_SAMPLE: Final = 1_000

_REACH: Final = 60
"""Values of the sample to either side: wide enough that the rank is nearly always between them."""


def pack_values(values: Iterable[int]) -> bytes:
    """Return durations as eight bytes each.

    >>> unpack_values(pack_values([5, -7])).tolist()
    [5, -7]
    """
    return array("q", values).tobytes()


def unpack_values(packed: bytes) -> array[int]:
    """Return the durations that were packed."""
    values: array[int] = array("q")
    values.frombytes(packed)
    return values

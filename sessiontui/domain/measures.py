"""Lengths of time in buckets: counted cheaply, added up over processes and hours, with percentiles to a tenth.

Each bucket is a quarter wider than the one before, so that a percentile is wrong by at most an eighth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

STEP: Final = 1.25
SHORTEST_MS: Final = 0.1
"""The first bucket holds all that took less."""

LAST: Final = 62
"""The last bucket holds all that took longer than a minute or so."""


def bucket_of(took_ms: float) -> int:
    """Return the bucket in which a length is counted.

    >>> bucket_of(0), bucket_of(0.1), bucket_of(1), bucket_of(1_000), bucket_of(1e9)
    (0, 1, 11, 42, 62)
    """
    if took_ms < SHORTEST_MS:
        return 0
    return min(LAST, 1 + math.floor(math.log(took_ms / SHORTEST_MS) / math.log(STEP)))


def middle_of(bucket: int) -> float:
    """Return the length, in milliseconds, that a bucket stands for: the middle of it, by ratio.

    >>> round(middle_of(bucket_of(20)))
    19
    """
    return SHORTEST_MS / 2 if bucket == 0 else SHORTEST_MS * STEP ** (bucket - 0.5)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Return how long, in milliseconds, a share of what was counted took at most; ``None`` for nothing.

    >>> round(percentile({bucket_of(10): 95, bucket_of(500): 5}, 0.5) or 0)
    10
    """
    wanted, passed = share * sum(counts.values()), 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= wanted:
            return middle_of(bucket)
    return None

"""How long the database of this process takes to answer: reads, looks and commits, counted in buckets.

Only what was asked through ``Database`` counts; batches of presence events have figures of their own.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from time import perf_counter
from types import TracebackType
from typing import Final

from sessiontui.domain.measures import bucket_of, percentile
from sessiontui.domain.records import record

READS: Final = "reads"
LOOKS: Final = "looks"
WRITES: Final = "writes"
"""What is told apart: one question, many at once, a transaction with its commit."""


@record(kw_only=True)
class PaceLine:
    """How one kind of work fared since this process opened the database; lengths in milliseconds."""

    kind: str
    number: int
    p50_ms: float
    p95_ms: float
    longest_ms: float


class Pace:
    """Counts how long work takes."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._longest: defaultdict[str, float] = defaultdict(float)

    def of(self, kind: str) -> AbstractContextManager[None]:
        """Count the work inside, however it ends."""
        return _Stretch(self, kind)

    def note(self, kind: str, took_ms: float) -> None:
        """Count one piece of work."""
        self._counts[kind][bucket_of(took_ms)] += 1
        self._longest[kind] = max(self._longest[kind], took_ms)

    def lines(self) -> tuple[PaceLine, ...]:
        """Return what was counted, by kind."""
        return tuple(
            PaceLine(
                kind=kind,
                number=sum(counts.values()),
                p50_ms=percentile(counts, 0.5) or 0.0,
                p95_ms=percentile(counts, 0.95) or 0.0,
                longest_ms=self._longest[kind],
            )
            for kind, counts in sorted(self._counts.items())
        )


class _Stretch:
    """One piece of work, from its beginning to its end."""

    __slots__ = ("_began", "_kind", "_pace")

    def __init__(self, pace: Pace, kind: str) -> None:
        self._pace = pace
        self._kind = kind

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        self._pace.note(self._kind, (perf_counter() - self._began) * 1000)

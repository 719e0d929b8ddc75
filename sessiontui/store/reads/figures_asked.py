"""Figures of the sessions of any filter, read from the sessions themselves.

The sessions that stand ``apart`` are left out, because their rows do not say what is true at this instant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeAlias, cast

from sessiontui.domain.analytics.crowds import Crowd, crowd_of, unpack_people
from sessiontui.domain.analytics.metrics import Duration
from sessiontui.domain.analytics.outcomes import SUM_NAMES, Sums, names_by
from sessiontui.domain.analytics.periods import DAY, Piece, Rhythm, Stretch
from sessiontui.domain.analytics.spreads import Spread, by_bucket, median_and_tenth
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row, Value
from sessiontui.store.summing import COUNTED, GROUPS, PARTS, SUMMED, WAITED, summed

Question: TypeAlias = "tuple[str, tuple[Value, ...]]"
"""A question with its values."""


class Source(Protocol):
    """Where figures are read from."""

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        ...

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension, as far as they are told of its groups."""
        ...

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        ...

    async def duration(self, measure: Spread, *, beside: Iterable[int] = ()) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds; some are given ``beside``."""
        ...

    async def lengths_by(self, dim: str, measure: Spread) -> dict[str, list[int]]:
        """Return all durations by the values of a dimension, in milliseconds."""
        ...

    async def lengths_timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, measure: Spread
    ) -> dict[int, list[int]]:
        """Return all durations by the units of local time that their sessions start in."""
        ...

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        ...


_GROUPS: Final = {
    **GROUPS,
    "series": ("ifnull(CAST(s.series_id AS TEXT), '')", "session s WHERE"),
    "template": ("ifnull((SELECT t.slug FROM template t WHERE t.id = s.template_id), '')", "session s WHERE"),
}
"""The dimensions that sessions can be told apart by when they are read directly: of more than sums are kept for."""


class Asked:
    """The sessions of a condition that start in a period, read directly."""

    def __init__(
        self,
        fetch: Fetch,
        condition: tuple[str, tuple[Value, ...]],
        period: Piece,
        *,
        now: int,
        apart: Sequence[int] = (),
        among: Question | None = None,
    ) -> None:
        """Read what a condition allows; ``among`` asks for ids that hold all of it, where these are not many."""
        self._fetch = fetch
        self._now = now
        test, values = condition
        start, named = ("s.starts_at", ()) if among is None else ("+s.starts_at", among[1])
        self._where = (
            f"{start} >= ? AND {start} < ? AND {COUNTED}"
            f" AND s.id NOT IN (SELECT value FROM json_each(?)) AND ({test})"
        )
        self._values = (*period, json.dumps(list(apart)), *values, *named)
        if among is not None:
            self._where += f" AND s.id IN ({among[0]})"

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        rows = await self._fetch(f"SELECT {SUMMED} FROM session s WHERE {self._where}", self._values)
        return sums_of(rows[0])

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension."""
        return {str(row[0]): sums_of(row[1:], names_by(dim)) for row in await self.rows_by(dim)}

    async def rows_by(self, dim: str) -> list[Row]:
        """Return the values of a dimension, each with its sums: those of ``names_by``, in that order."""
        key, source = _GROUPS[dim]
        sums = summed(names_by(dim))
        return await self._fetch(f"SELECT {key}, {sums} FROM {source} {self._where} GROUP BY 1", self._values)

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        parts = ", ".join(f"sum({PARTS[name]})" for name in names)
        found: dict[int, tuple[int, ...]] = {}
        for since, until, offset in stretches:
            rows = await self._fetch(
                f"SELECT {unit_of(rhythm, f'(s.starts_at + {offset})')}, {parts} FROM session s WHERE {self._where}"
                " AND +s.starts_at >= ? AND +s.starts_at < ? GROUP BY 1",
                (*self._values, since, until),
            )
            add(found, rows)
        return found

    async def duration(self, measure: Spread, *, beside: Iterable[int] = ()) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds; some are given ``beside``."""
        return duration_of((*beside, *await self.lengths(measure)))

    async def lengths(self, measure: Spread) -> list[int]:
        """Return all durations."""
        return (await self._lengths("''", "session s WHERE", measure)).get("", [])

    async def lengths_by(self, dim: str, measure: Spread) -> dict[str, list[int]]:
        """Return all durations by the values of a dimension."""
        found = await self._lengths(*_GROUPS[dim], measure)
        return {str(key): values for key, values in found.items()}

    async def lengths_timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, measure: Spread
    ) -> dict[int, list[int]]:
        """Return all durations by the units of local time that their sessions start in."""
        found: dict[int, list[int]] = {}
        for since, until, offset in stretches:
            unit = unit_of(rhythm, f"(s.starts_at + {offset})")
            within = f"session s WHERE +s.starts_at >= {since:d} AND +s.starts_at < {until:d} AND"
            for key, values in (await self._lengths(unit, within, measure)).items():
                found.setdefault(cast("int", key), []).extend(values)
        return found

    async def _lengths(self, key: str, source: str, measure: Spread) -> dict[Value, list[int]]:
        """Return all durations by what tells sessions apart."""
        expression = {Spread.WAIT: WAITED.replace("?1", "?"), Spread.LEAD: "s.starts_at - r.requested_at"}[measure]
        before = (self._now,) if measure is Spread.WAIT else ()
        rows = await self._fetch(
            f"SELECT {key}, {expression} AS length FROM join_request r, {source} r.session_id = s.id"
            f" AND r.requested_at <= ? AND {self._where} AND length IS NOT NULL",
            (*before, self._now, *self._values),
        )
        found: dict[Value, list[int]] = {}
        for value, length in rows:
            found.setdefault(value, []).append(cast("int", length))
        return found

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        rows = await self._fetch(
            f"SELECT s.seen_ids FROM session s WHERE s.seen_ids IS NOT NULL AND {self._where}", self._values
        )
        return crowd_of(unpack_people(cast("bytes", row[0])) for row in rows)


def duration_of(lengths: Iterable[int]) -> Duration:
    """Return number, median and ninth tenth of durations."""
    held = by_bucket(lengths)
    return Duration(*median_and_tenth({bucket: len(values) for bucket, values in held.items()}, held))


def unit_of(rhythm: Rhythm, instant: str) -> str:
    """Return the expression for the number of the unit that an instant of local time lies in."""
    number = f"({instant} + {_EARLIER}) / {rhythm.unit}"
    if not rhythm.cycle:
        return f"{number} - {_EARLIER // rhythm.unit}"
    return f"({number} + {rhythm.shift}) % {rhythm.cycle}"


def sums_of(row: Row, names: tuple[str, ...] = SUM_NAMES) -> Sums:
    """Return the sums of a row that holds those of some names, in the order of the domain."""
    return Sums(**dict(zip(names, cast("tuple[int, ...]", row), strict=True)))


def add(found: dict[int, tuple[int, ...]], rows: Iterable[Row]) -> None:
    """Add rows, each a unit and its sums, to those found so far."""
    for unit, *more in cast("Iterable[tuple[int, ...]]", rows):
        before = found.get(unit)
        found[unit] = tuple(more) if before is None else tuple(map(sum, zip(before, more, strict=True)))


_EARLIER: Final = 10_000 * 7 * DAY
"""Whole weeks that are added to instants, so that none is below zero: division rounds towards it."""

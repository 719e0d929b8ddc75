"""How long answers and requests took in each group of sessions: of these nothing is kept, every request is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.domain.analytics.metrics import Duration
from sessiontui.domain.analytics.periods import DAYS, WEEK_HOURS, Stretch
from sessiontui.domain.analytics.spreads import Spread
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.analytics.grouping import unit_key
from sessiontui.store.reads import analytics as kept
from sessiontui.store.reads.figures_asked import duration_of

if TYPE_CHECKING:
    from sessiontui.services.analytics.reading import Reading
    from sessiontui.store.histories import Fetch


class Took(NamedTuple):
    """How long answers took, and how long before the start requests were made; ``None`` was not asked for."""

    wait: Duration | None = None
    lead: Duration | None = None


NOT_ASKED: Final = Took()

NOTHING_TOOK: Final = Took(Duration(0, None, None), Duration(0, None, None))
"""A group without any request."""


async def took_by(reading: Reading, fetch: Fetch, dim: Dimension, stretches: Sequence[Stretch]) -> Mapping[str, Took]:
    """Return how long answers and requests took in each group of a dimension that has any."""
    found: defaultdict[str, dict[Spread, list[int]]] = defaultdict(dict)
    for measure in Spread:
        for key, values in await _lengths(reading, fetch, dim, stretches, measure):
            found[key].setdefault(measure, []).extend(values)
    return {
        key: Took(duration_of(took.get(Spread.WAIT, ())), duration_of(took.get(Spread.LEAD, ())))
        for key, took in found.items()
    }


async def _lengths(
    reading: Reading, fetch: Fetch, dim: Dimension, stretches: Sequence[Stretch], measure: Spread
) -> list[tuple[str, list[int]]]:
    match dim:
        case Dimension.WEEK | Dimension.MONTH:
            units = await reading.lengths_timed(stretches, DAYS, measure)
        case Dimension.WEEKDAY | Dimension.HOUR:
            units = await reading.lengths_timed(stretches, WEEK_HOURS, measure)
        case Dimension.ZONE:
            own = await reading.lengths_by("mentor", measure)
            people = await kept.people(fetch, (int(key) for key in own if key))
            return [(people.get(int(key), ("", ""))[1] if key else "", values) for key, values in own.items()]
        case _:
            return list((await reading.lengths_by(dim, measure)).items())
    return [(unit_key(dim, unit), values) for unit, values in units.items()]

"""Outcomes as a source of figures: the same questions that are asked of the database, answered by counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sessiontui.domain.analytics.crowds import Crowd, crowd_of
from sessiontui.domain.analytics.outcomes import Outcome, Sums, names_by, total
from sessiontui.domain.analytics.periods import Rhythm, Stretch
from sessiontui.domain.analytics.spreads import Spread
from sessiontui.domain.instants import to_ms
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Status


@record(kw_only=True)
class Placed:
    """The outcome of one session, what it is tagged with, the word of its template, the number of its series."""

    outcome: Outcome
    tags: tuple[str, ...] = ()
    template: str = ""
    series: str = ""

    @property
    def counts(self) -> bool:
        """Whether figures are about the session: drafts are left out."""
        return self.outcome.status is not Status.DRAFT

    def keys(self, dim: str) -> tuple[str, ...]:
        """Return the values of a dimension that the session belongs to."""
        outcome = self.outcome
        match dim:
            case "all":
                return ("",)
            case "kind":
                return (str(outcome.kind),)
            case "mentor":
                return ("" if outcome.mentor_id is None else str(outcome.mentor_id),)
            case "tag":
                return tuple(dict.fromkeys(self.tags))
            case "template":
                return (self.template,)
            case "series":
                return (self.series,)
            case "reason":
                return (outcome.reason,) if outcome.status is Status.CANCELLED else ()
            case _:
                raise KeyError(dim)


def groups(sessions: Iterable[Placed], dim: str) -> dict[str, Sums]:
    """Return the sums by the values of a dimension."""
    found: defaultdict[str, list[Outcome]] = defaultdict(list)
    for placed in sessions:
        if placed.counts:
            for key in placed.keys(dim):
                found[key].append(placed.outcome)
    return {key: total(outcomes, names_by(dim)) for key, outcomes in found.items()}


def timed(
    sessions: Iterable[Placed], stretches: Sequence[Stretch], rhythm: Rhythm, names: Sequence[str]
) -> dict[int, tuple[int, ...]]:
    """Return some sums by units of local time."""
    found: defaultdict[int, list[Outcome]] = defaultdict(list)
    for placed in sessions:
        start = to_ms(placed.outcome.starts_at)
        for since, until, offset in stretches:
            if placed.counts and since <= start < until:
                found[rhythm.number(start + offset)].append(placed.outcome)
    sums = {unit: total(outcomes) for unit, outcomes in found.items()}
    return {unit: tuple(getattr(one, name) for name in names) for unit, one in sums.items()}


def lengths_by(sessions: Iterable[Placed], dim: str, measure: Spread) -> dict[str, list[int]]:
    """Return all durations by the values of a dimension, in milliseconds."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for placed in sessions:
        if placed.counts:
            for key in placed.keys(dim):
                found[key] += lengths([placed], measure)
    return dict(found)


def lengths_timed(
    sessions: Iterable[Placed], stretches: Sequence[Stretch], rhythm: Rhythm, measure: Spread
) -> dict[int, list[int]]:
    """Return all durations by the units of local time that their sessions start in."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for placed in sessions:
        start = to_ms(placed.outcome.starts_at)
        for since, until, offset in stretches:
            if placed.counts and since <= start < until:
                found[rhythm.number(start + offset)] += lengths([placed], measure)
    return dict(found)


def lengths(sessions: Iterable[Placed], measure: Spread) -> list[int]:
    """Return all durations, in milliseconds."""
    found: list[int] = []
    for placed in sessions:
        found += placed.outcome.waits if measure is Spread.WAIT else placed.outcome.leads
    return found


def crowd(sessions: Iterable[Placed]) -> Crowd:
    """Return who was seen."""
    return crowd_of(placed.outcome.people for placed in sessions)

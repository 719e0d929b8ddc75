"""Where figures come from: kept sums, the sessions of a filter, or sessions derived as of an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sessiontui.domain.analytics import placed as counting
from sessiontui.domain.analytics.crowds import Crowd
from sessiontui.domain.analytics.metrics import Duration
from sessiontui.domain.analytics.outcomes import Sums, outcome_at
from sessiontui.domain.analytics.periods import HOUR, Piece, Rhythm, Stretch
from sessiontui.domain.analytics.placed import Placed
from sessiontui.domain.analytics.spreads import Spread
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.query import Query, holds
from sessiontui.domain.query.terms import Choice, OneOf
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Kind
from sessiontui.services import boards
from sessiontui.services.analytics.figures import Origin
from sessiontui.services.context import Context
from sessiontui.store.filters import compile_expression
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import analytics as kept
from sessiontui.store.reads import sessions as sessions_kept
from sessiontui.store.reads.collaborators import shared_with
from sessiontui.store.reads.figures_asked import Asked, Source, duration_of
from sessiontui.store.reads.figures_kept import Kept
from sessiontui.store.reads.known import look_up
from sessiontui.store.reads.planning import few
from sessiontui.store.viewing import own_sessions

CHUNK: Final = 500
"""Sessions that are derived at once."""


@record
class Reading:
    """Where the figures come from: a source for the rows that can be relied on, and the outcomes of all others."""

    source: Source | None
    fresh: tuple[Placed, ...]
    origin: Origin
    rating: kept.Question
    engaged: kept.Question

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        found = counting.groups(self.fresh, "all").get("", Sums())
        return found if self.source is None else found + await self.source.sums()

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension, as far as they are told of its groups."""
        found = counting.groups(self.fresh, dim)
        for key, sums in ({} if self.source is None else await self.source.groups(dim)).items():
            found[key] = found.get(key, Sums()) + sums
        return found

    async def timed(self, stretches: Sequence[Stretch], rhythm: Rhythm, names: Sequence[str]) -> dict[int, Sums]:
        """Return some sums by units of local time."""
        found = counting.timed(self.fresh, stretches, rhythm, names)
        for unit, sums in ({} if self.source is None else await self.source.timed(stretches, rhythm, names)).items():
            before = found.get(unit)
            found[unit] = sums if before is None else tuple(map(sum, zip(before, sums, strict=True)))
        return {unit: Sums(**dict(zip(names, sums, strict=True))) for unit, sums in found.items()}

    async def duration(self, measure: Spread) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds."""
        beside = counting.lengths(self.fresh, measure)
        if self.source is not None:
            return await self.source.duration(measure, beside=beside)
        return duration_of(beside)

    async def lengths_by(self, dim: str, measure: Spread) -> dict[str, list[int]]:
        """Return all durations by the values of a dimension, in milliseconds."""
        found = {} if self.source is None else await self.source.lengths_by(dim, measure)
        for key, values in counting.lengths_by(self.fresh, dim, measure).items():
            found.setdefault(key, []).extend(values)
        return found

    async def lengths_timed(
        self, stretches: Sequence[Stretch], rhythm: Rhythm, measure: Spread
    ) -> dict[int, list[int]]:
        """Return all durations by the units of local time that their sessions start in."""
        found = {} if self.source is None else await self.source.lengths_timed(stretches, rhythm, measure)
        for unit, values in counting.lengths_timed(self.fresh, stretches, rhythm, measure).items():
            found.setdefault(unit, []).extend(values)
        return found

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        found = counting.crowd(self.fresh)
        return found if self.source is None else found | await self.source.crowd()


async def read(
    context: Context,
    fetch: Fetch,
    asked: Query,
    period: Piece,
    *,
    now: datetime,
    as_of: datetime | None,
    own: int | None,
    is_direct: bool = False,
) -> Reading:
    """Return where the figures of a query and a period come from; with ``own``, those of one person's sessions.

    With ``as_of`` every session is derived as of that instant. ``is_direct`` reads the sessions themselves: kept sums
    do not know every dimension.
    """
    restless = await kept.restless(fetch, now) if as_of is None else None
    known = await look_up(context.db.fetch, asked)
    test, values = compile_expression(asked.where, known)
    if own is not None:
        test, values = f"({test}) AND s.id IN ({own_sessions()})", (*values, own, own, own)
    among = await few(context.db.fetch, asked)
    rating = kept.rated(test, values, period, at=to_ms(as_of or now), among=among)
    engaged = kept.engaged(test, values, period, at=to_ms(as_of or now), among=among)
    if restless is None:
        ids = await kept.counted(fetch, "1", ())
        fresh = await _placed(context, asked, ids, period, now=now, at=as_of or now, own=own)
        return Reading(None, fresh, Origin.DERIVED, rating, engaged)
    apart = [session_id for session_id, _ in restless]
    fresh = await _placed(context, asked, apart, period, now=now, at=now, own=own)
    kinds = None if is_direct or own is not None else _kinds_of(asked)
    if kinds is None:
        direct = Asked(fetch, (test, values), period, now=to_ms(now), apart=apart, among=among)
        return Reading(direct, fresh, Origin.SESSIONS, rating, engaged)
    dirty = {*await kept.dirty_hours(fetch, *period), *(start // HOUR * HOUR for _, start in restless)}
    source = Kept(fetch, period, now=to_ms(now), dirty=sorted(dirty), kinds=kinds, apart=apart)
    return Reading(source, fresh, Origin.KEPT, rating, engaged)


def _kinds_of(query: Query) -> tuple[str, ...] | None:
    """Return the kinds that a query means if it asks for nothing else, none for all; ``None`` if it asks for more."""
    chosen = set(Kind)
    for term in query.where.terms:
        if not (isinstance(term, OneOf) and term.choice is Choice.KIND):
            return None
        chosen &= {Kind(value) for value in term.values}
    if chosen == set(Kind):
        return ()
    return tuple(kind.value for kind in Kind if kind in chosen) or None


async def _placed(
    context: Context,
    asked: Query,
    ids: Sequence[int],
    period: Piece,
    *,
    now: datetime,
    at: datetime,
    own: int | None,
) -> tuple[Placed, ...]:
    """Derive sessions as of an instant and return the outcomes of those that are meant."""
    found: list[Placed] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        histories = await sessions_kept.histories(context.db.fetch, chunk)
        subjects = await boards.subjects(context, chunk, now=now, as_of=at)
        series = await kept.series_of(context.db.fetch, chunk)
        shared = await shared_with(context.db.fetch, own, chunk, reads=False)
        for session_id, subject in subjects.items():
            if own is not None and own not in (subject.mentor_id, subject.author_id) and session_id not in shared:
                continue
            if not holds(asked.where, subject) or not period[0] <= to_ms(subject.starts_at) < period[1]:
                continue
            history = histories[session_id]
            facts = facts_at(history, at, known=now, rules=context.rules)
            outcome = outcome_at(history, facts, derive(facts, at, context.rules), at)
            found.append(
                Placed(
                    outcome=outcome,
                    tags=subject.tags,
                    template=subject.template,
                    series=str(series.get(session_id, "")),
                )
            )
    return tuple(found)

"""Which ended sessions scores and lessons are about: those of a query and a period that somebody may know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, Standing, require
from sessiontui.domain.analytics.crowds import pack_people
from sessiontui.domain.analytics.outcomes import gathered
from sessiontui.domain.analytics.periods import Piece
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.query import Query, holds, parse
from sessiontui.domain.query.terms import NameHas, PersonIs
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.services import boards
from sessiontui.services.analytics.drilling import Drill
from sessiontui.services.context import Context
from sessiontui.store.filters import compile_expression
from sessiontui.store.histories import Fetch, person_id_of
from sessiontui.store.narrowing import leaves
from sessiontui.store.reads import analytics as kept_figures
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads import worked as kept
from sessiontui.store.reads.known import look_up
from sessiontui.store.reads.planning import few
from sessiontui.store.reads.worked import PastRow

DEADLINE: Final = 30.0
"""Seconds after which one question is given up: a hundred thousand sessions are read in a few."""

CHUNK: Final = 100
"""Sessions whose histories are held at once; keys are heard between them."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many sessions are done, and of how many."""


@record(kw_only=True)
class Pasts:
    """Ended sessions, oldest first, and the filter that finds them; ``names`` says whether people may be named.

    ``whose`` is the person whose own sessions these are, ``None`` for everybody's.
    """

    rows: tuple[PastRow, ...]
    drill: Drill
    fetch: Fetch
    names: bool
    whose: int | None
    at: datetime
    zone: ZoneInfo


async def read(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    zone: ZoneInfo | None = None,
    as_of: datetime | None = None,
    work: bool = False,
    taken_part: bool = False,
    progress: Progress | None = None,
) -> Pasts:
    """Return the sessions of a query that start in ``[since, until)`` and have ended for good.

    Mentors and participants are told of their own sessions, a viewer of no names (``NotAllowed``). With ``work`` only
    what something was worked on in is meant, with ``taken_part`` what participants came to is theirs as well.
    ``QueryError`` points at a wrong term.
    """
    reach = require(by, Action.SEE_SCORES, Standing(hosts=True)).reach
    if since is not None and until is not None and since >= until:
        raise BadInput("the period ends before it begins", hint="--since has to be earlier than --until")
    place, at = zone or context.zone, as_of or now
    asked = parse(query, now=at, zone=place)
    names = reach is not Reach.NO_NAMES
    if not names and any(isinstance(leaf, NameHas | PersonIs) for leaf in leaves(asked.where)):
        raise NotAllowed("your role sees figures without names", hint="filter by kind, tag or time instead")
    whose = by.id if reach is Reach.OWN else None
    own = None if whose is None else kept.own_of(whose, taken_part=taken_part and by.role is Role.PARTICIPANT)
    fetch = partial(context.db.fetch, deadline=DEADLINE)
    rows: list[PastRow] = []
    if (there := await kept_figures.bounds(fetch)) is not None:
        period = (there[0] if since is None else to_ms(since), there[1] if until is None else to_ms(until))
        ask = _Ask(context, fetch, asked, period, now=now, at=at, own=own, work=work, progress=progress)
        rows = await ask.rows(is_past=as_of is not None)
    drill = Drill(query, since, until, by=by, own=whose is not None, now=now, zone=place)
    return Pasts(rows=tuple(rows), drill=drill, fetch=fetch, names=names, whose=whose, at=at, zone=place)


@record
class _Ask:
    """One question for ended sessions."""

    context: Context
    fetch: Fetch
    asked: Query
    period: Piece
    now: datetime
    at: datetime
    own: kept.Question | None
    work: bool
    progress: Progress | None

    async def rows(self, *, is_past: bool) -> list[PastRow]:
        """Return them from their rows, and anew where rows do not say what is true at this instant."""
        restless = None if is_past else await kept_figures.restless(self.fetch, self.now)
        if restless is None:
            return await self._derived(await kept_figures.counted(self.fetch, "1", ()))
        apart = [session_id for session_id, _ in restless]
        condition = await self._condition()
        found = await kept.ended(self.fetch, condition, self.period, apart=apart, work=self.work)
        if apart:
            found = sorted([*found, *await self._derived(apart)], key=lambda row: (row.starts_at, row.id))
        return found

    async def _condition(self) -> kept.Question:
        known = await look_up(self.context.db.fetch, self.asked)
        test, values = compile_expression(self.asked.where, known)
        if (among := await few(self.context.db.fetch, self.asked)) is not None:
            test, values = f"({test}) AND s.id IN ({among[0]})", (*values, *among[1])
        if self.own is not None:
            test, values = f"({test}) AND {self.own[0]}", (*values, *self.own[1])
        return test, values

    async def _derived(self, ids: Sequence[int]) -> list[PastRow]:
        """Return those of some sessions that had ended by the instant, as they were then."""
        context, at = self.context, self.at
        own = None if self.own is None else await kept.some(self.fetch, self.own)
        found: list[PastRow] = []
        for start in range(0, len(ids), CHUNK):
            chunk = [key for key in ids[start : start + CHUNK] if own is None or key in own]
            if self.progress is not None:
                self.progress(start, len(ids))
            histories = await kept_sessions.histories(context.db.fetch, chunk)
            subjects = await boards.subjects(context, chunk, now=self.now, as_of=at)
            for session_id, subject in subjects.items():
                begins = to_ms(subject.starts_at)
                if not (holds(self.asked.where, subject) and self.period[0] <= begins < self.period[1]):
                    continue
                if self.work and subject.kind is not Kind.WORK and subject.progress is None:
                    continue
                history = histories[session_id]
                facts = facts_at(history, at, known=self.now, rules=context.rules)
                derived = derive(facts, at, context.rules)
                if not derived.status.is_ended or derived.provisional:
                    continue
                seen = gathered(history, facts, derived, at)
                found.append(
                    PastRow(
                        id=session_id,
                        starts_at=begins,
                        kind=str(history.kind),
                        template=subject.template,
                        mentor=person_id_of(facts.mentor),
                        author=person_id_of(history.author),
                        tags=tuple(subject.tags),
                        planned=to_ms(facts.ends_at) - begins,
                        estimate=to_ms(history.ends_at) - to_ms(history.starts_at),
                        actual=to_ms(facts.begin + derived.actual) - to_ms(facts.begin),
                        status=str(derived.status),
                        seen=seen.seen,
                        progress=None if subject.progress is None else int(subject.progress),
                        seen_ids=pack_people(seen.people),
                    )
                )
        return sorted(found, key=lambda row: (row.starts_at, row.id))

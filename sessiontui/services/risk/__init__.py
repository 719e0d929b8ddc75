"""The no-show risk: fitted to the past, said of the sessions of the next day, kept so that warnings can be judged."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Standing, require
from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.risk import (
    LEAST_CASES,
    Case,
    Fit,
    Outlook,
    Precision,
    Record,
    Risk,
    Term,
    Traits,
    outlook,
    precision,
    risk_of,
    traits_of,
)
from sessiontui.domain.risk.fitting import fitting
from sessiontui.domain.risk.records import RECENT, record_of, recording
from sessiontui.domain.risk.steps import Steps, parted, whole
from sessiontui.domain.vocabulary import Badge
from sessiontui.services.context import Context
from sessiontui.services.risk.scoring import Evaluation, evaluate
from sessiontui.services.slices import Slices
from sessiontui.store.histories import person_key
from sessiontui.store.reads import risk as kept
from sessiontui.store.reads.risk import Expected, PastBooking, StoredFit, StoredRisk

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

MOST_CASES: Final = 12_000
"""Newest past cases that a fit learns from: more change it little, and take seconds."""

REFIT_SHARE: Final = 0.1
REFIT_LEAST: Final = 10
"""How many more sessions must have ended, by share of those learned from and by number, to learn anew."""

REFIT_EVERY: Final = timedelta(hours=3)
"""How long what was learned stands, however much has ended meanwhile."""

RESCORE_EVERY: Final = timedelta(hours=1)
"""How long what was said of a session stands although people's records may have grown since."""

PEOPLE: Final = 1
"""People per question for their past: a screen that reads beside it never waits long."""

ASKED: Final = 2 * RECENT
"""Newest bookings of a person that are read to fill a record: some tell nothing of whether they come."""

BATCH: Final = 5
"""Sessions per transaction of the job, so that neither people who write nor the screen wait long."""

WORKER: Final = Actor.system("risk")

_CAME: Final = {"present": True, "late": True, "partial": True, "absent": False}
"""What attendance set by hand says; excused or unknown it says nothing of whether people come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What has been learned from the platform's own past.

    ``cases`` and ``came`` are those read now; ``fit`` is the one in use, ``None`` while there are too few.
    ``tested`` is how the same model fares on the later part of the own past, ``None`` while that is too short.
    """

    taken_at: datetime
    cases: int
    came: int
    fit: Fit | None
    fitted_at: datetime | None
    tested: Evaluation | None
    warnings: Precision | None
    threshold: float


async def chance_of(context: Context, session_id: int, *, now: datetime) -> Risk | None:
    """Return the chance that nobody comes to a session, with what explains it.

    ``None`` where nobody is approved, where it has begun or is not to be, for work, and while there are too few
    past cases.
    """
    fetch = context.db.fetch
    found = await kept.newest_fit(fetch)
    if found is None:
        return None
    people = await kept.expected_in(fetch, session_id, after=to_ms(now))
    if not people:
        return None
    records = await _records(context, {line.person_id for line in people}, now=now)
    warned = precision(*await kept.warnings(fetch, before=to_ms(now)))
    return _risk(context, _fit(found), people, records, warned)


async def learned(context: Context, *, now: datetime, by: Actor) -> Learned:
    """Return what has been learned from the own past, tested on its later part; for those who see all analytics."""
    require(by, Action.ANALYTICS, Standing())
    fetch = context.db.fetch
    cases = _cases(await kept.past_bookings(fetch, before=to_ms(now), limit=MOST_CASES))
    found = await kept.newest_fit(fetch)
    threshold = context.rules.alerts.no_show_risk_chance
    return Learned(
        taken_at=now,
        cases=len(cases),
        came=sum(case.came for case in cases),
        fit=None if found is None else _fit(found),
        fitted_at=None if found is None else from_ms(found.at),
        tested=await asyncio.to_thread(evaluate, cases, zone=context.zone, threshold=threshold),
        warnings=precision(*await kept.warnings(fetch, before=to_ms(now))),
        threshold=threshold,
    )


async def keep(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Learn anew if enough has ended, say the chance for the sessions of the next day, mark those at risk.

    Returns how many sessions were said something new of. What has begun, or is not to be, loses its mark.
    """
    await refit(context, at=at, epoch=epoch)
    fetch = context.db.fetch
    found = await kept.newest_fit(fetch)
    until = at + context.rules.alerts.no_show_risk_within
    by_session: defaultdict[int, list[Expected]] = defaultdict(list)
    if found is not None:
        for line in await kept.expected(fetch, after=to_ms(at), until=to_ms(until)):
            by_session[line.session_id].append(line)
    said = await kept.chances(fetch, list(by_session))
    fresh = [] if found is None else await _anew(context, found, by_session, said, at=at)
    gone = [session_id for session_id in await kept.marked(fetch) if session_id not in by_session]
    for start in range(0, len(fresh), BATCH):
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            for risk in fresh[start : start + BATCH]:
                await _say(tx, risk, said.get(risk.session_id))
    for start in range(0, len(gone), BATCH):
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            for session_id in gone[start : start + BATCH]:
                await kept.unsay(tx, session_id)
                await tx.set_flag(session_id, Badge.AT_RISK, False)
    return len(fresh) + len(gone)


async def refit(context: Context, *, at: datetime, epoch: int | None = None, always: bool = False) -> bool:
    """Learn from the past anew if enough sessions have ended since the last time, and return whether that was so."""
    fetch = context.db.fetch
    last = await kept.newest_fit(fetch)
    ended = await kept.ended(fetch)
    if last is not None and not always and not _is_old(last, ended, at):
        return False
    if last is None and not ended:
        return False
    rows = await kept.past_bookings(fetch, before=to_ms(at), limit=MOST_CASES)
    new = await Slices().finish(_learning(rows, context.zone))  # which empties them: they are many
    if new is None:
        return False
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        await kept.keep_fit(tx, _kept_fit(new, at=at, ended=ended))
    return True


async def _anew(
    context: Context,
    found: StoredFit,
    by_session: Mapping[int, Sequence[Expected]],
    said: Mapping[int, StoredRisk],
    *,
    at: datetime,
) -> list[StoredRisk]:
    """Return what is to be said of the sessions of which nothing was said, or not of what is true now."""
    bases = {session_id: _basis(found, people) for session_id, people in by_session.items()}
    stale = [
        session_id for session_id, basis in bases.items() if _is_stale(context, said.get(session_id), basis, at)
    ]  # fmt: skip
    everyone = {line.person_id for session_id in stale for line in by_session[session_id]}
    records = await _records(context, everyone, now=at)
    known = _fit(found)
    slices = Slices()
    risks = {}
    for session_id in stale:
        risks[session_id] = _risk(context, known, by_session[session_id], records, None)
        await slices.pause()
    return [_stored(session_id, risk, bases[session_id], at) for session_id, risk in risks.items() if risk]


async def _say(tx: Tx, risk: StoredRisk, before: StoredRisk | None) -> None:
    """Keep what is said of a session, and let its badge and whatever names the chance follow."""
    await kept.keep_risk(tx, risk)
    if before is None or before.marked != risk.marked:
        await tx.set_flag(risk.session_id, Badge.AT_RISK, risk.marked)
    elif before.chance != risk.chance:
        tx.touch(risk.session_id, words=False)


def _is_old(last: StoredFit, ended: int, at: datetime) -> bool:
    if timedelta() <= at - from_ms(last.at) < REFIT_EVERY:
        return False
    return abs(ended - last.ended) >= max(REFIT_LEAST, REFIT_SHARE * min(last.ended, MOST_CASES))


def _learning(rows: list[PastBooking], zone: ZoneInfo) -> Steps[Fit | None]:
    """Return what past bookings teach, ``None`` while there are too few; what is done with is let go on the way."""
    cases = yield from _casing(rows)
    rows.clear()
    if len(cases) < LEAST_CASES:
        return None
    people, until = len({case.who for case in cases}), max(case.known_at for case in cases)
    seen = yield from recording(cases, zone)
    del cases
    return (yield from fitting(seen, people=people, until=until))


def _cases(rows: Iterable[PastBooking]) -> list[Case]:
    """Return past bookings as cases, in the order in which they began; what tells nothing is left out."""
    return whole(_casing(rows))


def _casing(rows: Iterable[PastBooking]) -> Steps[list[Case]]:
    cases = []
    for ends, row in parted(rows):
        if ends:
            yield
        came = _CAME.get(row.mark) if row.mark else row.seen
        if came is not None:
            cases.append(
                Case(
                    who=person_key(row.person_id),
                    booked_at=None if row.booked_at is None else from_ms(row.booked_at),
                    starts_at=from_ms(row.starts_at),
                    known_at=from_ms(row.known_at),
                    came=came,
                )
            )
    return sorted(cases, key=lambda case: (case.starts_at, case.who))


async def _records(context: Context, person_ids: Iterable[int], *, now: datetime) -> dict[str, Record]:
    """Return the records of people by what is known now."""
    everyone = sorted(person_ids)
    slices = Slices()
    records: dict[str, Record] = {}
    for start in range(0, len(everyone), PEOPLE):
        some = everyone[start : start + PEOPLE]
        rows = await kept.bookings_of(context.db.fetch, some, before=to_ms(now), newest=ASKED)
        records |= await slices.finish(_remembering(rows, context.zone))
    return records


def _remembering(rows: Iterable[PastBooking], zone: ZoneInfo) -> Steps[dict[str, Record]]:
    """Return the records of people from all their past bookings."""
    cases = yield from _casing(rows)
    pasts: defaultdict[str, deque[tuple[Traits, bool]]] = defaultdict(lambda: deque(maxlen=RECENT))
    for ends, case in parted(sorted(cases, key=lambda case: (case.known_at, case.starts_at))):
        if ends:
            yield
        pasts[case.who].append((traits_of(case.booked_at, case.starts_at, zone), case.came))
    return {who: record_of(past) for who, past in pasts.items()}


def _risk(
    context: Context,
    found: Fit,
    people: Sequence[Expected],
    records: dict[str, Record],
    warned: Precision | None,
) -> Risk | None:
    outlooks = []
    for line in people:
        who = person_key(line.person_id)
        booked_at = None if line.booked_at is None else from_ms(line.booked_at)
        traits = traits_of(booked_at, from_ms(line.starts_at), context.zone)
        outlooks.append(outlook(found, who, traits, records.get(who, ())))
    return risk_of(found, outlooks, threshold=context.rules.alerts.no_show_risk_chance, warnings=warned)


def _basis(found: StoredFit, people: Sequence[Expected]) -> str:
    """Return a digest of what a chance is computed from, but for records, which grow by the hour."""
    parts = [str(found.id)]
    parts += sorted(f"{line.person_id}@{line.booked_at}>{line.starts_at}" for line in people)
    return hashlib.blake2b(",".join(parts).encode(), digest_size=12).hexdigest()


def _is_stale(context: Context, said: StoredRisk | None, basis: str, at: datetime) -> bool:
    if said is None or said.basis != basis or not timedelta() <= at - from_ms(said.at) < RESCORE_EVERY:
        return True
    return said.marked != (said.chance >= context.rules.alerts.no_show_risk_chance)


def _stored(session_id: int, risk: Risk, basis: str, at: datetime) -> StoredRisk:
    facts: dict[str, Json] = {
        "threshold": risk.threshold,
        "people": [_person_facts(person) for person in risk.people],
    }
    return StoredRisk(
        session_id=session_id,
        chance=risk.chance,
        base_rate=risk.base_rate,
        cases=risk.cases,
        facts=facts,
        at=to_ms(at),
        basis=basis,
        marked=risk.is_marked,
        warned_at=to_ms(at) if risk.is_marked else None,
    )


def _person_facts(person: Outlook) -> dict[str, Json]:
    return {
        "person": int(person.who[1:]),
        "chance": round(person.chance, 6),
        "low": round(person.low, 6),
        "high": round(person.high, 6),
        "came": person.came,
        "past": person.past,
    }


def _fit(found: StoredFit) -> Fit:
    return Fit(
        base_rate=found.base_rate,
        strength=found.strength,
        intercept=found.intercept,
        effects={Term(name): values for name, values in found.effects.items()},
        cases=found.cases,
        people=found.people,
        until=None if found.until is None else from_ms(found.until),
    )


def _kept_fit(new: Fit, *, at: datetime, ended: int) -> StoredFit:
    return StoredFit(
        id=0,
        at=to_ms(at),
        until=None if new.until is None else to_ms(new.until),
        cases=new.cases,
        people=new.people,
        base_rate=new.base_rate,
        strength=new.strength,
        intercept=new.intercept,
        effects={str(term): values for term, values in new.effects.items()},
        ended=ended,
    )

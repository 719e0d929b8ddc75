"""The chance that nobody comes: asked for one session, and kept for those of the next day, which it marks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.risk import Fit, Outlook, Precision, Record, Risk, outlook, precision, risk_of, traits_of
from sessiontui.domain.vocabulary import Badge
from sessiontui.services.context import Context
from sessiontui.services.risk.learning import WORKER, fit_of, refit
from sessiontui.services.risk.pasts import records_of
from sessiontui.services.slices import Slices
from sessiontui.store.histories import person_key
from sessiontui.store.reads import risk as kept
from sessiontui.store.reads.risk import Expected, StoredFit, StoredRisk

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

RESCORE_EVERY: Final = timedelta(hours=1)
"""How long what was said of a session stands although people's records may have grown since."""

BATCH: Final = 5
"""Sessions per transaction of the job, so that neither people who write nor the screen wait long."""


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
    records = await records_of(context, {line.person_id for line in people}, now=now)
    warned = precision(*await kept.warnings(fetch, before=to_ms(now)))
    return _risk(context, fit_of(found), people, records, warned)


async def keep(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Learn anew if enough has ended, say the chance for the sessions of the next day, mark those at risk.

    Returns how many sessions were said something new of. What has begun, or is not to be, loses its mark.
    """
    is_new = await refit(context, at=at, epoch=epoch)
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
    if is_new or fresh:  # the past of many people was read for it
        await context.db.slim()
    return len(fresh) + len(gone)


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
    records = await records_of(context, everyone, now=at)
    known = fit_of(found)
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

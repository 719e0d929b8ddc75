"""Logins as they are shown: state, health, experience, age, device, when last seen; narrowed to whom one may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, reach
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.health import band
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.logins import cache as caches
from sessiontui.domain.logins.cache import ClientCache
from sessiontui.domain.logins.query import Candidate, LoginQuery, parse
from sessiontui.domain.logins.settings import LoginRules
from sessiontui.domain.logins.standing import (
    EXPERIENCE_OVER,
    STUCK_AFTER,
    LoginFacts,
    LoginState,
    experience,
    health,
    state,
)
from sessiontui.domain.logins.tokens import Ending, Family, over
from sessiontui.services.logins import noting
from sessiontui.services.logins.noting import MINUTE_MS
from sessiontui.store.histories import CHUNK, Fetch
from sessiontui.store.logins import lists as kept
from sessiontui.store.logins import tallies
from sessiontui.store.logins.lists import ListedLogin

if TYPE_CHECKING:
    from sessiontui.services.context import Context

MOST: Final = 5_000
"""Logins that are looked at; more than that is more than anybody reads."""

OF_ONE: Final = 50
"""Logins of one person that are told."""

ENDED_SHOWN: Final = timedelta(days=7)
"""How long ago a login may have ended to be found with ``is:ended``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLine:
    """One login as a row. ``score`` is its health, ``experience`` how its calls of the last hour went, if any did."""

    id: int
    person_id: int
    person: str
    role: str
    client_id: int | None
    client: str
    device: str
    scopes: str
    state: LoginState
    score: int
    band: str
    experience: int | None
    calls: int
    opened_at: datetime
    seen_at: datetime
    beat_at: datetime | None
    refreshed_at: datetime | None
    access_until: datetime
    ends_at: datetime
    refreshes: int
    failures: int
    stuck: int
    ladder: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None
    ended_why: str = ""
    ended_by: str = ""
    locked_until: datetime | None = None
    is_own: bool = False
    cache: ClientCache | None = None
    """How the client says that its cache does; ``None`` where it has told nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginsBoard:
    """The logins that a query asks for, the worst first; ``matched`` counts all, ``by_state`` those that live.

    ``whole`` is false where there are more logins than are looked at. ``experience`` is over all calls of the last
    hour; ``ladder`` adds up the steps that clients had to take, ``cache`` what the caches of those that live do.
    """

    taken_at: datetime
    query: str = ""
    lines: tuple[LoginLine, ...] = ()
    matched: int = 0
    live: int = 0
    by_state: Mapping[LoginState, int] = field(default_factory=dict)
    experience: int | None = None
    calls: int = 0
    ladder: Mapping[str, int] = field(default_factory=dict)
    cache: ClientCache | None = None
    all_seen: bool = True
    whole: bool = True


async def board(context: Context, text: str = "", *, by: Actor, now: datetime, limit: int = MOST) -> LoginsBoard:
    """Return the logins that a query asks for, of all or, for who may not see all, of oneself.

    ``BadInput`` names the term that is not understood.
    """
    query = parse(text)
    only = whose(by)
    lines, whole = await context.db.look(lambda fetch: _lines(context, fetch, query, by=by, now=now, only=only))
    shown = [line for line in lines if query.wants_ended or not line.ended_why]
    matched = tuple(line for line in shown if query.matches(_candidate(line, now, context.rules.heartbeat_expiry)))
    living = [line for line in lines if not line.ended_why]
    calls, good = await tallies.all_calls(context.db.fetch, since=_since(now)) if only is None else (0, 0)
    return LoginsBoard(
        taken_at=now,
        query=text,
        lines=tuple(sorted(matched, key=_worst_first))[:limit],
        matched=len(matched),
        live=len(living),
        by_state={one: sum(line.state is one for line in living) for one in LoginState},
        experience=experience(calls=calls, good=good),
        calls=calls,
        ladder={step: sum(line.ladder.get(step, 0) for line in lines) for step in _steps(lines)},
        cache=caches.together(line.cache for line in living),
        all_seen=only is None,
        whole=whole,
    )


async def listing(context: Context, text: str = "", *, by: Actor, now: datetime) -> tuple[LoginLine, ...]:
    """Return the logins that a query asks for, the worst first."""
    return (await board(context, text, by=by, now=now)).lines


async def by_ids(
    context: Context, fetch: Fetch, ids: Sequence[int], *, by: Actor, now: datetime
) -> tuple[LoginLine, ...]:
    """Return some logins as they stand, in no particular order; those that are gone are left out."""
    found: list[LoginLine] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await kept.listed(fetch, ids=chunk, limit=len(chunk))
        found += [await _line_alone(context, fetch, row, by, now) for row in rows]
    return tuple(found)


async def of_login(context: Context, login_id: int, *, by: Actor, now: datetime) -> tuple[LoginLine, ...]:
    """Return a login, over or not, and after it all that live of the same person; none where it is not known."""

    async def ask(fetch: Fetch) -> tuple[LoginLine, ...]:
        found = await by_ids(context, fetch, [login_id], by=by, now=now)
        if not found:
            return ()
        rows = await kept.listed(fetch, person_id=found[0].person_id, limit=MOST)
        return (*found, *[await _line_alone(context, fetch, row, by, now) for row in rows if row.id != login_id])

    only = whose(by)
    return tuple(line for line in await context.db.look(ask) if only in (None, line.person_id))


async def of_person(context: Context, person_id: int, *, by: Actor, now: datetime) -> tuple[LoginLine, ...] | None:
    """Return the logins of one person, those that live first and of each kind the latest seen first.

    Those that ended within a week are among them. ``None`` where one may not see them.
    """
    cell = reach(by, Action.SEE_LOGINS)
    if cell is not Reach.YES and (cell is Reach.NO or by.id != person_id):
        return None
    since = to_ms(now - ENDED_SHOWN)

    async def ask(fetch: Fetch) -> list[LoginLine]:
        rows = await kept.listed(fetch, ended_since=since, person_id=person_id, limit=OF_ONE)
        return [await _line_alone(context, fetch, row, by, now) for row in rows]

    lines = await context.db.look(ask)
    return tuple(sorted(lines, key=lambda line: (bool(line.ended_why), -line.seen_at.timestamp(), line.id)))


def whose(by: Actor) -> int | None:
    """Return the person whose logins alone somebody may see, ``None`` for all; ``NotAllowed`` for none."""
    cell = reach(by, Action.SEE_LOGINS)
    if cell is Reach.YES:
        return None
    if cell is Reach.NO or by.id is None:
        raise NotAllowed(f"a {by.role} may not see logins", hint="ask an admin", action=Action.SEE_LOGINS)
    return by.id


def line_of(
    row: ListedLogin,
    *,
    now: datetime,
    rules: LoginRules,
    silent_after: timedelta,
    calls: tuple[int, int] = (0, 0),
    seen: int | None = None,
    own: int | None = None,
) -> LoginLine:
    """Return a login as a row, as it stands at an instant."""
    seen_at = from_ms(row.seen_at if seen is None else seen)
    opened_at = from_ms(row.opened_at)
    family = Family(
        generation=row.generation,
        opened_at=opened_at,
        seen_at=seen_at,
        ended=Ending(row.ended_why) if row.ended_why else None,
    )
    ended = over(family, now, rules)
    facts = LoginFacts(
        access_until=from_ms(row.access_until),
        lease_until=maybe_instant(row.lease_until),
        failures=row.failures,
        stuck=row.stuck,
        beat_at=maybe_instant(row.beat_at),
        over=ended,
    )
    score = health(facts, now, rules, silent_after=silent_after)
    return LoginLine(
        id=row.id,
        person_id=row.person_id,
        person=row.person,
        role=row.role,
        client_id=row.client_id,
        client=row.client,
        device=row.device,
        scopes=row.scopes,
        state=state(facts, now, rules),
        score=score,
        band=str(band(score)),
        experience=experience(calls=calls[0], good=calls[1]),
        calls=calls[0],
        opened_at=opened_at,
        seen_at=seen_at,
        beat_at=facts.beat_at,
        refreshed_at=maybe_instant(row.refreshed_at),
        access_until=facts.access_until,
        ends_at=opened_at + rules.ends_after,
        refreshes=row.generation - 1,
        failures=row.failures,
        stuck=row.stuck,
        ladder={str(step): int(number) for step, number in json.loads(row.ladder).items()},
        ended_at=maybe_instant(row.ended_at),
        ended_why=str(ended or ""),
        ended_by=row.ended_by,
        locked_until=maybe_instant(row.locked_until) if (row.locked_until or 0) > to_ms(now) else None,
        is_own=own is not None and row.person_id == own,
        cache=caches.read(json.loads(row.cache)),
    )


async def _lines(
    context: Context, fetch: Fetch, query: LoginQuery, *, by: Actor, now: datetime, only: int | None
) -> tuple[list[LoginLine], bool]:
    since = to_ms(now - ENDED_SHOWN) if query.wants_ended else None
    rows = await kept.listed(fetch, ended_since=since, person_id=only, limit=MOST + 1)
    calls: dict[int, tuple[int, int]] = {}
    for start in range(0, len(rows), CHUNK):
        some = [row.id for row in rows[start : start + CHUNK]]
        calls |= await tallies.calls_of(fetch, some, since=_since(now))
    lines = [
        line_of(
            row,
            now=now,
            rules=context.logins,
            silent_after=context.rules.heartbeat_expiry,
            calls=calls.get(row.id, (0, 0)),
            seen=noting.last_seen(context, row.id, row.seen_at),
            own=by.id,
        )
        for row in rows[:MOST]
    ]
    return lines, len(rows) <= MOST


async def _line_alone(context: Context, fetch: Fetch, row: ListedLogin, by: Actor, now: datetime) -> LoginLine:
    calls = await tallies.calls_of(fetch, [row.id], since=_since(now))
    return line_of(
        row,
        now=now,
        rules=context.logins,
        silent_after=context.rules.heartbeat_expiry,
        calls=calls.get(row.id, (0, 0)),
        seen=noting.last_seen(context, row.id, row.seen_at),
        own=by.id,
    )


def _candidate(line: LoginLine, now: datetime, silent_after: timedelta) -> Candidate:
    return Candidate(
        person=line.person,
        client=line.client,
        device=line.device,
        role=line.role,
        state=line.state,
        score=line.score,
        age=now - line.opened_at,
        unseen=now - line.seen_at,
        stuck=line.stuck >= STUCK_AFTER,
        locked=line.locked_until is not None,
        silent=line.beat_at is not None and now >= line.beat_at + silent_after,
        mine=line.is_own,
        ended=bool(line.ended_why),
    )


def _worst_first(line: LoginLine) -> tuple[bool, bool, int, float, int]:
    is_over = bool(line.ended_why)
    return (is_over, line.stuck < STUCK_AFTER, line.score, -line.seen_at.timestamp(), line.id)


def _steps(lines: Sequence[LoginLine]) -> list[str]:
    return list(dict.fromkeys(step for line in lines for step in line.ladder))


def _since(now: datetime) -> int:
    """Return the first minute that counts for the experience."""
    return to_ms(now - EXPERIENCE_OVER) // MINUTE_MS + 1

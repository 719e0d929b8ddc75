"""Who is signed in over HTTP in a world: healthy logins of a portal, and in one world all that can go wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import LockedOut, TokenReuse, Unauthenticated
from sessiontui.domain.logins.cache import ClientCache
from sessiontui.services import logins, people
from sessiontui.services.context import Context
from sessiontui.services.logins import ClientReport, clients, keeping
from sessiontui.services.logins.passwords import set_password
from sessiontui.services.measuring import checking, endpoints

MIN: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
SEC: Final = timedelta(seconds=1)

PASSWORD: Final = "a lantern for the harbour"  # noqa: S105 - of a throw-away world

_LOOKS: Final = 3
"""How often a client looks into its cache for each call that it makes."""

_CALLS: Final = (
    ("GET /api/sessions", 640, 14.0, 0.0),
    ("POST /api/presence", 2_400, 3.0, 0.0),
    ("GET /api/sessions/{id}", 310, 6.0, 0.02),
    ("PATCH /api/sessions/{id}", 42, 11.0, 0.05),
    ("POST /auth/refresh", 36, 4.0, 0.04),
    ("POST /hooks/zoom", 120, 5.0, 0.0),
    ("GET /calendar.ics", 18, 48.0, 0.0),
)
"""Endpoints with the calls of an hour, their usual milliseconds, and the share that is refused."""


async def leave(context: Context, *, by: Actor, now: datetime, rng: Random) -> None:
    """Sign a portal in from two of its servers, with calls, figures and a quiet trend."""
    key = (await clients.add(context, "Portal", "read write events", by=by, at=now - 40 * HOUR)).shown
    for number, ago in enumerate((34 * MIN, 12 * MIN), 1):
        await _use(context, key, f"web-{number}", opened=now - ago, now=now, rng=rng)
    await clients.add(context, "Grafana", "metrics", by=by, at=now - 40 * HOUR)
    await _measure(context, now=now, rng=rng)
    await _look_back(context, now=now, rng=rng)


async def go_wrong(context: Context, *, by: Actor, now: datetime, rng: Random) -> None:
    """Let logins of devices fall silent, fail, get stuck, be copied and be locked, as they do."""
    key = (await clients.add(context, "Mobile app", "read events", by=by, at=now - 90 * HOUR)).shown
    for number, ago in enumerate((3, 8, 17, 29, 57, 58, 59), 1):
        await _use(context, key, f"phone {number}", opened=now - ago * MIN, now=now, rng=rng, quick=ago < 50)
    await _silent(context, key, now)
    await _failing(context, key, now)
    await _stuck(context, key, by=by, now=now)
    await _copied(context, key, now)
    await _locked(context, by=by, now=now)
    own = await logins.sign_in(context, key=await _own_key(context, by, now), device="ops laptop", at=now - 25 * MIN)
    await _call(context, own.access_token, now - 4 * MIN)
    await logins.flush(context, at=now)
    for what, said in (("auth", "expired: this token is over"), ("network", "the meeting platform did not answer")):
        for minute in (190, 60, 4):
            endpoints.note_error(context, "POST /auth/refresh", what, said, at=now - minute * MIN)
    await endpoints.flush(context, at=now)


async def _use(
    context: Context, key: str, device: str, *, opened: datetime, now: datetime, rng: Random, quick: bool = True
) -> None:
    """Sign in and call every few minutes until now."""
    tokens = await logins.sign_in(context, key=key, device=device, at=opened)
    at, looks = opened, 0
    while at < now - MIN:
        at = min(now, at + rng.randint(40, 200) * SEC)
        caller = await logins.authenticate(context, tokens.access_token, at=at)
        for _ in range(rng.randint(1, 6)):
            took = rng.uniform(4, 90) if quick or rng.random() < 0.7 else rng.uniform(900, 2_500)
            logins.note_call(context, caller, ok=rng.random() < 0.98, took_ms=took, at=at)
            looks += _LOOKS
        await logins.heartbeat(context, caller, at=at)
    steps = {"refresh": rng.randint(3, 40), "key": rng.randint(0, 2), "silent": rng.randint(0, 1)}
    await logins.heartbeat(context, caller, at=at, report=ClientReport(ladder=steps, cache=_cache(looks)))
    await logins.flush(context, at=now)


def _cache(looks: int) -> ClientCache:
    """Return how the cache of a client does that was looked into so often."""
    missed, stale = looks // 9, looks // 25
    return ClientCache(
        entries=missed, size=missed * 1_400, hits=looks - missed - stale, stale_hits=stale, misses=missed
    )


async def _call(context: Context, token: str, at: datetime, report: ClientReport | None = None) -> None:
    caller = await logins.authenticate(context, token, at=at)
    await logins.heartbeat(context, caller, at=at, report=report)
    logins.note_call(context, caller, ok=report is None, took_ms=30, at=at)
    await logins.flush(context, at=at)


async def _silent(context: Context, key: str, now: datetime) -> None:
    tokens = await logins.sign_in(context, key=key, device="tablet in the hall", at=now - 40 * MIN)
    await _call(context, tokens.access_token, now - 22 * MIN)


async def _failing(context: Context, key: str, now: datetime) -> None:
    tokens = await logins.sign_in(context, key=key, device="kiosk", at=now - 25 * MIN)
    for minute in (6, 4, 2):
        await _call(context, tokens.access_token, now - minute * MIN, ClientReport(failed=True))


async def _stuck(context: Context, key: str, *, by: Actor, now: datetime) -> None:
    tokens = await logins.sign_in(context, key=key, device="sign at the door", at=now - 20 * MIN)
    await _call(context, tokens.access_token, now - 9 * MIN)
    await logins.force_refresh(context, [tokens.login_id], by=by, at=now - 8 * MIN)
    for minute in (5, 2):
        await keeping.keep(context, at=now - minute * MIN)


async def _copied(context: Context, key: str, now: datetime) -> None:
    tokens = await logins.sign_in(context, key=key, device="old phone", at=now - 70 * MIN)
    await logins.refresh(context, tokens.refresh_token, at=now - 65 * MIN)
    try:
        await logins.refresh(context, tokens.refresh_token, at=now - 41 * MIN)
    except TokenReuse:
        await keeping.keep(context, at=now - 40 * MIN)


async def _locked(context: Context, *, by: Actor, now: datetime) -> None:
    """Let a mentor who is signed in by password mistype it elsewhere until the account rests."""
    mentors = [one for one in await people.everyone(context, limit=60) if one.email and one.role == "mentor"]
    if not mentors:
        return
    person = mentors[0]
    await set_password(context, person.id, PASSWORD, by=by, at=now - HOUR)
    tokens = await logins.sign_in(
        context, email=person.email, password=PASSWORD, device="home computer", at=now - 30 * MIN
    )
    await _call(context, tokens.access_token, now - 3 * MIN)
    for minutes in (14, 14, 14, 14, 14, 13, 11, 8, 3):  # each time the account has just rested long enough
        try:
            await logins.sign_in(context, email=person.email, password="lantern", at=now - minutes * MIN)  # noqa: S106
        except (Unauthenticated, LockedOut):
            continue


async def _own_key(context: Context, by: Actor, now: datetime) -> str:
    receipt = await clients.add(context, "Ops scripts", "admin", by=by, at=now - 60 * HOUR, person_id=by.id)
    return receipt.shown


async def _measure(context: Context, *, now: datetime, rng: Random) -> None:
    for name, number, usual, refused in _CALLS:
        for _ in range(number // 6):
            took = usual * rng.lognormvariate(0, 0.5)
            status = 409 if rng.random() < refused else 200
            at = now - rng.uniform(0, 58) * MIN
            endpoints.note(context, name, status=status, took_ms=took, at=at)
    await endpoints.flush(context, at=now)


async def _look_back(context: Context, *, now: datetime, rng: Random) -> None:
    """Keep what the health was within the last day: well, but for an hour without a backup in the night."""
    for step in range(47, 0, -1):
        dip = 53 if 20 <= step <= 22 else 0
        score = 53 if dip else rng.choice((100, 100, 100, 96))
        await checking.keep_point(context, score=score, worst="backup" if dip else "", at=now - step * 30 * MIN)

"""The named worlds: each is built through the services, and the same every time for the same instant and seed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeAlias

from sessiontui.demo import (
    bulk,
    conversing,
    crowds,
    every_status,
    furnished,
    growth,
    hostile,
    living,
    planned,
    post,
    projects,
    recorded,
    signed_in,
    worked,
)
from sessiontui.demo.crowd import days_ahead, days_back
from sessiontui.demo.names import ADMIN, MENTORS, PARTICIPANTS, SECOND_ADMIN, Face
from sessiontui.demo.playing import KNOWN_FOR, Cast, Progress, introduce, play
from sessiontui.demo.scenes import FRESH, Scene
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.services import people, ticking
from sessiontui.services.context import Context

DEFAULT_WORLD: Final = "living"

DEFAULT_SEED: Final = 4_711

OS_USER: Final = "demo"
"""The system's user as whom the admin of a world is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world that has been built.

    ``actor`` is the admin at the keyboard, ``look_at`` says what is worth looking at. ``moves`` tells whether
    life goes on in it while it is shown; in the others only those who are present stay present. ``silent`` are
    the pairs of session and person whose heartbeats have stopped for good.
    """

    name: str
    description: str
    actor: Actor
    now: datetime
    look_at: tuple[str, ...] = ()
    moves: bool = False
    seed: int = DEFAULT_SEED
    sessions: tuple[int, ...] = ()
    silent: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a world consists of: scenes played act by act, scenes written many at once, copies of them.

    ``post`` says whether letters and follow-ups are left to look at, ``work`` whether work sessions have plans,
    ``logins`` whether anybody is signed in over HTTP, ``stale`` whether that has gone wrong here and there.
    """

    played: Sequence[Scene] = ()
    written: Sequence[Scene] = ()
    copies: int = 0
    look_at: tuple[str, ...] = ()
    moves: bool = False
    post: bool = False
    logins: bool = False
    stale: bool = False
    work: bool = False
    faces: Sequence[Face] = field(default=(SECOND_ADMIN, *MENTORS, *PARTICIPANTS))


Writer: TypeAlias = Callable[[Random, datetime, int | None], Plan]
"""Plans a world for an instant, with as many sessions as asked for, or as many as it needs."""


def plan_living(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """An afternoon in full swing: forty sessions, a dozen of them going wrong, and life goes on while you watch."""
    played, written, copies = _sized(living.full_swing(rng, now), rng, now, sessions)
    return Plan(
        played=played,
        written=written,
        copies=copies,
        moves=True,
        post=True,
        logins=True,
        look_at=(
            "Grief circle: begun, three approved, nobody there",
            "Mock interview: backend: the mentor waits alone",
            "Public speaking lab: five guests and no host",
            "Bereavement intro: nine requests, the oldest older than a day",
            "Group coaching: saying no: six approved for four seats",
        ),
    )


def plan_quiet_morning(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """Before the day begins: nothing is live, nothing goes wrong, a few sessions are to come."""
    played, written, copies = _sized(living.before_the_day(rng, now), rng, now, sessions)
    return Plan(
        played=played,
        written=written,
        copies=copies,
        moves=True,
        look_at=("an empty Now, and what comes after it",),
    )


def plan_every_status(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """At least one session in each of the twelve statuses, and each badge a session can have by itself."""
    played, written, copies = _sized(every_status.scenes(rng, now), rng, now, sessions)
    look_at = ("the glyph, word and colour of each status",)
    return Plan(played=played, written=written, copies=copies, post=True, look_at=look_at)


def plan_storm_of_joins(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """Everybody comes at once: a hall of hundreds and a dozen rooms begin this very minute."""
    scenes = crowds.storm(rng)
    return Plan(written=scenes[:sessions], moves=True, look_at=("Town hall: 240 approved, 80 requests pending",))


def plan_hostile_titles(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """Titles, names, messages, reasons and tags that try to break screens, terminals and spreadsheets."""
    scenes = hostile.scenes(rng, now)
    return Plan(
        played=scenes[:sessions],
        look_at=("every text stays on its own line, in its own cell, and does nothing",),
    )


def plan_stale_logins(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """Devices that fell silent: sessions whose heartbeats have stopped, logins that fail, stick or were copied."""
    scenes = crowds.silence(rng)
    return Plan(
        played=scenes[:sessions],
        logins=True,
        stale=True,
        look_at=(
            "the badge Stale, and people who count as left since their last heartbeat",
            "screen 8, page Logins: stuck, failing, silent, locked, and one that was copied",
        ),
    )


def plan_empty(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """The first minute of a fresh installation: one admin and nothing else."""
    del rng, now, sessions
    return Plan(faces=(), look_at=("what the console says when there is nothing to show",))


def plan_year_of_history(rng: Random, now: datetime, sessions: int | None) -> Plan:
    """Some thousand sessions of the past year and the month ahead, for analytics, scrolling and search."""
    number = crowds.YEAR if sessions is None else sessions
    written = number if number <= crowds.YEAR else growth.PLAYED
    return Plan(
        written=worked.at_work(crowds.year(rng, now, written), seed=DEFAULT_SEED, hour=now.hour),
        copies=number - written,
        work=True,
        look_at=("the view All, a search through the year, the board as of any day of it",),
    )


WORLDS: Final[Mapping[str, Writer]] = {
    "living": plan_living,
    "quiet-morning": plan_quiet_morning,
    "every-status": plan_every_status,
    "storm-of-joins": plan_storm_of_joins,
    "hostile-titles": plan_hostile_titles,
    "stale-logins": plan_stale_logins,
    "empty": plan_empty,
    "year-of-history": plan_year_of_history,
}
"""The worlds by name; the docstring of each is its description."""


def description(name: str) -> str:
    """Return what a world is like, in one sentence; ``BadInput`` names the worlds there are."""
    return inspect.getdoc(_writer(name)) or ""


async def build(
    context: Context,
    world: str = DEFAULT_WORLD,
    *,
    now: datetime,
    seed: int = DEFAULT_SEED,
    sessions: int | None = None,
    progress: Progress | None = None,
) -> World:
    """Build a world in an empty database, as of ``now``, and return it.

    ``sessions`` asks for more or fewer of them than the world has by itself; nobody else may use the database
    while there are many. Raises ``Refused`` where the database has people already, ``BadInput`` for a world that
    there is not.
    """
    writer = _writer(world)
    rng = Random(seed)  # noqa: S311 - chance that can be repeated, not secrecy
    if await people.everyone(context, limit=1):
        raise Refused("the database has people in it already", hint="a world needs a new file: --database FILE")
    now = now.replace(microsecond=0)
    plan = writer(rng, now, sessions)
    actor = await _open(context, now)
    scenes = (*plan.written, *plan.played)
    faces = (ADMIN, *plan.faces, *(face for scene in scenes for face in scene.faces()))
    cast = await introduce(context, faces, by=actor, now=now)
    made = await bulk.write(context, plan.written, cast=cast, progress=progress)
    if plan.work:
        await worked.leave(context, plan.written, made, cast=cast, seed=DEFAULT_SEED, by=actor)
    made += await play(context, plan.played, cast=cast, progress=progress)
    await context.db.drained()  # who came can be found at once, however fast the machine is
    await ticking.sweep(context, at=now)
    await ticking.tick(context, at=now)
    await post.settle(context, now=now)
    if plan.post:
        await _furnish(context, by=actor, now=now, moves=plan.moves)
    if plan.logins:
        await signed_in.leave(context, by=actor, now=now, rng=Random(seed))  # noqa: S311 - as above
    if plan.stale:
        await signed_in.go_wrong(context, by=actor, now=now, rng=Random(seed))  # noqa: S311 - as above
    await ticking.catch_up(context, at=now)  # no worker does it for a database that is only built
    if plan.copies:
        made += tuple(await growth.grow(context, plan.copies, cast=cast, rng=rng, progress=progress))
    return World(
        name=world,
        description=description(world),
        actor=actor,
        now=now,
        look_at=plan.look_at,
        moves=plan.moves,
        seed=seed,
        sessions=made,
        silent=_silent(zip(made, scenes, strict=False), cast),  # copies have no scenes
    )


async def _open(context: Context, now: datetime) -> Actor:
    """Let the admin open the database first, and return them."""
    at = now - KNOWN_FOR - timedelta(days=1)
    actor = await people.identify(context, os_user=OS_USER, name=ADMIN.name, at=at)
    if actor.id is not None:
        await people.edit(context, actor.id, by=actor, at=at, email=ADMIN.email, phone=ADMIN.phone, zone=ADMIN.zone)
    return actor


async def _furnish(context: Context, *, by: Actor, now: datetime, moves: bool) -> None:
    """Leave what people leave behind: letters, recordings, plans, and where life goes on, talk and projects."""
    await post.leave(context, by=by, now=now)
    await recorded.leave(context, by=by, now=now)
    await recorded.give_back(context, by=by, now=now)
    await planned.leave(context, by=by, now=now)
    if moves:
        await furnished.leave(context, by=by, now=now)
        await conversing.talk(context, by=by, now=now)
        await projects.found(context, by=by, now=now)
    await ticking.tick(context, at=now)


def _silent(played: Iterable[tuple[int, Scene]], cast: Cast) -> frozenset[tuple[int, int]]:
    """Return the pairs of session and person whose heartbeats have stopped for good."""
    return frozenset(
        (session_id, cast.ids[visit.who])
        for session_id, scene in played
        for visit in scene.visits
        if visit.beat not in (None, FRESH) and not visit.stranger
    )


def _writer(name: str) -> Writer:
    if name not in WORLDS:
        raise BadInput(f"there is no world {name!r}", hint=f"one of {', '.join(WORLDS)}")
    return WORLDS[name]


def _sized(
    played: Sequence[Scene], rng: Random, now: datetime, wanted: int | None
) -> tuple[Sequence[Scene], Sequence[Scene], int]:
    """Return as many scenes as wanted: the first ones, or all and ordinary ones round them, and copies beyond."""
    if wanted is None or wanted <= len(played):
        return played[:wanted], (), 0
    copies = max(0, wanted - len(played) - growth.PLAYED)
    more = wanted - len(played) - copies
    coming = more // 3
    days = max(3, more // 40)
    past = days_back(rng, now, more - coming, days=min(days, 365))
    return played, [*past, *days_ahead(rng, now, coming, days=min(days, 60))], copies

"""What a world is made of: scenes, each one session told as a script in minutes from now.

A scene knows no database. Playing it (``demo.playing``) turns every line into the act of someone at an instant.
All minutes count from the beginning of the current minute; negative ones are past, and fractions are allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sessiontui.demo.names import ADMIN, MESSAGES, Face, Topic, link
from sessiontui.domain.vocabulary import Kind, Move, Priority, RequestState

if TYPE_CHECKING:
    from random import Random

HERE: Final = None
"""The departure of those who are still there."""

FRESH: Final = 4.0
"""How many seconds ago a living heartbeat was last heard."""

SILENT: Final = 72.0
"""How many seconds ago one was last heard that shows as stale and has not expired."""

EDGE: Final = -0.25
"""The last minute that surely lies before now, whatever its seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Someone asks to join; ``state`` is what came of it at the minute ``decided``."""

    who: Face
    at: float
    message: str = ""
    state: RequestState = RequestState.PENDING
    decided: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Someone is in the session from ``joined`` to ``left``.

    With ``beat`` the platform sends heartbeats, the last one that many seconds before now. ``stranger`` is
    someone whom the platform names and nobody has identified. ``approximate`` visits come from a report that
    has totals only.
    """

    who: Face
    joined: float
    left: float | None = HERE
    beat: float | None = None
    stranger: bool = False
    approximate: bool = False
    connection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Someone moves the session, or changes its capacity; without ``by`` it is the host."""

    at: float
    move: Move | None = None
    by: Face | None = None
    reason: str = ""
    starts: float | None = None
    ends: float | None = None
    mentor: Face | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One session from its making to now; ``created`` defaults to two days before the first thing that happens."""

    title: str
    starts: float
    minutes: float = 60
    kind: Kind = Kind.CONVERSATION
    author: Face = ADMIN
    mentor: Face | None = None
    capacity: int = 0
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    description: str = ""
    link: str = ""
    template: str = ""
    """The word of the template that it is made from; none where it is empty."""
    created: float | None = None
    publish: bool = True
    asks: tuple[Ask, ...] = ()
    visits: tuple[Visit, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def ends(self) -> float:
        """The minute at which the window first ended."""
        return self.starts + self.minutes

    @property
    def host(self) -> Face:
        """Who holds the session."""
        return self.mentor or self.author

    @property
    def made(self) -> float:
        """The minute at which the session was made: before everything else that happens in it."""
        if self.created is not None:
            return self.created
        first = min([0.0, self.starts, *(ask.at for ask in self.asks), *(step.at for step in self.steps)])
        return first - 2 * 24 * 60

    def faces(self) -> Iterable[Face]:
        """Yield everyone who appears as a known person."""
        yield self.author
        if self.mentor is not None:
            yield self.mentor
        yield from (ask.who for ask in self.asks)
        yield from (visit.who for visit in self.visits if not visit.stranger)
        for step in self.steps:
            yield from (face for face in (step.by, step.mentor) if face is not None)


def scene_of(
    topic: Topic,
    rng: Random,
    *,
    starts: float,
    mentor: Face | None = None,
    author: Face = ADMIN,
    capacity: int = 0,
    priority: Priority = Priority.NORMAL,
) -> Scene:
    """Return a scene on a topic, without people as yet."""
    return Scene(
        title=topic.title,
        starts=starts,
        minutes=topic.minutes,
        kind=topic.kind,
        author=author,
        mentor=mentor,
        capacity=capacity,
        priority=priority,
        tags=topic.tags,
        description=topic.description,
        link=link(rng),
    )


def approved(
    people: Iterable[Face], rng: Random, *, before: float, earliest: float = -2 * 24 * 60
) -> tuple[Ask, ...]:
    """Return requests of people who asked between ``earliest`` and ``before`` and were approved by then."""
    asks = []
    for who in people:
        at = rng.uniform(earliest, before)
        asks.append(
            Ask(
                who=who,
                at=at,
                message=rng.choice(MESSAGES),
                state=RequestState.APPROVED,
                decided=rng.uniform(at, before),
            )
        )
    return tuple(asks)


def pending(people: Iterable[Face], rng: Random, *, earliest: float, latest: float = -1) -> tuple[Ask, ...]:
    """Return requests of people who asked between the two minutes and wait for an answer."""
    return tuple(Ask(who=who, at=rng.uniform(earliest, latest), message=rng.choice(MESSAGES)) for who in people)


def inside(
    people: Iterable[Face], rng: Random, *, since: float, spread: float = 4, beat: float | None = FRESH
) -> tuple[Visit, ...]:
    """Return visits of people who came within ``spread`` minutes of ``since`` and are still there."""
    return tuple(Visit(who=who, joined=min(since + rng.uniform(0, spread), EDGE), beat=beat) for who in people)


def stayed(
    people: Iterable[Face], rng: Random, *, since: float, until: float, spread: float = 3
) -> tuple[Visit, ...]:
    """Return visits of people who came about ``since`` and left shortly before ``until``, the last one at it."""
    visits = [
        Visit(who=who, joined=since + rng.uniform(0, spread), left=until - rng.uniform(0, spread)) for who in people
    ]
    if visits:
        visits[-1] = replace(visits[-1], left=until)
    return tuple(visits)

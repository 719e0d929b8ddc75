"""Playing scenes through the services: every line becomes the act of someone, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, TypeAlias

from sessiontui.demo.names import Face
from sessiontui.demo.scenes import Ask, Scene, Step, Visit
from sessiontui.domain.access import Actor
from sessiontui.domain.presence import Signal
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import RequestState, Source
from sessiontui.services import people, presence, requests, sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.store.signals import PresenceReport

PLATFORM: Final = Actor.system("platform")
"""Whom the meeting platforms' own reports come from."""

KNOWN_FOR: Final = timedelta(days=400)
"""How long ago the people of a world became known."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much of how much is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everyone in a world with their ids, and the instant from which scenes count."""

    ids: Mapping[Face, int]
    now: datetime

    def at(self, minute: float) -> datetime:
        """Return the instant of a minute of a scene, in whole seconds."""
        return self.now.replace(second=0, microsecond=0) + timedelta(seconds=round(minute * 60))

    def actor(self, face: Face) -> Actor:
        """Return a person as the one who acts."""
        return Actor(id=self.ids[face], name=face.name, role=face.role)


@dataclass(frozen=True, slots=True)
class Made:
    """The session is made."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Someone asks to join."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class Decided:
    """A request is decided, or withdrawn."""

    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A meeting platform says something about a visit."""

    visit: Visit
    signal: Signal
    at: datetime
    until: datetime | None = None

    def report(self, session_id: int, *, person_id: int | None, attendee_id: int | None) -> PresenceReport:
        """Return what is recorded of it."""
        visit = self.visit
        return PresenceReport(
            session_id=session_id,
            signal=self.signal,
            at=self.at,
            until=self.until,
            source=Source.IMPORT if visit.approximate else Source.WEBHOOK if visit.beat is None else Source.API,
            person_id=person_id,
            attendee_id=attendee_id,
            connection=visit.connection,
            approximate=visit.approximate,
        )


Act: TypeAlias = Made | Asked | Decided | Step | Call
"""One thing that happens in a scene."""


def script(scene: Scene, cast: Cast) -> list[tuple[datetime, Act]]:
    """Return what happens in a scene in the order of time; the making comes first."""
    acts: list[tuple[datetime, Act]] = [(cast.at(step.at), step) for step in scene.steps]
    for ask in scene.asks:
        acts.append((cast.at(ask.at), Asked(ask)))
        if ask.decided is not None:
            acts.append((cast.at(ask.decided), Decided(ask)))
    for visit in scene.visits:
        acts += [(call.at, call) for call in _calls(visit, cast)]
    made = cast.at(scene.made)
    acts.sort(key=lambda entry: (entry[0], _ORDER[type(entry[1])]))
    late = [at for at, _ in acts if at < made or at > cast.now]
    if late:
        msg = f"{scene.title!r}: {late[0]} lies before the making of the session or after now"
        raise ValueError(msg)
    return [(made, Made()), *acts]


async def introduce(context: Context, faces: Iterable[Face], *, by: Actor, now: datetime) -> Cast:
    """Make everyone known and return them; those who are there already under name and address are kept."""
    at = now - KNOWN_FOR
    ids = {(line.name, line.email): line.id for line in await people.everyone(context)}
    cast: dict[Face, int] = {}
    async with context.db.write(by=by, at=at) as tx:
        for face in dict.fromkeys(faces):
            cast[face] = ids.get((face.name, face.email)) or await people.insert(
                tx,
                name=face.name,
                email=face.email,
                phone=face.phone,
                role=face.role,
                zone=face.zone,
                created_at=at,
            )
    return Cast(ids=cast, now=now)


async def play(
    context: Context, scenes: Sequence[Scene], *, cast: Cast, progress: Progress | None = None
) -> tuple[int, ...]:
    """Play scenes through the services and return the ids of their sessions, in the order of the scenes."""
    stages = [_Stage(context, scene, cast) for scene in scenes]
    acts = [
        (at, place, order, batch)
        for place, scene in enumerate(scenes)
        for order, (at, batch) in enumerate(_batches(script(scene, cast)))
    ]
    acts.sort(key=lambda entry: entry[:3])
    for number, (at, place, _, batch) in enumerate(acts, start=1):
        await stages[place].perform(batch, at)
        if progress is not None:
            progress(number, len(acts))
    return tuple(stage.session_id for stage in stages)


class _Stage:
    """One scene while it is played."""

    def __init__(self, context: Context, scene: Scene, cast: Cast) -> None:
        self._context = context
        self._scene = scene
        self._cast = cast
        self._strangers: dict[str, int] = {}
        self.session_id = 0

    async def perform(self, batch: Sequence[Act], at: datetime) -> None:
        """Let one thing happen, or hear several calls of the platform at once."""
        match batch[0]:
            case Made():
                await self._make(at)
            case Asked(ask):
                by = self._cast.actor(ask.who)
                await requests.ask(self._context, self.session_id, by.id or 0, by=by, at=at, message=ask.message)
            case Decided(ask):
                await self._decide(ask, at)
            case Step() as step:
                await self._move(step, at)
            case Call():
                await self._hear([act for act in batch if isinstance(act, Call)], at)

    async def _make(self, at: datetime) -> None:
        scene, ids = self._scene, self._cast.ids
        draft = SessionDraft(
            title=scene.title,
            kind=scene.kind,
            starts_at=self._cast.at(scene.starts),
            ends_at=self._cast.at(scene.ends),
            author_id=ids[scene.author],
            mentor_id=None if scene.mentor is None else ids[scene.mentor],
            capacity=scene.capacity,
            priority=scene.priority,
            tags=scene.tags,
            description=scene.description,
            link=scene.link,
            publish=scene.publish,
            template=TemplateRef(scene.template) if scene.template else None,
        )
        by = self._cast.actor(scene.author)
        receipt = await sessions.create(self._context, draft, by=by, at=at, confirm=True)
        self.session_id = receipt.sessions[0]

    async def _decide(self, ask: Ask, at: datetime) -> None:
        request = await requests.find(self._context, self.session_id, self._cast.ids[ask.who])
        if ask.state is RequestState.WITHDRAWN:
            await requests.withdraw(self._context, request, by=self._cast.actor(ask.who), at=at, reason=ask.reason)
            return
        host = self._cast.actor(self._scene.host)
        await requests.decide(self._context, [request], ask.state, by=host, at=at, reason=ask.reason, confirm=True)

    async def _move(self, step: Step, at: datetime) -> None:
        by = self._cast.actor(step.by or self._scene.host)
        if step.capacity is not None:
            await sessions.edit(self._context, self.session_id, SessionEdit(capacity=step.capacity), by=by, at=at)
        if step.move is not None:
            await sessions.move(
                self._context,
                step.move,
                self.session_id,
                by=by,
                at=at,
                confirm=True,
                reason=step.reason,
                starts_at=None if step.starts is None else self._cast.at(step.starts),
                ends_at=None if step.ends is None else self._cast.at(step.ends),
                mentor_id=None if step.mentor is None else self._cast.ids[step.mentor],
            )

    async def _hear(self, calls: Sequence[Call], at: datetime) -> None:
        await self._meet([call.visit.who for call in calls if call.visit.stranger], at)
        reports = [
            call.report(
                self.session_id,
                person_id=None if call.visit.stranger else self._cast.ids[call.visit.who],
                attendee_id=self._strangers[call.visit.who.name] if call.visit.stranger else None,
            )
            for call in calls
        ]
        await presence.record(self._context, reports, by=PLATFORM, at=at)

    async def _meet(self, faces: Sequence[Face], at: datetime) -> None:
        """Note those whom the platform names and nobody has identified."""
        new = [face for face in dict.fromkeys(faces) if face.name not in self._strangers]
        if not new:
            return
        async with self._context.db.write(by=PLATFORM, at=at) as tx:
            for face in new:
                self._strangers[face.name] = await tx.insert(
                    "attendee", session_id=self.session_id, key=f"name:{face.name}", name=face.name
                )


_ORDER: Final = {Made: 0, Asked: 1, Decided: 2, Call: 3, Step: 4}
"""What comes first of acts at one instant."""


def _calls(visit: Visit, cast: Cast) -> Iterable[Call]:
    joined = cast.at(visit.joined)
    left = None if visit.left is None else cast.at(visit.left)
    if visit.approximate:
        yield Call(visit=visit, signal=Signal.STAY, at=joined, until=left)
        return
    yield Call(visit=visit, signal=Signal.JOIN, at=joined)
    if visit.beat is not None:
        heard = cast.now if left is None else left
        yield Call(visit=visit, signal=Signal.HEARTBEAT, at=max(joined, heard - timedelta(seconds=visit.beat)))
    if left is not None:
        yield Call(visit=visit, signal=Signal.LEAVE, at=left)


def _batches(acts: Sequence[tuple[datetime, Act]]) -> Iterable[tuple[datetime, tuple[Act, ...]]]:
    """Yield acts one by one, and calls that follow each other together, at the instant of the last."""
    for calling, group in groupby(acts, key=lambda entry: isinstance(entry[1], Call)):
        entries = list(group)
        if calling:
            yield entries[-1][0], tuple(act for _, act in entries)
        else:
            yield from ((at, (act,)) for at, act in entries)

"""Playing many scenes at once: the same facts as ``demo.playing`` leaves, written in few transactions.

A year of history, or a storm of requests, would take minutes act by act. What differs is the audit trail, which
has one entry for a whole batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from sessiontui.demo.playing import PLATFORM, Asked, Call, Cast, Decided, Made, Progress, script
from sessiontui.demo.scenes import Scene, Step
from sessiontui.domain.phrases import count
from sessiontui.domain.presence import PresenceEvent, fold_apart
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import Control, RequestState, Source
from sessiontui.services.context import Context
from sessiontui.services.templates.using import begin, use
from sessiontui.store.histories import attendee_key, person_id_of, person_key
from sessiontui.store.tables import NOUNS

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.store.tx import Tx

BATCH: Final = 250
"""Scenes per transaction: large enough that commits cost little, small enough that progress is seen."""


async def write(
    context: Context, scenes: Sequence[Scene], *, cast: Cast, progress: Progress | None = None
) -> tuple[int, ...]:
    """Write scenes as if they had been played, and return the ids of their sessions in their order."""
    ids: list[int] = []
    for start in range(0, len(scenes), BATCH):
        chunk = scenes[start : start + BATCH]
        async with context.db.write(by=PLATFORM, at=cast.now) as tx:
            sheet = await _Sheet.open(tx, cast)
            made = [sheet.scene(scene) for scene in chunk]
            await sheet.store()
            for scene, session_id in zip(chunk, made, strict=True):
                if scene.template:
                    await _plan(tx, session_id, TemplateRef(scene.template))
            sentence = f"recorded {count(len(made), 'session')} of the past and the days ahead"
            await tx.audit("demo.write", sentence, detail={"first": made[0], "last": made[-1]})
        ids += made
        if progress is not None:
            progress(len(ids), len(scenes))
    return tuple(ids)


class _Sheet:
    """The rows of one transaction, with ids counted on from those that are there."""

    def __init__(self, tx: Tx, cast: Cast, last: dict[str, int]) -> None:
        self._tx = tx
        self._cast = cast
        self._last = last
        self._rows: defaultdict[str, list[dict[str, object]]] = defaultdict(list)

    @classmethod
    async def open(cls, tx: Tx, cast: Cast) -> _Sheet:
        """Return an empty sheet that knows the last id of each table."""
        return cls(tx, cast, {table: await tx.last_id(table) for table in _TABLES})

    def scene(self, scene: Scene) -> int:
        """Put a scene on the sheet and return the id of its session."""
        ids = self._cast.ids
        mentor_id = None if scene.mentor is None else ids[scene.mentor]
        control = str(Control.SCHEDULED if scene.publish else Control.DRAFT)
        window = {"starts_at": self._cast.at(scene.starts), "ends_at": self._cast.at(scene.ends)}
        session_id = self._row(
            "session",
            title=scene.title,
            kind=str(scene.kind),
            priority=str(scene.priority),
            tags=list(scene.tags),
            description=scene.description,
            link=scene.link,
            author_id=ids[scene.author],
            created_at=self._cast.at(scene.made),
            base_control=control,
            base_starts_at=window["starts_at"],
            base_ends_at=window["ends_at"],
            base_mentor_id=mentor_id,
            base_capacity=scene.capacity,
            control=control,
            mentor_id=mentor_id,
            capacity=scene.capacity,
            status="",
            changed_at=self._cast.at(scene.made),
            **window,
        )
        self._acts(session_id, scene)
        self._tx.touch(session_id)
        return session_id

    async def store(self) -> None:
        """Write all rows, those first on which others lean."""
        for table in _TABLES:
            await self._tx.insert_many(table, self._rows[table])

    def _acts(self, session_id: int, scene: Scene) -> None:
        requests: dict[str, int] = {}
        calls: list[Call] = []
        for at, act in script(scene, self._cast):
            match act:
                case Made():
                    pass
                case Asked(ask):
                    decided = None if ask.decided is None else self._cast.at(ask.decided)
                    decider = self._decider(scene, ask.state, ask.who.name) if decided else ""
                    requests[ask.who.name] = self._row(
                        "join_request",
                        session_id=session_id,
                        person_id=self._cast.ids[ask.who],
                        state=str(ask.state),
                        message=ask.message,
                        requested_at=at,
                        decided_at=decided,
                        decided_by=decider,
                        reason=ask.reason,
                        version=1 if decided is None else 2,
                    )
                    self._request_step(
                        requests[ask.who.name], at, RequestState.PENDING, by=self._cast.actor(ask.who), reason=""
                    )
                case Decided(ask):
                    by = ask.who if ask.state is RequestState.WITHDRAWN else scene.host
                    self._request_step(
                        requests[ask.who.name], at, ask.state, by=self._cast.actor(by), reason=ask.reason
                    )
                case Step() as step:
                    self._change(session_id, step, at, by=self._cast.actor(step.by or scene.host))
                case Call() as call:
                    calls.append(call)
        self._presence(session_id, calls)

    def _decider(self, scene: Scene, state: RequestState, asker: str) -> str:
        return asker if state is RequestState.WITHDRAWN else scene.host.name

    def _request_step(self, request_id: int, at: datetime, state: RequestState, *, by: Actor, reason: str) -> None:
        self._row(
            "request_change",
            request_id=request_id,
            at=at,
            state=str(state),
            by_id=by.id,
            by_name=by.name,
            reason=reason,
        )

    def _change(self, session_id: int, step: Step, at: datetime, *, by: Actor) -> None:
        cast = self._cast
        number = self._last["session_change"] + 1
        self._row(
            "session_change",
            session_id=session_id,
            key=uuid5(NAMESPACE_OID, f"change {number}").hex,
            at=at,
            move=None if step.move is None else str(step.move),
            starts_at=None if step.starts is None else cast.at(step.starts),
            ends_at=None if step.ends is None else cast.at(step.ends),
            mentor_id=None if step.mentor is None else cast.ids[step.mentor],
            capacity=step.capacity,
            by_id=by.id,
            by_name=by.name,
            reason=step.reason,
        )

    def _presence(self, session_id: int, calls: Sequence[Call]) -> None:
        strangers: dict[str, int] = {}
        events: list[PresenceEvent] = []
        for number, call in enumerate(calls):
            face = call.visit.who
            if call.visit.stranger and face.name not in strangers:
                strangers[face.name] = self._row(
                    "attendee", session_id=session_id, key=f"name:{face.name}", name=face.name
                )
            person_id = None if call.visit.stranger else self._cast.ids[face]
            attendee_id = strangers.get(face.name) if call.visit.stranger else None
            report = call.report(session_id, person_id=person_id, attendee_id=attendee_id)
            said = {
                "signal": report.signal,
                "at": report.at,
                "until": report.until,
                "source": report.source,
                "connection": report.connection,
                "approximate": report.approximate,
            }
            self._row(
                "presence_signal",
                session_id=session_id,
                key=f"demo:{number}",
                person_id=person_id,
                attendee_id=attendee_id,
                received_at=self._cast.now,
                **said,
            )
            who = person_key(person_id) if attendee_id is None else attendee_key(attendee_id)
            events.append(
                PresenceEvent(
                    who=who,
                    signal=report.signal,
                    at=report.at,
                    until=report.until,
                    source=report.source,
                    connection=report.connection,
                    approximate=report.approximate,
                )
            )
        known = {attendee_key(attendee_id): attendee_id for attendee_id in strangers.values()}
        for stay, connection in fold_apart(events, self._tx.rules):
            self._row(
                "presence",
                session_id=session_id,
                person_id=person_id_of(stay.who),
                attendee_id=known.get(stay.who),
                joined_at=stay.joined_at,
                left_at=stay.left_at,
                heartbeat_at=stay.heartbeat_at,
                source=Source(stay.source),
                approximate=stay.approximate,
                connection=connection,
            )

    def _row(self, table: str, **values: object) -> int:
        """Put one row on the sheet, with the table's defaults for what is not named, and return its id."""
        self._last[table] += 1
        noun = NOUNS[table](id=self._last[table], **values)
        self._rows[table].append(dict(noun))
        return self._last[table]


async def _plan(tx: Tx, session_id: int, ref: TemplateRef) -> None:
    """Give a session the template that it is made from, and the plan it begins with."""
    used = await use(tx, ref)
    await tx.update("session", session_id, template_id=used.template_id, template_version=used.version)
    await begin(tx, session_id, used)


_TABLES: Final = (
    "session",
    "session_change",
    "join_request",
    "request_change",
    "attendee",
    "presence_signal",
    "presence",
)
"""In the order in which rows lean on each other."""

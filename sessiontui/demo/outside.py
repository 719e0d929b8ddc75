"""The doors of a platform behind its HTTP API: each is a call with the client library, as any platform makes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.client.errors import Busy, Conflict, LoginNeeded, NotFound, Refused, Unreachable
from sessiontui.demo.doors import Asked, Known, Seen, Stayed, Whole
from sessiontui.demo.names import MENTORS, PARTICIPANTS
from sessiontui.domain import errors
from sessiontui.domain.instants import parse_instant, rfc3339, to_ms
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Role, Source, Status

if TYPE_CHECKING:
    from sessiontui.client import AsyncClient
    from sessiontui.client.shapes import NewSession, Person, PresenceEvent, Session, SessionWhole
    from sessiontui.demo.names import Face
    from sessiontui.demo.plots import Answer, Shift
    from sessiontui.services.sessions import SessionDraft
    from sessiontui.store.signals import PresenceReport

SOURCE: Final = "simulator"
"""The platform that the simulator is: people whom it makes known have ids of it."""

LOADED: Final = f"{SOURCE}:load"
"""How the outside ids begin of people who are there for a load alone."""

LOAD_TITLE: Final = "Load test"
"""How the titles of sessions begin that are there for a load alone: the living let them be."""

PAGE: Final = 100
MOST: Final = 300
"""Sessions that one look takes in."""

EVERYONE: Final = 1_000
ENOUGH: Final = 20
"""Participants without whom a platform seems empty: then the people of the demo are made known."""


@dataclass(slots=True)
class Tally:
    """What became of all that went through the doors.

    Presence events: ``offered = acknowledged + refused + failed``, ``repeated`` of the acknowledged had been stored
    before. Acts (moves, decisions, requests, new sessions): ``acts = done + acts_refused + acts_failed``.
    """

    offered: int = 0
    acknowledged: int = 0
    repeated: int = 0
    refused: int = 0
    failed: int = 0
    acts: int = 0
    done: int = 0
    acts_refused: int = 0
    acts_failed: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether everything that was tried has ended in one way."""
        return (
            self.offered == self.acknowledged + self.refused + self.failed
            and self.acts == self.done + self.acts_refused + self.acts_failed
        )


@dataclass(slots=True)
class Outside:
    """A platform that is called by a client; ``rules`` are those of its server, as far as they are known."""

    client: AsyncClient
    rules: Rules = DEFAULT_RULES
    tally: Tally = field(default_factory=Tally)
    _names: dict[str, int] = field(default_factory=dict)
    _asked: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def beat_every(self) -> timedelta:
        """How often devices send heartbeats."""
        return self.rules.heartbeat_every

    @property
    def beat_expiry(self) -> timedelta:
        """After how much silence a device counts as gone."""
        return self.rules.heartbeat_expiry

    async def everyone(self) -> Mapping[int, Known]:
        """Return the people there are, by number; on an empty platform those of the demo are made known first."""
        async with _told():
            found = await self._people()
            roles = [one["role"] for one in found]
            if roles.count(Role.PARTICIPANT) < ENOUGH or Role.MENTOR not in roles:
                for number, face in enumerate((*MENTORS, *PARTICIPANTS)):
                    await self._introduce(face, number)
                found = await self._people()
        people = {one["id"]: Known(id=one["id"], name=one["name"], role=Role(one["role"])) for one in found}
        self._names = {one.name: one.id for one in people.values()}
        return people

    async def look(self, since: datetime, until: datetime, *, now: datetime) -> Sequence[Seen]:
        """Return the sessions that start between two instants, the earliest first."""
        del now  # the server knows what time it is
        query = f"starts:{rfc3339(since)}..{rfc3339(until)}"
        found: list[Seen] = []
        cursor: str | None = None
        async with _told():
            while len(found) < MOST:
                page = await self.client.sessions(query, limit=PAGE, cursor=cursor, sort="start")
                found += [_seen(one) for one in page["sessions"] if not one["title"].startswith(LOAD_TITLE)]
                cursor = page["next"]
                if cursor is None:
                    break
        return found

    async def read(self, session_id: int, *, now: datetime) -> Whole:
        """Return one session with its people."""
        del now
        async with _told():
            whole = await self.client.session(session_id)
        requests = [
            Asked(id=one["id"], person_id=one["person_id"], state=RequestState(one["state"]))
            for one in whole["requests"]
            if one["person_id"] is not None
        ]
        self._asked |= {one.id: (session_id, one.person_id) for one in requests}
        return Whole(
            seen=_seen(whole),
            host_id=self._host(whole),
            requests=tuple(requests),
            presence=tuple(_stayed(whole)),
        )

    async def decide(self, deed: Answer, *, host: Known | None, now: datetime) -> None:
        """Decide a request."""
        del host, now
        session_id, person_id = self._asked[deed.request_id]
        decision = "approve" if deed.state is RequestState.APPROVED else "reject"
        async with self._act():
            await self.client.decide_request(session_id, person_id, decision, reason=deed.reason, confirm=True)

    async def move(self, deed: Shift, *, ends_at: datetime | None, host: Known | None, now: datetime) -> None:
        """Move a session."""
        del host, now
        async with self._act():
            if deed.move is Move.EXTEND and ends_at is not None:
                await self.client.extend_session(deed.session_id, rfc3339(ends_at), reason=deed.reason)
            else:
                await self.client.move_session(deed.session_id, str(deed.move), reason=deed.reason, confirm=True)

    async def ask(self, session_id: int, who: Known, *, message: str, now: datetime) -> None:
        """Let somebody ask to take part."""
        del now
        async with self._act():
            await self.client.ask_to_join(session_id, who.id, message=message)

    async def let_in(self, session_id: int, who: Known) -> None:
        """Approve what somebody asked."""
        async with self._act():
            await self.client.decide_request(session_id, who.id, "approve", confirm=True)

    async def schedule(self, draft: SessionDraft, *, host: Known, now: datetime) -> int:
        """Make a session and return its number."""
        del host, now
        async with self._act():
            return (await self.client.create_session(_new(draft)))["id"]

    async def report(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report who came and left."""
        del now
        await self._report(reports)

    async def beat(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report heartbeats."""
        del now
        await self._report(reports)

    async def _report(self, reports: Sequence[PresenceReport]) -> None:
        events = [_event(one) for one in reports]
        self.tally.offered += len(events)
        try:
            async with _told():
                answer = await self.client.report_presence(events)
        except BaseException:  # also when stopped in the middle: nobody knows
            self.tally.failed += len(events)
            raise
        self.tally.acknowledged += answer["acknowledged"]
        self.tally.repeated += answer["repeated"]
        self.tally.refused += len(answer["refused"])

    async def _people(self) -> list[Person]:
        """Return whom the platform knows, but for those who are there for the load alone."""
        found = await self.client.people(limit=EVERYONE)
        return [one for one in found if not any(id_.startswith(LOADED) for id_ in one["external_ids"])]

    async def _introduce(self, face: Face, number: int) -> None:
        try:
            await self.client.add_person(
                {"name": face.name, "id": f"p{number}", "source": SOURCE, "role": str(face.role)}
            )
        except Conflict:  # made known by an earlier run
            return

    def _host(self, whole: SessionWhole) -> int | None:
        there = next((one["person_id"] for one in whole["presence"] if one["host"]), None)
        return there or self._names.get(whole["mentor"] or whole["author"] or "")

    @asynccontextmanager
    async def _act(self) -> AsyncIterator[None]:
        """Count an act and how it ends."""
        self.tally.acts += 1
        try:
            async with _told():
                yield
        except errors.Unavailable:
            self.tally.acts_failed += 1
            raise
        except errors.SessiontuiError:
            self.tally.acts_refused += 1
            raise
        except BaseException:  # stopped in the middle: nobody knows
            self.tally.acts_failed += 1
            raise
        self.tally.done += 1


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Tell the errors of a client in the words of the domain; a login that is needed goes on as it is."""
    try:
        yield
    except LoginNeeded:
        raise
    except NotFound as error:
        raise errors.NotFound(error.detail, hint=error.hint) from None
    except Refused as error:
        raise errors.Refused(error.detail, hint=error.hint) from None
    except (Unreachable, Busy) as error:
        raise errors.Unavailable(error.detail, hint=error.hint) from None


def _seen(row: Session) -> Seen:
    return Seen(
        id=row["id"],
        kind=Kind(row["kind"]),
        control=Control(row["control"]),
        status=Status(row["status"]),
        starts_at=parse_instant(row["starts_at"]),
        ends_at=parse_instant(row["ends_at"]),
        version=row["version"],
        capacity=row["capacity"] or 0,
        pending=row["pending"],
        approved=row["approved"],
    )


def _stayed(whole: SessionWhole) -> list[Stayed]:
    return [
        Stayed(
            person_id=one["person_id"],
            here=one["here"],
            beats=any(stay["source"] in (Source.API, Source.INFERRED) for stay in one["stays"]),
            left=tuple(parse_instant(stay["left_at"]) for stay in one["stays"] if stay["left_at"]),
        )
        for one in whole["presence"]
    ]


def _event(report: PresenceReport) -> PresenceEvent:
    at = to_ms(report.at)
    event: PresenceEvent = {
        "session": report.session_id,
        "kind": report.signal.value,  # type: ignore[typeddict-item]  # the simulator reports no whole stays
        "at": rfc3339(report.at),
        "key": f"{report.person_id}:{report.signal}:{at}",
    }
    if report.person_id is not None:
        event["person"] = report.person_id
    return event


def _new(draft: SessionDraft) -> NewSession:
    new: NewSession = {
        "title": draft.title,
        "kind": str(draft.kind),
        "starts_at": rfc3339(draft.starts_at),
        "ends_at": rfc3339(draft.ends_at),
        "author": draft.author_id,
        "mentor": draft.mentor_id,
        "capacity": draft.capacity,
        "priority": str(draft.priority),
        "tags": list(draft.tags),
        "description": draft.description,
        "control": "scheduled" if draft.publish else "draft",
        "confirm": True,
    }
    if draft.link:
        new["link"] = draft.link
    return new

"""Whom an act writes to and whom it leaves out, and why: decided once, for the preview and for the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.phrases import ago, clock
from sessiontui.domain.preferences import held_until
from sessiontui.domain.vocabulary import Control, RequestState
from sessiontui.domain.zones import zone_of
from sessiontui.services.context import Context
from sessiontui.services.delivery.preferences import words
from sessiontui.services.rights import verdict
from sessiontui.store.histories import Fetch, person_id_of, person_key
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import sessions as kept_sessions
from sessiontui.store.reads.outbox import Addressee
from sessiontui.store.reads.preferences import recipients
from sessiontui.store.reads.sessions import Written


class Call(StrEnum):
    """Why people are written to."""

    REMIND = "remind"
    CONFIRM = "confirm"
    MESSAGE = "message"
    AUTHOR = "alert-author"


CALM: Final = {Call.REMIND: timedelta(minutes=2), Call.CONFIRM: timedelta(hours=6), Call.AUTHOR: timedelta(minutes=2)}
"""How long the same person is not written the same again."""

_RIGHT: Final = {
    Call.REMIND: Action.REMIND,
    Call.CONFIRM: Action.REMIND,
    Call.MESSAGE: Action.MESSAGE,
    Call.AUTHOR: Action.MESSAGE,
}

KIND_OF: Final = {
    Call.REMIND: LetterKind.REMINDER,
    Call.CONFIRM: LetterKind.CONFIRM,
    Call.MESSAGE: LetterKind.MESSAGE,
    Call.AUTHOR: LetterKind.AUTHOR,
}
"""The kind of letter that each call writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One person whom an act reaches, in one session."""

    session_id: int
    title: str
    person: Addressee
    held_until: datetime | None = None
    """When their quiet hours end, in which they would be written to."""

    @property
    def later(self) -> str:
        """When they get their letter, where they are not to be disturbed now; nothing where they are."""
        if self.held_until is None:
            return ""
        return f"quiet hours: it leaves at {clock(self.held_until, zone_of(self.person.zone, UTC))}, their time"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One person, or a whole session where ``name`` is empty, that an act leaves out, and why."""

    session_id: int
    title: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name or self.title}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Exactly whom an act touches and whom it leaves out."""

    touched: tuple[Touched, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """One session as the choice of people sees it."""

    written: Written
    facts: Facts
    derived: Derived


@dataclass(slots=True)
class Choice:
    """Whom an act touches in one session and whom it leaves out, while it is decided."""

    scene: _Scene
    people: list[Addressee] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, name: str, reason: str) -> None:
        """Leave a person out, or the whole session where the name is empty."""
        written = self.scene.written
        self.left_out.append(LeftOut(session_id=written.id, title=written.title, name=name, reason=reason))


async def audience(
    context: Context,
    call: Call,
    session_ids: Sequence[int],
    *,
    by: Actor,
    now: datetime,
    person_id: int | None = None,
) -> Audience:
    """Return whom an act would touch now, and whom it would leave out; nothing is written."""
    choices = await choose(context.db.fetch, context, call, session_ids, by=by, now=now, person_id=person_id)
    ids = list({person.person_id for choice in choices for person in choice.people})
    known = await recipients(context.db.fetch, ids)

    def held(person: Addressee) -> datetime | None:
        zone = zone_of(person.zone, context.zone)
        return held_until(known[person.person_id].preferences.quiet, KIND_OF[call], now, zone)

    return Audience(
        touched=tuple(
            Touched(
                session_id=choice.scene.written.id,
                title=choice.scene.written.title,
                person=person,
                held_until=held(person),
            )
            for choice in choices
            for person in choice.people
        ),
        left_out=tuple(left for choice in choices for left in choice.left_out),
    )


async def choose(
    fetch: Fetch,
    context: Context,
    call: Call,
    session_ids: Sequence[int],
    *,
    by: Actor,
    now: datetime,
    person_id: int | None,
) -> list[Choice]:
    """Return the choice of every session; ``NotAllowed`` where it is about one alone and forbidden."""
    ids = list(dict.fromkeys(session_ids))
    written = await kept_sessions.written(fetch, ids)
    histories = await kept_sessions.histories(fetch, ids)
    choices: list[Choice] = []
    for session_id in ids:
        if session_id not in written:
            raise NotFound(f"there is no session #{session_id}")
        facts = facts_at(histories[session_id], now, rules=context.rules)
        choice = Choice(_Scene(written[session_id], facts, derive(facts, now, context.rules)))
        choices.append(choice)
        answer = await verdict(fetch, by, _RIGHT[call], session_id)
        if not answer.allowed:
            if len(ids) == 1:
                raise NotAllowed(answer.reason, hint=answer.hint)
            choice.leave_out("", answer.reason)
        elif reason := _closed(call, choice.scene, now):
            choice.leave_out("", reason)
        else:
            await _fill(fetch, call, choice, by=by, now=now, person_id=person_id)
    return choices


def _closed(call: Call, scene: _Scene, now: datetime) -> str:
    """Return why nobody of a session can be written to for this reason."""
    facts, derived = scene.facts, scene.derived
    if call in (Call.MESSAGE, Call.AUTHOR):
        return "" if call is Call.MESSAGE or scene.written.author_id else "it has no author"
    if facts.control in (Control.CANCELLED, Control.COMPLETED, Control.DRAFT):
        return f"it is {facts.control}"
    if derived.status.is_ended or facts.ends_at <= now:
        return "it is over"
    if call is Call.CONFIRM and facts.begin <= now:
        return "it has begun: remind them instead"
    return "" if facts.approved else "nobody is approved"


async def _fill(fetch: Fetch, call: Call, choice: Choice, *, by: Actor, now: datetime, person_id: int | None) -> None:
    session = choice.scene.written
    calm = CALM.get(call, timedelta())
    told = await kept.last_of_kind(fetch, session.id, str(KIND_OF[call])) if calm else {}
    people = list(await _concerned(fetch, call, choice.scene, person_id))
    known = await recipients(fetch, [person.person_id for person in people])
    for person in people:
        since = told.get(person.person_id)
        if person.person_id == by.id:
            choice.leave_out(person.name, "that is you")
        elif call is Call.REMIND and person_key(person.person_id) in choice.scene.derived.here:
            choice.leave_out(person.name, "is here")
        elif call is Call.REMIND and person_key(person.person_id) in choice.scene.derived.left:
            choice.leave_out(person.name, "came and left")
        elif since is not None and now - from_ms(since) < calm:
            choice.leave_out(person.name, f"was written to {ago(now - from_ms(since))}")
        elif not person.email:
            choice.leave_out(person.name, "no address")
        elif not known[person.person_id].preferences.wants(KIND_OF[call]):
            choice.leave_out(person.name, f"wants no {words([KIND_OF[call]])} mail")
        else:
            choice.people.append(person)


async def _concerned(fetch: Fetch, call: Call, scene: _Scene, person_id: int | None) -> Iterable[Addressee]:
    """Return the people whom an act is about, before anyone is left out."""
    if call is Call.AUTHOR:
        return await kept.addressees_of(fetch, [scene.written.author_id or 0])
    if person_id is not None:
        found = await kept.addressees_of(fetch, [person_id])
        if not found:
            raise NotFound(f"there is no person #{person_id}")
        return found
    people = {p.person_id: p for p in await kept.addressees(fetch, scene.written.id, [str(RequestState.APPROVED)])}
    if call is Call.MESSAGE:
        here = [person_id_of(who) for who in sorted(scene.derived.here)]
        inside = [person_id for person_id in here if person_id and person_id not in people]
        people.update({person.person_id: person for person in await kept.addressees_of(fetch, inside)})
    return people.values()

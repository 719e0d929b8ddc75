"""Forgetting a person: name, address, number, messages and notes are gone, sessions keep an erased person.

The audit trail stays whole: entries lose the name, and the entry that tells of the erasure seals what they say since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, may_grant
from sessiontui.domain.errors import NotAllowed, NotFound, Refused
from sessiontui.domain.forgetting import Scrub, scrubber
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block, visible
from sessiontui.domain.vocabulary import RequestState, Role
from sessiontui.services import audit
from sessiontui.services.context import Context
from sessiontui.services.logins.ending import end_of_person
from sessiontui.services.people.knowing import line_of, stored_line
from sessiontui.services.pictures import PersonLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests.steps import set_state
from sessiontui.services.rights import require_door
from sessiontui.store import erasing as rows
from sessiontui.store import merging
from sessiontui.store.reads import hosting
from sessiontui.store.reads import people as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Person
    from sessiontui.store.tx import Tx

_EMPTIED: Final = (
    ("notification.person_id", "letter"),
    ("join_request.person_id", "request"),
    ("follow_up.person_id", "answer"),
    ("person_note.person_id", "note"),
    ("comment.author_id", "comment"),
)

_MOST: Final = 1_000
"""Sessions to come that are counted; a preview needs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePreview:
    """What forgetting a person would take away, what stays, and what has to be thought of first."""

    person: PersonLine
    lines: tuple[str, ...]
    hosts_ahead: int


async def preview(context: Context, person_id: int, *, by: Actor, at: datetime) -> ErasePreview:
    """Return what erasing a person would do, as the admin reads it before agreeing."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    fetch = context.db.fetch
    row = await kept.by_id(fetch, person_id)
    if row is None:
        raise NotFound(f"there is no person #{person_id}")
    person = line_of(row)
    _check(by, person)
    ahead = len(await hosting.hosted(fetch, person_id, since=at, until=None, limit=_MOST))
    counts = await merging.count(fetch, person_id)

    def of(name: str, word: str) -> str:
        return count(counts.get(name, 0), word)

    lines = [
        f"gone for good: name, address, phone, zone, login and outside ids of {visible(person.name)}",
        f"emptied: {', '.join(of(name, word) for name, word in _EMPTIED)}",
        "stays: when and where somebody was present, as an erased person; figures do not change",
        "the audit trail says that an erasure was made, and by whom; backups keep the name until they are replaced",
    ]
    if ahead:
        lines.insert(0, f"hosts {count(ahead, 'session')} to come: reassign them first, or nobody will come")
    return ErasePreview(person=person, lines=tuple(lines), hosts_ahead=ahead)


async def erase(context: Context, person_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Forget a person; that cannot be undone."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        _check(by, stored_line(person))
        if person.role == Role.SUPERADMIN and await kept.superadmins(tx.fetch, but=person_id) == 0:
            raise Refused(f"{person.name} is the last superadmin who can log in", title="Cannot erase")
        sessions = await kept.sessions_of(tx.fetch, person_id)
        scrub = await _scrubber(tx, person)
        await _withdraw(tx, person_id)
        await end_of_person(tx, person_id)
        await rows.empty_rows(tx, person_id, person.name)
        await rows.empty_person(tx, person_id)
        await rows.scrub_sessions(tx, sessions, scrub)
        await rows.scrub_projects(tx, person_id, scrub)
        redacted = await rows.redactions(tx.fetch, person_id, sessions, scrub)
        sentence = f"erased person #{person_id}"
        entry = await tx.audit(
            audit.ERASURE,
            sentence,
            subject="person",
            subject_id=person_id,
            reason=scrub(safe_block(reason).strip()),
            detail={"person": person_id, "entries": len(redacted), "digest": rows.digest_of(redacted)},
        )
        await rows.redact(tx, entry.id, redacted)
        for session_id in sessions:
            tx.touch(session_id)
    return Receipt(sentence=sentence, people=(person_id,))


def _check(by: Actor, person: PersonLine) -> None:
    """Raise where somebody is not to be erased by this actor."""
    if person.erased_at is not None:
        raise Refused(f"#{person.id} was erased already", title="Cannot erase")
    if person.id == by.id:
        raise Refused("that is you", title="Cannot erase", hint="ask another admin")
    verdict = may_grant(by, held=person.role, wanted=person.role)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)


async def _scrubber(tx: Tx, person: Person) -> Scrub:
    """Return what takes a person out of texts: name, address, number, login, and what other systems call them."""
    person_id = cast("int", person.id)
    known = await rows.called(tx.fetch, person_id)
    marks = [person.email, person.phone, person.os_user, *known]
    others = await rows.names_holding(tx.fetch, person.name, but=person_id)
    return scrubber(person.name, [mark for mark in marks if mark], others=others)


async def _withdraw(tx: Tx, person_id: int) -> None:
    """Free the places of somebody in what is not over yet."""
    for request_id in await rows.places_ahead(tx.fetch, person_id, now=tx.now):
        await set_state(tx, request_id, RequestState.WITHDRAWN, reason="erased")

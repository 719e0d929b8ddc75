"""Duplicates: two people who are one are made one, with all that names them; it can be taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, is_below, may_grant
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.services.logins.ending import end_of_person
from sessiontui.services.people.knowing import line_of, stored_line
from sessiontui.services.pictures import PersonLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.services.visits import joining
from sessiontui.store import merging as rows
from sessiontui.store.reads import people as kept

if TYPE_CHECKING:
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tables import AuditEntry, Person
    from sessiontui.store.tx import Tx

MERGED: Final = "person.merge"
"""How a merge is named in the audit trail."""

_FILLED: Final = ("email", "phone", "zone", "os_user", "quiet", "mail_channel", "language")
"""What is taken over from the one who goes where the one who stays has nothing of it."""

_NOUNS: Final = {
    "session.mentor_id": ("session mentored", "sessions mentored"),
    "session.author_id": ("session authored", "sessions authored"),
    "join_request.person_id": ("request", "requests"),
    "presence.person_id": ("stay in sessions", "stays in sessions"),
    "attendance_mark.person_id": ("attendance set by hand", "attendances set by hand"),
    "notification.person_id": ("letter", "letters"),
    "follow_up.person_id": ("follow-up", "follow-ups"),
    "person_note.person_id": ("note", "notes"),
    "user_sessions.user_id": ("visit", "visits"),
    "question.asked_by_id": ("question asked", "questions asked"),
    "project.author_id": ("project", "projects"),
    "outside_id.person_id": ("outside id", "outside ids"),
    "series.mentor_id": ("series mentored", "series mentored"),
    "template.author_id": ("template", "templates"),
    "attendee_choice.person_id": ("remembered choice", "remembered choices"),
}
"""What is told of in a preview, in this order; the rest follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What a merge would do: what goes over, what is taken where nothing was known, and what is settled how."""

    kept: PersonLine
    gone: PersonLine
    moves: tuple[str, ...]
    fills: tuple[tuple[str, str], ...]
    role: Role
    settled: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything in sentences, as the admin reads it before agreeing."""
        kept_name, gone_name = visible(self.kept.name), visible(self.gone.name)
        told = [f"{gone_name} #{self.gone.id} becomes {kept_name} #{self.kept.id}"]
        told.append(f"goes over: {', '.join(self.moves)}" if self.moves else "there is nothing that goes over")
        told += [f"{name} {visible(value)} is taken over" for name, value in self.fills]
        if self.role is not self.kept.role:
            told.append(f"{kept_name} becomes {self.role}, as {gone_name} was")
        return (*told, *self.settled, "z takes it back")


async def preview(context: Context, kept_id: int, gone_id: int, *, by: Actor, at: datetime) -> MergePreview:
    """Return what making one person of two would do; ``kept_id`` is the number that stays."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    fetch = context.db.fetch
    both = []
    for person_id in (kept_id, gone_id):
        row = await kept.by_id(fetch, person_id)
        if row is None:
            raise NotFound(f"there is no person #{person_id}")
        both.append(line_of(row))
    one, other = both
    _check(by, one, other)
    counts = await rows.count(fetch, gone_id)
    doubles = await rows.asked_both(fetch, kept_id, gone_id)
    return MergePreview(
        kept=one,
        gone=other,
        moves=tuple(count(counts[name], *words) for name, words in _NOUNS.items() if name in counts),
        fills=tuple(
            (name, getattr(other, field))
            for name, field in (("address", "email"), ("phone", "phone"), ("zone", "zone"), ("login", "os_user"))
            if getattr(other, field) and not getattr(one, field)
        ),
        role=_stronger(one.role, other.role),
        settled=tuple(
            f"both asked to join {visible(title)} #{session_id}: {_settled(own, theirs)} stays"
            for session_id, title, own, theirs in doubles
        ),
    )


async def merge(
    context: Context, kept_id: int, gone_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> Receipt:
    """Make one person of two; all that names ``gone_id`` names ``kept_id`` from now on."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        one, other = await tx.person(kept_id), await tx.person(gone_id)
        _check(by, stored_line(one), stored_line(other))
        touched = sorted({*await kept.sessions_of(tx.fetch, kept_id), *await kept.sessions_of(tx.fetch, gone_id)})
        before, after = _taken(one, other)
        merge_id = await tx.insert(
            "person_merge",
            kept_id=kept_id,
            gone_id=gone_id,
            at=at,
            by_name=by.name,
            kept_before=before,
            kept_version=one.version + 1,
        )
        await end_of_person(tx, gone_id)  # who had the one's device or key shall not have the other's rights
        await joining.end_doubles(tx, kept_id=kept_id, gone_id=gone_id)
        moved = await rows.move_rows(tx, merge_id, kept=kept_id, gone=gone_id)
        await rows.put_away(tx, merge_id, "person", {"id": gone_id})
        alias = await rows.keep_address(tx, kept_id, other.email_key)
        await tx.update("person", kept_id, **after, version=one.version + 1)
        await _follow(tx, touched)
        await joining.follow(tx, context.visits, kept_id)
        sentence = f"merged {other.name} (#{gone_id}) into {one.name} (#{kept_id}): {count(moved, 'row')} went over"
        entry = await tx.audit(
            MERGED,
            sentence,
            subject="person",
            subject_id=kept_id,
            reason=reason,
            detail={"merge": merge_id, "gone": gone_id, "alias": alias},
            reversible=True,
        )
    return Receipt(sentence=sentence, people=(kept_id,), undo=entry.id)


async def take_back(tx: Tx, act: AuditEntry, seal: int, rules: VisitRules) -> None:
    """Part two people again who were made one, for ``services.undo``."""
    del seal
    _require(tx.by)
    merge_id, gone = cast("int", act.detail["merge"]), cast("int", act.detail["gone"])
    found = await rows.standing(tx.fetch, merge_id)
    if found is None:
        raise Refused("what they were before is no longer known", title="Cannot undo")
    kept_id, before, version = found
    one = await tx.person(kept_id)
    if one.version != version:
        raise Conflict(f"{one.name} was edited since: undo that first")
    sessions = await kept.sessions_of(tx.fetch, kept_id)
    await rows.forget_address(tx, cast("int | None", act.detail["alias"]))
    await tx.update("person", kept_id, **before, version=one.version + 1)
    await rows.give_back(tx, merge_id, kept=kept_id, gone=gone)
    await tx.update("person_merge", merge_id, undone=True)
    await _follow(tx, sessions)
    await joining.follow(tx, rules, kept_id, gone)


def _check(by: Actor, one: PersonLine, other: PersonLine) -> None:
    """Raise where the two are not to be made one by this actor."""
    if one.id == other.id:
        raise BadInput("that is the same person twice", hint="name the one who stays, then the duplicate")
    for person in (one, other):
        if person.erased_at is not None:
            raise Refused(f"#{person.id} was erased", title="Cannot merge")
        verdict = may_grant(by, held=person.role, wanted=person.role)
        if not verdict.allowed:
            raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)
    if one.os_user and other.os_user:
        raise Refused(
            f"both can log in, as {one.os_user} and as {other.os_user}",
            title="Cannot merge",
            hint=f"take one login away first: sessiontui people edit {other.id} --os-user ''",
        )


def _require(by: Actor) -> None:
    verdict = may_grant(by, held=Role.PARTICIPANT, wanted=Role.PARTICIPANT)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)


def _taken(one: Person, other: Person) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return what changes of the one who stays, before and after."""
    after: dict[str, Json] = {
        name: getattr(other, name) for name in _FILLED if getattr(other, name) and not getattr(one, name)
    }
    if "email" in after:
        after["email_key"] = other.email_key
    role = _stronger(Role(one.role), Role(other.role))
    if role != one.role:
        after["role"] = str(role)
    unwanted = sorted({str(kind) for kind in (*one.no_mail, *other.no_mail)})
    if unwanted != sorted(map(str, one.no_mail)):
        after["no_mail"] = unwanted
    return {name: getattr(one, name) for name in after}, after


async def _follow(tx: Tx, sessions: Sequence[int]) -> None:
    """Let everything that hangs on who is in some sessions follow."""
    for session_id in sessions:
        tx.touch(session_id)
    await rows.look_for_clashes(tx, sessions)


def _stronger(one: Role, other: Role) -> Role:
    return other if is_below(one, other) else one


def _settled(own: str, theirs: str) -> str:
    """Return whose request stays where both asked, and what it is."""
    return f"the {theirs} one of the duplicate" if _ORDER.index(theirs) > _ORDER.index(own) else f"the {own} one"


_ORDER: Final = ("withdrawn", "rejected", "pending", "approved")
"""The states of requests, the weakest first."""

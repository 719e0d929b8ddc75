"""Sessions: made, edited, and moved through their life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, Standing
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import EARLIEST, LATEST, is_in_calendar, rfc3339
from sessiontui.domain.lifecycle import Facts, check, derive
from sessiontui.domain.links import room_of
from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.text import MAX_TAG, MAX_TAGS, safe_block, safe_line
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.editing.meeting import meet
from sessiontui.services.places import wishing
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import seats
from sessiontui.services.rights import ACTION_OF, require_door, require_session
from sessiontui.services.templates import using
from sessiontui.store.histories import load
from sessiontui.store.reads import imports as kept_imports
from sessiontui.store.reads import people as kept_people

if TYPE_CHECKING:
    from sessiontui.domain.templates.shape import TemplateRef
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

MAX_CAPACITY: Final = 1_000_000

LONGEST_EXTENSION: Final = timedelta(hours=24)
"""By how much an end may move at once: more is a slip of the pen, or another session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """What a new session is made from; a ``capacity`` of zero means no limit."""

    title: str
    starts_at: datetime
    ends_at: datetime
    kind: Kind = Kind.CONVERSATION
    author_id: int | None = None
    mentor_id: int | None = None
    capacity: int = 0
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    description: str = ""
    link: str = ""
    platform: str = ""
    """Where it meets: without a link, a room is made there."""
    fields: Mapping[str, Json] = field(default_factory=dict)
    publish: bool = False
    template: TemplateRef | None = None
    """Whose plan it begins with; everything else has been taken from it, or left, by whoever fills this in."""
    outside: tuple[str, str] | None = None
    """The platform that has it too, and the id by which it knows it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEdit:
    """What is to change of a session; ``None`` leaves a thing as it is."""

    title: str | None = None
    kind: Kind | None = None
    capacity: int | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] | None = None
    description: str | None = None
    link: str | None = None
    fields: Mapping[str, Json] | None = None


async def create(context: Context, draft: SessionDraft, *, by: Actor, at: datetime, confirm: bool = False) -> Receipt:
    """Make a session, as a draft or published at once; its author is the one who acts unless another is named.

    ``confirm`` agrees to a host being booked twice where that takes an agreement.
    """
    author_id = draft.author_id if draft.author_id is not None else by.id
    host_id = draft.mentor_id or author_id
    own = Standing(hosts=by.id == host_id, authored=by.id == author_id)
    await require_door(context, Action.CREATE, by=by, at=at, standing=own)
    _check_window(draft.starts_at, draft.ends_at)
    values = checked(draft)
    wished = await wishing.wished_for(context, draft.platform, has_link=bool(draft.link.strip()))
    control = Control.SCHEDULED if draft.publish else Control.DRAFT
    async with context.db.write(by=by, at=at) as tx:
        for person_id in (author_id, draft.mentor_id):
            if person_id is not None:
                await tx.person(person_id)
        host = await clashes.host_of(tx, mentor_id=draft.mentor_id, author_id=author_id)
        told = await clashes.heed(tx, context, host, draft.starts_at, draft.ends_at, confirm=confirm)
        used = None if draft.template is None else await using.use(tx, draft.template)
        session_id = await insert(
            tx,
            control=control,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            mentor_id=draft.mentor_id,
            capacity=draft.capacity,
            author_id=author_id,
            created_at=at,
            meeting_id=room_of(draft.link),
            platform=wished.platform,
            **await _known_outside(tx, draft.outside),
            **({} if used is None else {"template_id": used.template_id, "template_version": used.version}),
            **values,
        )
        if used is not None:
            await using.begin(tx, session_id, used)
        told += await wished.wish(tx, session_id)
        sentence = f"created {values['title']}" + ("" if used is None else f" from {used.said}")
        entry = await tx.audit("session.create", sentence, subject_id=session_id, reversible=True)
    return Receipt(sentence=sentence + told, sessions=(session_id,), undo=entry.id)


async def edit(
    context: Context,
    session_id: int,
    changes: SessionEdit,
    *,
    by: Actor,
    at: datetime,
    expected: int | None = None,
    base: Mapping[str, Json] | None = None,
) -> Receipt:
    """Change what is written about a session; ``expected`` is the version that the editor was shown.

    What others have changed since goes together with it field by field; ``Conflict`` names the fields that do not,
    who changed them and when, with both values. ``base`` is how the given fields were when the editor began; without
    it that is read off the audit trail.
    """
    values = checked(changes)
    if not values:
        raise BadInput("nothing to change was given")
    async with context.db.write(by=by, at=at) as tx:
        aside = ""
        if expected is not None:
            met = await meet(tx, session_id, cast("Mapping[str, Json]", values), since=expected, base=base)
            values, aside = dict(met.reconciled.values), met.told
        session = await tx.claim(session_id)
        await require_session(tx, Action.EDIT, session)
        before = {name: getattr(session, name) for name in values}
        moved = {name for name in values if values[name] != before[name]}
        capacity = values.pop("capacity", None)
        change: int | None = None
        if "capacity" in moved:
            change = await add_change(tx, session_id, capacity=cast("int", capacity))
        if values:
            rooms = {"meeting_id": room_of(str(values["link"]))} if "link" in values else {}
            await tx.update("session", session_id, **values, **rooms)
        sentence = f"changed {', '.join(sorted(moved)) or 'nothing'} of {session.title}"
        detail: dict[str, Json] = {
            "version": session.version + 1,
            "before": {name: _plain(before[name]) for name in moved},
            "after": {name: _plain(values.get(name, capacity)) for name in moved},
            "change": change,
        }
        entry = await tx.audit("session.edit", sentence, subject_id=session_id, detail=detail, reversible=bool(moved))
        if "capacity" in moved:
            sentence += await _seats_told(tx, context, session, cast("int", capacity))
    sentence += aside
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id if moved else None)


async def _seats_told(tx: Tx, context: Context, session: Session, capacity: int) -> str:
    """Return what a change of the capacity means for those who have a seat, or wait for one."""
    if 0 < capacity < session.approved:
        return f"; {session.approved} are approved for {count(capacity, 'seat')}: it is overbooked"
    return await seats.offer(tx, context, session, before=(session.capacity, session.approved), capacity=capacity)


async def move(
    context: Context,
    move: Move,
    session_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    expected: int | None = None,
    epoch: int | None = None,
    effective_at: datetime | None = None,
    confirm: bool = False,
) -> Receipt:
    """Move a session through its life; ``Refused`` names both ends where the move does not lead anywhere.

    ``effective_at`` is when the move counts from, if that is earlier than the act. ``extend`` takes ``ends_at``,
    ``reschedule`` both ends, ``reassign`` the new mentor (0 for none). ``confirm`` agrees to people being booked
    twice where that takes an agreement.
    """
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at, epoch=epoch) as tx:
        session = await tx.claim(session_id, expected)
        facts = facts_at((await load(tx.fetch, [session_id]))[session_id], at, rules=context.rules)
        inside = move is Move.CANCEL and bool(derive(facts, at, context.rules).here)
        await require_session(tx, Action.EMERGENCY_CANCEL if inside else ACTION_OF[move], session)
        check(move, facts, at, context.rules)
        _check_extra(move, facts, at, starts_at=starts_at, ends_at=ends_at, mentor_id=mentor_id)
        names = await kept_people.names(tx.fetch, [mentor_id] if mentor_id else [])
        if mentor_id and mentor_id not in names:
            await tx.person(mentor_id)
        double = await _heed(
            tx, context, session_id, move, starts_at or facts.starts_at, ends_at or facts.ends_at,
            mentor_id=mentor_id, confirm=confirm,
        )  # fmt: skip
        sentence = _sentence(
            move,
            session.title,
            facts,
            starts_at=starts_at,
            ends_at=ends_at,
            mentor=names.get(mentor_id or 0, "nobody"),
        )
        change = await add_change(
            tx,
            session_id,
            at=effective_at,
            move=move,
            starts_at=starts_at,
            ends_at=ends_at,
            mentor_id=mentor_id,
            reason=reason,
        )
        entry = await tx.audit(
            f"session.{move}",
            sentence,
            subject_id=session_id,
            reason=reason,
            detail={"change": change, "from": str(facts.control)},
            reversible=True,
        )
        posted = await notices.moved(tx, context, session_id, move, facts, cause=entry.id, reason=reason)
    sentence += left_out(posted.unreachable, posted.unwilling) if posted.ids or inside else ""
    sentence += double
    if move is Move.COMPLETE:
        from sessiontui.services.scoring.said import scores_said  # only the end of work needs that room

        sentence += await scores_said(context, session_id, by=by, at=at)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def complete(tx: Tx, context: Context, session_id: int, facts: Facts, *, since: datetime, reason: str) -> None:
    """Complete a session that ended by itself, inside a transaction of the product; it counts from ``since`` on."""
    session = await tx.claim(session_id)
    change = await add_change(tx, session_id, at=since, move=Move.COMPLETE, reason=reason)
    entry = await tx.audit(
        f"session.{Move.COMPLETE}",
        f"{_PAST[Move.COMPLETE]} {session.title}",
        subject_id=session_id,
        reason=reason,
        detail={"change": change, "from": str(facts.control)},
        reversible=True,
    )
    await notices.moved(tx, context, session_id, Move.COMPLETE, facts, cause=entry.id, reason=reason)


async def insert(tx: Tx, *, control: Control, starts_at: datetime, ends_at: datetime, **values: object) -> int:
    """Insert a session inside a transaction, with what its source first said, and return the id."""
    mentor_id, capacity = values.pop("mentor_id", None), values.pop("capacity", 0)
    session_id = await tx.insert(
        "session",
        base_control=str(control),
        base_starts_at=starts_at,
        base_ends_at=ends_at,
        base_mentor_id=mentor_id,
        base_capacity=capacity,
        control=str(control),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        capacity=capacity,
        status="",
        changed_at=tx.at,
        **values,
    )
    tx.touch(session_id)
    return session_id


async def add_change(
    tx: Tx,
    session_id: int,
    *,
    key: str = "",
    at: datetime | None = None,
    move: Move | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    mentor_id: int | None = None,
    capacity: int | None = None,
    reason: str = "",
    by_id: int | None = None,
    by_name: str | None = None,
) -> int:
    """Add one change to the history of a session inside a transaction, and return its id.

    ``key`` makes a change that comes twice recognisable. ``at`` and ``by_*`` are the
    transaction's unless given.
    """
    tx.touch(session_id)
    return await tx.insert(
        "session_change",
        session_id=session_id,
        key=key or None,
        at=at or tx.at,
        move=None if move is None else str(move),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor_id=mentor_id,
        capacity=capacity,
        by_id=tx.by.id if by_name is None else by_id,
        by_name=tx.by.name if by_name is None else by_name,
        reason=reason,
    )


def checked(given: SessionDraft | SessionEdit) -> dict[str, object]:
    """Return the written parts of a draft or an edit as they may be stored."""
    values = {
        part.name: getattr(given, part.name) for part in fields(SessionEdit) if getattr(given, part.name) is not None
    }
    if "title" in values:
        values["title"] = safe_line(values["title"]).strip()
        if not values["title"]:
            raise BadInput("a session needs a title", place="title")
    if not 0 <= values.get("capacity", 0) <= MAX_CAPACITY:
        raise BadInput(f"{values['capacity']} seats are not possible", place="capacity")
    if "tags" in values:
        tags = [safe_line(tag, MAX_TAG).strip() for tag in values["tags"]]
        values["tags"] = [tag for tag in dict.fromkeys(tags) if tag][:MAX_TAGS]
    for name, clean in (("description", safe_block), ("link", safe_line)):
        if name in values:
            values[name] = clean(values[name]).strip()
    for name in ("kind", "priority"):
        if name in values:
            values[name] = str(values[name])
    if "fields" in values:
        values["fields"] = dict(values["fields"])
    if isinstance(given, SessionDraft):
        values.pop("capacity", None)
    return values


async def _known_outside(tx: Tx, outside: tuple[str, str] | None) -> dict[str, object]:
    """Return how another system knows a new session; ``Conflict`` where it knows another one so."""
    if outside is None:
        return {}
    source, external_id = (safe_line(part).strip() for part in outside)
    there = await kept_imports.session_of(tx.fetch, source, external_id)
    if there is not None:
        raise Conflict(f"session #{there} is {source}:{external_id} already", hint="change that one")
    return {"source": source, "external_id": external_id}


async def _heed(
    tx: Tx,
    context: Context,
    session_id: int,
    move: Move,
    starts_at: datetime,
    ends_at: datetime,
    *,
    mentor_id: int | None,
    confirm: bool,
) -> str:
    """Return what a move that books people says of double bookings; an extension is asked about, never blocked."""
    if move is Move.REASSIGN:
        host = {mentor_id: True} if mentor_id else {}
        return await clashes.heed(tx, context, host, starts_at, ends_at, but=session_id, confirm=confirm)
    if move not in _BOOKS:
        return ""
    blocks = move is not Move.EXTEND  # people may be inside
    return await clashes.heed_all(tx, context, session_id, starts_at, ends_at, confirm=confirm, blocks=blocks)


_BOOKS: Final = frozenset({Move.PUBLISH, Move.REOPEN, Move.RESCHEDULE, Move.EXTEND})
"""Moves after which people are expected at a time at which they were not before."""


def _plain(value: object) -> Json:
    return cast("Json", rfc3339(value) if isinstance(value, datetime) else value)


def _check_window(starts_at: datetime, ends_at: datetime) -> None:
    if not is_in_calendar(starts_at, ends_at):
        raise BadInput(f"a session lies in the years {EARLIEST} to {LATEST}", place="starts_at")
    if ends_at <= starts_at:
        raise BadInput("the session would end before it starts", place="ends_at", hint="give a later end")


def _check_extra(
    move: Move,
    facts: Facts,
    now: datetime,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    mentor_id: int | None,
) -> None:
    """Check what a move brings along beside itself."""
    if move is Move.EXTEND:
        if ends_at is None or ends_at <= facts.ends_at:
            raise BadInput("extending needs a later end", place="ends_at")
        if ends_at > facts.ends_at + LONGEST_EXTENSION:
            raise BadInput(
                "a session is extended by at most 24 h at once",
                place="ends_at",
                hint="extend it again when it comes to that, or make another session",
            )
    elif move is Move.RESCHEDULE:
        if starts_at is None or ends_at is None:
            raise BadInput("rescheduling needs a start and an end", place="starts_at")
        _check_window(starts_at, ends_at)
        if ends_at <= now:
            raise Refused("the new window has ended already", title="Cannot reschedule")
    elif starts_at is not None or ends_at is not None:
        raise BadInput(f"{move} takes no new window")
    if (move is Move.REASSIGN) != (mentor_id is not None):
        raise BadInput("reassigning, and only it, needs a mentor", place="mentor")


_PAST: Final = {
    Move.PUBLISH: "published",
    Move.START: "started",
    Move.PAUSE: "paused",
    Move.RESUME: "resumed",
    Move.COMPLETE: "completed",
    Move.CANCEL: "cancelled",
    Move.REOPEN: "reopened",
    Move.ARCHIVE: "archived",
    Move.RESTORE: "restored",
}


def _sentence(
    move: Move,
    title: str,
    facts: Facts,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    mentor: str,
) -> str:
    match move:
        case Move.EXTEND if ends_at is not None:
            return f"extended {title} by {span(minutes(ends_at - facts.ends_at))}"
        case Move.RESCHEDULE if starts_at is not None:
            return f"rescheduled {title} to {starts_at:%Y-%m-%d %H:%M} UTC"
        case Move.REASSIGN:
            return f"reassigned {title} to {mentor}"
        case _:
            return f"{_PAST[move]} {title}"

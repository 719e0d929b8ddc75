"""Recordings are added, changed and removed; every act can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import AlreadyThere, BadInput, Conflict, NotFound, Refused
from sessiontui.domain.recordings import Audience, link_of
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.services.titles import title_of
from sessiontui.store.reads import recordings as kept
from sessiontui.store.reads.recordings import RecordingRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx

ADDED: Final = "recording.add"
CHANGED: Final = "recording.edit"
REMOVED: Final = "recording.remove"
"""The acts, as the audit trail names them."""

LONGEST: Final = timedelta(days=7)
"""A longer recording is a slip of the pen."""

_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDraft:
    """What a recording is made from; an empty title becomes that of the session. ``people`` are the named ones."""

    link: str
    title: str = ""
    length: timedelta | None = None
    audience: Audience = Audience.APPROVED
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEdit:
    """What is to change of a recording; ``None`` leaves a thing as it is, a length of zero means unknown."""

    link: str | None = None
    title: str | None = None
    length: timedelta | None = None
    audience: Audience | None = None
    people: tuple[int, ...] | None = None


async def add(context: Context, session_id: int, draft: RecordingDraft, *, by: Actor, at: datetime) -> Receipt:
    """Add a recording to a session."""
    link, length = link_of(draft.link), _length(draft.length)
    _check_named(draft.audience, draft.people)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.EDIT, session)
        title = safe_line(draft.title).strip() or session.title
        if any(row.link == link for row in await kept.of_session(tx.fetch, session_id)):
            raise AlreadyThere(f"{session.title} has a recording with this link already")
        for person_id in draft.people:
            await tx.person(person_id)
        recording_id = await put(
            tx, session_id, title=title, link=link, length=length, audience=draft.audience, people=draft.people
        )
        sentence = f"added the recording #{recording_id} {title} to {session.title}, for {draft.audience.words}"
        entry = await tx.audit(
            ADDED, sentence, subject_id=session_id, detail={"recording": recording_id}, reversible=True
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=draft.people, undo=entry.id)


async def edit(context: Context, recording_id: int, changes: RecordingEdit, *, by: Actor, at: datetime) -> Receipt:
    """Change a recording: its link, title, length, or who may see it."""
    async with context.db.write(by=by, at=at) as tx:
        row = await _standing(tx, recording_id)
        session = await tx.claim(row.session_id)
        await require_session(tx, Action.EDIT, session)
        before = _plain(row)
        after = {**before, **_given(changes)}
        audience = Audience(str(after["audience"]))
        if audience is not Audience.NAMED:
            after["people"] = []
        _check_named(audience, cast("list[int]", after["people"]))
        for person_id in changes.people or ():
            await tx.person(person_id)
        moved = [name for name in before if before[name] != after[name]]
        if not moved:
            raise BadInput("nothing to change was given")
        await _write(tx, recording_id, after)
        words = dict.fromkeys("who may see it" if name in ("audience", "people") else name for name in moved)
        sentence = (
            f"changed {' and '.join(words)} of the recording #{recording_id} {after['title']} of {session.title}"
        )
        entry = await tx.audit(
            CHANGED,
            sentence,
            subject_id=row.session_id,
            detail={"recording": recording_id, "before": before, "after": after},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(row.session_id,), undo=entry.id)


async def remove(context: Context, recording_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Remove a recording: nobody can open it any more; who opened it before stays known."""
    async with context.db.write(by=by, at=at) as tx:
        row = await _standing(tx, recording_id)
        session = await tx.claim(row.session_id)
        await require_session(tx, Action.EDIT, session)
        await tx.update("recording", recording_id, removed_at=at, removed_by=by.name)
        sentence = f"removed the recording #{recording_id} {row.title} from {session.title}"
        entry = await tx.audit(
            REMOVED,
            sentence,
            subject_id=row.session_id,
            reason=safe_block(reason).strip(),
            detail={"recording": recording_id},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(row.session_id,), undo=entry.id)


async def put(
    tx: Tx,
    session_id: int,
    *,
    title: str,
    link: str,
    length: timedelta | None,
    audience: Audience,
    people: tuple[int, ...],
    added_at: datetime | None = None,
    **outside: object,
) -> int:
    """Write a new recording inside a transaction and return its id; ``outside`` is how its source knows it."""
    recording_id = await tx.insert(
        "recording",
        session_id=session_id,
        title=title,
        link=link,
        length_ms=length_ms(length),
        audience=str(audience),
        added_at=added_at or tx.at,
        added_by=tx.by.name,
        **outside,
    )
    if audience is Audience.NAMED:
        await kept.set_readers(tx, recording_id, people)
    tx.touch(session_id, words=False)
    return recording_id


def length_ms(length: timedelta | None) -> int | None:
    """Return a length as it is kept, in milliseconds."""
    return None if length is None else length // _MS


async def take_back(tx: Tx, action: str, session_id: int, detail: dict[str, Json]) -> None:
    """Take back one act on a recording, inside the transaction that undoes it."""
    await require_session(tx, Action.EDIT, await tx.claim(session_id))
    recording_id = cast("int", detail["recording"])
    row = await kept.one(tx.fetch, recording_id)
    if row is None:
        raise NotFound(f"there is no recording #{recording_id}")
    if (row.removed_at is not None) is not (action == REMOVED):
        raise Conflict(f"the recording #{recording_id} was {'removed' if row.removed_at else 'brought back'} since")
    if action == CHANGED:
        if _plain(row) != detail["after"]:
            raise Conflict(f"the recording #{recording_id} was changed since")
        await _write(tx, recording_id, cast("dict[str, Json]", detail["before"]))
    elif action == ADDED:
        await tx.update("recording", recording_id, removed_at=tx.at, removed_by=tx.by.name)
    else:
        await tx.update("recording", recording_id, removed_at=None, removed_by="")


async def _standing(tx: Tx, recording_id: int) -> RecordingRow:
    row = await kept.one(tx.fetch, recording_id)
    if row is None or row.removed_at is not None:
        raise NotFound(f"there is no recording #{recording_id}")
    return row


def _plain(row: RecordingRow) -> dict[str, Json]:
    """Return what can be changed of a recording, as the audit trail keeps it to undo it; nothing prints that."""
    return {
        "title": row.title,
        "link": row.link,
        "length": length_ms(row.length),
        "audience": str(row.audience),
        "people": list(row.readers),
    }


def _given(changes: RecordingEdit) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if changes.link is not None:
        found["link"] = link_of(changes.link)
    if changes.title is not None:
        found["title"] = title_of(changes.title, of="a recording")
    if changes.length is not None:
        found["length"] = length_ms(_length(changes.length))
    if changes.audience is not None:
        found["audience"] = str(changes.audience)
    if changes.people is not None:
        found["people"] = sorted(set(changes.people))
        found.setdefault("audience", str(Audience.NAMED))
    return found


async def _write(tx: Tx, recording_id: int, values: dict[str, Json]) -> None:
    await tx.update(
        "recording",
        recording_id,
        title=values["title"],
        link=values["link"],
        length_ms=values["length"],
        audience=values["audience"],
    )
    await kept.set_readers(tx, recording_id, cast("list[int]", values["people"]))


def _length(length: timedelta | None) -> timedelta | None:
    if length is not None and not timedelta() <= length <= LONGEST:
        raise BadInput("a recording lasts up to 7 days", place="minutes", hint="give its length in minutes")
    return length or None


def _check_named(audience: Audience, people: tuple[int, ...] | list[int]) -> None:
    if audience is Audience.NAMED and not people:
        raise Refused("nobody is named who may see it", hint="name people, or let all who were approved see it")
    if audience is not Audience.NAMED and people:
        raise BadInput(f"people are named, but it is for {audience.words}", hint="choose 'named' as the audience")

"""Sessions are made, and what is written about them is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, Standing
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import AlreadyThere, BadInput
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.links import room_of
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Control
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.editing.meeting import meet
from sessiontui.services.mentoring import mentor_of
from sessiontui.services.places import wishing
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import seats
from sessiontui.services.rights import require_door, require_session
from sessiontui.services.sessions.draft import SessionDraft, SessionEdit, check_window, checked
from sessiontui.services.sessions.keeping import add_change, insert
from sessiontui.services.templates import using
from sessiontui.store.reads import imports as kept_imports

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

EDITED: Final = "session.edit"
"""How a change of what is written about a session is named in the audit trail."""


async def create(context: Context, draft: SessionDraft, *, by: Actor, at: datetime, confirm: bool = False) -> Receipt:
    """Make a session, as a draft or published at once; its author is the one who acts unless another is named.

    ``confirm`` agrees to a host being booked twice where that takes an agreement.
    """
    author_id = draft.author_id if draft.author_id is not None else by.id
    host_id = draft.mentor_id or author_id
    own = Standing(hosts=by.id == host_id, authored=by.id == author_id)
    await require_door(context, Action.CREATE, by=by, at=at, standing=own)
    check_window(draft.starts_at, draft.ends_at)
    values = checked(draft)
    wished = await wishing.wished_for(context, draft.platform, has_link=bool(draft.link.strip()))
    control = Control.SCHEDULED if draft.publish else Control.DRAFT
    async with context.db.write(by=by, at=at) as tx:
        if author_id is not None:
            await tx.person(author_id)
        if draft.mentor_id is not None:
            await mentor_of(tx, draft.mentor_id)
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
        sentence, detail = await rewrite(tx, session, values)
        moved = bool(detail["after"])
        entry = await tx.audit(EDITED, sentence, subject_id=session_id, detail=detail, reversible=moved)
        sentence += await seats_told(tx, context, session, detail)
    sentence += aside
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id if moved else None)


async def rewrite(tx: Tx, session: Session, values: dict[str, object]) -> tuple[str, dict[str, Json]]:
    """Change what is written about a claimed session inside a transaction; return the sentence, and what is kept.

    What is kept lets the act be undone, and go together with other edits: how each field was, and what it became.
    """
    session_id = cast("int", session.id)
    before = {name: getattr(session, name) for name in values}
    moved = {name for name in values if values[name] != before[name]}
    capacity = values.pop("capacity", None)
    change: int | None = None
    if "capacity" in moved:
        change = await add_change(tx, session_id, capacity=cast("int", capacity))
    if values:
        rooms = {"meeting_id": room_of(str(values["link"]))} if "link" in values else {}
        await tx.update("session", session_id, **values, **rooms)
    return f"changed {', '.join(sorted(moved)) or 'nothing'} of {session.title}", {
        "version": session.version + 1,
        "before": {name: _plain(before[name]) for name in moved},
        "after": {name: _plain(values.get(name, capacity)) for name in moved},
        "change": change,
    }


async def seats_told(tx: Tx, context: Context, session: Session, detail: Mapping[str, Json]) -> str:
    """Return what an edit means for those who have a seat or wait for one, by what is kept of it."""
    capacity = cast("dict[str, Json]", detail["after"]).get("capacity")
    return "" if capacity is None else await _seats_told(tx, context, session, cast("int", capacity))


async def _seats_told(tx: Tx, context: Context, session: Session, capacity: int) -> str:
    """Return what a change of the capacity means for those who have a seat, or wait for one."""
    if 0 < capacity < session.approved:
        return f"; {session.approved} are approved for {count(capacity, 'seat')}: it is overbooked"
    return await seats.offer(tx, context, session, before=(session.capacity, session.approved), capacity=capacity)


async def _known_outside(tx: Tx, outside: tuple[str, str] | None) -> dict[str, object]:
    """Return how another system knows a new session; ``AlreadyThere`` where it knows another one so."""
    if outside is None:
        return {}
    source, external_id = (safe_line(part).strip() for part in outside)
    there = await kept_imports.session_of(tx.fetch, source, external_id)
    if there is not None:
        raise AlreadyThere(f"session #{there} is {source}:{external_id} already", hint="change that one")
    return {"source": source, "external_id": external_id}


def _plain(value: object) -> Json:
    return cast("Json", rfc3339(value) if isinstance(value, datetime) else value)

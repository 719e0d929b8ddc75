"""Items of projects: added, renamed, moved between decided, exploring and parked, taken out; all can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.text import safe_block
from sessiontui.domain.visits.history import Change, Present, fold
from sessiontui.domain.visits.words import ItemState
from sessiontui.services.context import Context
from sessiontui.services.projects.changing import audit, named, require_there, stir
from sessiontui.services.projects.knowing import ensure
from sessiontui.services.receipt import Receipt
from sessiontui.services.visits.keeping import renew
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reads.project_rows import ItemRow
    from sessiontui.store.tx import Tx

ADDED: Final = "project.item-add"
MOVED: Final = "project.item-move"
EDITED: Final = "project.item-edit"
REMOVED: Final = "project.item-remove"
"""The acts, as the audit trail names them."""

_VERBS: Final = {ItemState.DECIDED: "decided", ItemState.EXPLORING: "is exploring", ItemState.PARKED: "parked"}


async def add(
    context: Context,
    project_id: int,
    title: str,
    *,
    by: Actor,
    at: datetime,
    state: ItemState = ItemState.EXPLORING,
    note: str = "",
    session_id: int | None = None,
) -> Receipt:
    """Add an item to a project; ``session_id`` is the session in which it was brought up, or decided."""
    clean = named(title)
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, Action.CHANGE_PROJECTS, project_id)
        if session_id is not None:
            await require_there(tx, session_id)
        item_id = await put(tx, project_id, clean, state=state, note=safe_block(note).strip(), session_id=session_id)
        await _follow(tx, context, project_id)
        sentence = f"added {clean} to {row.name}, {state}"
        entry = await audit(tx, ADDED, sentence, project_id, item=item_id, session_id=session_id)
    return Receipt(sentence=sentence, undo=entry, project=project_id, part=item_id)


async def move(
    context: Context,
    item_id: int,
    state: ItemState,
    *,
    by: Actor,
    at: datetime,
    session_id: int | None = None,
    reason: str = "",
) -> Receipt:
    """Bring an item into another state; ``session_id`` is the session that decided so."""
    async with context.db.write(by=by, at=at) as tx:
        item = await _there(tx, item_id)
        row = await ensure(tx, Action.CHANGE_PROJECTS, item.project_id)
        if item.state == state:
            raise Refused(f"{item.title} is {state} already")
        if session_id is not None:
            await require_there(tx, session_id)
        change = await step(tx, item_id, state, at=at, session_id=session_id, reason=safe_block(reason).strip())
        await settle(tx, item_id)
        await _follow(tx, context, item.project_id)
        sentence = f"{_VERBS[state]} {item.title} in {row.name}, it was {item.state}"
        entry = await audit(
            tx, MOVED, sentence, item.project_id, reason=reason, item=item_id, change=change, session_id=session_id
        )
    return Receipt(sentence=sentence, undo=entry, project=item.project_id, part=item_id)


async def edit(
    context: Context, item_id: int, *, by: Actor, at: datetime, title: str | None = None, note: str | None = None
) -> Receipt:
    """Change title or note of an item."""
    async with context.db.write(by=by, at=at) as tx:
        item = await _there(tx, item_id)
        row = await ensure(tx, Action.CHANGE_PROJECTS, item.project_id)
        wanted: dict[str, Json] = {}
        if title is not None and named(title) != item.title:
            wanted["title"] = named(title)
        if note is not None and safe_block(note).strip() != item.note:
            wanted["note"] = safe_block(note).strip()
        if not wanted:
            raise BadInput("nothing to change was given")
        before: dict[str, Json] = {key: getattr(item, key) for key in wanted}
        await tx.update("item", item_id, **wanted, touched_at=at)
        await _follow(tx, context, item.project_id)
        sentence = f"changed {' and '.join(wanted)} of {wanted.get('title', item.title)} in {row.name}"
        entry = await audit(tx, EDITED, sentence, item.project_id, item=item_id, before=before, after=wanted)
    return Receipt(sentence=sentence, undo=entry, project=item.project_id, part=item_id)


async def remove(context: Context, item_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take an item out of its project; what was true of it before stays so."""
    async with context.db.write(by=by, at=at) as tx:
        item = await _there(tx, item_id)
        row = await ensure(tx, Action.CHANGE_PROJECTS, item.project_id)
        await tx.update("item", item_id, removed_at=at)
        await _follow(tx, context, item.project_id)
        sentence = f"took {item.title} out of {row.name}"
        entry = await audit(tx, REMOVED, sentence, item.project_id, reason=reason, item=item_id)
    return Receipt(sentence=sentence, undo=entry, project=item.project_id, part=item_id)


async def put(
    tx: Tx,
    project_id: int,
    title: str,
    *,
    state: ItemState,
    note: str = "",
    session_id: int | None = None,
    at: datetime | None = None,
    by_id: int | None = None,
    by_name: str | None = None,
    **values: object,
) -> int:
    """Add an item inside a transaction, with the first step of its history; return its id."""
    instant = at or tx.at
    item_id = await tx.insert(
        "item",
        project_id=project_id,
        title=title,
        note=note,
        state=str(state),
        since=instant,
        session_id=session_id,
        created_at=instant,
        created_by=tx.by.name if by_name is None else by_name,
        touched_at=instant,
        **values,
    )
    await step(tx, item_id, state, at=instant, session_id=session_id, by_id=by_id, by_name=by_name)
    return item_id


async def step(
    tx: Tx,
    item_id: int,
    state: ItemState,
    *,
    at: datetime,
    session_id: int | None = None,
    reason: str = "",
    by_id: int | None = None,
    by_name: str | None = None,
) -> int:
    """Write one step into the history of an item; without a name it is that of the one who acts."""
    return await tx.insert(
        "item_change",
        item_id=item_id,
        state=str(state),
        at=at,
        by_id=tx.by.id if by_name is None else by_id,
        by_name=tx.by.name if by_name is None else by_name,
        session_id=session_id,
        reason=reason,
    )


async def settle(tx: Tx, item_id: int) -> Present | None:
    """Let an item be what its history comes to."""
    steps = await kept.changes(tx.fetch, [item_id])
    present = fold(Change(state=ItemState(one.state), at=from_ms(one.at), session_id=one.session_id) for one in steps)
    if present is not None:
        await tx.update(
            "item",
            item_id,
            state=str(present.state),
            since=present.since,
            session_id=present.session_id,
            reopened_at=present.reopened_at,
            touched_at=max(present.since, from_ms(steps[-1].at)),
        )
    return present


async def _there(tx: Tx, item_id: int) -> ItemRow:
    item = await kept.item(tx.fetch, item_id)
    if item is None or item.removed_at is not None:
        raise NotFound(f"there is no item #{item_id}")
    return item


async def _follow(tx: Tx, context: Context, project_id: int) -> None:
    await stir(tx, project_id)
    await renew(tx, project_id, context.visits)

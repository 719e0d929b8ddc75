"""Items of a checklist are added, ticked, renamed and removed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.services.plans.pen import Pen
from sessiontui.services.receipt import Receipt
from sessiontui.services.titles import title_of
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.plan_rows import CheckRow
    from sessiontui.store.tx import Tx


async def add(context: Context, session_id: int, title: str, *, by: Actor, at: datetime) -> Receipt:
    """Add an item at the end of the checklist."""
    named = title_of(title, of="an item")
    async with context.db.write(by=by, at=at) as tx:
        pen = await Pen.on(tx, session_id)
        others = await kept.checks(tx.fetch, session_id)
        item_id = await pen.add(
            "check_item",
            title=named,
            position=max((row.position for row in others), default=0) + 1,
            created_at=at,
            created_by=by.name,
        )
        return await pen.seal("check.add", f"added #{item_id} {named} to the checklist", check=item_id)


async def tick(context: Context, item_id: int, *, by: Actor, at: datetime, on: bool = True) -> Receipt:
    """Tick an item, or untick it."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, item_id)
        if on is (row.done_at is not None):
            raise Refused(f"{row.title} is {'' if on else 'not '}ticked{' already' if on else ''}")
        await pen.change("check_item", item_id, done_at=at if on else None, done_by=by.name if on else "")
        return await pen.seal("check.tick", f"{'ticked' if on else 'unticked'} #{item_id} {row.title}", check=item_id)


async def rename(context: Context, item_id: int, title: str, *, by: Actor, at: datetime) -> Receipt:
    """Give an item another title."""
    named = title_of(title, of="an item")
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, item_id)
        await pen.change("check_item", item_id, title=named)
        return await pen.seal("check.edit", f"renamed #{item_id} {row.title} to {named}", check=item_id)


async def remove(context: Context, item_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take an item off the checklist."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, item_id)
        await pen.change("check_item", item_id, removed_at=at)
        return await pen.seal("check.remove", f"removed #{item_id} {row.title} from the checklist", check=item_id)


async def _open(tx: Tx, item_id: int) -> tuple[Pen, CheckRow]:
    row = await kept.check(tx.fetch, item_id)
    if row is None:
        raise NotFound(f"there is no item #{item_id} on a checklist")
    return await Pen.on(tx, row.session_id), row

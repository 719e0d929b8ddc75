"""Blockers are opened, described anew and resolved; while one is open, the session has the badge *Blocked*."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity
from sessiontui.domain.text import safe_block
from sessiontui.services.plans.pen import Pen
from sessiontui.services.receipt import Receipt
from sessiontui.services.titles import title_of
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.plan_rows import BlockerRow
    from sessiontui.store.tx import Tx


async def open_blocker(
    context: Context,
    session_id: int,
    title: str,
    *,
    by: Actor,
    at: datetime,
    kind: BlockerKind,
    severity: BlockerSeverity = BlockerSeverity.MAJOR,
    detail: str = "",
    goal_id: int | None = None,
) -> Receipt:
    """Say what keeps a session, or one goal of it, from going on."""
    named = title_of(title, of="a blocker")
    async with context.db.write(by=by, at=at) as tx:
        pen = await Pen.on(tx, session_id)
        goal = None if goal_id is None else await kept.goal(tx.fetch, goal_id)
        if goal_id is not None and (goal is None or goal.session_id != session_id):
            raise NotFound(f"this session has no goal #{goal_id}")
        blocker_id = await pen.add(
            "blocker",
            goal_id=goal_id,
            kind=str(kind),
            severity=str(severity),
            title=named,
            detail=safe_block(detail).strip(),
            opened_at=at,
            opened_by=by.name,
        )
        of = "" if goal is None else f" of {goal.goal.title}"
        sentence = f"opened the {severity} blocker #{blocker_id} {named}{of} ({kind.words})"
        return await pen.seal("blocker.open", sentence, blocker=blocker_id)


async def resolve(context: Context, blocker_id: int, *, by: Actor, at: datetime, resolution: str = "") -> Receipt:
    """Say that a blocker no longer blocks, and how."""
    said = safe_block(resolution).strip()
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, blocker_id)
        if row.resolved_at is not None:
            raise Refused(f"{row.title} was resolved by {row.resolved_by} already")
        await pen.change("blocker", blocker_id, resolved_at=at, resolved_by=by.name, resolution=said)
        sentence = f"resolved the blocker #{blocker_id} {row.title}"
        return await pen.seal("blocker.resolve", sentence, reason=said, blocker=blocker_id)


async def reopen(context: Context, blocker_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Say that a blocker blocks after all."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, blocker_id)
        if row.resolved_at is None:
            raise Refused(f"{row.title} is open")
        await pen.change("blocker", blocker_id, resolved_at=None, resolved_by="", resolution="")
        return await pen.seal("blocker.reopen", f"reopened the blocker #{blocker_id} {row.title}", blocker=blocker_id)


async def edit(
    context: Context,
    blocker_id: int,
    *,
    by: Actor,
    at: datetime,
    title: str | None = None,
    kind: BlockerKind | None = None,
    severity: BlockerSeverity | None = None,
    detail: str | None = None,
) -> Receipt:
    """Describe a blocker anew."""
    given = {
        "title": None if title is None else title_of(title, of="a blocker"),
        "kind": None if kind is None else str(kind),
        "severity": None if severity is None else str(severity),
        "detail": None if detail is None else safe_block(detail).strip(),
    }
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise BadInput("nothing to change was given")
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, blocker_id)
        await pen.change("blocker", blocker_id, **values)
        sentence = f"changed {' and '.join(values)} of the blocker #{blocker_id} {row.title}"
        return await pen.seal("blocker.edit", sentence, blocker=blocker_id)


async def remove(context: Context, blocker_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take out a blocker that was opened by mistake; one that is over is resolved instead."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, blocker_id)
        await pen.change("blocker", blocker_id, removed_at=at)
        return await pen.seal("blocker.remove", f"removed the blocker #{blocker_id} {row.title}", blocker=blocker_id)


async def _open(tx: Tx, blocker_id: int) -> tuple[Pen, BlockerRow]:
    row = await kept.blocker(tx.fetch, blocker_id)
    if row is None:
        raise NotFound(f"there is no blocker #{blocker_id}")
    return await Pen.on(tx, row.session_id), row

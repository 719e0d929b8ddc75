"""Milestones are added, edited, reached by hand and removed; those with a rule validate themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.planning.reaching import told_rule
from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.services.plans.pen import Pen
from sessiontui.services.plans.settling import REACHED
from sessiontui.services.receipt import Receipt
from sessiontui.services.titles import title_of
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.plan_rows import MilestoneRow
    from sessiontui.store.tx import Tx


async def add(
    context: Context,
    session_id: int,
    title: str,
    *,
    by: Actor,
    at: datetime,
    rule: MilestoneRule = MilestoneRule.MANUAL,
    threshold: int = 0,
) -> Receipt:
    """Add a milestone at the end; ``threshold`` counts goals, minutes or people, as the rule says."""
    named = title_of(title, of="a milestone")
    _check_threshold(rule, threshold)
    async with context.db.write(by=by, at=at) as tx:
        pen = await Pen.on(tx, session_id)
        others = await kept.milestones(tx.fetch, session_id)
        milestone_id = await pen.add(
            "milestone",
            title=named,
            rule=str(rule),
            threshold=threshold,
            position=max((row.position for row in others), default=0) + 1,
            created_at=at,
            created_by=by.name,
            look_at=at if rule in REACHED else None,
        )
        sentence = f"added the milestone #{milestone_id} {named} ({told_rule(rule, threshold)})"
        return await pen.seal("milestone.add", sentence, milestone=milestone_id)


async def edit(
    context: Context,
    milestone_id: int,
    *,
    by: Actor,
    at: datetime,
    title: str | None = None,
    rule: MilestoneRule | None = None,
    threshold: int | None = None,
) -> Receipt:
    """Change the title or the rule of a milestone; another rule is measured anew."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, milestone_id)
        values: dict[str, object] = {} if title is None else {"title": title_of(title, of="a milestone")}
        if rule is not None or threshold is not None:
            wanted = row.rule if rule is None else rule
            number = 0 if wanted is MilestoneRule.MANUAL else row.threshold if threshold is None else threshold
            _check_threshold(wanted, number)
            values |= {
                "rule": str(wanted),
                "threshold": number,
                "reached_at": None,
                "reached_by": "",
                "look_at": at if wanted in REACHED else None,
            }
        if not values:
            raise BadInput("nothing to change was given")
        await pen.change("milestone", milestone_id, **values)
        sentence = f"changed the milestone #{milestone_id} {row.title}"
        return await pen.seal("milestone.edit", sentence, milestone=milestone_id)


async def reach(context: Context, milestone_id: int, *, by: Actor, at: datetime, on: bool = True) -> Receipt:
    """Say by hand that a milestone was reached, or not yet; one with a rule of its own is refused."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, milestone_id)
        if row.rule is not MilestoneRule.MANUAL:
            raise Refused(f"{row.title} validates itself: {told_rule(row.rule, row.threshold)}")
        if on is (row.reached_at is not None):
            raise Refused(f"{row.title} is {'' if on else 'not '}reached{' already' if on else ''}")
        await pen.change("milestone", milestone_id, reached_at=at if on else None, reached_by=by.name if on else "")
        sentence = f"{'reached' if on else 'took back'} the milestone #{milestone_id} {row.title}"
        return await pen.seal("milestone.reach", sentence, milestone=milestone_id)


async def remove(context: Context, milestone_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take a milestone out of the plan."""
    async with context.db.write(by=by, at=at) as tx:
        pen, row = await _open(tx, milestone_id)
        await pen.change("milestone", milestone_id, removed_at=at, look_at=None)
        sentence = f"removed the milestone #{milestone_id} {row.title}"
        return await pen.seal("milestone.remove", sentence, milestone=milestone_id)


async def _open(tx: Tx, milestone_id: int) -> tuple[Pen, MilestoneRow]:
    row = await kept.milestone(tx.fetch, milestone_id)
    if row is None:
        raise NotFound(f"there is no milestone #{milestone_id}")
    return await Pen.on(tx, row.session_id), row


def _check_threshold(rule: MilestoneRule, threshold: int) -> None:
    if rule is MilestoneRule.MANUAL and threshold:
        raise BadInput("a milestone by hand has no number", place="threshold")
    if rule is not MilestoneRule.MANUAL and not 1 <= threshold <= 100_000:
        raise BadInput(f"{rule} needs a number from 1 on", place="threshold")

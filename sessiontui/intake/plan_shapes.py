"""The shapes of plans, files and links: a mapping of JSON values becomes one record, or a reason why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase
from sessiontui.domain.recordings import MAX_LINK, link_of
from sessiontui.intake.fields import MAX_SHORT, MISSING, Fields, needed
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.plan_records import (
    AttachmentRecord,
    BlockerRecord,
    CheckRecord,
    GoalRecord,
    LinkRecord,
    MilestoneRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sessiontui.intake.records import Record

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WHOLE: Final = 100
_HEAVIEST: Final = 100
_MOST: Final = 100_000
_LARGEST: Final = 2**53


def _goal(f: Fields) -> GoalRecord:
    weight, progress, state = f.number("weight"), f.number("progress"), f.choice("state", GoalState)
    if weight is not None and not 1 <= weight <= _HEAVIEST:
        raise BadInput(f"weight: {weight} is not between 1 and {_HEAVIEST}")
    if progress is not None and progress > _WHOLE:
        raise BadInput(f"progress: {progress} is not between 0 and {_WHOLE}")
    settled_at = f.instant("settled_at")
    if settled_at is not None and state in (None, GoalState.OPEN):
        raise BadInput("settled_at: belongs to a goal that is done or dropped")
    goal_id, needs = f.needed_id("id"), f.ids("needs")
    if needs and goal_id in needs:
        raise BadInput("needs: a goal does not need itself")
    return GoalRecord(
        line=f.line,
        id=goal_id,
        session=f.needed_id("session"),
        title=_title(f),
        parent=f.id("parent"),
        criteria=f.text("criteria"),
        weight=weight,
        phase=f.choice("phase", Phase),
        progress=progress,
        state=state,
        needs=needs,
        created_at=f.instant("created_at"),
        settled_at=settled_at,
        settled_by=f.id("settled_by"),
        source=f.text("source", MAX_SHORT),
    )


def _milestone(f: Fields) -> MilestoneRecord:
    rule, threshold = f.choice("rule", MilestoneRule) or MilestoneRule.MANUAL, f.number("threshold") or 0
    if rule is MilestoneRule.MANUAL and threshold:
        raise BadInput("threshold: a milestone by hand has none")
    if rule is not MilestoneRule.MANUAL and not 1 <= threshold <= _MOST:
        raise BadInput(f"threshold: {threshold} is not between 1 and {_MOST}")
    return MilestoneRecord(
        line=f.line,
        id=f.needed_id("id"),
        session=f.needed_id("session"),
        title=_title(f),
        rule=rule,
        threshold=threshold,
        created_at=f.instant("created_at"),
        reached_at=f.instant("reached_at"),
        reached_by=f.id("reached_by"),
        source=f.text("source", MAX_SHORT),
    )


def _check(f: Fields) -> CheckRecord:
    return CheckRecord(
        line=f.line,
        id=f.needed_id("id"),
        session=f.needed_id("session"),
        title=_title(f),
        created_at=f.instant("created_at"),
        done_at=f.instant("done_at"),
        done_by=f.id("done_by"),
        source=f.text("source", MAX_SHORT),
    )


def _blocker(f: Fields) -> BlockerRecord:
    opened_at, resolved_at = f.instant("opened_at"), f.instant("resolved_at")
    _require_order("resolved_at", opened_at, resolved_at)
    return BlockerRecord(
        line=f.line,
        id=f.needed_id("id"),
        session=f.needed_id("session"),
        title=_title(f),
        goal=f.id("goal"),
        kind=f.choice("kind", BlockerKind) or BlockerKind.TECHNICAL,
        severity=f.choice("severity", BlockerSeverity),
        detail=f.text("detail"),
        opened_at=opened_at,
        opened_by=f.id("opened_by"),
        resolved_at=resolved_at,
        resolved_by=f.id("resolved_by"),
        resolution=f.text("resolution"),
        source=f.text("source", MAX_SHORT),
    )


def _attachment(f: Fields) -> AttachmentRecord:
    digest, version = needed("sha256", f.text("sha256", MAX_SHORT)).strip().lower(), f.number("version")
    if not _HASH.fullmatch(digest):
        raise BadInput("sha256: is not 64 hexadecimal digits")
    if version == 0:
        raise BadInput("version: 0 is not between 1 and 1000000")
    f.asked |= {"id"}  # an export numbers its rows; a file is known by its name and version
    return AttachmentRecord(
        line=f.line,
        session=f.needed_id("session"),
        name=needed("name", f.text("name", MAX_TITLE)),
        sha256=digest,
        size=needed("size", f.number("size", most=_LARGEST)),
        version=version,
        media_type=f.text("media_type", MAX_SHORT),
        person=f.id("person"),
        at=f.instant("at"),
        source=f.text("source", MAX_SHORT),
    )


def _link(f: Fields) -> LinkRecord:
    f.asked |= {"id"}  # a link is known by its address
    return LinkRecord(
        line=f.line,
        session=f.needed_id("session"),
        link=link_of(needed("link", f.text("link", MAX_LINK))),
        title=f.text("title", MAX_TITLE),
        at=f.instant("at"),
        source=f.text("source", MAX_SHORT),
    )


def _title(f: Fields) -> str:
    title = f.text("title", MAX_TITLE)
    if title is None or not title.strip():
        raise BadInput(f"title: {MISSING}")
    return title.strip()


def _require_order(name: str, first: datetime | None, then: datetime | None) -> None:
    if first is not None and then is not None and then < first:
        raise BadInput(f"{name}: lies before it was opened")


PLAN_SHAPES: Final[Mapping[str, Callable[[Fields], Record]]] = {
    "goal": _goal,
    "milestone": _milestone,
    "check": _check,
    "blocker": _blocker,
    "attachment": _attachment,
    "link": _link,
}

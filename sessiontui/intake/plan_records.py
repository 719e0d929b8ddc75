"""What files tell of the plan of a session, of its files and of its links.

``None`` means that the file does not say. Whoever did something is an outside id, or a name where none is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRecord:
    """One goal of a session; ``parent`` and ``needs`` are outside ids of other goals of it."""

    line: int
    id: str
    session: str
    title: str
    parent: str | None = None
    criteria: str | None = None
    weight: int | None = None
    phase: Phase | None = None
    progress: int | None = None
    state: GoalState | None = None
    needs: tuple[str, ...] | None = None
    created_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRecord:
    """One milestone; ``threshold`` counts goals, minutes or people, as the rule says."""

    line: int
    id: str
    session: str
    title: str
    rule: MilestoneRule = MilestoneRule.MANUAL
    threshold: int = 0
    created_at: datetime | None = None
    reached_at: datetime | None = None
    reached_by: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """One item of a checklist."""

    line: int
    id: str
    session: str
    title: str
    created_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockerRecord:
    """What keeps a session, or the goal of an outside id, from going on."""

    line: int
    id: str
    session: str
    title: str
    goal: str | None = None
    kind: BlockerKind = BlockerKind.TECHNICAL
    severity: BlockerSeverity | None = None
    detail: str | None = None
    opened_at: datetime | None = None
    opened_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolution: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRecord:
    """One version of a file without its bytes: what it is called, how large it is, and the hash of what it holds."""

    line: int
    session: str
    name: str
    sha256: str
    size: int
    version: int | None = None
    media_type: str | None = None
    person: str | None = None
    at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A page on the web that belongs to a session."""

    line: int
    session: str
    link: str
    title: str | None = None
    at: datetime | None = None
    source: str | None = None


PlanRecord: TypeAlias = GoalRecord | MilestoneRecord | CheckRecord | BlockerRecord
"""Whatever one row can say about the plan of a session."""

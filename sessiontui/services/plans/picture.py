"""A plan as screens, lists and exports show it: frozen, in its order, with nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sessiontui.domain.planning.reaching import told_rule
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """One goal in its place; ``progress`` and ``share`` are percent, of itself and of the whole plan.

    ``waits_for`` names the open goals it needs, ``blocked`` counts its open blockers.
    """

    goal: Goal
    depth: int
    progress: int
    share: int
    waits_for: tuple[str, ...] = ()
    blocked: int = 0
    settled_by: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it is open and needs others first."""
        return self.goal.state is GoalState.OPEN and bool(self.waits_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLine:
    """One milestone; ``so_far`` counts what its rule counts, and is ``None`` for one by hand."""

    id: int
    title: str
    rule: MilestoneRule
    threshold: int
    reached_at: datetime | None
    reached_by: str
    so_far: int | None = None

    @property
    def told(self) -> str:
        """What reaches it, with how far it is."""
        words = told_rule(self.rule, self.threshold)
        if self.so_far is None or self.reached_at is not None:
            return words
        return f"{words}, {min(self.so_far, self.threshold)} so far"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One item of the checklist."""

    id: int
    title: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockerLine:
    """One blocker; ``age`` runs until it was resolved."""

    id: int
    kind: BlockerKind
    severity: BlockerSeverity
    title: str
    detail: str
    goal_id: int | None
    opened_at: datetime
    opened_by: str
    resolved_at: datetime | None
    resolved_by: str
    resolution: str
    age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything planned in a session; ``progress`` is whole percent, ``None`` where no goal counts."""

    progress: int | None = None
    done: int = 0
    of: int = 0
    goals: tuple[GoalLine, ...] = ()
    milestones: tuple[MilestoneLine, ...] = ()
    checklist: tuple[CheckLine, ...] = ()
    blockers: tuple[BlockerLine, ...] = ()
    phases: Mapping[Phase | None, timedelta] = field(default_factory=dict)

    @property
    def open_blockers(self) -> tuple[BlockerLine, ...]:
        """The blockers that still block, the worst and oldest first."""
        order = list(BlockerSeverity)
        found = [one for one in self.blockers if one.resolved_at is None]
        return tuple(sorted(found, key=lambda one: (order.index(one.severity), one.opened_at)))

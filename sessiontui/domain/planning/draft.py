"""A plan before it belongs to a session: the same plain values in a template, in TOML and in JSON."""

from __future__ import annotations

from sessiontui.domain.planning.words import MilestoneRule, Phase
from sessiontui.domain.records import record


@record(kw_only=True)
class GoalDraft:
    """One goal of a plan that is yet to be made.

    ``key`` names it within its plan; ``parent`` and ``needs`` are keys of other goals there, an empty ``parent``
    stands at the root. ``weight`` is a whole number from 1 on.
    """

    key: str
    title: str
    criteria: str = ""
    weight: int = 1
    phase: Phase | None = None
    parent: str = ""
    needs: tuple[str, ...] = ()


@record(kw_only=True)
class MilestoneDraft:
    """One milestone; ``threshold`` counts goals, minutes or people as its rule says, and is 0 for ``manual``."""

    title: str
    rule: MilestoneRule = MilestoneRule.MANUAL
    threshold: int = 0


@record(kw_only=True)
class PlanDraft:
    """Goals in their order (a parent before its children), milestones, and the items of the checklist."""

    goals: tuple[GoalDraft, ...] = ()
    milestones: tuple[MilestoneDraft, ...] = ()
    checklist: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned."""
        return not (self.goals or self.milestones or self.checklist)

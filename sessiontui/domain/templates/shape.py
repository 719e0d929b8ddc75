"""What a template is: the values that every session made from it begins with."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from sessiontui.domain.planning.draft import PlanDraft
from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.domain.records import record, replace
from sessiontui.domain.vocabulary import Kind

MAX_NAME: Final = 80
"""Longest name of a template: it stands in lists beside figures."""

MAX_MINUTES: Final = 7 * 24 * 60
"""A week: what is longer is a series, or a project."""

MAX_GOALS: Final = 200
MAX_MILESTONES: Final = 50
MAX_CHECKS: Final = 100
"""How much of a plan still fits a screen that somebody reads."""

MAX_WEIGHT: Final = 100

MAX_KEY: Final = 60

NO_PLAN: Final = PlanDraft()

_PLAIN: Final = re.compile("[^a-z0-9]+")


class Difficulty(StrEnum):
    """How much a template asks of those who work by it, least first."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def step(self) -> int:
        """The place on the scale, from 0 on."""
        return tuple(Difficulty).index(self)


@record(kw_only=True)
class Template:
    """The plan that a session is made from; ``slug`` is the word by which it is named wherever it is typed.

    ``title`` is what the title of its sessions begins with. ``minutes`` is the length that it foresees. A
    ``capacity`` of zero means no limit.
    """

    slug: str
    name: str
    kind: Kind
    minutes: int
    difficulty: Difficulty = Difficulty.MEDIUM
    title: str = ""
    description: str = ""
    capacity: int = 0
    tags: tuple[str, ...] = ()
    plan: PlanDraft = NO_PLAN


@record
class TemplateRef:
    """Which template a session is made from: by its word, a version of it or the newest (0), and what is left out.

    ``without`` holds keys of goals; what hangs below them is left out as well.
    """

    slug: str
    version: int = 0
    without: frozenset[str] = frozenset()


def slug_of(name: str) -> str:
    """Return the word by which a template of that name is known; empty where nothing of it can be typed plainly.

    >>> slug_of("Research & Exploration"), slug_of("Éclair, à deux")
    ('research-exploration', 'eclair-a-deux')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _PLAIN.sub("-", plain).strip("-")[:MAX_KEY].strip("-")


def without(plan: PlanDraft, keys: frozenset[str]) -> PlanDraft:
    """Return a plan without some goals and all that hangs below them; nothing needs them any more.

    A milestone that counts more goals than are left counts those that are.
    """
    if not keys:
        return plan
    gone = set(keys)
    for goal in plan.goals:  # a parent stands before its children
        if goal.parent in gone:
            gone.add(goal.key)
    goals = tuple(
        replace(goal, needs=tuple(key for key in goal.needs if key not in gone))
        for goal in plan.goals
        if goal.key not in gone
    )
    milestones = tuple(
        replace(one, threshold=min(one.threshold, len(goals))) if one.rule is MilestoneRule.GOALS_DONE else one
        for one in plan.milestones
        if goals or one.rule is not MilestoneRule.GOALS_DONE
    )
    return replace(plan, goals=goals, milestones=milestones)

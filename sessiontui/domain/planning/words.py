"""The closed vocabularies of a plan."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Which part of the work a goal belongs to."""

    PLANNING = "planning"
    EXECUTION = "execution"
    TESTING = "testing"
    DOCUMENTATION = "documentation"


class MilestoneRule(StrEnum):
    """What makes a milestone reached; all but ``manual`` have a threshold."""

    GOALS_DONE = "goals_done"
    MINUTES_RUN = "minutes_run"
    ATTENDANCE = "attendance"
    MANUAL = "manual"


class GoalState(StrEnum):
    """Where a goal stands; a dropped one counts for nothing and stays in sight."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class BlockerKind(StrEnum):
    """What keeps the work from going on."""

    INFORMATION = "information"
    CLARIFICATION = "clarification"
    DEPENDENCY = "dependency"
    TECHNICAL = "technical"
    PEOPLE = "people"

    @property
    def words(self) -> str:
        """The kind as people say it."""
        return _WORDS.get(self, self.value)


class BlockerSeverity(StrEnum):
    """How much a blocker keeps from going on, from the worst down."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


_WORDS = {
    BlockerKind.INFORMATION: "missing information",
    BlockerKind.CLARIFICATION: "needs clarification",
}

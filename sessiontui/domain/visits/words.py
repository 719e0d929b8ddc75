"""The closed vocabularies of projects and visits."""

from __future__ import annotations

from enum import StrEnum


class ItemState(StrEnum):
    """How far an item of a project is."""

    DECIDED = "decided"
    EXPLORING = "exploring"
    PARKED = "parked"


class ActivityKind(StrEnum):
    """What a person or an agent reports of a project.

    ``message`` and ``edit`` say that somebody is at work. The others say what stands in the way until they are
    settled: something ``missing``, something ``unclear``, something that ``depends`` on something else.
    """

    MESSAGE = "message"
    EDIT = "edit"
    MISSING = "missing"
    UNCLEAR = "unclear"
    DEPENDS = "depends"

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way until it is settled."""
        return self not in (ActivityKind.MESSAGE, ActivityKind.EDIT)


class BlockerType(StrEnum):
    """What sort of thing stands in the way; the order is that in which they are shown."""

    MISSING = "missing"
    CLARIFICATION = "clarification"
    DEPENDENCY = "dependency"
    STALE = "stale"

    @property
    def words(self) -> str:
        """How a line about it begins."""
        return _BEGINNINGS[self]


_BEGINNINGS = {
    BlockerType.MISSING: "Missing",
    BlockerType.CLARIFICATION: "Needs clarification",
    BlockerType.DEPENDENCY: "Waits for",
    BlockerType.STALE: "Stale",
}

REPORTED = {
    ActivityKind.MISSING: BlockerType.MISSING,
    ActivityKind.UNCLEAR: BlockerType.CLARIFICATION,
    ActivityKind.DEPENDS: BlockerType.DEPENDENCY,
}
"""What sort of blocker each kind of activity reports."""


class Priority(StrEnum):
    """How pressing a next step is, the most pressing first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class EndedBy(StrEnum):
    """What ended a visit: the person, their next visit, half an hour of silence, a merge, or it came so in a file."""

    PERSON = "person"
    NEXT = "next"
    IDLE = "idle"
    MERGE = "merge"
    IMPORT = "import"

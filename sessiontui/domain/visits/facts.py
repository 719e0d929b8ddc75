"""What the rules of visits look at: items, questions and reports of one project, and snapshots of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sessiontui.domain.chain import Json
from sessiontui.domain.visits.words import ActivityKind, ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFact:
    """One item: its state and since when, whether it was decided before, and when anybody last touched it.

    ``reopened_at`` is when it last went from decided to something else, if it has not been decided again since.
    """

    id: int
    title: str
    state: ItemState
    since: datetime
    touched_at: datetime
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFact:
    """One question that nobody has answered yet; ``asked_by`` is empty where nobody knows."""

    id: int
    text: str
    asked_at: datetime
    asked_by: str = ""
    item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFact:
    """One activity that reports what stands in the way and was not settled yet."""

    id: int
    kind: ActivityKind
    text: str
    at: datetime
    by: str = ""
    item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """One project at one instant; ``last_activity`` is ``None`` where nothing ever happened in it."""

    items: Sequence[ItemFact] = ()
    questions: Sequence[QuestionFact] = ()
    reports: Sequence[ReportFact] = ()
    last_activity: datetime | None = None

    def in_state(self, state: ItemState) -> tuple[ItemFact, ...]:
        """Return the items of a state, those that are in it longest first."""
        return tuple(sorted((one for one in self.items if one.state is state), key=lambda one: (one.since, one.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Which items stood in which state at one instant, and which questions were open."""

    decided: frozenset[int] = frozenset()
    exploring: frozenset[int] = frozenset()
    parked: frozenset[int] = frozenset()
    questions: frozenset[int] = frozenset()

    @classmethod
    def of(cls, states: Iterable[tuple[int, ItemState]], questions: Iterable[int] = ()) -> Snapshot:
        """Return the snapshot of items with their states, and of open questions.

        >>> Snapshot.of([(1, ItemState.DECIDED), (2, ItemState.PARKED)], [7]).as_json()
        {'decided': [1], 'exploring': [], 'parked': [2], 'questions': [7]}
        """
        found: dict[ItemState, set[int]] = {state: set() for state in ItemState}
        for item_id, state in states:
            found[state].add(item_id)
        return cls(
            decided=frozenset(found[ItemState.DECIDED]),
            exploring=frozenset(found[ItemState.EXPLORING]),
            parked=frozenset(found[ItemState.PARKED]),
            questions=frozenset(questions),
        )

    def as_json(self) -> dict[str, Json]:
        """Return it as it is stored."""
        return {
            "decided": sorted(self.decided),
            "exploring": sorted(self.exploring),
            "parked": sorted(self.parked),
            "questions": sorted(self.questions),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Json]) -> Snapshot:
        """Return what is stored; what is not told is empty."""

        def ids(name: str) -> frozenset[int]:
            return frozenset(cast("list[int]", stored.get(name) or []))

        return cls(
            decided=ids("decided"), exploring=ids("exploring"), parked=ids("parked"), questions=ids("questions")
        )

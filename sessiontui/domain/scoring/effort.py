"""What is known of one work session that has ended: time, focus, what was planned and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sessiontui.domain.planning.words import Phase
from sessiontui.domain.records import field, record
from sessiontui.domain.scoring.focus import NO_FOCUS, Focus


@record
class Count:
    """How many of some things are done."""

    done: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.done + other.done, self.of + other.of)

    @property
    def share(self) -> float | None:
        """The share that is done; ``None`` where there is nothing to do."""
        return self.done / self.of if self.of else None


@record(kw_only=True)
class Effort:
    """One session that something was worked on in, once it has ended for good.

    ``estimate`` is the length that it was planned for at first, ``actual`` how long somebody was at work, pauses left
    out. ``progress`` is whole percent of the plan, ``None`` without goals. ``goals`` leaves dropped ones out,
    ``blockers`` counts the resolved. ``stars`` are the ratings it was given, from 1 to 5. ``person`` is who led it,
    ``template`` the word of what it was made from.
    """

    session_id: int
    starts_at: datetime
    estimate: timedelta
    actual: timedelta
    complete: bool = True
    paused: timedelta = timedelta()
    focus: Focus = NO_FOCUS
    progress: int | None = None
    goals: Count = Count()
    milestones: Count = Count()
    checks: Count = Count()
    blockers: Count = Count()
    stars: tuple[int, ...] = ()
    phases: Mapping[Phase | None, timedelta] = field(default_factory=dict)
    person: int | None = None
    template: str = ""

    @property
    def ratio(self) -> float | None:
        """Actual over estimated time; ``None`` where nobody was at work, or no time was planned."""
        return self.actual / self.estimate if self.actual and self.estimate else None

    @property
    def succeeded(self) -> bool | None:
        """Whether it went to its end with every goal done; ``None`` without goals."""
        return None if self.progress is None else self.complete and self.goals.done == self.goals.of

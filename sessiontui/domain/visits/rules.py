"""The lengths of time that the rules of visits go by."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.records import record


@record(kw_only=True)
class VisitRules:
    """Thresholds of visits, next steps and blockers; the defaults are those of the product."""

    idle_after: timedelta = timedelta(minutes=30)
    """A visit without activity for so long is over since its last activity."""
    question_waits: timedelta = timedelta(days=2)
    """From then on an unanswered question presses, and what it asks counts as unclear."""
    exploring_long: timedelta = timedelta(days=7)
    """From then on an item is explored for long: it wants a decision."""
    stale_after: timedelta = timedelta(days=14)
    """From then on an item that is explored and that nobody touches is stale."""
    parked_long: timedelta = timedelta(days=30)
    """From then on a parked item is worth another look."""
    quiet_after: timedelta = timedelta(days=7)
    """Silence up to which a project is in full health."""
    silent_after: timedelta = timedelta(days=30)
    """Silence from which a project has none left."""


DEFAULT_VISITS: Final = VisitRules()

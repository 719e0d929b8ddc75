"""Questions about many plans at once: what a query can ask of the sessions they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.planning.progress import progress_of
from sessiontui.domain.planning.words import GoalState
from sessiontui.store.reader import CHUNK, marks
from sessiontui.store.reads.plans import blockers, goals

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a query can ask of a plan: its progress, the kinds of open blockers, the phases of open goals."""

    progress: int | None = None
    blockers: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()


NOTHING_PLANNED: Final = Planned()


async def planned(fetch: Fetch, ids: Sequence[int], *, at: datetime) -> Mapping[int, Planned]:
    """Return what was planned in some sessions at an instant; those without any plan are missing."""
    found: dict[int, Planned] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        place = marks(chunk)
        rows = await fetch(
            f"SELECT session_id FROM goal WHERE session_id IN ({place})"
            f" UNION SELECT session_id FROM blocker WHERE session_id IN ({place})",
            (*chunk, *chunk),
        )
        for session_id in (cast("int", row[0]) for row in rows):
            own = [row.goal for row in await goals(fetch, session_id, at=at)]
            still = [row for row in await blockers(fetch, session_id, at=at) if row.resolved_at is None]
            found[session_id] = Planned(
                progress=progress_of(own).percent,
                blockers=frozenset(str(row.kind) for row in still),
                phases=frozenset(str(goal.phase) for goal in own if goal.phase and goal.state is GoalState.OPEN),
            )
    return found

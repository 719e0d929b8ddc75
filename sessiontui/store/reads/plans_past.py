"""What the parts of a plan said at an instant: the present rows, with every act since taken back from the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import maybe_instant, to_ms
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.records import field, record, replace

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.domain.planning.tree import Goal
    from sessiontui.store.histories import Fetch

_SINCE: Final = (
    "SELECT e.id, e.at, e.detail, u.id, u.at FROM audit_entry e LEFT JOIN audit_entry u ON u.id = e.undone_by"
    " WHERE e.subject = 'session' AND e.subject_id = ?1 AND (e.action LIKE 'goal.%' OR e.action LIKE 'milestone.%'"
    " OR e.action LIKE 'check.%' OR e.action LIKE 'blocker.%') AND (e.at > ?2 OR u.at > ?2)"
)

_LINK: Final = "goal_need"


@record
class Then:
    """What was otherwise at an instant: columns by table and row, and whether a goal needed another one."""

    columns: Mapping[tuple[str, int], Mapping[str, Json]] = field(default_factory=dict)
    needs: Mapping[tuple[int, int], bool] = field(default_factory=dict)

    def of(self, table: str, row_id: int) -> Mapping[str, Json]:
        """Return the columns of a row that were otherwise."""
        return self.columns.get((table, row_id), {})

    def goal(self, goal: Goal) -> Goal:
        """Return a goal as it was."""
        was = self.of("goal", goal.id)
        linked = {needed: on for (one, needed), on in self.needs.items() if one == goal.id}
        if not was and not linked:
            return goal
        needs = {*goal.needs, *(needed for needed, on in linked.items() if on)}
        needs -= {needed for needed, on in linked.items() if not on}
        phase = str(was.get("phase", goal.phase or ""))
        return replace(
            goal,
            title=str(was.get("title", goal.title)),
            parent_id=cast("int | None", was.get("parent_id", goal.parent_id)),
            criteria=str(was.get("criteria", goal.criteria)),
            weight=cast("int", was.get("weight", goal.weight)),
            phase=Phase(phase) if phase else None,
            progress=cast("int", was.get("progress", goal.progress)),
            state=GoalState(str(was.get("state", goal.state))),
            position=cast("int", was.get("position", goal.position)),
            needs=tuple(sorted(needs)),
            settled_at=_instant(was, "settled_at", goal.settled_at),
            working_since=_instant(was, "working_since", goal.working_since),
        )


NOW: Final = Then()


async def then(fetch: Fetch, session_id: int, at: datetime | None) -> Then:
    """Return what was otherwise in the plan of a session at an instant; nothing for the present.

    An act since then is taken back; one before it that was undone since is done again.
    """
    if at is None:
        return NOW
    moment = to_ms(at)
    steps: list[tuple[int, str, list[dict[str, Json]]]] = []
    for entry, acted, detail, undoing, undone in await fetch(_SINCE, (session_id, moment)):
        rows = cast("list[dict[str, Json]]", json.loads(str(detail)).get("rows", ()))
        if undoing is None:
            steps.append((cast("int", entry), "before", rows))
        elif cast("int", acted) <= moment < cast("int", undone):
            steps.append((cast("int", undoing), "after", rows))
    columns: dict[tuple[str, int], dict[str, Json]] = {}
    needs: dict[tuple[int, int], bool] = {}
    for _, which, rows in sorted(steps, key=lambda step: -step[0]):
        for noted in reversed(rows) if which == "before" else rows:
            table, row_id = str(noted["table"]), cast("int", noted["id"])
            if table == _LINK:
                needs[row_id, cast("int", noted["needs"])] = bool(noted["on"]) is (which == "after")
            elif isinstance(values := noted.get(which), dict):
                columns.setdefault((table, row_id), {}).update(values)
    return Then(columns, needs)


def _instant(was: Mapping[str, Json], name: str, now: datetime | None) -> datetime | None:
    return maybe_instant(cast("int | None", was[name])) if name in was else now

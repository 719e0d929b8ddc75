"""How long each phase took: the running time of a session, shared out among the goals that were in work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sessiontui.domain.intervals import Interval, clip, intersect, length, subtract
from sessiontui.domain.planning.words import Phase
from sessiontui.domain.records import record


@record(kw_only=True)
class Work:
    """One stretch in which a goal was in work."""

    goal_id: int
    during: Interval


def time_by_phase(
    run: Sequence[Interval],
    works: Sequence[Work],
    *,
    phases: Mapping[int, Phase | None],
    done_at: Mapping[int, datetime],
) -> Mapping[Phase | None, timedelta]:
    """Return the running time by phase; ``None`` is what belongs to none.

    ``run`` is when somebody was there and nothing paused. Stretches that were said to be spent on a goal come first,
    shared evenly where goals were in work side by side; what is left goes to the goal that was done next.
    """
    found: dict[Phase | None, timedelta] = {}

    def add(phase: Phase | None, time: timedelta) -> None:
        if time:
            found[phase] = found.get(phase, timedelta()) + time

    edges = sorted({edge for work in works for edge in work.during})
    for start, end in pairwise(edges):
        inside = [work.goal_id for work in works if work.during[0] <= start and end <= work.during[1]]
        for goal_id in inside:
            add(phases.get(goal_id), length(clip(run, start, end)) / len(inside))
    rest = subtract(run, [work.during for work in works])
    since = rest[0][0] if rest else None
    for goal_id, at in sorted(done_at.items(), key=lambda item: (item[1], item[0])):
        if since is not None and at > since:
            add(phases.get(goal_id), length(intersect(rest, [(since, at)])))
            since = at
    if since is not None and rest[-1][1] > since:
        add(None, length(clip(rest, since, rest[-1][1])))
    return found

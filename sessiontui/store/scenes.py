"""What the path of presence has to know of a session, read in one question for one or for many."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.domain.vocabulary import Kind
from sessiontui.store.ledger import Scene

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row


class Told(NamedTuple):
    """A scene, and the latest end of the session, in ms, that a platform has told."""

    scene: Scene
    ended_at: int | None


async def scene_of(fetch: Fetch, session_id: int) -> Scene | None:
    """Return the scene of one session, if there is such a session."""
    rows = await fetch(_SCENE, (session_id,))
    return _scene(rows[0]) if rows else None


async def scenes_of(fetch: Fetch, session_ids: Iterable[int]) -> dict[int, Told]:
    """Return the scenes of sessions, by id; ids that do not exist are missing."""
    rows = await fetch(_SCENES, (json.dumps(sorted(session_ids)),))
    return {cast("int", row[-2]): Told(_scene(row[:-2]), cast("int | None", row[-1])) for row in rows}


def _scene(row: Row) -> Scene:
    scene = Scene._make(row)
    return scene._replace(host_id=None) if scene.kind == Kind.WORK else scene


_ASKED: Final = (
    "SELECT kind, control, starts_at, ends_at, coalesce(mentor_id, author_id), archived_at IS NOT NULL, status,"
    " badges, next_transition_at, active, present_since, paused_at,"
    " EXISTS (SELECT 1 FROM attendee a WHERE a.session_id = s.id AND a.person_id IS NOT NULL),"
    " EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL"
    " AND w.rule IN ('host_missing', 'overtime')),"
    " EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL"
    " AND w.rule IN ('nobody_joined', 'unstable'))"  # the others tell of no heads
)

_SCENE: Final = f"{_ASKED} FROM session s WHERE id = ?"

_SCENES: Final = (
    f"{_ASKED}, id, (SELECT max(at) FROM presence_signal e WHERE e.session_id = s.id"
    " AND e.signal = 'end') FROM session s WHERE id IN (SELECT value FROM json_each(?))"
)

"""Projects with all that is in them as JSON Lines, in the shapes in which they can be imported again."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, may
from sessiontui.domain.errors import Unavailable
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import require_project
from sessiontui.services.projects.written import script_of
from sessiontui.services.rights import require_door
from sessiontui.store.files import create_private
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads import visits as kept_visits

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.project_rows import ChangeRow, ProjectRow

SOURCE: Final = "sessiontui"
"""The source of what was made here."""


async def lines(
    context: Context, project_ids: Sequence[int], *, by: Actor, now: datetime
) -> AsyncGenerator[str, None]:
    """Yield the lines of an export; without ids of every project that somebody may see, those put away as well."""
    own = Standing(hosts=True)
    reach = (await require_door(context, Action.EXPORT, by=by, at=now, standing=own)).reach
    fetch = context.db.fetch
    if project_ids:
        rows = [row for project_id in project_ids if (row := await kept.one(fetch, project_id)) is not None]
    else:
        see = may(by, Action.SEE_PROJECTS, Standing(authored=True)).reach
        rows = await kept.everything(fetch, archived=True, own=by.id if see is Reach.OWN else None)
    for row in rows:
        await require_project(fetch, Action.SEE_PROJECTS, row.id, by=by)
        for line in await _whole(fetch, row, names=reach is not Reach.NO_NAMES, only=_only(by)):
            yield json.dumps(line) + "\n"


async def save(context: Context, project_id: int, slug: str, *, by: Actor, now: datetime) -> Path:
    """Write a project with all that is in it into a file that its owner alone can read, and return its path."""
    text = "".join([line async for line in lines(context, [project_id], by=by, now=now)])
    path = context.db.path.absolute().parent / "exports" / f"project-{slug}-{now:%Y%m%d-%H%M%S}.jsonl"
    try:
        create_private(path)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    return path


def _only(by: Actor) -> int | None:
    """Return whose visits alone are told; ``None`` for all."""
    return None if may(by, Action.SEE_PROJECTS).reach is Reach.YES else by.id


async def _whole(fetch: Fetch, row: ProjectRow, *, names: bool, only: int | None) -> list[dict[str, Json]]:
    items = await kept.items(fetch, [row.id])
    history: dict[int, list[ChangeRow]] = {}
    for change in await kept.changes(fetch, [one.id for one in items]):
        history.setdefault(change.item_id, []).append(change)
    questions = await kept.questions(fetch, [row.id], pending=False)
    visits = reversed(await kept_visits.of_project(fetch, row.id))
    activities = reversed(await kept.activities(fetch, [row.id]))
    script = script_of(row, items, names=names)
    return [
        script.project(),
        *(script.item(one, history.get(one.id, ())) for one in items),
        *(script.question(one) for one in questions),
        *(script.visit(one) for one in visits if names and only in (None, one.person_id)),
        *(script.activity(one) for one in activities),
    ]

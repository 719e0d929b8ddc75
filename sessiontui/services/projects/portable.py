"""Projects with all that is in them as JSON Lines, in the shapes in which they can be imported again."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.access import Action, Actor, Reach, Standing, may
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import from_ms, maybe_rfc3339, rfc3339
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import require_project
from sessiontui.services.rights import require_door
from sessiontui.store.files import create_private
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads import visits as kept_visits

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.project_rows import ChangeRow, ProjectRow

_Named: TypeAlias = Callable[["int | None", str], "str | None"]

OWN: Final = {kind: f"{kind}-" for kind in ("project", "item", "question", "visit", "activity")}
"""How the ids of what no other system has named begin."""

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
    called = {one.id: _id("item", one.id, one.external_id) for one in items}
    sources = {one.id: one.source for one in items}
    history: dict[int, list[ChangeRow]] = {}
    for change in await kept.changes(fetch, called):
        history.setdefault(change.item_id, []).append(change)
    project = _id("project", row.id, row.external_id)

    def base(kind: str, number: int, outside: str | None, source: str) -> dict[str, Json]:
        same = {"project": project} if source == row.source else {"project": f"{OWN['project']}{row.id}"}
        return {"type": kind, "source": source, "id": _id(kind, number, outside), **same}

    def person(number: int | None, name: str) -> str | None:
        return None if not names else f"#{number}" if number is not None else name or None

    def item(number: int | None, source: str) -> str | None:
        if number is None or number not in called:
            return None
        return called[number] if sources[number] == source else f"{OWN['item']}{number}"

    told: list[dict[str, Json]] = [
        {
            "type": "project",
            "source": row.source,
            "id": project,
            "name": row.name,
            "description": row.description or None,
            "author": person(row.author_id, ""),
            "created_at": rfc3339(row.created_at),
            "archived_at": maybe_rfc3339(row.archived_at),
        }
    ]
    told += [
        {
            **base("item", one.id, one.external_id, one.source),
            "title": one.title,
            "note": one.note or None,
            "state": one.state,
            "at": rfc3339(one.since),
            "history": [_step(step, person) for step in history.get(one.id, [])],
        }
        for one in items
    ]
    told += [
        {
            **base("question", one.id, one.external_id, one.source),
            "item": item(one.item_id, one.source),
            "text": one.text,
            "asked_at": rfc3339(one.asked_at),
            "asked_by": person(one.asked_by_id, one.asked_by),
            "answer": one.answer or None,
            "answered_at": maybe_rfc3339(one.answered_at),
            "answered_by": person(one.answered_by_id, one.answered_by),
        }
        for one in await kept.questions(fetch, [row.id], pending=False)
    ]
    told += [
        {
            **base("visit", one.id, one.external_id, one.source),
            "person": person(one.person_id, ""),
            "started_at": rfc3339(one.started_at),
            "ended_at": maybe_rfc3339(one.ended_at),
            "last_activity": rfc3339(one.last_activity),
            "activities": one.activities,
        }
        for one in reversed(await kept_visits.of_project(fetch, row.id))
        if names and only in (None, one.person_id)
    ]
    told += [
        {
            **base("activity", one.id, one.external_id, one.source),
            "person": person(one.person_id, ""),
            "agent": one.agent or None,
            "kind": one.kind,
            "text": one.text or None,
            "at": rfc3339(one.at),
            "item": item(one.item_id, one.source),
            "settled_at": maybe_rfc3339(one.settled_at),
            "settled_by": one.settled_by or None,
        }
        for one in reversed(await kept.activities(fetch, [row.id]))
    ]
    return told


def _step(step: ChangeRow, person: _Named) -> dict[str, Json]:
    told: Mapping[str, Json] = {
        "state": step.state,
        "at": rfc3339(from_ms(step.at)),
        "by": person(step.by_id, step.by_name),
        "session": None if step.session_id is None else f"#{step.session_id}",
        "reason": step.reason or None,
    }
    return dict(told)


def _id(kind: str, number: int, outside: str | None) -> str:
    return outside or f"{OWN[kind]}{number}"

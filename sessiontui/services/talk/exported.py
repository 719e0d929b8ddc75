"""Talk, files, links and people of sessions as rows of an export; comments and people can be imported again.

Files are told without their bytes: what they are called, their hash and their size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.services.rights import standing
from sessiontui.store.reads import collaborators as kept_people
from sessiontui.store.reads import files as kept_files
from sessiontui.store.reads import talk as kept
from sessiontui.store.reads.recordings import outside_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.services.exporting import Cell
    from sessiontui.services.lines import SessionLine
    from sessiontui.store.histories import Fetch

COLUMNS: Final = (
    "type", "source", "session", "id", "answers", "person", "role", "text", "name", "version", "size", "media_type",
    "sha256", "title", "link", "at", "edited_at",
)  # fmt: skip
"""The fields of all four shapes: ``comment``, ``attachment``, ``link`` and ``collaborator``."""


async def rows(fetch: Fetch, line: SessionLine, *, by: Actor, as_of: datetime | None) -> list[dict[str, Cell]]:
    """Return what stands in a session for those who may read it, and nothing for anybody else.

    What was deleted or removed is left out; sessions and people are named as the source of the session knows them.
    """
    own = await standing(fetch, by, line.id)
    if not may(by, Action.SEE_TALK, own).allowed:
        return []
    comments = [one for one in await kept.of_session(fetch, line.id, at=as_of) if one.deleted_at is None]
    team = await kept_people.of_session(fetch, line.id) if may(by, Action.SEE_ATTENDANCE, own).allowed else []
    people = [one.author_id for one in comments if one.author_id is not None] + [one.person_id for one in team]
    outside = await outside_ids(fetch, line.source, sorted(set(people)))
    base: dict[str, Cell] = dict.fromkeys(COLUMNS)
    base |= {"source": line.source, "session": line.external_id or str(line.id)}
    known = {one.id: one.external_id or f"comment-{one.id}" for one in comments}
    found = [
        *(_comment(one, known, outside) for one in comments),
        *(_attachment(one) for one in await kept_files.of_session(fetch, line.id, at=as_of)),
        *(_link(one) for one in await kept_files.links(fetch, line.id, at=as_of)),
        *(_collaborator(one, outside) for one in team),
    ]
    return [{**base, **row} for row in found]


def _comment(one: kept.CommentRow, known: Mapping[int, str], outside: Mapping[int, str]) -> dict[str, Cell]:
    return {
        "type": "comment",
        "id": known[one.id],
        "answers": known.get(one.parent_id or 0),
        "person": _named(outside, one.author_id),
        "text": one.body,
        "at": rfc3339(one.created_at),
        "edited_at": maybe_rfc3339(one.edited_at),
    }


def _attachment(one: kept_files.AttachmentRow) -> dict[str, Cell]:
    return {
        "type": "attachment",
        "id": f"file-{one.id}",
        "name": one.name,
        "version": one.version,
        "size": one.size,
        "media_type": one.media_type,
        "sha256": one.sha256,
        "at": rfc3339(one.added_at),
    }


def _link(one: kept_files.LinkRow) -> dict[str, Cell]:
    return {
        "type": "link",
        "id": f"link-{one.id}",
        "title": one.title,
        "link": one.link,
        "at": rfc3339(one.added_at),
    }


def _collaborator(one: kept_people.CollaboratorRow, outside: Mapping[int, str]) -> dict[str, Cell]:
    return {
        "type": "collaborator",
        "person": _named(outside, one.person_id),
        "role": str(one.role),
        "at": rfc3339(one.added_at),
    }


def _named(outside: Mapping[int, str], person_id: int | None) -> str | None:
    return None if person_id is None else outside.get(person_id, f"#{person_id}")

"""Questions about who changed which part of a session since somebody looked at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.editing.fields import Change
from sessiontui.domain.instants import from_ms, rfc3339
from sessiontui.store.histories import Fetch

SCHEDULE: Final = "schedule"
"""The field of a start and an end."""

MENTOR: Final = "mentor"
"""The field of a mentor's name."""


WRITTEN: Final = ("title", "kind", "capacity", "priority", "tags", "description", "link", "fields")
"""What is written about a session, and kept in the audit trail with before and after."""

_OBJECTS: Final = frozenset({"tags", "fields"})


async def current(fetch: Fetch, session_id: int) -> tuple[int, dict[str, Json]] | None:
    """Return the version of a session and its fields, with its start and end, and its mentor's name."""
    rows = await fetch(
        f"SELECT s.version, s.starts_at, s.ends_at, p.name, {', '.join(f's.{name}' for name in WRITTEN)}"
        " FROM session s LEFT JOIN person p ON p.id = s.mentor_id WHERE s.id = ?",
        (session_id,),
    )
    if not rows:
        return None
    version, starts_at, ends_at, mentor, *values = rows[0]
    fields = {
        name: cast("Json", json.loads(str(value)) if name in _OBJECTS else value)
        for name, value in zip(WRITTEN, values, strict=True)
    }
    window = [rfc3339(from_ms(cast("int", at))) for at in (starts_at, ends_at)]
    return cast("int", version), {**fields, SCHEDULE: window, MENTOR: str(mentor or "")}


@dataclass(frozen=True, slots=True)
class _Edited:
    """One entry of the audit trail that changed fields, or took such a change back."""

    id: int
    version: int | None
    changes: tuple[Change, ...]


async def edits(fetch: Fetch, session_id: int, *, since: int) -> list[Change]:
    """Return the changes of what is written about a session since it had a version, oldest first."""
    rows = await fetch(
        "SELECT e.id, e.at, e.by_name, e.detail, u.detail FROM audit_entry e"
        " LEFT JOIN audit_entry u ON u.id = e.undoes"
        " WHERE e.subject = 'session' AND e.subject_id = ? AND (e.action = 'session.edit'"
        " OR (e.action = 'undo' AND u.action = 'session.edit')) ORDER BY e.id",
        (session_id,),
    )
    found = [_edited(*row) for row in rows]
    seen = max((one.id for one in found if one.version is not None and one.version <= since), default=0)
    return [
        change
        for one in found
        if one.id > seen and (one.version is None or one.version > since)
        for change in one.changes
    ]


async def moves(fetch: Fetch, session_id: int) -> list[Change]:
    """Return the last change of the schedule and of the mentor of a session, without what they were before."""
    rows = await fetch(
        "SELECT at, by_name, ends_at IS NOT NULL, mentor_id IS NOT NULL FROM session_change"
        " WHERE session_id = ? AND voided_by IS NULL AND (ends_at IS NOT NULL OR mentor_id IS NOT NULL)"
        " ORDER BY at, id",
        (session_id,),
    )
    last: dict[str, Change] = {}
    for at, by, is_schedule, is_mentor in rows:
        for name, it_is in ((SCHEDULE, is_schedule), (MENTOR, is_mentor)):
            if it_is:
                when = from_ms(cast("int", at))
                last[name] = Change(field=name, before=None, after=None, by=str(by), at=when)
    return list(last.values())


def _edited(entry: object, at: object, by: object, detail: object, undone: object) -> _Edited:
    own = _read(detail)
    told, back = (own, False) if undone is None else (_read(undone), True)
    before, after = _fields(told, "before"), _fields(told, "after")
    if back:
        before, after = after, before
    version = own.get("version")
    when = from_ms(cast("int", at))
    return _Edited(
        id=cast("int", entry),
        version=version if isinstance(version, int) else None,
        changes=tuple(
            Change(field=name, before=before.get(name), after=after[name], by=str(by), at=when) for name in after
        ),
    )


def _read(detail: object) -> Mapping[str, Json]:
    found = json.loads(str(detail))
    return cast("Mapping[str, Json]", found) if isinstance(found, dict) else {}


def _fields(told: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    part = told.get(name)
    return part if isinstance(part, Mapping) else {}

"""Everything that is kept of a person as one JSON object, for whoever asks what is known of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotFound, Unavailable
from sessiontui.domain.instants import from_ms, maybe_rfc3339, rfc3339
from sessiontui.services.context import Context
from sessiontui.services.people.knowing import line_of
from sessiontui.services.rights import require_door
from sessiontui.store.files import create_private
from sessiontui.store.reads import people as kept
from sessiontui.store.reads import person as reads

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reader import Value


async def portable(context: Context, person_id: int, *, by: Actor, at: datetime) -> dict[str, Json]:
    """Return everything that is kept of a person; it is written down that it was handed out."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    fetch = context.db.fetch
    row = await kept.by_id(fetch, person_id)
    if row is None:
        raise NotFound(f"there is no person #{person_id}")
    person = line_of(row)
    told: dict[str, Json] = {
        "taken_at": rfc3339(at),
        "person": {
            "id": person.id,
            "name": person.name,
            "email": person.email or None,
            "phone": person.phone or None,
            "role": str(person.role),
            "zone": person.zone or None,
            "os_user": person.os_user or None,
            "known_since": maybe_rfc3339(person.created_at),
            "erased_at": maybe_rfc3339(person.erased_at),
        },
    }
    for name, (fields, sql) in reads.KEPT.items():
        if name == "notes" and person_id == by.id:
            continue  # they are written for those who administer, and say who wrote them
        found = await reads.everything(fetch, sql, person_id)
        told[name] = [_named(fields, values) for values in found]
    if not context.db.read_only:
        async with context.db.write(by=by, at=at) as tx:
            sentence = f"exported what is kept of {person.name}"
            await tx.audit("person.export", sentence, subject="person", subject_id=person_id)
    return told


async def save(context: Context, person_id: int, *, by: Actor, at: datetime) -> Path:
    """Write everything that is kept of a person into a file that its owner alone can read, and return its path."""
    told = await portable(context, person_id, by=by, at=at)
    path = context.db.path.absolute().parent / "exports" / f"person-{person_id}-{at:%Y%m%d-%H%M%S}.json"
    try:
        create_private(path)
        path.write_text(text_of(told), encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    return path


def text_of(told: Mapping[str, Json]) -> str:
    """Return an export as the text of a file."""
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _named(fields: tuple[str, ...], values: tuple[Value, ...]) -> dict[str, Json]:
    return {name: _told(name, value) for name, value in zip(fields, values, strict=True)}


def _told(name: str, value: Value) -> Json:
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return rfc3339(from_ms(value))
    return bool(value) if name == "may_tell" and value is not None else None if isinstance(value, bytes) else value

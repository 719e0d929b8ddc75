"""What goes with a letter into its reader's calendar: made when the letter leaves, so never out of date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound
from sessiontui.domain.vocabulary import Role
from sessiontui.domain.zones import zone_of
from sessiontui.outlets.outlet import Attachment
from sessiontui.services.context import Context
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads.outbox import LetterRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json

_SEQUENCE: Final = re.compile(r"^SEQUENCE:(\d+)\r?$", re.MULTILINE)


async def attached(context: Context, letter: LetterRow, *, at: datetime) -> tuple[Attachment, ...]:
    """Return what goes with a letter; what was handed over once is the same at every further attempt."""
    return tuple([found for one in letter.attachments if (found := await _made(context, letter, one, at=at))])


def noted(attachments: Sequence[Attachment]) -> list[Json]:
    """Return attachments as a letter keeps them: what they are, then what they hold."""
    return [
        {
            "name": one.name,
            "calendar": one.method,
            "sequence": int(found[1]) if (found := _SEQUENCE.search(one.content)) else 0,
            "bytes": len(one.content.encode()),
            "content": one.content,
        }
        for one in attachments
    ]


async def _made(context: Context, letter: LetterRow, told: object, *, at: datetime) -> Attachment | None:
    if not isinstance(told, dict):
        return None
    name, method = str(told.get("name", "")), str(told["calendar"])
    if told.get("content"):
        return Attachment(name=name, method=method, content=str(told["content"]))
    if letter.session_id is None or letter.person_id is None:
        return None
    from sessiontui.services import calendars  # with all formats of outside, which no console waits for

    person = await kept_people.by_id(context.db.fetch, letter.person_id)
    if person is None:
        return None
    try:
        content = await calendars.invitation(
            context,
            letter.session_id,
            method=calendars.Method(method),
            at=at,
            by=Actor(person.id, person.name, Role(person.role)),
            to=person.id,
            zone=zone_of(person.zone, context.zone),
        )
    except NotFound:  # a draft by now: the mail says what there is to say
        return None
    return Attachment(name=name, method=method, content=content.decode())

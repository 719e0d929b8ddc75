"""Questions about how people want to be written to, and the write that changes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sessiontui.domain.delivery import Channel, LetterKind
from sessiontui.domain.preferences import Preferences, language_of, quiet_hours
from sessiontui.store.compact import dump
from sessiontui.store.histories import CHUNK, Fetch, marks
from sessiontui.store.reads.operations import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Someone as letters find them now: their address, their zone, and what they want."""

    person_id: int
    name: str
    email: str
    zone: str
    preferences: Preferences


async def recipients(fetch: Fetch, person_ids: Sequence[int]) -> dict[int, Recipient]:
    """Return people by id, with what they want."""
    found: dict[int, Recipient] = {}
    for start in range(0, len(person_ids), CHUNK):
        chunk = person_ids[start : start + CHUNK]
        rows = await fetch(
            "SELECT id, name, email, zone, no_mail, quiet, mail_channel, language FROM person"
            f" WHERE id IN ({marks(chunk)})",
            chunk,
        )
        for row in rows:
            person_id = cast("int", row[0])
            name, email, zone, no_mail, quiet, channel, language = map(str, row[1:])
            found[person_id] = Recipient(
                person_id=person_id,
                name=name,
                email=email,
                zone=zone,
                preferences=Preferences(
                    no_mail=frozenset(LetterKind(kind) for kind in json.loads(no_mail)),
                    quiet=quiet_hours(quiet),
                    channel=Channel(channel) if channel else None,
                    language=language_of(language),
                ),
            )
    return found


async def keep(run: Run, person_id: int, wanted: Preferences) -> None:
    """Keep what somebody wants."""
    await restore(run, person_id, columns_of(wanted))


async def restore(run: Run, person_id: int, columns: Mapping[str, object]) -> None:
    """Put back what ``columns_of`` told."""
    names = ("no_mail", "quiet", "mail_channel", "language")
    await run(
        "UPDATE person SET no_mail = ?, quiet = ?, mail_channel = ?, language = ?, version = version + 1"
        " WHERE id = ?",
        (*(str(columns[name]) for name in names), person_id),
    )


def columns_of(wanted: Preferences) -> dict[str, str]:
    """Return preferences as the columns of a person keep them."""
    return {
        "no_mail": dump(sorted(wanted.no_mail)),
        "quiet": str(wanted.quiet or ""),
        "mail_channel": str(wanted.channel or ""),
        "language": wanted.language,
    }

"""Where a session meets, as ``show`` tells it: no passcode ever stands here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import clock
from sessiontui.domain.places.looking import verdict_of
from sessiontui.domain.places.telling import asked, room

if TYPE_CHECKING:
    from sessiontui.services.places.line import PlaceLine

_MASK: Final = "******"
"""Stands for every passcode, wherever it is printed."""


def as_json(place: PlaceLine) -> dict[str, object]:
    """Return where a session meets for JSON."""
    look, wait = place.look, place.waiting
    return {
        "platform": place.platform or None,
        "room": str(place.state) or None,
        "room_id": place.room_id or None,
        "has_passcode": place.has_passcode,
        "backup_link": place.backup_link or None,
        "probe": None
        if look is None
        else {
            "works": look.works,
            "verdict": verdict_of(look),
            "fact": look.fact,
            "at": rfc3339(look.at),
            "since": rfc3339(look.since),
        },
        "waiting": None
        if wait is None
        else {
            "platform": wait.platform,
            "order": wait.kind,
            "attempts": wait.attempts,
            "error": wait.error or None,
            "again_at": maybe_rfc3339(wait.again_at),
        },
    }


def facts(place: PlaceLine, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield where a session meets, as labelled facts for a person."""
    if place.platform:
        yield "Room", room(place.platform, place.state, place.room_id, has_passcode=place.has_passcode, mask=_MASK)
    if place.look is not None:
        yield "Probe", f"{verdict_of(place.look)}: {place.look.fact}, seen {clock(place.look.at, zone)}"
    if place.waiting is not None:
        wait = place.waiting
        again = "" if wait.again_at is None else clock(wait.again_at, zone)
        yield "Asked", asked(wait.platform, wait.kind, wait.attempts, wait.error, again)
    if place.has_backup:
        yield "Backup", place.backup_link or "a room that gives each person a link"

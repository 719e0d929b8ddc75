"""Where a session meets, as ``show`` tells it: no passcode ever stands here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.phrases import clock
from sessiontui.domain.places.looking import verdict_of
from sessiontui.domain.places.telling import asked, room

if TYPE_CHECKING:
    from sessiontui.services.places.line import PlaceLine

_MASK: Final = "******"
"""Stands for every passcode, wherever it is printed."""


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

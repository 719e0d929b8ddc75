"""The place of a session as it is shown: light, because the pictures of the desk carry it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sessiontui.domain.places.looking import Look
from sessiontui.domain.places.words import RoomState


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a platform was asked and has not done: how often, what it said, and when it is asked again.

    ``again_at`` is ``None`` where it was given up.
    """

    platform: str
    kind: str
    attempts: int
    error: str
    again_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """Where a session meets, for those who may open its link; no passcode ever stands here.

    ``platform`` is empty where nobody said; ``state`` is that of a room which a platform makes.
    """

    platform: str = ""
    state: RoomState = RoomState.NONE
    room_id: str = ""
    has_passcode: bool = False
    backup_link: str = ""
    has_backup: bool = False
    look: Look | None = None
    waiting: Waiting | None = None

    @property
    def can_be_joined(self) -> bool:
        """Whether there is a room, though it may have no link that is the same for everybody."""
        return self.state is RoomState.THERE


NO_PLACE: Final = PlaceLine()

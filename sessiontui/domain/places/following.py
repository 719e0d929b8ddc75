"""A room follows its session: which order, if any, brings a room to where the session wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.places.words import OrderKind, RoomState
from sessiontui.domain.vocabulary import Control

_LIVING: Final = frozenset({Control.DRAFT, Control.SCHEDULED, Control.RUNNING, Control.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """What a session wants of its room, as far as platforms are told."""

    control: Control
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    capacity: int

    @property
    def length(self) -> timedelta:
        """How long the room is wanted."""
        return self.ends_at - self.starts_at

    @property
    def digest(self) -> str:
        """What differs as soon as the platform would have to be told something new."""
        told = "\x1f".join(
            (self.title, self.description, str(to_ms(self.starts_at)), str(to_ms(self.ends_at)), str(self.capacity))
        )
        return sha256(told.encode()).hexdigest()[:16]


def may_have_room(plan: RoomPlan, now: datetime) -> bool:
    """Return whether a room is of any use: the session is not over."""
    return plan.control in _LIVING and (now < plan.ends_at or plan.control in (Control.RUNNING, Control.PAUSED))


def due_order(state: RoomState, plan: RoomPlan, told: str, now: datetime) -> OrderKind | None:
    """Return what the platform has to be asked so that the room is as its session wants it, or nothing.

    ``told`` is the digest of what the platform knows. A completed session keeps its room: who is inside may stay,
    and the platform lets go of it by itself. A cancelled one loses it, and gets another when it is reopened.
    """
    match state:
        case RoomState.THERE if plan.control is Control.CANCELLED:
            return OrderKind.END
        case RoomState.THERE if may_have_room(plan, now) and told != plan.digest:
            return OrderKind.CHANGE
        case RoomState.WANTED | RoomState.ENDED if may_have_room(plan, now):
            return OrderKind.MAKE
        case _:
            return None

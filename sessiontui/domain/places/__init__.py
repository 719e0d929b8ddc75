"""Where sessions meet: rooms on meeting platforms, how they follow their session, and whether a link works."""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.domain.places.following import RoomPlan, due_order, may_have_room
    from sessiontui.domain.places.looking import Look, next_look, verdict_of
    from sessiontui.domain.places.settings import (
        NO_PLATFORMS,
        BigBlueButtonServer,
        JitsiServer,
        PlatformSecret,
        PlatformSettings,
        ZoomAccount,
    )
    from sessiontui.domain.places.words import Maker, OrderKind, OrderState, RoomState, Then, retry_after

__all__ = [
    "NO_PLATFORMS",
    "BigBlueButtonServer",
    "JitsiServer",
    "Look",
    "Maker",
    "OrderKind",
    "OrderState",
    "PlatformSecret",
    "PlatformSettings",
    "RoomPlan",
    "RoomState",
    "Then",
    "ZoomAccount",
    "due_order",
    "may_have_room",
    "next_look",
    "retry_after",
    "verdict_of",
]

__getattr__ = lazily(
    __name__,
    {
        "BigBlueButtonServer": "settings",
        "JitsiServer": "settings",
        "Look": "looking",
        "Maker": "words",
        "NO_PLATFORMS": "settings",
        "OrderKind": "words",
        "OrderState": "words",
        "PlatformSecret": "settings",
        "PlatformSettings": "settings",
        "RoomPlan": "following",
        "RoomState": "words",
        "Then": "words",
        "ZoomAccount": "settings",
        "due_order": "following",
        "may_have_room": "following",
        "next_look": "looking",
        "retry_after": "words",
        "verdict_of": "looking",
    },
)

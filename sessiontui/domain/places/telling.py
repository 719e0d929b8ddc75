"""Rooms and orders in words."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.places.words import Maker, OrderKind, RoomState

MASK: Final = "••••••"
"""Stands for every passcode, however long it is."""

_ASKED: Final = {
    OrderKind.MAKE: "to make the room",
    OrderKind.CHANGE: "to change the room",
    OrderKind.END: "to end the room",
    OrderKind.ROLL: "who was there",
}

_STATES: Final = {RoomState.WANTED: "room is being made", RoomState.ENDED: "room was ended"}


def platform_words(name: str) -> str:
    """Return what people call a platform.

    >>> platform_words("bbb"), platform_words("google meet")
    ('BigBlueButton', 'google meet')
    """
    return Maker(name).words if name in {str(maker) for maker in Maker} else name


def room(platform: str, state: RoomState, room_id: str, *, has_passcode: bool, mask: str = MASK) -> str:
    """Return on which platform a session meets and how its room stands.

    >>> room("zoom", RoomState.THERE, "852184", has_passcode=True)
    'Zoom, room 852184, passcode ••••••'
    """
    said = [platform_words(platform)]
    if state is RoomState.THERE:
        said.append(f"room {room_id}")
    elif state is not RoomState.NONE:
        said.append(_STATES[state])
    if has_passcode:
        said.append(f"passcode {mask}")
    return ", ".join(said)


def asked(platform: str, kind: str, attempts: int, error: str, again: str) -> str:
    """Return what a platform was asked and has not done; ``again`` is when it is asked next, nothing if never.

    >>> asked("zoom", "make", 2, "no answer", "14:05:10")
    'Zoom was asked twice to make the room: no answer; again at 14:05:10'
    """
    often = {0: "is asked", 1: "was asked once", 2: "was asked twice"}.get(attempts, f"was asked {attempts} times")
    said = f"{platform_words(platform)} {often} {_ASKED[OrderKind(kind)]}"
    if error:
        said += f": {error}"
    if not again:
        return f"{said}; given up"
    return f"{said}; again at {again}" if error else said

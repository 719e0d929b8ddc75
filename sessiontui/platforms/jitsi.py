"""Jitsi Meet: a room is a link; where the server asks for it, a signed token says who enters and as what.

Source: the token authentication guide of Jitsi Meet.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from sessiontui.platforms.link import LinkOnly
from sessiontui.platforms.rooms import Guest, Participant, Plan, Probe, Room

if TYPE_CHECKING:
    from sessiontui.calling import Caller

VALID: Final = timedelta(hours=4)
"""How long a link with a token lets in; a session that runs over asks for a new one."""

_SKEW: Final = timedelta(minutes=1)
_NAME_LENGTH: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitsi:
    """One Jitsi server at ``url``; without ``secret`` its rooms are open to whoever has the link.

    ``app`` is the issuer that the server expects, ``key`` the key id where several are known there.
    """

    caller: Caller
    url: str
    salt: str = field(repr=False)
    """What room names are made from besides the session, so that nobody guesses them."""
    app: str = ""
    secret: str = field(default="", repr=False)
    key: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return "jitsi"

    async def create(self, plan: Plan) -> Room:
        """Return the room of a session: the same key gives the same room."""
        room_id = hmac.new(self.salt.encode(), plan.key.encode(), hashlib.sha256).hexdigest()[:_NAME_LENGTH]
        return Room(id=room_id, link=self._address(room_id))

    async def find(self, plan: Plan) -> Room | None:
        """Return nothing: to create it again gives the same room."""
        return None

    async def update(self, room: Room, plan: Plan) -> Room:
        """Return the room as it is: it knows nothing of title and time."""
        return room

    async def delete(self, room: Room) -> None:
        """Do nothing: a room is gone when nobody is in it."""

    async def join_link(self, room: Room, guest: Guest) -> str:
        """Return the link, with a token for this guest where the server asks for one."""
        link = self._address(room.id)
        if not self.secret:
            return link
        token = self.token(room, guest, at=self.caller.now())
        return f"{link}?{urlencode({'jwt': token})}"

    async def participants(self, room: Room) -> tuple[Participant, ...]:
        """Return nobody: Jitsi keeps nothing of who was there."""
        return ()

    async def probe(self, room: Room) -> Probe:
        """Look whether the server answers."""
        return await LinkOnly(self.caller).probe(Room(id=room.id, link=self._address(room.id)))

    def token(self, room: Room, guest: Guest, *, at: datetime) -> str:
        """Return a signed token (HS256) that lets one guest into one room from ``at`` on."""
        from joserfc import jwt
        from joserfc.jwk import OctKey

        header = {"alg": "HS256", "typ": "JWT", **({"kid": self.key} if self.key else {})}
        user = {
            "id": guest.id,
            "name": guest.name,
            **({"email": guest.email} if guest.email else {}),
            "moderator": guest.is_host,
            "affiliation": "owner" if guest.is_host else "member",
        }
        claims = {
            "iss": self.app,
            "aud": "jitsi",
            "sub": urlsplit(self.url).hostname or "*",
            "room": room.id,
            "nbf": int((at - _SKEW).timestamp()),
            "iat": int(at.timestamp()),
            "exp": int((at + VALID).timestamp()),
            "context": {"user": user},
        }
        return jwt.encode(header, claims, OctKey.import_key(self.secret))

    def _address(self, room_id: str) -> str:
        return f"{self.url.rstrip('/')}/{quote(room_id, safe='')}"

"""BigBlueButton by its checksum API: rooms made, ended and looked at, and links that let one person in.

Every call carries a hash over its name, its parameters exactly as they are sent, and the server's secret. Source:
the API reference in BigBlueButton's published documentation.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from xml.parsers import expat

from sessiontui.domain.errors import NotAllowed, NotFound, Refused, SessiontuiError, Unavailable
from sessiontui.platforms.rooms import Guest, Participant, Plan, Probe, Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.calling import Caller

HASHES: Final = ("sha256", "sha1", "sha384", "sha512")
"""The hashes that servers take; which ones is set there, and SHA-1 alone before version 2.6."""

_MARGIN: Final = timedelta(hours=1)
"""A room stays open so long past the plan, for sessions that run over."""

_UNKNOWN: Final = frozenset({"notFound", "invalidMeetingIdentifier", "meetingNotFound"})
_WRONG_SECRET: Final = frozenset({"checksumError", "unsupportedRequest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BigBlueButton:
    """One server. ``url`` ends before the call's name, as in ``https://host/bigbluebutton/api``."""

    caller: Caller
    url: str
    secret: str = field(repr=False)
    hash: str = "sha256"

    @property
    def name(self) -> str:
        """What it is called."""
        return "bbb"

    async def create(self, plan: Plan) -> Room:
        """Make a room; the same key gives the same room as long as it is open."""
        params = {
            "meetingID": plan.key,
            "name": plan.title[:128].ljust(2),
            "duration": str((plan.length + _MARGIN) // timedelta(minutes=1)),
            "record": "false",
            **({"welcome": plan.description[:500]} if plan.description else {}),
            # Hosts come on top of the seats that are given to guests.
            **({"maxParticipants": str(plan.capacity + 2)} if plan.capacity else {}),
        }
        values = await self._call("create", params)
        room_id = values.get("meetingID", plan.key)
        return Room(id=room_id, link="", occurrence=values.get("internalMeetingID", ""))

    async def find(self, plan: Plan) -> Room | None:
        """Return nothing: to create it again gives the same room."""
        return None

    async def update(self, room: Room, plan: Plan) -> Room:
        """Return the room as it is: BigBlueButton makes rooms when they are needed and changes none."""
        return room

    async def delete(self, room: Room) -> None:
        """End the room, and let everybody out."""
        try:
            await self._call("end", {"meetingID": room.id})
        except NotFound:
            return

    async def join_link(self, room: Room, guest: Guest) -> str:
        """Return a signed link that lets exactly this guest in, in their role."""
        params = {
            "meetingID": room.id,
            "fullName": guest.name or "Guest",
            "userID": guest.id,
            "role": "MODERATOR" if guest.is_host else "VIEWER",
            "redirect": "true",
        }
        return f"{self.url.rstrip('/')}/join?{self._signed('join', params)}"

    async def participants(self, room: Room) -> tuple[Participant, ...]:
        """Return nobody: the server tells of the past by its recordings and webhooks alone."""
        return ()

    async def running(self) -> tuple[str, ...]:
        """Return the ids of all rooms that are open on the server."""
        values = await self._call("getMeetings", {})
        return tuple(value for value in values.get("meetingIDs", "").split("\n") if value)

    async def probe(self, room: Room) -> Probe:
        """Ask whether the room is running."""
        try:
            values = await self._call("isMeetingRunning", {"meetingID": room.id})
        except SessiontuiError as error:
            return Probe(works=False, fact=error.detail)
        running = values.get("running") == "true"
        return Probe(works=True, fact="the room is running" if running else "the server is there, the room not yet")

    async def _call(self, call: str, params: Mapping[str, str]) -> dict[str, str]:
        url = f"{self.url.rstrip('/')}/{call}?{self._signed(call, params)}"
        answer = await self.caller.call("GET", url)
        values = _values(answer.body)
        if values.get("returncode") == "SUCCESS":
            return values
        key, said = values.get("messageKey", ""), " ".join(values.get("message", "").split())[:200]
        if key in _UNKNOWN:
            raise NotFound(f"BigBlueButton knows no such room: {said}")
        if key in _WRONG_SECRET:
            raise NotAllowed(f"BigBlueButton does not accept the checksum: {said}", hint="check secret and hash")
        raise Refused(f"BigBlueButton refused it: {said or key or 'without a reason'}")

    def _signed(self, call: str, params: Mapping[str, str]) -> str:
        query = urlencode(params)
        return query + ("&" if query else "") + "checksum=" + checksum(call, query, self.secret, self.hash)


def checksum(call: str, query: str, secret: str, algorithm: str = "sha256") -> str:
    """Return the hash that a call carries, as hexadecimal digits.

    >>> checksum("getMeetings", "", "secret", "sha1")[:12]
    '867e6596b930'
    """
    if algorithm not in HASHES:
        raise Refused(f"there is no hash {algorithm!r}", hint=f"known are {', '.join(HASHES)}")
    return hashlib.new(algorithm, f"{call}{query}{secret}".encode(), usedforsecurity=False).hexdigest()


def is_signed(call: str, query: str, secret: str, given: str) -> bool:
    """Return whether a checksum belongs to a call, whichever of the known hashes made it."""
    return any(hmac.compare_digest(checksum(call, query, secret, name), given.lower()) for name in HASHES)


def _values(body: bytes) -> dict[str, str]:
    """Return the fields right below the root of an answer, and the ids of all meetings in it, one a line."""
    found: dict[str, str] = {}
    path: list[str] = []
    text: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        path.append(tag)
        text.clear()

    def end(tag: str) -> None:
        value = "".join(text).strip()
        if len(path) == 2:
            found[tag] = value
        elif tag == "meetingID":
            found["meetingIDs"] = "\n".join(filter(None, (found.get("meetingIDs", ""), value)))
        path.pop()
        text.clear()

    def refuse(*_parts: object) -> None:
        raise Unavailable("BigBlueButton answered with a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise Unavailable("BigBlueButton answered something that is no XML", hint="check the address") from None
    return found

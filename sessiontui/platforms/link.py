"""A link that somebody typed: nothing is made or taken away elsewhere, it can only be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessiontui.domain.errors import Refused, SessiontuiError
from sessiontui.platforms.rooms import Guest, Participant, Plan, Probe, Room

if TYPE_CHECKING:
    from sessiontui.calling import Caller


@dataclass(frozen=True, slots=True)
class LinkOnly:
    """The platform of sessions whose link was made elsewhere."""

    caller: Caller

    @property
    def name(self) -> str:
        """What it is called."""
        return "link"

    async def create(self, plan: Plan) -> Room:
        """Refuse: a link is typed, not made."""
        raise Refused("no platform is set up that could make a room", hint="type a link, or set up a platform")

    async def find(self, plan: Plan) -> Room | None:
        """Return nothing: nothing was made."""
        return None

    async def update(self, room: Room, plan: Plan) -> Room:
        """Return the room as it is: a link knows nothing of title and time."""
        return room

    async def delete(self, room: Room) -> None:
        """Do nothing: the link stays where it was made."""

    async def join_link(self, room: Room, guest: Guest) -> str:
        """Return the link, which is the same for everybody."""
        return room.link

    async def participants(self, room: Room) -> tuple[Participant, ...]:
        """Return nobody: a link tells nothing."""
        return ()

    async def probe(self, room: Room) -> Probe:
        """Ask the link's host for the page, without its contents."""
        if not room.link.startswith(("https://", "http://")):
            return Probe(works=False, fact="there is no link" if not room.link else "the link is no web address")
        try:
            # Many hosts do not answer HEAD, and some ask whoever is no browser to sign in: both are there.
            answer = await self.caller.call(
                "GET", room.link, accept=frozenset({301, 302, 303, 307, 308, 401, 403, 405})
            )
        except SessiontuiError as error:
            return Probe(works=False, fact=error.detail)
        return Probe(works=True, fact=f"the link answers (HTTP {answer.status})")

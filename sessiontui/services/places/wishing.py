"""The platform that a new session names: a word beside its link, or a room that is to be made there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.places import Maker
from sessiontui.domain.text import safe_line
from sessiontui.services.places import placing
from sessiontui.services.places.connecting import require_set_up
from sessiontui.services.places.sealing import sealing_vault

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.vault import Vault
    from sessiontui.store.tx import Tx

LONGEST: Final = 40
"""Characters of the name of a platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a new session says of its platform; with a vault, a room is to be made there."""

    platform: str = ""
    vault: Vault | None = None

    async def wish(self, tx: Tx, session_id: int) -> str:
        """Have the room made, if one is wished for, and return what the receipt says of it."""
        if self.vault is None:
            return ""
        maker = Maker(self.platform)
        place_id = await placing.wish(tx, session_id, maker, vault=self.vault)
        await tx.update("session", session_id, place_id=place_id)
        return f"; {maker.words} is asked for a room"


async def wished_for(context: Context, platform: str, *, has_link: bool) -> Wished:
    """Return what a platform means beside a link or without one; ``BadInput`` where no room can be made there."""
    name = platform_name(platform)
    if not name or has_link:
        return Wished(platform=name)
    if name not in {str(maker) for maker in Maker}:
        raise BadInput(
            f"rooms cannot be made on {name!r}", place="platform", hint=f"there is {', '.join(Maker)}; or type a link"
        )
    require_set_up(context, Maker(name))
    return Wished(platform=name, vault=await sealing_vault(context))


def platform_name(text: str) -> str:
    """Return the name of a platform as it is kept.

    >>> platform_name(" Google Meet ")
    'google meet'
    """
    return safe_line(text, LONGEST).strip().lower()

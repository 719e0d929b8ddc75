"""Which templates are offered to whoever makes a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.tui.commands.scene import Console, Scene

if TYPE_CHECKING:
    from sessiontui.domain.templates.suggesting import Wish
    from sessiontui.services.templates.listing import Offer
    from sessiontui.tui.dialogs.pick_template import Offers


def offers(console: Console, scene: Scene) -> Offers:
    """Return what ranks the templates for a form."""

    async def ranked(wish: Wish) -> tuple[Offer, ...]:
        from sessiontui.services.templates import listing

        port = console.port
        return await listing.offers(port.context, wish, by=scene.actor, now=port.clock())

    return ranked

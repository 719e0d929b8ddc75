"""What a template puts into the form of a session: whatever nobody has typed over, and the beginning of the title."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.templates.titles import titled
from sessiontui.domain.text import visible, visible_block
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.dialogs.wall_clock import spoken_length

if TYPE_CHECKING:
    from sessiontui.services.templates.listing import Offer


def filled(typed: Typed, before: Offer | None, after: Offer | None, *, usual: Typed) -> Typed:
    """Return the form once another template is chosen, or none; ``usual`` is the form without any.

    A field that stands as the one before left it follows; one that was typed over stays as it was typed.
    """
    old, new = given_by(before, usual), given_by(after, usual)
    followed = {
        name: getattr(new, name)
        for name in ("kind", "length", "tags", "capacity", "description")
        if getattr(typed, name) == getattr(old, name)
    }
    words = typed.title.strip()
    if before is not None and before.template.title:
        words = words.removeprefix(visible(before.template.title)).strip()
    title = words if after is None else titled(after.template, words)
    if after is not None and after.template.title and not words:
        title = f"{visible(after.template.title)} "
    return replace(typed, **followed, title=title, template="" if after is None else after.slug, without="")


def given_by(offer: Offer | None, usual: Typed) -> Typed:
    """Return the form as a template alone would fill it."""
    if offer is None:
        return usual
    told = offer.template
    return replace(
        usual,
        kind=told.kind,
        length=spoken_length(timedelta(minutes=offer.lasting.minutes)),
        tags=", ".join(visible(tag) for tag in told.tags),
        capacity=str(told.capacity) if told.capacity else "",
        description=visible_block(told.description),
    )

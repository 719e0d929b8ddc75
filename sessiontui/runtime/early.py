"""What can be known of the desk before the toolkit is loaded: who sits there, their view, and its first rows.

It is a glance and no promise: where anything is in doubt there is none, and the console begins as it would without.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.opening import opening_view

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.runtime.first_screen import FirstScreen
    from sessiontui.runtime.outlook import Outlook
    from sessiontui.services.lines import Board
    from sessiontui.store.peek import Peek


class Early(NamedTuple):
    """Who acts, what is remembered of their view, and the first window of it."""

    actor: Actor
    remembered: Mapping[str, str]
    board: Board


def look_early(outlook: Outlook, *, at: datetime, rows: int) -> Early | None:
    """Return what an up-to-date database tells at once of the first ``rows``; ``None`` where it is not at hand."""
    from sessiontui.store.peek import Peek

    try:
        db = Peek(outlook.database, rules=outlook.rules)
    except SessiontuiError:
        return None
    try:
        return _seen(outlook, db, at, rows)
    except SessiontuiError:
        return None
    finally:
        db.end()


def show_early(early: Early, outlook: Outlook, size: tuple[int, int]) -> FirstScreen | None:
    """Put what is known on the terminal as the first page; ``None`` where it might look other than the desk."""
    from sessiontui.runtime.first_screen import is_sure, show
    from sessiontui.tui.first_page import Sitting, first_page
    from sessiontui.tui.palettes import full_name
    from sessiontui.tui.present.look import Look
    from sessiontui.tui.terminals import erases_in_colour

    if not is_sure(os.environ):  # noqa: TID251 - the one place
        return None
    look = Look(ascii=outlook.ascii, zone=outlook.zone)
    theme = full_name(outlook.theme) or early.remembered.get("theme", "")
    sitting = Sitting(
        name=early.actor.name,
        role=early.actor.role,
        platform=outlook.platform,
        read_only=outlook.read_only,
        own_keys=outlook.own_keys,
    )
    view = opening_view(early.remembered.get)

    def page(*, erases: bool) -> str | None:
        return first_page(early.board, view, look, theme=theme, size=size, sitting=sitting._replace(erases=erases))

    written = page(erases=erases_in_colour(os.environ))  # noqa: TID251 - the one place
    return None if written is None else show(written, size=size, cells=lambda: page(erases=False) or "")


def _seen(outlook: Outlook, db: Peek, at: datetime, rows: int) -> Early | None:
    from sessiontui.runtime.identity import identity
    from sessiontui.services import arriving
    from sessiontui.services.boards.asking import board
    from sessiontui.services.footing import Foothold

    footing = Foothold(db, outlook.rules, outlook.zone)
    who = db.told(arriving.known(footing, identity(outlook.service_account).login))
    if who is None:
        return None
    remembered = db.told(arriving.recall(footing, who))
    view = opening_view(remembered.get)
    asking = board(footing, view.query, now=at, limit=rows, order=view.order, zone=footing.zone, by=who)
    return Early(who, remembered, db.told(asking))

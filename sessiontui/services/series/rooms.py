"""The rooms of the dates of a series: a series on a platform, without a link, has one made for each of its dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.services.places.wishing import Wished, wished_for

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tables import Series

NO_ROOMS: Final = Wished()
"""Dates for which nobody wishes for a room."""


async def rooms_as_can_be(context: Context, series: Series) -> Wished:
    """Return the rooms that the dates of a series wish for, none where its platform is not set up any more.

    Its dates are there all the same, and an alert tells of the missing link. What was imported meets elsewhere.
    """
    if not series.platform or series.external_id is not None:
        return NO_ROOMS
    try:
        return await wished_for(context, series.platform, has_link=bool(series.link))
    except (BadInput, Unavailable):
        return NO_ROOMS

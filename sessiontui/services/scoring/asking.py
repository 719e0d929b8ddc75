"""How a report on the sessions of a query is asked for, whichever of them it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sessiontui.domain.access import Actor
    from sessiontui.services.context import Context
    from sessiontui.services.scoring.pasts import Progress
    from sessiontui.services.scoring.picture import By

_Told_co = TypeVar("_Told_co", covariant=True)


class Asking(Protocol[_Told_co]):
    """A service that reports on the sessions of a query."""

    async def __call__(
        self,
        context: Context,
        *,
        by: Actor,
        now: datetime,
        query: str,
        since: datetime | None,
        until: datetime | None,
        by_dim: By | None,
        zone: ZoneInfo | None,
        as_of: datetime | None,
        progress: Progress | None,
    ) -> _Told_co:
        """Return the report."""
        ...

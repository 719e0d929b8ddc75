"""The reports of work and of learning as rows of the export of analytics, behind the figures of the platform."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.learning import reporting as learning
from sessiontui.services.learning import rows as learning_rows
from sessiontui.services.scoring import reporting as work
from sessiontui.services.scoring import rows as work_rows
from sessiontui.services.scoring.picture import By

if TYPE_CHECKING:
    from sessiontui.services.analytics.rows import Cell
    from sessiontui.services.context import Context
    from sessiontui.services.scoring.pasts import Progress

LIKE: Final = {Dimension.MENTOR: By.PERSON, Dimension.TEMPLATE: By.TEMPLATE, Dimension.WEEK: By.WEEK}
"""By what these reports are told apart where the figures of the platform are told apart by a dimension."""


async def rows(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str,
    since: datetime | None,
    until: datetime | None,
    by_dim: Dimension | None,
    zone: ZoneInfo | None,
    as_of: datetime | None,
    progress: Progress | None,
) -> AsyncGenerator[dict[str, Cell], None]:
    """Yield the figures of both reports."""
    how = None if by_dim is None else LIKE.get(by_dim)
    worked = await work.report(
        context,
        by=by,
        now=now,
        query=query,
        since=since,
        until=until,
        by_dim=how,
        zone=zone,
        as_of=as_of,
        progress=progress,
    )
    for row in work_rows.rows(worked):
        yield row
    learned = await learning.report(
        context,
        by=by,
        now=now,
        query=query,
        since=since,
        until=until,
        by_dim=how,
        zone=zone,
        as_of=as_of,
        progress=progress,
    )
    for row in learning_rows.rows(learned):
        yield row

"""Making a series with the form of a new session, and showing its dates while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sessiontui.domain.recurrence import wall_of
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.series import new_lines

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sessiontui.services.receipt import Receipt
    from sessiontui.tui.commands.scene import Console, Scene
    from sessiontui.tui.dialogs.repeats import Preview
    from sessiontui.tui.dialogs.session_entry import Entry


async def make_series(console: Console, scene: Scene, entry: Entry, *, confirm: bool = False) -> Receipt:
    """Make a series of what was entered; its first date is at the entered time on the wall clock of its zone.

    ``confirm`` agrees to its host being booked twice.
    """
    from sessiontui.domain.templates.shape import TemplateRef
    from sessiontui.services import series

    draft = series.SeriesDraft(
        title=entry.title,
        starts=wall_of(entry.starts_at, ZoneInfo(entry.zone)),
        length=entry.ends_at - entry.starts_at,
        zone=entry.zone,
        rule=entry.rule,
        kind=entry.kind,
        description=entry.description,
        link=entry.link,
        platform=entry.platform,
        tags=entry.tags,
        priority=entry.priority,
        capacity=entry.capacity,
        mentor_id=entry.mentor_id,
        author_id=entry.author_id,
        publish=entry.publish,
        template=TemplateRef(entry.template, without=entry.without) if entry.template else None,
    )
    at = console.port.clock()
    return await series.create(console.port.context, draft, by=scene.actor, at=at, confirm=confirm)


def preview_of(console: Console) -> Preview:
    """Return what the form of a new session asks to show the dates of a series."""

    def lines(starts: datetime, length: timedelta, zone: str, rule: str) -> list[str]:
        from sessiontui.services import series

        found = series.preview_dates(starts=starts, length=length, zone=zone, rule=rule, at=console.port.clock())
        return new_lines(found, Look(ascii=console.port.ascii), ZoneInfo(zone))

    return lines

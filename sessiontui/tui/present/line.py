"""A session as a row of the desk's table: which columns there are, and what stands in them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from textual.content import Content

from sessiontui.domain.vocabulary import Priority
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.present.look import ALARM, MUTED, Look, outside
from sessiontui.tui.present.people import people, signal
from sessiontui.tui.present.status import STATUS_WIDTH, glyph, status
from sessiontui.tui.present.times import starts
from sessiontui.tui.widgets.columns import Column

WORDED: Final = 40
"""From this width on the status is a word; below it the glyph alone has room."""

COLUMNS: Final = (
    Column("status", "Status", STATUS_WIDTH, from_width=WORDED),
    Column("status", "", 1, to_width=WORDED),
    Column("title", "Session", 8, flex=4),
    Column("start", "Starts", 9, from_width=30, to_width=100, right=True, tinted=False),
    Column("start", "Starts", 15, from_width=100, right=True, tinted=False),
    Column("people", "People", 7, from_width=66, right=True),
    Column("signal", "Signal", 10, from_width=48, to_width=60),
    Column("signal", "Signal", 11, flex=1, from_width=60),
    Column("mentor", "Mentor", 12, flex=1, from_width=120),
)

ORDER_OF: Final = {"status": "urgency", "title": "title", "start": "start"}
"""The order of the table that a column's title stands for."""


def cells(line: SessionLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return the cells of a session, one for each of ``COLUMNS``."""
    return (
        status(line, look),
        glyph(line.status, look),
        _title(line),
        starts(line, now, look),
        starts(line, now, look, wide=True),
        people(line),
        signal(line, short=True),
        signal(line),
        outside(line.mentor or line.author, MUTED),
    )


def _title(line: SessionLine) -> Content:
    title = outside(line.title) if line.title.strip() else Content.styled(f"session #{line.id}", MUTED)
    if line.priority is Priority.URGENT:
        return Content.styled("urgent ", f"bold {ALARM}") + title
    return title

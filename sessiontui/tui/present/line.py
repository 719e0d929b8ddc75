"""A session as a row of the desk's table: which columns there are, and what stands in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.vocabulary import Priority
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.look import ALARM, MUTED, Look, outside
from sessiontui.tui.present.people import people, signal
from sessiontui.tui.present.status import STATUS_WIDTH, glyph, status
from sessiontui.tui.present.times import starts

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

WORDED: Final = 40
"""From this width on the status is a word; below it the glyph alone has room."""

COLUMNS: Final = (
    Column("status", "Status", STATUS_WIDTH, from_width=WORDED),
    Column("status", "", 1, to_width=WORDED),
    Column("title", "Session", 8, flex=4),
    Column("start", "Starts", 9, from_width=30, to_width=100, right=True, tinted=False),
    Column("start", "Starts", 15, from_width=100, right=True, tinted=False),
    Column("people", "People", 8, from_width=66, right=True),
    Column("signal", "Signal", 10, from_width=48, to_width=60),
    Column("signal", "Signal", 11, flex=1, from_width=60),
    Column("mentor", "Mentor", 12, flex=1, from_width=120),
)

ORDERS: Final = {
    "urgency": ("status", False),
    "start": ("start", True),
    "latest": ("start", False),
    "title": ("title", True),
    "pending": ("people", False),
}
"""The orders of the table: the column whose title stands for each, and whether its values rise from the top on."""

ORDER_WORDS: Final = {
    "urgency": "by urgency",
    "start": "by start, earliest first",
    "latest": "by start, latest first",
    "title": "by title",
    "pending": "by pending requests, most first",
}
"""How each order is told."""

COLUMN_KEYS: Final = tuple(dict.fromkeys(column.key for column in COLUMNS))
"""The columns by name, of which an admin may choose some."""


def order_of(column: str, order: str) -> str:
    """Return the order that a click on a column's title stands for, or an empty string; a second click turns it.

    >>> order_of("start", "urgency"), order_of("start", "start"), order_of("mentor", "start")
    ('start', 'latest', '')
    """
    there = [name for name, (key, _) in ORDERS.items() if key == column]
    return next((name for name in there if name != order), there[0] if there else "")


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


def row(line: SessionLine, now: datetime, look: Look) -> Row:
    """Return a session as a row of the table."""
    return Row(line.id, cells(line, now, look))


def _title(line: SessionLine) -> Content:
    title = outside(line.title) if line.title.strip() else Content.styled(f"session #{line.id}", MUTED)
    if line.priority is Priority.URGENT:
        return Content.styled("urgent ", f"bold {ALARM}") + title
    return title

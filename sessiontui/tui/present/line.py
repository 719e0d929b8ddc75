"""A session as a row of the desk's table: which columns there are, and what stands in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.tui.opening import ORDERS as ORDERS
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.frame import ORDER_WORDS as ORDER_WORDS
from sessiontui.tui.present.look import Look, content
from sessiontui.tui.present.told import COLUMNS as COLUMNS
from sessiontui.tui.present.told import row_words

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

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
    return tuple(content(words) for words in row_words(line, now, look))


def row(line: SessionLine, now: datetime, look: Look) -> Row:
    """Return a session as a row of the table."""
    return Row(line.id, cells(line, now, look))

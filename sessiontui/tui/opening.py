"""How the desk opens: the view that was left the last time, or the one that it opens on the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

HOME: Final = "view:now"
"""The query on which the desk opens the first time, and to which it goes back."""

URGENCY: Final = "urgency"

ORDERS: Final = {
    URGENCY: ("status", False),
    "start": ("start", True),
    "latest": ("start", False),
    "title": ("title", True),
    "pending": ("people", False),
}
"""The orders of the table: the column whose title stands for each, and whether its values rise from the top on."""

WIDE: Final = 100
"""From this width on table and detail stand side by side."""

PAGE: Final = 200
"""Least rows of a window."""


class View(NamedTuple):
    """A query in an order, the columns that were chosen, and how wide the detail beside them is; zero is as usual."""

    query: str
    order: str
    columns: tuple[str, ...]
    pane: int


def opening_view(recall: Callable[[str], str | None]) -> View:
    """Return the view that is remembered; what an older version remembered otherwise is left aside."""
    order, pane = recall("desk.order") or "", recall("desk.pane") or ""
    return View(
        query=recall("desk.query") or HOME,
        order=order if order in ORDERS else URGENCY,
        columns=tuple((recall("desk.columns") or "").split()),
        pane=int(pane) if pane.isdecimal() else 0,
    )

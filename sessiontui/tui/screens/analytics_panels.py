"""The panels of the analytics screen: their order, their places, and what draws each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sessiontui.services.analytics.figures import Figures
from sessiontui.tui.present import analytics as present
from sessiontui.tui.present.charts import Drawn
from sessiontui.tui.present.look import Look

PANELS: Final[tuple[tuple[str, str, str], ...]] = (
    ("figures", "Figures", "first"),
    ("advice", "What stands out", "first"),
    ("groups", "By", "first"),
    ("week", "Popular times", "second"),
    ("trend", "Participation", "second"),
    ("requests", "Requests and time", "third"),
    ("reasons", "Cancelled because", "third"),
    ("attendance", "Attendance", "fourth"),
)
"""The panels in the order of tab, with the column that holds each."""

SHORT: Final = ("Figures", "Advice", "By", "Times", "Trend", "Requests", "Cancelled", "Attendance")
"""Their names where there is room for one panel alone."""

DRAWN: Final[dict[str, Callable[[Figures, Look, int, int], Drawn]]] = {
    "figures": present.figures,
    "advice": present.advice,
    "week": present.week,
    "trend": present.trend,
    "groups": present.groups,
    "requests": present.requests,
    "reasons": present.reasons,
}
"""What draws the panels of the figures; the attendance has a report of its own."""

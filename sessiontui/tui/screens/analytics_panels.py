"""The panels of the analytics screen: their order, their places, and what draws each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sessiontui.services.analytics.figures import Figures
from sessiontui.tui.present import analytics as present
from sessiontui.tui.present.charts import Drawn
from sessiontui.tui.present.hints import Hint
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
    ("work", "Work", "fifth"),
    ("learning", "Learning", "sixth"),
)
"""The panels in the order of tab, with the column that holds each."""

SHORT: Final = ("Figures", "Advice", "By", "Times", "Trend", "Requests", "Cancelled", "Attendance", "Work", "Learn")
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
"""What draws the panels of the figures; attendance, work and learning have reports of their own."""

PAGES: Final = {"third": "-page-2", "fourth": "-page-3", "fifth": "-page-4", "sixth": "-page-5"}
"""What the screen is where a column stands alone, if the panels of the first page are not shown with it."""


def hints_of(why: str, *, by_dim: str) -> list[Hint]:
    """Return which keys help; ``why`` says why what is chosen leads nowhere."""
    return [
        Hint("enter", "sessions", "", why),
        Hint("tab", "next panel", ""),
        Hint("[ ]", "period", ""),
        Hint(", .", "earlier, later", ""),
        Hint("b", f"by {by_dim}", ""),
        Hint("w", "who came", ""),
        Hint("W", "work", ""),
        Hint("L", "learning", ""),
        Hint("/", "filter", ""),
        Hint("1", "desk", "desk"),
    ]

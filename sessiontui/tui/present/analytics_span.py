"""Which period the analytics are about, by keys: how long it is, and how many of its length it lies back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.services.analytics.drilling import PERIODS, Period
from sessiontui.services.analytics.figures import Figures, Origin
from sessiontui.tui.present import analytics as present
from sessiontui.tui.present.look import MUTED, Look, fitted, outside

_ORIGINS: Final = {
    Origin.KEPT: "",
    Origin.SESSIONS: "read from the sessions",
    Origin.DERIVED: "derived as of this instant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One of the periods that are offered, by its place among them, and how many of its length it lies back."""

    place: int = 1
    back: int = 0

    @property
    def period(self) -> Period:
        """The period, not moved."""
        return PERIODS[self.place]

    @property
    def is_all(self) -> bool:
        """Whether it is all time, before which there is nothing."""
        return self.period.days is None

    @property
    def name(self) -> str:
        """What it is called."""
        if self.back:
            return f"{count(self.back, 'period')} of {self.period.name} back"
        return self.period.name if self.is_all else f"last {self.period.name}"

    def longer(self, by: int) -> Span:
        """Return the period that is longer by some places, up to the present."""
        return Span(place=min(len(PERIODS) - 1, max(0, self.place + by)))

    def earlier(self, by: int) -> Span:
        """Return the period that lies further back by some of its lengths, none of them ahead of the present."""
        return replace(self, back=max(0, self.back + by))

    def bounds(self, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Return what is asked for; the present period has no end, so that what is planned counts too."""
        since = self.period.since(now, zone)
        if since is None or self.period.days is None:
            return None, None
        if not self.back:
            return since, None
        length = timedelta(days=self.period.days)
        return since - self.back * length, since - (self.back - 1) * length


def line(span: Span, found: Figures | None, look: Look, width: int, *, own: bool, query: str, failed: str) -> Content:
    """Return the line above the figures: which period, how many sessions, whose, and what went wrong."""
    parts = [Content.styled(span.name, "bold")]
    if found is not None:
        parts.append(Content(present.period_word(found, look)))
        parts.append(Content(count(found.sums.sessions, "session")))
        parts.append(Content.styled(f"days of {found.zone.key}", MUTED))
        if _ORIGINS[found.origin]:
            parts.append(Content.styled(_ORIGINS[found.origin], MUTED))
    if own:
        parts.append(Content.styled("your own sessions", MUTED))
    if query:
        parts.append(outside(f"/ {query}", "$accent"))
    if failed and found is not None:
        parts.append(outside(failed, "$status-waiting"))
    return fitted(Content(look.dot).join(parts), width, look)

"""From a figure to its sessions: the filter that finds them on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.analytics.advice import Topic
from sessiontui.domain.analytics.periods import local_day, midnight
from sessiontui.domain.instants import from_ms, rfc3339, to_ms
from sessiontui.domain.query import parse
from sessiontui.domain.query.lexing import quoted
from sessiontui.domain.records import record
from sessiontui.services.analytics.figures import Dimension

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.domain.analytics.advice import Advice
    from sessiontui.services.analytics.figures import Figures

MOST_WEEKS: Final = 60
"""Weeks of which a filter can name one hour each; a filter of more would be too long to read."""

_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)

_TOPICS: Final = {
    Topic.MISSED_HOURS: "status:no_show -is:provisional",
    Topic.MISSED_MENTORS: "status:no_show -is:provisional",
    Topic.MISSED_TAGS: "status:no_show -is:provisional",
    Topic.SLOW_MENTORS: "has:requests",
    Topic.OVERRUN: "status:complete,early -is:provisional efficiency:>=110%",
    Topic.EARLY_ENDS: "status:early -is:provisional",
    Topic.CANCELLING_MENTORS: "status:cancelled",
    Topic.MAIN_REASON: "status:cancelled",
}


class Drill:
    """Writes the filters of one period and query; archived sessions are among them, as they are in the figures."""

    def __init__(
        self,
        query: str,
        since: datetime | None,
        until: datetime | None,
        *,
        by: Actor,
        own: bool,
        now: datetime,
        zone: ZoneInfo,
    ) -> None:
        self._since, self._until = since, until
        terms = [query.strip()] if query.strip() else []
        if since is not None:
            terms.append(f"starts:>={rfc3339(since)}")
        if until is not None:
            terms.append(f"starts:<{rfc3339(until)}")
        if own and by.id is not None:
            terms.append(f"mentor:#{by.id}")
        if not parse(query, now=now, zone=zone).wants_archived:
            terms.append("archived:yes,no")
        self._terms = tuple(terms)

    def all(self) -> str:
        """Return the filter of all sessions that figures are about."""
        return self.with_("-status:draft")

    def with_(self, more: str) -> str:
        """Return the filter of those for which more holds."""
        return " ".join((*self._terms, more) if more else self._terms)

    def of(self, dim: Dimension, key: str, zone: ZoneInfo) -> str:
        """Return the filter of one value of a dimension, empty where no filter can say it."""
        match dim:
            case Dimension.KIND:
                return self.with_(f"kind:{key}")
            case Dimension.MENTOR:
                return self.with_(f"mentor:#{key}" if key else "-has:mentor")
            case Dimension.TAG:
                return self.with_(f"tag:{quoted(key)}") if key.strip() else ""
            case Dimension.TEMPLATE:
                return self.with_(f"template:{key}") if key else ""
            case Dimension.WEEK:
                day = date.fromisoformat(key)
                return self._between(day, day + timedelta(days=7), zone)
            case Dimension.MONTH:
                day = date.fromisoformat(f"{key}-01")
                return self._between(day, (day + timedelta(days=32)).replace(day=1), zone)
            case _:
                return ""

    def of_some(self, ids: Sequence[int]) -> str:
        """Return the filter of some sessions by their numbers, empty where these are too many to read."""
        if not 0 < len(ids) <= MOST_WEEKS:
            return ""
        return self.with_(f"-status:draft id:{','.join(f'#{session_id}' for session_id in ids)}")

    def of_spans(self, spans: Iterable[tuple[datetime, datetime]], more: str) -> str:
        """Return the filter of what starts in some spans, each up to the second before its end, and is more.

        Empty where there are no spans, or too many to read.
        """
        instants = {(since.astimezone(UTC), end.astimezone(UTC) - _SECOND) for since, end in spans}
        told = [(rfc3339(since), rfc3339(last)) for since, last in sorted(instants)]
        if not 0 < len(told) <= MOST_WEEKS:
            return ""
        return self.with_(f"starts:{','.join(f'{since}..{last}' for since, last in told)} {more}")

    def of_advice(self, advice: Advice, zone: ZoneInfo) -> str:
        """Return the filter of the cases that a recommendation rests on, as near as a filter can say it."""
        more = _TOPICS[advice.topic]
        dims = {"kind": f"kind:{advice.key}", "mentor": f"mentor:#{advice.key}", "tag": f"tag:{quoted(advice.key)}"}
        return self.with_(f"{more} {dims[advice.dim]}" if advice.dim in dims else more)

    def _between(self, first: date, after: date, zone: ZoneInfo) -> str:
        return between_days(self.with_("-status:draft"), first, after, zone)


def between_days(drill: str, first: date, after: date, zone: ZoneInfo) -> str:
    """Return a filter of those that start from one day of a zone on and before another."""
    start, end = from_ms(midnight(first, zone)), from_ms(midnight(after, zone))
    return f"{drill} starts:>={rfc3339(start)} starts:<{rfc3339(end)}"


def days_filter(figures: Figures, day: date, days: int = 1) -> str:
    """Return the filter of what starts on a day of some figures, or on several from it on."""
    return between_days(figures.drill, day, day + timedelta(days=days), figures.zone)


def hour_filter(figures: Figures, weekday: int, hour: int) -> str:
    """Return the filter of what starts in one hour of the week, empty where the period has too many weeks."""
    if figures.first is None or figures.last is None:
        return ""
    first, last = figures.first, figures.last
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    days = [day + timedelta(weeks=number) for number in range((last - day).days // 7 + 1)]
    if not 0 < len(days) <= MOST_WEEKS:
        return ""
    spans = []
    for one in days:
        start = datetime(one.year, one.month, one.day, hour, tzinfo=figures.zone).astimezone(UTC)
        spans.append(f"{rfc3339(start)[:16]}Z..{rfc3339(start + 59 * _MINUTE)[:16]}Z")
    return f"{figures.drill} -status:cancelled starts:{','.join(spans)}"


@record
class Period:
    """A period by name, as days of a zone: the present one up to now included."""

    name: str
    days: int | None

    def since(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when it begins: at midnight of its first day, ``None`` for all time."""
        if self.days is None:
            return None
        return from_ms(midnight(local_day(to_ms(now), zone) - timedelta(days=self.days - 1), zone))


PERIODS: Final = (
    Period("7 days", 7),
    Period("30 days", 30),
    Period("90 days", 90),
    Period("365 days", 365),
    Period("all time", None),
)
"""The periods that the screen offers."""

"""Who is there, who was let in, and the one signal that presses most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.vocabulary import Badge, Severity, Status
from sessiontui.tui.present.look import ALARM, BAD, MUTED
from sessiontui.tui.present.severity import signal as alert_signal
from sessiontui.tui.present.times import minutes

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

PRESSING: Final = (
    Badge.NO_HOST,
    Badge.HOST_WAITING,
    Badge.EVERYONE_LEFT,
    Badge.CLASH,
    Badge.OVERBOOKED,
    Badge.AT_RISK,
    Badge.STALE,
    Badge.PENDING,
    Badge.OVERTIME,
    Badge.HOST_ONLY,
    Badge.UNMATCHED,
    Badge.EARLY_JOIN,
    Badge.APPROXIMATE,
    Badge.NO_SHOW,
    Badge.EARLY_END,
)
"""All badges, the most pressing first."""

MEANINGS: Final[Mapping[Badge, str]] = {
    Badge.EARLY_JOIN: "someone is in before the start",
    Badge.OVERTIME: "still going on past its end",
    Badge.EVERYONE_LEFT: "all guests have left; it may still resume",
    Badge.HOST_WAITING: "the host is in, no guest is",
    Badge.NO_HOST: "guests are in, the host is not",
    Badge.HOST_ONLY: "only the host came",
    Badge.EARLY_END: "ran for less than half of its time",
    Badge.NO_SHOW: "no guest came",
    Badge.PENDING: "requests still wait for a decision",
    Badge.AT_RISK: "likely that nobody comes",
    Badge.UNMATCHED: "attendees nobody has identified yet",
    Badge.APPROXIMATE: "the source gave totals, not times",
    Badge.OVERBOOKED: "more approved than there is room for",
    Badge.CLASH: "a person or the mentor is double-booked",
    Badge.STALE: "heartbeats are overdue: who is in may be out",
}

_SHORT: Final = {Badge.EVERYONE_LEFT: "All left", Badge.HOST_WAITING: "Host waits", Badge.APPROXIMATE: "Approx"}

_GRAVE: Final = frozenset(PRESSING[:6])
_SAID_BY_STATUS: Final = frozenset({Badge.NO_SHOW, Badge.EARLY_END})
"""Badges that only repeat the word of the status."""


def people(line: SessionLine) -> Content:
    """Return the head count that matters now: here of approved, approved of places, or who came of approved."""
    match line.status:
        case Status.ACTIVE | Status.PAUSED:
            return Content(f"{line.active} here")
        case Status.WAITING:
            return Content(f"{line.active}/{line.approved}")
        case status if status.is_ended:
            came = line.active + line.left
            return Content.styled(f"{came}/{line.approved}" if line.approved else str(came), MUTED)
        case _:
            places = f"/{line.capacity}" if line.capacity else ""
            return Content.styled(f"{line.approved}{places}", "" if line.approved else MUTED)


def signal(line: SessionLine, *, short: bool = False) -> Content:
    """Return the most pressing badge and how many more there are, or the fact that stands for none.

    The short form leaves out how many more.
    """
    badges = [badge for badge in PRESSING if badge in line.badges and badge not in _SAID_BY_STATUS]
    pressing = [alert for alert in line.alerts if alert.presses and alert.severity is not Severity.NOTICE]
    if pressing:
        more = len({alert.rule for alert in line.alerts}) - 1
        word = alert_signal(pressing[0])
        return word + Content.styled(f" +{more}", MUTED) if more and not short else word
    if not badges:
        return _fact(line)
    first, more = badges[0], len(badges) - 1
    word = Content.styled(_SHORT.get(first, first.value), badge_style(first))
    return word + Content.styled(f" +{more}", MUTED) if more and not short else word


def badge_style(badge: Badge) -> str:
    """Return the style of a badge: grave ones stand out."""
    if badge is Badge.NO_SHOW:
        return BAD
    return f"bold {ALARM}" if badge in _GRAVE else "$status-has-requests" if badge is Badge.PENDING else ""


def _fact(line: SessionLine) -> Content:
    match line.status:
        case Status.WAITING:
            return Content.styled("No one" if not line.active else f"{line.active} here", f"bold {ALARM}")
        case Status.HAS_REQUESTS:
            return Content.styled(f"{line.pending} pending", "$status-has-requests")
        case Status.ENDED_COMPLETE | Status.ENDED_EARLY:
            return Content.styled(f"{minutes(line.actual)}/{minutes(line.scheduled)} min", MUTED)
        case Status.ACTIVE if line.left:
            return Content.styled(f"{line.left} left", MUTED)
        case _:
            return Content("")

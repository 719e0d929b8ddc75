"""A session as a row of the desk in words and names of styles: what stands in the table, and on the first page.

Nothing here needs the toolkit, because the first page is painted before it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.signs import SIGNS, counted
from sessiontui.domain.vocabulary import Badge, Priority, Severity, Status
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.look import ALARM, BAD, MUTED, Look, Words, shown_of
from sessiontui.tui.present.times import NEAR, minutes, moment, short_moment, span

if TYPE_CHECKING:
    from sessiontui.services.lines import AlertLine, SessionLine

START_WIDTH: Final = 15
"""Cells of a start with its day."""

STATUS_WIDTH: Final = 13
"""Cells of the widest glyph and word."""

WORDED: Final = 40
"""From this width on the status is a word; below it the glyph alone has room."""

COLUMNS: Final = (
    Column("status", "Status", STATUS_WIDTH, from_width=WORDED),
    Column("status", "", 1, to_width=WORDED),
    Column("title", "Session", 8, flex=4),
    Column("start", "Starts", 9, from_width=30, to_width=100, right=True, tinted=False),
    Column("start", "Starts", START_WIDTH, from_width=100, right=True, tinted=False),
    Column("people", "People", 8, from_width=66, right=True),
    Column("signal", "Signal", 10, from_width=48, to_width=60),
    Column("signal", "Signal", 11, flex=1, from_width=60),
    Column("mentor", "Mentor", 12, flex=1, from_width=120),
)

IN_STRIP: Final = (
    Status.WAITING,
    Status.UPCOMING,
    Status.ACTIVE,
    Status.PAUSED,
    Status.HAS_REQUESTS,
    Status.APPROVED,
    Status.CREATED,
    Status.ENDED_NO_SHOW,
    Status.ENDED_EARLY,
    Status.ENDED_COMPLETE,
    Status.CANCELLED,
    Status.DRAFT,
)
"""The order of the counts: what presses first."""

PRESSING: Final = (
    Badge.NO_HOST,
    Badge.HOST_WAITING,
    Badge.EVERYONE_LEFT,
    Badge.BLOCKED,
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

SEVERITY_SIGNS: Final = {
    Severity.CRITICAL: ("▲", "!!", f"bold {BAD}"),
    Severity.WARNING: ("!", "!", f"bold {ALARM}"),
    Severity.NOTICE: ("·", "-", ""),
}
"""By severity its sign, what stands for it in ASCII, and its style; the word stands beside it where there is room."""

_SHORT_RULES: Final = {
    AlertRule.REQUEST_BACKLOG: "Backlog",
    AlertRule.NO_SHOW_RISK: "At risk",
    AlertRule.UPCOMING_EMPTY: "Nobody yet",
    AlertRule.DELIVERY_FAILED: "Undelivered",
    AlertRule.NOBODY_JOINED: "No one",
    AlertRule.HOST_MISSING: "No host",
    AlertRule.LINK_BROKEN: "Bad link",
}
"""Rules in at most eleven cells, which is what a signal has."""

_SHORT_BADGES: Final = {
    Badge.EVERYONE_LEFT: "All left",
    Badge.HOST_WAITING: "Host waits",
    Badge.APPROXIMATE: "Approx",
}

_GRAVE: Final = frozenset(PRESSING[:6])
_SAID_BY_STATUS: Final = frozenset({Badge.NO_SHOW, Badge.EARLY_END})
"""Badges that only repeat the word of the status."""

_ALWAYS: Final = frozenset({Status.WAITING, Status.UPCOMING, Status.ACTIVE, Status.PAUSED})
"""Counts that are shown at zero too: that nobody waits is news."""


def row_words(line: SessionLine, now: datetime, look: Look) -> tuple[Words, ...]:
    """Return the cells of a session, one for each of ``COLUMNS``."""
    return (
        status_words(line, look),
        glyph_words(line.status, look),
        _title(line),
        starts_words(line, now, look),
        starts_words(line, now, look, wide=True),
        people_words(line),
        signal_words(line, short=True),
        signal_words(line),
        ((shown_of(line.mentor or line.author), MUTED),),
    )


def style_of(status: Status) -> str:
    """Return the theme's style of a status.

    >>> style_of(Status.HAS_REQUESTS)
    '$status-has-requests'
    """
    return f"$status-{status.value.replace('_', '-')}"


def glyph_words(status: Status, look: Look) -> Words:
    """Return a status as its glyph alone, for places where the word stands elsewhere."""
    sign = SIGNS[status]
    return ((look.of(sign.glyph, sign.plain), style_of(status)),)


def status_words(line: SessionLine, look: Look) -> Words:
    """Return the status of a session as glyph and word; one that may still change its mind says so."""
    sign = SIGNS[line.status]
    text = f"{look.of(sign.glyph, sign.plain)} {sign.word}"
    if line.provisional and len(text) < STATUS_WIDTH:
        text += "?"
    style = style_of(line.status)
    return ((text, f"bold {style}" if line.status is Status.WAITING else style),)


def starts_words(line: SessionLine, now: datetime, look: Look, *, wide: bool = False) -> Words:
    """Return what matters about a session's time: lateness, minutes to go, minutes run, or when it was."""
    past = now - line.starts_at
    match line.status:
        case Status.WAITING:
            sign = look.of("−", "-") if past >= timedelta() else ""
            return ((f"{sign}{span(past)}", f"bold {ALARM}"),)
        case Status.ACTIVE | Status.PAUSED:
            # what counts at the end, so that the number goes on from where it stood when a pause is over
            return ((f"{minutes(line.actual)}/{minutes(line.scheduled)}" + (" min" if wide else ""), ""),)
        case _ if timedelta() < -past <= NEAR and not _is_over(line):
            text = span(past)
            return ((f"in {text}" if wide else text, ""),)
        case _:
            when = moment(line.starts_at, now, look.zone) if wide else short_moment(line.starts_at, now, look.zone)
            if len(when) > START_WIDTH:  # of another year: the day is worth more than the hour
                when = when.rpartition(" ")[0]
            return ((when, MUTED if _is_over(line) else ""),)


def people_words(line: SessionLine) -> Words:
    """Return the head count that matters now: here of approved, approved of places, or who came of approved."""
    match line.status:
        case Status.ACTIVE | Status.PAUSED:
            return ((f"{line.active} here", ""),)
        case Status.WAITING:
            return ((f"{line.active}/{line.approved}", ""),)
        case status if status.is_ended:
            came = line.active + line.left
            return ((f"{came}/{line.approved}" if line.approved else str(came), MUTED),)
        case _:
            places = f"/{line.capacity}" if line.capacity else ""
            return ((f"{line.approved}{places}", "" if line.approved else MUTED),)


def signal_words(line: SessionLine, *, short: bool = False) -> Words:
    """Return the most pressing alert or badge and how many more there are, or the fact that stands for none.

    The short form leaves out how many more.
    """
    badges = [badge for badge in PRESSING if badge in line.badges and badge not in _SAID_BY_STATUS]
    pressing = [alert for alert in line.alerts if alert.presses and alert.severity is not Severity.NOTICE]
    if pressing:
        word, more = alert_words(pressing[0]), len({alert.rule for alert in line.alerts}) - 1
    elif badges:
        first, more = badges[0], len(badges) - 1
        word = ((_SHORT_BADGES.get(first, first.value), badge_style(first)),)
    else:
        return _fact(line)
    return (*word, (f" +{more}", MUTED)) if more and not short else word


def alert_words(line: AlertLine) -> Words:
    """Return an alert as the signal of its session on the desk."""
    return ((_SHORT_RULES.get(line.rule, line.rule.words), SEVERITY_SIGNS[line.severity][2] or MUTED),)


def badge_style(badge: Badge) -> str:
    """Return the style of a badge: grave ones stand out."""
    if badge is Badge.NO_SHOW:
        return BAD
    return f"bold {ALARM}" if badge in _GRAVE else "$status-has-requests" if badge is Badge.PENDING else ""


def counts_words(
    by_status: Mapping[Status, int], look: Look, width: int, chosen: Status | None = None
) -> tuple[tuple[Status, Words], ...]:
    """Return what the strip of counts shows, in order; words and then whole counts give way where room ends."""
    shown = [status for status in IN_STRIP if by_status.get(status, 0) or status in _ALWAYS]
    for worded in range(len(shown), -1, -1):
        cells = tuple(
            (status, _count(status, by_status.get(status, 0), look, worded=place < worded, lit=status is chosen))
            for place, status in enumerate(shown)
        )
        if _strip_width(cells) <= width:
            return cells
    while cells and _strip_width(cells) > width:
        cells = cells[:-1]
    return cells


def chosen_in(query: str) -> Status | None:
    """Return the one status that a query asks for.

    >>> chosen_in("status:waiting grief")
    <Status.WAITING: 'waiting'>
    """
    terms = query.split()
    return next((status for status in Status if f"status:{status.value}" in terms), None)


def _strip_width(cells: tuple[tuple[Status, Words], ...]) -> int:
    """Return how many cells a row of counts takes with two between them; their signs are one cell wide."""
    return sum(len(text) for _, words in cells for text, _ in words) + 2 * max(0, len(cells) - 1)


def _count(status: Status, number: int, look: Look, *, worded: bool, lit: bool) -> Words:
    sign = SIGNS[status]
    text = f"{look.of(sign.glyph, sign.plain)} {number}" + (f" {counted(status, number)}" if worded else "")
    style = style_of(status) if number else MUTED
    return ((text, f"{style} reverse" if lit else style),)


def _title(line: SessionLine) -> Words:
    title = (shown_of(line.title), "") if line.title.strip() else (f"session #{line.id}", MUTED)
    return (("urgent ", f"bold {ALARM}"), title) if line.priority is Priority.URGENT else (title,)


def _fact(line: SessionLine) -> Words:
    match line.status:
        case Status.WAITING:
            return (("No one" if not line.active else f"{line.active} here", f"bold {ALARM}"),)
        case Status.HAS_REQUESTS:
            return ((f"{line.pending} pending", "$status-has-requests"),)
        case Status.ENDED_COMPLETE | Status.ENDED_EARLY:
            return ((f"{minutes(line.actual)}/{minutes(line.scheduled)} min", MUTED),)
        case Status.ACTIVE if line.left:
            return ((f"{line.left} left", MUTED),)
        case _:
            return (("", ""),)


def _is_over(line: SessionLine) -> bool:
    return line.status.is_ended or line.status is Status.CANCELLED

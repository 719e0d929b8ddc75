"""What a calendar says in words: which days it shows, and what stands under the cursor."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.signs import SIGNS
from sessiontui.tui.present.calendar_days import people
from sessiontui.tui.present.calendar_month import WEEK
from sessiontui.tui.present.look import ALARM, BAD, MUTED, UTC_ZONE, Look, fitted, outside
from sessiontui.tui.present.people import PRESSING, badge_style
from sessiontui.tui.present.status import style_of
from sessiontui.tui.present.times import clock, full_day, span, window, zone_word

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sessiontui.services.calendars.timetable import CalendarPage
    from sessiontui.services.pictures import SessionLine
    from sessiontui.tui.present.calendar_layout import Layout

MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def period(first: date, number: int, *, month: date | None) -> str:
    """Return the days that are shown as people say them.

    >>> period(date(2026, 4, 27), 7, month=None), period(date(2026, 5, 4), 1, month=None)
    ('27 Apr – 3 May 2026, week 18', 'Mon 4 May 2026')
    """
    if month is not None:
        return f"{MONTH_NAMES[month.month - 1]} {month.year}"
    last = first + timedelta(days=number - 1)
    if number == 1:
        return f"{_WEEKDAYS[first.weekday()]} {_short(first)} {first.year}"
    year = f" {first.year}" if first.year != last.year else ""
    start = f"{first.day}" if (first.month, first.year) == (last.month, last.year) else f"{_short(first)}{year}"
    week = f", week {first.isocalendar().week}" if number == WEEK else ""
    return f"{start} – {_short(last)} {last.year}{week}"


def top(
    page: CalendarPage | None, words: str, view: str, zone: ZoneInfo, look: Look, width: int, *, failed: str
) -> Content:
    """Return the line over the calendar: the days, their zone, the views, how many sessions, the filter."""
    if failed:
        return fitted(Content.styled(failed, f"bold {BAD}"), width, look)
    dash = words if not look.ascii else words.replace("–", "-")
    line = Content.styled(dash, "bold") + Content.styled(f"{look.dot}{zone.key}", MUTED)
    views = Content("  ").join(
        Content.styled(f" {key} {name} ", "reverse") if name == view
        else Content.assemble(Content.styled(f" {key}", "bold $accent"), Content.styled(f" {name} ", MUTED))
        for key, name in VIEWS
    )  # fmt: skip
    number = sum(page.counts.values()) if page is not None else 0
    shown = "1 session" if number == 1 else f"{number:,} sessions".replace(",", " ")
    right = Content.styled(shown if page is not None else "", "")
    if page is not None and page.query:
        right = Content.assemble(Content.styled("/ ", "bold $accent"), outside(page.query), look.dot, right)
    room = width - line.cell_length - views.cell_length - 4
    if room < right.cell_length and room < 14:
        views, room = Content(""), width - line.cell_length - 2
    cut = fitted(right, room, look) if right.cell_length > room else right.pad_left(max(0, room - right.cell_length))
    return fitted(Content.assemble(line, "  ", views, "  " if views else "", cut), width, look)


VIEWS: Final = (("w", "week"), ("m", "month"), ("d", "day"))
"""The views with their keys."""


def selected(line: SessionLine, page: CalendarPage, now: datetime, look: Look, width: int) -> tuple[Content, Content]:
    """Return two lines about a session: what and when it is; why it stands so, and with whom."""
    sign, style = SIGNS[line.status], style_of(line.status)
    dash = look.of("–", "-")
    word = Content.styled(f"{look.of(sign.glyph, sign.plain)} {sign.word}", f"bold {style}")
    when = window(line.starts_at, line.ends_at, page.zone, dash=dash)
    same = line.starts_at.astimezone(page.zone).utcoffset() == line.starts_at.astimezone(UTC_ZONE).utcoffset()
    utc = f"{look.dot}{clock(line.starts_at, UTC_ZONE)}{dash}{clock(line.ends_at, UTC_ZONE)} UTC"
    tail = Content.assemble("  ", when, Content.styled("" if same else utc, MUTED))
    if width < 90:
        tail = Content.assemble("  ", f"{clock(line.starts_at, page.zone)}{dash}{clock(line.ends_at, page.zone)}")
    number = Content.styled(f" #{line.id}", MUTED)
    room = max(8, width - word.cell_length - number.cell_length - tail.cell_length - 2)
    title = outside(line.title or "untitled", "bold")
    first = Content.assemble(word, "  ", fitted(title, min(room, title.cell_length), look), number, tail)
    parts: list[Content] = [people(line)]
    parts += [Content.styled(badge.value, badge_style(badge)) for badge in PRESSING if badge in line.badges]
    parts.append(outside(f"with {line.mentor}") if line.mentor else Content.styled("no mentor", MUTED))
    parts.append(outside(line.why, MUTED))
    return fitted(first, width, look), fitted(Content(look.dot).join(parts), width, look)


def free(
    at: datetime, layout: Layout, now: datetime, look: Look, width: int, why_not: str
) -> tuple[Content, Content]:
    """Return two lines about free time: when it is, until when it is free, and which key makes a session there."""
    zone = layout.page.zone
    day = layout.day_at(at) or 0
    busy = [line for line in layout.on(day) if line.starts_at <= at < line.ends_at]
    following = next((line for line in layout.on(day) if line.starts_at > at), None)
    word = f"{len(busy)} at this time" if busy else "free"
    if following is not None:
        word += f" until {clock(following.starts_at, zone)}" if not busy else ""
    else:
        word += " for the rest of the day" if not busy else ""
    when = f"{full_day(at, zone)}, {clock(at, zone)} {zone_word(at, zone)}"
    away = "now" if abs(at - now) < _MINUTE else f"in {span(at - now)}" if at > now else f"{span(now - at)} ago"
    first = Content.assemble(Content.styled(when, "bold"), Content.styled(f"{look.dot}{away}{look.dot}{word}", MUTED))
    key = (
        Content.styled(f"no session can be made here: {why_not}", MUTED)
        if why_not
        else Content.assemble(Content.styled("n", "bold $accent"), " makes a session here")
    )
    if not layout.page.lines:
        filtered = " fits the filter" if layout.page.query else ""
        key = Content.assemble(
            f"No session on these days{filtered}.  ", key, "  ", Content.styled("g", "bold $accent")
        )
        key += Content(" shows another day")
    return fitted(first, width, look), fitted(key, width, look)


def of_day(page: CalendarPage, day: date, look: Look, width: int) -> tuple[Content, Content]:
    """Return two lines about a day of the month: which it is, and how many sessions stand where."""
    from sessiontui.tui.present.calendar_days import pieces

    found = next((one for one in page.days if one.date == day), None)
    counts = {} if found is None else found.counts
    number = sum(counts.values())
    name = f"{_WEEKDAYS[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
    what = "no session" if not number else "1 session" if number == 1 else f"{number} sessions"
    first = Content.assemble(Content.styled(name, "bold"), Content.styled(f"{look.dot}{what}", MUTED))
    second = pieces(counts, look, width, words=True) if number else Content.styled("n makes one", MUTED)
    return fitted(first, width, look), fitted(second, width, look)


def moving(
    line: SessionLine, was: SessionLine, page: CalendarPage, look: Look, width: int
) -> tuple[Content, Content]:
    """Return two lines about a session that is being moved: from when to when, and which keys end it."""
    arrow, dash = look.of("→", "->"), look.of("–", "-")
    times = [window(one.starts_at, one.ends_at, page.zone, dash=dash) for one in (was, line)]
    first = Content.assemble(
        Content.styled("Moving ", f"bold {ALARM}"), outside(line.title, "bold"), f"  {times[0]} {arrow} ",
        Content.styled(times[1], "bold"),
    )  # fmt: skip
    utc = [window(one.starts_at, one.ends_at, UTC_ZONE, dash=dash) for one in (was, line)]
    second = Content.assemble(
        Content.styled(f"{utc[0]} {arrow} {utc[1]}", MUTED) if page.zone.key != "UTC" else "",
        Content.styled(f"{look.dot if page.zone.key != 'UTC' else ''}nothing is written yet", MUTED),
    )
    return fitted(first, width, look), fitted(second, width, look)


_MINUTE: Final = timedelta(minutes=1)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _short(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1][:3]}"

"""A month: a cell for each day, in which what is wrong stands first."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.signs import SIGNS
from sessiontui.tui.present.calendar_days import pieces
from sessiontui.tui.present.calendar_layout import shared
from sessiontui.tui.present.look import MUTED, Look, fitted
from sessiontui.tui.present.status import IN_STRIP, style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.services.calendars.timetable import CalendarDay, CalendarPage

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WEEK: Final = 7

_WORDED: Final = 14
"""Cells of a day from which on its counts have their words."""


def first_of(month: date) -> date:
    """Return the Monday on or before the first of a month.

    >>> first_of(date(2026, 5, 20)).isoformat()
    '2026-04-27'
    """
    first = month.replace(day=1)
    return first - timedelta(days=first.weekday())


def days_shown(month: date) -> int:
    """Return how many days the weeks have that a month touches.

    >>> days_shown(date(2026, 5, 1)), days_shown(date(2027, 2, 1))
    (35, 28)
    """
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return -(-(after - first_of(month)).days // WEEK) * WEEK


def month_columns(width: int) -> tuple[tuple[int, int], ...]:
    """Return where the columns of the seven days begin, and how wide each is."""
    return shared(0, width, [1] * WEEK)


def week_heights(height: int, weeks: int) -> tuple[tuple[int, int], ...]:
    """Return on which line each week begins, and how many lines it has.

    >>> week_heights(11, 5)
    ((0, 2), (2, 2), (4, 2), (6, 2), (8, 3))
    """
    bounds = [height * place // weeks for place in range(weeks + 1)]
    return tuple((top, bottom - top) for top, bottom in pairwise(bounds))


def month_head(look: Look, width: int) -> Content:
    """Return the names of the days over their columns."""
    return Content.assemble(
        *(
            fitted(Content.styled(f"  {_DAYS[day]}", MUTED), wide + 1, look)
            for day, (_, wide) in enumerate(month_columns(width))
        )
    )


def month_lines(
    page: CalendarPage, month: date, chosen: date | None, today: date, look: Look, width: int, height: int
) -> list[Content]:
    """Return a month in so many lines of so many cells."""
    weeks = [page.days[start : start + WEEK] for start in range(0, len(page.days), WEEK)]
    lines: list[Content] = []
    for week, (_, high) in zip(weeks, week_heights(height, len(weeks)), strict=True):
        lines += _week(week, month, chosen, today, look, width, high)
    return lines


def _week(
    week: Sequence[CalendarDay], month: date, chosen: date | None, today: date, look: Look, width: int, height: int
) -> list[Content]:
    cells = [
        _cell(day, look, wide, height, is_inside=day.date.month == month.month, is_chosen=day.date == chosen,
              is_today=day.date == today)
        for day, (_, wide) in zip(week, month_columns(width), strict=True)
    ]  # fmt: skip
    rule = look.of("│", "|")
    lines = []
    for at in range(height):
        parts: list[Content] = []
        for day, cell in zip(week, cells, strict=True):
            bar = look.of("▌", ">") if day.date == chosen else rule
            parts += [Content.styled(bar, "bold $accent" if day.date == chosen else "$rule 40%"), cell[at]]
        lines.append(Content.assemble(*parts))
    return lines


def _cell(
    day: CalendarDay, look: Look, width: int, height: int, *, is_inside: bool, is_chosen: bool, is_today: bool
) -> list[Content]:
    """Return the lines of one day: its number and how many sessions, then how many of each status."""
    number = f"{day.date.day}" if day.date.day > 1 else f"{day.date.day} {_MONTHS[day.date.month - 1]}"
    style = "bold reverse $accent" if is_today else "bold" if is_inside else MUTED
    name = Content.styled(f" {number} ", style)
    total = Content.styled(f"{day.matched} ", "" if is_inside else MUTED) if day.matched else Content("")
    if is_today and width >= name.cell_length + total.cell_length + 6:
        name += Content.styled(" today", "$accent")
    room = max(0, width - total.cell_length)
    dots = Content.styled(look.of("┈", " ") * max(0, room - name.cell_length - 1), "$rule 28%")
    lines = [fitted(Content.assemble(name, dots), room, look) + total]
    shown = [(status, day.counts[status]) for status in IN_STRIP if day.counts.get(status)]
    for place, (status, count) in enumerate(shown):
        left = shown[place:]
        if len(lines) == height - 1 and len(left) > 1:
            lines.append(Content(" ") + pieces(dict(left), look, width - 1))
            break
        sign = SIGNS[status]
        word = f" {count} {sign.word.lower()}" if width >= _WORDED else f" {count}"
        lines.append(Content.styled(f" {look.of(sign.glyph, sign.plain)}{word}", style_of(status)))
    ground = "on $row-cursor" if is_chosen else "" if is_inside else "on $panel 55%"
    lines = [fitted(line, width, look) for line in lines[:height]]
    lines += [Content(" " * width)] * (height - len(lines))
    return [line.stylize(ground) if ground else line for line in lines]

"""Days side by side: the clock down the left, a column for each day, the sessions as boxes in their lanes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.signs import SIGNS
from sessiontui.domain.vocabulary import Badge, Status
from sessiontui.tui.present.calendar_layout import GUTTER, WORKING, Box, Layout, edges
from sessiontui.tui.present.look import ALARM, MUTED, Look, fitted, outside
from sessiontui.tui.present.people import PRESSING
from sessiontui.tui.present.status import IN_STRIP, style_of
from sessiontui.tui.present.times import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.services.calendars.timetable import CalendarDay
    from sessiontui.services.pictures import SessionLine
    from sessiontui.tui.present.calendar_cursor import Cursor

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_NARROW: Final = 13
"""Cells of a box below which its title takes what lines it has before anything else is told."""

_OVER: Final = frozenset({Status.CANCELLED, Status.ENDED_COMPLETE, Status.DRAFT})
"""What is told quietly: nothing is left to do."""

_SAID: Final = frozenset({Badge.NO_SHOW, Badge.EARLY_END})
"""Badges that say what the status says."""

_LOUD: Final = frozenset({Status.WAITING, Status.ACTIVE, Status.PAUSED, Status.UPCOMING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What is drawn on a layout besides its sessions; ``lifted`` is the session that is being moved."""

    cursor: Cursor | None
    now: datetime
    lifted: int | None = None


def head(layout: Layout, now: datetime, look: Look, *, cursor: Cursor | None) -> tuple[Content, Content]:
    """Return the two lines over the columns: which day it is, and how many sessions stand where on it."""
    names, told = [Content(" " * GUTTER)], [Content(" " * GUTTER)]
    today = layout.day_at(now)
    chosen = None if cursor is None else layout.day_at(cursor.at)
    for place, (_, wide) in enumerate(layout.columns):
        day = layout.page.days[place]
        style = "bold $accent" if place == today else "bold" if place == chosen else MUTED
        name = f"{_DAYS[day.date.weekday()]} {day.date.day}"
        full = f"{name} {_MONTHS[day.date.month - 1]}"
        name = full if len(full) < wide else name
        name += f"{look.dot}today" if place == today and wide >= len(name) + 8 else ""
        mark = look.of("▾", "v") if place == chosen else " "
        names.append(fitted(Content.styled(f" {mark}{name}", style), wide + 1, look))
        told.append(fitted(Content(" ") + _told(day, layout, place, look, wide), wide + 1, look))
    return Content.assemble(*names), Content.assemble(*told)


def line(layout: Layout, place: int, scenery: Scenery, look: Look) -> Content:
    """Return one row of the calendar."""
    today = layout.day_at(scenery.now)
    is_now = today is not None and layout.row_at(scenery.now) == place
    parts = [_clock(layout, place, look, scenery.now if is_now else None)]
    rule = look.of("│", "|")
    for day, (_, wide) in enumerate(layout.columns):
        parts.append(Content.styled(rule, "$rule 40%"))
        parts.append(_column(layout, day, place, scenery, look, wide, is_now=is_now and day == today))
    return Content.assemble(*parts)


def pieces(counts: Mapping[Status, int], look: Look, width: int, *, words: bool = False) -> Content:
    """Return counts in one line, what is wrong first; what has no room is left out with a sign."""
    shown = Content("")
    for status in IN_STRIP:
        number = counts.get(status, 0)
        if not number:
            continue
        sign = SIGNS[status]
        text = f"{look.of(sign.glyph, sign.plain)}{f' {number} {sign.word.lower()}' if words else number}"
        cell = Content.styled(text, style_of(status))
        if shown.cell_length + cell.cell_length + 1 > width:
            return shown + (look.ellipsis if shown.cell_length < width else "")
        shown = Content(" ").join([shown, cell]) if shown else cell
    return shown


def _told(day: CalendarDay, layout: Layout, place: int, look: Look, width: int) -> Content:
    hours = layout.days[place].length.total_seconds() / 3600
    if hours != 24:
        word = f"{hours:g} h day: clocks go {'forward' if hours < 24 else 'back'}"
        counted = pieces(day.counts, look, max(4, width - 14))
        short = word if width - counted.cell_length > len(word) + 2 else f"{hours:g} h day"
        return Content.assemble(Content.styled(short, f"bold {ALARM}"), " ", counted)
    more = Content.styled(f" +{day.more} more", f"bold {MUTED}") if day.more else Content("")
    return pieces(day.counts, look, width - more.cell_length) + more


def _clock(layout: Layout, place: int, look: Look, now: datetime | None) -> Content:
    if now is not None:
        return Content.styled(f"{clock(now, layout.page.zone)}{look.of('▸', '>')}", f"bold {ALARM}")
    mark = layout.axis[place]
    if mark.minute % 60:
        return Content(" " * GUTTER)
    style = "" if WORKING[0] <= mark.minute < WORKING[1] else MUTED
    again = look.of("²", "b") if mark.fold else " "
    return Content.styled(f"{mark.minute // 60:02}:00{again}", f"bold {ALARM}" if mark.fold else style)


def _column(
    layout: Layout, day: int, place: int, scenery: Scenery, look: Look, width: int, *, is_now: bool
) -> Content:
    parts: list[Content] = []
    left = 0
    there = sorted(
        (box for box in layout.boxes[day] if box.span.top <= place < box.span.bottom), key=lambda box: box.lane.number
    )
    for box in there:
        start, end = edges(box.lane, width)
        if start > left:
            parts.append(_free(layout, day, place, scenery, look, start - left, is_now=is_now, whole=not left))
        parts.append(_boxed(layout, box, place, scenery, look, end - start))
        left = end
    if left < width:
        parts.append(_free(layout, day, place, scenery, look, width - left, is_now=is_now, whole=not left))
    return Content.assemble(*parts)


def _free(
    layout: Layout, day: int, place: int, scenery: Scenery, look: Look, width: int, *, is_now: bool, whole: bool
) -> Content:
    """Return free cells: the cursor on them, the present, an hour that the day has not, or nothing."""
    row = layout.row_of(day, place)
    if row is None:
        return Content.styled(look.of("░", "/") * width, "$rule 40%")
    cursor = scenery.cursor
    if whole and cursor is not None and cursor.session_id is None and row.since <= cursor.at < row.until:
        return fitted(Content(f"+ {clock(row.since, layout.page.zone)}"), width, look).stylize("bold reverse $accent")
    if is_now:
        return Content.styled(look.of("─", "-") * width, ALARM)
    mark = layout.axis[place]
    ground = " on $panel 55%" if not WORKING[0] <= mark.minute < WORKING[1] else ""
    if mark.minute % 60 == 0 and not look.ascii:
        return Content.styled("┈" * width, f"$rule 28%{ground}")
    return Content.styled(" " * width, ground.strip())


def _boxed(layout: Layout, box: Box, place: int, scenery: Scenery, look: Look, width: int) -> Content:
    """Return the cells of a box on one row."""
    at, height = place - box.span.top, box.span.bottom - box.span.top
    if box.line is None:
        text = f" +{len(box.hidden)} more" if width >= 9 else f"+{len(box.hidden)}"
        worst = min(box.hidden, key=lambda line: line.rank)
        cell = Content.styled(text, f"bold {style_of(worst.status)}") if at == 0 else Content(look.of(" ┆", " :"))
        return fitted(cell, width, look).stylize("on $panel")
    line = box.line
    lifted = line.id == scenery.lifted
    chosen = scenery.cursor is not None and scenery.cursor.session_id == line.id
    bar = look.of("▌", "|") if not chosen else look.of(" ", ">")
    cells = _lines(line, look, width - 1, height, begins=box.first, lifted=lifted)
    cell = fitted(cells[at] if at < len(cells) else Content(""), width - 1, look)
    style = style_of(line.status)
    whole = Content.assemble(Content.styled(bar, f"bold {style}"), cell)
    if chosen:
        return Content.styled(whole.plain, f"{'bold ' if at == 0 else ''}reverse {style}")
    return whole.stylize(f"on {style} {8 if line.status in _OVER else 20}%")


def _lines(line: SessionLine, look: Look, width: int, height: int, *, begins: bool, lifted: bool) -> list[Content]:
    """Return what a box tells, the most telling first: title, state and signal, people, mentor."""
    sign = SIGNS[line.status]
    style = style_of(line.status)
    lead = f"{look.of(sign.glyph, sign.plain)} " if begins else look.of("↑ ", "^ ")
    if lifted:
        lead = look.of("» ", ">> ")
    loud = "bold" if line.status in _LOUD or lifted else MUTED if line.status in _OVER else ""
    # As one word with the title's first, so that the sign does not stand on a line alone.
    title = Content("_" * len(lead)) + outside(line.title or "untitled", loud)
    lines = title.wrap(width) if height > 1 and width > len(lead) + 2 else [title]
    most = height - 1 if width < _NARROW else max(1, height - 2) if height > 2 else 1
    if len(lines) > most:
        lines = [*lines[: most - 1], Content(" ").join(lines[most - 1 :])]
    lines[0] = Content.styled(lead, f"bold {style}") + lines[0][len(lead) :]
    told = Content.styled(sign.word, style)
    badge = next((badge for badge in PRESSING if badge in line.badges and badge not in _SAID), None)
    if badge is not None:
        told += Content.styled(f"{look.dot}{badge.value}", f"bold {ALARM}")
    lines.append(told)
    lines.append(people(line))
    if line.mentor:
        lines.append(outside(line.mentor, MUTED))
    return lines


def people(line: SessionLine) -> Content:
    """Return how many are there of how many, or have a place of how many there are."""
    if line.status in (Status.WAITING, Status.ACTIVE, Status.PAUSED):
        return Content(f"{line.active}/{line.approved} here")
    if line.status.is_ended:
        return Content.styled(f"{line.left} came", MUTED)
    text = f"{line.approved}/{line.capacity}" if line.capacity else f"{line.approved}"
    return Content(f"{text} approved" + (f", {line.pending} pending" if line.pending else ""))

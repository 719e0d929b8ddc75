"""The shape of a day: how many sessions were live in each part of it, as one line of bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from sessiontui.tui.present.look import MUTED, Look

_BARS: Final = "▁▂▃▄▅▆▇█"
_PLAIN: Final = "_.-=+*#@"

_TICKS: Final = (3, 6, 12)
"""Hours between two marks of the scale: the first that have room are taken."""

_LABEL: Final = 6
"""Cells that a mark of the scale needs with the gap to the next."""


def day_around(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the day of an instant begins and ends in a zone; it may have 23 or 25 hours.

    >>> begin, end = day_around(datetime.fromisoformat("2026-03-29T12:00+00:00"), ZoneInfo("Europe/Madrid"))
    >>> end - begin
    datetime.timedelta(seconds=82800)
    """
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = (midnight + timedelta(days=1)).replace(fold=0)
    return midnight.astimezone(UTC), following.astimezone(UTC)


def bars(live: Sequence[int], look: Look) -> str:
    """Return one sign for each part of the day, the higher the more were live; the lowest means none.

    >>> bars((0, 1, 2, 4), Look())
    '▁▃▅█'
    """
    signs = look.of(_BARS, _PLAIN)
    most = max(live, default=0)
    return "".join(signs[-(-number * (len(signs) - 1) // most) if most else 0] for number in live)


def shape_line(
    live: Sequence[int], day: tuple[datetime, datetime], *, at: datetime | None, now: datetime, look: Look
) -> Content:
    """Return the bars with the instant that is shown lit, and what has not come yet dim."""
    begin, end = day
    cells = len(live)
    ahead = place_of(now, begin, end, cells) + 1 if now < end else cells
    line = Content(bars(live, look)).stylize("$status-upcoming", 0, ahead).stylize(f"{MUTED} dim", ahead, cells)
    shown = at or now
    if begin <= shown < end:
        place = place_of(shown, begin, end, cells)
        line = line.stylize("bold reverse", place, place + 1)
    return line


def scale_line(
    day: tuple[datetime, datetime], cells: int, *, at: datetime | None, now: datetime, look: Look
) -> Content:
    """Return the hours under the bars, and a mark under the instant that is shown."""
    begin, end = day
    hours = (end - begin) / timedelta(hours=1)
    step = next((every for every in _TICKS if hours / every * _LABEL <= cells), 24)
    shown = at or now
    mark_at = place_of(shown, begin, end, cells) if begin <= shown < end else -9
    line = [" "] * cells
    wall = begin.astimezone(look.zone)
    for hour in range(0, 24, step):
        mark = wall.replace(hour=hour).astimezone(UTC)
        place = place_of(mark, begin, end, cells)
        label = f"{hour:02}:00"
        if place + len(label) <= cells and not place - 1 <= mark_at <= place + len(label):
            line[place : place + len(label)] = label
    text = Content.styled("".join(line), MUTED)
    if mark_at < 0:
        return text
    return text[:mark_at] + Content.styled(look.of("▲", "^"), "bold $status-upcoming") + text[mark_at + 1 :]


def place_of(at: datetime, begin: datetime, end: datetime, cells: int) -> int:
    """Return the cell of an instant; what lies outside is put on the border."""
    return min(max(int((at - begin) / (end - begin) * cells), 0), cells - 1)

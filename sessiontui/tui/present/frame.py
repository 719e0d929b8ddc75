"""What frames the rows of the desk, in words: top line, the filter's count, and the keys that always help.

Nothing here needs the toolkit, because the first page is painted before it is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.alerts.words import LEVELS
from sessiontui.domain.phrases import count
from sessiontui.tui.opening import URGENCY
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, UTC_ZONE, Look, Words, shown_of
from sessiontui.tui.present.times import clock, zone_word
from sessiontui.tui.present.told import SEVERITY_SIGNS

if TYPE_CHECKING:
    from sessiontui.services.lines import AlertCounts

FULL: Final = 130
"""From this width on the zone of the local time is named."""

WORDED: Final = 90
"""From this width on the health is told in words."""

TIGHT: Final = 72
"""Below this width there is neither the product's name nor the screen's before what is selected, and no seconds."""

LEAST: Final = 50
"""Below this width there is no local time."""

_CRUMBS: Final = 44
"""Cells that what is selected gets before the person is named beside it."""

READ_ONLY: Final = ("read-only  ", f"bold {ALARM}")
HEALTH_UNKNOWN: Final = ("health ?", MUTED)

ORDER_WORDS: Final = {
    "urgency": "by urgency",
    "start": "by start, earliest first",
    "latest": "by start, latest first",
    "title": "by title",
    "pending": "by pending requests, most first",
}
"""How each order is told."""

USUAL_KEYS: Final = (("enter", "open"), ("/", "filter"), ("v", "views"), ("space", "mark"), ("?", "help"))
"""Keys of the desk that help whatever is selected; they are offered until the commands are loaded."""


def crumbs_words(title: str, selected: str, look: Look, width: int) -> Words:
    """Return where one is: the product, the screen, and what is selected."""
    words: list[tuple[str, str]] = [("sessiontui  ", "bold $accent")] if width >= TIGHT else []
    if width >= TIGHT or not selected:
        words.append((title, ""))
    if selected:
        words += [(look.of(" › ", " > "), MUTED)] if width >= TIGHT else []
        words.append((shown_of(selected), "bold"))
    return tuple(words)


def who_words(name: str, role: str, platform: str, look: Look) -> Words:
    """Return who sits there, and at which platform."""
    if not name:
        return ()
    shown = shown_of(platform)
    return ((shown, ""), (look.dot if shown else "", ""), (shown_of(f"{name} ({role})"), ""))


def list_title(order: str, marked: int = 0) -> str:
    """Return the title of the list of sessions: how many are marked, and in which order they stand if not as usual.

    >>> list_title("title", 2)
    ' Sessions, 2 marked, by title '
    """
    parts = ["Sessions", *([f"{marked} marked"] if marked else [])]
    if order != URGENCY:
        parts.append(ORDER_WORDS.get(order, order))
    return f" {', '.join(parts)} "


def unknown_next(look: Look) -> Words:
    """Return what stands for the keys that help, until the commands are loaded."""
    return ((f"Next: {look.ellipsis}", MUTED),)


def live_words(look: Look) -> Words:
    """Return the sign of a picture that is kept up to date."""
    return ((look.of("● live", "* live"), GOOD),)


def wait_words(look: Look) -> Words:
    """Return the sign of a picture behind which the console is still being loaded; as wide as that of a live one."""
    return ((look.of("◌ wait", ". wait"), MUTED),)


def time_words(at: datetime, zone: ZoneInfo, width: int) -> str:
    """Return the time in UTC, and where there is room in the reader's zone."""
    utc = clock(at, UTC_ZONE, seconds=width >= TIGHT)
    if width < LEAST or at.astimezone(zone).utcoffset() == at.astimezone(UTC_ZONE).utcoffset():
        return f"{utc} UTC"
    local = clock(at, zone)
    if width >= FULL:
        local = f"{local} {zone_word(at, zone)}"
    return f"{utc} UTC {local}"


def alert_count(counts: AlertCounts | None, look: Look, *, short: bool) -> Words:
    """Return the count of alerts that press, in the style of the worst; nothing where none does."""
    if counts is None or not counts.pressing_total:
        return ()
    worst = next(severity for severity in LEVELS if counts.pressing.get(severity))
    number = counts.pressing_total
    words = str(number) if short else count(number, "alert")
    return ((f"{look.of('⚠', '!!')} {words}", SEVERITY_SIGNS[worst][2]),)


def room_for_crumbs(crumbs: int, who: int, right: Sequence[int], width: int) -> tuple[bool, int]:
    """Return whether the person is named in the top line, and how many cells are left for where one is.

    All are widths in cells; ``right`` are those of the parts at the right, of which empty ones take no place.
    """
    taken = sum(part + 2 for part in (*right, who)) + 2
    names = taken + min(crumbs, _CRUMBS) <= width
    shown = [part for part in (*((who,) if names else ()), *right) if part]
    return names, max(0, width - sum(part + 2 for part in shown) - 2)


def matched_words(matched: int, total: int, *, exact: bool) -> Words:
    """Return how many rows the filter leaves of how many; ``exact`` is false where counting was given up.

    >>> matched_words(2, 10482, exact=False)
    (('2+ of 10 482', ''),)
    """
    text = f"{_grouped(matched)}{'' if exact else '+'} of {_grouped(total)}"
    return ((text, "" if matched else BAD if total else MUTED),)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")

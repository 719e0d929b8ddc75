"""Statuses as glyph, word and colour; the stage of life; the live counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.signs import SIGNS, counted
from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.look import MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine


STATUS_WIDTH: Final = 13
"""Cells of the widest glyph and word."""

STAGES: Final = ("created", "requests", "approved", "upcoming", "live", "ended")
_SHORT_STAGES: Final = ("crea", "req", "appr", "upc", "live", "end")

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

_ALWAYS: Final = frozenset({Status.WAITING, Status.UPCOMING, Status.ACTIVE, Status.PAUSED})
"""Counts that are shown at zero too: that nobody waits is news."""


def style_of(status: Status) -> str:
    """Return the theme's style of a status.

    >>> style_of(Status.HAS_REQUESTS)
    '$status-has-requests'
    """
    return f"$status-{status.value.replace('_', '-')}"


def glyph(status: Status, look: Look) -> Content:
    """Return a status as its glyph alone, for places where the word stands elsewhere."""
    sign = SIGNS[status]
    return Content.styled(look.of(sign.glyph, sign.plain), style_of(status))


def status(line: SessionLine, look: Look) -> Content:
    """Return the status of a session as glyph and word; one that may still change its mind says so."""
    sign = SIGNS[line.status]
    text = f"{look.of(sign.glyph, sign.plain)} {sign.word}"
    if line.provisional and len(text) < STATUS_WIDTH:
        text += "?"
    style = style_of(line.status)
    return Content.styled(text, f"bold {style}" if line.status is Status.WAITING else style)


def stage(at: int, status: Status, look: Look, width: int = 80) -> Content:
    """Return the stages of life as steps with the current one lit, in words as long as ``width`` allows."""
    dash = look.of("─", "-")
    for words in (STAGES, _SHORT_STAGES):
        if sum(map(len, words)) + len(words) + 1 <= width:
            break
    else:
        return Content.assemble(
            Content.styled(f"[{STAGES[at]}]", f"bold {style_of(status)}"),
            Content.styled(f" {at + 1} of {len(STAGES)}", MUTED),
        )
    lit = f"bold {style_of(status)}"
    steps = [
        Content.styled(f"[{word}]", lit) if place == at else Content.styled(word, "" if place < at else MUTED)
        for place, word in enumerate(words)
    ]
    return Content.styled(dash, MUTED).join(steps)


def counts(
    by_status: Mapping[Status, int], look: Look, width: int, chosen: Status | None = None
) -> tuple[tuple[Status, Content], ...]:
    """Return what the strip of counts shows, in order; words and then whole counts give way where room ends."""
    shown = [status for status in IN_STRIP if by_status.get(status, 0) or status in _ALWAYS]
    for worded in range(len(shown), -1, -1):
        cells = tuple(
            (status, _count(status, by_status.get(status, 0), look, worded=place < worded, lit=status is chosen))
            for place, status in enumerate(shown)
        )
        if strip_width(cells) <= width:
            return cells
    while cells and strip_width(cells) > width:
        cells = cells[:-1]
    return cells


def strip_width(cells: tuple[tuple[Status, Content], ...]) -> int:
    """Return how many cells a row of counts takes with two between them."""
    return sum(content.cell_length for _, content in cells) + 2 * max(0, len(cells) - 1)


def _count(status: Status, number: int, look: Look, *, worded: bool, lit: bool) -> Content:
    sign = SIGNS[status]
    text = f"{look.of(sign.glyph, sign.plain)} {number}" + (f" {counted(status, number)}" if worded else "")
    style = style_of(status) if number else MUTED
    return Content.styled(text, f"{style} reverse" if lit else style)

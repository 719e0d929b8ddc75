"""What the overview of a session says of its seats and its recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.domain.seats import told
from sessiontui.tui.present.look import ALARM, MUTED, Look, outside
from sessiontui.tui.present.times import short_moment

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.recordings.shown import RecordingLine

MOST: Final = 4
"""Recordings that the overview lists; key and palette reach the others."""


def seats(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return how many seats are taken and who waits, where seats are limited; what asks for a decision stands out."""
    found = detail.seats
    if not found.capacity:
        return []
    presses = found.approved > found.capacity or bool(found.free and found.pending)
    text = told(found, look.zone, now=detail.taken_at)
    return [("Seats", outside(text, f"bold {ALARM}" if presses else ""))]


def recordings(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return the recordings that one may open, a line each: title, length, for whom, and who opened it last."""
    shown = [_recording(one, detail, look) for one in detail.recordings[:MOST]]
    if len(detail.recordings) > MOST:
        shown.append(Content.styled(f"and {len(detail.recordings) - MOST} more: V lists them", MUTED))
    return [("Recording" if place == 0 else "", row) for place, row in enumerate(shown)]


def _recording(one: RecordingLine, detail: SessionDetail, look: Look) -> Content:
    rest = [one.lasts, f"for {one.meant_for}"]
    if one.openings:
        last = one.openings[0]
        when = short_moment(last.at, detail.taken_at, look.zone)
        rest.append(f"opened {count(one.opened or 0, 'time')}, last by {last.by} {when}")
    elif one.opened is not None:
        rest.append("never opened")
    return outside(one.title) + outside(look.dot + look.dot.join(part for part in rest if part), MUTED)

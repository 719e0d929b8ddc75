"""Where a session meets, as the detail pane says it: link, room, masked passcode, spare place, and the last look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, outside
from sessiontui.tui.present.times import clock, span

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.places.line import PlaceLine


def places(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return the rows on where a session meets; of the passcode it is only told that there is one."""
    place = detail.place
    rows = [("Link", _link(detail))]
    if place is None:
        return rows
    if place.platform:
        rows.append(("Room", _room(place, look)))
    if place.look is not None:
        rows.append(("Probe", _probe(detail, place, look)))
    if place.waiting is not None:
        rows.append(("Platform", _waiting(detail, place, look)))
    if place.has_backup:
        rows.append(("Backup", Content("set") + Content.styled(f"{look.dot}:use_backup moves all there", MUTED)))
    return rows


def _link(detail: SessionDetail) -> Content:
    if detail.link:
        return Content("set")
    if detail.place is not None and detail.place.can_be_joined:
        return Content("one for each person")
    if detail.place is not None and detail.place.state == "wanted":
        return Content.styled("the platform is asked for one", MUTED)
    return Content.styled("none: nobody can join by it", ALARM)


def _room(place: PlaceLine, look: Look) -> Content:
    from sessiontui.domain.places.telling import MASK, room  # most first frames have no room to tell of

    said = room(
        place.platform, place.state, place.room_id, has_passcode=place.has_passcode, mask=look.of(MASK, "******")
    )
    tail = Content.styled(f"{look.dot}:reveal shows it", MUTED) if place.has_passcode else Content("")
    return outside(said) + tail


def _probe(detail: SessionDetail, place: PlaceLine, look: Look) -> Content:
    seen = place.look
    if seen is None:
        return Content("")
    ago = Content.styled(f"{look.dot}seen {span(max(detail.taken_at - seen.at, timedelta()))} ago", MUTED)
    if seen.works:
        return Content.styled(f"{look.of('✓', '+')} works", GOOD) + outside(f"{look.dot}{seen.fact}", MUTED) + ago
    word = "does not work" if seen.is_broken else "failed once"
    style = f"bold {BAD if seen.is_broken else ALARM}"
    return Content.styled(f"{look.of('✕', 'x')} {word}", style) + outside(f"{look.dot}{seen.fact}") + ago


def _waiting(detail: SessionDetail, place: PlaceLine, look: Look) -> Content:
    from sessiontui.domain.places.telling import asked

    wait = place.waiting
    if wait is None:
        return Content("")
    again = "" if wait.again_at is None else clock(wait.again_at, look.zone)
    style = f"bold {BAD}" if wait.again_at is None else ALARM if wait.error else MUTED
    return outside(asked(wait.platform, wait.kind, wait.attempts, wait.error, again), style)

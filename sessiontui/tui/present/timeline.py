"""Presence as a picture: a line per person on one shared axis of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.records import record
from sessiontui.tui.present.look import MUTED, Look, fitted, outside
from sessiontui.tui.present.times import clock, minutes

if TYPE_CHECKING:
    from sessiontui.services.pictures import PresenceLine, SessionDetail, StayLine

_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


@record(kw_only=True)
class Axis:
    """A stretch of time laid on a number of cells."""

    since: datetime
    until: datetime
    cells: int

    def cell(self, at: datetime) -> int:
        """Return the cell of an instant; what lies outside is put on the border.

        >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
        >>> Axis(since=noon, until=noon + timedelta(hours=1), cells=60).cell(noon + timedelta(minutes=5))
        5
        """
        length = self.until - self.since
        place = int((at - self.since) / length * self.cells) if length else 0
        return min(max(place, 0), self.cells - 1)


def axis_of(detail: SessionDetail, cells: int) -> Axis:
    """Return the axis that holds the window, every stay, and now while something is going on."""
    line = detail.line
    marks = [line.starts_at, line.ends_at]
    for person in detail.presence:
        for stay in person.stays:
            marks.append(stay.joined_at)
            marks.append(stay.left_at or detail.taken_at)
    if line.status.is_live:
        marks.append(detail.taken_at)
    return Axis(since=min(marks), until=max(marks), cells=max(1, cells))


def timeline(detail: SessionDetail, look: Look, width: int) -> Content:
    """Return the whole picture: axis, hosts first, then guests in order of arrival."""
    name_width = min(20, max(8, width // 4))
    room = max(8, width - name_width - 8)
    axis = axis_of(detail, room)
    rows = [_header(detail, axis, look, name_width), _scale(detail, axis, look, name_width)]
    people = sorted(detail.presence, key=_order)
    rows += [_track(person, detail, axis, look, name_width) for person in people]
    if not people:
        rows.append(Content.styled("Nobody has been seen in this session.", MUTED))
    return Content("\n").join([*rows, Content(""), _legend(detail, look)])


def _order(person: PresenceLine) -> tuple[bool, datetime, str]:
    first = min((stay.joined_at for stay in person.stays), default=_NEVER)
    return (not person.is_host, first, person.person)


def _header(detail: SessionDetail, axis: Axis, look: Look, indent: int) -> Content:
    """Return the times above the axis: both ends of the window, and now where there is room between them."""
    cells = [" "] * axis.cells
    line = detail.line
    labels = [
        (axis.cell(line.starts_at), clock(line.starts_at, look.zone)),
        (axis.cell(line.ends_at), clock(line.ends_at, look.zone)),
    ]
    if axis.since <= detail.taken_at < axis.until or line.status.is_live:
        labels.append((axis.cell(detail.taken_at), "now"))
    for place, label in labels:
        at = min(max(0, place - len(label) // 2), max(0, axis.cells - len(label)))
        around = cells[max(0, at - 1) : at + len(label) + 1]
        if all(cell == " " for cell in around):
            cells[at : at + len(label)] = list(label)
    return Content.styled(" " * indent + "".join(cells).rstrip(), MUTED)


def _scale(detail: SessionDetail, axis: Axis, look: Look, indent: int) -> Content:
    cells = [look.of("─", "-")] * axis.cells
    cells[axis.cell(detail.line.starts_at)] = look.of("┬", "+")
    cells[axis.cell(detail.line.ends_at)] = look.of("┬", "+")
    if detail.line.status.is_live:
        cells[axis.cell(detail.taken_at)] = look.of("▼", "v")
    return Content.styled(" " * indent + "".join(cells), MUTED)


def _track(person: PresenceLine, detail: SessionDetail, axis: Axis, look: Look, name_width: int) -> Content:
    cells = [" "] * axis.cells
    for mark in (detail.line.starts_at, detail.line.ends_at):
        cells[axis.cell(mark)] = look.of("┊", ":")
    for since, until in detail.pauses:
        for place in range(axis.cell(since), axis.cell(until or detail.taken_at) + 1):
            cells[place] = look.of("‖", "=")
    for stay in person.stays:
        _draw(cells, stay, detail.taken_at, axis, look)
    style = "$accent" if person.is_host else "$status-active" if person.here else "$status-ended-complete"
    name = outside(person.person, "bold" if person.here else "")
    if not person.matched:
        name = Content.styled("? ", "$status-waiting") + name
    tail = look.of("●", "*") if person.here else " "
    return Content.assemble(
        fitted(name, name_width - 1, look),
        " ",
        Content.styled("".join(cells), style),
        Content.styled(f"{minutes(person.stayed)} min".rjust(7), "" if person.here else MUTED),
        Content.styled(tail, "$status-active"),
    )


def _draw(cells: list[str], stay: StayLine, now: datetime, axis: Axis, look: Look) -> None:
    if stay.contradictory:
        cells[axis.cell(stay.joined_at)] = "?"
        return
    until = stay.left_at or now
    last = max(axis.cell(stay.joined_at), axis.cell(until - timedelta(milliseconds=1)))
    body = look.of("▒", "-") if stay.approximate else look.of("█", "#")
    for place in range(axis.cell(stay.joined_at), last + 1):
        cells[place] = body
    if stay.left_at is None:
        cells[last] = look.of("▶", ">")


def _legend(detail: SessionDetail, look: Look) -> Content:
    signs = [f"{look.of('█', '#')} in", f"{look.of('▶', '>')} still here"]
    stays = [stay for person in detail.presence for stay in person.stays]
    if any(stay.approximate for stay in stays):
        signs.append(f"{look.of('▒', '-')} about then")
    if detail.pauses:
        signs.append(f"{look.of('‖', '=')} paused")
    if any(not person.matched for person in detail.presence):
        signs.append("? not identified: i says who")
    hosts = sum(person.is_host for person in detail.presence)
    here = sum(person.here for person in detail.presence)
    counted = f"{here} here, {len(detail.presence)} seen" + (", hosts on top" if hosts else "")
    return Content.styled(look.dot.join([counted, *(signs if detail.presence else [])]), MUTED)

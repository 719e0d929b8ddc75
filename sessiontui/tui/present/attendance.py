"""The attendance of a session in words: how many of each verdict, then a line per guest, who is missing on top."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.engagement import told
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Attendance
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.times import clock

if TYPE_CHECKING:
    from sessiontui.services.pictures import AttendanceLine, SessionDetail

_SIGNS: Final = {
    Attendance.ABSENT: ("✕", "x", BAD),
    Attendance.UNKNOWN: ("?", "?", ALARM),
    Attendance.PARTIAL: ("◑", "%", "$status-ended-early"),
    Attendance.LATE: ("◔", "~", "$status-has-requests"),
    Attendance.EXCUSED: ("–", "-", MUTED),
    Attendance.PRESENT: ("✓", "+", GOOD),
}
"""Every verdict with its sign, that of ASCII, and its colour; those that ask for someone on top."""

_ORDER: Final = tuple(_SIGNS)
_WORD_WIDTH: Final = 10


def attendance(detail: SessionDetail, look: Look, width: int) -> Content:
    """Return the attendance, or nothing where nothing is known of any."""
    lines = detail.attendance
    if not lines:
        return Content("")
    counts = Counter(line.verdict for line in lines)
    said = [f"{counts[verdict]} {verdict}" for verdict in reversed(_ORDER) if counts[verdict]]
    walk_ins = sum(line.walk_in for line in lines)
    if walk_ins:
        said.append(f"{walk_ins} walk-in" + ("s" if walk_ins > 1 else ""))
    missing = sum(line.expected and line.first_join is None for line in lines)
    if missing > counts[Attendance.ABSENT]:
        said.append(f"{missing} expected, not seen")
    if lines[0].provisional:
        said.append(f"provisional until {clock(detail.line.ends_at, look.zone)}")
    top = Content.assemble(Content.styled("Attendance  ", "bold"), Content.styled(look.dot.join(said), MUTED))
    name_width = min(24, max(8, width // 4))
    people = sorted(lines, key=lambda line: (_ORDER.index(line.verdict), line.person.casefold()))
    rows = [_row(line, look, width, name_width) for line in people]
    rows += [
        _cells("host", MUTED, one.person, told(one.engagement), look, width, name_width)
        for one in detail.presence
        if one.is_host and one.engagement.is_known
    ]
    return Content("\n").join([*top.wrap(max(8, width)), *rows])


def _row(line: AttendanceLine, look: Look, width: int, name_width: int) -> Content:
    sign, plain, style = _SIGNS[line.verdict]
    notes = [line.why]
    if line.walk_in:
        notes.append("walk-in")
    if took_part := told(line.engagement):
        notes.append(took_part)
    word = f"{look.of(sign, plain)} {line.verdict}"
    return _cells(word, style, line.person, "; ".join(notes), look, width, name_width)


def _cells(word: str, style: str, person: str, notes: str, look: Look, width: int, name_width: int) -> Content:
    rest = max(0, width - _WORD_WIDTH - name_width - 1)
    return Content.assemble(
        Content.styled(word.ljust(_WORD_WIDTH), style),
        fitted(outside(person), name_width, look),
        " ",
        fitted(Content.styled(visible(notes), MUTED), rest, look),
    )

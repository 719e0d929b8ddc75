"""Google Meet: tables that list every stay of a person in one cell, for one meeting or for many.

A row is one person of one meeting: ``["08:58–17:00","17:10–"]`` are two stays, of which the second was not over
when the file was written. Who was expected and did not come stands there as absent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.intake.attendees import Stay, address_of, attendee_of, name_of, window_of
from sessiontui.intake.cells import unquote_cell
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.meet_days import with_day
from sessiontui.intake.meeting_reports import MeetingReport, Platform
from sessiontui.intake.moments import Moment, parse_moment
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.timeline import timeline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source
    from sessiontui.intake.timeline import Timeline

_COLUMNS: Final = {
    fold(word): name
    for name, words in {
        "day": ("Date", "Data"),
        "title": ("Meeting", "Spotkanie"),
        "code": ("Meet code", "Kod Meet"),
        "start": ("Meeting start", "Początek spotkania"),
        "end": ("Meeting end", "Koniec spotkania"),
        "name": ("Participant", "Uczestnik"),
        "email": ("Email", "E-mail"),
        "status": ("Status",),
        "stays": ("Joins & leaves", "Wejścia i wyjścia"),
        "id": ("ID",),
    }.items()
    for word in words
}
_NEEDED: Final = frozenset({"day", "name", "stays"})
_ABSENT: Final = frozenset({"absent", "nieobecny"})
_STAY: Final = re.compile(r"(\d[\d:]*(?:\s*[AaPp][Mm])?)\s*[–—→>\-]+\s*(\d[\d:]*(?:\s*[AaPp][Mm])?)?")


@dataclass(slots=True)
class _Meeting:
    """One meeting while its rows are gathered."""

    line: int
    code: str
    title: str
    start: Moment | None
    end: Moment | None
    stays: list[Stay] = field(default_factory=list)


def recognises(source: Source) -> bool:
    """Return whether one of the first rows heads a table with a cell of stays."""
    return any(_heading(row) is not None for row in first_rows(source.text, _COLUMNS))


def read(source: Source, findings: Findings) -> None:
    """Read the table into one report for each meeting in it."""
    meetings: dict[tuple[str, ...], _Meeting] = {}
    columns: Mapping[str, int] | None = None
    for row in rows_of(source.text, findings, known=_COLUMNS):
        heading = _heading(row)
        if heading is not None:
            columns = heading
        elif columns is not None:
            cells = {name: unquote_cell(row.cell(place)) for name, place in columns.items()}
            reason = _take(row, cells, meetings, findings)
            if reason:
                findings.refuse(row.line, reason, row.cells)
    moments = [
        moment
        for meeting in meetings.values()
        for pair in ((meeting.start, meeting.end), *((stay.join, stay.leave) for stay in meeting.stays))
        for moment in pair
    ]
    timeline = timeline_of(moments, (), source, findings)
    for meeting in meetings.values():
        findings.report(_report_of(meeting, timeline, findings))


def _heading(row: Row) -> Mapping[str, int] | None:
    found = {name: place for place, cell in enumerate(row.cells) if (name := _COLUMNS.get(fold(cell)))}
    return found if found.keys() >= _NEEDED else None


def _take(
    row: Row, cells: Mapping[str, str], meetings: dict[tuple[str, ...], _Meeting], findings: Findings
) -> str | None:
    """Take one person of one meeting; return why not."""
    day = parse_moment(cells["day"])
    name = name_of(cells["name"], row.line, findings)
    if not name:
        return "it names nobody"
    if day is None or day.day(day_first=False) is None:
        return f"{cells['day'][:40]!r} is not a date"
    code = cells.get("code", "")
    key = (cells["id"],) if cells.get("id") else (cells["day"], code, cells.get("title", ""), cells.get("start", ""))
    start, end = _window(day, cells.get("start", ""), cells.get("end", ""))
    meeting = meetings.setdefault(key, _Meeting(row.line, code, cells.get("title", ""), start, end))
    stays = [_window(day, *found) for found in _STAY.findall(cells["stays"])]
    if not stays:
        is_absent = fold(cells.get("status", "")) in _ABSENT
        return "absent there; here absence follows from presence" if is_absent else "it tells of no stay"
    email = address_of(cells.get("email", ""), row.line, findings)
    meeting.stays += [Stay(line=row.line, name=name, email=email, join=join, leave=leave) for join, leave in stays]
    return None


def _window(day: Moment, begins: str, ends: str) -> tuple[Moment | None, Moment | None]:
    """Return two clock times of a day; the end is of the next day where it reads earlier than the beginning."""
    first = day.day(day_first=False)
    start, end = parse_moment(begins), parse_moment(ends)
    if first is None or start is None or start.clock_seconds is None:
        return None, None
    is_over_midnight = end is not None and (end.clock_seconds or 0) < start.clock_seconds
    return with_day(start, first), with_day(end, first + timedelta(days=1) if is_over_midnight else first)


def _report_of(meeting: _Meeting, timeline: Timeline, findings: Findings) -> MeetingReport:
    attendees = tuple(attendee_of(stay, timeline) for stay in meeting.stays)
    start, end = timeline.interval(meeting.start, meeting.end)
    earliest, latest = window_of(attendees)
    return MeetingReport(
        line=meeting.line,
        platform=Platform.MEET,
        meeting_id=meeting.code.casefold() or None,
        title=findings.text(meeting.title, line=meeting.line, what="the title", limit=MAX_TITLE) or None,
        starts_at=start or earliest,
        ends_at=end or latest,
        attendees=attendees,
    )

"""A table of past bookings (who booked when for when, and whether they came) as cases of the no-show risk.

Columns are known by their names, in any order; the value of the outcome is read by its word, and where the word is
a bare yes or no, by what the column is called: a ``no-show`` of ``Yes`` stayed away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import is_in_calendar
from sessiontui.domain.risk.cases import Case
from sessiontui.intake.booking_words import HEADINGS, Column, columns_of, outcome
from sessiontui.intake.cells import unquote_cell
from sessiontui.intake.findings import Findings
from sessiontui.intake.moments import Moment, parse_moment
from sessiontui.intake.outcome import Format
from sessiontui.intake.rows import Row, rows_of
from sessiontui.intake.source import Source, decode
from sessiontui.intake.timeline import Timeline, timeline_of

if TYPE_CHECKING:
    from sessiontui.intake.outcome import Question, Refusal


_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(Z)?)?")
_HEADING_WITHIN: Final = 30
"""Rows among which the heading is looked for."""

_USUAL_LENGTH: Final = timedelta(hours=1)
"""How long what has no end lasts."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBookings:
    """What a table of past bookings says.

    ``columns`` tells which heading was taken for what. ``left_out`` rows were cancelled, or their outcome is not
    known. ``is_dated`` says that starts have no time of day: leads are then counted in days.
    """

    name: str
    cases: tuple[Case, ...]
    columns: tuple[tuple[Column, str], ...]
    left_out: int
    is_dated: bool
    zone: ZoneInfo
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def read(self) -> int:
        """How many rows the table has under its heading."""
        return len(self.cases) + self.left_out + len(self.refusals)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row whose cells could be taken apart."""

    row: Row
    who: str
    booked: Moment | None
    start: Moment
    came: bool


def read(name: str, raw: bytes, *, zone: ZoneInfo | None = None, day_first: bool | None = None) -> PastBookings:
    """Read a table of past bookings.

    ``zone`` is that of times which carry none (UTC if nobody says), ``day_first`` settles dates whose order the
    file leaves open. ``BadInput`` when the columns cannot be told; a bad row is a refusal instead.
    """
    text, guessed = decode(raw)
    source = Source(PurePath(name.replace("\\", "/")).name, text, zone, day_first, guessed)
    findings = Findings()
    if guessed:
        findings.note("the file is not valid UTF-8; it was read as Windows-1252")
    rows = rows_of(text, findings, known=HEADINGS)
    heading, columns = _heading(rows, source)
    left_out, lines = _lines(rows, columns, findings)
    is_dated = bool(lines) and all(not line.start.clock_seconds for line in lines)
    timeline = _timeline(lines, source, findings)
    cases = _cases(lines, timeline, findings, is_dated=is_dated)
    gathered = findings.intake(Format.CSV)
    return PastBookings(
        name=source.name,
        cases=cases,
        columns=tuple((column, heading.cell(place)) for column, place in columns.items()),
        left_out=left_out,
        is_dated=is_dated,
        zone=zone or ZoneInfo("UTC"),
        refusals=gathered.refusals,
        notes=gathered.notes,
        questions=gathered.questions,
    )


def _heading(rows: Iterator[Row], source: Source) -> tuple[Row, dict[Column, int]]:
    """Return the row that names the columns and where each stands; what stands above it is passed over."""
    best: dict[Column, int] = {}
    seen: Row | None = None
    for number, row in enumerate(rows):
        columns = columns_of(row)
        if {Column.PERSON, Column.START} <= columns.keys() and columns.keys() & {Column.CAME, Column.AWAY}:
            return row, columns
        if seen is None or len(columns) > len(best):
            seen, best = row, columns
        if number >= _HEADING_WITHIN:
            break
    missing = [
        what
        for what, found in (
            ("who booked (person, patient id, e-mail)", Column.PERSON in best),
            ("when it started (starts at, appointment day)", Column.START in best),
            ("whether they came (attended, no-show)", bool(best.keys() & {Column.CAME, Column.AWAY})),
        )
        if not found
    ]
    named = ", ".join(cell for cell in seen.cells if cell)[:200] if seen else ""
    raise BadInput(
        f"no column tells {' nor '.join(missing)}; the columns are {named or 'missing'}",
        hint="name them person, booked at, starts at, attended",
        place=source.name,
    )


def _lines(rows: Iterator[Row], columns: dict[Column, int], findings: Findings) -> tuple[int, list[_Line]]:
    """Take the rows apart; one that cannot be is refused, one without an outcome is counted and left out."""
    answer = Column.CAME if Column.CAME in columns else Column.AWAY
    moments: dict[str, Moment | None] = {}
    outcomes: dict[str, bool | None] = {}
    lines: list[_Line] = []
    left_out = 0
    for row in rows:
        cell = row.cell(columns[answer])
        if cell not in outcomes:
            try:
                outcomes[cell] = outcome(cell, answer)
            except ValueError:
                findings.refuse(row.line, f"{cell[:40]!r} does not tell whether they came", row.cells)
                continue
        came = outcomes[cell]
        if came is None:
            left_out += 1
            continue
        line = _line(row, columns, came, moments)
        if isinstance(line, str):
            findings.refuse(row.line, line, row.cells)
        else:
            lines.append(line)
    return left_out, lines


def _line(row: Row, columns: dict[Column, int], came: bool, moments: dict[str, Moment | None]) -> _Line | str:
    """Return a row taken apart, or why it cannot be."""
    who = unquote_cell(row.cell(columns[Column.PERSON]))
    if not who:
        return "it does not say who"
    written = row.cell(columns[Column.START])
    start = _moment(written, moments)
    clock = row.cell(columns.get(Column.CLOCK))
    if start is not None and start.hour is None and clock:
        start = _moment(f"{written} {clock}", moments) or start
    if start is None or start.numbers is None:
        return f"{written[:40]!r} is not the start of anything" if written else "it does not say when it started"
    booked = None
    asked = row.cell(columns.get(Column.BOOKED))
    if asked:
        booked = _moment(asked, moments)
        if booked is None or booked.numbers is None:
            return f"{asked[:40]!r} is not when anything was booked"
    return _Line(row, who, booked, start, came)


def _moment(text: str, known: dict[str, Moment | None]) -> Moment | None:
    if text not in known:
        known[text] = _iso(text) or parse_moment(text)
    return known[text]


def _iso(text: str) -> Moment | None:
    """Read the one form that large tables are written in quickly."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    if hour is None:
        return Moment((int(year), int(month), int(day)))
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return Moment(
        (int(year), int(month), int(day)),
        hour=int(hour),
        minute=int(minute),
        second=None if second is None else int(second),
        offset=timedelta() if utc else None,
    )


def _timeline(lines: Sequence[_Line], source: Source, findings: Findings) -> Timeline:
    moments = (moment for line in lines for moment in (line.booked, line.start))
    return timeline_of(moments, (), source, findings)


def _cases(lines: Sequence[_Line], timeline: Timeline, findings: Findings, *, is_dated: bool) -> tuple[Case, ...]:
    days: dict[Moment, datetime | None] = {}
    cases: list[Case] = []
    for line in lines:
        if line.start not in days:
            days[line.start] = _start(line.start, timeline, is_dated=is_dated)
        starts_at = days[line.start]
        booked_at = timeline.instant(line.booked)
        if starts_at is None or not is_in_calendar(starts_at):
            findings.refuse(line.row.line, "there is no such day", line.row.cells)
        elif line.booked is not None and (booked_at is None or not is_in_calendar(booked_at)):
            findings.refuse(line.row.line, "there is no such day to book on", line.row.cells)
        elif booked_at is not None and (late := _days_late(booked_at, starts_at, timeline.zone)) > 0:
            findings.refuse(line.row.line, f"it was booked {late} d after it began", line.row.cells)
        else:
            cases.append(
                Case(
                    who=line.who,
                    booked_at=booked_at,
                    starts_at=starts_at,
                    known_at=starts_at + (_DAY if is_dated else _USUAL_LENGTH),
                    came=line.came,
                    is_dated=is_dated,
                )
            )
    return tuple(cases)


def _start(moment: Moment, timeline: Timeline, *, is_dated: bool) -> datetime | None:
    """Return when something began; where days alone are known, the midnight of the day as written, in the zone."""
    return timeline.instant(replace(moment, offset=None) if is_dated else moment)


def _days_late(booked_at: datetime, starts_at: datetime, zone: tzinfo) -> int:
    """Return by how many calendar days something was booked after it began; the day itself is not late."""
    return (booked_at.astimezone(zone).date() - starts_at.astimezone(zone).date()).days

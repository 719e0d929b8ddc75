"""Google Meet: attendance files of add-ons and of Workspace, whose date is often in the file name alone.

Shapes known here: one row a stay with clock times, the same with first and last name, and totals with the time
somebody was first seen, behind an optional preamble; tables with all stays in one cell are read by `meet_ranges`.
Clock times are rounded to minutes; a duration with seconds is the finer measure and wins where both agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake import meet_ranges
from sessiontui.intake.attendees import (
    NOTHING,
    Stay,
    address_of,
    attendee_of,
    name_of,
    placed,
    whole_seconds,
    window_of,
)
from sessiontui.intake.durations import has_seconds, seconds_of
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.headings import MEET_PEOPLE, Column, columns_of
from sessiontui.intake.meet_days import clock_span, dated, day_of, with_day
from sessiontui.intake.meeting_reports import MeetingReport, Platform
from sessiontui.intake.moments import Moment, on_day_of, parse_moment
from sessiontui.intake.outcome import Question, QuestionKind
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.timeline import elapsed, timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.meeting_reports import Attendee
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source
    from sessiontui.intake.timeline import Span, Timeline

_KNOWN: Final = frozenset(MEET_PEOPLE)
_CODE: Final = re.compile(r"(?<![a-z])([a-z]{3}-[a-z]{4}-[a-z]{3})(?![a-z])", re.IGNORECASE)
_BULLET: Final = re.compile(r"^[\s*•·#\-]+")
_KEYS: Final = {
    "meeting code": "code",
    "code": "code",
    "meeting id": "code",
    "created": "start",
    "created on": "start",
    "created at": "start",
    "started": "start",
    "start time": "start",
    "ended": "end",
    "ended on": "end",
    "ended at": "end",
    "end time": "end",
    "meeting title": "title",
    "meeting name": "title",
    "title": "title",
    "date": "date",
}
_KEY: Final = re.compile("(" + "|".join(sorted(_KEYS, key=len, reverse=True)) + r")\s*(?::|\s)\s*(.+)", re.IGNORECASE)
_OWN: Final = frozenset(
    ("joined at", "joined at (beta)", "left at", "time in call", "first seen", "first seen at", "time joined",
     "time exited", "attended duration", "hora a la que se unio")
)  # fmt: skip
"""Headings that no other platform writes."""

_NAMES_AND_MINUTES: Final = frozenset({Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL, Column.DURATION})
_SHARES: Final = frozenset(
    fold(word)
    for word in (
        "Presentation", "Presenting", "Screen", "Screen share", "Präsentation", "Bildschirmpräsentation",
        "Présentation", "Presentación", "Apresentação", "Presentazione", "Presentatie", "Prezentacja",
        "Prezentace", "Prezentácia", "Prezentare", "Prezentacija", "Презентация", "Презентація", "Презентации",
        "Presentasjon", "Præsentation", "Esitys", "Bemutató", "Παρουσίαση", "Sunu", "Sunum", "Presentasi",
        "Bản trình bày", "プレゼンテーション", "画面共有", "演示", "演示文稿", "簡報",
        "발표", "프레젠테이션", "העברה", "عرض",
    )
)  # fmt: skip
_SHARE_TILE: Final = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]")
_ROUNDING: Final = 60  # seconds by which clocks rounded to minutes may miss a duration


@dataclass(slots=True)
class _Sheet:
    """The file while its rows are gathered."""

    keys: dict[str, str] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    precise: set[int] = field(default_factory=set)  # lines whose duration counts seconds
    totals_only: bool = False


def recognises(source: Source) -> bool:
    """Return whether one of the first rows is the heading of a Meet attendance file."""
    return any(_columns(row) is not None for row in first_rows(source.text, _KNOWN)) or meet_ranges.recognises(source)


def read(source: Source, findings: Findings) -> None:
    """Read a Meet attendance file into meeting reports: one, unless it lists all stays of many meetings."""
    if meet_ranges.recognises(source):
        meet_ranges.read(source, findings)
        return
    sheet = _gather(source, findings)
    if sheet is None:
        raise BadInput("no heading of a Meet attendance file was found in it", place=source.name)
    start, end = parse_moment(sheet.keys.get("start", "")), parse_moment(sheet.keys.get("end", ""))
    first_day = day_of(sheet.keys, source.name)
    if first_day is not None:
        sheet.stays = dated(sheet.stays, first_day)
        start, end = with_day(start, first_day), with_day(end, first_day)
    elif any(stay.join is not None and stay.join.numbers is None for stay in sheet.stays):
        sheet.stays = [_as_total(stay) for stay in sheet.stays]
        _ask_for_date(source, findings)
    moments = [start, end, *(m for stay in sheet.stays for m in (stay.join, stay.leave))]
    timeline = timeline_of(moments, _spans(sheet, start, end), source, findings)
    attendees = [_attendee(stay, sheet, timeline, findings) for stay in sheet.stays]
    begun, over = timeline.interval(start, end)
    if begun is not None and over is not None and over < begun:
        over += timedelta(days=1)
    earliest, latest = window_of(attendees)
    code = _CODE.search(sheet.keys.get("code", "")) or _CODE.search(source.name)
    title = " ".join(sheet.keys.get("title", "").split())
    findings.report(
        MeetingReport(
            line=1,
            platform=Platform.MEET,
            meeting_id=code[1].lower() if code else None,
            title=findings.text(title, line=1, what="the title", limit=MAX_TITLE) or None,
            starts_at=begun or earliest,
            ends_at=over or latest,
            attendees=tuple(attendees),
            approximate=sheet.totals_only or any(a.joined_at is None for a in attendees),
        )
    )


def _gather(source: Source, findings: Findings) -> _Sheet | None:
    sheet = _Sheet()
    columns: Mapping[Column, int] | None = None
    for row in rows_of(source.text, findings, known=_KNOWN):
        heading = _columns(row)
        if heading is not None:
            columns = heading
            sheet.totals_only = Column.LEAVE not in heading
        elif columns is None:
            _take_key(row, sheet)
        else:
            _take_person(row, columns, sheet, findings)
    return None if columns is None else sheet


def _columns(row: Row) -> dict[Column, int] | None:
    columns = columns_of(row.cells, MEET_PEOPLE)
    headings = {fold(cell) for cell in row.cells}
    if columns.keys() >= _NAMES_AND_MINUTES:
        return columns
    named = Column.NAME in columns or {Column.FIRST_NAME, Column.LAST_NAME} <= columns.keys()
    timed = Column.JOIN in columns or Column.DURATION in columns
    return columns if named and timed and headings & _OWN else None


def _take_key(row: Row, sheet: _Sheet) -> None:
    """Take a line of the preamble: two cells, or one cell behind a bullet, which may have a cell of its own."""
    first, *others = [bare for cell in row.cells if (bare := _BULLET.sub("", cell))] or [""]
    key, value = _KEYS.get(fold(first)), ", ".join(others)  # commas of a date may have parted it
    if key is None:
        found = _KEY.match(first)
        if found is None:
            return
        key, value = _KEYS[found[1].casefold()], found[2]
    sheet.keys.setdefault(key, _BULLET.sub("", value))


def _take_person(row: Row, columns: Mapping[Column, int], sheet: _Sheet, findings: Findings) -> None:
    cells = {column: row.cell(index) for column, index in columns.items()}
    parts = (cells.get(Column.FIRST_NAME, ""), cells.get(Column.LAST_NAME, ""))
    email = address_of(cells.get(Column.EMAIL, ""), row.line, findings)
    name = name_of(cells.get(Column.NAME, "") or " ".join(parts), row.line, findings) or email or ""
    if owner := _owner_of_share(name):
        findings.note(f"line {row.line}: {name} is a shared screen of {owner}, not a person")
        return
    stated = cells.get(Column.DURATION, "")
    seconds = seconds_of(stated, bare=60)
    day = parse_moment(cells.get(Column.START, ""))
    join, leave = (_moment_of(cells.get(column, ""), day) for column in (Column.JOIN, Column.LEAVE))
    if Column.MEETING_ID in cells:
        sheet.keys.setdefault("code", cells[Column.MEETING_ID])
    reason = None
    if not name:
        reason = "it names nobody"
    elif isinstance(join, str) or isinstance(leave, str):
        reason = f"{join if isinstance(join, str) else leave!r} is not a time"
    elif join is None and seconds is None:
        reason = "it has neither times nor a duration"
    if reason is not None or isinstance(join, str) or isinstance(leave, str):
        findings.refuse(row.line, reason or "", row.cells)
        return
    if has_seconds(stated):
        sheet.precise.add(row.line)
    sheet.stays.append(Stay(line=row.line, name=name, email=email, join=join, leave=leave, seconds=seconds))


def _moment_of(cell: str, day: Moment | None) -> Moment | str | None:
    if cell.casefold() in NOTHING:
        return None
    return on_day_of(parse_moment(cell), day) or cell[:40]


def _owner_of_share(name: str) -> str | None:
    found = _SHARE_TILE.fullmatch(name)
    return found[1] if found and fold(found[2]) in _SHARES else None


def _as_total(stay: Stay) -> Stay:
    """Keep of a stay without a date what can be kept: how long it was."""
    span = clock_span(stay)
    seconds = stay.seconds if stay.seconds is not None or span is None else span[1] - span[0]
    return replace(stay, join=None, leave=None, seconds=seconds)


def _ask_for_date(source: Source, findings: Findings) -> None:
    findings.ask(
        Question(
            QuestionKind.DATE,
            source.name,
            "the times have no date, and the file name has none either; only the minutes were read",
            "minutes without times",
            "--session",
        )
    )


def _spans(sheet: _Sheet, start: Moment | None, end: Moment | None) -> Iterator[Span]:
    yield start, end, None
    for stay in sheet.stays:
        yield stay.join, stay.leave, stay.seconds if stay.line in sheet.precise else None
        yield start, stay.join, None


def _attendee(stay: Stay, sheet: _Sheet, timeline: Timeline, findings: Findings) -> Attendee:
    """Place a row; a duration counted in seconds moves the departure that the clock only gives in minutes."""
    attendee = attendee_of(stay, timeline)
    joined, left, stated = attendee.joined_at, attendee.left_at, stay.seconds
    if joined is None or stated is None or attendee.contradictory:
        return attendee
    if left is None:
        return placed(stay, joined, elapsed(joined, stated), stated)
    length = whole_seconds(left - joined)
    if abs(length - stated) <= _ROUNDING:
        if stay.line in sheet.precise:
            return placed(stay, joined, elapsed(joined, stated), stated)
        return attendee
    findings.note(
        f"line {stay.line}: {stay.name} is stated to have been there for {stated // 60} min, "
        f"between the clock times lie {length // 60} min"
    )
    return placed(stay, joined, left, min(stated, length))

"""Google Meet: attendance files of add-ons and of Workspace, whose date is often in the file name alone.

Three shapes are known: one row a stay with clock times, the same with first and last name, and totals with the
time somebody was first seen, behind an optional preamble. Clock times are rounded to minutes; a duration with
seconds is the finer measure and wins where both agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
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
from sessiontui.intake.meeting_reports import MeetingReport, Platform
from sessiontui.intake.moments import Moment, parse_moment
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
_DATE: Final = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
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
_DAY: Final = 24 * 3600
_ROUNDING: Final = 60  # seconds by which clocks rounded to minutes may miss a duration
_SHORT_NIGHT: Final = 2 * 3600  # a longer silence over midnight parts two days rather than one meeting


@dataclass(slots=True)
class _Sheet:
    """The file while its rows are gathered."""

    keys: dict[str, str] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    precise: set[int] = field(default_factory=set)  # lines whose duration counts seconds
    totals_only: bool = False


def recognises(source: Source) -> bool:
    """Return whether one of the first rows is the heading of a Meet attendance file."""
    return any(_columns(row) is not None for row in first_rows(source.text, _KNOWN))


def read(source: Source, findings: Findings) -> None:
    """Read a Meet attendance file into one meeting report."""
    sheet = _gather(source, findings)
    if sheet is None:
        raise BadInput("no heading of a Meet attendance file was found in it", place=source.name)
    start, end = parse_moment(sheet.keys.get("start", "")), parse_moment(sheet.keys.get("end", ""))
    first_day = _day_of(source.name, sheet)
    if first_day is not None:
        sheet.stays = _dated(sheet.stays, first_day)
        start, end = _with_day(start, first_day), _with_day(end, first_day)
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
    named = Column.NAME in columns or {Column.FIRST_NAME, Column.LAST_NAME} <= columns.keys()
    own = {"joined at", "left at", "time in call", "first seen", "first seen at", "time joined", "time exited"}
    timed = Column.JOIN in columns or Column.DURATION in columns
    return columns if named and timed and headings & own else None


def _take_key(row: Row, sheet: _Sheet) -> None:
    """Take a line of the preamble: two cells, or one cell behind a bullet."""
    first = _BULLET.sub("", row.cells[0])
    key, value = _KEYS.get(fold(first)), row.cell(1)
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
    join, leave = (_moment_of(cells.get(column, "")) for column in (Column.JOIN, Column.LEAVE))
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


def _moment_of(cell: str) -> Moment | str | None:
    if cell.casefold() in NOTHING:
        return None
    return parse_moment(cell) or cell[:40]


def _owner_of_share(name: str) -> str | None:
    found = _SHARE_TILE.fullmatch(name)
    return found[1] if found and fold(found[2]) in _SHARES else None


def _day_of(file_name: str, sheet: _Sheet) -> date | None:
    """Return the day of clock times: from the preamble if it has one, else from the file name."""
    for key in ("date", "start"):
        moment = parse_moment(sheet.keys.get(key, ""))
        day = moment.day(day_first=False) if moment and moment.order != "?" else None
        if day is not None:
            return day
    for found in _DATE.finditer(file_name):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None


def _dated(stays: list[Stay], first_day: date) -> list[Stay]:
    """Give clock times their day; a meeting over midnight goes on into the next one."""
    begin = _begin_of_circle([span for stay in stays if (span := _clock_span(stay)) is not None])
    return [_on_day(stay, first_day, begin) for stay in stays]


def _clock_span(stay: Stay) -> tuple[int, int] | None:
    """Return the seconds since midnight of arrival and departure, the latter beyond 24 h where it is next day."""
    if stay.join is None or stay.join.numbers is not None or stay.join.clock_seconds is None:
        return None
    start = stay.join.clock_seconds
    end = None if stay.leave is None or stay.leave.numbers is not None else stay.leave.clock_seconds
    if end is None:
        return start, start + (stay.seconds or 0)
    if end < start and (stay.seconds is None or abs(end + _DAY - start - stay.seconds) <= abs(end - start)):
        end += _DAY
    return start, max(start, end)


def _begin_of_circle(spans: list[tuple[int, int]]) -> int:
    """Return the clock time at which a meeting begins: 0, unless it goes over midnight.

    Then it begins after the longest silence on the dial.
    """
    if not spans:
        return 0
    marks = sorted(spans)
    gaps: list[tuple[int, int]] = []  # length, and the clock time at which the silence ends
    reach = max(end for _, end in marks) - _DAY
    over_midnight = reach > 0
    midnight = marks[0][0] - reach
    for start, end in marks:
        if start > reach:
            gaps.append((start - reach, start))
        reach = max(reach, end)
    if not gaps:
        return 0
    _, begin = max(gaps)
    return begin if begin != marks[0][0] and (over_midnight or midnight <= _SHORT_NIGHT) else 0


def _on_day(stay: Stay, first_day: date, begin: int) -> Stay:
    if stay.join is None:
        return stay
    day = first_day
    if stay.join.numbers is None and (stay.join.clock_seconds or 0) < begin:
        day += timedelta(days=1)
    span = _clock_span(stay)
    next_day = span is not None and span[1] >= _DAY and stay.leave is not None
    return replace(
        stay,
        join=_with_day(stay.join, day),
        leave=_with_day(stay.leave, day + timedelta(days=1) if next_day else day),
    )


def _with_day(moment: Moment | None, day: date) -> Moment | None:
    if moment is None or moment.numbers is not None:
        return moment
    return replace(moment, numbers=(day.year, day.month, day.day), order="md")


def _as_total(stay: Stay) -> Stay:
    """Keep of a stay without a date what can be kept: how long it was."""
    span = _clock_span(stay)
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

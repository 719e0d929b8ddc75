"""Microsoft Teams: which of its four attendance files a text is, and the report in numbered sections.

Sections and the keys of the summary are told apart by number and place where their words are in a language that
is not known; the other three shapes are in `teams_events`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.addresses import is_address
from sessiontui.intake.attendees import Stay, address_of, attendee_of, name_of, placed, whole_seconds, window_of
from sessiontui.intake.clock_times import stay_on_days_of
from sessiontui.intake.durations import seconds_of
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.headings import TEAMS_MEETING, TEAMS_PEOPLE, Column, columns_of
from sessiontui.intake.meeting_reports import Host, MeetingReport, Platform
from sessiontui.intake.moments import Moment, parse_moment
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.teams_events import is_event_heading, is_event_row, read_events
from sessiontui.intake.timeline import elapsed, timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.meeting_reports import Attendee
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source
    from sessiontui.intake.timeline import Span, Timeline

_KNOWN: Final = frozenset(TEAMS_PEOPLE) | frozenset(TEAMS_MEETING)
_NUMBERED: Final = re.compile(r"([1-9])\s*[.．)、]\s*\S.*", re.DOTALL)
_SUMMARY, _PARTICIPANTS, _ACTIVITIES = 1, 2, 3
_LEAST_COLUMNS: Final = 5  # of a table of people; a numbered list in plain text has none
_OWN: Final = frozenset({"name", "first join", "last leave", "in-meeting duration"})  # nobody else heads a table so
_OLDER_TITLE: Final = frozenset({"meeting summary", "besprechungszusammenfassung", "resume de la reunion"})
_PARTICIPANTS_BY_PLACE: Final = dict(
    zip(
        (Column.NAME, Column.JOIN, Column.LEAVE, Column.DURATION, Column.EMAIL, Column.EXTERNAL_ID, Column.ROLE),
        range(7),
        strict=True,
    )
)
_ACTIVITIES_BY_PLACE: Final = dict(
    zip(
        (Column.NAME, Column.JOIN, Column.LEAVE, Column.DURATION, Column.EMAIL, Column.ROLE),
        range(6),
        strict=True,
    )
)
_ORGANIZER: Final = re.compile(
    r"organi[sz]|organizador|organizat|veranstalter|besprechungsorganisator|организатор|주최자|이끌이|開催者|主催者"
    r"|组织者|召集人|召集者|arran|järjest|szerv"
)
_PRESENTER: Final = re.compile(
    r"present|präsent|présent|apresent|moderator|referent|prelegent|докладчик|выступающ|발표자|発表者|演示者|簡報者"
)


@dataclass(slots=True)
class _Report:
    """The report while its rows are gathered."""

    summary: dict[Column, tuple[int, str]] = field(default_factory=dict)
    participants: list[Stay] = field(default_factory=list)
    activities: list[Stay] = field(default_factory=list)


def recognises(source: Source) -> bool:
    """Return whether the text begins like one of the attendance files of Teams."""
    rows = first_rows(source.text, _KNOWN)
    if not rows:
        return False
    return (
        _is_sectioned(rows)
        or any(is_event_heading(row.cells) for row in rows[:3])
        or sum(is_event_row(row.cells) for row in rows) > len(rows) / 2
    )


def read(source: Source, findings: Findings) -> None:
    """Read an attendance file of Teams into one meeting report."""
    rows = list(rows_of(source.text, findings, known=_KNOWN))
    if not _is_sectioned(rows):
        read_events(rows, source, findings)
        return
    report = _gather(rows, findings)
    if not report.summary and not report.participants and not report.activities:
        raise BadInput("it has the sections of a Teams report, but nothing in them", place=source.name)
    timeline = timeline_of(_moments(report), _spans(report), source, findings)
    findings.report(_report_of(report, timeline, findings))


def _is_sectioned(rows: list[Row]) -> bool:
    first = rows[0] if rows else None
    if first is None or is_event_heading(first.cells):
        return False
    if fold(first.cells[0]) in _OLDER_TITLE:
        return True
    if _section_of(first) == _SUMMARY and any(_section_of(row) == _PARTICIPANTS for row in rows):
        return any(len(row.cells) >= _LEAST_COLUMNS for row in rows)
    return any(_is_people_heading(row) for row in rows)


def _section_of(row: Row) -> int | None:
    if any(row.cells[1:]):
        return None
    found = _NUMBERED.fullmatch(row.cells[0])
    return int(found[1]) if found else None


def _is_people_heading(row: Row) -> bool:
    """Return whether a row heads a table of people such as only Teams writes."""
    columns = columns_of(row.cells, TEAMS_PEOPLE)
    marks = {Column.NAME, Column.JOIN, Column.LEAVE, Column.DURATION}
    if {fold(cell) for cell in row.cells} >= _OWN:
        return True
    return marks <= columns.keys() and bool({Column.ROLE, Column.EXTERNAL_ID} & columns.keys())


def _gather(rows: list[Row], findings: Findings) -> _Report:
    report = _Report()
    section = _PARTICIPANTS if _is_people_heading(rows[0]) else _SUMMARY
    columns: Mapping[Column, int] = {}
    place = 0
    for row in rows:
        number = _section_of(row)
        if number is not None:
            section, columns, place = number, {}, 0
        elif section == _SUMMARY and not _is_people_heading(row):
            if fold(row.cells[0]) not in _OLDER_TITLE:
                _take_key(row, place, report)
                place += 1
        elif section > _ACTIVITIES:
            continue
        elif not columns:
            columns = _columns_of(row, section)
            section = max(section, _PARTICIPANTS)
        else:
            stays = report.activities if section == _ACTIVITIES else report.participants
            _take_person(row, columns, stays, _summary_moment(report, Column.START), findings)
    return report


def _columns_of(row: Row, section: int) -> Mapping[Column, int]:
    """Return the columns of a heading; those in an unknown language stand where they always do."""
    found = columns_of(row.cells, TEAMS_PEOPLE)
    if {Column.NAME, Column.JOIN, Column.LEAVE} <= found.keys():
        return found
    usual = _ACTIVITIES_BY_PLACE if section == _ACTIVITIES else _PARTICIPANTS_BY_PLACE
    taken = set(found.values())
    return {**{c: i for c, i in usual.items() if i not in taken and c not in found}, **found}


def _take_key(row: Row, place: int, report: _Report) -> None:
    """Take a key of the summary by its words, else by what stands behind it, which is so in all languages."""
    column = TEAMS_MEETING.get(fold(row.cells[0])) or _meant_by(row.cell(1), place)
    if column is Column.START and column in report.summary:
        column = Column.END
    if column is not None:
        report.summary.setdefault(column, (row.line, row.cell(1)))


def _meant_by(value: str, place: int) -> Column | None:
    """Return what a value of the summary must be: the title comes first, the end behind the beginning."""
    if place == 0:
        return Column.TITLE
    if value.isdecimal():
        return Column.COUNT
    moment = parse_moment(value)
    return Column.START if moment is not None and moment.numbers is not None else None


def _take_person(
    row: Row, columns: Mapping[Column, int], stays: list[Stay], day: Moment | None, findings: Findings
) -> None:
    """Take a row about a person; clock times alone are placed by the beginning of the meeting."""
    cells = {column: row.cell(index) for column, index in columns.items()}
    email = address_of(cells.get(Column.EMAIL, ""), row.line, findings)
    outside = cells.get(Column.EXTERNAL_ID, "")[:MAX_TITLE]
    name = name_of(cells.get(Column.NAME, ""), row.line, findings) or email or outside
    seconds = seconds_of(cells.get(Column.DURATION, ""))
    came, went = (parse_moment(cells.get(column, "")) for column in (Column.JOIN, Column.LEAVE))
    join, leave = stay_on_days_of(came, went, day, seconds)
    if not name:
        findings.refuse(row.line, "it names nobody", row.cells)
    elif cells.get(Column.JOIN, "") and (join is None or join.numbers is None):
        findings.refuse(row.line, f"{cells[Column.JOIN][:40]!r} is not a date and time", row.cells)
    elif join is None and seconds is None:
        findings.refuse(row.line, "it has neither a time of joining nor a duration", row.cells)
    else:
        stays.append(
            Stay(
                line=row.line,
                name=name,
                email=email or (outside if is_address(outside) else None),
                external_id=outside or None,
                join=join,
                leave=leave,
                seconds=seconds,
                role=_role_of(cells.get(Column.ROLE, "")),
            )
        )


def _role_of(cell: str) -> str | None:
    word = cell.casefold()
    if not word:
        return None
    if _ORGANIZER.search(word) and not word.startswith(("co-", "co ", "mit", "co‑")):
        return "organizer"
    return "presenter" if _PRESENTER.search(word) or word.startswith("co") else "attendee"


def _moments(report: _Report) -> Iterator[Moment | None]:
    for column in (Column.START, Column.END):
        yield _summary_moment(report, column)
    for stay in (*report.participants, *report.activities):
        yield from (stay.join, stay.leave)


def _spans(report: _Report) -> Iterator[Span]:
    start = _summary_moment(report, Column.START)
    yield start, _summary_moment(report, Column.END), None
    for stay in report.activities:
        yield stay.join, stay.leave, stay.seconds
    for stay in report.participants:
        yield stay.join, stay.leave, None
        yield start, stay.leave, None


def _summary_moment(report: _Report, column: Column) -> Moment | None:
    return parse_moment(report.summary.get(column, (0, ""))[1])


def _report_of(report: _Report, timeline: Timeline, findings: Findings) -> MeetingReport:
    start, end = timeline.interval(_summary_moment(report, Column.START), _summary_moment(report, Column.END))
    attendees = list(_attendees(report, timeline, end, findings))
    if end is not None and any(stay.leave is None and stay.seconds is None for stay in report.participants):
        findings.note("who has no time of leaving was taken to stay until the meeting ended")
    earliest, latest = window_of(attendees)
    line, title = report.summary.get(Column.TITLE, (1, ""))
    _, count = report.summary.get(Column.COUNT, (1, ""))
    people = len({attendee.key for attendee in attendees})
    if count.isdecimal() and int(count[:9]) != people:
        findings.note(f"Attended participants says {count}, {people} are listed")
    hosts = [a for a in attendees if a.role == "organizer"]
    return MeetingReport(
        line=1,
        platform=Platform.TEAMS,
        unique_id=report.summary.get(Column.MEETING_ID, (1, ""))[1] or None,
        title=findings.text(" ".join(title.split()), line=line, what="the title", limit=MAX_TITLE) or None,
        starts_at=start or earliest,
        ends_at=end or latest,
        host=Host(hosts[0].name, hosts[0].email) if hosts else None,
        attendees=tuple(attendees),
        approximate=any(attendee.joined_at is None for attendee in attendees),
    )


def _attendees(report: _Report, timeline: Timeline, ended: datetime | None, findings: Findings) -> Iterator[Attendee]:
    """Yield a row for each stay; first arrival and last departure stand in for people without activities."""
    by_mail = {p.email.casefold(): p for p in report.participants if p.email}
    by_name = _unique_names(report.participants)
    told: set[int] = set()
    for stay in report.activities:
        known = by_mail.get(stay.email.casefold()) if stay.email else by_name.get(stay.name)
        if known is not None:
            told.add(known.line)
            stay = _completed(stay, known)
        yield _precise(stay, timeline, ended)
    for stay in report.participants:
        if stay.line not in told:
            attendee = _precise(stay, timeline, ended)
            if stay.seconds is not None and attendee.joined_at and attendee.left_at:
                span = int((attendee.left_at - attendee.joined_at).total_seconds())
                if span - stay.seconds > 60:
                    findings.note(
                        f"line {stay.line}: {stay.name} was there for {stay.seconds // 60} of the "
                        f"{span // 60} minutes between first join and last leave; when is not in the file"
                    )
            yield attendee


def _unique_names(stays: Iterable[Stay]) -> dict[str, Stay]:
    found: dict[str, Stay] = {}
    doubled: set[str] = set()
    for stay in stays:
        if stay.name in found:
            doubled.add(stay.name)
        found[stay.name] = stay
    return {name: stay for name, stay in found.items() if name not in doubled}


def _completed(stay: Stay, known: Stay) -> Stay:
    return Stay(
        line=stay.line,
        name=stay.name,
        email=stay.email or known.email,
        external_id=known.external_id,
        join=stay.join,
        leave=stay.leave,
        seconds=stay.seconds,
        role=stay.role or known.role,
    )


def _precise(stay: Stay, timeline: Timeline, ended: datetime | None) -> Attendee:
    """Place a row in time, keeping the stated duration: Teams counts it more finely than its clock.

    What a row leaves open follows from its duration; who has no leave stayed until the meeting ended.
    """
    attendee = attendee_of(stay, timeline)
    joined, left, seconds = attendee.joined_at, attendee.left_at, stay.seconds
    if attendee.contradictory:
        return attendee
    if stay.join is None and seconds is not None and (left := timeline.instant(stay.leave)) is not None:
        joined = elapsed(left, -seconds)
    elif joined is not None and left is None and seconds is not None:
        left = elapsed(joined, seconds)
    elif joined is not None and left is None and ended is not None and ended > joined:
        left, seconds = ended, whole_seconds(ended - joined)
    return attendee if seconds is None else placed(stay, joined, left, seconds)

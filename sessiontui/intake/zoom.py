"""Zoom: participant and unique-user reports, usage reports, both combined, and webinar attendee reports.

The report is CSV of one or several tables. A table about meetings and a table about people may stand below each
other, or side by side in one; a webinar has one table of people for each part that they played.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.addresses import is_address
from sessiontui.intake.attendees import (
    NOTHING,
    Stay,
    address_of,
    attendee_of,
    name_of,
    original_of,
    window_of,
    yes_or_no,
)
from sessiontui.intake.clock_times import stay_on_days_of
from sessiontui.intake.durations import seconds_of
from sessiontui.intake.findings import shortened
from sessiontui.intake.headings import ZOOM_MEETING, ZOOM_PEOPLE, Column, columns_of
from sessiontui.intake.meeting_reports import Host, MeetingReport, Platform
from sessiontui.intake.moments import parse_moment
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.timeline import elapsed, timeline_of
from sessiontui.intake.zoom_sign_ups import SignUp, sign_up_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.meeting_reports import Attendee
    from sessiontui.intake.moments import Moment
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source
    from sessiontui.intake.timeline import Span, Timeline

_KNOWN: Final = frozenset(ZOOM_PEOPLE) | frozenset(ZOOM_MEETING)
_SECTIONS: Final = {
    "host details": "host",
    "panelist details": "panelist",
    "attendee details": "attendee",
    "other attended": "attendee",
}
_HOSTS: Final = re.compile(r"host|anfitri|hote|organizz|gastgeber|主催|ホスト|主持|호스트")
_PANEL: Final = re.compile(r"panel|podium|relator|パネリスト|嘉宾|패널")
_TITLES: Final = ("attendee report", "registration report", "report generated")
_TITLE_CELLS: Final = 2  # a title, or a key and its value; a row about somebody has more
_STAYED: Final = frozenset({Column.ATTENDED, Column.JOIN, Column.DURATION, Column.TOTAL})
"""Columns of which a table has one where it tells who came, not only who registered."""

_USER_NAME: Final = "user name"  # a participant by telephone, or the host: which one the other columns tell
_HOST_CELL: Final = re.compile(r"(.*?)\s*[(<]([^()<>\s]+@[^()<>\s]+)[)>]")


@dataclass(frozen=True, slots=True)
class _Table:
    """A heading row: where meeting and people columns stand. An empty mapping means that it has none of them."""

    meeting: Mapping[Column, int]
    people: Mapping[Column, int]


@dataclass(slots=True)
class _Draft:
    """One meeting while its rows are gathered."""

    line: int
    title: str = ""
    meeting_id: str = ""
    start: Moment | None = None
    end: Moment | None = None
    seconds: int | None = None
    host: Host | None = None
    count: str = ""
    created: Moment | None = None
    stays: list[Stay] = field(default_factory=list)
    sign_ups: dict[str, SignUp] = field(default_factory=dict)


def recognises(source: Source) -> bool:
    """Return whether one of the first rows is a heading, or the title, of a Zoom report."""
    rows = first_rows(source.text, _KNOWN)
    return any(_table_of(row) is not None for row in rows) or (
        bool(rows) and fold(rows[0].cells[0]).startswith(_TITLES[:2])
    )


def read(source: Source, findings: Findings) -> None:
    """Read a Zoom report into one meeting report for each meeting in it."""
    drafts = _gather(source, findings)
    if drafts is None:
        raise BadInput(
            "no heading of a Zoom report was found in it",
            hint="export it again with all columns, or save it as CSV in UTF-8",
            place=source.name,
        )
    timeline = timeline_of(_moments(drafts), _spans(drafts), source, findings)
    for draft in drafts:
        findings.report(_report_of(draft, timeline, findings))


def _gather(source: Source, findings: Findings) -> list[_Draft] | None:
    """Return the meetings with their rows; ``None`` when there is no table of Zoom at all."""
    drafts: dict[tuple[str, str, str], _Draft] = {}
    table: _Table | None = None
    current: _Draft | None = None
    role: str | None = None
    seen = False
    rows = list(rows_of(source.text, findings, known=_KNOWN))
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        folded = fold(row.cells[0])
        if not any(row.cells[1:]) and (folded in _SECTIONS or folded.startswith(_TITLES) or _is_of_part(following)):
            role, table = _role_of(folded), None
            continue
        heading = None if any(cell[:1].isdigit() for cell in row.cells) else _table_of(row)
        if heading is not None:
            table, seen = heading, True
        elif folded.startswith(_TITLES) and table is None:
            continue
        elif table is None and not seen and sum(map(bool, row.cells)) <= _TITLE_CELLS:
            findings.note(f"line {row.line}: {shortened(' '.join(row.cells).strip(), 40)!r} stands above the report")
        elif table is None:
            findings.refuse(row.line, "it stands before any heading", row.cells)
        else:
            if table.meeting:
                current = _meeting_of(row, table.meeting, drafts)
            if table.people:
                current = current or drafts.setdefault(("", "", ""), _Draft(row.line))
                _take_person(row, table.people, current, role, findings)
    return list(drafts.values()) if seen else None


def _is_of_part(row: Row | None) -> bool:
    """Return whether a row heads the people who played one part in a webinar: what stands above it names that."""
    table = None if row is None else _table_of(row)
    return table is not None and Column.ATTENDED in table.people


def _role_of(title: str) -> str | None:
    """Return the part that people played, by the folded title above their table."""
    if title in _SECTIONS or title.startswith(_TITLES):
        return _SECTIONS.get(title)
    return "host" if _HOSTS.search(title) else "panelist" if _PANEL.search(title) else "attendee"


def _table_of(row: Row) -> _Table | None:
    """Return what a heading row says, ``None`` for any other row."""
    people = columns_of(row.cells, ZOOM_PEOPLE)
    meeting = columns_of(row.cells, ZOOM_MEETING)
    about_meeting = bool({Column.TITLE, Column.MEETING_ID} & meeting.keys()) and bool(
        {Column.START, Column.DURATION} & meeting.keys()
    )
    timed = {Column.JOIN, Column.DURATION, Column.TOTAL} & people.keys()
    if Column.NAME in people and timed and not about_meeting:
        return _Table({}, people)
    if about_meeting and Column.NAME in people and people[Column.NAME] > max(
        meeting.get(Column.TITLE, 0), meeting.get(Column.MEETING_ID, 0)
    ):  # fmt: skip
        return _side_by_side(row, people[Column.NAME])
    if about_meeting:
        return _Table(meeting, {})
    names = [index for index, cell in enumerate(row.cells) if fold(cell) == _USER_NAME]
    if names and Column.JOIN in people:
        return _Table({}, {**people, Column.NAME: names[0]})
    if Column.REGISTERED in people and {Column.EMAIL, Column.FIRST_NAME} & people.keys():
        return _Table({}, people)
    return None


def _side_by_side(row: Row, border: int) -> _Table:
    """Split a heading in which the meeting's columns stand before the participant's, some of the same name."""
    people = columns_of(row.cells[border:], ZOOM_PEOPLE)
    return _Table(
        columns_of(row.cells[:border], ZOOM_MEETING),
        {column: index + border for column, index in people.items()},
    )


def _meeting_of(row: Row, columns: Mapping[Column, int], drafts: dict[tuple[str, str, str], _Draft]) -> _Draft:
    cells = {column: row.cell(index) for column, index in columns.items()}
    number = _plain_id(cells.get(Column.MEETING_ID, ""))
    key = (number, cells.get(Column.TITLE, ""), cells.get(Column.START, ""))
    if key not in drafts:
        drafts[key] = _Draft(
            row.line,
            title=" ".join(key[1].split()),
            meeting_id=number,
            start=parse_moment(key[2]),
            end=parse_moment(cells.get(Column.END, "")),
            seconds=seconds_of(cells.get(Column.DURATION, ""), bare=60),
            host=_host_of(cells.get(Column.HOST_NAME, ""), cells.get(Column.HOST_EMAIL, "")),
            count=cells.get(Column.COUNT, ""),
            created=parse_moment(cells.get(Column.CREATED, "")),
        )
    return drafts[key]


def _host_of(name: str, email: str) -> Host | None:
    if found := _HOST_CELL.fullmatch(name):
        name, email = found[1], email or found[2]
    mail = email if is_address(email) else None
    shown = "" if name.casefold() in NOTHING else " ".join(name.split())
    return Host(shown or None, mail) if shown or mail else None


def _take_person(
    row: Row, columns: Mapping[Column, int], draft: _Draft, role: str | None, findings: Findings
) -> None:
    cells = {column: row.cell(index) for column, index in columns.items()}
    name = name_of(cells.get(Column.NAME, ""), row.line, findings)
    if not name:
        parts = (cells.get(Column.FIRST_NAME, ""), cells.get(Column.LAST_NAME, ""))
        name = name_of(" ".join(parts), row.line, findings)
    email = address_of(cells.get(Column.EMAIL, ""), row.line, findings)
    if not name and email is None:
        findings.refuse(row.line, "it names nobody", row.cells)
        return
    signed_up = Column.REGISTERED in columns or Column.APPROVAL in columns
    if signed_up and role != "host" and role != "panelist":
        sign_up = sign_up_of(row.line, name or email or "", email, cells)
        draft.sign_ups.setdefault(sign_up.key, sign_up)
        if not _STAYED & columns.keys():
            return
    if Column.ATTENDED in columns and not yes_or_no(cells[Column.ATTENDED]):
        if not signed_up:
            findings.refuse(row.line, "did not attend, and had not signed up", row.cells)
        return
    if yes_or_no(cells.get(Column.WAITING, "")):
        findings.note(f"line {row.line}: {name or email} was in the waiting room, which is not counted")
        return
    stay = _stay_of(row, name or email or "", email, cells, role, draft.start)
    if isinstance(stay, str):
        findings.refuse(row.line, stay, row.cells)
        return
    draft.stays.append(stay)
    if role == "host" and draft.host is None:
        draft.host = Host(name or None, email)


def _stay_of(
    row: Row, name: str, email: str | None, cells: Mapping[Column, str], role: str | None, start: Moment | None
) -> Stay | str:
    """Return the stay that a row tells of, or why it tells of none; clock times alone are placed by the start."""
    times: list[Moment | None] = []
    for column in (Column.JOIN, Column.LEAVE):
        cell = cells.get(column, "")
        moment = parse_moment(cell)
        if moment is None and cell.casefold() not in NOTHING:
            return f"{cell[:40]!r} is not a time"
        if moment is not None and moment.numbers is None and (start is None or start.numbers is None):
            return f"{cell[:40]!r} has no date"
        times.append(moment)
    stated = cells.get(Column.DURATION, "") or cells.get(Column.TOTAL, "")
    seconds = seconds_of(stated, bare=60)
    if times[0] is None and times[1] is not None:
        return "it has a time of leaving but none of joining"
    if times[0] is None and seconds is None:
        return "it has neither times nor a duration"
    join, leave = stay_on_days_of(times[0], times[1], start, seconds)
    return Stay(
        line=row.line,
        name=name,
        original_name=original_of(name),
        email=email,
        join=join,
        leave=leave,
        seconds=seconds,
        role=role,
        guest=yes_or_no(cells.get(Column.GUEST, "")),
    )


def _moments(drafts: list[_Draft]) -> Iterator[Moment | None]:
    for draft in drafts:
        yield from (draft.start, draft.end, draft.created)
        for stay in draft.stays:
            yield from (stay.join, stay.leave)
        yield from (sign_up.registered for sign_up in draft.sign_ups.values())


def _spans(drafts: list[_Draft]) -> Iterator[Span]:
    for draft in drafts:
        yield draft.start, draft.end, draft.seconds
        for stay in draft.stays:
            yield stay.join, stay.leave, stay.seconds
            yield draft.start, stay.leave, None


def _report_of(draft: _Draft, timeline: Timeline, findings: Findings) -> MeetingReport:
    attendees: list[Attendee] = []
    for stay in draft.stays:
        attendee = attendee_of(stay, timeline)
        if stay.join is not None and attendee.joined_at is None:
            findings.refuse(stay.line, "its time of joining is on a day that does not exist", stay.name)
        else:
            attendees.append(attendee)
    start, end = timeline.interval(draft.start, draft.end, draft.seconds)
    if start is not None and end is None and draft.seconds is not None:
        end = elapsed(start, draft.seconds)
    earliest, latest = window_of(attendees)
    if earliest is not None and draft.start is not None and draft.start.hour is None:
        start = earliest  # the report gives the day alone
    if start is None and attendees and earliest is None:
        findings.note("the report has no date: it can only be added to a session that is named")
    _check_count(draft, attendees, findings)
    return MeetingReport(
        line=draft.line,
        platform=Platform.ZOOM,
        meeting_id=draft.meeting_id or None,
        title=findings.text(draft.title, line=draft.line, what="the topic", limit=500) or None,
        starts_at=start or earliest,
        ends_at=end or latest,
        host=_known_host(draft.host, attendees),
        attendees=tuple(attendees),
        registrants=tuple(sign_up.registrant(timeline) for sign_up in draft.sign_ups.values()),
        approximate=any(attendee.joined_at is None for attendee in attendees),
    )


def _known_host(host: Host | None, attendees: list[Attendee]) -> Host | None:
    """Return the host, with the name that a participant of the same e-mail has."""
    if host is None or host.name or not host.email:
        return host
    mail = host.email.casefold()
    name = next((a.name for a in attendees if a.email and a.email.casefold() == mail), None)
    return Host(name, host.email)


def _check_count(draft: _Draft, attendees: list[Attendee], findings: Findings) -> None:
    people = len({attendee.key for attendee in attendees})
    if attendees and draft.count.isdecimal() and int(draft.count[:9]) not in {people, len(attendees)}:
        listed = "1 row is listed" if len(attendees) == 1 else f"{len(attendees)} rows are listed"
        findings.note(f"Participants says {draft.count}, {listed}")


def _plain_id(text: str) -> str:
    bare = re.sub(r"[\s\-]", "", text)
    return bare if bare.isascii() and bare.isdigit() else " ".join(text.split())

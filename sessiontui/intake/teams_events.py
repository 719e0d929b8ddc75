"""Microsoft Teams: files with one row for each arrival and departure.

The classic attendance list has a name, an action and a time; the live event engagement has ids, too, and times in
UTC. Neither says when the meeting ended: who has not left by then is taken to leave at the last event.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake.addresses import is_address
from sessiontui.intake.attendees import Stay, name_of, placed, whole_seconds
from sessiontui.intake.meeting_reports import Host, MeetingReport, Platform
from sessiontui.intake.moments import Moment, parse_moment
from sessiontui.intake.rows import fold
from sessiontui.intake.timeline import timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.meeting_reports import Attendee
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source

_CLASSIC: Final = ("name", "action", "time")
_HEADINGS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("full name", "fullname", "name", "vollstandiger name", "nom complet", "nombre completo", "nome completo",
         "volledige naam", "imie i nazwisko", "полное имя", "氏名", "全名"), "name"),
    **dict.fromkeys(
        ("user action", "action", "benutzeraktion", "action de l'utilisateur", "accion del usuario",
         "acao do usuario", "atividade", "azione utente", "gebruikersactie", "akcja uzytkownika"), "action"),
    **dict.fromkeys(
        ("timestamp", "utceventtimestamp", "utc event timestamp", "zeitstempel", "horodatage", "horodateur",
         "marca de tiempo", "carimbo de data/hora", "timbro data/ora", "tijdstempel", "sygnatura czasowa"), "time"),
    **dict.fromkeys(("sessionid", "session id"), "session"),
    **dict.fromkeys(("participantid", "participant id"), "person"),
    **dict.fromkeys(("role", "rolle", "rol"), "role"),
}  # fmt: skip
_JOINED: Final = frozenset(
    fold(word)
    for word in (
        "Joined", "Joined before", "Beigetreten", "Zuvor beigetreten", "Vorher beigetreten", "A rejoint",
        "A rejoint avant", "A rejoint auparavant", "Unido", "Se unió", "Se ha unido", "Se unió antes",
        "Se ha unido antes", "Ingressou", "Ingressou antes", "Entrou",
        "Entrou antes", "Entrou antes de", "Ha partecipato", "Partecipa",
        "Ha partecipato prima", "Deelgenomen", "Eerder deelgenomen", "Dołączono", "Dołączono wcześniej",
        "Присоединился", "参加済み", "已加入",
    )
)  # fmt: skip
_LEFT: Final = frozenset(
    fold(word)
    for word in (
        "Left", "Verlassen", "Hat verlassen", "Parti", "A quitté", "Salió", "Se marchó", "Ha salido", "Saiu",
        "Ha abbandonato", "Uscito", "Verlaten", "Vertrokken", "Opuszczono", "Wyszedł", "Покинул", "退出", "已离开",
    )
)  # fmt: skip


_SILENCE: Final = timedelta(hours=12)
"""Longer than anybody waits in a meeting in which nobody comes or goes: what follows is another one."""


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    stream: tuple[str, ...]
    name: str
    person: str
    role: str
    joined: bool
    moment: Moment


def is_event_heading(cells: tuple[str, ...]) -> bool:
    """Return whether a row heads a file of arrivals and departures."""
    found = {_HEADINGS.get(fold(cell)) for cell in cells}
    return {"action", "time"} <= found and bool({"name", "person"} & found)


def is_event_row(cells: tuple[str, ...]) -> bool:
    """Return whether a row is an arrival or departure of the classic list, whose heading may be missing."""
    return len(cells) >= len(_CLASSIC) and _action(cells[1]) is not None and parse_moment(cells[2]) is not None


def read_events(rows: list[Row], source: Source, findings: Findings) -> None:
    """Read a classic list or a live event into one meeting report."""
    columns = {column: index for index, column in enumerate(_CLASSIC)}
    live = False
    events: list[_Event] = []
    for row in rows:
        if is_event_heading(row.cells):
            named = [(_HEADINGS.get(fold(cell)), index) for index, cell in enumerate(row.cells)]
            columns = {name: index for name, index in reversed(named) if name is not None}
            live = "session" in columns or any(fold(cell).startswith("utc") for cell in row.cells)
        else:
            event = _event_of(row, columns, findings)
            if isinstance(event, str):
                findings.refuse(row.line, event, row.cells)
            else:
                events.append(event)
    if not events:
        raise BadInput("nobody joins or leaves in it", place=source.name)
    timeline = timeline_of((e.moment for e in events), (), source, findings, zone=UTC if live else None)
    timed: list[tuple[datetime, _Event]] = []
    for event in events:
        at = timeline.instant(event.moment)
        if at is None:
            findings.refuse(event.line, "its time is on a day that does not exist", event.name)
        else:
            timed.append((at, event))
    for meeting in _meetings(sorted(timed, key=lambda pair: pair[0])):
        findings.report(_report_of(meeting, findings))


def _meetings(timed: list[tuple[datetime, _Event]]) -> Iterator[list[tuple[datetime, _Event]]]:
    """Yield the events of each meeting: who has not left by a long silence was not there until the next meeting."""
    first = 0
    for index in range(1, len(timed)):
        if timed[index][0] - timed[index - 1][0] > _SILENCE:
            yield timed[first:index]
            first = index
    if timed:
        yield timed[first:]


def _event_of(row: Row, columns: dict[str, int], findings: Findings) -> _Event | str:
    cells = {name: row.cell(index) for name, index in columns.items()}
    name = name_of(cells.get("name", ""), row.line, findings)
    person = cells.get("person", "")
    joined = _action(cells.get("action", ""))
    moment = parse_moment(cells.get("time", ""))
    if moment is not None and moment.hour is None and len(row.cells) > len(columns):
        moment = parse_moment(", ".join(row.cells[columns["time"] :]))  # a date and a clock parted by a bare comma
    if not name and not person:
        return "it names nobody"
    if joined is None:
        return f"{cells.get('action', '')[:40]!r} is neither joined nor left"
    if moment is None or moment.numbers is None:
        return f"{cells.get('time', '')[:40]!r} is not a date and time"
    stream = (cells.get("session", ""), person or name)
    return _Event(row.line, stream, name or person, person, cells.get("role", ""), joined, moment)


def _action(cell: str) -> bool | None:
    word = fold(cell)
    if word in _JOINED or word.startswith("joined"):
        return True
    return False if word in _LEFT else None


def _report_of(timed: list[tuple[datetime, _Event]], findings: Findings) -> MeetingReport:
    """Pair arrivals with departures, in the order of time, device by device."""
    last = timed[-1][0]
    inside: dict[tuple[str, ...], deque[tuple[datetime, _Event]]] = {}
    attendees: list[Attendee] = []
    for at, event in timed:
        waiting = inside.setdefault(event.stream, deque())
        if event.joined:
            waiting.append((at, event))
        elif waiting:
            joined, arrival = waiting.popleft()
            attendees.append(_attendee(arrival, joined, at))
        else:
            findings.refuse(event.line, "leaves without having joined", event.name)
    left_open = [pair for waiting in inside.values() for pair in waiting]
    for joined, arrival in left_open:
        attendees.append(_attendee(arrival, joined, last))
    if left_open:
        findings.note(f"{len(left_open)} never left; they were taken to leave at the last event of the file")
    attendees.sort(key=lambda attendee: attendee.line)
    hosts = [a for a in attendees if a.role in {"organizer", "organiser", "producer"}]
    return MeetingReport(
        line=1,
        platform=Platform.TEAMS,
        starts_at=timed[0][0],
        ends_at=last,
        host=Host(hosts[0].name, hosts[0].email) if hosts else None,
        attendees=tuple(attendees),
    )


def _attendee(event: _Event, joined: datetime, left: datetime) -> Attendee:
    stay = Stay(
        line=event.line,
        name=event.name,
        email=event.person if is_address(event.person) else None,
        external_id=event.person or None,
        role=event.role.casefold() or None,
    )
    return placed(stay, joined, left, whole_seconds(left - joined))

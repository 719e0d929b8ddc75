"""Reports of meetings that took place: which session they belong to, and who their attendees are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.matching import Attendee, Match, match_all, memory_key
from sessiontui.domain.presence import Signal
from sessiontui.domain.query import words
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Control, RequestState, Source
from sessiontui.intake import Attendee as Row
from sessiontui.intake import MeetingReport
from sessiontui.services.importing.outcome import Attachment, FileOutcome, Unmatched, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.planned import take_stay
from sessiontui.services.requests import add_step
from sessiontui.services.sessions import insert
from sessiontui.store.reads import imports as kept
from sessiontui.store.reads.requests import of_person
from sessiontui.store.signals import PresenceReport

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

ROUNDING: Final = timedelta(minutes=1)
"""How far a stated total may lie below its interval before it counts as a total without times."""

_NO_DIGIT: Final = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class _Found:
    """The session of a report."""

    id: int
    how: str
    is_new: bool = False


async def take_report(
    tx: Tx, register: Register, report: MeetingReport, outcome: FileOutcome, *, session_id: int | None
) -> None:
    """Attach one report to its session, or make one, and record who was there."""
    found = await _attach(tx, register, report, outcome, session_id=session_id)
    if found is None:
        return
    session = await tx.session(found.id)
    outcome.attachments.append(Attachment(report.title or "", found.id, session.title, found.how, found.is_new))
    if not report.lines():
        outcome.counts[Verdict.ADDED if found.is_new else Verdict.UNCHANGED] += 1
        return
    verdicts = await _take_registrants(tx, register, report, found.id)
    matches = await _match(tx, register, report, found.id)
    for row in report.attendees:
        verdict = await _take_row(tx, report, row, matches[row.key], found.id, session.starts_at)
        verdicts[row.line] = _stronger(verdicts.get(row.line), verdict)
    for verdict in verdicts.values():
        outcome.counts[verdict] += 1
    for key, rows in report.people().items():
        if not matches[key].is_matched:
            outcome.unmatched.append(Unmatched(rows[0].name, found.id, matches[key].candidates))


def key_of(report: MeetingReport) -> str:
    """Return what makes the same report recognisable when it comes again."""
    if report.unique_id:
        return f"uuid:{report.unique_id}"
    start = "" if report.starts_at is None else str(to_ms(report.starts_at))
    room = digits(report.meeting_id) or " ".join(words(report.title or ""))
    return f"{room}@{start}"


def digits(meeting_id: str | None) -> str:
    """Return a meeting id without the blanks and dashes with which it is written, or as it is without digits.

    >>> digits("852 1848 6288"), digits("abc-defg-hij"), digits(None)
    ('85218486288', 'abc-defg-hij', '')
    """
    bare = _NO_DIGIT.sub("", meeting_id or "")
    return bare or (meeting_id or "").strip()


async def _attach(
    tx: Tx, register: Register, report: MeetingReport, outcome: FileOutcome, *, session_id: int | None
) -> _Found | None:
    if session_id is not None:
        await tx.session(session_id)
        return _Found(session_id, "as you said")
    source, key = str(report.platform), key_of(report)
    again = await kept.session_of(tx.fetch, source, key)
    if again is not None:
        return _Found(again, "by the report's own id")
    if report.unique_id:
        meeting = await kept.session_of_meeting(tx.fetch, f"{source}:{report.unique_id}")
        if meeting is not None:
            return _Found(meeting, "by the platform's id of the meeting")
    if report.starts_at is None or report.ends_at is None or report.ends_at <= report.starts_at:
        outcome.refuse(
            report.line,
            "the report has no usable window: say with --session to which session it belongs",
            report.title or "",
        )
        for _ in range(max(0, len(report.lines()) - 1)):
            outcome.counts[Verdict.REFUSED] += 1
        return None
    overlapping = await kept.overlapping(tx.fetch, report.starts_at, report.ends_at)
    room = digits(report.meeting_id)
    for other in overlapping:
        if room and other.meeting_id == room:
            return _Found(other.id, "by meeting id and overlapping window")
    for other in overlapping:
        if report.title and words(report.title) == words(other.title):
            outcome.note(
                f"{report.title!r} may belong to session #{other.id} (same title, overlapping window): "
                f"import with --session {other.id} to attach it"
            )
            break
    return await _make(tx, register, report, source, key, (report.starts_at, report.ends_at))


async def _make(
    tx: Tx,
    register: Register,
    report: MeetingReport,
    source: str,
    key: str,
    window: tuple[datetime, datetime],
) -> _Found:
    host = report.host
    author_id = None
    if host is not None and (host.name or host.email):
        author_id = await _host(register, report)
    title = report.title or f"{source.capitalize()} meeting {report.meeting_id or ''}".strip()
    session_id = await insert(
        tx,
        control=Control.SCHEDULED,
        starts_at=window[0],
        ends_at=window[1],
        author_id=author_id,
        source=source,
        external_id=key,
        title=safe_line(title),
        kind="conversation",
        meeting_key=f"{source}:{report.unique_id}" if report.unique_id else "",
        meeting_id=digits(report.meeting_id),
    )
    return _Found(session_id, "made from the report", is_new=True)


async def _host(register: Register, report: MeetingReport) -> int:
    """Return the person who held the meeting: by address, else by the only exact name, else newly known."""
    host = report.host
    name, email = (host.name or "", host.email) if host is not None else ("", None)
    if not name:  # the address may stand beside a name among those who were there
        name = next((row.name for row in report.attendees if email and row.email == email), "")
    if not email:
        namesakes = [known for known in register.everyone() if known.name == name]
        if len(namesakes) == 1:
            return namesakes[0].id
        email = next((row.email for row in report.attendees if row.name == name and row.email), None)
    return await register.meet("", name=safe_line(name), email=email)


async def _match(tx: Tx, register: Register, report: MeetingReport, session_id: int) -> dict[str, Match]:
    expected = [register.known(person_id) for person_id in await kept.expected(tx.fetch, session_id)]
    people = report.people()
    wanted = [_attendee(rows[0]) for rows in people.values()]
    remembered = await kept.remembered(tx.fetch, session_id)
    found = match_all(wanted, expected=expected, everyone=register.everyone(), remembered=remembered)
    return dict(zip(people, found, strict=True))


def _attendee(row: Row) -> Attendee:
    return Attendee(
        name=row.name,
        email=row.email or "",
        external_id=row.external_id or "",
        original_name=row.original_name or "",
    )


async def _take_row(
    tx: Tx, report: MeetingReport, row: Row, match: Match, session_id: int, starts_at: datetime
) -> Verdict:
    joined_at = row.joined_at or report.starts_at or starts_at
    until, approximate = row.left_at, False
    if row.seconds is not None and not row.contradictory:
        total = timedelta(seconds=row.seconds)
        if row.joined_at is None or (until is not None and until - joined_at > total + ROUNDING):
            until, approximate = joined_at + total, True
    attendee_id = None
    if not match.is_matched:
        attendee_id = await _attendee_id(tx, session_id, row)
    return await take_stay(
        tx,
        PresenceReport(
            session_id=session_id,
            signal=Signal.STAY,
            at=joined_at,
            until=until,
            source=Source.IMPORT,
            person_id=match.person_id,
            attendee_id=attendee_id,
            approximate=approximate,
            key=f"{report.platform}:{row.key}:{to_ms(joined_at)}",
        ),
    )


async def _attendee_id(tx: Tx, session_id: int, row: Row) -> int:
    key = memory_key(_attendee(row))
    known = await kept.attendee(tx.fetch, session_id, key)
    if known is not None:
        return known
    return await tx.insert(
        "attendee",
        session_id=session_id,
        key=key,
        name=safe_line(row.name),
        email=safe_line(row.email or ""),
        external_id=safe_line(row.external_id or ""),
    )


async def _take_registrants(tx: Tx, register: Register, report: MeetingReport, session_id: int) -> dict[int, Verdict]:
    """Turn those who signed up into requests, by their address; without one nobody knows who they are."""
    verdicts: dict[int, Verdict] = {}
    for registrant in report.registrants:
        if not registrant.email:
            verdicts[registrant.line] = Verdict.UNCHANGED
            continue
        person_id = await register.meet(str(report.platform), name=safe_line(registrant.name), email=registrant.email)
        if await of_person(tx.fetch, session_id, person_id):
            verdicts[registrant.line] = Verdict.UNCHANGED
            continue
        asked = registrant.registered_at
        request_id = await tx.insert(
            "join_request",
            session_id=session_id,
            person_id=person_id,
            state=str(registrant.state),
            requested_at=asked,
            decided_at=asked if registrant.state is not RequestState.PENDING else None,
        )
        await add_step(tx, request_id, registrant.state, at=asked, always=asked is None)
        tx.touch(session_id)
        verdicts[registrant.line] = Verdict.ADDED
    return verdicts


def _stronger(first: Verdict | None, second: Verdict) -> Verdict:
    order = (Verdict.ADDED, Verdict.UPDATED, Verdict.UNCHANGED)
    return min(first or second, second, key=order.index)

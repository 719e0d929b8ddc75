"""Reports of meetings that took place: which session they belong to, and who their attendees are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Reach, Standing, may
from sessiontui.domain.engagement import Engagement
from sessiontui.domain.errors import Refused
from sessiontui.domain.instants import to_ms
from sessiontui.domain.matching import Attendee, Match, match_all, memory_key
from sessiontui.domain.presence import Signal
from sessiontui.domain.query import words
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Control, RequestState, Source
from sessiontui.intake import Attendee as Row
from sessiontui.intake import MeetingReport, Registrant
from sessiontui.services.importing.outcome import Attachment, FileOutcome, Unmatched, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.stays import Stays
from sessiontui.services.requests import add_step
from sessiontui.services.rights import require_session, verdict
from sessiontui.services.sessions import insert
from sessiontui.store.haystack import spaced
from sessiontui.store.reads import engagement as kept_engagement
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
    tx: Tx,
    register: Register,
    stays: Stays,
    report: MeetingReport,
    outcome: FileOutcome,
    *,
    session_id: int | None,
) -> None:
    """Attach one report to its session, or make one, and gather who was there."""
    try:
        found = await _attach(tx, register, report, outcome, session_id=session_id)
    except Refused as error:
        outcome.refuse(report.line, error.detail, report.title or "")
        outcome.counts[Verdict.REFUSED] += max(0, len(report.lines()) - 1)
        return
    session = await tx.session(found.id)
    outcome.attachments.append(Attachment(report.title or "", found.id, session.title, found.how, found.is_new))
    if not report.lines():
        outcome.counts[Verdict.ADDED if found.is_new else Verdict.UNCHANGED] += 1
        return
    lines = {line: stays.line(outcome) for line in sorted(report.lines())}
    for registrant in report.registrants:
        lines[registrant.line].tell(await _take_registrant(tx, register, report, registrant, found.id))
    matches = await _match(tx, register, report, found.id)
    for key, rows in report.people().items():
        if not matches[key].is_matched:
            outcome.unmatched.append(Unmatched(rows[0].name, found.id, matches[key].candidates))
        elif await kept.identify(tx, found.id, memory_key(_attendee(rows[0])), matches[key].person_id or 0):
            stays.refold(found.id)
            lines[rows[0].line].tell(Verdict.UPDATED)
    for row in report.attendees:
        stays.add(await _stay(tx, report, row, matches[row.key], found.id, session.starts_at), lines[row.line])
    for key, told in report.engagement.items():
        rows = report.people()[key]
        lines[rows[0].line].tell(await _take_engagement(tx, report, rows[0], told, matches[key], found.id))


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
) -> _Found:
    """Return the session of a report; ``Refused`` says why it can have none."""
    if session_id is not None:
        await require_session(tx, Action.IMPORT_FILES, await tx.session(session_id))
        return _Found(session_id, "as you said")
    found = await _find(tx, report, outcome)
    if found is None:
        return await _make(tx, register, report)
    answer = await verdict(tx.fetch, tx.by, Action.IMPORT_FILES, found.id)
    if not answer.allowed:
        raise Refused(answer.reason)
    return found


async def _find(tx: Tx, report: MeetingReport, outcome: FileOutcome) -> _Found | None:
    source, key = str(report.platform), key_of(report)
    again = await kept.session_of(tx.fetch, source, key)
    if again is not None:
        return _Found(again, "by the report's own id")
    if report.unique_id:
        meeting = await kept.session_of_meeting(tx.fetch, f"{source}:{report.unique_id}")
        if meeting is not None:
            return _Found(meeting, "by the platform's id of the meeting")
    starts_at, ends_at = _window(report)
    overlapping = await kept.overlapping(tx.fetch, starts_at, ends_at)
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
    return None


def _window(report: MeetingReport) -> tuple[datetime, datetime]:
    if report.starts_at is None or report.ends_at is None or report.ends_at <= report.starts_at:
        raise Refused("the report has no usable window: say with --session to which session it belongs")
    return report.starts_at, report.ends_at


async def _make(tx: Tx, register: Register, report: MeetingReport) -> _Found:
    source, window = str(report.platform), _window(report)
    author_id = await _author(tx, register, report)
    title = report.title or f"{source.capitalize()} meeting {report.meeting_id or ''}".strip()
    session_id = await insert(
        tx,
        control=Control.SCHEDULED,
        starts_at=window[0],
        ends_at=window[1],
        author_id=author_id,
        source=source,
        external_id=key_of(report),
        title=safe_line(title),
        kind="conversation",
        meeting_key=f"{source}:{report.unique_id}" if report.unique_id else "",
        meeting_id=digits(report.meeting_id),
    )
    return _Found(session_id, "made from the report", is_new=True)


async def _author(tx: Tx, register: Register, report: MeetingReport) -> int | None:
    """Return the person who held the meeting: by address, else by the only exact name, else newly known.

    Who may import own meetings only takes those that they held, and those of which nobody is told to be the host.
    """
    limited = may(tx.by, Action.IMPORT_FILES).reach is not Reach.YES
    host = report.host
    if host is None or not (host.name or host.email):
        return tx.by.id if limited else None
    name, email = host.name or "", host.email
    if not name:  # the address may stand beside a name among those who were there
        name = next((row.name for row in report.attendees if email and row.email == email), "")
    known = register.by_email(email) if email else register.only_called(name)
    if limited and known != tx.by.id:
        raise Refused(may(tx.by, Action.IMPORT_FILES, Standing()).reason)
    if known is not None:
        return known
    email = email or next((row.email for row in report.attendees if row.name == name and row.email), None)
    return await register.meet(name=safe_line(name), email=email)


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


async def _stay(
    tx: Tx, report: MeetingReport, row: Row, match: Match, session_id: int, starts_at: datetime
) -> PresenceReport:
    joined_at = row.joined_at or report.starts_at or starts_at
    until, approximate = row.left_at, False
    if row.seconds is not None and not row.contradictory:
        total = timedelta(seconds=row.seconds)
        if row.joined_at is None or (until is not None and until - joined_at > total + ROUNDING):
            until, approximate = joined_at + total, True
    attendee_id = None if match.is_matched else await _attendee_id(tx, session_id, row)
    place = "total" if row.joined_at is None else str(to_ms(joined_at))
    return PresenceReport(
        session_id=session_id,
        signal=Signal.STAY,
        at=joined_at,
        until=until,
        source=Source.IMPORT,
        person_id=match.person_id,
        attendee_id=attendee_id,
        approximate=approximate,
        key=f"{report.platform}:{row.key}:{place}",
    )


async def _take_engagement(
    tx: Tx, report: MeetingReport, row: Row, told: Engagement, match: Match, session_id: int
) -> Verdict:
    """Keep how one person took part; later reports of the same meeting only add to it."""
    grown = await kept_engagement.keep(
        tx,
        session_id,
        str(report.platform),
        row.key,
        told,
        person_id=match.person_id,
        attendee_id=None if match.is_matched else await _attendee_id(tx, session_id, row),
    )
    if grown is False:
        return Verdict.UNCHANGED
    tx.touch(session_id, words=False)
    return Verdict.UPDATED if grown else Verdict.ADDED


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
        name_key=spaced(row.name),
        email=safe_line(row.email or ""),
        external_id=safe_line(row.external_id or ""),
    )


async def _take_registrant(
    tx: Tx, register: Register, report: MeetingReport, registrant: Registrant, session_id: int
) -> Verdict:
    """Turn one who signed up into a request, by the address; without one nobody knows who it is."""
    if not registrant.email:
        return Verdict.UNCHANGED
    person_id = await register.meet(name=safe_line(registrant.name), email=registrant.email)
    if await of_person(tx.fetch, session_id, person_id):
        return Verdict.UNCHANGED
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
    return Verdict.ADDED

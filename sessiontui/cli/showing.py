"""``show``: one session whole, as text or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.cli import alerts, output, places
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.do import conversing, plans, recordings
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.engagement import told as told_of
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import clock, minutes, span
from sessiontui.domain.risk.telling import told
from sessiontui.domain.seats import told as told_seats
from sessiontui.domain.signs import sign
from sessiontui.domain.telling import STAGES
from sessiontui.services import boards
from sessiontui.services.told import session_json

if TYPE_CHECKING:
    from sessiontui.services.pictures import AttendanceLine, HistoryLine, PresenceLine, RequestLine, SessionDetail

_REQUESTS: Final = (
    Column(heading="Request", right=True),
    Column(heading="Person", least=12),
    Column(heading="State"),
    Column(heading="Asked"),
    Column(heading="Decided"),
    Column(heading="By", least=8),
    Column(heading="Message or reason", least=17),
)
_PRESENCE: Final = (
    Column(heading="Person", least=12),
    Column(heading="From"),
    Column(heading="To"),
    Column(heading="Min", right=True),
    Column(heading="Source"),
    Column(heading="Remarks", least=8),
)
_ATTENDANCE: Final = (
    Column(heading="Guest", least=12),
    Column(heading="Verdict"),
    Column(heading="Min", right=True),
    Column(heading="First join"),
    Column(heading="Why", least=17),
)
_HISTORY: Final = (
    Column(heading="Entry", right=True),
    Column(heading="When"),
    Column(heading="Who", least=8),
    Column(heading="What", least=20),
    Column(heading="Reason", least=8),
)


def run(options: argparse.Namespace) -> int:
    """Show one session."""
    return carry_out(options, _show)


async def _show(call: Call) -> int:
    options = call.options
    session_id = await boards.find(call.context, options.id)
    detail = await boards.detail(call.context, session_id, now=call.clock(), by=call.actor, as_of=options.at)
    if options.json:
        output.put_json(session_json(detail))
    else:
        output.put(*as_text(detail, call.zone, plain=output.is_plain(asked=options.ascii), width=output.width()))
    return 0


def as_text(detail: SessionDetail, zone: ZoneInfo, *, plain: bool, width: int | None) -> Iterator[str]:
    """Yield the lines of a session as a person reads it."""
    line = detail.line
    yield f"{line.title}  #{line.id}"
    yield f"{sign(line.status, plain=plain)}: {line.beside}"
    yield f"Why: {line.why}"
    if line.badges:
        yield f"Badges: {', '.join(str(badge) for badge in line.badges)}"
    for part in line.alerts:
        yield alerts.in_a_line(part, zone)
    yield "-".join(f"[{word}]" if place == detail.stage else word for place, word in enumerate(STAGES))
    yield ""
    for name, value in _facts(detail, zone):
        yield f"{name + ':' if name else '':<12} {value}"
    if detail.description:
        yield ""
        yield from detail.description.splitlines()
    if detail.plan is not None:
        yield ""
        yield from plans.as_text(detail.plan)
    tables = (
        ("Requests", _REQUESTS, [_request_row(part, zone) for part in detail.requests]),
        ("Presence", _PRESENCE, [row for part in detail.presence for row in _presence_rows(part, zone)]),
        ("Attendance", _ATTENDANCE, [_attendance_row(part, zone) for part in detail.attendance]),
        ("Recordings", recordings.COLUMNS, [recordings.row(part, zone) for part in detail.recordings]),
        *conversing.tables(detail, zone),
        ("History", _HISTORY, [_history_row(part, zone) for part in detail.history]),
    )
    for title, columns, rows in tables:
        if rows:
            yield ""
            yield f"{title} ({len(rows)})"
            yield from lay_out(columns, rows, width=width, plain=plain)
        if title == "Recordings":
            yield from conversing.talk_lines(detail.talk, zone)


def _facts(detail: SessionDetail, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    line = detail.line
    yield "Window", _window(line.starts_at, line.ends_at, zone)
    together = "" if line.together is None else f", together {span(minutes(line.together))}"
    ran = f"{span(minutes(line.actual))} of {span(minutes(line.scheduled))}"
    yield "Duration", f"{ran} ({line.efficiency:.0%}){together}"
    yield "Kind", f"{line.kind}, priority {line.priority}"
    if detail.made_from is not None:
        yield "Template", f"{detail.made_from.name}, version {detail.made_from.version}"
    if detail.project is not None:
        yield "Project", f"{detail.project.name} ({detail.project.slug})"
        yield from (("Decided" if place == 0 else "", title) for place, title in enumerate(detail.project.decided))
    yield "Mentor", line.mentor or "nobody"
    if detail.mentor_phone or detail.mentor_zone:
        yield "", ", ".join(part for part in (detail.mentor_phone, detail.mentor_zone) if part)
    yield "Author", line.author or "nobody"
    yield "Requests", f"{line.pending} pending, {line.approved} approved, {line.rejected} rejected"
    yield "Seats", told_seats(detail.seats, zone, now=detail.taken_at)
    if detail.risk is not None:
        first, *rest = told(detail.risk.risk, detail.risk.names)
        yield "Risk", first
        yield from (("", text) for text in rest)
    yield from _went(detail)
    if line.tags:
        yield "Tags", ", ".join(line.tags)
    yield "Link", detail.link or "none"
    if detail.place is not None:
        yield from places.facts(detail.place, zone)
    if line.external_id:
        yield "Outside id", f"{line.source}:{line.external_id}"
    for start, end in detail.pauses:
        yield "Paused", f"{clock(start, zone)} to {clock(end, zone) if end else 'now'}"
    if line.archived_at:
        yield "Archived", rfc3339(line.archived_at)


def _went(detail: SessionDetail) -> Iterator[tuple[str, str]]:
    """Yield how it went: each score with the facts behind it; before the end how long it is likely to take."""
    if detail.went is None:
        return
    if detail.went.prediction is not None:
        yield "Takes", detail.went.prediction.said
    if detail.went.card is not None:
        name = "Scores"
        for scored in detail.went.card.scores:
            yield name, scored.told
            name = ""
    for one in detail.went.learned:
        yield "Learned", f"{one.person}: {one.skill} {one.before:g} before, {one.after:g} after, of 100"


def _window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    shown = f"{start:%a %Y-%m-%d %H:%M} to {last} {zone.key}"
    if start.utcoffset():
        shown += f" ({rfc3339(starts_at)} to {rfc3339(ends_at)})"
    return shown


def _request_row(part: RequestLine, zone: ZoneInfo) -> list[str]:
    state = f"{part.state}, no seat" if part.waiting else str(part.state)
    return [
        str(part.id), part.person, state, _when(part.requested_at, zone), _when(part.decided_at, zone),
        part.decided_by, part.reason or part.message,
    ]  # fmt: skip


def _presence_rows(part: PresenceLine, zone: ZoneInfo) -> Iterator[list[str]]:
    for stay in part.stays:
        facts = (
            ("host", part.is_host),
            ("walk-in", not part.is_host and part.matched and not part.approved),
            ("unmatched", not part.matched),
            ("here", stay.left_at is None),
            ("approximate", stay.approximate),
            ("contradictory", stay.contradictory),
        )
        said = [told_of(part.engagement)] if part.is_host and part.engagement.is_known else []
        length = "" if stay.left_at is None else str(max(0, minutes(stay.left_at - stay.joined_at)))
        yield [
            part.person, _when(stay.joined_at, zone), _when(stay.left_at, zone), length, str(stay.source),
            ", ".join([*(word for word, holds in facts if holds), *said]),
        ]  # fmt: skip


def _attendance_row(part: AttendanceLine, zone: ZoneInfo) -> list[str]:
    facts = [part.why, *(["walk-in"] if part.walk_in else []), *(["provisional"] if part.provisional else [])]
    if took_part := told_of(part.engagement):
        facts.append(took_part)
    length, joined = str(minutes(part.stayed)), _when(part.first_join, zone)
    return [part.person, str(part.verdict), length if part.first_join else "", joined, "; ".join(facts)]


def _history_row(part: HistoryLine, zone: ZoneInfo) -> list[str]:
    return [
        str(part.id),
        _when(part.at, zone),
        part.by,
        part.sentence + (" (undone)" if part.undone else ""),
        part.reason,
    ]


def _when(instant: datetime | None, zone: ZoneInfo) -> str:
    return "" if instant is None else f"{instant.astimezone(zone):%m-%d %H:%M}"

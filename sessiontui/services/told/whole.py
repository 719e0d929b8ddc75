"""One session whole: its row, its parts, and who did what to it; instants are RFC 3339 in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.telling import STAGES
from sessiontui.services.exporting import engagement_as_json, minutes_of, session_row, template_columns
from sessiontui.services.scoring.rows import went_as_json
from sessiontui.services.told.parts import (
    alert_json,
    files_json,
    links_json,
    place_json,
    recording_json,
    risk_json,
    talk_json,
    team_json,
)
from sessiontui.services.told.plan import plan_json

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.pictures import AttendanceLine, HistoryLine, PresenceLine, RequestLine, SessionDetail

_NO_CHANGE: Final = frozenset({"refused", "session.moderate", "session.reveal", "recording.open", "file.open"})
"""Entries of a history that tell of a look, or of one that was refused."""


def session_json(detail: SessionDetail) -> dict[str, object]:
    """Return everything about a session for JSON: the row of ``list``, and what lies behind it."""
    line, made = detail.line, detail.made_from
    return {
        "taken_at": rfc3339(detail.taken_at),
        **session_row(line),
        **template_columns(None if made is None else (made.slug, made.version)),
        "alerts": [alert_json(part) for part in line.alerts],
        "control": str(line.control),
        "provisional": line.provisional,
        "beside": line.beside,
        "stage": STAGES[detail.stage],
        "together_minutes": None if line.together is None else minutes_of(line.together),
        "capacity": line.capacity or None,
        "seats": _seats(detail),
        "tags": list(line.tags),
        "fields": dict(detail.fields),
        "description": detail.description,
        "link": detail.link or None,
        "place": None if detail.place is None else place_json(detail.place),
        "created_at": maybe_rfc3339(detail.created_at),
        "updated_at": maybe_rfc3339(updated_at(detail)),
        "begin": maybe_rfc3339(detail.begin),
        "final_end": maybe_rfc3339(detail.final_end),
        "archived_at": maybe_rfc3339(line.archived_at),
        "version": line.version,
        "blocked": {str(move): reason for move, reason in detail.blocked.items() if reason},
        "requests": [_request(part) for part in detail.requests],
        "presence": [_presence(part) for part in detail.presence],
        "attendance": [_attendance(part) for part in detail.attendance],
        "pauses": [{"from": rfc3339(start), "to": maybe_rfc3339(end)} for start, end in detail.pauses],
        "plan": None if detail.plan is None else plan_json(detail.plan),
        "project": None if detail.project is None else detail.project.as_json(),
        "recordings": [recording_json(part) for part in detail.recordings],
        "comments": talk_json(detail.talk),
        "files": files_json(detail.files),
        "links": links_json(detail.files),
        "collaborators": team_json(detail.team),
        "history": [_history(part) for part in detail.history],
        **went_as_json(detail.went),
        "risk": None if detail.risk is None else risk_json(detail.risk),
    }


def updated_at(detail: SessionDetail) -> datetime | None:
    """Return when somebody last did something to a session; looking at it, and being refused, are not of that."""
    done = (line.at for line in detail.history if line.action not in _NO_CHANGE)
    return max(done, default=detail.created_at)


def _seats(detail: SessionDetail) -> dict[str, object] | None:
    seats = detail.seats
    if not seats.capacity:
        return None
    return {
        "capacity": seats.capacity,
        "approved": seats.approved,
        "free": seats.free,
        "waiting": seats.waiting,
        "next": seats.first or None,
        "since": maybe_rfc3339(seats.since),
    }


def _request(part: RequestLine) -> dict[str, object]:
    return {
        "id": part.id,
        "person_id": part.person_id,
        "person": part.person,
        "state": str(part.state),
        "requested_at": maybe_rfc3339(part.requested_at),
        "decided_at": maybe_rfc3339(part.decided_at),
        "decided_by": part.decided_by or None,
        "reason": part.reason or None,
        "message": part.message or None,
        "waiting": part.waiting,
    }


def _presence(part: PresenceLine) -> dict[str, object]:
    return {
        "person_id": part.person_id,
        "person": part.person,
        "host": part.is_host,
        "approved": part.approved,
        "matched": part.matched,
        "here": part.here,
        "minutes": minutes_of(part.stayed),
        "engagement": engagement_as_json(part.engagement),
        "stays": [
            {
                "joined_at": rfc3339(stay.joined_at),
                "left_at": maybe_rfc3339(stay.left_at),
                "source": str(stay.source),
                "approximate": stay.approximate,
                "contradictory": stay.contradictory,
            }
            for stay in part.stays
        ],
    }


def _attendance(part: AttendanceLine) -> dict[str, object]:
    return {
        "person_id": part.person_id,
        "person": part.person,
        "verdict": str(part.verdict),
        "why": part.why,
        "minutes": minutes_of(part.stayed),
        "first_join": maybe_rfc3339(part.first_join),
        "last_leave": maybe_rfc3339(part.last_leave),
        "here": part.here,
        "expected": part.expected,
        "walk_in": part.walk_in,
        "provisional": part.provisional,
        "corrected_by": part.corrected_by or None,
        "corrected_at": maybe_rfc3339(part.corrected_at),
        "reason": part.reason or None,
        "engagement": engagement_as_json(part.engagement),
    }


def _history(part: HistoryLine) -> dict[str, object]:
    return {
        "id": part.id,
        "at": rfc3339(part.at),
        "by": part.by,
        "action": part.action,
        "sentence": part.sentence,
        "reason": part.reason or None,
        "undone": part.undone,
    }

"""One session, request, stay or verdict as a flat row, in the words that command line, export and API share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sessiontui.domain.engagement import Engagement
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.vocabulary import LIVE_STATUS, WORK_STATUS
from sessiontui.services.pictures import AttendanceLine, PresenceLine, RequestLine, SessionLine

Cell: TypeAlias = "str | int | float | list[str] | None"

HIDDEN: Final = "(hidden)"
"""Stands for names that the one who exports may not see."""

ENGAGEMENT: Final = (
    "talk_seconds", "webcam_seconds", "messages", "reactions", "raised_hands", "poll_answers",
)  # fmt: skip
"""How somebody took part, as far as a platform tells it."""

_PEOPLE: Final = frozenset(
    {
        "mentor", "author", "person", "decided_by", "corrected_by", "settled_by", "reached_by", "done_by",
        "opened_by", "resolved_by", "message", "reason", "detail", "resolution",
    }
)  # fmt: skip
"""The columns that name people, or hold what people wrote of each other."""


def session_row(line: SessionLine) -> dict[str, Cell]:
    """Return one session in the shape that command line, export and API share; instants are RFC 3339 in UTC."""
    return {
        "id": line.id,
        "external_id": line.external_id or None,
        "source": line.source,
        "title": line.title,
        "kind": str(line.kind),
        "priority": str(line.priority),
        "status": str(line.status),
        "why": line.why,
        "badges": [str(badge) for badge in line.badges],
        "starts_at": rfc3339(line.starts_at),
        "ends_at": rfc3339(line.ends_at),
        "scheduled_minutes": minutes_of(line.scheduled),
        "actual_minutes": minutes_of(line.actual),
        "efficiency": round(line.efficiency, 4),
        "pending": line.pending,
        "approved": line.approved,
        "rejected": line.rejected,
        "active": line.active,
        "left": line.left,
        "mentor": line.mentor or None,
        "author": line.author or None,
        "live_status": LIVE_STATUS[line.status],
        "work_status": WORK_STATUS[line.status],
        "rank": line.rank,
    }


def template_columns(made: tuple[str, int] | None) -> dict[str, Cell]:
    """Return from which template a session was made, as columns of its row."""
    slug, version = made or (None, None)
    return {"template": slug, "template_version": version}


def request_row(line: SessionLine, part: RequestLine) -> dict[str, Cell]:
    """Return one request of a session."""
    return {
        "session": line.id,
        "session_title": line.title,
        "id": part.id,
        "person": part.person,
        "state": str(part.state),
        "requested_at": maybe_rfc3339(part.requested_at),
        "decided_at": maybe_rfc3339(part.decided_at),
        "decided_by": part.decided_by or None,
        "reason": part.reason or None,
        "message": part.message or None,
    }


def presence_rows(line: SessionLine, part: PresenceLine, now: datetime) -> list[dict[str, Cell]]:
    """Return the stays of one person in a session; who is still there has stayed until ``now``."""
    return [
        {
            "session": line.id,
            "session_title": line.title,
            "person": part.person,
            "matched": _yes(part.matched),
            "host": _yes(part.is_host),
            "joined_at": rfc3339(stay.joined_at),
            "left_at": maybe_rfc3339(stay.left_at),
            "source": str(stay.source),
            "minutes": minutes_of(max(timedelta(), (stay.left_at or now) - stay.joined_at)),
            "approximate": _yes(stay.approximate),
            "contradictory": _yes(stay.contradictory),
        }
        for stay in part.stays
    ]


def attendance_row(line: SessionLine, part: AttendanceLine) -> dict[str, Cell]:
    """Return who came to a session, or did not."""
    return {
        "session": line.id,
        "session_title": line.title,
        "person": part.person,
        "verdict": str(part.verdict),
        "minutes": minutes_of(part.stayed),
        "first_join": maybe_rfc3339(part.first_join),
        "last_leave": maybe_rfc3339(part.last_leave),
        "expected": _yes(part.expected),
        "walk_in": _yes(part.walk_in),
        "provisional": _yes(part.provisional),
        "corrected_by": part.corrected_by or None,
        "reason": part.reason or None,
        **engagement_as_json(part.engagement),
    }


def without_names(row: dict[str, Cell]) -> dict[str, Cell]:
    """Return a row without names, and without what people wrote, which may hold some."""
    unnamed = {name: HIDDEN if name in _PEOPLE and value else value for name, value in row.items()}
    told = str(unnamed.get("why", ""))
    if told.startswith("cancelled"):
        unnamed["why"] = "cancelled"
    elif told.startswith("completed by "):
        unnamed["why"] = f"completed by {HIDDEN}{told[told.rfind('; ') :]}"
    return unnamed


def minutes_of(length: timedelta) -> int | float:
    """Return a duration in minutes, whole where it is whole, else to two digits.

    >>> minutes_of(timedelta(minutes=25)), minutes_of(timedelta(seconds=90))
    (25, 1.5)
    """
    value = round(length / timedelta(minutes=1), 2)
    return int(value) if value == int(value) else value


def engagement_as_json(told: Engagement) -> dict[str, int | float | None]:
    """Return how somebody took part, in the columns of ``ENGAGEMENT``; ``None`` where no platform tells it."""
    values = (
        _seconds(told.talk), _seconds(told.webcam), told.messages, told.reactions, told.raised_hands,
        told.poll_answers,
    )  # fmt: skip
    return dict(zip(ENGAGEMENT, values, strict=True))


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"

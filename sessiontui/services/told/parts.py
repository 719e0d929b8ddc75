"""The parts of a session: where it meets, its alerts, what is said and kept in it, how likely people come."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.places.looking import verdict_of
from sessiontui.domain.risk.telling import reasons
from sessiontui.services.exporting import minutes_of

if TYPE_CHECKING:
    from sessiontui.domain.risk import Precision
    from sessiontui.services.collaborating import Team
    from sessiontui.services.files.shown import Files
    from sessiontui.services.pictures import AlertLine, RiskLine
    from sessiontui.services.places.line import PlaceLine
    from sessiontui.services.recordings.shown import RecordingLine
    from sessiontui.services.talk.shown import Talk


def place_json(place: PlaceLine) -> dict[str, object]:
    """Return where a session meets for JSON."""
    look, wait = place.look, place.waiting
    return {
        "platform": place.platform or None,
        "room": str(place.state) or None,
        "room_id": place.room_id or None,
        "has_passcode": place.has_passcode,
        "backup_link": place.backup_link or None,
        "probe": None
        if look is None
        else {
            "works": look.works,
            "verdict": verdict_of(look),
            "fact": look.fact,
            "at": rfc3339(look.at),
            "since": rfc3339(look.since),
        },
        "waiting": None
        if wait is None
        else {
            "platform": wait.platform,
            "order": wait.kind,
            "attempts": wait.attempts,
            "error": wait.error or None,
            "again_at": maybe_rfc3339(wait.again_at),
        },
    }


def alert_json(line: AlertLine) -> dict[str, object]:
    """Return an alert for JSON; ``session`` is the number of its session, or null."""
    return {
        "id": line.id or None,
        "rule": str(line.rule),
        "severity": str(line.severity),
        "session": line.session_id,
        "subject": line.subject,
        "opened_at": rfc3339(line.opened_at),
        "facts": dict(line.facts),
        "why": line.sentence,
        "actions": [str(action) for action in line.actions],
        "state": str(line.state),
        "acknowledged_by": line.acknowledged_by or None,
        "acknowledged_at": maybe_rfc3339(line.acknowledged_at),
        "snoozed_until": maybe_rfc3339(line.snoozed_until),
        "escalated_at": maybe_rfc3339(line.escalated_at),
        "note": line.note or None,
    }


def recording_json(line: RecordingLine) -> dict[str, object]:
    """Return a recording for JSON; ``do recording open`` alone hands out its link."""
    return {
        "id": line.id,
        "title": line.title,
        "minutes": None if line.length is None else minutes_of(line.length),
        "audience": str(line.audience),
        "people": [{"id": person_id, "name": name} for person_id, name in line.people],
        "added_at": rfc3339(line.added_at),
        "added_by": line.added_by,
        "opened": line.opened,
        "openings": [{"by": one.by, "at": rfc3339(one.at)} for one in line.openings],
    }


def talk_json(talk: Talk | None) -> list[dict[str, object]] | None:
    """Return the comments of a session for JSON, ``None`` where the reader may not know them."""
    if talk is None or talk.hidden:
        return None
    return [
        {
            "id": one.id,
            "answers": one.parent_id,
            "author": one.author or None,
            "at": rfc3339(one.at),
            "text": None if one.deleted_at is not None else one.body,
            "edited_at": maybe_rfc3339(one.edited_at),
            "deleted_at": maybe_rfc3339(one.deleted_at),
            "before": [{"text": text, "since": rfc3339(since)} for text, since in one.before],
            "new": one.is_new,
        }
        for one in talk.comments
    ]


def files_json(files: Files | None) -> list[dict[str, object]] | None:
    """Return every version of the files of a session for JSON, ``None`` where the reader may not know them."""
    if files is None or files.hidden:
        return None
    return [
        {
            "id": one.id,
            "name": one.name,
            "version": one.version,
            "newest": one.is_newest,
            "size": one.size,
            "media_type": one.media_type,
            "sha256": one.sha256,
            "odd": one.odd or None,
            "added_at": rfc3339(one.added_at),
            "added_by": one.added_by or None,
            "cleared_at": maybe_rfc3339(one.cleared_at),
            "opened": one.opened,
            "openings": [{"by": opening.by or None, "at": rfc3339(opening.at)} for opening in one.openings],
        }
        for one in files.files
    ]


def links_json(files: Files | None) -> list[dict[str, object]] | None:
    """Return the links of a session for JSON, ``None`` where the reader may not know them."""
    if files is None or files.hidden:
        return None
    return [
        {
            "id": one.id,
            "title": one.title,
            "link": one.link,
            "added_at": rfc3339(one.added_at),
            "added_by": one.added_by,
        }
        for one in files.links
    ]


def team_json(team: Team | None) -> list[dict[str, object]]:
    """Return who works on a session for JSON."""
    return [
        {"person_id": one.person_id, "name": one.name, "role": str(one.role), "since": rfc3339(one.added_at)}
        for one in (() if team is None else team.people)
    ]


def risk_json(line: RiskLine) -> dict[str, object]:
    """Return the chance that nobody comes to one session for JSON."""
    risk = line.risk
    return {
        "chance": risk.chance,
        "threshold": risk.threshold,
        "at_risk": risk.is_marked,
        "base_rate": risk.base_rate,
        "cases": risk.cases,
        "people": [
            {
                "person": line.names.get(person.who) or None,
                "chance": person.chance,
                "low": person.low,
                "high": person.high,
                "came": person.came,
                "past": person.past,
                "usual": person.usual,
                "reasons": list(reasons(person)),
            }
            for person in risk.people
        ],
        "warnings": precision_json(risk.warnings),
    }


def precision_json(found: Precision | None) -> dict[str, object] | None:
    """Return how often warnings were right for JSON."""
    return None if found is None else {**asdict(found), "share": found.share}

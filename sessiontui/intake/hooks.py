"""Webhooks of meeting platforms as neutral news: who came to which meeting, left it, or that it ended.

Ids are text whichever way they were written; whoever came is named by the id of their one connection, so that a leave
finds its join whatever else it says of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import EARLIEST, LATEST, from_ms, parse_instant
from sessiontui.domain.text import safe_line
from sessiontui.intake.meeting_reports import Platform
from sessiontui.intake.records import JsonValue

MAX_ID: Final = 300


class Happening(StrEnum):
    """What a webhook tells of; whatever else platforms tell is ``OTHER``, and changes nothing."""

    STARTED = "started"
    JOINED = "joined"
    LEFT = "left"
    ENDED = "ended"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookNews:
    """One piece of news: ``meeting`` is the one occurrence, ``room`` the id that may be used again.

    ``participant`` is one connection of somebody; ``ids`` are what the platform calls them, the surest first.
    """

    source: Platform
    happening: Happening
    meeting: str = ""
    room: str = ""
    title: str = ""
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    participant: str = ""
    name: str = ""
    email: str = ""
    ids: tuple[str, ...] = ()


def zoom_news(value: JsonValue) -> HookNews:
    """Return what a webhook of Zoom tells; ``BadInput`` where it is none."""
    body = _object(value, "the body")
    event = _text(body, "event")
    if not event:
        raise BadInput("event: is missing")
    happening = _ZOOM.get(event, Happening.OTHER)
    if happening is Happening.OTHER:
        return HookNews(source=Platform.ZOOM, happening=happening)
    meeting = _object(_object(body.get("payload"), "payload").get("object"), "payload.object")
    person = meeting.get("participant")
    somebody = _object(person, "participant") if happening in (Happening.JOINED, Happening.LEFT) else {}
    own = {Happening.JOINED: "join_time", Happening.LEFT: "leave_time"}.get(happening, "")
    whole = {Happening.STARTED: "start_time", Happening.ENDED: "end_time"}.get(happening, "")
    at = _instant(somebody.get(own)) or _instant(meeting.get(whole)) or _epoch(body.get("event_ts"))
    uuid, room = _id(meeting, "uuid"), _id(meeting, "id").replace(" ", "").replace("-", "")
    if not (uuid or room):
        raise BadInput("payload.object: has neither id nor uuid")
    if at is None:
        raise BadInput("event_ts: no instant is told")
    participant = _id(somebody, "participant_uuid") or _id(somebody, "user_id") or _id(somebody, "id")
    if somebody and not participant:
        raise BadInput("participant: has no id")
    return HookNews(
        source=Platform.ZOOM,
        happening=happening,
        meeting=uuid or room,
        room=room,
        title=safe_line(_text(meeting, "topic")),
        at=at,
        participant=participant,
        name=safe_line(_text(somebody, "user_name")).strip(),
        email=safe_line(_text(somebody, "email"), 320).strip(),
        ids=_ids(somebody, "customer_key", "participant_user_id", "id"),
    )


def bbb_news(value: JsonValue) -> HookNews:
    """Return what one event of a BigBlueButton webhook tells; ``BadInput`` where it is none."""
    told = _object(_object(value, "the event").get("data"), "data")
    name = _text(told, "id")
    if not name:
        raise BadInput("data.id: is missing")
    happening = _BBB.get(name, Happening.OTHER)
    if happening is Happening.OTHER:
        return HookNews(source=Platform.BBB, happening=happening)
    attributes = _object(told.get("attributes"), "data.attributes")
    meeting = _object(attributes.get("meeting"), "meeting")
    somebody = _object(attributes.get("user"), "user") if happening in (Happening.JOINED, Happening.LEFT) else {}
    own = _object(told.get("event"), "data.event")
    at = _epoch(own.get("ts"))
    inner, outer = _id(meeting, "internal-meeting-id"), _id(meeting, "external-meeting-id")
    if not (inner or outer):
        raise BadInput("meeting: has no id")
    if at is None:
        raise BadInput("data.event.ts: no instant is told")
    participant = _id(somebody, "internal-user-id") or _id(somebody, "external-user-id")
    if somebody and not participant:
        raise BadInput("user: has no id")
    return HookNews(
        source=Platform.BBB,
        happening=happening,
        meeting=inner or outer,
        room=outer,
        title=safe_line(_text(meeting, "name")),
        at=at,
        participant=participant,
        name=safe_line(_text(somebody, "name")).strip(),
        ids=_ids(somebody, "external-user-id"),
    )


_ZOOM: Final = {
    "meeting.started": Happening.STARTED,
    "meeting.participant_joined": Happening.JOINED,
    "meeting.participant_left": Happening.LEFT,
    "meeting.ended": Happening.ENDED,
    "webinar.started": Happening.STARTED,
    "webinar.participant_joined": Happening.JOINED,
    "webinar.participant_left": Happening.LEFT,
    "webinar.ended": Happening.ENDED,
}

_BBB: Final = {
    "meeting-created": Happening.STARTED,
    "user-joined": Happening.JOINED,
    "user-left": Happening.LEFT,
    "meeting-ended": Happening.ENDED,
}


def _object(value: object, name: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise BadInput(f"{name}: is no object")
    return value


def _text(values: Mapping[str, JsonValue], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _id(values: Mapping[str, JsonValue], name: str) -> str:
    """Return an id as text, whether it was written as text or as a number."""
    value = values.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        value = str(value)
    return safe_line(value, MAX_ID).strip() if isinstance(value, str) else ""


def _ids(values: Mapping[str, JsonValue], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for name in names if (found := _id(values, name))))


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return parse_instant(value[:60])
    except BadInput:
        return None


def _epoch(value: object) -> datetime | None:
    """Return the instant of milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**14:
        return None
    instant = from_ms(value)
    return instant if EARLIEST <= instant.year <= LATEST else None

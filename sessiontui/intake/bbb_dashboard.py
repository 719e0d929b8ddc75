"""BigBlueButton's learning dashboard: one JSON object with a meeting, its people and their intervals.

Instants are milliseconds since 1970; zero says that something has not happened yet. A person who came in again has
one internal id for each time, or, since version 2.6, one with several sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.engagement import Engagement
from sessiontui.domain.errors import BadInput
from sessiontui.intake.attendees import name_of, whole_seconds, window_of
from sessiontui.intake.bbb_acts import covered
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.meeting_reports import Attendee, MeetingReport, Platform
from sessiontui.intake.strict_json import parse_json
from sessiontui.intake.timeline import instant_of_epoch

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.source import Source

_MAX_ID: Final = 500
_LATEST: Final = 8_000_000_000_000  # ms; past the calendar
_HANDS: Final = frozenset({"raisehand", "hand"})


def read(source: Source, findings: Findings) -> None:
    """Read a dashboard into one report; the *line* of a person is their number in the list of users."""
    try:
        meeting = parse_json(source.text.lstrip("\ufeff \t\r\n"))
    except BadInput as error:
        raise BadInput(error.detail, hint="export the dashboard's JSON again", place=source.name) from None
    users = meeting.get("users") if isinstance(meeting, Mapping) else None
    if not isinstance(meeting, Mapping) or not isinstance(users, Mapping):
        raise BadInput("it has no list of users, as a learning dashboard has", place=source.name)
    begun, over = _instant(meeting.get("createdOn")), _instant(meeting.get("endedOn"))
    attendees: list[Attendee] = []
    engagement: dict[str, Engagement] = {}
    for number, (key, user) in enumerate(users.items(), start=1):
        if isinstance(user, Mapping):
            stays = _stays(user, number, over, findings)
            attendees += stays
            for who in {stay.key for stay in stays}:
                engagement[who] = engagement.get(who, Engagement()) + _engagement(user, meeting.get("endedOn"))
        else:
            findings.refuse(number, "it is not a user", key)
    if over is None:
        over = window_of(attendees)[1]
        findings.note("the meeting was still going on when this was written; whoever was in it has no end")
    findings.report(
        MeetingReport(
            line=1,
            platform=Platform.BBB,
            unique_id=_id(meeting.get("intId")),
            meeting_id=_id(meeting.get("extId")),
            title=findings.text(_word(meeting.get("name")), line=1, what="the title", limit=MAX_TITLE) or None,
            starts_at=begun,
            ends_at=over,
            attendees=tuple(attendees),
            engagement={who: part for who, part in engagement.items() if part.is_known},
        )
    )


def _stays(user: Mapping[str, JsonValue], number: int, over: datetime | None, findings: Findings) -> list[Attendee]:
    """Return the intervals of one user; one without a name or any interval is refused."""
    name = name_of(_word(user.get("name")), number, findings)
    if not name:
        findings.refuse(number, "the user has no name", _word(user.get("userKey")))
        return []
    found: list[Attendee] = []
    for span in _spans(user):
        joined, left = _instant(span.get("registeredOn")), _instant(span.get("leftOn")) or over
        if joined is None:
            continue
        contradictory = left is not None and left < joined
        found.append(
            Attendee(
                line=number,
                name=name,
                external_id=_id(user.get("extId")) or _id(user.get("userKey")),
                joined_at=joined,
                left_at=left,
                seconds=0 if contradictory else None if left is None else whole_seconds(left - joined),
                role="moderator" if user.get("isModerator") is True else "viewer",
                contradictory=contradictory,
            )
        )
    if not found:
        findings.refuse(number, "nothing tells when the user was in the meeting", name)
    return found


def _engagement(user: Mapping[str, JsonValue], over: JsonValue) -> Engagement:
    """Return how one user took part; what this version of the dashboard does not have stays unknown."""
    talk, webcams, emojis = user.get("talk"), user.get("webcams"), user.get("emojis")
    answers, reactions, hands = user.get("answers"), user.get("reactions"), user.get("raiseHand")
    signs = [_word(one.get("name")).casefold() for one in _list(emojis) if isinstance(one, Mapping)]
    signs = [sign for sign in signs if sign not in ("", "none")]
    has_signs = any(isinstance(one, list | tuple) for one in (emojis, reactions, hands))
    return Engagement(
        talk=_length(talk.get("totalTime")) if isinstance(talk, Mapping) else None,
        webcam=covered(_shown(_list(webcams), over)) if isinstance(webcams, list | tuple) else None,
        messages=_number(user.get("totalOfMessages")),
        reactions=sum(sign not in _HANDS for sign in signs) + len(_list(reactions)) if has_signs else None,
        raised_hands=sum(sign in _HANDS for sign in signs) + len(_list(hands)) if has_signs else None,
        poll_answers=sum(bool(answer) for answer in answers.values()) if isinstance(answers, Mapping) else None,
    )


def _shown(webcams: Sequence[JsonValue], over: JsonValue) -> Iterator[tuple[float, float]]:
    for one in webcams:
        if isinstance(one, Mapping):
            since, until = _number(one.get("startedOn")), _number(one.get("stoppedOn")) or _number(over)
            if since and until:
                yield since, until


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: JsonValue) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST
    return int(value) if is_number and isinstance(value, int | float) else None


def _length(value: JsonValue) -> timedelta | None:
    found = _number(value)
    return None if found is None else timedelta(milliseconds=found)


def _spans(user: Mapping[str, JsonValue]) -> Iterator[Mapping[str, JsonValue]]:
    """Yield every interval of a user: of each internal id, or of each session of one."""
    ids = user.get("intIds")
    for part in ids.values() if isinstance(ids, Mapping) else ():
        if isinstance(part, Mapping):
            sessions = part.get("sessions")
            if isinstance(sessions, Sequence) and not isinstance(sessions, str):
                yield from (session for session in sessions if isinstance(session, Mapping))
            else:
                yield part


def _instant(value: JsonValue) -> datetime | None:
    return instant_of_epoch(value) if isinstance(value, int | float) else None


def _word(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _id(value: JsonValue) -> str | None:
    text = _word(value).replace("\0", "").strip()
    return text[:_MAX_ID] or None

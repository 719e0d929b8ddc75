"""What a BigBlueButton recording tells of how people took part: talk, webcam, messages, signs, polls.

Times are milliseconds of the events' clock. Whoever still talks, or still shows a webcam, does so until they leave
or the meeting ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sessiontui.domain.engagement import Engagement

HEARD: Final = frozenset(
    {
        ("VOICE", "ParticipantTalkingEvent"),
        ("VOICE", "ParticipantLeftEvent"),
        ("WEBCAM", "StartWebcamShareEvent"),
        ("WEBCAM", "StopWebcamShareEvent"),
        ("CHAT", "PublicChatEvent"),
        ("POLL", "UserRespondedToPollRecordEvent"),
        ("PARTICIPANT", "ParticipantStatusChangeEvent"),
        ("PARTICIPANT", "ParticipantLeftEvent"),
    }
)
"""Module and name of the events that tell of it."""

FIELDS: Final = frozenset({"userId", "participant", "talking", "senderId", "stream", "pollId", "status", "value"})

_HAND: Final = frozenset({"raisehand", "hand", "raise_hand"})
_NO_SIGN: Final = frozenset({"", "none", "notinpoll"})


@dataclass(frozen=True, slots=True)
class Act:
    """One event, with those of its fields that tell something."""

    module: str
    name: str
    at: int
    fields: Mapping[str, str]


@dataclass(slots=True)
class _Part:
    """What one internal id has done so far; spans are in milliseconds."""

    talking_since: int | None = None
    showing_since: dict[str, int] = field(default_factory=dict)
    talked: list[tuple[int, int]] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    messages: int = 0
    reactions: int = 0
    hands: int = 0
    polls: set[str] = field(default_factory=set)

    def hush(self, at: int) -> None:
        """End the talk that is going on."""
        if self.talking_since is not None:
            self.talked.append((self.talking_since, at))
            self.talking_since = None

    def hide(self, stream: str, at: int) -> None:
        """End one webcam."""
        since = self.showing_since.pop(stream, None)
        if since is not None:
            self.shown.append((since, at))


def engagements(acts: Iterable[Act], users: Collection[str], ended: int | None) -> dict[str, Engagement]:
    """Return how each of the users, by internal id, took part; a recording tells of all of them."""
    parts: defaultdict[str, _Part] = defaultdict(_Part)
    last = ended or 0
    for act in sorted(acts, key=lambda act: act.at):
        last = max(last, act.at) if ended is None else ended
        if ended is None or act.at <= ended:
            _take(parts, act, users)
    for part in parts.values():
        part.hush(last)
        for stream in list(part.showing_since):
            part.hide(stream, last)
    return {user: _engagement(parts[user]) for user in users}


def covered(spans: Iterable[tuple[float, float]]) -> timedelta:
    """Return how long any of some spans of milliseconds lasted; two at once count once.

    >>> covered([(0, 2_000), (1_000, 3_000), (9_000, 5_000)])
    datetime.timedelta(seconds=3)
    """
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return timedelta(milliseconds=total)


def _take(parts: defaultdict[str, _Part], act: Act, users: Collection[str]) -> None:
    fields, at = act.fields, act.at
    match act.module, act.name:
        case "VOICE", "ParticipantTalkingEvent":
            part = parts[fields.get("participant", "")]
            if fields.get("talking", "").casefold() == "true":
                part.talking_since = at if part.talking_since is None else part.talking_since
            else:
                part.hush(at)
        case "VOICE", "ParticipantLeftEvent":
            parts[fields.get("participant", "")].hush(at)
        case "WEBCAM", "StartWebcamShareEvent":
            stream = fields.get("stream", "")
            parts[_owner(fields, users)].showing_since.setdefault(stream, at)
        case "WEBCAM", _:
            parts[_owner(fields, users)].hide(fields.get("stream", ""), at)
        case "CHAT", _:
            parts[fields.get("senderId", "") or fields.get("userId", "")].messages += 1
        case "POLL", _:
            parts[fields.get("userId", "")].polls.add(fields.get("pollId", ""))
        case "PARTICIPANT", "ParticipantStatusChangeEvent" if fields.get("status") == "emojiStatus":
            sign = fields.get("value", "").casefold()
            part = parts[fields.get("userId", "")]
            part.hands += sign in _HAND
            part.reactions += sign not in _HAND and sign not in _NO_SIGN
        case "PARTICIPANT", "ParticipantLeftEvent":
            part = parts[fields.get("userId", "")]
            part.hush(at)
            for stream in list(part.showing_since):
                part.hide(stream, at)


def _owner(fields: Mapping[str, str], users: Iterable[str]) -> str:
    """Return whose webcam it is; older recordings name the user in the stream alone."""
    user, stream = fields.get("userId", ""), fields.get("stream", "")
    if user:
        return user
    return next((known for known in users if known and known in stream), stream)


def _engagement(part: _Part) -> Engagement:
    return Engagement(
        talk=covered(part.talked),
        webcam=covered(part.shown),
        messages=part.messages,
        reactions=part.reactions,
        raised_hands=part.hands,
        poll_answers=len(part.polls),
    )

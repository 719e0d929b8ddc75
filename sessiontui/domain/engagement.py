"""Engagement: how people took part, as far as the meeting platform tells it.

Every figure may be unknown; zero is a figure. Figures of one person add up over their devices and platforms.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Final

from sessiontui.domain.phrases import count
from sessiontui.domain.records import record

_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


@record(kw_only=True)
class Engagement:
    """How one person took part; ``None`` where the platform does not tell.

    ``reactions`` are emoji and status signs but raised hands, ``poll_answers`` answers to polls, one each.
    """

    talk: timedelta | None = None
    webcam: timedelta | None = None
    messages: int | None = None
    reactions: int | None = None
    raised_hands: int | None = None
    poll_answers: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether the platform tells anything at all."""
        return any(getattr(self, part.name) is not None for part in fields(self))

    def __add__(self, other: Engagement) -> Engagement:
        return Engagement(
            talk=_length_of_both(self.talk, other.talk),
            webcam=_length_of_both(self.webcam, other.webcam),
            messages=_number_of_both(self.messages, other.messages),
            reactions=_number_of_both(self.reactions, other.reactions),
            raised_hands=_number_of_both(self.raised_hands, other.raised_hands),
            poll_answers=_number_of_both(self.poll_answers, other.poll_answers),
        )

    def most(self, other: Engagement) -> Engagement:
        """Return the larger of each figure: of two reports about one person the more complete one counts.

        >>> told(Engagement(messages=2).most(Engagement(messages=1, talk=timedelta(seconds=3))))
        'talked 3 s, 2 messages'
        """
        return Engagement(
            talk=_longer(self.talk, other.talk),
            webcam=_longer(self.webcam, other.webcam),
            messages=_larger(self.messages, other.messages),
            reactions=_larger(self.reactions, other.reactions),
            raised_hands=_larger(self.raised_hands, other.raised_hands),
            poll_answers=_larger(self.poll_answers, other.poll_answers),
        )


UNTOLD: Final = Engagement()
"""What is known where no platform tells anything."""


def told(engagement: Engagement) -> str:
    """Return how somebody took part in words; what did not happen is left out.

    >>> told(Engagement(talk=timedelta(seconds=9.54), webcam=timedelta(seconds=5.554), messages=1, poll_answers=0))
    'talked 10 s, webcam 6 s, 1 message'
    >>> told(Engagement(talk=timedelta(), messages=0)), told(UNTOLD)
    ('took no part', '')
    """
    parts = []
    if engagement.talk:
        parts.append(f"talked {exactly(engagement.talk)}")
    if engagement.webcam:
        parts.append(f"webcam {exactly(engagement.webcam)}")
    for number, noun in (
        (engagement.messages, "message"),
        (engagement.reactions, "reaction"),
        (engagement.raised_hands, "raised hand"),
        (engagement.poll_answers, "poll answer"),
    ):
        if number:
            parts.append(count(number, noun))
    return ", ".join(parts) or ("took no part" if engagement.is_known else "")


def exactly(length: timedelta) -> str:
    """Return a length with its seconds, which count where people talk for less than a minute.

    >>> [exactly(timedelta(seconds=seconds)) for seconds in (0.2, 9.54, 95, 3725)]
    ['1 s', '10 s', '1 min 35 s', '1 h 02']
    """
    if length >= _HOUR:
        hours, rest = divmod(length // _MINUTE, 60)
        return f"{hours} h {rest:02}"
    seconds = max(1, round(length / _SECOND)) if length else 0
    minutes, rest = divmod(seconds, 60)
    return " ".join([*([f"{minutes} min"] if minutes else []), *([f"{rest} s"] if rest or not minutes else [])])


def _length_of_both(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    return other if one is None else one if other is None else one + other


def _number_of_both(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _longer(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    return other if one is None else one if other is None else max(one, other)


def _larger(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)

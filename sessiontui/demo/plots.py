"""How a session of the living demo will go: who comes and leaves when, and what its host does, by chance alone.

Nothing here reads or writes: a plot is made once from what is known, and played as its instants come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final, TypeAlias

from sessiontui.demo.names import CANCELLATIONS, REJECTIONS
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Kind, Move, RequestState


class Temper(StrEnum):
    """How a session turns out."""

    FINE = "fine"
    NOBODY = "nobody"
    NO_HOST = "no host"
    LATE_HOST = "late host"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is known of a session when its plot is made; a new window is a new outline."""

    session_id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Someone comes into a session, or leaves it."""

    session_id: int
    person_id: int
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The host moves a session; ``later`` is by how much an extension moves the end."""

    session_id: int
    move: Move
    reason: str = ""
    later: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The host decides a request."""

    session_id: int
    request_id: int
    state: RequestState
    reason: str = ""


Deed: TypeAlias = Cue | Shift | Answer
"""Something that will be done at an instant."""

_TEMPERS: Final = {
    Temper.FINE: 70,
    Temper.NOBODY: 7,
    Temper.NO_HOST: 5,
    Temper.LATE_HOST: 7,
    Temper.SHORT: 6,
    Temper.LONG: 5,
}

_COMES: Final = 0.88
"""How likely someone who is approved comes."""

_RETURNS: Final = 0.12
"""How likely someone drops out for a few minutes."""

_ANSWERED: Final = 0.8
"""How likely a host decides a request; the others wait for the admin."""


def temper(rng: Random) -> Temper:
    """Return how a session will turn out."""
    return rng.choices(list(_TEMPERS), list(_TEMPERS.values()))[0]


def visit(
    outline: Outline, person_id: int, rng: Random, *, now: datetime, mood: Temper, is_host: bool
) -> list[tuple[datetime, Deed]]:
    """Return when someone who may come does come and leave; nothing when they stay away, or it is too late."""
    if mood is Temper.NOBODY and not is_host:
        return []
    if rng.random() > (1 if is_host else _COMES) or (is_host and mood is Temper.NO_HOST):
        return []
    offset = rng.uniform(7, 16) if is_host and mood is Temper.LATE_HOST else rng.gauss(-2 if is_host else 1, 3)
    arrival = outline.starts_at + timedelta(minutes=min(max(offset, -7), 16))
    if arrival < now:
        arrival = now + timedelta(minutes=rng.uniform(0, 4))
    if arrival >= outline.ends_at - timedelta(minutes=3):
        return []
    return [(arrival, _cue(outline, person_id, Signal.JOIN)), *stay(outline, person_id, rng, now=arrival, mood=mood)]


def stay(
    outline: Outline, person_id: int, rng: Random, *, now: datetime, mood: Temper = Temper.FINE
) -> list[tuple[datetime, Deed]]:
    """Return when someone who is in at ``now`` leaves, perhaps after an absence in between."""
    left = max(outline.ends_at - now, timedelta(minutes=1))
    end = now + left + timedelta(minutes=rng.uniform(-2, 3))
    if mood is Temper.SHORT:
        end = now + left * rng.uniform(0.2, 0.45)
    elif mood is Temper.LONG:
        end += timedelta(minutes=rng.uniform(8, 25))
    elif rng.random() < 0.08:
        end = now + left * rng.uniform(0.3, 0.9)
    end = max(end, now + timedelta(minutes=1))
    deeds = [(end, _cue(outline, person_id, Signal.LEAVE))]
    if rng.random() < _RETURNS and end - now > timedelta(minutes=15):
        gone = now + (end - now) * rng.uniform(0.2, 0.6)
        back = gone + timedelta(minutes=rng.uniform(1, 6))
        deeds += [(gone, _cue(outline, person_id, Signal.LEAVE)), (back, _cue(outline, person_id, Signal.JOIN))]
    return deeds


def conduct(outline: Outline, rng: Random, *, now: datetime) -> list[tuple[datetime, Deed]]:
    """Return the moves that a host makes in a session that has not begun: most sessions need none."""
    at = outline.starts_at
    length = outline.ends_at - at
    luck = rng.random()
    if outline.kind is Kind.WORK:
        deeds = [
            (at + timedelta(minutes=rng.uniform(-4, 6)), _shift(outline, Move.START)),
            (outline.ends_at + timedelta(minutes=rng.uniform(-20, 15)), _shift(outline, Move.COMPLETE)),
        ]
    elif luck < 0.05 and at > now:
        reason = rng.choice(CANCELLATIONS)
        deeds = [(now + (at - now) * rng.random(), _shift(outline, Move.CANCEL, reason=reason))]
    elif luck < 0.10:
        deeds = [(outline.ends_at - timedelta(minutes=4), _shift(outline, Move.EXTEND, later=timedelta(minutes=15)))]
    elif luck < 0.22:
        deeds = [
            (at - timedelta(minutes=rng.uniform(0, 2)), _shift(outline, Move.START)),
            (outline.ends_at + timedelta(minutes=rng.uniform(0, 4)), _shift(outline, Move.COMPLETE)),
        ]
    elif luck < 0.27:
        paused = at + length * rng.uniform(0.3, 0.6)
        deeds = [
            (paused, _shift(outline, Move.PAUSE)),
            (paused + timedelta(minutes=rng.uniform(3, 9)), _shift(outline, Move.RESUME)),
            (outline.ends_at + timedelta(minutes=2), _shift(outline, Move.COMPLETE)),
        ]
    else:
        deeds = []
    return [(max(instant, now), deed) for instant, deed in deeds]


def conclude(outline: Outline, rng: Random, *, now: datetime, is_paused: bool) -> list[tuple[datetime, Deed]]:
    """Return how a host goes on with a session that was running, or paused, when the demo began."""
    end = max(outline.ends_at, now) + timedelta(minutes=rng.uniform(0, 4))
    deeds = [(end, _shift(outline, Move.COMPLETE))]
    if is_paused:
        deeds.append((now + timedelta(minutes=rng.uniform(2, 8)), _shift(outline, Move.RESUME)))
    return deeds


def answer(session_id: int, request_id: int, rng: Random, *, now: datetime) -> list[tuple[datetime, Deed]]:
    """Return when and how a host decides a request; nothing where it is left to the admin."""
    if rng.random() > _ANSWERED:
        return []
    at = now + timedelta(minutes=1 + rng.expovariate(1 / 9))
    if rng.random() < 0.08:
        no = Answer(
            session_id=session_id,
            request_id=request_id,
            state=RequestState.REJECTED,
            reason=rng.choice(REJECTIONS),
        )
        return [(at, no)]
    return [(at, Answer(session_id=session_id, request_id=request_id, state=RequestState.APPROVED))]


def _cue(outline: Outline, person_id: int, signal: Signal) -> Deed:
    return Cue(session_id=outline.session_id, person_id=person_id, signal=signal)


def _shift(outline: Outline, move: Move, *, reason: str = "", later: timedelta = timedelta()) -> Deed:
    return Shift(session_id=outline.session_id, move=move, reason=reason, later=later)

"""Presence: how raw events of joining, beating and leaving fold into stays of people in a session.

The fold sorts by event time, so order, repetition and delay of arrival do not change its answer. Each connection of
each person is a stream that folds for itself, and a fold can go on from where a stream stood after any of its events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sessiontui.domain.records import record, replace
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Source


class Signal(StrEnum):
    """What a raw presence event says."""

    JOIN = "join"
    HEARTBEAT = "heartbeat"
    LEAVE = "leave"
    END = "end"
    """The platform says that the whole session ended: closes every presence."""
    STAY = "stay"
    """A report states a whole interval at once."""


@record(kw_only=True)
class PresenceEvent:
    """One raw event: ``at`` is the event's own time, already corrected by the sender's clock skew.

    ``who`` names a person or an attendee nobody has identified yet; it is empty for ``Signal.END``.
    ``connection`` tells several devices of one person apart. ``until`` is set on ``Signal.STAY`` only.
    """

    who: str
    signal: Signal
    at: datetime
    source: Source
    connection: str = ""
    until: datetime | None = None
    approximate: bool = False


@record(kw_only=True)
class Stay:
    """One interval of one person in one session; ``left_at`` is ``None`` while nobody said that they left."""

    who: str
    joined_at: datetime
    left_at: datetime | None = None
    source: Source = Source.API
    heartbeat_at: datetime | None = None
    approximate: bool = False

    @property
    def is_contradictory(self) -> bool:
        """Whether the source says that the person left before they came; such a stay adds no minutes."""
        return self.left_at is not None and self.left_at < self.joined_at


@record(kw_only=True)
class Footing:
    """Where a stream stands after one of its instants: the stay that is open, and when one was last left."""

    stay: Stay | None = None
    left_last: datetime | None = None


OUTSIDE = Footing()
"""Where every stream stands before its first event."""


class Step(NamedTuple):
    """What one instant did to a stream: the stays that it closed, and where the stream stands after it."""

    at: datetime
    closed: tuple[Stay, ...]
    footing: Footing


def fold(events: Iterable[PresenceEvent], rules: Rules = DEFAULT_RULES) -> tuple[Stay, ...]:
    """Return the stays that the events tell of, ordered by join, person and end.

    A second join while someone is in changes nothing; a heartbeat without a join opens a stay; silence of
    ``rules.heartbeat_expiry`` after a heartbeat closes the stay at that heartbeat, unless a leave follows,
    which is then the truth; the end of the session closes only those who had not fallen silent before. A stay
    whose last heartbeat has not been followed by anything stays open here: whether it has expired depends on the
    instant of the question (``closed_at``). A leave that was noted by hand shortens the whole stays that reports
    state.
    """
    return tuple(stay for stay, _ in fold_apart(events, rules))


def fold_apart(events: Iterable[PresenceEvent], rules: Rules = DEFAULT_RULES) -> tuple[tuple[Stay, str | None], ...]:
    """Return the stays of ``fold``, each with its connection; ``None`` for one that a report stated whole."""
    unique = set(events)
    ends = sorted(event.at for event in unique if event.signal is Signal.END)
    streams: defaultdict[tuple[str, str], list[PresenceEvent]] = defaultdict(list)
    stated: list[Stay] = []
    for event in unique:
        if event.signal is Signal.STAY:
            stated.append(
                Stay(
                    who=event.who,
                    joined_at=event.at,
                    left_at=_first_end(ends, event.at) if event.until is None else event.until,
                    source=event.source,
                    approximate=event.approximate,
                )
            )
        elif event.signal is not Signal.END:
            streams[event.who, event.connection].append(event)
    stays: list[tuple[Stay, str | None]] = [(stay, None) for stay in _corrected(stated, unique)]
    for (who, connection), stream in streams.items():
        footing = OUTSIDE
        for step in walk(who, stream, ends, rules):
            stays += [(stay, connection) for stay in step.closed]
            footing = step.footing
        if footing.stay is not None:
            stays.append((footing.stay, connection))
    return tuple(sorted(stays, key=lambda one: (*_order(one[0]), one[1] or "")))


def walk(
    who: str, events: Sequence[PresenceEvent], ends: Iterable[datetime], rules: Rules, *, footing: Footing = OUTSIDE
) -> Iterator[Step]:
    """Yield what each instant does to the stream of one connection, from where it stood before the first of them.

    ``ends`` are the ends of the session. Where more events follow those given, the last of the given instants must be
    one of the stream's own: whether silence closes a stay hangs on what the stream says next.
    """
    instants: defaultdict[datetime, dict[Signal, Source]] = defaultdict(dict)
    for event in sorted(events, key=lambda event: (event.at, event.source)):
        instants[event.at].setdefault(event.signal, event.source)
    for end in ends:
        instants[end].setdefault(Signal.END, Source.WEBHOOK)
    order = sorted(instants)
    for place, at in enumerate(order):
        stay = footing.stay
        is_silent = (
            stay is not None
            and _is_expired(stay, at, rules)
            and not _leave_follows(instants[moment] for moment in order[place:])
        )
        yield (step := _step(who, at, instants[at], footing, is_silent=is_silent, rules=rules))
        footing = step.footing


def closed_at(stay: Stay, now: datetime, rules: Rules = DEFAULT_RULES) -> datetime | None:
    """Return when the stay ended as known at ``now``, or ``None`` while it is open."""
    if stay.left_at is not None:
        return stay.left_at
    if stay.heartbeat_at is not None and now >= stay.heartbeat_at + rules.heartbeat_expiry:
        return stay.heartbeat_at
    return None


def _order(stay: Stay) -> tuple[datetime | str | bool, ...]:
    """Return a key that no two different stays share, so that ties do not fall back on the order of arrival."""
    return (
        stay.joined_at,
        stay.who,
        stay.left_at is None,
        stay.left_at or stay.joined_at,
        stay.heartbeat_at is None,
        stay.heartbeat_at or stay.joined_at,
        stay.source,
        stay.approximate,
    )


def _corrected(stays: list[Stay], events: Iterable[PresenceEvent]) -> list[Stay]:
    """Return stated stays, each up to the first leave within it that somebody noted by hand."""
    leaves: defaultdict[str, list[datetime]] = defaultdict(list)
    for event in events:
        if event.signal is Signal.LEAVE and event.source is Source.MANUAL:
            leaves[event.who].append(event.at)
    return [_shortened(stay, leaves[stay.who]) if stay.who in leaves else stay for stay in stays]


def _shortened(stay: Stay, leaves: Iterable[datetime]) -> Stay:
    within = [at for at in leaves if stay.joined_at <= at and (stay.left_at is None or at < stay.left_at)]
    return replace(stay, left_at=min(within), source=Source.MANUAL) if within else stay


def _first_end(ends: list[datetime], joined_at: datetime) -> datetime | None:
    return next((end for end in ends if end >= joined_at), None)


def _step(
    who: str, at: datetime, signals: dict[Signal, Source], footing: Footing, *, is_silent: bool, rules: Rules
) -> Step:
    """Return what the signals of one instant do; ``is_silent``: silence has closed the open stay before them."""
    done: list[Stay] = []
    current, left_last = footing.stay, footing.left_last
    closing = Signal.LEAVE in signals or Signal.END in signals
    if current is not None and is_silent:
        done.append(replace(current, left_at=current.heartbeat_at, source=Source.INFERRED))
        current = None
    was_open = current is not None
    if current is not None and closing:
        done.append(replace(current, left_at=at))
        current, left_last = None, at
    opening = signals.get(Signal.JOIN)
    if opening is None and _is_evidence(signals, at, left_last, rules):
        opening = signals[Signal.HEARTBEAT]
    if current is None and opening is not None:
        current = Stay(who=who, joined_at=at, source=opening)
    if current is not None and Signal.HEARTBEAT in signals:
        current = replace(current, heartbeat_at=at)
    if current is not None and closing and not was_open:
        done.append(replace(current, left_at=at))
        current, left_last = None, at
    return Step(at, tuple(done), Footing(stay=current, left_last=left_last))


def _is_expired(stay: Stay, at: datetime, rules: Rules) -> bool:
    return stay.heartbeat_at is not None and at >= stay.heartbeat_at + rules.heartbeat_expiry


def _leave_follows(signals: Iterable[dict[Signal, Source]]) -> bool:
    """Tell whether a true leave comes before any other sign of life."""
    for here in signals:
        if Signal.LEAVE in here:
            return True
        if Signal.JOIN in here or Signal.HEARTBEAT in here:
            return False
    return False


def _is_evidence(signals: dict[Signal, Source], at: datetime, left_last: datetime | None, rules: Rules) -> bool:
    """Tell whether a heartbeat alone opens a stay: not one that was still on its way when they left."""
    if Signal.HEARTBEAT not in signals or Signal.LEAVE in signals or Signal.END in signals:
        return False
    return left_last is None or at >= left_last + rules.heartbeat_every

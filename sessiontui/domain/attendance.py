"""Attendance: the verdict on every guest of a session, from what their presences add up to.

The first rule that holds wins: set by hand; unknown; absent; partial; late; present. Hosts get no verdict. Nothing is
said of a session that has not begun, is a draft or was cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.intervals import Interval, clip, length, subtract
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.records import record
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Attendance, Control, Kind, Status

CAME: Final = frozenset({Attendance.PRESENT, Attendance.LATE, Attendance.PARTIAL})
"""The verdicts on those who were there."""

_NOTHING_MEETS: Final = frozenset({Control.DRAFT, Control.CANCELLED})


@record(kw_only=True)
class Correction:
    """What someone set by hand about one person; it beats every rule."""

    verdict: Attendance
    by: str
    at: datetime
    reason: str = ""


@record(kw_only=True)
class Attended:
    """One guest's attendance: the verdict, and what it rests on.

    ``stayed`` is the length of the union of their presences from the beginning on, without the pauses.
    ``first_join`` and ``last_leave`` are of the presences that count; ``last_leave`` is ``None`` while they are
    there. ``is_walk_in`` says that they were seen without approval. ``why`` names the rule and its facts.
    """

    who: str
    verdict: Attendance
    stayed: timedelta
    first_join: datetime | None
    last_leave: datetime | None
    is_here: bool
    is_expected: bool
    is_walk_in: bool
    why: str
    correction: Correction | None = None

    @property
    def has_come(self) -> bool:
        """Whether somebody came: as set by hand, else as seen, whatever the verdict makes of the minutes."""
        return self.verdict in CAME if self.correction is not None else self.first_join is not None


@record(kw_only=True)
class Roll:
    """The attendance of one session; ``absentees`` are those expected minus those seen, in the order expected.

    It is provisional until the window has ended.
    """

    attended: tuple[Attended, ...] = ()
    absentees: tuple[str, ...] = ()
    is_provisional: bool = False
    actual: timedelta = timedelta()


EMPTY_ROLL: Final = Roll()


def call_roll(
    facts: Facts,
    now: datetime,
    *,
    expected: Sequence[str],
    host: str = "",
    unmatched: frozenset[str] = frozenset(),
    corrections: Mapping[str, Correction] | None = None,
    rules: Rules = DEFAULT_RULES,
    derived: Derived | None = None,
) -> Roll:
    """Return the attendance of a session as known at ``now``.

    ``expected`` are the approved, of whom the ``host`` is no guest. ``unmatched`` are attendees nobody has
    identified: whether they were approved is not known, so they are no walk-ins. ``derived`` is what the facts give
    at ``now``, where that is known already.
    """
    by_hand = corrections or {}
    if facts.control in _NOTHING_MEETS or now < facts.begin:
        return EMPTY_ROLL
    derived = derived or derive(facts, now, rules)
    seen = derived.left | derived.here
    stays: dict[str, list[Stay]] = {}
    for stay in facts.guests:
        if stay.joined_at <= now:
            stays.setdefault(stay.who, []).append(stay)
    guests = [who for who in dict.fromkeys(expected) if who != host]
    listed = dict.fromkeys(
        [*guests, *(who for who in stays if who in seen), *(who for who in by_hand if who != host)]
    )
    approved = frozenset(guests)
    walks_in = facts.kind is not Kind.WORK  # who works on something needs nobody's approval
    return Roll(
        attended=tuple(
            _attended(
                who,
                stays.get(who, ()),
                facts,
                derived,
                now,
                is_expected=who in approved,
                is_walk_in=walks_in and who in seen and who not in approved and who not in unmatched,
                correction=by_hand.get(who),
                rules=rules,
            )
            for who in listed
        ),
        absentees=tuple(who for who in guests if who not in seen),
        is_provisional=now < facts.ends_at,
        actual=derived.actual,
    )


def verdict_of(
    *,
    stays: Iterable[Stay],
    is_seen: bool,
    stayed: timedelta,
    first_join: datetime | None,
    starts_at: datetime,
    actual: timedelta,
    nobody_came: bool = False,
    rules: Rules = DEFAULT_RULES,
) -> Attendance:
    """Return the verdict on a guest whom nobody has set by hand: the first rule that holds.

    A session without length leaves it open who was there, unless it has ended and ``nobody_came``: then it has no
    length because all who were expected are absent.
    """
    if any(stay.is_contradictory for stay in stays) or (actual == timedelta() and not nobody_came):
        return Attendance.UNKNOWN
    if not is_seen or first_join is None:
        return Attendance.ABSENT
    if stayed < rules.present_ratio * actual:
        return Attendance.PARTIAL
    if first_join - starts_at > rules.late_after:
        return Attendance.LATE
    return Attendance.PRESENT


def _attended(
    who: str,
    stays: Sequence[Stay],
    facts: Facts,
    derived: Derived,
    now: datetime,
    *,
    is_expected: bool,
    is_walk_in: bool,
    correction: Correction | None,
    rules: Rules,
) -> Attended:
    is_seen = who in derived.left or who in derived.here
    counted = [stay for stay in stays if _reaches(stay, facts.begin, now, rules)]
    stayed = _stayed(counted, facts, now, rules)
    first_join = min((stay.joined_at for stay in counted), default=None)
    ends = [_end(stay, now, rules) for stay in counted]
    is_here = who in derived.here
    found = verdict_of(
        stays=stays,
        is_seen=is_seen,
        stayed=stayed,
        first_join=first_join,
        starts_at=facts.starts_at,
        actual=derived.actual,
        nobody_came=derived.status is Status.ENDED_NO_SHOW,
        rules=rules,
    )
    return Attended(
        who=who,
        verdict=found if correction is None else correction.verdict,
        stayed=stayed,
        first_join=first_join,
        last_leave=None if is_here else max(ends, default=None),
        is_here=is_here,
        is_expected=is_expected,
        is_walk_in=is_walk_in,
        why=_why(found, stays, facts, derived, stayed, first_join, rules)
        if correction is None
        else _by_hand(correction),
        correction=correction,
    )


def _reaches(stay: Stay, begin: datetime, now: datetime, rules: Rules) -> bool:
    """Return whether a stay counts: who left before the beginning only tried the link."""
    return _end(stay, now, rules) > begin or (_is_open(stay, now, rules) and now >= begin)


def _is_open(stay: Stay, now: datetime, rules: Rules) -> bool:
    end = closed_at(stay, now, rules)
    return not stay.is_contradictory and (end is None or end > now)


def _end(stay: Stay, now: datetime, rules: Rules) -> datetime:
    """Return up to when a stay reaches as known at ``now``; one that contradicts itself has no length."""
    if stay.is_contradictory:
        return stay.joined_at
    end = closed_at(stay, now, rules)
    return now if end is None else min(end, now)


def _stayed(stays: Sequence[Stay], facts: Facts, now: datetime, rules: Rules) -> timedelta:
    spans: list[Interval] = [(stay.joined_at, _end(stay, now, rules)) for stay in stays]
    pauses = facts.pauses if facts.paused_at is None else (*facts.pauses, (facts.paused_at, now))
    return length(subtract(clip(spans, facts.begin, now), pauses)) if now > facts.begin else timedelta()


def _by_hand(correction: Correction) -> str:
    return f"set by {correction.by}" + (f": {correction.reason}" if correction.reason else "")


def _why(
    verdict: Attendance,
    stays: Iterable[Stay],
    facts: Facts,
    derived: Derived,
    stayed: timedelta,
    first_join: datetime | None,
    rules: Rules,
) -> str:
    minute = timedelta(minutes=1)
    share = f"{stayed // minute} of {derived.actual // minute} min"
    match verdict:
        case Attendance.UNKNOWN if any(stay.is_contradictory for stay in stays):
            return "the source says that they left before they came"
        case Attendance.UNKNOWN if not derived.status.is_ended and not (derived.left or derived.here):
            return "nobody has come yet"
        case Attendance.UNKNOWN:
            return f"{'seen' if first_join else 'not seen'}, but the session did not run"
        case Attendance.ABSENT:
            return "approved, never seen"
        case Attendance.PARTIAL:
            return f"{share}, less than {rules.present_ratio:.0%}"
        case Attendance.LATE if first_join is not None:
            return f"came {(first_join - facts.starts_at) // minute} min after the start, {share}"
        case _:
            return share

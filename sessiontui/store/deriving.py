"""The derived part of a session's row: recomputed in the transaction that changed what it depends on.

The rule is the domain's; here its answer is stored, so that the order of urgency and the counts are one index.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sessiontui.domain.alerts import LEVELS, NO_LIFT
from sessiontui.domain.alerts.judging import GOING
from sessiontui.domain.analytics.crowds import pack_people
from sessiontui.domain.analytics.outcomes import Gathered, gathered
from sessiontui.domain.analytics.periods import HOUR
from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.instants import from_ms, maybe_instant, maybe_ms, to_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.rules import Rules
from sessiontui.domain.transitions import around, is_due_for_completion
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import ENDED, Badge, Priority, Severity, Status
from sessiontui.store import sights
from sessiontui.store.alert_walk import Followed, follow, lifted, subject_of
from sessiontui.store.alerting import carry_over
from sessiontui.store.flags import with_flags as with_flags
from sessiontui.store.histories import Fetch, load_beside, person_id_of
from sessiontui.store.nearby import Nearby, Standing, nearby
from sessiontui.store.reader import Row, Value
from sessiontui.store.widths import COLUMNS, DERIVED, width_of

_BESIDE = ("priority", "flags", "link", "source", "derived_at")

_KEPT = f", {', '.join((*_BESIDE, *DERIVED))}"
"""What is read of a row beside its history."""

_PRIORITY, _FLAGS, _LINK, _SOURCE, _DERIVED_AT = range(len(_BESIDE))

_FIRST = len(_BESIDE)
"""Where the derived columns begin in it."""

_UNSEEN = ("next_transition_at", "actual_ms", *sights.MOVING)

_SHOWN = tuple(COLUMNS.index(column) for column in COLUMNS if column not in _UNSEEN)
"""What a live screen would show differently; the rest moves with time alone."""

_DUE = COLUMNS.index("next_transition_at")

_STATUS = COLUMNS.index("status")

_STARTS = COLUMNS.index("starts_at")

_ARCHIVED = COLUMNS.index("archived_at")

_PENDING = COLUMNS.index("pending")

_SUMMED = tuple(
    COLUMNS.index(column)
    for column in ("starts_at", "ends_at", "mentor_id", "provisional", "approved", "rejected", "actual_ms")
)
"""What the sums of the analytics depend on, beside the status and their own columns."""

_CLOSED = frozenset({*map(str, ENDED), Status.CANCELLED.value, Status.DRAFT.value, ""})
"""The statuses that the sums tell apart; all others are one to them."""

_BOOKED = tuple(
    COLUMNS.index(column)
    for column in ("starts_at", "ends_at", "mentor_id", "archived_at", "approved", "rejected", "pending")
)
"""What double bookings depend on; a seat that changes hands moves one of the counts."""

_BOOKABLE = frozenset(map(str, GOING))

_PRIORITIES = {str(priority): priority for priority in Priority}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The answer of a recomputation: the rows to write, whose picture changed, and how the counts move.

    ``updates`` are the rows of each statement. ``alerts`` are those that changed, by subject. ``unsettled`` are
    sessions whose double bookings may have changed.
    ``hours`` are those whose figures have changed, ``homes`` those that each session counts in, or did; from 1970 on.
    """

    updates: Mapping[str, Sequence[tuple[Value, ...]]]
    changed: tuple[int, ...]
    counts: dict[str, tuple[int, int]]
    alerts: dict[str, tuple[int | None, tuple[Standing, ...]]]
    unsettled: tuple[int, ...]
    hours: frozenset[int] = frozenset()
    homes: Mapping[int, frozenset[int]] = field(default_factory=dict)


def derived_row(
    facts: Facts, derived: Derived, now: datetime, *, priority: Priority, flags: str, lift: int, due: int | None
) -> tuple[Value, ...]:
    """Return the stored values, in the order of the columns, of one session as it was derived at ``now``."""
    return (
        str(facts.control),
        to_ms(facts.starts_at),
        to_ms(facts.ends_at),
        person_id_of(facts.mentor),
        facts.capacity,
        maybe_ms(facts.archived_at),
        str(derived.status),
        int(derived.provisional),
        ",".join(badge.name for badge in with_flags(derived.badges, flags)),
        rank(derived, starts_at=facts.starts_at, priority=priority, severity=_lifting(lift)),
        due,
        maybe_ms(derived.final_end),
        facts.pending,
        facts.approved,
        facts.rejected,
        len(derived.here),
        len(derived.left),
        to_ms(from_ms(0) + derived.actual),
        lift,
        *sights.values_of(facts, derived, now),
    )


async def recompute(
    fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules, overrun: list[int] | None = None
) -> Refreshed:
    """Return what has to be written so that the rows, and their alerts, say what the rules say at ``now``.

    Sessions that are due for completion are left out where ``overrun`` is given, and added to it.
    """
    there = await load_beside(fetch, ids, _KEPT)
    near = await nearby(fetch, {one: (str(row[_LINK]), str(row[_SOURCE])) for one, (_, row) in there.items()})
    seen = [_see(one, row, history, near[one], now, rules) for one, (history, row) in there.items()]
    if overrun is not None:
        ended = {one.session_id for one in seen if is_due_for_completion(one.facts, one.derived, now)}
        seen = [one for one in seen if one.session_id not in ended] if ended else seen
        overrun += sorted(ended)
    followed = {subject_of(one.session_id): one.followed for one in seen if one.followed.is_changed}
    if followed:
        followed = await carry_over(fetch, followed)
    tally, now_ms = _Tally(), to_ms(now)
    alerts: dict[str, tuple[int | None, tuple[Standing, ...]]] = {}
    for one in seen:
        told = one.followed
        if told.is_changed:
            subject = subject_of(one.session_id)
            told = followed[subject]
            alerts[subject] = (one.session_id, told.changed)
        new = derived_row(
            one.facts,
            one.derived,
            now,
            priority=one.priority,
            flags=one.flags,
            lift=lifted(told.standing, now_ms),
            due=_soonest(maybe_ms(one.next_at), told.due(now_ms)),
        )
        tally.add(one, (*new, *_figures(one.kept)), now_ms, alerted=told.is_changed)
    return Refreshed(
        tally.updates,
        tuple(tally.changed),
        tally.counts(),
        alerts,
        tuple(tally.unsettled),
        hours=frozenset(tally.hours),
        homes=tally.homes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One session as the rules see it, beside the row as it was."""

    session_id: int
    priority: Priority
    flags: str
    old: tuple[Value, ...]
    was_told: bool
    is_told: bool
    """Whether the row told the session by itself until now, and whether it can from now on."""
    facts: Facts
    derived: Derived
    kept: Gathered
    next_at: datetime | None
    followed: Followed


def _see(session_id: int, row: Row, history: History, near: Nearby, now: datetime, rules: Rules) -> _Seen:
    old = row[_FIRST:]
    facts = facts_at(history, now, rules=rules)
    derived = derive(facts, now, rules)
    due = cast("int | None", old[_DUE])
    same_since, next_at = around(facts, now, rules, marks=instants(history), derived=derived)
    return _Seen(
        session_id=session_id,
        priority=_PRIORITIES[str(row[_PRIORITY])],
        flags=str(row[_FLAGS]),
        old=old,
        was_told=row[_DERIVED_AT] is not None,
        is_told=sights.is_told_by_row(history, facts),
        facts=facts,
        derived=derived,
        kept=gathered(history, facts, derived, now),
        next_at=next_at,
        followed=follow(
            history, near, facts, derived, now=now, due=maybe_instant(due), rules=rules, same_since=same_since
        ),
    )


class _Tally:
    """What a recomputation has to write, gathered row by row."""

    def __init__(self) -> None:
        self.updates: defaultdict[str, list[tuple[Value, ...]]] = defaultdict(list)
        self.changed: list[int] = []
        self.unsettled: list[int] = []
        self.hours: set[int] = set()
        self.homes: dict[int, frozenset[int]] = {}
        self._number: Counter[str] = Counter()
        self._pending: Counter[str] = Counter()

    def add(self, one: _Seen, new: tuple[Value, ...], now: int, *, alerted: bool) -> None:
        """Take one row as it is to be."""
        old = one.old
        home = frozenset(cast("int", row[_STARTS]) // HOUR for row in (old, new))
        self.homes[one.session_id] = home
        if new != old or one.was_told != one.is_told:
            if _sums_up(old) != _sums_up(new):
                self.hours |= home
            width = width_of(old, new)
            changed = [new[place] for place in width.places]
            self.updates[width.statement].append((*changed, now if one.is_told else None, one.session_id))
            if _is_unsettled(old, new, flags=one.flags):
                self.unsettled.append(one.session_id)
            for row, sign in ((old, -1), (new, 1)):
                status, waiting = _counted(row)
                if status:
                    self._number[status] += sign
                    self._pending[status] += sign * waiting
        if alerted or any(new[place] != old[place] for place in _SHOWN):
            self.changed.append(one.session_id)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return by how much the counts of each status move."""
        number, pending = self._number, self._pending
        return {status: (number[status], pending[status]) for status in number if number[status] or pending[status]}


def _is_unsettled(old: tuple[Value, ...], new: tuple[Value, ...], *, flags: str) -> bool:
    """Return whether a row changed in what double bookings depend on: its window, its people, whether it counts.

    One that does not count, and is in none, has nothing to settle.
    """
    if str(new[_STATUS]) not in _BOOKABLE:
        return Badge.CLASH.name in flags and str(old[_STATUS]) in _BOOKABLE
    return str(old[_STATUS]) not in _BOOKABLE or any(new[place] != old[place] for place in _BOOKED)


def _figures(kept: Gathered) -> tuple[Value, ...]:
    """Return the values of the columns that the analytics read."""
    people = pack_people(kept.people) if kept.people else None
    return kept.asked, kept.answered, kept.slow, kept.seen, kept.came, kept.joined, people, kept.reason


def _sums_up(row: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return what of a row the sums of the analytics depend on."""
    status = row[_STATUS] if row[_STATUS] in _CLOSED else None
    return (status, *(row[place] for place in _SUMMED), *row[len(COLUMNS) :])


async def stored_counts(fetch: Fetch) -> dict[str, tuple[int, int]]:
    """Return the counts that the rows themselves add up to: the audit of the maintained ones."""
    rows = await fetch(
        "SELECT status, count(*), sum(pending) FROM session"
        " WHERE archived_at IS NULL AND status != '' GROUP BY status",
        (),
    )
    return {str(row[0]): (cast("int", row[1]), cast("int", row[2])) for row in rows}


def _counted(row: tuple[Value, ...]) -> tuple[str, int]:
    """Return the status under which a row is counted, and its pending requests; archived ones are not."""
    if row[_ARCHIVED] is not None:
        return "", 0
    return str(row[_STATUS]), cast("int", row[_PENDING])


def _lifting(lift: int) -> Severity | None:
    return LEVELS[lift] if lift < NO_LIFT else None


def _soonest(*instants: int | None) -> int | None:
    return min((instant for instant in instants if instant is not None), default=None)

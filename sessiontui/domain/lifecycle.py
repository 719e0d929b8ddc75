"""The life of a session: how control moves, and how status follows from facts and the instant.

Control is what a person decided and is stored; status is derived here and never set by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sessiontui.domain.errors import Refused
from sessiontui.domain.intervals import Interval, clip, intersect, length, subtract
from sessiontui.domain.moves import CLOSED_BY_HISTORY, MOVES, closed, refusal
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.records import field, record
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Badge, Control, Kind, Move, Status


@record(kw_only=True)
class Facts:
    """What is true of one session at one instant; the only input of the derivation beside that instant.

    Guests decide status; a host alone does not make a session active. ``begun_at`` is the instant of the move
    ``start``, ``ended_at`` that of ``complete`` or ``cancel``. A ``capacity`` of zero means no limit.
    """

    kind: Kind = Kind.CONVERSATION
    control: Control = Control.SCHEDULED
    starts_at: datetime
    ends_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_reason: str = ""
    archived_at: datetime | None = None
    mentor: str = ""
    capacity: int = 0
    has_host: bool = False
    pending: int = 0
    approved: int = 0
    rejected: int = 0
    withdrawn: int = 0
    oldest_pending_at: datetime | None = None
    guests: tuple[Stay, ...] = ()
    hosts: tuple[Stay, ...] = ()
    pauses: tuple[Interval, ...] = ()
    paused_at: datetime | None = None
    unmatched: int = 0

    @property
    def begin(self) -> datetime:
        """The start of the window, or the instant of the move ``start`` if that is earlier."""
        return self.starts_at if self.begun_at is None else min(self.starts_at, self.begun_at)


@record(kw_only=True)
class Derived:
    """Where a session stands at one instant: its status and everything counted on the way to it.

    ``rule`` is the number of the line of the derivation that held. ``together`` is ``None`` where the source
    gave totals only, or where there is no host. ``final_end`` is set once the status is ended or cancelled.
    """

    status: Status
    rule: int
    badges: tuple[Badge, ...]
    provisional: bool
    scheduled: timedelta
    actual: timedelta
    together: timedelta | None
    here: frozenset[str] = field(default_factory=frozenset)
    left: frozenset[str] = field(default_factory=frozenset)
    last_left_at: datetime | None = None
    final_end: datetime | None = None
    host_here: bool = False

    @property
    def efficiency(self) -> float:
        """Actual over scheduled duration, as a ratio."""
        return self.actual / self.scheduled if self.scheduled else 0.0


@record
class _Scene:
    """Presence as seen at the instant of the question."""

    guests: tuple[tuple[str, datetime, datetime, bool], ...]
    hosts: tuple[tuple[str, datetime, datetime, bool], ...]
    here: frozenset[str]
    seen: frozenset[str]
    last_left_at: datetime | None
    host_here: bool


def derive(facts: Facts, now: datetime, rules: Rules = DEFAULT_RULES) -> Derived:
    """Return the one status of a session at ``now``, with its badges and durations."""
    scene = _look(facts, now, rules)
    scheduled = facts.ends_at - facts.starts_at
    actual, together = _durations(facts, scene, now)
    status, rule = _status(facts, scene, now, scheduled=scheduled, actual=actual, rules=rules)
    provisional = rule == 7
    return Derived(
        status=status,
        rule=rule,
        badges=_badges(facts, scene, now, status=status, rule=rule, rules=rules),
        provisional=provisional,
        scheduled=scheduled,
        actual=actual,
        together=together,
        here=scene.here,
        left=scene.seen - scene.here,
        last_left_at=scene.last_left_at,
        final_end=_final_end(facts, scene, status),
        host_here=scene.host_here,
    )


def why_not(
    move: Move, facts: Facts, now: datetime, rules: Rules = DEFAULT_RULES, *, derived: Derived | None = None
) -> str:
    """Return why a move is impossible now, in one sentence naming both ends, or an empty string if it is possible.

    ``derived`` is what the facts give at ``now``, where that is known already.
    """
    if reason := refusal(move, facts.control, is_archived=facts.archived_at is not None):
        return reason
    derived = derived or derive(facts, now, rules)
    if move in CLOSED_BY_HISTORY and derived.status.is_ended and not derived.provisional:
        return closed(move)
    return _special_reason(move, facts, derived, now)


def check(
    move: Move, facts: Facts, now: datetime, rules: Rules = DEFAULT_RULES, *, derived: Derived | None = None
) -> Control:
    """Return the control after a move; ``Refused`` says why it is impossible."""
    reason = why_not(move, facts, now, rules, derived=derived)
    if reason:
        raise Refused(reason, title=f"Cannot {move}")
    return MOVES[move][facts.control]


def _special_reason(move: Move, facts: Facts, derived: Derived, now: datetime) -> str:
    """Return what the table of moves cannot say: the conditions on time and presence."""
    scheduled = facts.control is Control.SCHEDULED
    match move:
        case Move.PAUSE if scheduled and derived.status is not Status.ACTIVE:
            return "a scheduled session cannot be paused before it is active: only an active or running one can"
        case Move.COMPLETE if scheduled and now < facts.begin:
            return "a scheduled session cannot be completed before it has begun: cancel it instead"
        case Move.REOPEN if now >= facts.ends_at:
            return f"a {facts.control} session cannot be reopened once its window has ended"
        case Move.ARCHIVE if facts.control in (Control.SCHEDULED, Control.RUNNING) and (
            not derived.status.is_ended or derived.provisional
        ):
            return f"a {facts.control} session cannot be archived before it has ended"
        case Move.RESCHEDULE if derived.left or (derived.here and now >= facts.begin):
            return "a session cannot be rescheduled once a guest was seen in it"
        case _:
            return ""


def _look(facts: Facts, now: datetime, rules: Rules) -> _Scene:
    guests = _spans(facts.guests, now, rules)
    hosts = _spans(facts.hosts, now, rules)
    begin = facts.begin
    here = frozenset(who for who, _, _, is_open in guests if is_open)
    seen = frozenset(who for who, _, end, _ in guests if end > begin) | (here if now >= begin else frozenset())
    gone = [end for who, _, end, is_open in guests if not is_open and end > begin]
    return _Scene(
        guests=guests,
        hosts=hosts,
        here=here,
        seen=seen,
        last_left_at=max(gone, default=None),
        host_here=any(is_open for _, _, _, is_open in hosts),
    )


def _spans(stays: tuple[Stay, ...], now: datetime, rules: Rules) -> tuple[tuple[str, datetime, datetime, bool], ...]:
    """Return who, from, to and whether still open, of every stay that has begun by ``now``."""
    spans = []
    for stay in stays:
        if stay.joined_at > now:
            continue
        end = closed_at(stay, now, rules)
        if stay.is_contradictory:
            end = stay.joined_at  # they came, whatever else is wrong; nobody knows for how long
        is_open = end is None or end > now
        spans.append((stay.who, stay.joined_at, now if end is None or is_open else end, is_open))
    return tuple(spans)


def _durations(facts: Facts, scene: _Scene, now: datetime) -> tuple[timedelta, timedelta | None]:
    pauses = facts.pauses if facts.paused_at is None else (*facts.pauses, (facts.paused_at, now))
    begin = facts.begin
    if now <= begin:
        met: tuple[Interval, ...] = ()
    else:
        met = subtract(clip(((start, end) for _, start, end, _ in scene.guests), begin, now), pauses)
    actual = length(met)
    if not facts.has_host or any(stay.approximate for stay in facts.guests):
        return actual, None
    return actual, length(intersect(met, ((start, end) for _, start, end, _ in scene.hosts)))


def _status(
    facts: Facts, scene: _Scene, now: datetime, *, scheduled: timedelta, actual: timedelta, rules: Rules
) -> tuple[Status, int]:
    """Return the status and the number of the first line that holds."""
    fixed = {Control.CANCELLED: (Status.CANCELLED, 1), Control.DRAFT: (Status.DRAFT, 2)}
    if facts.control in fixed:
        return fixed[facts.control]
    if facts.control is Control.PAUSED:
        return Status.PAUSED, 3
    ended = _ended(scene, scheduled=scheduled, actual=actual, rules=rules)
    if facts.control is Control.COMPLETED:
        return ended, 4
    if scene.here and now >= facts.begin:
        return Status.ACTIVE, 5
    if now >= facts.ends_at:
        return ended, 6
    if scene.seen and scene.last_left_at is not None and now >= scene.last_left_at + rules.rejoin_grace:
        return ended, 7
    if now >= facts.begin:
        return Status.WAITING, 8
    if now >= facts.starts_at - rules.upcoming_window:
        return Status.UPCOMING, 9
    if facts.pending:
        return Status.HAS_REQUESTS, 10
    if facts.approved:
        return Status.APPROVED, 11
    return Status.CREATED, 12


def _ended(scene: _Scene, *, scheduled: timedelta, actual: timedelta, rules: Rules) -> Status:
    if not scene.seen:
        return Status.ENDED_NO_SHOW
    if actual < scheduled * rules.early_ratio:
        return Status.ENDED_EARLY
    return Status.ENDED_COMPLETE


def _badges(
    facts: Facts, scene: _Scene, now: datetime, *, status: Status, rule: int, rules: Rules
) -> tuple[Badge, ...]:
    live = status in (Status.ACTIVE, Status.PAUSED)
    over = status.is_ended
    holds = {
        Badge.EARLY_JOIN: bool(scene.here) and now < facts.begin,
        Badge.OVERTIME: live and now >= facts.ends_at,
        Badge.EVERYONE_LEFT: rule == 7 or (rule == 8 and bool(scene.seen)),
        Badge.HOST_WAITING: rule == 8 and scene.host_here,
        Badge.NO_HOST: status is Status.ACTIVE and _host_is_missing(facts, scene, now, rules),
        Badge.HOST_ONLY: status is Status.ENDED_NO_SHOW and _host_was_seen(facts, scene, now),
        Badge.EARLY_END: status is Status.ENDED_EARLY,
        Badge.NO_SHOW: status is Status.ENDED_NO_SHOW,
        Badge.PENDING: facts.pending > 0 and status is not Status.HAS_REQUESTS,
        Badge.UNMATCHED: facts.unmatched > 0,
        Badge.APPROXIMATE: any(stay.approximate for stay in (*facts.guests, *facts.hosts)),
        Badge.OVERBOOKED: 0 < facts.capacity < facts.approved,
        Badge.STALE: not over and _is_stale(facts, now, rules),
    }
    return tuple(badge for badge in Badge if holds.get(badge, False))


def _host_is_missing(facts: Facts, scene: _Scene, now: datetime, rules: Rules) -> bool:
    if facts.kind is Kind.WORK or not facts.has_host or scene.host_here:
        return False
    return now >= _host_gone_since(facts, scene) + rules.host_absent_after


def _host_was_seen(facts: Facts, scene: _Scene, now: datetime) -> bool:
    return any(end > facts.begin or (is_open and now >= facts.begin) for _, _, end, is_open in scene.hosts)


def _host_gone_since(facts: Facts, scene: _Scene) -> datetime:
    return max((facts.begin, *(end for _, joined, end, _ in scene.hosts if end > joined)))


def _is_stale(facts: Facts, now: datetime, rules: Rules) -> bool:
    return any(
        closed_at(stay, now, rules) is None
        and stay.heartbeat_at is not None
        and stay.joined_at <= now
        and now - stay.heartbeat_at > rules.stale_after
        for stay in (*facts.guests, *facts.hosts)
    )


def _final_end(facts: Facts, scene: _Scene, status: Status) -> datetime | None:
    if status is Status.CANCELLED:
        return facts.ended_at or facts.ends_at
    if not status.is_ended:
        return None
    if facts.control is Control.COMPLETED and facts.ended_at is not None:
        return facts.ended_at
    return scene.last_left_at or facts.ends_at

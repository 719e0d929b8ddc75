"""The lifecycle written a second time, from the design and by brute force: sets of whole ticks, no interval algebra.

One tick is one millisecond, so that the grid of the oracle is the grid of storage. It is slow, and meant for small
numbers: rules of a few ticks, windows of a few dozen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sessiontui.domain.history import History
from sessiontui.domain.lifecycle import Facts
from sessiontui.domain.presence import Stay
from sessiontui.domain.rules import Rules

ZERO = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
FOREVER = 10**12
FOUR_HOURS = 4 * 3600 * 1000

SMALL_RULES = Rules(
    upcoming_window=6 * TICK,
    rejoin_grace=3 * TICK,
    heartbeat_every=2 * TICK,
    heartbeat_missed=3,
    host_absent_after=4 * TICK,
)
"""Every threshold within a few ticks of every other, so that random cases meet their borders."""

# The table of moves of the design: from which control, to which.
MOVES = {
    "publish": {"draft": "scheduled"},
    "start": {"draft": "running", "scheduled": "running"},
    "pause": {"running": "paused", "scheduled": "paused"},
    "resume": {"paused": "running"},
    "extend": {"scheduled": "scheduled", "running": "running", "paused": "paused"},
    "complete": {"running": "completed", "paused": "completed", "scheduled": "completed"},
    "cancel": {"draft": "cancelled", "scheduled": "cancelled", "running": "cancelled", "paused": "cancelled"},
    "reopen": {"completed": "scheduled", "cancelled": "scheduled"},
    "reschedule": {"draft": "draft", "scheduled": "scheduled"},
    "reassign": {"draft": "draft", "scheduled": "scheduled", "running": "running", "paused": "paused"},
}


def at(tick: int) -> datetime:
    """Return the instant of a tick."""
    return ZERO + tick * TICK


def tick_of(instant: datetime) -> int:
    """Return the tick of an instant."""
    return (instant - ZERO) // TICK


@dataclass(slots=True)
class Case:
    """Facts in whole ticks: a stay is who, from, to or nothing, last heartbeat or nothing."""

    kind: str
    control: str
    starts: int
    ends: int
    begun: int | None = None
    has_host: bool = False
    pending: int = 0
    approved: int = 0
    capacity: int = 0
    unmatched: int = 0
    approximate: bool = False
    guests: list[tuple[str, int, int | None, int | None]] = field(default_factory=list)
    hosts: list[tuple[str, int, int | None, int | None]] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)
    paused: int | None = None


@dataclass(slots=True)
class Answer:
    """What the oracle says of a case at one tick."""

    status: str
    rule: int
    badges: set[str]
    provisional: bool
    scheduled: int
    actual: int
    together: int | None
    here: set[str]
    left: set[str]


def case_of(facts: Facts) -> Case:
    """Return facts of the product in ticks."""

    def plain(stay: Stay) -> tuple[str, int, int | None, int | None]:
        left = None if stay.left_at is None else tick_of(stay.left_at)
        beat = None if stay.heartbeat_at is None else tick_of(stay.heartbeat_at)
        return stay.who, tick_of(stay.joined_at), left, beat

    return Case(
        kind=str(facts.kind),
        control=str(facts.control),
        starts=tick_of(facts.starts_at),
        ends=tick_of(facts.ends_at),
        begun=None if facts.begun_at is None else tick_of(facts.begun_at),
        has_host=facts.has_host,
        pending=facts.pending,
        approved=facts.approved,
        capacity=facts.capacity,
        unmatched=facts.unmatched,
        approximate=any(stay.approximate for stay in (*facts.guests, *facts.hosts)),
        guests=[plain(stay) for stay in facts.guests],
        hosts=[plain(stay) for stay in facts.hosts],
        pauses=[(tick_of(start), tick_of(end)) for start, end in facts.pauses],
        paused=None if facts.paused_at is None else tick_of(facts.paused_at),
    )


def answer(case: Case, now: int, rules: Rules) -> Answer:
    """Say where a case stands at ``now``, going through the twelve lines of the design one by one."""
    grace, window = rules.rejoin_grace // TICK, rules.upcoming_window // TICK
    expiry = rules.heartbeat_every // TICK * rules.heartbeat_missed
    absent = rules.host_absent_after // TICK
    begin = case.starts if case.begun is None else min(case.starts, case.begun)

    def end_of(stay: tuple[str, int, int | None, int | None]) -> int:
        _, _, left, beat = stay
        if left is not None:
            return max(left, stay[1])  # whoever left before they came was there, for no time at all
        if beat is not None and now - beat >= expiry:
            return beat
        return FOREVER

    guests = [stay for stay in case.guests if stay[1] <= now]
    hosts = [stay for stay in case.hosts if stay[1] <= now]
    here = {stay[0] for stay in guests if stay[1] <= now < end_of(stay)}
    host_here = any(stay[1] <= now < end_of(stay) for stay in hosts)
    # What has not happened yet does not count: of a presence that goes on, only the part up to now is known.
    ends = [(stay, end_of(stay)) for stay in guests]
    reached = [(stay, end) for stay, end in ends if end > begin and (end <= now or now >= begin)]
    seen = {stay[0] for stay, _ in reached}
    ends_known = [end for _, end in reached if end <= now]
    paused_ticks = {tick for start, end in case.pauses for tick in range(start, end)}
    if case.paused is not None:
        paused_ticks |= set(range(case.paused, now))
    passed = range(begin, now)

    def covered(stays: list[tuple[str, int, int | None, int | None]]) -> set[int]:
        return {tick for tick in passed if any(stay[1] <= tick < end_of(stay) for stay in stays)} - paused_ticks

    actual = covered(guests)
    together = actual & covered(hosts)
    scheduled = case.ends - case.starts

    def ended() -> str:
        if not seen:
            return "ended_no_show"
        return "ended_early" if len(actual) < scheduled * rules.early_ratio else "ended_complete"

    def lines() -> Iterator[tuple[bool, str]]:
        yield case.control == "cancelled", "cancelled"
        yield case.control == "draft", "draft"
        yield case.control == "paused", "paused"
        yield case.control == "completed", ended()
        yield bool(here) and now >= begin, "active"
        yield now >= case.ends, ended()
        yield bool(seen) and not here and bool(ends_known) and max(ends_known) + grace <= now, ended()
        yield now >= begin, "waiting"
        yield now >= case.starts - window, "upcoming"
        yield case.pending > 0, "has_requests"
        yield case.approved > 0, "approved"
        yield True, "created"

    rule, status = next((number, word) for number, (holds, word) in enumerate(lines(), 1) if holds)
    host_gone = [tick for tick in range(now - absent, now + 1) if any(s[1] <= tick < end_of(s) for s in hosts)]
    over = status.startswith("ended")
    silent = any(
        end_of(stay) == FOREVER and stay[3] is not None and now - stay[3] > 2 * (rules.heartbeat_every // TICK)
        for stay in (*guests, *hosts)
    )
    badges = {
        "Early join": bool(here) and now < begin,
        "Overtime": status in ("active", "paused") and now >= case.ends,
        "Everyone left": rule == 7 or (rule == 8 and bool(seen)),
        "Host waiting": rule == 8 and host_here,
        "No host": status == "active"
        and case.kind != "work"
        and case.has_host
        and not host_gone
        and now - begin >= absent,
        "Host only": status == "ended_no_show" and any(end_of(stay) > begin and now >= begin for stay in hosts),
        "Early end": status == "ended_early",
        "No show": status == "ended_no_show",
        "Pending": case.pending > 0 and status != "has_requests",
        "Unmatched": case.unmatched > 0,
        "Approximate": case.approximate,
        "Overbooked": case.capacity > 0 and case.approved > case.capacity,
        "Stale": silent and not over,
    }
    return Answer(
        status=status,
        rule=rule,
        badges={badge for badge, holds in badges.items() if holds},
        provisional=rule == 7,
        scheduled=scheduled,
        actual=len(actual),
        together=None if not case.has_host or any_approximate(case) else len(together),
        here=here,
        left=seen - here,
    )


def any_approximate(case: Case) -> bool:
    """Return whether the source of the case gave totals only."""
    return case.approximate


def case_at(history: History, now: int, rules: Rules) -> Case:
    """Return the case that a history amounts to at a tick, by the knowledge of that tick."""
    control, starts, ends = str(history.control), tick_of(history.starts_at), tick_of(history.ends_at)
    mentor, capacity = history.mentor, history.capacity
    hosts = [(-FOREVER, history.mentor or history.author)]
    told = None if history.begun_at is None else tick_of(history.begun_at)
    begun: int | None = None if told is None or told > now else told
    paused: int | None = None
    pauses: list[tuple[int, int]] = []
    working: dict[str, int] = {}
    worked: list[tuple[str, int, int | None, int | None]] = []
    over: int | None = None
    later: list[int] = []
    for change in sorted(history.changes, key=lambda change: change.at):
        moment, move = tick_of(change.at), None if change.move is None else str(change.move)
        if moment > now:
            if move in ("complete", "cancel"):
                later.append(moment)
            continue
        if move is not None and move not in ("archive", "restore"):
            if control not in MOVES[move]:
                continue
            target = MOVES[move][control]
            if control == "paused" and target != "paused" and paused is not None:
                pauses.append((paused, moment))
                paused = None
            control = target
            if move == "start":
                begun = moment
                if history.kind == "work" and moment < starts:
                    starts, ends = moment, moment + (ends - starts)
            elif move == "pause":
                paused = moment
            elif move in ("complete", "cancel"):
                over = moment
            elif move == "reopen":
                over = None
            if history.kind == "work" and move in ("start", "resume"):
                working.setdefault(change.who or history.author or history.mentor, moment)
            if history.kind == "work" and move in ("pause", "complete", "cancel"):
                worked += [(who, since, moment, None) for who, since in working.items()]
                working = {}
        starts = starts if change.starts_at is None else tick_of(change.starts_at)
        ends = ends if change.ends_at is None else tick_of(change.ends_at)
        mentor = mentor if change.mentor is None else change.mentor
        hosts.append((moment, mentor or history.author))
        capacity = capacity if change.capacity is None else change.capacity
    closing = min([*([] if over is None else [over]), *later[:1]], default=None)
    stays: list[tuple[str, int, int | None, int | None]] = []
    for stay in history.stays:
        since = tick_of(stay.joined_at)
        until = None if stay.left_at is None else tick_of(stay.left_at)
        beat = None if stay.heartbeat_at is None else tick_of(stay.heartbeat_at)
        if (
            until is None
            and beat is not None
            and now - beat >= rules.heartbeat_every // TICK * rules.heartbeat_missed
        ):
            until = beat  # the whole presence ended then, whoever led the session since
        if over is not None and beat is not None and (stay.left_at is None or stay.source == "inferred"):
            # Nobody said when they left: whoever ended the session ended it for them, unless they were silent before.
            is_silent = over - beat >= rules.heartbeat_every // TICK * rules.heartbeat_missed
            until = beat if is_silent else max(since, over)
        until = _lapse(stay, since, beat, ends, closing) if until is None else until
        stays.append((stay.who, since, until, beat))
    for who, since in working.items():
        until = ends + FOUR_HOURS if closing is None else min(ends + FOUR_HOURS, closing)
        worked.append((who, since, max(since, until), None))
    stays += worked
    host = "" if history.kind == "work" else mentor or history.author
    states = [_state_at(request.steps, now) for request in history.requests]
    present = {stay[0] for stay in stays if stay[1] <= now}
    return Case(
        kind=str(history.kind),
        control=control,
        starts=starts,
        ends=ends,
        begun=begun,
        has_host=bool(host),
        pending=states.count("pending"),
        approved=states.count("approved"),
        capacity=capacity,
        unmatched=len(set(history.unmatched) & present),
        approximate=any(stay.approximate and tick_of(stay.joined_at) <= now for stay in history.stays),
        guests=[part for stay in stays for part, led in _by_turns(stay, hosts) if not host or not led],
        hosts=[part for stay in stays for part, led in _by_turns(stay, hosts) if host and led],
        pauses=pauses,
        paused=paused,
    )


def _by_turns(
    stay: tuple[str, int, int | None, int | None], hosts: list[tuple[int, str]]
) -> list[tuple[tuple[str, int, int | None, int | None], bool]]:
    """Return the pieces of a presence with whether the person led the session in each."""
    who, since, left, beat = stay
    last = FOREVER if left is None else left
    pieces: list[tuple[int, int, bool]] = []
    for (begins, host), until in zip(hosts, [moment for moment, _ in hosts[1:]] + [FOREVER], strict=True):
        first, end = max(since, begins), min(last, until)
        if (first < end or (until > since and not pieces)) and (first <= last or not pieces):
            if pieces and pieces[-1][2] == (host == who):
                pieces[-1] = (pieces[-1][0], end, host == who)
            else:
                pieces.append((first, end, host == who))
    return [
        ((who, first, left if end == last else end, beat if end == last else None), led) for first, end, led in pieces
    ]


def _lapse(stay: Stay, since: int, beat: int | None, ends: int, closing: int | None) -> int | None:
    """Return when a presence without a leave is taken to end; with heartbeats that depends on the question."""
    if beat is not None:
        return None
    until = ends if stay.source == "import" else ends + FOUR_HOURS
    if closing is not None:
        until = min(until, closing)
    return max(since, until)


def _state_at(steps: tuple[tuple[datetime | None, object], ...], now: int) -> str | None:
    state = None
    for since, step in steps:
        if since is not None and tick_of(since) > now:
            break
        state = str(step)
    return state

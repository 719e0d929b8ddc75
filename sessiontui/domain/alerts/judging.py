"""Which alerts hold for one session at an instant, and when time alone will next change that.

Every rule answers with the instant from which it holds, now or later; a later one is when the session is due. What
changes with the status or the facts needs no instant of its own: the session is judged again whenever they change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sessiontui.domain.alerts.case import Case
from sessiontui.domain.alerts.finding import Fact, Finding, Judgement, moment
from sessiontui.domain.alerts.stability import Trouble, next_trouble_at, trouble
from sessiontui.domain.alerts.timers import ASKED_FOR, forgotten_from, timer_of
from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.intervals import union
from sessiontui.domain.links import host_of
from sessiontui.domain.phrases import count
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Kind, Status

AHEAD: Final = frozenset({Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED, Status.UPCOMING})
"""Published, and not begun."""

GOING: Final = AHEAD | {Status.WAITING, Status.ACTIVE, Status.PAUSED}
"""Published, and neither over nor cancelled."""

_LED: Final = frozenset({Kind.MENTORING, Kind.COACHING})
"""The kinds that cannot do without a mentor."""


@dataclass(frozen=True, slots=True)
class _Holds:
    """A rule that holds from ``since`` on, which may lie ahead; ``until`` is when time alone may end it."""

    since: datetime
    facts: tuple[Fact, ...] = ()
    until: datetime | None = None


_Rule: TypeAlias = Callable[[Case, datetime, Rules], "_Holds | None"]


def judge(case: Case, now: datetime, rules: Rules = DEFAULT_RULES) -> Judgement:
    """Return the alerts that hold for a session at ``now``, the worst first, and when to judge it again."""
    found: list[Finding] = []
    due: list[datetime] = []
    for rule, ask in _RULES:
        answer = ask(case, now, rules)
        if answer is None or (severity := rules.alerts.severity_of(rule)) is None:
            continue
        if answer.since > now:
            due.append(answer.since)
            continue
        found.append(Finding(rule=rule, severity=severity, since=answer.since, facts=answer.facts))
        if answer.until is not None and answer.until > now:
            due.append(answer.until)
    if rules.alerts.unstable is not None:
        following = next_trouble_at(case, now, rules)
        due += [] if following is None else [following]
    return Judgement(findings=tuple(found), next_at=min(due, default=None))


# -- the rules -----------------------------------------------------------------------------------------------


def _nobody_joined(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """Waiting for longer than it should; a silent feed is the better explanation, and has an alert of its own."""
    facts, derived = case.facts, case.derived
    if derived.status is not Status.WAITING or case.around.feed_silent:
        return None
    waiting = _latest(facts.begin, case.open_since, derived.last_left_at)
    after = (
        rules.waiting_alert_after if rules.alerts.nobody_joined_after is None else rules.alerts.nobody_joined_after
    )
    return _Holds(waiting + after, (moment("waiting_since", waiting), ("approved", str(facts.approved))))


def _upcoming_empty(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """It is about to begin and nobody is approved."""
    facts = case.facts
    if case.derived.status is not Status.UPCOMING or facts.approved:
        return None
    since = _latest(facts.starts_at - rules.upcoming_window, case.open_since, case.emptied_at)
    return _Holds(since, (moment("starts_at", facts.starts_at), ("pending", str(facts.pending))))


def _request_backlog(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """A request waits for too long, or the start is near; past the end nobody needs an answer."""
    facts = case.facts
    if not facts.pending or case.derived.status not in GOING or now >= facts.ends_at:
        return None
    settings = rules.alerts
    lead = settings.request_backlog_before_start
    near = facts.starts_at - (rules.backlog_before_start if lead is None else lead)
    since = near
    if facts.oldest_pending_at is not None:
        after = rules.backlog_after if settings.request_backlog_after is None else settings.request_backlog_after
        since = min(facts.oldest_pending_at + after, max(near, facts.oldest_pending_at))
    told = () if facts.oldest_pending_at is None else (moment("pending_since", facts.oldest_pending_at),)
    pending = ("pending", str(facts.pending))
    return _Holds(
        _latest(since, case.open_since), (pending, *told, moment("starts_at", facts.starts_at)), facts.ends_at
    )


def _seat_free(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """A session that was full has a seat again, and somebody has waited for it since before."""
    facts, freed_at = case.facts, case.freed_at
    if freed_at is None or case.derived.status not in GOING or now >= facts.ends_at:
        return None
    if facts.oldest_pending_at is None or facts.oldest_pending_at > freed_at:
        return None  # who asks while there are seats waits for a decision, not for a seat
    told = (
        ("free", str(facts.capacity - facts.approved)),
        ("seats", str(facts.capacity)),
        ("pending", str(facts.pending)),
        moment("pending_since", facts.oldest_pending_at),
        moment("starts_at", facts.starts_at),
    )
    return _Holds(_latest(freed_at, case.open_since), told, facts.ends_at)


def _no_show_risk(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """It starts soon, and too probably nobody comes."""
    facts, chance, settings = case.facts, case.around.chance, rules.alerts
    if chance is None or case.derived.status not in AHEAD or chance.nobody < settings.no_show_risk_chance:
        return None
    told = [("chance", f"{chance.nobody:.0%}"), ("approved", str(facts.approved))]
    if chance.base_rate is not None:
        told.append(("base rate", f"{chance.base_rate:.0%}"))
    if chance.cases:
        told.append(("past cases", str(chance.cases)))
    since = _latest(facts.starts_at - settings.no_show_risk_within, case.open_since, chance.at)
    return _Holds(since, (*told, moment("starts_at", facts.starts_at)))


def _host_missing(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """Guests are there and the host has been away for too long."""
    facts = case.facts
    if case.derived.status is not Status.ACTIVE or facts.kind is Kind.WORK or not facts.has_host:
        return None
    settings = rules.alerts
    after = rules.host_absent_after if settings.host_missing_after is None else settings.host_missing_after
    if any(_is_here(stay, now, rules) for stay in facts.hosts):
        # A host who fell silent without a word is gone since the last beat, as soon as that is certain.
        ends = [_fallen_silent(stay, after, rules) for stay in facts.hosts if _is_here(stay, now, rules)]
        known = [end for end in ends if end is not None]
        return _Holds(max(known)) if len(known) == len(ends) and max(known) > now else None
    gone = _latest(facts.begin, *(closed_at(stay, now, rules) for stay in facts.hosts if stay.joined_at <= now))
    guests = _here_since(facts.guests, now, rules)
    told = [moment("guests_since", guests), ("guests", str(len(case.derived.here)))]
    was_there = any(stay.joined_at <= now for stay in facts.hosts)
    told += [moment("host_gone_since", gone)] if was_there else [("host", "never came")]
    return _Holds(max(gone + after, guests), tuple(told))


def _no_mentor(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """Mentoring or coaching starts soon, or has begun, and nobody is to lead it."""
    facts = case.facts
    if facts.kind not in _LED or facts.mentor or case.derived.status not in GOING or now >= facts.ends_at:
        return None
    since = _latest(facts.starts_at - rules.alerts.no_mentor_within, case.open_since)
    told = (moment("starts_at", facts.starts_at), ("kind", str(facts.kind)), ("approved", str(facts.approved)))
    return _Holds(since, told, facts.ends_at)


def _clash(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """Somebody is expected in another session at the same time."""
    overlaps = case.around.overlaps
    if not overlaps or case.derived.status not in GOING:
        return None
    first = overlaps[0]
    told = [("who", first.who), ("other session", f"#{first.other_id} {first.other}")]
    if len(overlaps) > 1:
        told.append(("more", count(len(overlaps) - 1, "double booking")))
    return _Holds(min(overlap.since for overlap in overlaps), tuple(told))


def _overtime(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """It goes on, or is paused, long past its end."""
    facts = case.facts
    if case.derived.status not in (Status.ACTIVE, Status.PAUSED):
        return None
    after = rules.overtime_after if rules.alerts.overtime_after is None else rules.alerts.overtime_after
    return _Holds(facts.ends_at + after, (moment("ended_at", facts.ends_at), ("here", str(len(case.derived.here)))))


def _forgotten_timer(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """Somebody's timer runs and nobody works; or it ran until it was stopped by itself, which tells nothing."""
    timer = timer_of(case.facts, now, rules, active_at=case.around.active_at)
    if timer is None:
        return None
    settings = rules.alerts
    told = (moment("running_since", timer.since), moment("active_at", timer.active_at))
    if timer.stopped_at is not None:
        is_true = timer.stopped_at < timer.active_at + settings.forgotten_timer_after
        stopped = (*told, moment("stopped_at", timer.stopped_at))
        until = timer.stopped_at + ASKED_FOR
        return None if is_true or now >= until else _Holds(timer.stopped_at, stopped, until)
    return _Holds(forgotten_from(timer, case.facts, settings), told)


def _unstable(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """People fall out of it, or come back again and again."""
    seen: Trouble | None = trouble(case, now, rules)
    if seen is None:
        return None
    told: list[Fact] = []
    if seen.rejoins:
        told.append(("rejoins", f"{seen.rejoins} of one person"))
    if seen.lost:
        told.append(("lost", f"{seen.lost} of {seen.present}"))
    return _Holds(seen.since, (*told, ("platform", host_of(case.around.link) or "unknown")))


def _link_broken(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """People are expected soon and have no link to come by, or one that does not work."""
    facts, around = case.facts, case.around
    expected = case.derived.status in AHEAD or case.derived.status is Status.WAITING
    has_way = bool(around.link) or around.has_room
    if (has_way and around.broken is None) or facts.kind is Kind.WORK or not facts.approved or not expected:
        return None
    within = rules.alerts.link_broken_within
    near = facts.starts_at - (rules.upcoming_window if within is None else within)
    told = (moment("starts_at", facts.starts_at), ("approved", str(facts.approved)))
    if around.broken is None or not has_way:
        return _Holds(_latest(near, case.open_since), (("link", "missing"), *told))
    since = _latest(around.broken.since, case.open_since)
    return _Holds(since, (("link", "broken"), ("seen", around.broken.fact), *told))


def _delivery_failed(case: Case, now: datetime, rules: Rules) -> _Holds | None:
    """A message about it is dead, or nobody knows whether it arrived."""
    failed = case.around.undelivered
    if not failed:
        return None
    first = min(failed, key=lambda message: message.since)
    told = [("message", first.what), ("state", first.state)]
    if len(failed) > 1:
        told.append(("more", count(len(failed) - 1, "message")))
    return _Holds(first.since, tuple(told))


_RULES: Final[Sequence[tuple[AlertRule, _Rule]]] = (
    (AlertRule.HOST_MISSING, _host_missing),
    (AlertRule.NOBODY_JOINED, _nobody_joined),
    (AlertRule.UNSTABLE, _unstable),
    (AlertRule.LINK_BROKEN, _link_broken),
    (AlertRule.NO_MENTOR, _no_mentor),
    (AlertRule.UPCOMING_EMPTY, _upcoming_empty),
    (AlertRule.CLASH, _clash),
    (AlertRule.DELIVERY_FAILED, _delivery_failed),
    (AlertRule.NO_SHOW_RISK, _no_show_risk),
    (AlertRule.SEAT_FREE, _seat_free),
    (AlertRule.REQUEST_BACKLOG, _request_backlog),
    (AlertRule.OVERTIME, _overtime),
    (AlertRule.FORGOTTEN_TIMER, _forgotten_timer),
)


# -- what they have in common --------------------------------------------------------------------------------


def _latest(first: datetime, *others: datetime | None) -> datetime:
    return max((first, *(other for other in others if other is not None)))


def _is_here(stay: Stay, now: datetime, rules: Rules) -> bool:
    if stay.joined_at > now or stay.is_contradictory:
        return False
    end = closed_at(stay, now, rules)
    return end is None or end > now


def _fallen_silent(stay: Stay, after: timedelta, rules: Rules) -> datetime | None:
    """Return when a host who is thought to be here will have been away for ``after`` if not heard again."""
    if stay.left_at is not None:
        return stay.left_at + after
    if stay.heartbeat_at is None:
        return None
    return stay.heartbeat_at + max(after, rules.heartbeat_expiry)


def _here_since(stays: Iterable[Stay], now: datetime, rules: Rules) -> datetime:
    """Return since when somebody has been here without a break."""
    spans = []
    for stay in stays:
        if stay.joined_at <= now and not stay.is_contradictory:
            end = closed_at(stay, now, rules)
            tick = timedelta(milliseconds=1)
            spans.append((stay.joined_at, now + tick if end is None or end > now else end))
    return next((start for start, end in reversed(union(spans)) if end > now), now)

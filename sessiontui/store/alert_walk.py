"""What becomes of the alerts of a session, judged from the instant at which its row was due to the present.

A row that waited for its turn is judged at every instant at which it was due, so that what opened and what was
resolved meanwhile bears its own instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.alerts import NO_LIFT, Finding, Judgement, level_of
from sessiontui.domain.alerts.case import case_of
from sessiontui.domain.alerts.judging import judge
from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.rules import Rules
from sessiontui.domain.transitions import next_transition_at
from sessiontui.store.compact import dump
from sessiontui.store.nearby import Nearby, Standing

MOST_STEPS: Final = 64
"""Instants at which a row that waited for long is judged on its way to the present."""

ON_TIME: Final = timedelta(seconds=2)
"""A row that is derived this soon after it was due missed nothing: it is judged once, at the present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What became of the alerts of one subject: those that stand, those that were resolved, and when to look again.

    ``touched`` are the rules of those that stand and are not stored so.
    """

    standing: tuple[Standing, ...] = ()
    resolved: tuple[Standing, ...] = ()
    touched: frozenset[str] = frozenset()
    next_at: int | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything has to be written."""
        return bool(self.resolved or self.touched)

    @property
    def changed(self) -> tuple[Standing, ...]:
        """What has to be written."""
        return (*self.resolved, *(one for one in self.standing if one.rule in self.touched))

    def due(self, now: int) -> int | None:
        """Return when to look again, also because an alert is no longer put off."""
        snoozed = (one.snoozed_until for one in self.standing)
        due = [until for until in snoozed if until is not None and until > now]
        return min((*due, *(() if self.next_at is None else (self.next_at,))), default=None)


def follow(
    history: History,
    near: Nearby,
    facts: Facts,
    derived: Derived,
    *,
    now: datetime,
    due: datetime | None,
    rules: Rules,
    same_since: datetime | None = None,
) -> Followed:
    """Return what becomes of the alerts of a session derived at ``now`` whose row was due at ``due``.

    ``same_since`` is since when neither its facts nor its status have changed, where that is known: what was judged
    when it was due holds then as well, and is judged once.
    """
    walk = Walk(near)
    if due is not None and same_since is not None and same_since <= due < now <= due + ON_TIME:
        then = _judged(history, near, facts, derived, due, rules)
        if then.next_at is None or then.next_at > now:
            walk.take(then.findings, due)
            return walk.end(then.next_at)
    here = _judged(history, near, facts, derived, now, rules)
    is_late = due is not None and due < now
    if due is not None and is_late and (now - due > ON_TIME or walk.would_change(here.findings)):
        _catch_up(walk, history, near, due, now, rules)
    walk.take(here.findings, now)
    return walk.end(here.next_at)


def lifted(standing: Iterable[Standing], now: int) -> int:
    """Return how much open alerts lift their session: the level of the worst that presses, 2 for none."""
    return min((one.level for one in standing if one.resolved_at is None and one.presses(now)), default=NO_LIFT)


def subject_of(session_id: int) -> str:
    """Return how alerts name a session.

    >>> subject_of(4711)
    'session:4711'
    """
    return f"session:{session_id}"


class Walk:
    """The alerts of one session on their way from the instant at which it was due to the present."""

    def __init__(self, near: Nearby) -> None:
        self._standing = {one.rule: one for one in near.standing}
        self._resolved: list[Standing] = []
        self._touched: set[str] = set()

    def would_change(self, findings: Sequence[Finding]) -> bool:
        """Return whether findings are other ones than those that stand."""
        return {finding.rule.value for finding in findings} != set(self._standing)

    def take(self, findings: Sequence[Finding], at: datetime) -> None:
        """Let the findings of an instant be what stands."""
        there = {finding.rule.value: finding for finding in findings}
        for rule in [rule for rule in self._standing if rule not in there]:
            over = self._standing.pop(rule)
            self._touched.discard(rule)
            self._resolved.append(replace(over, resolved_at=max(to_ms(at), over.opened_at)))
        for rule, finding in there.items():
            level, told = level_of(finding.severity), dump(finding.facts)
            known = self._standing.get(rule)
            if known is None:
                since = to_ms(min(finding.since, at))
                self._standing[rule] = Standing(id=0, rule=rule, level=level, facts=told, opened_at=since)
            elif (known.level, known.facts) != (level, told):
                self._standing[rule] = replace(known, level=level, facts=told)
            else:
                continue
            self._touched.add(rule)

    def end(self, next_at: datetime | None) -> Followed:
        """Return what came of it."""
        return Followed(
            standing=tuple(self._standing.values()),
            resolved=tuple(self._resolved),
            touched=frozenset(self._touched),
            next_at=None if next_at is None else to_ms(next_at),
        )


def _catch_up(walk: Walk, history: History, near: Nearby, due: datetime, now: datetime, rules: Rules) -> None:
    """Judge at every instant from ``due`` on at which something was due, as far as the present."""
    at: datetime | None = due
    marks_of_history = instants(history)
    for _ in range(MOST_STEPS):
        if at is None or at >= now:
            return
        facts = facts_at(history, at, known=now, rules=rules)
        derived = derive(facts, at, rules)
        judgement = _judged(history, near, facts, derived, at, rules)
        walk.take(judgement.findings, at)
        following = (next_transition_at(facts, at, rules, marks=marks_of_history), judgement.next_at)
        at = min((instant for instant in following if instant is not None), default=None)


def _judged(history: History, near: Nearby, facts: Facts, derived: Derived, at: datetime, rules: Rules) -> Judgement:
    """Return the alerts of a session at an instant; one that is put away, or not there yet, has none."""
    if facts.archived_at is not None or not history.exists_at(at):
        return Judgement()
    return judge(case_of(history, facts, derived, at, near.around), at, rules)

"""Which alerts hold: each rule to the millisecond, and no change between the instants that are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.alerts import AlertRule, AlertSettings, Suggestion
from sessiontui.domain.alerts.case import Case, Chance, Overlap, Surroundings, Undelivered, case_of
from sessiontui.domain.alerts.judging import judge
from sessiontui.domain.alerts.standing import Feed, Machine, feed_silent, machine_alerts
from sessiontui.domain.alerts.suggesting import MOST, SUGGESTED, Means, suggestions
from sessiontui.domain.alerts.telling import sentence
from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.lifecycle import Facts, derive
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.transitions import next_transition_at
from sessiontui.domain.vocabulary import Control, Kind, Severity
from tests.domain.facts import END, HOUR, MIN, MS, START, S, histories, session, stay
from tests.oracle import SMALL_RULES, at

LINKED = Surroundings(link="https://meet.example.org/1")


def judged(facts: Facts, now: datetime, around: Surroundings = LINKED, rules: Rules = DEFAULT_RULES, **more: object):
    case = Case(facts=facts, derived=derive(facts, now, rules), around=around, **more)  # type: ignore[arg-type]
    return judge(case, now, rules)


def holding(facts: Facts, now: datetime, around: Surroundings = LINKED, rules: Rules = DEFAULT_RULES, **more: object):
    return {finding.rule: finding for finding in judged(facts, now, around, rules, **more).findings}


def opens_at(rule: AlertRule, facts: Facts, instant: datetime, around: Surroundings = LINKED, **more: object) -> None:
    """Check that a rule holds from an instant on, is due then if asked shortly before, and says since when."""
    before = judged(facts, instant - MS, around, **more)
    assert rule not in {finding.rule for finding in before.findings}
    due = next_transition_at(facts, instant - MS, DEFAULT_RULES)
    assert min(mark for mark in (before.next_at, due) if mark is not None) == instant
    after = holding(facts, instant, around, **more)
    assert after[rule].since == instant
    assert after[rule] == holding(facts, instant + MS, around, **more)[rule]


def test_nobody_joined_opens_ten_minutes_into_waiting_and_ends_with_a_guest():
    facts = session(approved=3)
    opens_at(AlertRule.NOBODY_JOINED, facts, START + 10 * MIN)
    joined = session(approved=3, guests=(stay(START + 12 * MIN),))
    assert AlertRule.NOBODY_JOINED not in holding(joined, START + 12 * MIN)
    assert AlertRule.NOBODY_JOINED not in holding(facts, END)


def test_who_waits_since_it_was_published_late_waits_from_then_on():
    assert not holding(session(), START + 12 * MIN, open_since=START + 5 * MIN)
    late = holding(session(), START + 15 * MIN, open_since=START + 5 * MIN)
    assert late[AlertRule.NOBODY_JOINED].since == START + 15 * MIN


def test_a_silent_feed_holds_nobody_joined_back():
    around = replace(LINKED, feed_silent=True)
    assert AlertRule.NOBODY_JOINED not in holding(session(), START + 30 * MIN, around)


def test_upcoming_empty_opens_with_the_window_or_with_the_last_seat_that_was_lost():
    opens_at(AlertRule.UPCOMING_EMPTY, session(pending=2, oldest_pending_at=START - MIN), START - 30 * MIN)
    lost = holding(session(), START - 5 * MIN, emptied_at=START - 7 * MIN)
    assert lost[AlertRule.UPCOMING_EMPTY].since == START - 7 * MIN
    assert AlertRule.UPCOMING_EMPTY not in holding(session(approved=1), START - 5 * MIN)
    assert AlertRule.UPCOMING_EMPTY not in holding(session(), START)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        (START - 72 * HOUR, START - 48 * HOUR),
        (START - 25 * HOUR, START - 2 * HOUR),
        (START - 10 * HOUR, START - 2 * HOUR),
        (START - HOUR, START - HOUR),
    ],
)
def test_a_backlog_opens_after_a_day_or_two_hours_before_the_start(asked: datetime, opens: datetime):
    opens = min(opens, asked + 24 * HOUR)
    facts = session(pending=1, approved=1, oldest_pending_at=asked)
    assert holding(facts, opens)[AlertRule.REQUEST_BACKLOG].since == opens
    if opens > asked:
        assert AlertRule.REQUEST_BACKLOG not in holding(facts, opens - MS)
        assert judged(facts, opens - MS).next_at == opens


def test_a_backlog_ends_with_the_window():
    facts = session(pending=1, oldest_pending_at=START - HOUR, guests=(stay(START),))
    assert judged(facts, END - MS).next_at is not None
    assert AlertRule.REQUEST_BACKLOG not in holding(facts, END)


def test_no_show_risk_opens_a_day_before_the_start_and_ends_with_it():
    around = replace(LINKED, chance=Chance(nobody=0.4, at=START - 50 * HOUR, base_rate=0.2, cases=80))
    opens_at(AlertRule.NO_SHOW_RISK, session(approved=2), START - 24 * HOUR, around)
    assert AlertRule.NO_SHOW_RISK not in holding(session(approved=2), START, around)
    less = replace(LINKED, chance=Chance(nobody=0.399, at=START - 50 * HOUR))
    assert AlertRule.NO_SHOW_RISK not in holding(session(approved=2), START - HOUR, less)


def test_a_missing_host_counts_from_when_they_left_or_the_begin_and_only_with_guests():
    facts = session(guests=(stay(START + 2 * MIN),))
    opens_at(AlertRule.HOST_MISSING, facts, START + 5 * MIN)
    left = session(guests=(stay(START),), hosts=(stay(START, START + 20 * MIN, "lee"),))
    opens_at(AlertRule.HOST_MISSING, left, START + 25 * MIN)
    late_guests = session(guests=(stay(START + 9 * MIN),))
    assert holding(late_guests, START + 9 * MIN)[AlertRule.HOST_MISSING].since == START + 9 * MIN
    assert not holding(session(guests=(stay(START),), hosts=(stay(START, who="lee"),)), START + 50 * MIN)
    assert not holding(session(kind=Kind.WORK, guests=(stay(START),)), START + 30 * MIN)


def test_guests_who_have_just_come_in_are_not_told_in_minutes():
    found = holding(session(guests=(stay(START + 9 * MIN),)), START + 9 * MIN)[AlertRule.HOST_MISSING]
    facts = (("guests", "1"), *(fact for fact in found.facts if fact[0] != "guests"))
    at = START + 9 * MIN + 20 * S
    assert sentence(AlertRule.HOST_MISSING, facts, at) == "1 guest inside since just now, host never came"
    later = sentence(AlertRule.HOST_MISSING, facts, at + MIN)
    assert later == "1 guest inside for 1 min, host never came"


def test_a_host_who_fell_silent_is_due_when_the_silence_has_lasted():
    beating = stay(START, who="lee", heartbeat_at=START + 10 * MIN)
    facts = session(guests=(stay(START),), hosts=(beating,))
    assert judged(facts, START + 11 * MIN).next_at == START + 15 * MIN
    assert holding(facts, START + 15 * MIN)[AlertRule.HOST_MISSING].since == START + 15 * MIN


def test_no_mentor_opens_a_day_before_mentoring_and_coaching_alone():
    facts = session(kind=Kind.MENTORING, approved=1)
    opens_at(AlertRule.NO_MENTOR, facts, START - 24 * HOUR)
    assert AlertRule.NO_MENTOR in holding(facts, START + MIN)
    assert AlertRule.NO_MENTOR not in holding(facts, END)
    assert AlertRule.NO_MENTOR not in holding(replace(facts, mentor="p1"), START)
    assert AlertRule.NO_MENTOR not in holding(session(approved=1), START - HOUR)
    assert AlertRule.NO_MENTOR not in holding(replace(facts, control=Control.DRAFT), START - HOUR)


def test_a_clash_holds_since_it_came_about_while_the_session_goes_on():
    since = START - 3 * HOUR
    around = replace(LINKED, overlaps=(Overlap(who="Ana", other_id=7, other="CV", since=since),))
    assert holding(session(approved=1), START - HOUR, around)[AlertRule.CLASH].since == since
    assert AlertRule.CLASH not in holding(session(control=Control.CANCELLED), START, around)
    assert AlertRule.CLASH not in holding(session(), END, around)


def test_overtime_opens_a_quarter_of_an_hour_past_the_end():
    inside = session(guests=(stay(START),), hosts=(stay(START, who="lee"),))
    opens_at(AlertRule.OVERTIME, inside, END + 15 * MIN)
    paused = session(control=Control.PAUSED, paused_at=START + MIN)
    opens_at(AlertRule.OVERTIME, paused, END + 15 * MIN)


def crowd(size: int, gone: int, when: datetime):
    return tuple(stay(START, when + n * S if n < gone else None, f"g{n}") for n in range(size))


def test_half_of_a_crowd_lost_within_three_minutes_is_unstable_until_that_is_three_minutes_ago():
    when = START + 20 * MIN
    hosts = (stay(START, who="lee"),)
    facts = session(guests=crowd(7, 4, when), hosts=hosts)
    assert AlertRule.UNSTABLE not in holding(facts, when + 2 * S)
    found = holding(facts, when + 3 * S)[AlertRule.UNSTABLE]
    assert (found.since, dict(found.facts)["lost"]) == (when + 3 * S, "4 of 8")
    assert AlertRule.UNSTABLE in holding(facts, when + 3 * MIN - MS)
    assert AlertRule.UNSTABLE not in holding(facts, when + 3 * MIN)
    assert AlertRule.UNSTABLE not in holding(session(guests=crowd(3, 2, when)), when + 2 * S), "too few to tell"
    natural = END - 5 * MIN
    assert AlertRule.UNSTABLE not in holding(session(guests=crowd(8, 6, natural), hosts=hosts), natural + 10 * S)


def test_three_rejoins_of_one_person_within_ten_minutes_are_unstable_and_two_are_not():
    def rejoins(times: int):
        spans = [(START + n * 2 * MIN, START + n * 2 * MIN + MIN) for n in range(times)]
        last = START + times * 2 * MIN
        stays = (*(stay(since, until) for since, until in spans), stay(last))
        return session(guests=stays, hosts=(stay(START, who="lee"),)), last

    facts, last = rejoins(3)
    found = holding(facts, last)[AlertRule.UNSTABLE]
    assert (found.since, dict(found.facts)["platform"]) == (last, "meet.example.org")
    assert AlertRule.UNSTABLE not in holding(facts, last - MS)
    first_rejoin = START + 2 * MIN
    assert AlertRule.UNSTABLE in holding(facts, first_rejoin + 10 * MIN - MS)
    assert AlertRule.UNSTABLE not in holding(facts, first_rejoin + 10 * MIN)
    facts, last = rejoins(2)
    assert AlertRule.UNSTABLE not in holding(facts, last)


def test_a_second_device_is_no_rejoin():
    both = tuple(stay(START + n * MIN, START + n * MIN + 50 * S, "ana") for n in range(5))
    facts = session(guests=(stay(START), *both), hosts=(stay(START, who="lee"),))
    assert AlertRule.UNSTABLE not in holding(facts, START + 5 * MIN)


def test_a_missing_link_presses_when_people_are_expected_soon():
    opens_at(AlertRule.LINK_BROKEN, session(approved=1), START - 30 * MIN, Surroundings())
    assert AlertRule.LINK_BROKEN not in holding(session(), START - MIN, Surroundings())
    inside = session(approved=1, guests=(stay(START),), hosts=(stay(START, who="lee"),))
    assert AlertRule.LINK_BROKEN not in holding(inside, START + MIN, Surroundings())


def test_a_message_that_did_not_arrive_holds_whatever_the_status():
    lost = Undelivered(what="reminder to Ana", state="dead", since=START - HOUR)
    around = replace(LINKED, undelivered=(lost,))
    assert holding(session(control=Control.CANCELLED), END, around)[AlertRule.DELIVERY_FAILED].since == START - HOUR


def test_a_rule_can_be_switched_off_weighed_and_given_another_threshold():
    facts, now = session(approved=1), START + 10 * MIN
    off = replace(DEFAULT_RULES, alerts=AlertSettings(nobody_joined=None))
    assert AlertRule.NOBODY_JOINED not in holding(facts, now, rules=off)
    grave = replace(DEFAULT_RULES, alerts=AlertSettings(nobody_joined=Severity.CRITICAL, nobody_joined_after=3 * MIN))
    found = holding(facts, START + 3 * MIN, rules=grave)[AlertRule.NOBODY_JOINED]
    assert (found.severity, found.since) == (Severity.CRITICAL, START + 3 * MIN)
    assert AlertRule.NOBODY_JOINED not in holding(facts, START + 3 * MIN - MS, rules=grave)


# -- never late ----------------------------------------------------------------------------------------------

_AROUND = st.builds(
    Surroundings,
    link=st.sampled_from(("", "https://meet.example.org/1")),
    feed_silent=st.booleans(),
    chance=st.none() | st.builds(Chance, nobody=st.sampled_from((0.1, 0.4, 0.9)), at=st.just(at(-20))),
)

_KEEN = replace(
    SMALL_RULES,
    waiting_alert_after=5 * MS,
    backlog_after=9 * MS,
    backlog_before_start=4 * MS,
    overtime_after=6 * MS,
    alerts=AlertSettings(
        unstable_people=2,
        unstable_rejoins=1,
        unstable_within=8 * MS,
        unstable_lost_within=5 * MS,
        unstable_before_end=2 * MS,
        host_missing_after=3 * MS,
        no_show_risk_within=12 * MS,
        no_mentor_within=14 * MS,
        link_broken_within=10 * MS,
    ),
)
"""Thresholds of a few milliseconds each, so that random histories meet their borders."""


def _told(history: History, around: Surroundings, now: datetime, known: datetime, rules: Rules):
    facts = facts_at(history, now, known=known, rules=rules)
    derived = derive(facts, now, rules)
    return facts, judge(case_of(history, facts, derived, now, around), now, rules)


@settings(max_examples=300)
@given(histories(), _AROUND, st.integers(-20, 70))
def test_nothing_changes_at_any_millisecond_before_the_one_that_is_due(
    history: History, around: Surroundings, when: int
):
    now = at(when)
    facts, first = _told(history, around, now, now, _KEEN)
    due = [next_transition_at(facts, now, _KEEN, marks=instants(history)), first.next_at]
    following = min((instant for instant in due if instant is not None), default=at(when + 40))
    said = {(one.rule, one.severity, one.since, one.facts) for one in first.findings}
    instant = now + MS
    while instant < min(following, at(when + 40)):
        _, later = _told(history, around, instant, instant, _KEEN)
        assert {(one.rule, one.severity, one.since, one.facts) for one in later.findings} == said, instant
        instant += MS


@given(histories(), _AROUND, st.integers(-20, 70))
def test_an_alert_began_when_it_says_and_is_due_later_than_now(history: History, around: Surroundings, when: int):
    now = at(when)
    facts, judgement = _told(history, around, now, now, DEFAULT_RULES)
    assert all(finding.since <= now for finding in judgement.findings)
    assert judgement.next_at is None or judgement.next_at > now
    rules = [finding.rule for finding in judgement.findings]
    assert len(rules) == len(set(rules))
    for finding in judgement.findings:
        assert sentence(finding.rule, finding.facts, now)
        helpful = suggestions(finding.rule, Means(facts=facts), now, able=frozenset(Suggestion))
        assert len(helpful) <= MOST


# -- what is about no session --------------------------------------------------------------------------------


def feed(**changes: object) -> Feed:
    usual = {"source": "zoom", "heard_at": START, "gaps": {4: 40, 6: 5}, "going_on": 1, "expected_since": START,
             "were_inside": True}  # fmt: skip
    return Feed(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_feed_is_silent_after_five_minutes_or_five_of_its_pauses():
    usual = AlertSettings()
    assert feed_silent(feed(), START + 5 * MIN - MS, usual) is None
    found = feed_silent(feed(), START + 5 * MIN, usual)
    assert found is not None
    assert (found.since, found.severity) == (START + 5 * MIN, Severity.CRITICAL)
    slow = feed(gaps={7: 40})
    assert feed_silent(slow, START + 16 * MIN - MS, usual) is None
    assert feed_silent(slow, START + 16 * MIN, usual) is not None


def test_a_feed_may_rest_while_there_is_nothing_to_tell():
    usual, late = AlertSettings(), START + HOUR
    assert feed_silent(feed(going_on=0, expected_since=None), late, usual) is None
    assert feed_silent(feed(were_inside=False), late, usual) is None, "perhaps nobody comes to the one session"
    assert feed_silent(feed(were_inside=False, going_on=3), late, usual) is not None
    assert feed_silent(feed(gaps={4: 3}), late, usual) is None, "nobody knows yet what is usual"
    begun = feed(expected_since=late - 2 * MIN)
    assert feed_silent(begun, late, usual) is None, "silence counts from the begin"


def test_the_installation_is_judged_at_its_thresholds():
    gib = 1 << 30
    fine = Machine(
        late=5 * S, free=gib, total=10 * gib, backup_at=START - 26 * HOUR + MS, opened_at=START - 99 * HOUR
    )
    assert machine_alerts(fine, START, AlertSettings()) == ()
    bad = replace(fine, late=5 * S + MS, free=gib - 1, backup_at=START - 26 * HOUR)
    rules = [finding.rule for finding in machine_alerts(bad, START, AlertSettings())]
    assert rules == [AlertRule.WORKER_LATE, AlertRule.DISK_LOW, AlertRule.BACKUP_OLD]
    large = replace(fine, free=4 * gib, total=100 * gib)
    assert [finding.rule for finding in machine_alerts(large, START, AlertSettings())] == [AlertRule.DISK_LOW]
    never = replace(fine, backup_at=None, opened_at=START - HOUR)
    assert machine_alerts(never, START, AlertSettings()) == ()


# -- what helps ----------------------------------------------------------------------------------------------


def test_every_rule_proposes_something_and_what_is_impossible_is_left_out():
    assert set(SUGGESTED) == set(AlertRule)
    able = frozenset(Suggestion)
    facts, now = session(approved=2, mentor="p1"), START + 12 * MIN
    reachable = Means(facts=facts, mentor_phone=True, link=True, author=True)
    assert suggestions(AlertRule.NOBODY_JOINED, reachable, now, able=able) == (
        Suggestion.REMIND, Suggestion.CALL_MENTOR, Suggestion.CANCEL,
    )  # fmt: skip
    assert suggestions(AlertRule.NOBODY_JOINED, replace(reachable, mentor_phone=False), now, able=able) == (
        Suggestion.REMIND, Suggestion.CANCEL,
    )  # fmt: skip
    full = Means(facts=session(pending=1, approved=2, capacity=2))
    assert Suggestion.APPROVE not in suggestions(AlertRule.REQUEST_BACKLOG, full, START - HOUR, able=able)
    assert suggestions(AlertRule.DISK_LOW, Means(), now, able=able) == (Suggestion.OPEN_HEALTH,)

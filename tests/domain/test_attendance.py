"""Attendance: each verdict at its borders, and all of them against a second, slow reading of the design."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.attendance import EMPTY_ROLL, Attended, Correction, Roll, call_roll
from sessiontui.domain.lifecycle import Facts
from sessiontui.domain.rules import Rules
from sessiontui.domain.vocabulary import Attendance, Control, Kind
from tests import oracle
from tests.domain.facts import END, HOUR, MIN, MS, START, any_facts, session, stay

LATER = END + HOUR


def roll(facts: Facts, now: datetime = LATER, *, expected=("ana",), **how: object) -> Roll:
    return call_roll(facts, now, expected=expected, **how)  # type: ignore[arg-type]


def of(facts: Facts, now: datetime = LATER, *, who: str = "ana", **how: object) -> Attended:
    (found,) = [one for one in roll(facts, now, **how).attended if one.who == who]
    return found


WHOLE = stay(START, END, "bob")
"""Somebody who is there all the time, so that the session runs its hour."""


def with_bob(*stays: object, **changes: object) -> Facts:
    return session(guests=(*stays, WHOLE), **changes)


# -- each verdict at its border --------------------------------------------------------------------------------


def test_present_is_who_came_in_time_and_stayed_long_enough():
    found = of(with_bob(stay(START, END)))
    assert (found.verdict, found.stayed, found.first_join, found.last_leave) == (Attendance.PRESENT, HOUR, START, END)
    assert (found.is_expected, found.is_walk_in, found.is_here) == (True, False, False)
    assert found.why == "60 of 60 min"


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (timedelta(), Attendance.PRESENT),
        (10 * MIN, Attendance.PRESENT),  # not more than late_after
        (10 * MIN + MS, Attendance.LATE),
        (30 * MIN, Attendance.LATE),  # exactly half is enough
        (30 * MIN + MS, Attendance.PARTIAL),  # too little comes before too late
    ],
)
def test_late_and_partial_at_their_borders(late: timedelta, verdict: Attendance):
    assert of(with_bob(stay(START + late, END))).verdict is verdict


@pytest.mark.parametrize(
    ("stayed", "verdict"),
    [(30 * MIN - MS, Attendance.PARTIAL), (30 * MIN, Attendance.PRESENT), (MS, Attendance.PARTIAL)],
)
def test_partial_is_less_than_the_ratio_of_what_the_session_ran(stayed: timedelta, verdict: Attendance):
    assert of(with_bob(stay(START, START + stayed))).verdict is verdict


def test_partial_is_measured_by_the_actual_duration_not_the_scheduled_one():
    short = session(guests=(stay(START, START + 6 * MIN), stay(START, START + 12 * MIN, "bob")))
    assert of(short).verdict is Attendance.PRESENT


def test_absent_is_who_was_approved_and_never_seen():
    found = roll(with_bob(), expected=("ana", "bob"))
    assert [(one.who, one.verdict) for one in found.attended] == [
        ("ana", Attendance.ABSENT),
        ("bob", Attendance.PRESENT),
    ]
    assert found.absentees == ("ana",)
    assert found.attended[0].why == "approved, never seen"


@pytest.mark.parametrize(
    ("left", "seen"), [(START - MS, False), (START, False), (START + MS, True)]
)  # a presence has to reach past the beginning
def test_who_only_tried_the_link_beforehand_has_not_come(left: datetime, seen: bool):
    facts = with_bob(stay(START - 20 * MIN, left))
    assert of(facts).verdict is (Attendance.PARTIAL if seen else Attendance.ABSENT)
    assert roll(facts).absentees == (() if seen else ("ana",))
    assert [one.who for one in roll(facts, expected=()).attended] == (["ana", "bob"] if seen else ["bob"])


def test_a_try_beforehand_does_not_make_a_late_one_punctual():
    facts = with_bob(stay(START - 20 * MIN, START - 19 * MIN), stay(START + 15 * MIN, END))
    assert of(facts).verdict is Attendance.LATE
    assert of(facts).first_join == START + 15 * MIN
    assert of(facts).why == "came 15 min after the start, 45 of 60 min"


def test_two_devices_count_once_and_a_gap_does_not_count():
    facts = with_bob(stay(START, START + 20 * MIN), stay(START + 10 * MIN, START + 29 * MIN), stay(END - MIN, END))
    assert of(facts).stayed == 30 * MIN
    assert of(facts).verdict is Attendance.PRESENT


def test_pauses_count_for_nobody():
    facts = with_bob(stay(START, START + 30 * MIN), pauses=((START + 20 * MIN, START + 30 * MIN),))
    assert of(facts).stayed == 20 * MIN
    assert of(facts).verdict is Attendance.PARTIAL  # of 50 minutes


def test_who_contradicts_the_source_is_unknown_before_anything_else():
    facts = with_bob(stay(START + MIN, START))
    assert of(facts).verdict is Attendance.UNKNOWN
    assert of(facts).why == "the source says that they left before they came"
    assert of(with_bob(stay(START, END), stay(START + MIN, START))).verdict is Attendance.UNKNOWN
    assert of(facts, who="bob").verdict is Attendance.PRESENT


def test_where_nobody_came_all_who_were_expected_are_absent():
    found = roll(session(), expected=("ana", "bob"))
    assert {(one.verdict, one.why) for one in found.attended} == {(Attendance.ABSENT, "approved, never seen")}
    assert found.absentees == ("ana", "bob")


def test_while_nobody_has_come_yet_nobody_is_absent():
    found = roll(session(), START + 5 * MIN, expected=("ana", "bob"))
    assert {(one.verdict, one.why) for one in found.attended} == {(Attendance.UNKNOWN, "nobody has come yet")}


def test_where_people_came_and_no_time_is_known_nobody_knows_who_attended():
    came_and_left_at_once = stay(START + MIN, START + MIN, "bob")
    found = roll(session(guests=(came_and_left_at_once,)), expected=("ana", "bob"))
    assert {(one.who, one.verdict, one.why) for one in found.attended} == {
        ("ana", Attendance.UNKNOWN, "not seen, but the session did not run"),
        ("bob", Attendance.UNKNOWN, "seen, but the session did not run"),
    }


def test_what_was_set_by_hand_beats_everything_and_says_who_and_why():
    mark = Correction(verdict=Attendance.EXCUSED, by="Amara", at=LATER, reason="was ill")
    for facts in (with_bob(stay(START, END)), with_bob(), session(), with_bob(stay(START + MIN, START))):
        found = of(facts, corrections={"ana": mark})
        assert (found.verdict, found.why, found.correction) == (Attendance.EXCUSED, "set by Amara: was ill", mark)
    cyd = of(with_bob(), who="cyd", corrections={"cyd": replace(mark, verdict=Attendance.PRESENT, reason="")})
    assert (cyd.verdict, cyd.is_expected, cyd.is_walk_in, cyd.why) == (
        Attendance.PRESENT,
        False,
        False,
        "set by Amara",
    )


def test_seen_without_approval_is_a_walk_in():
    facts = with_bob(stay(START, END))
    assert of(facts, expected=()).is_walk_in
    assert of(facts, expected=()).verdict is Attendance.PRESENT
    assert not of(facts, expected=(), unmatched=frozenset({"ana"})).is_walk_in
    assert not of(replace(facts, kind=Kind.WORK), expected=()).is_walk_in


def test_the_host_gets_no_verdict():
    facts = session(guests=(WHOLE,), hosts=(stay(START, END, "lee"),))
    assert [one.who for one in roll(facts, expected=("lee", "bob"), host="lee").attended] == ["bob"]
    mark = Correction(verdict=Attendance.ABSENT, by="Amara", at=LATER)
    assert [one.who for one in roll(facts, expected=(), host="lee", corrections={"lee": mark}).attended] == ["bob"]
    assert roll(facts, expected=("lee",), host="lee").absentees == ()


@pytest.mark.parametrize(("now", "provisional"), [(START, True), (END - MS, True), (END, False)])
def test_it_is_provisional_until_the_window_ends(now: datetime, provisional: bool):
    assert roll(with_bob(), now).is_provisional is provisional


def test_nothing_is_said_before_it_begins_nor_of_drafts_and_cancelled_ones():
    assert roll(with_bob(), START - MS) is EMPTY_ROLL
    assert roll(with_bob(), START) is not EMPTY_ROLL
    assert roll(with_bob(begun_at=START - HOUR), START - HOUR) is not EMPTY_ROLL
    for control in (Control.DRAFT, Control.CANCELLED):
        assert roll(with_bob(control=control)) is EMPTY_ROLL


def test_who_is_still_there_has_no_last_leave():
    found = of(with_bob(stay(START)), START + 20 * MIN)
    assert (found.is_here, found.last_leave, found.stayed) == (True, None, 20 * MIN)


def test_lateness_counts_from_the_window_not_from_an_early_begin():
    facts = with_bob(stay(START + 5 * MIN, END), begun_at=START - 30 * MIN)
    assert of(facts).verdict is Attendance.PRESENT
    assert roll(facts).actual == HOUR


# -- against the oracle ----------------------------------------------------------------------------------------

RULES = replace(oracle.SMALL_RULES, late_after=3 * oracle.TICK, present_ratio=0.5)


def read_slowly(
    facts: Facts, now: int, expected: tuple[str, ...], by_hand: dict[str, str], rules: Rules
) -> dict[str, tuple[str, int, bool]] | None:
    """Say verdict, ticks and walk-in of everyone, tick by tick, going through the rules of the design in order."""
    case = oracle.case_of(facts)
    begin = case.starts if case.begun is None else min(case.starts, case.begun)
    if case.control in ("draft", "cancelled") or now < begin:
        return None
    session_answer = oracle.answer(case, now, rules)
    expiry = rules.heartbeat_every // oracle.TICK * rules.heartbeat_missed
    paused = {tick for start, end in case.pauses for tick in range(start, end)}
    paused |= set() if case.paused is None else set(range(case.paused, now))
    verdicts: dict[str, tuple[str, int, bool]] = {}
    everyone = {who for who, since, _, _ in case.guests if since <= now} | set(expected) | set(by_hand)
    for who in everyone:
        there: set[int] = set()
        joins: list[int] = []
        is_odd = is_seen = False
        for name, since, left, beat in case.guests:
            if name != who or since > now:
                continue
            if left is not None and left < since:
                is_odd, end, is_open = True, since, False
            elif left is not None:
                end, is_open = min(left, now), left > now
            elif beat is not None and now >= beat + expiry:
                end, is_open = beat, beat > now
            else:
                end, is_open = now, True
            if end > begin or (is_open and now >= begin):
                is_seen = True
                joins.append(since)
                there |= set(range(max(since, begin), end))
        if not is_seen and who not in expected and who not in by_hand:
            continue
        ticks = len(there - paused)
        if who in by_hand:
            verdict = by_hand[who]
        elif is_odd or (session_answer.actual == 0 and session_answer.status != "ended_no_show"):
            verdict = "unknown"
        elif not is_seen:
            verdict = "absent"
        elif ticks < rules.present_ratio * session_answer.actual:
            verdict = "partial"
        elif min(joins) - case.starts > rules.late_after // oracle.TICK:
            verdict = "late"
        else:
            verdict = "present"
        walked = is_seen and who not in expected and case.kind != "work"
        verdicts[who] = (verdict, ticks, walked)
    return verdicts


who_names = st.lists(st.sampled_from(("a", "b", "c", "d")), unique=True).map(tuple)
marks = st.dictionaries(st.sampled_from(("a", "e")), st.sampled_from(("excused", "absent", "present")), max_size=1)


@settings(max_examples=300)
@given(any_facts(), st.integers(-25, 80), who_names, marks)
def test_every_verdict_is_that_of_the_slow_reading(facts, now, expected, by_hand):
    corrections = {
        who: Correction(verdict=Attendance(word), by="Amara", at=oracle.at(now)) for who, word in by_hand.items()
    }
    found = call_roll(facts, oracle.at(now), expected=expected, corrections=corrections, rules=RULES)
    wanted = read_slowly(facts, now, expected, by_hand, RULES)
    if wanted is None:
        assert found is EMPTY_ROLL
        return
    assert {
        one.who: (str(one.verdict), one.stayed // oracle.TICK, one.is_walk_in) for one in found.attended
    } == wanted
    seen = {one.who for one in found.attended if one.first_join is not None}
    assert set(found.absentees) == set(expected) - seen


def test_the_slow_reading_can_disagree():
    end = START + 900 * MS  # it goes through every millisecond
    facts = session(ends_at=end, guests=(stay(START + 300 * MS, end), stay(START, end, "bob")))
    wanted = read_slowly(facts, oracle.tick_of(end + 100 * MS), ("ana",), {}, Rules(late_after=200 * MS))
    assert wanted is not None
    assert wanted["ana"][0] == "late"
    assert of(facts, end + 100 * MS, rules=Rules(late_after=300 * MS)).verdict is Attendance.PRESENT

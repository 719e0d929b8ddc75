"""The twelve lines of the derivation, the badges, the moves and the next transition, from the design's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.errors import Refused
from sessiontui.domain.lifecycle import Facts, check, derive, why_not
from sessiontui.domain.moves import MOVES
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.transitions import is_due_for_completion, next_transition_at
from sessiontui.domain.vocabulary import Badge, Control, Kind, Move, Status
from tests import oracle
from tests.domain.facts import END, HOUR, MIN, MS, START, S, any_facts, session, stay

NOBODY = session()
BEATING = session(guests=(stay(START, None, heartbeat_at=START + 10 * MIN),))


def status(facts: Facts, now: datetime) -> Status:
    return derive(facts, now).status


def around(facts: Facts, instant: datetime) -> tuple[str, str, str]:
    """Return the statuses one millisecond before, at, and one millisecond after an instant."""
    return tuple(str(status(facts, instant + shift)) for shift in (-MS, 0 * MS, MS))  # type: ignore[return-value]


# -- the twelve lines, each at its borders ----------------------------------------------------------------


@pytest.mark.parametrize("control", [Control.CANCELLED, Control.DRAFT, Control.PAUSED])
@pytest.mark.parametrize("now", [START - HOUR, START, START + 10 * MIN, END, END + 9 * HOUR])
def test_lines_1_to_3_a_control_that_decides_alone_decides_at_every_instant(control: Control, now: datetime):
    guest = stay(START - MIN, None, heartbeat_at=now)
    facts = session(control=control, guests=(guest,), pending=2, approved=3)
    assert derive(facts, now).rule == {"cancelled": 1, "draft": 2, "paused": 3}[control]
    assert status(facts, now) == control


def test_line_3_paused_past_the_end_stays_paused_with_overtime():
    facts = session(control=Control.PAUSED, paused_at=START + 10 * MIN)
    shown = [derive(facts, END + shift) for shift in (-MS, 0 * MS, MS)]
    assert [one.status for one in shown] == [Status.PAUSED] * 3
    assert [Badge.OVERTIME in one.badges for one in shown] == [False, True, True]


@pytest.mark.parametrize(
    ("guests", "expected"),
    [
        ((), Status.ENDED_NO_SHOW),
        ((stay(START, START + 29 * MIN),), Status.ENDED_EARLY),
        ((stay(START, START + 30 * MIN),), Status.ENDED_COMPLETE),
    ],
)
def test_line_4_completed_is_the_ended_rule_even_inside_the_window(guests, expected: Status):
    facts = session(control=Control.COMPLETED, guests=guests, ended_at=START + 31 * MIN)
    shown = derive(facts, START + 31 * MIN)
    assert (shown.status, shown.rule, shown.provisional) == (expected, 4, False)


def test_line_4_comes_before_line_5():
    facts = session(control=Control.COMPLETED, guests=(stay(START, END),))
    assert derive(facts, START + MIN).rule == 4


def test_line_5_a_guest_who_came_early_makes_it_active_exactly_at_the_start():
    facts = session(guests=(stay(START - 10 * MIN, END),))
    assert around(facts, START) == ("upcoming", "active", "active")
    assert derive(facts, START).rule == 5


def test_line_5_presence_is_half_open():
    facts = session(guests=(stay(START + 10 * MIN, START + 20 * MIN),))
    assert around(facts, START + 10 * MIN) == ("waiting", "active", "active")
    assert around(facts, START + 20 * MIN) == ("active", "waiting", "waiting")


def test_line_5_a_guest_past_the_end_keeps_it_active_with_overtime():
    facts = session(guests=(stay(START, END + 10 * MIN),))
    shown = [derive(facts, END + shift) for shift in (-MS, 0 * MS, MS)]
    assert [one.status for one in shown] == [Status.ACTIVE] * 3
    assert [Badge.OVERTIME in one.badges for one in shown] == [False, True, True]
    assert around(facts, END + 10 * MIN) == ("active", "ended_complete", "ended_complete")


def test_line_6_the_window_ends_exactly_at_its_end():
    assert around(NOBODY, END) == ("waiting", "ended_no_show", "ended_no_show")
    assert (derive(NOBODY, END).rule, derive(NOBODY, END).provisional) == (6, False)


def test_line_7_the_grace_is_exactly_five_minutes():
    left = START + 20 * MIN
    facts = session(guests=(stay(START, left),))
    assert around(facts, left) == ("active", "waiting", "waiting")
    assert around(facts, left + 5 * MIN) == ("waiting", "ended_early", "ended_early")
    shown = derive(facts, left + 5 * MIN)
    assert (shown.rule, shown.provisional, Badge.EVERYONE_LEFT in shown.badges) == (7, True, True)


def test_line_7_the_grace_counts_from_the_last_who_left():
    facts = session(guests=(stay(START, START + 5 * MIN), stay(START, START + 20 * MIN, "bob")))
    assert around(facts, START + 25 * MIN) == ("waiting", "ended_early", "ended_early")


def test_line_7_provisional_lasts_until_the_end_and_then_the_badge_goes():
    facts = session(guests=(stay(START, START + 40 * MIN),))
    shown = [derive(facts, END + shift) for shift in (-MS, 0 * MS, MS)]
    assert [one.provisional for one in shown] == [True, False, False]
    assert [one.rule for one in shown] == [7, 6, 6]
    assert {one.status for one in shown} == {Status.ENDED_COMPLETE}
    assert [Badge.EVERYONE_LEFT in one.badges for one in shown] == [True, False, False]


def test_line_7_who_comes_back_makes_it_active_again():
    back = START + 40 * MIN
    facts = session(guests=(stay(START, START + 20 * MIN), stay(back, END)))
    assert around(facts, back) == ("ended_early", "active", "active")


def test_line_7_does_not_fire_for_one_who_only_tried_the_link():
    facts = session(guests=(stay(START - 20 * MIN, START - 10 * MIN),))
    assert around(facts, START - 5 * MIN) == ("upcoming", "upcoming", "upcoming")
    assert around(facts, START) == ("upcoming", "waiting", "waiting")
    assert derive(facts, START).badges == ()
    assert status(facts, END) is Status.ENDED_NO_SHOW


@pytest.mark.parametrize(("left", "seen"), [(START - MS, False), (START, False), (START + MS, True)])
def test_seen_is_a_presence_that_reaches_past_begin(left: datetime, seen: bool):
    facts = session(guests=(stay(START - 10 * MIN, left),))
    assert status(facts, END) is (Status.ENDED_EARLY if seen else Status.ENDED_NO_SHOW)
    assert (Badge.EVERYONE_LEFT in derive(facts, START + MIN).badges) is seen


def test_line_8_waiting_from_begin():
    assert around(NOBODY, START) == ("upcoming", "waiting", "waiting")
    assert derive(NOBODY, START).rule == 8


def test_line_8_shows_that_only_the_host_is_there():
    facts = session(hosts=(stay(START - MIN, START + 10 * MIN, "lee"),))
    shown = [Badge.HOST_WAITING in derive(facts, START + shift).badges for shift in (-MS, 0 * MS, MS)]
    assert shown == [False, True, True]
    shown = [Badge.HOST_WAITING in derive(facts, START + 10 * MIN + shift).badges for shift in (-MS, 0 * MS)]
    assert shown == [True, False]


def test_line_9_the_window_of_upcoming_is_thirty_minutes():
    assert around(NOBODY, START - 30 * MIN) == ("created", "upcoming", "upcoming")


def test_line_9_comes_before_requests():
    facts = session(pending=2, approved=1)
    assert around(facts, START - 30 * MIN) == ("has_requests", "upcoming", "upcoming")
    assert Badge.PENDING in derive(facts, START - 30 * MIN).badges


@pytest.mark.parametrize(
    ("pending", "approved", "rule", "expected"),
    [(1, 0, 10, "has_requests"), (1, 5, 10, "has_requests"), (0, 1, 11, "approved"), (0, 0, 12, "created")],
)
def test_lines_10_to_12_count_requests(pending: int, approved: int, rule: int, expected: str):
    shown = derive(session(pending=pending, approved=approved, rejected=3), START - 2 * HOUR)
    assert (shown.rule, shown.status) == (rule, expected)


# -- begin, the ended rule, durations ---------------------------------------------------------------------


def test_begin_is_the_earlier_of_the_start_and_the_move():
    assert session(begun_at=START - 10 * MIN).begin == START - 10 * MIN
    assert session(begun_at=START + 10 * MIN).begin == START


def test_started_early_counts_from_the_move_on():
    begun = START - 10 * MIN
    facts = session(control=Control.RUNNING, begun_at=begun, guests=(stay(START - 20 * MIN, END),))
    assert around(facts, begun)[1:] == ("active", "active")
    assert derive(facts, END).actual == 70 * MIN
    assert derive(facts, END).scheduled == HOUR


def test_started_early_waits_from_the_move_on():
    facts = session(control=Control.RUNNING, begun_at=START - 10 * MIN)
    assert status(facts, START - 10 * MIN) is Status.WAITING


@pytest.mark.parametrize(
    ("ran", "expected"),
    [(30 * MIN - MS, Status.ENDED_EARLY), (30 * MIN, Status.ENDED_COMPLETE), (30 * MIN + MS, Status.ENDED_COMPLETE)],
)
def test_exactly_half_counts_as_complete(ran: timedelta, expected: Status):
    facts = session(guests=(stay(START + 10 * MIN, START + 10 * MIN + ran),))
    shown = derive(facts, END)
    assert shown.status is expected
    assert (Badge.EARLY_END in shown.badges) is (expected is Status.ENDED_EARLY)


def test_the_ratio_is_a_setting():
    facts = session(guests=(stay(START, START + 42 * MIN),))
    assert derive(facts, END, Rules(early_ratio=0.7)).status is Status.ENDED_COMPLETE
    assert derive(facts, END, Rules(early_ratio=0.71)).status is Status.ENDED_EARLY


def test_two_devices_and_two_people_count_once():
    guests = (
        stay(START, START + 20 * MIN),
        stay(START + 5 * MIN, START + 15 * MIN),
        stay(START + 10 * MIN, START + 30 * MIN, "bob"),
    )
    shown = derive(session(guests=guests), END)
    assert shown.actual == 30 * MIN
    assert shown.left == {"ana", "bob"}


def test_pauses_are_taken_away_as_sets():
    facts = session(
        guests=(stay(START, START + 20 * MIN), stay(START + 30 * MIN, START + 50 * MIN)),
        pauses=((START + 15 * MIN, START + 35 * MIN), (START + 55 * MIN, END)),
    )
    assert derive(facts, END).actual == 30 * MIN


def test_a_pause_that_goes_on_stops_the_clock():
    facts = session(control=Control.PAUSED, paused_at=START + 25 * MIN, guests=(stay(START, END),))
    assert derive(facts, START + 31 * MIN).actual == 25 * MIN


def test_time_before_begin_does_not_count_and_time_past_the_end_does():
    facts = session(guests=(stay(START - 20 * MIN, END + 20 * MIN),))
    assert derive(facts, END + HOUR).actual == 80 * MIN
    assert derive(facts, END + HOUR).efficiency == pytest.approx(80 / 60)


def test_together_is_the_part_with_a_host():
    facts = session(
        guests=(stay(START, START + 30 * MIN),),
        hosts=(stay(START - 5 * MIN, START + 10 * MIN, "lee"), stay(START + 25 * MIN, END, "lee")),
        pauses=((START + 5 * MIN, START + 7 * MIN),),
    )
    assert derive(facts, END).together == 13 * MIN


def test_totals_alone_give_no_together_time():
    facts = session(guests=(stay(START, START + 30 * MIN, approximate=True),), hosts=(stay(START, END, "lee"),))
    shown = derive(facts, END)
    assert shown.together is None
    assert Badge.APPROXIMATE in shown.badges


def test_a_contradictory_stay_adds_no_minutes():
    facts = session(guests=(stay(START + 30 * MIN, START + 10 * MIN), stay(START, START + 5 * MIN, "bob")))
    assert derive(facts, END).actual == 5 * MIN


def test_a_stay_of_no_length_adds_no_minutes_and_is_never_present():
    instant = START + 10 * MIN
    facts = session(guests=(stay(instant, instant),))
    assert derive(facts, instant).here == frozenset()
    assert derive(facts, END).actual == timedelta()


# -- hosts ------------------------------------------------------------------------------------------------


def test_a_host_alone_does_not_make_it_active():
    facts = session(hosts=(stay(START, END, "lee"),))
    assert status(facts, START + MIN) is Status.WAITING
    shown = derive(facts, END)
    assert (shown.status, shown.actual) == (Status.ENDED_NO_SHOW, timedelta())
    assert {Badge.HOST_ONLY, Badge.NO_SHOW} <= set(shown.badges)


def test_host_only_needs_a_host_who_was_seen():
    facts = session(hosts=(stay(START - 10 * MIN, START, "lee"),))
    assert Badge.HOST_ONLY not in derive(facts, END).badges


def no_host(facts: Facts, now: datetime) -> tuple[bool, bool, bool]:
    return tuple(Badge.NO_HOST in derive(facts, now + shift).badges for shift in (-MS, 0 * MS, MS))  # type: ignore


def test_no_host_after_five_minutes_from_begin():
    facts = session(guests=(stay(START - MIN, END),))
    assert no_host(facts, START + 5 * MIN) == (False, True, True)


def test_no_host_after_five_minutes_from_the_hosts_leaving_and_gone_when_back():
    hosts = (stay(START, START + 10 * MIN, "lee"), stay(START + 20 * MIN, END, "lee"))
    facts = session(guests=(stay(START, END),), hosts=hosts)
    assert no_host(facts, START + 15 * MIN) == (False, True, True)
    assert no_host(facts, START + 20 * MIN) == (True, False, False)


def test_no_host_never_for_work():
    facts = session(kind=Kind.WORK, has_host=False, guests=(stay(START, END),))
    assert no_host(facts, START + 30 * MIN) == (False, False, False)


# -- the other badges -------------------------------------------------------------------------------------


def test_early_join_until_begin():
    facts = session(guests=(stay(START - 10 * MIN, END),))
    shown = [Badge.EARLY_JOIN in derive(facts, moment).badges for moment in (START - 10 * MIN, START - MS, START)]
    assert shown == [True, True, False]
    assert Badge.EARLY_JOIN not in derive(facts, START - 10 * MIN - MS).badges


@pytest.mark.parametrize("control", list(Control))
def test_pending_whenever_requests_wait_and_the_status_does_not_say_so(control: Control):
    for now in (START - 2 * HOUR, START, END):
        shown = derive(session(control=control, pending=1), now)
        assert (Badge.PENDING in shown.badges) is (shown.status is not Status.HAS_REQUESTS)
        assert Badge.PENDING not in derive(session(control=control), now).badges


@pytest.mark.parametrize(
    ("capacity", "approved", "over"), [(0, 9, False), (3, 3, False), (3, 4, True), (1, 0, False)]
)
def test_overbooked(capacity: int, approved: int, over: bool):
    shown = derive(session(capacity=capacity, approved=approved), START - HOUR)
    assert (Badge.OVERBOOKED in shown.badges) is over


def test_unmatched_where_somebody_is():
    assert Badge.UNMATCHED in derive(session(unmatched=1), START).badges
    assert Badge.UNMATCHED not in derive(NOBODY, START).badges


def test_stale_when_the_newest_heartbeat_is_older_than_two_beats():
    beat = START + 10 * MIN
    shown = [Badge.STALE in derive(BEATING, beat + shift).badges for shift in (60 * S - MS, 60 * S, 60 * S + MS)]
    assert shown == [False, False, True]


def test_heartbeats_expire_after_three_and_count_to_the_last_one():
    beat = START + 10 * MIN
    assert around(BEATING, beat + 90 * S) == ("active", "waiting", "waiting")
    shown = derive(BEATING, beat + 90 * S)
    assert (shown.actual, shown.last_left_at) == (10 * MIN, beat)
    assert Badge.STALE not in shown.badges
    assert around(BEATING, beat + 5 * MIN) == ("waiting", "ended_early", "ended_early")


def test_derive_never_gives_the_badges_of_other_jobs():
    for now in (START - HOUR, START, END):
        assert not {Badge.AT_RISK, Badge.CLASH} & set(derive(BEATING, now).badges)


def test_work_has_no_host_and_all_are_guests():
    facts = session(kind=Kind.WORK, has_host=False, guests=(stay(START, START + 40 * MIN),))
    assert status(facts, START) is Status.ACTIVE
    assert derive(facts, END).together is None


# -- final end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (NOBODY, END),
        (session(guests=(stay(START, START + 40 * MIN),)), START + 40 * MIN),
        (session(control=Control.COMPLETED, ended_at=START + 50 * MIN), START + 50 * MIN),
        (session(control=Control.CANCELLED, ended_at=START - HOUR), START - HOUR),
    ],
)
def test_the_final_end(facts: Facts, expected: datetime):
    assert derive(facts, END).final_end == expected


def test_nothing_that_lives_has_a_final_end():
    assert derive(NOBODY, START).final_end is None


# -- moves ------------------------------------------------------------------------------------------------

INSIDE = START + 10 * MIN
ACTIVE = (stay(START, None),)

# What the table of the design says of a session inside its window with a guest present.
POSSIBLE = {
    Move.PUBLISH: {Control.DRAFT},
    Move.START: {Control.DRAFT, Control.SCHEDULED},
    Move.PAUSE: {Control.RUNNING, Control.SCHEDULED},
    Move.RESUME: {Control.PAUSED},
    Move.EXTEND: {Control.SCHEDULED, Control.RUNNING, Control.PAUSED},
    Move.COMPLETE: {Control.RUNNING, Control.PAUSED, Control.SCHEDULED},
    Move.CANCEL: {Control.DRAFT, Control.SCHEDULED, Control.RUNNING, Control.PAUSED},
    Move.REOPEN: {Control.COMPLETED, Control.CANCELLED},
    Move.ARCHIVE: {Control.COMPLETED, Control.CANCELLED},
    Move.RESTORE: set(),
    Move.RESCHEDULE: set(),
    Move.REASSIGN: {Control.DRAFT, Control.SCHEDULED, Control.RUNNING, Control.PAUSED},
}
GOALS = {
    Move.PUBLISH: Control.SCHEDULED,
    Move.START: Control.RUNNING,
    Move.PAUSE: Control.PAUSED,
    Move.RESUME: Control.RUNNING,
    Move.COMPLETE: Control.COMPLETED,
    Move.CANCEL: Control.CANCELLED,
    Move.REOPEN: Control.SCHEDULED,
}


def test_the_table_of_moves_covers_every_move():
    assert set(MOVES) == set(Move) == set(POSSIBLE)


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("control", list(Control))
def test_every_move_from_every_control(move: Move, control: Control):
    facts = session(control=control, guests=ACTIVE)
    reason = why_not(move, facts, INSIDE)
    if control in POSSIBLE[move]:
        assert reason == ""
        assert check(move, facts, INSIDE) is GOALS.get(move, control)
    else:
        with pytest.raises(Refused) as refusal:
            check(move, facts, INSIDE)
        assert refusal.value.detail == reason != ""


@pytest.mark.parametrize("move", [move for move in Move if move in GOALS])
@pytest.mark.parametrize("control", list(Control))
def test_a_refusal_from_the_wrong_control_names_both_ends(move: Move, control: Control):
    if control in MOVES[move]:
        return
    reason = why_not(move, session(control=control), INSIDE)
    assert str(control) in reason
    assert str(GOALS[move]) in reason
    assert all(str(start) in reason for start in MOVES[move])


def test_scheduled_pauses_only_while_active():
    assert why_not(Move.PAUSE, NOBODY, INSIDE)
    assert why_not(Move.PAUSE, session(guests=(stay(START - MIN, None),)), START - MS)
    assert not why_not(Move.PAUSE, session(guests=(stay(START - MIN, None),)), START)
    assert not why_not(Move.PAUSE, session(control=Control.RUNNING), INSIDE)


def test_scheduled_completes_only_once_begun():
    assert why_not(Move.COMPLETE, NOBODY, START - MS)
    assert not why_not(Move.COMPLETE, NOBODY, START)
    assert not why_not(Move.COMPLETE, NOBODY, END + HOUR)


@pytest.mark.parametrize("control", [Control.COMPLETED, Control.CANCELLED])
def test_reopen_only_while_the_window_has_not_ended(control: Control):
    facts = session(control=control, ended_at=START)
    assert not why_not(Move.REOPEN, facts, END - MS)
    assert why_not(Move.REOPEN, facts, END)
    assert not why_not(Move.REOPEN, facts, START - HOUR)


@pytest.mark.parametrize("control", [Control.DRAFT, Control.SCHEDULED])
def test_reschedule_only_while_no_guest_was_seen(control: Control):
    assert not why_not(Move.RESCHEDULE, session(control=control), START - HOUR)
    seen = session(control=control, guests=(stay(START - MIN, START + MS),))
    assert why_not(Move.RESCHEDULE, seen, INSIDE)
    tried = session(control=control, guests=(stay(START - 10 * MIN, START - 5 * MIN),))
    assert not why_not(Move.RESCHEDULE, tried, START - MIN)


def test_reschedule_is_possible_while_a_guest_only_tries_the_link_before_begin():
    early = session(guests=(stay(START - 10 * MIN, None),))
    assert not why_not(Move.RESCHEDULE, early, START - MS)
    assert why_not(Move.RESCHEDULE, early, START)


@pytest.mark.parametrize("move", [Move.PUBLISH, Move.START, Move.PAUSE, Move.EXTEND, Move.CANCEL, Move.RESCHEDULE])
@pytest.mark.parametrize("control", [Control.SCHEDULED, Control.RUNNING, Control.COMPLETED])
def test_an_ended_session_keeps_its_history(move: Move, control: Control):
    facts = session(control=control, guests=(stay(START, START + 10 * MIN),))
    assert derive(facts, END).status.is_ended
    assert why_not(move, facts, END)


@pytest.mark.parametrize("move", [Move.START, Move.EXTEND, Move.CANCEL])
def test_a_provisional_end_does_not_close_the_history(move: Move):
    facts = session(guests=(stay(START, START + 10 * MIN),))
    assert derive(facts, START + 20 * MIN).provisional
    assert not why_not(move, facts, START + 20 * MIN)


def test_an_ended_session_can_still_be_completed_but_not_extended():
    assert (
        why_not(Move.EXTEND, NOBODY, END) == "the session is over and cannot be extended: its history stays as it was"
    )
    assert not why_not(Move.EXTEND, session(guests=(stay(START, None),)), END + MIN)  # overtime is no end
    assert not why_not(Move.COMPLETE, NOBODY, END)


@pytest.mark.parametrize("control", [Control.SCHEDULED, Control.RUNNING])
def test_archive_needs_an_end_that_is_not_provisional(control: Control):
    facts = session(control=control, guests=(stay(START, START + 10 * MIN),))
    assert why_not(Move.ARCHIVE, facts, START + MIN)
    assert why_not(Move.ARCHIVE, facts, START + 20 * MIN)
    assert not why_not(Move.ARCHIVE, facts, END)


@pytest.mark.parametrize("move", [move for move in Move if move is not Move.RESTORE])
@pytest.mark.parametrize("control", list(Control))
def test_an_archived_session_only_restores(move: Move, control: Control):
    facts = session(control=control, archived_at=END)
    assert why_not(move, facts, END + HOUR)
    assert not why_not(Move.RESTORE, facts, END + HOUR)
    assert why_not(Move.RESTORE, session(control=control), END + HOUR)


def test_reassign_is_possible_until_completed_or_cancelled():
    assert not why_not(Move.REASSIGN, NOBODY, END + HOUR)


# -- what the worker completes ----------------------------------------------------------------------------


def test_the_worker_completes_what_runs_four_hours_after_its_end():
    facts = session(control=Control.RUNNING)
    due = END + 4 * HOUR
    assert [is_due_for_completion(facts, derive(facts, due + shift), due + shift) for shift in (-MS, 0 * MS, MS)] == [
        False,
        True,
        True,
    ]
    assert not is_due_for_completion(NOBODY, derive(NOBODY, due), due)
    assert next_transition_at(facts, due - MS) == due


def test_the_worker_does_not_complete_what_still_goes_on():
    facts = session(control=Control.RUNNING, guests=(stay(START, None),))
    assert not is_due_for_completion(facts, derive(facts, END + 5 * HOUR), END + 5 * HOUR)


def test_what_ends_only_after_four_hours_is_still_completed():
    facts = session(control=Control.RUNNING, guests=(stay(START, END + 5 * HOUR),))
    now = END + 5 * HOUR
    assert is_due_for_completion(facts, derive(facts, now), now)
    due = next_transition_at(facts, now)
    assert due is not None
    assert now < due <= now + MIN


# -- the next transition ----------------------------------------------------------------------------------


def test_a_quiet_session_goes_from_mark_to_mark():
    now, marks = START - HOUR, []
    while (due := next_transition_at(NOBODY, now)) is not None:
        marks.append(due)
        now = due
    assert marks == [START - 30 * MIN, START, END]


def test_a_guest_who_left_brings_the_end_of_grace():
    facts = session(guests=(stay(START, START + 20 * MIN),))
    assert next_transition_at(facts, START + 20 * MIN) == START + 25 * MIN
    assert next_transition_at(facts, START + 25 * MIN) == END
    assert next_transition_at(facts, END) is None


def test_a_heartbeat_brings_stale_and_expiry():
    beat = START + 10 * MIN
    assert next_transition_at(BEATING, beat) == beat + 60 * S + MS
    assert next_transition_at(BEATING, beat + 60 * S + MS) == beat + 90 * S


def test_an_end_that_turns_complete_by_time_alone_is_announced():
    facts = session(control=Control.COMPLETED, ended_at=START + MIN, guests=(stay(START, END),))
    assert next_transition_at(facts, START + MIN) == START + 30 * MIN


def look(facts: Facts, now: datetime, rules: Rules) -> tuple[object, ...]:
    shown = derive(facts, now, rules)
    return shown.status, shown.badges, shown.provisional


@settings(max_examples=300)
@given(any_facts(), st.integers(-30, 100))
def test_status_and_badges_never_change_before_the_next_transition(facts: Facts, tick: int):
    now = oracle.at(tick)
    due = next_transition_at(facts, now, oracle.SMALL_RULES)
    assert due is None or due > now
    before = look(facts, now, oracle.SMALL_RULES)
    for later in range(tick + 1, 130):
        instant = oracle.at(later)
        if due is not None and instant >= due:
            break
        assert look(facts, instant, oracle.SMALL_RULES) == before, f"changed {later - tick} ticks after {tick}"


@settings(max_examples=150)
@given(any_facts())
def test_every_announced_instant_is_a_change_or_a_completion(facts: Facts):
    now = oracle.at(-40)
    for _ in range(60):
        due = next_transition_at(facts, now, oracle.SMALL_RULES)
        if due is None or is_due_for_completion(facts, derive(facts, due, oracle.SMALL_RULES), due):
            return
        same = look(facts, due, oracle.SMALL_RULES) == look(facts, due - MS, oracle.SMALL_RULES)
        assert not same or facts.control in (Control.RUNNING, Control.COMPLETED, Control.PAUSED) or _who(facts, due)
        now = due
    pytest.fail("more than sixty transitions")


def _who(facts: Facts, due: datetime) -> bool:
    """Return whether at least who is here, or who has left, changes, or somebody's silence is found out."""
    before, after = (derive(facts, instant, oracle.SMALL_RULES) for instant in (due - MS, due))
    silent = {
        stay.heartbeat_at + oracle.SMALL_RULES.heartbeat_expiry
        for stay in (*facts.guests, *facts.hosts)
        if stay.left_at is None and stay.heartbeat_at is not None
    }
    return due in silent or (before.here, before.left, before.final_end, before.host_here) != (
        after.here,
        after.left,
        after.final_end,
        after.host_here,
    )


@st.composite
def real_facts(draw: st.DrawFn) -> Facts:
    """Return facts in minutes and odd milliseconds, under the default thresholds."""
    jitter = st.integers(-2, 2).map(lambda number: number * MS)
    minute = st.integers(-50, 90).map(lambda number: START + number * MIN)
    instant = st.builds(lambda a, b: a + b, minute, jitter)
    length = st.integers(0, 90).map(lambda number: number * MIN)
    closed = st.builds(lambda a, b, c: stay(a, a + b + c if b else a, "g"), instant, length, jitter.filter(bool))
    beating = st.builds(lambda a, b: stay(a, None, "b", heartbeat_at=a + b), instant, length)
    return session(
        ends_at=END + draw(jitter),
        control=draw(st.sampled_from((Control.SCHEDULED, Control.RUNNING, Control.COMPLETED))),
        begun_at=draw(st.none() | instant),
        guests=tuple(draw(st.lists(closed | beating, max_size=3))),
        hosts=tuple(draw(st.lists(closed | beating, max_size=2))),
        pending=draw(st.integers(0, 1)),
    )


@settings(max_examples=150)
@given(real_facts(), st.data())
def test_nothing_changes_between_announcements_under_the_default_thresholds(facts: Facts, data: st.DataObject):
    now = data.draw(st.integers(-100 * 60_000, 200 * 60_000).map(lambda number: START + number * MS))
    due = next_transition_at(facts, now)
    before = look(facts, now, DEFAULT_RULES)
    marks = {START, END, facts.begin, facts.ends_at, START - 30 * MIN}
    for one in (*facts.guests, *facts.hosts):
        for edge in (one.joined_at, one.left_at, one.heartbeat_at):
            if edge is not None:
                marks |= {edge + shift for shift in (0 * S, 60 * S, 90 * S, 5 * MIN)}
    probes = {mark + shift for mark in marks for shift in (-MS, 0 * MS, MS)}
    probes |= {now + number * MS for number in data.draw(st.lists(st.integers(1, 10**8), max_size=20))}
    for instant in sorted(probes):
        if instant > now and (due is None or instant < due):
            assert look(facts, instant, DEFAULT_RULES) == before


# -- the oracle -------------------------------------------------------------------------------------------


@settings(max_examples=600)
@given(any_facts(), st.integers(-40, 120))
def test_derive_says_what_the_oracle_says(facts: Facts, tick: int):
    shown = derive(facts, oracle.at(tick), oracle.SMALL_RULES)
    expected = oracle.answer(oracle.case_of(facts), tick, oracle.SMALL_RULES)
    assert (shown.status, shown.rule) == (expected.status, expected.rule)
    assert {str(badge) for badge in shown.badges} == expected.badges
    assert shown.provisional is expected.provisional
    assert shown.scheduled == expected.scheduled * MS
    assert shown.actual == expected.actual * MS
    assert expected.together is None or shown.together == expected.together * MS
    assert (set(shown.here), set(shown.left)) == (expected.here, expected.left)


@settings(max_examples=200)
@given(any_facts(), st.integers(-40, 120))
def test_every_session_has_exactly_one_status_and_no_badge_twice(facts: Facts, tick: int):
    shown = derive(facts, oracle.at(tick), oracle.SMALL_RULES)
    assert isinstance(shown.status, Status)
    assert 1 <= shown.rule <= 12
    assert len(set(shown.badges)) == len(shown.badges)
    assert shown.provisional is (shown.rule == 7)
    assert (shown.final_end is None) is not (shown.status.is_ended or shown.status is Status.CANCELLED)
    assert not shown.here & shown.left
    for move in Move:
        reason = why_not(move, facts, oracle.at(tick), oracle.SMALL_RULES)
        assert not reason or (reason[0].islower() and "\n" not in reason)


@settings(max_examples=200)
@given(any_facts(), st.integers(-40, 120))
def test_who_does_not_matter_for_durations(facts: Facts, tick: int):
    now = oracle.at(tick)
    merged = replace(facts, guests=tuple(replace(one, who="same") for one in facts.guests))
    assert derive(merged, now, oracle.SMALL_RULES).actual == derive(facts, now, oracle.SMALL_RULES).actual

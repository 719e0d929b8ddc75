"""The facts of a session as of any instant, by today's knowledge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.history import Change, History, RequestLife, broken_by, facts_at, instants
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.presence import Stay
from sessiontui.domain.transitions import next_transition_at
from sessiontui.domain.vocabulary import Badge, Control, Kind, Move, RequestState, Source, Status
from tests import oracle
from tests.domain.facts import END, HOUR, MIN, MS, START, S, histories, stay

A, B, R, W = RequestState.PENDING, RequestState.APPROVED, RequestState.REJECTED, RequestState.WITHDRAWN


def history(**changes: object) -> History:
    base: dict[str, object] = {"kind": Kind.CONVERSATION, "control": Control.SCHEDULED, "author": "lee"}
    base |= {"starts_at": START, "ends_at": END}
    return History(**{**base, **changes})  # type: ignore[arg-type]


def move(name: Move, moment: datetime, **changes: object) -> Change:
    return Change(move=name, at=moment, **changes)  # type: ignore[arg-type]


def shown(past: History, moment: datetime):
    return derive(facts_at(past, moment), moment)


def status(past: History, moment: datetime) -> Status:
    return shown(past, moment).status


# -- requests ---------------------------------------------------------------------------------------------


def test_requests_have_their_state_as_of_the_instant():
    t = START - 10 * HOUR
    past = history(requests=(RequestLife(who="ana", steps=((t, A), (t + HOUR, B), (t + 2 * HOUR, W))),))
    moments = (t - MS, t, t + HOUR - MS, t + HOUR, t + 2 * HOUR)
    facts = [facts_at(past, moment) for moment in moments]
    counts = [(one.pending, one.approved, one.rejected, one.withdrawn) for one in facts]
    assert counts == [(0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1)]
    statuses = [str(status(past, moment)) for moment in moments]
    assert statuses == ["created", "has_requests", "has_requests", "approved", "created"]


def test_a_request_of_unknown_age_has_always_been():
    past = history(requests=(RequestLife(who="ana", steps=((None, B),)),))
    assert facts_at(past, START - 9999 * HOUR).approved == 1


def test_who_asks_again_waits_from_then_on():
    t = START - 100 * HOUR
    past = history(requests=(RequestLife(who="ana", steps=((t, A), (t + HOUR, R), (t + 50 * HOUR, A))),))
    assert facts_at(past, t + MIN).oldest_pending_at == t
    assert facts_at(past, t + 2 * HOUR).oldest_pending_at is None
    assert facts_at(past, t + 51 * HOUR).oldest_pending_at == t + 50 * HOUR


# -- schedule, people, moves ------------------------------------------------------------------------------


def test_the_schedule_and_the_mentor_as_of_the_instant():
    t = START - 5 * HOUR
    past = history(
        mentor="lee",
        capacity=3,
        changes=(
            move(Move.RESCHEDULE, t, starts_at=START + HOUR, ends_at=END + HOUR),
            move(Move.REASSIGN, t + HOUR, mentor="kim"),
            Change(at=t + 2 * HOUR, capacity=9),
            move(Move.REASSIGN, t + 3 * HOUR, mentor=""),
        ),
    )
    before, after, later, last = (facts_at(past, t + step) for step in (-MS, 0 * MS, HOUR, 3 * HOUR))
    assert (before.starts_at, before.mentor, before.capacity) == (START, "lee", 3)
    assert (after.starts_at, after.ends_at) == (START + HOUR, END + HOUR)
    assert later.mentor == "kim"
    assert (last.mentor, last.capacity, last.has_host) == ("", 9, True)


def test_whoever_becomes_mentor_is_the_host_from_then_on_and_was_a_guest_before():
    past = history(
        author="amara",
        stays=(stay(START, None, "kim"), stay(START, None, "amara")),
        changes=(move(Move.REASSIGN, START + 10 * MIN, mentor="kim"),),
    )
    before, after = facts_at(past, START + 5 * MIN), facts_at(past, START + 10 * MIN)
    assert ([one.who for one in before.guests], [one.who for one in before.hosts]) == (["kim"], ["amara"])
    assert {one.who for one in after.guests} == {one.who for one in after.hosts} == {"amara", "kim"}
    led = {one.who: (one.joined_at, one.left_at) for one in after.hosts}
    assert led["amara"][1] == led["kim"][0]  # the one hands over to the other


def test_a_move_learnt_late_takes_its_place_and_what_it_made_impossible_is_skipped():
    steps = ((Move.START, 10), (Move.PAUSE, 20), (Move.RESUME, 30))
    known = tuple(move(name, START + minute * MIN) for name, minute in steps)
    late = move(Move.CANCEL, START + 15 * MIN)
    past = history(changes=(*known, late))
    states = [facts_at(past, START + minute * MIN).control for minute in (5, 12, 16, 25, 35)]
    assert states == [Control.SCHEDULED, Control.RUNNING, *[Control.CANCELLED] * 3]
    broken = broken_by(history(changes=known), late)
    assert broken is not None
    assert broken.move is Move.PAUSE
    assert broken_by(history(changes=known), move(Move.CANCEL, START + 40 * MIN)) is None


def test_an_extend_that_is_no_longer_possible_does_not_move_the_end():
    changes = (move(Move.CANCEL, START - HOUR), move(Move.EXTEND, START, ends_at=END + HOUR))
    assert facts_at(history(changes=changes), START).ends_at == END


def test_pauses_fold_and_the_last_goes_on():
    moves = [(Move.START, 0), (Move.PAUSE, 10), (Move.RESUME, 20), (Move.PAUSE, 30)]
    past = history(changes=tuple(move(name, START + minute * MIN) for name, minute in moves))
    facts = facts_at(past, START + 35 * MIN)
    assert facts.pauses == ((START + 10 * MIN, START + 20 * MIN),)
    assert facts.paused_at == START + 30 * MIN
    assert facts_at(past, START + 15 * MIN).paused_at == START + 10 * MIN


def test_completing_a_paused_session_closes_the_pause():
    moves = [(Move.START, 0), (Move.PAUSE, 10), (Move.COMPLETE, 20)]
    past = history(
        stays=(stay(START, END),), changes=tuple(move(name, START + minute * MIN) for name, minute in moves)
    )
    facts = facts_at(past, END)
    assert (facts.pauses, facts.paused_at) == (((START + 10 * MIN, START + 20 * MIN),), None)


def test_cancel_and_reopen():
    changes = (move(Move.CANCEL, START, by="Amara", reason="mentor ill"), move(Move.REOPEN, START + MIN))
    past = history(changes=changes)
    facts = facts_at(past, START)
    assert (facts.ended_at, facts.ended_by, facts.ended_reason) == (START, "Amara", "mentor ill")
    assert status(past, START + MIN) is Status.WAITING
    assert facts_at(past, START + MIN).ended_at is None


def test_archive_and_restore():
    changes = (move(Move.COMPLETE, END), move(Move.ARCHIVE, END + HOUR), move(Move.RESTORE, END + 2 * HOUR))
    past = history(changes=changes)
    assert [facts_at(past, END + step * HOUR).archived_at for step in (0, 1, 2)] == [None, END + HOUR, None]


def test_created_at_and_its_absence():
    assert history().exists_at(START - 10**5 * HOUR)
    made = history(created_at=START - HOUR)
    assert [made.exists_at(START - HOUR + shift) for shift in (-MS, 0 * MS)] == [False, True]


# -- presence ---------------------------------------------------------------------------------------------


def test_presence_as_of_an_instant():
    past = history(stays=(stay(START, START + 20 * MIN), stay(START + 40 * MIN, END, "bob")))
    statuses = [str(status(past, START + minute * MIN)) for minute in (0, 20, 30, 40)]
    assert statuses == ["active", "waiting", "ended_early", "active"]


def test_heartbeats_are_judged_by_todays_knowledge():
    past = history(stays=(stay(START, None, heartbeat_at=START + 10 * MIN),))
    moment = START + 10 * MIN + 30 * S
    assert derive(facts_at(past, moment), moment).here == {"ana"}
    assert derive(facts_at(past, moment, known=END), moment).here == frozenset()


@pytest.mark.parametrize(
    ("source", "lapse"),
    [(Source.IMPORT, END), (Source.WEBHOOK, END + 4 * HOUR), (Source.API, END + 4 * HOUR)],
)
def test_a_presence_nobody_closed_lapses_by_its_source(source: Source, lapse: datetime):
    past = history(stays=(stay(START, None, source=source),))
    here = [shown(past, lapse + shift).here for shift in (-MS, 0 * MS, MS)]
    assert here == [{"ana"}, frozenset(), frozenset()]
    assert shown(past, lapse).actual == lapse - START


def test_a_presence_after_the_lapse_adds_nothing():
    past = history(stays=(stay(END + HOUR, None, source=Source.IMPORT),))
    assert shown(past, END + 2 * HOUR).actual == 0 * MS
    assert not shown(past, END + 2 * HOUR).here


def test_unmatched_counts_those_who_have_come_by_then():
    past = history(stays=(stay(START + MIN, END, "a7"),), unmatched=frozenset({"a7"}))
    assert [Badge.UNMATCHED in shown(past, START + step).badges for step in (MIN - MS, MIN)] == [False, True]


# -- work -------------------------------------------------------------------------------------------------


def work(*moves: tuple[Move, int], **changes: object) -> History:
    made = tuple(move(name, START + minute * MIN, who="kim") for name, minute in moves)
    return history(kind=Kind.WORK, mentor="lee", changes=made, **changes)


def test_start_opens_a_presence_and_pause_resume_complete_follow():
    past = work((Move.START, 0), (Move.PAUSE, 10), (Move.RESUME, 20), (Move.COMPLETE, 50))
    statuses = [str(status(past, START + minute * MIN)) for minute in (0, 10, 20, 50)]
    assert statuses == ["active", "paused", "active", "ended_complete"]
    facts = facts_at(past, END)
    assert [(one.who, one.joined_at, one.left_at, one.source) for one in facts.guests] == [
        ("kim", START, START + 10 * MIN, Source.MANUAL),
        ("kim", START + 20 * MIN, START + 50 * MIN, Source.MANUAL),
    ]
    assert (facts.hosts, facts.has_host) == ((), False)
    assert derive(facts, END).actual == 40 * MIN


def test_cancel_closes_the_presence_of_work():
    past = work((Move.START, 0), (Move.CANCEL, 10))
    assert [one.left_at for one in facts_at(past, END).guests] == [START + 10 * MIN]


def test_all_are_guests_in_work():
    past = work((Move.START, 0), stays=(stay(START, END, "lee"),))
    assert {one.who for one in facts_at(past, START).guests} == {"kim", "lee"}


def test_work_started_before_its_window_ends_at_start_and_estimate():
    past = work((Move.START, -30))
    facts = facts_at(past, START - 30 * MIN)
    assert (facts.starts_at, facts.ends_at) == (START - 30 * MIN, START + 30 * MIN)
    assert status(past, START - 30 * MIN) is Status.ACTIVE
    assert facts_at(past, START - 31 * MIN).starts_at == START


def test_work_started_inside_its_window_keeps_its_end():
    assert facts_at(work((Move.START, 10)), START + 10 * MIN).ends_at == END


def test_other_kinds_keep_their_window_when_started_early():
    facts = facts_at(history(changes=(move(Move.START, START - 30 * MIN),)), START - 30 * MIN)
    assert (facts.starts_at, facts.ends_at, facts.begin) == (START, END, START - 30 * MIN)


# -- properties -------------------------------------------------------------------------------------------


def look(past: History, tick: int) -> tuple[object, ...]:
    now = oracle.at(tick)
    one = derive(facts_at(past, now, rules=oracle.SMALL_RULES), now, oracle.SMALL_RULES)
    return one.status, one.badges, one.provisional, one.here, one.left, one.final_end


@pytest.mark.parametrize("control", [Control.PAUSED, Control.COMPLETED])
def test_a_source_tells_when_it_began_without_a_move(control: Control):
    begun = START - 20 * MIN
    past = history(control=control, begun_at=begun, stays=(stay(START - 30 * MIN, START + 10 * MIN),))
    assert (facts_at(past, END).begin, facts_at(past, begun).begin) == (begun, begun)
    assert facts_at(past, begun - MS).begin == START
    assert begun in instants(past)
    assert shown(past, END).actual == 30 * MIN
    assert facts_at(replace(past, begun_at=START + MIN), END).begin == START


def test_a_move_that_starts_it_again_counts_from_itself():
    past = history(control=Control.COMPLETED, begun_at=START - 20 * MIN)
    moves = (move(Move.REOPEN, START - 15 * MIN), move(Move.START, START - 10 * MIN))
    assert facts_at(replace(past, changes=moves), END).begun_at == START - 10 * MIN


@settings(max_examples=300)
@given(histories(), st.integers(-30, 130))
def test_every_instant_of_a_history_is_what_the_oracle_says(past: History, tick: int):
    now = oracle.at(tick)
    facts = facts_at(past, now, rules=oracle.SMALL_RULES)
    case = oracle.case_at(past, tick, oracle.SMALL_RULES)
    one = derive(facts, now, oracle.SMALL_RULES)
    expected = oracle.answer(case, tick, oracle.SMALL_RULES)
    assert (one.status, one.rule) == (expected.status, expected.rule)
    assert {str(badge) for badge in one.badges} == expected.badges
    assert (one.scheduled, one.actual) == (expected.scheduled * MS, expected.actual * MS)
    assert (facts.pending, facts.approved) == (case.pending, case.approved)


@settings(max_examples=200)
@given(histories(), st.integers(-30, 130))
def test_a_history_changes_only_at_announced_instants(past: History, tick: int):
    now = oracle.at(tick)
    facts = facts_at(past, now, rules=oracle.SMALL_RULES)
    due = next_transition_at(facts, now, oracle.SMALL_RULES, marks=instants(past))
    before = look(past, tick)
    for later in range(tick + 1, 150):
        if due is not None and oracle.at(later) >= due:
            break
        assert look(past, later) == before


@settings(max_examples=100)
@given(histories())
def test_a_history_goes_through_all_its_states_by_its_announcements(past: History):
    """Walking from announcement to announcement meets the same statuses as walking tick by tick."""
    told, tick = [look(past, -40)], -40
    while True:
        now = oracle.at(tick)
        facts = facts_at(past, now, rules=oracle.SMALL_RULES)
        due = next_transition_at(facts, now, oracle.SMALL_RULES, marks=instants(past))
        if due is None or due >= oracle.at(150):
            break
        tick = oracle.tick_of(due)
        told.append(look(past, tick))
    walked = [look(past, tick) for tick in range(-40, 150)]
    assert _steps(told) == _steps(walked)


def _steps(seen: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [one for place, one in enumerate(seen) if place == 0 or seen[place - 1] != one]


@settings(max_examples=100)
@given(histories(), st.randoms(use_true_random=False), st.integers(-30, 130))
def test_what_lies_ahead_does_not_change_the_past(past: History, random, tick: int):
    now = oracle.at(tick)
    stays = [one for one in past.stays if one.joined_at <= now]
    random.shuffle(stays)
    over = [change for change in past.changes if change.move in (Move.COMPLETE, Move.CANCEL) and change.at > now]
    known = replace(
        past,
        stays=tuple(stays),
        changes=tuple(change for change in past.changes if change.at <= now or change in over),
        requests=tuple(
            replace(life, steps=tuple(step for step in life.steps if step[0] is None or step[0] <= now))
            for life in past.requests
        ),
    )
    first, second = (derive(facts_at(one, now), now) for one in (past, known))
    assert first == second


def test_a_stay_that_nobody_closed_ends_when_the_session_is_completed():
    past = history(stays=(Stay(who="ana", joined_at=START),), changes=(move(Move.COMPLETE, START + 40 * MIN),))
    assert shown(past, END).actual == 40 * MIN

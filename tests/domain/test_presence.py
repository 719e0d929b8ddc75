"""The fold over raw events: order, repetition and delay change nothing."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.presence import PresenceEvent, Signal, Stay, closed_at, fold
from sessiontui.domain.vocabulary import Source
from tests.domain.facts import HOUR, MIN, MS, START, S
from tests.oracle import SMALL_RULES, at, tick_of


def event(signal: Signal, moment: datetime, who: str = "ana", **changes: object) -> PresenceEvent:
    who = "" if signal is Signal.END else who
    return PresenceEvent(**{"who": who, "signal": signal, "at": moment, "source": Source.API, **changes})  # type: ignore


def spans(stays: tuple[Stay, ...]) -> list[tuple[str, datetime, datetime | None]]:
    return [(stay.who, stay.joined_at, stay.left_at) for stay in stays]


JOIN, BEAT, LEAVE, FINISH = Signal.JOIN, Signal.HEARTBEAT, Signal.LEAVE, Signal.END
FIVE = [
    event(JOIN, START),
    event(LEAVE, START + 10 * MIN),
    event(JOIN, START + 20 * MIN),
    event(LEAVE, START + 30 * MIN),
    event(FINISH, START + 40 * MIN),
]
TWO_STAYS = [("ana", START, START + 10 * MIN), ("ana", START + 20 * MIN, START + 30 * MIN)]


def test_all_orders_of_five_events_each_one_to_three_times_give_one_answer():
    answers = set()
    for number, order in enumerate(permutations(FIVE)):
        for repeats in ((1, 1, 1, 1, 1), (number % 3 + 1, number // 3 % 3 + 1, 2, number // 9 % 3 + 1, 3)):
            events = [one for one, times in zip(order, repeats, strict=True) for _ in range(times)]
            answers.add(fold(events))
            answers.add(fold([*events[::2], *events]))
    assert len(answers) == 1
    assert spans(answers.pop()) == TWO_STAYS


@pytest.mark.parametrize("missing", range(5))
def test_all_orders_of_four_events_give_one_answer(missing: int):
    events = [one for place, one in enumerate(FIVE) if place != missing]
    assert len({fold(order) for order in permutations(events)}) == 1


def test_the_end_of_the_platform_closes_who_never_left():
    assert spans(fold([FIVE[0], FIVE[4]])) == [("ana", START, START + 40 * MIN)]
    assert spans(fold([event(FINISH, START - MIN), FIVE[0]])) == [("ana", START, None)]


def test_a_join_after_the_end_of_the_platform_opens_anew():
    later = event(JOIN, START + HOUR)
    assert spans(fold([FIVE[0], FIVE[4], later])) == [("ana", START, START + 40 * MIN), ("ana", START + HOUR, None)]


def test_a_second_join_while_inside_changes_nothing():
    assert spans(fold([event(JOIN, START), event(JOIN, START + MIN), FIVE[1]])) == TWO_STAYS[:1]


def test_a_leave_without_a_join_is_nothing():
    assert fold([FIVE[1]]) == ()


def test_two_devices_are_two_stays():
    events = [
        event(JOIN, START, connection="phone"),
        event(JOIN, START + MIN, connection="laptop"),
        event(LEAVE, START + 2 * MIN, connection="phone"),
    ]
    assert spans(fold(events)) == [("ana", START, START + 2 * MIN), ("ana", START + MIN, None)]


def test_three_missed_heartbeats_close_at_the_last_one():
    beat = START + 30 * S
    (stay,) = fold([event(JOIN, START), event(BEAT, beat)])
    assert stay.left_at is None
    assert [closed_at(stay, beat + shift) for shift in (90 * S - MS, 90 * S, 90 * S + MS)] == [None, beat, beat]


def test_a_presence_that_never_beat_does_not_expire():
    (stay,) = fold([event(JOIN, START)])
    assert closed_at(stay, START + 99 * HOUR) is None


def test_a_late_true_leave_corrects_an_expired_presence():
    events = [event(JOIN, START), event(BEAT, START + 30 * S), event(LEAVE, START + 20 * MIN)]
    (stay,) = fold(events)
    assert (stay.left_at, stay.source) == (START + 20 * MIN, Source.API)


def test_the_end_of_the_platform_is_no_true_leave_of_one_who_fell_silent():
    beat = START + 30 * S
    (stay,) = fold([event(JOIN, START), event(BEAT, beat), event(FINISH, START + 40 * MIN)])
    assert (stay.left_at, stay.source) == (beat, Source.INFERRED)


def test_a_true_leave_that_comes_after_the_end_of_the_platform_still_corrects():
    end = START + 40 * MIN
    (stay,) = fold([event(JOIN, START), event(BEAT, START + 30 * S), event(FINISH, end), event(LEAVE, end + S)])
    assert (stay.left_at, stay.source) == (end, Source.API)


def test_stays_that_tie_do_not_fall_back_on_the_order_of_arrival():
    named = zip("abcd", Source, strict=False)
    events = [event(JOIN, START, connection=name, source=source) for name, source in named]
    events += [event(BEAT, START + S, connection="a")]
    assert len({fold(order) for order in permutations(events)}) == 1
    assert [(stay.heartbeat_at is None, stay.source) for stay in fold(events)] == [
        (False, Source.API), (True, Source.IMPORT), (True, Source.MANUAL), (True, Source.WEBHOOK)
    ]  # fmt: skip


def test_the_end_of_the_platform_closes_one_who_still_beats():
    end = START + 40 * MIN
    (stay,) = fold([event(JOIN, START), event(BEAT, end - 89 * S), event(FINISH, end)])
    assert stay.left_at == end


def test_a_heartbeat_after_silence_opens_a_second_stay():
    events = [event(JOIN, START), event(BEAT, START + 30 * S), event(BEAT, START + 5 * MIN)]
    first, second = fold(events)
    assert (first.left_at, first.source) == (START + 30 * S, Source.INFERRED)
    assert (second.joined_at, second.left_at) == (START + 5 * MIN, None)


def test_a_heartbeat_on_its_way_while_they_left_opens_nothing():
    events = [event(JOIN, START), event(LEAVE, START + MIN), event(BEAT, START + MIN + 10 * S)]
    assert spans(fold(events)) == [("ana", START, START + MIN)]


def test_a_report_states_whole_stays_and_keeps_contradictions():
    events = [
        event(Signal.STAY, START, until=START + 10 * MIN, source=Source.IMPORT),
        event(Signal.STAY, START + 20 * MIN, until=START + 5 * MIN, source=Source.IMPORT, approximate=True),
    ]
    first, second = fold(events)
    assert (first.is_contradictory, second.is_contradictory) == (False, True)
    assert second.approximate


def test_join_and_leave_at_one_instant_is_a_stay_of_no_length():
    assert spans(fold([event(JOIN, START), event(LEAVE, START)])) == [("ana", START, START)]


ticks = st.integers(0, 20).map(at)
signals = st.sampled_from((JOIN, BEAT, LEAVE, FINISH))
events_of_all_sorts = st.builds(
    lambda signal, moment, who, connection, source: event(signal, moment, who, connection=connection, source=source),
    signals, ticks, st.sampled_from(("a", "b")), st.sampled_from(("", "x")),
    st.sampled_from((Source.API, Source.WEBHOOK)),
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(events_of_all_sorts, max_size=10), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(events: list[PresenceEvent], random):
    expected = fold(events, SMALL_RULES)
    again = [*events, *random.choices(events, k=5)] if events else []
    random.shuffle(again)
    assert fold(again, SMALL_RULES) == expected
    keys = [(stay.joined_at, stay.who) for stay in expected]
    assert keys == sorted(keys)


silent_events = st.builds(event, st.sampled_from((JOIN, LEAVE, FINISH)), ticks, st.sampled_from(("a", "b")))


def presence_by_walking(events: list[PresenceEvent], who: str, now: int) -> set[int]:
    """Return the ticks at which one who has a single connection and never beats was inside, walked tick by tick."""
    inside, found = False, set()
    for tick in range(now):
        here = [one.signal for one in events if tick_of(one.at) == tick and (one.who == who or one.signal is FINISH)]
        if LEAVE in here or FINISH in here:
            inside = inside and JOIN in here  # left and came back at once
        elif JOIN in here:
            inside = True
        if inside:
            found.add(tick)
    return found


@settings(max_examples=300)
@given(st.lists(silent_events, max_size=10))
def test_the_fold_is_what_walking_through_time_gives(events: list[PresenceEvent]):
    for who in ("a", "b"):
        stays = [stay for stay in fold(events, SMALL_RULES) if stay.who == who]
        covered = [
            tick
            for stay in stays
            for tick in range(tick_of(stay.joined_at), 25 if stay.left_at is None else tick_of(stay.left_at))
        ]
        assert len(covered) == len(set(covered))
        assert set(covered) == presence_by_walking(events, who, 25)


@settings(max_examples=200)
@given(st.lists(events_of_all_sorts, max_size=10))
def test_no_stay_of_one_connection_is_contradictory_or_overlaps_another(events: list[PresenceEvent]):
    stays = fold([one for one in events if one.who in ("", "a") and one.connection == ""], SMALL_RULES)
    ends = [stay.left_at for stay in stays]
    assert not any(stay.is_contradictory for stay in stays)
    assert all(end is not None for end in ends[:-1])
    assert all(end <= after.joined_at for end, after in zip(ends, stays[1:], strict=False) if end)


def test_a_leave_noted_by_hand_shortens_the_stay_that_a_report_stated():
    stated = event(Signal.STAY, START, until=START + HOUR, source=Source.IMPORT)
    by_hand = event(LEAVE, START + 20 * MIN, source=Source.MANUAL)
    automatic = event(LEAVE, START + 10 * MIN, source=Source.WEBHOOK)
    for order in permutations((stated, by_hand, automatic)):
        (stay,) = fold(order)
        assert (stay.left_at, stay.source) == (START + 20 * MIN, Source.MANUAL)
    outside = event(LEAVE, START + 2 * HOUR, source=Source.MANUAL)
    assert spans(fold([stated, outside])) == [("ana", START, START + HOUR)]

"""Visits by the rules alone: how long ago, decided since, next steps, blockers, health, figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.visits.advising import MOST, StepRule, blockers, suggested_steps
from sessiontui.domain.visits.condition import condition_of
from sessiontui.domain.visits.facts import ItemFact, ProjectFacts, QuestionFact, ReportFact, Snapshot
from sessiontui.domain.visits.figures import VisitFact, figures_of
from sessiontui.domain.visits.history import Change, fold
from sessiontui.domain.visits.rules import DEFAULT_VISITS as RULES
from sessiontui.domain.visits.since import decided_since, idle_since, time_since_last
from sessiontui.domain.visits.words import ActivityKind, BlockerType, ItemState, Priority

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, MIN, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
D, E, P = ItemState.DECIDED, ItemState.EXPLORING, ItemState.PARKED


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (-HOUR, "just now"),
        (timedelta(), "just now"),
        (MIN - SECOND, "just now"),
        (MIN, "1 minute ago"),
        (2 * MIN, "2 minutes ago"),
        (HOUR - SECOND, "59 minutes ago"),
        (HOUR, "1 hour ago"),
        (2 * HOUR - SECOND, "1 hour ago"),
        (2 * HOUR, "2 hours ago"),
        (DAY - SECOND, "23 hours ago"),
        (DAY, "1 day ago"),
        (3 * DAY, "3 days ago"),
        (7 * DAY - SECOND, "6 days ago"),
        (7 * DAY, "1 week ago"),
        (14 * DAY, "2 weeks ago"),
        (30 * DAY - SECOND, "4 weeks ago"),
        (30 * DAY, "1 month ago"),
        (60 * DAY, "2 months ago"),
        (365 * DAY - SECOND, "11 months ago"),
        (365 * DAY, "1 year ago"),
    ],
)
def test_the_words_for_how_long_ago_at_every_boundary(passed: timedelta, said: str) -> None:
    assert time_since_last(NOW - passed, NOW) == said


def test_nobody_was_ever_there() -> None:
    assert time_since_last(None, NOW) == "never"


ids = st.frozensets(st.integers(1, 30))


@given(ids, ids)
def test_decided_since_is_a_set_difference_and_never_negative(now: frozenset[int], then: frozenset[int]) -> None:
    found = decided_since(now, Snapshot(decided=then))
    assert found <= now
    assert not found & then
    assert len(found) == len(now) - len(now & then)
    assert decided_since(now, None) == now


@given(ids, ids, ids, ids)
def test_a_snapshot_is_read_as_it_was_written(
    a: frozenset[int], b: frozenset[int], c: frozenset[int], q: frozenset[int]
) -> None:
    one = Snapshot(decided=a, exploring=b, parked=c, questions=q)
    assert Snapshot.read(one.as_json()) == one
    assert Snapshot.read({}) == Snapshot()


def test_a_visit_is_idle_after_half_an_hour_and_over_at_its_last_activity() -> None:
    assert idle_since(NOW - 30 * MIN, NOW, RULES) == NOW - 30 * MIN
    assert idle_since(NOW - 30 * MIN + SECOND, NOW, RULES) is None


def test_a_history_tells_since_when_and_what_was_opened_again() -> None:
    steps = [(E, 9), (D, 7), (D, 6), (P, 3), (E, 1)]
    present = fold(Change(state=state, at=NOW - days * DAY) for state, days in steps)
    assert present is not None
    assert (present.state, present.since, present.reopened_at) == (E, NOW - DAY, NOW - 3 * DAY)
    again = fold([*(Change(state=state, at=NOW - days * DAY) for state, days in steps), Change(state=D, at=NOW)])
    assert again is not None
    assert again.reopened_at is None
    assert fold([]) is None


def item(
    number: int,
    state: ItemState,
    since: timedelta,
    *,
    touched: timedelta | None = None,
    reopened: timedelta | None = None,
) -> ItemFact:
    return ItemFact(
        id=number,
        title=f"Item {number}",
        state=state,
        since=NOW - since,
        touched_at=NOW - (since if touched is None else touched),
        reopened_at=None if reopened is None else NOW - reopened,
    )


def asked(number: int, waits: timedelta) -> QuestionFact:
    return QuestionFact(id=number, text=f"Why {number}?", asked_at=NOW - waits, asked_by="Ana")


def reported(number: int, kind: ActivityKind, ago: timedelta, text: str = "") -> ReportFact:
    return ReportFact(id=number, kind=kind, text=text or f"thing {number}", at=NOW - ago, by="bot")


def steps_of(**facts: object) -> list[tuple[StepRule, Priority, str]]:
    found = suggested_steps(ProjectFacts(**facts), NOW, RULES)  # type: ignore[arg-type]
    return [(step.rule, step.priority, step.fact) for step in found]


def test_each_rule_of_next_steps_at_its_threshold_names_its_fact() -> None:
    high, medium, low = Priority
    assert steps_of(items=[item(1, D, DAY)], questions=[asked(1, 2 * DAY)]) == [
        (StepRule.ANSWER, high, "asked 2 d ago by Ana, no answer")
    ]
    assert steps_of(items=[item(1, D, DAY)], questions=[asked(1, 2 * DAY - SECOND)])[0][1] is medium
    assert steps_of(items=[item(1, E, 7 * DAY)]) == [(StepRule.DECIDE, medium, "exploring for 7 d")]
    assert steps_of(items=[item(1, E, 7 * DAY - SECOND)]) == []
    assert steps_of(items=[item(1, E, 9 * DAY, reopened=9 * DAY)]) == [
        (StepRule.REOPENED, high, "it was decided, and opened again 9 d ago")
    ]
    assert steps_of(items=[item(1, P, 30 * DAY)]) == [(StepRule.REVISIT, low, "parked for 30 d")]
    assert steps_of(items=[item(1, P, DAY)]) == [(StepRule.TAKE_UP, low, "nothing is being explored")]
    assert steps_of(items=[item(1, P, DAY), item(2, E, DAY)]) == []
    assert steps_of() == [(StepRule.BEGIN, low, "there is none yet")]
    assert steps_of(items=[item(1, D, DAY)], reports=[reported(1, ActivityKind.MISSING, HOUR)]) == [
        (StepRule.SETTLE, high, "missing, reported 1 h ago by bot")
    ]
    assert steps_of(items=[item(1, D, DAY)], reports=[reported(1, ActivityKind.UNCLEAR, HOUR)])[0][1] is medium


def test_the_most_pressing_comes_first_and_of_those_the_oldest_and_not_too_many() -> None:
    found = suggested_steps(
        ProjectFacts(
            items=[item(n, E, (7 + n) * DAY) for n in range(1, 20)],
            questions=[asked(1, 3 * DAY), asked(2, 4 * DAY)],
        ),
        NOW,
        RULES,
    )
    assert len(found) == MOST
    assert [step.question_id for step in found[:2]] == [2, 1]
    assert found[2].item_id == 19


def test_blockers_have_a_type_an_age_and_the_fact_and_the_same_one_stands_once() -> None:
    facts = ProjectFacts(
        items=[
            item(1, E, 20 * DAY, touched=14 * DAY),
            item(2, E, 20 * DAY, touched=14 * DAY - SECOND),
            item(3, P, 99 * DAY),
        ],
        questions=[asked(1, 2 * DAY), asked(2, DAY)],
        reports=[
            reported(1, ActivityKind.MISSING, HOUR, "the key"),
            reported(2, ActivityKind.MISSING, DAY, "The  key"),
            reported(3, ActivityKind.DEPENDS, HOUR),
            reported(4, ActivityKind.UNCLEAR, 3 * DAY),
        ],
    )
    found = blockers(facts, NOW, RULES)
    assert [(one.type, one.sentence, one.since) for one in found] == [
        (BlockerType.MISSING, "Missing: The  key", NOW - DAY),
        (BlockerType.CLARIFICATION, "Needs clarification: thing 4", NOW - 3 * DAY),
        (BlockerType.CLARIFICATION, "Needs clarification: Why 1?", NOW - 2 * DAY),
        (BlockerType.DEPENDENCY, "Waits for: thing 3", NOW - HOUR),
        (BlockerType.STALE, "Stale: Item 1", NOW - 14 * DAY),
    ]
    assert found[-1].fact == "exploring, untouched for 14 d"


def test_health_is_the_worst_part_and_says_why() -> None:
    assert condition_of(ProjectFacts(), NOW, RULES).score == 100
    quiet = condition_of(ProjectFacts(last_activity=NOW - 7 * DAY), NOW, RULES)
    assert (quiet.score, quiet.fact) == (100, "")
    silent = condition_of(ProjectFacts(last_activity=NOW - 30 * DAY), NOW, RULES)
    assert (silent.score, silent.fact, str(silent.band)) == (0, "last active 1 month ago", "critical")
    asking = condition_of(ProjectFacts(questions=[asked(1, 2 * DAY), asked(2, DAY)], last_activity=NOW), NOW, RULES)
    assert (asking.score, asking.fact) == (80, "1 question too long without an answer")
    stuck = condition_of(
        ProjectFacts(reports=[reported(n, ActivityKind.MISSING, HOUR) for n in range(9)], last_activity=NOW),
        NOW,
        RULES,
    )
    assert (stuck.score, stuck.fact) == (0, "9 blockers stand in the way")


def test_the_figures_of_visits_by_hand() -> None:
    madrid = ZoneInfo("Europe/Madrid")

    def visit(person: int, start: datetime, minutes: int, decided: int = 0, project: int = 1) -> VisitFact:
        return VisitFact(
            person_id=person, project_id=project, started_at=start, ended_at=start + minutes * MIN, decided=decided
        )

    told = [
        visit(1, NOW, 10, 2),
        visit(1, NOW + HOUR, 20),
        visit(1, NOW + 11 * HOUR, 30),  # the next day in Madrid
        visit(2, NOW, 60, 1, project=2),
    ]
    found = figures_of(told, zone=madrid, tracked=9, lost=1)
    assert (found.visits, found.people) == (4, 2)
    assert (found.duration.mean, found.duration.median, found.duration.p95) == (30, 25, 60)
    assert (found.per_day.n, found.per_day.mean) == (3, 4 / 3)
    assert found.decided.mean == 0.75
    assert (found.between.n, found.between.median) == (2, (50 + 580) / 2)
    assert found.tracking.value == 0.9
    assert figures_of([], zone=madrid).tracking.value is None


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 10_000), st.integers(0, 500)), max_size=30))
def test_figures_are_never_negative_whatever_overlaps(told: list[tuple[int, int, int]]) -> None:
    facts = [
        VisitFact(person_id=who, project_id=1, started_at=NOW + at * MIN, ended_at=NOW + (at + length) * MIN)
        for who, at, length in told
    ]
    found = figures_of(facts, zone=ZoneInfo("UTC"))
    assert found.duration.n == len(told)
    for spread in (found.duration, found.between, found.per_day):
        assert spread.n == 0 or (spread.mean or 0) >= 0
    assert found.between.n == len(told) - len({who for who, _, _ in told})

"""Scores: from 0 to 100, the sum that the formula says, better for what is better; figures as counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.planning.words import Phase
from sessiontui.domain.scoring.effort import Count, Effort
from sessiontui.domain.scoring.figures import WorkMetric, by_week, figures_of, phases_of
from sessiontui.domain.scoring.focus import Focus
from sessiontui.domain.scoring.scores import Score, meanings, scores_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)

counts = st.integers(0, 9).flatmap(lambda of: st.integers(0, of).map(lambda done: Count(done, of)))


@st.composite
def efforts(draw: st.DrawFn) -> Effort:
    """Any session that ended."""
    actual = draw(st.integers(0, 300))
    focused = draw(st.integers(0, actual))
    goals = draw(counts)
    return Effort(
        session_id=draw(st.integers(1, 99)),
        starts_at=NOON + draw(st.integers(0, 40)) * timedelta(days=1),
        estimate=draw(st.integers(5, 200)) * MIN,
        actual=actual * MIN,
        complete=draw(st.booleans()),
        paused=draw(st.integers(0, 60)) * MIN,
        focus=Focus(
            run=actual * MIN, total=focused * MIN, longest=focused * MIN, interruptions=draw(st.integers(0, 20))
        )
        if actual
        else Focus(),
        progress=draw(st.integers(0, 100)) if goals.of else None,
        goals=goals,
        milestones=draw(counts),
        checks=draw(counts),
        blockers=draw(counts),
        stars=tuple(draw(st.lists(st.integers(1, 5), max_size=3))),
        phases={Phase.TESTING: draw(st.integers(0, actual)) * MIN},
    )


@given(efforts())
def test_a_score_is_what_its_formula_says(effort: Effort):
    for scored in scores_of(effort):
        known = [part for part in scored.parts if part.value is not None]
        assert all(0 <= part.value <= 1 for part in known)
        assert [(part.name, part.weight) for part in scored.parts] == [
            (name, weight) for name, weight, _ in meanings(scored.score)
        ]
        assert sum(part.weight for part in scored.parts) == 100
        if scored.value is None:
            assert not known or scored.parts[0].value is None
            assert "not known" in scored.told
            continue
        mean = sum(part.weight * part.value for part in known) / sum(part.weight for part in known)
        assert scored.value == int(round(100 * mean, 6) + 0.5)
        assert 0 <= scored.value <= 100
        assert scored.told.startswith(f"{scored.score} {scored.value}: ")


@given(efforts())
def test_more_done_and_fewer_interruptions_are_never_worse(effort: Effort):
    def values(one: Effort) -> list[int]:
        return [scored.value or 0 for scored in scores_of(one)]

    if effort.progress is not None:
        done = replace(effort, progress=100, milestones=Count(effort.milestones.of, effort.milestones.of))
        assert all(after >= before for before, after in zip(values(effort), values(done), strict=True))
    calm = replace(effort, focus=replace(effort.focus, interruptions=0))
    assert values(calm)[0] >= values(effort)[0]


def test_a_known_session_has_known_scores():
    effort = Effort(
        session_id=1,
        starts_at=NOON,
        estimate=60 * MIN,
        actual=80 * MIN,
        paused=20 * MIN,
        focus=Focus(run=80 * MIN, total=40 * MIN, interruptions=4),
        progress=80,
        goals=Count(4, 5),
        milestones=Count(1, 2),
        stars=(5, 4),
    )
    productivity, efficiency, quality = scores_of(effort)
    assert productivity.value == round(60 * 0.8 + 25 * 0.5 + 15 * (1 / (1 + 3)))
    assert efficiency.value == round(60 * (0.8 * 60 / 80) + 25 * (60 / 80) + 15 * 0.8)
    assert quality.value == round((30 * 0.5 + 30 * 0.875) / 60 * 100)
    assert productivity.told == ("productivity 64: 4 of 5 goals, 80 %, 40 min of 1 h 20 in focus, 4 interruptions")


@given(st.lists(efforts(), max_size=12))
def test_figures_are_those_of_a_count_by_hand(found: list[Effort]):
    figures = {figure.metric: figure for figure in figures_of(found)}
    assert list(figures) == list(WorkMetric)
    for score in Score:
        values = [v for one in found for s in scores_of(one) if s.score is score and (v := s.value) is not None]
        figure = figures[WorkMetric(score)]
        assert figure.n == len(values)
        assert figure.value == (pytest.approx(sum(values) / len(values)) if values else None)
    goals = figures[WorkMetric.GOAL_COMPLETION]
    assert (goals.hits, goals.n) == (sum(e.goals.done for e in found), sum(e.goals.of for e in found))
    planned = [one for one in found if one.progress is not None]
    success = figures[WorkMetric.SUCCESS_RATE]
    assert (success.hits, success.n) == (
        sum(one.complete and one.goals.done == one.goals.of for one in planned), len(planned)
    )  # fmt: skip
    ran = [one.actual / one.estimate for one in found if one.actual]
    assert figures[WorkMetric.ESTIMATE_MET].hits == sum(0.8 <= ratio <= 1.2 for ratio in ran)
    for figure in figures.values():
        if figure.low is not None and figure.high is not None and figure.value is not None:
            assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9, figure
    assert sum(one.n for one in by_week(found, lambda one: one.starts_at.date())) == len(found)
    times = sum((one.phases[Phase.TESTING] for one in found), timedelta())
    assert sum((one.time for one in phases_of(found)), timedelta()) == times


def test_weeks_begin_on_monday_in_the_zone_that_days_are_counted_in():
    sunday = Effort(session_id=1, starts_at=NOON - timedelta(days=1), estimate=MIN, actual=MIN)
    (week,) = by_week([sunday], lambda one: one.starts_at.date())
    assert week.monday == date(2026, 4, 27)

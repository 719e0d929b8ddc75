"""Skills, patterns, recommendations and correlations: counted by hand, silent where chance alone speaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.errors import BadInput
from sessiontui.domain.learning.correlating import correlations_of, spearman
from sessiontui.domain.learning.knowledge import Learned, points_of, skill_of
from sessiontui.domain.learning.lessons import MOST, Topic, lessons_of
from sessiontui.domain.learning.patterns import LENGTHS, Aspect, Trial, length_band, length_bounds, patterns_of
from sessiontui.domain.learning.skills import Practice, skills_of, velocity_of
from sessiontui.domain.scoring.effort import Effort
from sessiontui.domain.scoring.focus import Focus

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def trial(
    number: int, template: str = "a", *, well: bool = True, hour: str = "09", gain: float | None = None
) -> Trial:
    return Trial(
        session_id=number,
        starts_at=NOON,
        keys={Aspect.TEMPLATE: template, Aspect.HOUR: hour, Aspect.LENGTH: "to 30 min", Aspect.WEEKDAY: "0"},
        complete=well,
        gain=gain,
    )


def said(gain: float, *, skill: str = "code", hours: float = 1.0) -> Learned:
    return Learned(skill, 40.0, 40.0 + gain, hours * HOUR, 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("9", "4", (9, 4)), ("1", "5", (0, 100)), ("0", "5", None), ("6/5", "5/5", None), ("2/5", "70 %", None),
     ("101", "7", None), ("x", "3", None), ("2,5", "50", (2.5, 50)), ("3/100", "5", (3, 5))],
)  # fmt: skip
def test_answers_are_taken_on_one_scale(before: str, after: str, told: tuple[float, float] | None):
    if told is None:
        with pytest.raises(BadInput):
            points_of(before, after)
    else:
        assert points_of(before, after) == told


def test_a_skill_has_a_name_of_its_own():
    assert skill_of(" Test\tWriting ") == "test writing"
    for text in ("", " \n", "x" * 61):
        with pytest.raises(BadInput):
            skill_of(text)


@given(st.integers(1, 400))
def test_every_length_lies_in_one_band_and_within_its_bounds(minutes: int):
    low, high = length_bounds(length_band(minutes))
    assert low < minutes
    assert high is None or minutes <= high
    assert high is None or high in LENGTHS


def test_velocity_is_gain_over_hours_and_holds_the_truth():
    assert velocity_of([said(10, hours=1), said(20, hours=2), said(30, hours=3)]).value == 10
    assert velocity_of([said(10, hours=0)]).n == 0
    chance, held = Random(5), 0
    for _ in range(600):
        answers = [said(12 * hours + chance.gauss(0, 6), hours=hours) for hours in (0.5, 1, 1, 1.5, 2, 2, 3, 1)]
        found = velocity_of(answers)
        held += (found.low or 0) <= 12 <= (found.high or 0)
    assert held / 600 > 0.9


def test_skills_add_up():
    practices = [Practice("code", 1, HOUR, 2), Practice("code", 2, HOUR / 2, 3), Practice("talk", 1, HOUR, 2)]
    code, talk, grief = skills_of(practices, [said(10), said(20), said(5, skill="grief")])
    assert (code.name, code.sessions, code.time, code.people) == ("code", 2, 1.5 * HOUR, 5)
    assert (code.gain.value, code.before.value, code.after.value) == (15, 40, 55)
    assert (talk.gain.n, talk.gain.value) == (0, None)
    assert (grief.name, grief.sessions, grief.gain.low) == ("grief", 0, None)


@given(
    st.lists(st.tuples(st.sampled_from(("a", "b", "")), st.booleans(), st.sampled_from(("09", "18"))), max_size=60)
)
def test_patterns_are_those_of_a_count_by_hand(told: list[tuple[str, bool, str]]):
    trials = [trial(n, template, well=well, hour=hour) for n, (template, well, hour) in enumerate(told)]
    patterns = {(one.aspect, one.key): one for one in patterns_of(trials)}
    for aspect, place in ((Aspect.TEMPLATE, 0), (Aspect.HOUR, 2)):
        known = [one for one in told if one[place]]
        assert {key for a, key in patterns if a is aspect} == {one[place] for one in known}
        for key in {one[place] for one in known}:
            own = [one[1] for one in known if one[place] == key]
            found = patterns[aspect, key]
            assert (found.hits, found.n) == (sum(own), len(own))
            assert (found.other_hits, found.other_n) == (sum(o[1] for o in known) - sum(own), len(known) - len(own))
            assert (found.low, found.high) == wilson(found.hits, found.n)
            assert (found.chance is None) == (found.n < 20 or found.other_n < 20)


def test_what_went_well_is_complete_done_and_liked():
    base = {"session_id": 1, "starts_at": NOON, "keys": {}}
    assert Trial(**base, complete=True, progress=100, stars=4.0).went_well
    assert Trial(**base, complete=True).went_well
    for told in ({"complete": False}, {"complete": True, "progress": 99}, {"complete": True, "stars": 3.9}):
        assert not Trial(**base, **told).went_well


def test_what_stands_out_is_recommended_with_its_evidence():
    trials = [trial(n, "a", well=n % 10 != 0) for n in range(100)]
    trials += [trial(n, "b", well=n % 2 == 0) for n in range(100)]
    ratios = {"a": [1.3 + 0.01 * (n % 7) for n in range(20)], "b": [1.0 + 0.01 * (n % 5 - 2) for n in range(20)]}
    answers = [said(20 + n % 5) for n in range(15)] + [said(5 + n % 5, skill="talk") for n in range(15)]
    lessons = lessons_of(patterns_of(trials), ratios, answers, planned={"a": 90})
    assert len(lessons) == MOST
    told = " ".join(one.sentence(one.key) for one in lessons)
    assert all(one.chance < 0.05 and one.n > 0 for one in lessons)
    assert "Sessions made from a take 133 % of the time estimated on the mean of 20" in told
    assert "Plan 2 h instead of 1 h 30" in told
    by_topic = {one.topic: one for one in lessons_of(patterns_of(trials), {}, [])}
    assert set(by_topic) == {Topic.GOES_WELL, Topic.GOES_BADLY}
    assert by_topic[Topic.GOES_WELL].sentence("a") == (
        "Sessions made from a went well in 90 % of 100 cases (83–94 %, Wilson), against 50 % of 100 others."
        " Plan more of them, or take over what they do."
    )


def test_thin_data_recommend_nothing():
    trials = [trial(n, "a") for n in range(19)] + [trial(n, "b", well=False) for n in range(19)]
    assert lessons_of(patterns_of(trials), {"a": [2.0] * 9}, [said(90) for _ in range(9)]) == ()


def test_chance_alone_is_seldom_recommended():
    chance, spoken = Random(11), 0
    for _ in range(120):
        trials = [
            trial(n, chance.choice("abcdef"), well=chance.random() < 0.6, hour=f"{chance.randrange(8, 20):02}")
            for n in range(400)
        ]
        spoken += bool(lessons_of(patterns_of(trials), {}, []))
    assert spoken / 120 < 0.09


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=20))
def test_a_rank_correlation_is_the_same_however_values_are_stretched(pairs: list[tuple[int, int]]):
    found = spearman(pairs)
    assert found is None or -1 <= found <= 1
    assert spearman([(a * 2, b + 1) for a, b in pairs]) in (found, pytest.approx(found))
    turned = spearman([(a, -b) for a, b in pairs])
    assert turned == (None if found is None else pytest.approx(-found))


def test_what_goes_together_is_found_and_what_does_not_is_not():
    chance = Random(2)
    found = [
        Effort(
            session_id=n,
            starts_at=NOON,
            estimate=HOUR,
            actual=HOUR,
            focus=Focus(run=HOUR, total=HOUR * share, interruptions=chance.randrange(6)),
            progress=round(100 * min(1, max(0, share + chance.gauss(0, 0.1)))),
        )
        for n in range(60)
        for share in (chance.random(),)
    ]
    first, *rest = correlations_of(found)
    assert (first.factor, first.outcome, first.is_sure) == ("focus", "plan done", True)
    assert first.low < first.rho < first.high
    assert first.rho > 0.8
    assert not any(one.is_sure for one in rest if one.factor == "interruptions")
    assert correlations_of(found[:10]) == ()

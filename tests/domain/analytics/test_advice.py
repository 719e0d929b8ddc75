"""Recommendations rest on figures that stand out beyond chance, and are not forced."""

from __future__ import annotations

from random import Random

from sessiontui.domain.analytics.advice import Topic, advise
from sessiontui.domain.analytics.outcomes import Sums


def ended(n: int, *, missed: int = 0, slow: int = 0, over: int = 0) -> Sums:
    return Sums(sessions=n, complete=n - missed, no_show=missed, approved=n, answered=n, slow=slow, ran_6=over)


def test_an_hour_that_many_miss_is_named_with_its_figures():
    groups = {"hour": {"08": ended(400, missed=30), "22": ended(80, missed=40)}}
    (advice,) = advise(groups, ended(480, missed=70))
    assert (advice.topic, advice.key, advice.hits, advice.n) == (Topic.MISSED_HOURS, "22", 40, 80)
    assert (advice.all_hits, advice.all_n) == (70, 480)
    assert advice.low < 0.5 < advice.high


def test_few_cases_say_nothing():
    assert advise({"hour": {"22": ended(19, missed=19), "08": ended(500)}}, ended(519, missed=19)) == ()
    assert advise({}, ended(100)) == ()
    assert advise({"hour": {}}, Sums()) == ()


def test_what_differs_by_chance_alone_is_hardly_ever_named():
    rng, spoken = Random(3), 0
    for _ in range(200):
        groups = {str(key): ended(60, missed=sum(rng.random() < 0.2 for _ in range(60))) for key in range(40)}
        spoken += bool(advise({"tag": groups}, sum(groups.values(), Sums())))
    assert spoken <= 20  # one in twenty is the promise, twice that is tolerated


def test_at_most_three_and_one_of_each_kind():
    groups = {
        "mentor": {str(key): ended(100, missed=60, slow=90) for key in range(1, 3)} | {"": ended(4000, slow=200)},
        "kind": {"work": ended(300, over=200), "coaching": ended(3900)},
        "hour": {"03": ended(100, missed=90), "10": ended(4100, missed=30)},
    }
    found = advise(groups, ended(4200, missed=120, slow=380, over=200))
    assert len(found) == 3
    assert len({advice.topic for advice in found}) == 3
    assert [advice.excess for advice in found] == sorted((advice.excess for advice in found), reverse=True)
    assert all(advice.key for advice in found)


def test_a_reason_that_surely_stands_behind_many_cancellations():
    reasons = {"mentor ill": Sums(cancelled=60), "": Sums(cancelled=20), "holiday": Sums(cancelled=20)}
    (advice,) = advise({"reason": reasons}, Sums(cancelled=100))
    assert (advice.topic, advice.key, advice.hits, advice.n) == (Topic.MAIN_REASON, "mentor ill", 60, 100)

"""The no-show risk: how a record moves a chance, what a fit learns, and that nothing is known too early."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.risk import (
    RECENT,
    Case,
    Fit,
    Outlook,
    Record,
    Term,
    Traits,
    band_word,
    calibration,
    effect,
    fit,
    measures,
    outlook,
    precision,
    recorded,
    risk_of,
    traits_of,
)
from sessiontui.domain.risk.betas import quantile, share_below
from sessiontui.domain.risk.cases import BANDS, UNKNOWN
from sessiontui.domain.risk.logistic import Group, solve
from sessiontui.domain.risk.model import chance_of, logit
from sessiontui.domain.risk.telling import percent, person_word, reasons, record_word, told
from tests.domain.risk_world import clinic

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NO_TRAITS: Traits = (UNKNOWN, UNKNOWN, 0)


def plain_fit(base: float = 0.8, strength: float = 8.0, **effects: tuple[float, ...]) -> Fit:
    return Fit(
        base_rate=base,
        strength=strength,
        intercept=logit(base),
        effects={Term(name): values for name, values in effects.items()},
        cases=100,
    )


def past(came: int, of: int, traits: Traits = NO_TRAITS) -> Record:
    return ((traits, of, came),) if of else ()


# -- one person ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("came", "of"), [(0, 0), (3, 5), (0, 4), (4, 4), (17, 40)])
def test_without_terms_the_chance_is_the_mean_of_the_beta_binomial(came: int, of: int):
    found = outlook(plain_fit(0.8, 8.0), "p1", NO_TRAITS, past(came, of))
    assert found.chance == pytest.approx((8 * 0.8 + came) / (8 + of), abs=1e-9)
    assert (found.came, found.past) == (came, of)


def test_without_terms_the_interval_is_that_of_the_posterior():
    found = outlook(plain_fit(0.8, 8.0), "p1", NO_TRAITS, past(3, 5))
    assert found.low == pytest.approx(quantile(0.025, 9.4, 3.6), abs=1e-6)
    assert found.high == pytest.approx(quantile(0.975, 9.4, 3.6), abs=1e-6)


rates = st.floats(0.02, 0.98)
strengths = st.floats(0.5, 200)
log_odds = st.floats(-3, 3)
leads = st.integers(0, BANDS[Term.LEAD] - 1)
bands = st.lists(log_odds, min_size=BANDS[Term.LEAD], max_size=BANDS[Term.LEAD])
lines = st.lists(
    st.tuples(leads, st.integers(1, 30), st.floats(0, 1)), max_size=4, unique_by=lambda line: line[0]
).map(lambda drawn: tuple(((lead, UNKNOWN, 0), of, round(of * share)) for lead, of, share in drawn))


@given(rates, strengths, bands, lines, leads)
def test_every_chance_lies_inside_its_interval_and_is_never_certain(base, strength, effects, record, lead):
    found = outlook(plain_fit(base, strength, lead=tuple(effects)), "p1", (lead, UNKNOWN, 0), record)
    assert 0 < found.low <= found.chance + 1e-9
    assert found.chance <= found.high + 1e-9 < 1 + 1e-9
    assert 0 < found.chance < 1


@given(rates, strengths, bands, lines, leads, leads)
def test_one_more_that_came_raises_a_chance_and_one_more_that_did_not_lowers_it(
    base, strength, effects, record, added, lead
):
    known = plain_fit(base, strength, lead=tuple(effects))
    before = outlook(known, "p1", (lead, UNKNOWN, 0), record).chance
    better = outlook(known, "p1", (lead, UNKNOWN, 0), (*record, ((added, UNKNOWN, 0), 1, 1))).chance
    worse = outlook(known, "p1", (lead, UNKNOWN, 0), (*record, ((added, UNKNOWN, 0), 1, 0))).chance
    assert worse < before < better


@given(rates, st.floats(1, 50), st.integers(1, 30))
def test_the_more_the_rate_weighs_the_less_a_record_says(base, strength, of):
    always = [outlook(plain_fit(base, weight), "p1", NO_TRAITS, past(of, of)).chance for weight in (strength, 90.0)]
    never = [outlook(plain_fit(base, weight), "p1", NO_TRAITS, past(0, of)).chance for weight in (strength, 90.0)]
    assert never[0] < never[1] < base < always[1] < always[0]


def test_coming_to_what_few_come_to_says_more_than_coming_to_what_all_come_to():
    effects = [0.0] * BANDS[Term.LEAD]
    effects[0], effects[8] = 2.0, -2.0
    known = plain_fit(0.7, 6.0, lead=tuple(effects))
    hard, easy = past(3, 3, (8, UNKNOWN, 0)), past(3, 3, (0, UNKNOWN, 0))
    assert effect(known, hard) > effect(known, easy) > 0


def test_the_interval_covers_its_nominal_share():
    rng = Random(4711)
    covered = 0
    people = 4_000
    base, strength = 0.7, 6.0
    known = plain_fit(base, strength)
    for _ in range(people):
        rate = rng.betavariate(base * strength, (1 - base) * strength)
        of = rng.randint(0, 12)
        came = sum(rng.random() < rate for _ in range(of))
        found = outlook(known, "p1", NO_TRAITS, past(came, of))
        covered += found.low <= rate <= found.high
    assert covered / people == pytest.approx(0.95, abs=0.012)


def test_the_interval_covers_when_the_fit_has_to_be_learned_too():
    rng = Random(11)
    rates_of = {f"p{n}": rng.betavariate(4.2, 1.8) for n in range(2_000)}
    cases = [
        Case(who=who, booked_at=None, starts_at=at, known_at=at, came=rng.random() < rate)
        for who, rate in rates_of.items()
        for at in (NOON + rng.random() * 300 * DAY for _ in range(rng.randint(1, 9)))
    ]
    cases.sort(key=lambda case: case.starts_at)
    found = fit(recorded(cases, UTC))
    assert found.base_rate == pytest.approx(0.7, abs=0.03)
    assert 3 < found.strength < 12  # what the people were drawn with is 6
    covered = 0
    owned: dict[str, list[bool]] = {who: [] for who in rates_of}
    for one in cases:
        owned[one.who].append(one.came)
    for who, rate in rates_of.items():
        seen = outlook(found, who, NO_TRAITS, past(sum(owned[who]), len(owned[who])))
        covered += seen.low <= rate <= seen.high
    assert covered / len(rates_of) == pytest.approx(0.95, abs=0.02)


# -- one session -----------------------------------------------------------------------------------------------


def person(chance: float) -> Outlook:
    return Outlook(who="p1", chance=chance, low=chance, high=chance, came=0, past=0, usual=chance)


@given(st.lists(st.floats(1e-9, 1 - 1e-9), min_size=1, max_size=400), st.floats(1e-9, 1 - 1e-9))
def test_one_more_approved_never_raises_the_chance_that_nobody_comes(chances, added):
    people = [person(chance) for chance in chances]
    before = risk_of(plain_fit(), people, threshold=0.4)
    after = risk_of(plain_fit(), [*people, person(added)], threshold=0.4)
    assert before is not None
    assert after is not None
    assert 0 < after.chance <= before.chance < 1


def test_nobody_comes_with_the_product_of_staying_away():
    found = risk_of(plain_fit(), [person(0.5), person(0.2)], threshold=0.4)
    assert found is not None
    assert found.chance == pytest.approx(0.4)
    assert found.is_marked  # from the threshold on
    assert not replace(found, threshold=math.nextafter(found.chance, 1)).is_marked


def test_a_session_with_nobody_approved_has_no_risk_of_its_own():
    assert risk_of(plain_fit(), [], threshold=0.4) is None


# -- traits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "band"),
    [
        (timedelta(), 0), (2 * HOUR - timedelta(seconds=1), 0), (2 * HOUR, 1), (12 * HOUR, 2), (DAY, 3),
        (2 * DAY, 4), (4 * DAY, 5), (8 * DAY, 6), (15 * DAY, 7), (31 * DAY, 8), (400 * DAY, 8), (-5 * HOUR, 0),
    ],
)  # fmt: skip
def test_leads_fall_into_bands_and_what_was_booked_too_late_has_none(lead: timedelta, band: int):
    assert traits_of(NOON - lead, NOON, UTC)[0] == band


def test_a_dated_start_counts_leads_in_days_and_has_no_hour():
    day = datetime(2016, 4, 29, tzinfo=UTC)
    assert traits_of(day + 18 * HOUR, day, UTC, is_dated=True) == (0, UNKNOWN, 4)
    assert traits_of(day - 1 * HOUR, day, UTC, is_dated=True) == (3, UNKNOWN, 4)


def test_hour_and_weekday_are_those_of_the_zone():
    sunday_night = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
    assert traits_of(None, sunday_night, UTC)[1:] == (6, 6)
    assert traits_of(None, sunday_night, ZoneInfo("Europe/Madrid"))[1:] == (0, 0)


def test_every_band_has_a_word_of_its_own():
    for term, number in BANDS.items():
        assert len({band_word(term, band) for band in range(number)}) == number
    assert band_word(Term.LEAD, UNKNOWN) == "at an unknown time"


# -- what was known when ---------------------------------------------------------------------------------------


def case(who: str, booked: int, starts: int, came: bool) -> Case:
    """Return a case with hours after noon; its outcome is known an hour after the start."""
    return Case(
        who=who,
        booked_at=NOON + booked * HOUR,
        starts_at=NOON + starts * HOUR,
        known_at=NOON + (starts + 1) * HOUR,
        came=came,
    )


def test_a_record_holds_what_was_known_at_the_booking_and_nothing_later():
    cases = [
        case("a", 0, 10, True),
        case("a", 10, 40, False),  # booked while the first was under way
        case("a", 11, 50, True),  # booked at the very instant at which it became known
        case("b", 49, 60, True),
        case("a", 52, 70, True),
    ]
    seen = recorded(cases, UTC)
    assert [sum(line[1] for line in one.record) for one in seen] == [0, 0, 0, 0, 3]
    assert [sum(line[2] for line in one.record) for one in seen] == [0, 0, 0, 0, 2]


def test_an_outcome_known_at_the_start_is_no_part_of_its_own_record():
    cases = [
        Case(who="a", booked_at=None, starts_at=NOON + n * DAY, known_at=NOON + n * DAY, came=True) for n in range(3)
    ]
    assert [sum(line[1] for line in seen.record) for seen in recorded(cases, UTC)] == [0, 1, 2]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-60, 60), st.integers(0, 60), st.booleans()), max_size=25)
)
def test_records_equal_a_look_through_everything(drawn):
    cases = [case(who, booked, starts, came) for who, booked, starts, came in drawn]
    for one, seen in zip(cases, recorded(cases, UTC), strict=True):
        known = [other for other in cases if other.who == one.who and other.known_at < one.asked_at]
        assert sum(line[1] for line in seen.record) == len(known)
        assert sum(line[2] for line in seen.record) == sum(other.came for other in known)


def test_a_record_is_of_the_newest_cases():
    cases = [case("a", day * 24, day * 24 + 1, day >= 20) for day in range(60)]
    last = recorded(cases, UTC)[-1].record
    assert (sum(line[1] for line in last), sum(line[2] for line in last)) == (RECENT, RECENT)
    middle = recorded(cases, UTC)[40].record
    assert (sum(line[1] for line in middle), sum(line[2] for line in middle)) == (RECENT, 20)
    assert record_word(replace(person(0.5), came=21, past=RECENT)) == "came 21 of the last 30"


def test_records_of_many_take_less_room_than_their_cases():
    tracemalloc.start()
    try:
        cases = [case(f"p{n}", n, n + 30, bool(n % 3)) for n in range(3_000)]
        room, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        recorded(cases, UTC)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most - room < 1.5 * room


def test_what_comes_later_changes_no_record():
    cases = clinic(3_000)
    cut = 2_000
    early = [one for one in cases if one.starts_at < cases[cut].starts_at]
    whole = dict(zip(map(id, cases), recorded(cases, UTC), strict=True))
    until = early[-1].starts_at
    for one, seen in zip(early, recorded(early, UTC), strict=True):
        if one.asked_at <= until:
            assert whole[id(one)] == seen


# -- learning --------------------------------------------------------------------------------------------------


def test_a_few_cases_give_a_sensible_fit_and_no_terms():
    for outcomes in ([True], [False], [True] * 20, [False] * 3):
        cases = [case(f"p{n}", 0, n + 1, came) for n, came in enumerate(outcomes)]
        found = fit(recorded(cases, UTC))
        assert 0 < found.base_rate < 1
        assert found.strength == pytest.approx(8.0)
        assert found.effects == {}
    assert fit([]).base_rate == 0.5


def test_lead_is_found_where_it_matters_and_hour_is_not_made_up():
    found = fit(recorded(clinic(12_000), UTC))
    assert set(found.effects) == {Term.LEAD}
    lead = found.effects[Term.LEAD]
    assert lead[0] > lead[3] > lead[6] > lead[8]


def test_terms_are_left_out_where_the_cases_do_not_support_them():
    rng = Random(5)
    cases = []
    for _ in range(2_000):
        starts = rng.randint(0, 3_000)
        cases.append(case(f"p{rng.randint(0, 300)}", starts - rng.randint(0, 900), starts, rng.random() < 0.8))
    cases.sort(key=lambda one: one.starts_at)
    found = fit(recorded(cases, UTC))
    assert found.effects == {}
    assert found.strength > 25  # people do not differ, so a record says little


def test_the_hour_is_found_where_it_matters():
    rng = Random(6)
    cases = []
    for n in range(4_000):
        hour = rng.randint(0, 24 * 100)
        night = (NOON + hour * HOUR).hour < 6
        cases.append(case(f"p{n}", hour - 30, hour, rng.random() < (0.4 if night else 0.85)))
    cases.sort(key=lambda one: one.starts_at)
    found = fit(recorded(cases, UTC))
    assert Term.HOUR in found.effects
    assert found.effects[Term.HOUR][0] == min(found.effects[Term.HOUR])


def test_how_much_people_differ_is_learned():
    def strength(spread: float) -> float:
        return fit(recorded(clinic(20_000, spread=spread), UTC)).strength

    alike, unlike = strength(0.0), strength(2.0)
    assert unlike < 5 < 30 < alike


def test_the_small_regression_agrees_with_sums_by_hand():
    groups = [Group((0,), 0.0, 100, 80), Group((1,), 0.0, 100, 50)]
    found = solve(groups, 2, 1e-6)
    assert chance_of(found[0] + found[1]) == pytest.approx(0.8, abs=1e-4)
    assert chance_of(found[0] + found[2]) == pytest.approx(0.5, abs=1e-4)
    kept_small = solve(groups, 2, 1e6)
    assert chance_of(kept_small[0] + kept_small[1]) == pytest.approx(0.65, abs=1e-3)
    shifted = solve([Group((), 1.0, 100, 60)], 0, 1.0)
    assert shifted[0] == pytest.approx(logit(0.6) - 1.0, abs=1e-6)


# -- measuring -------------------------------------------------------------------------------------------------


def test_measures_of_four_cases_by_hand():
    found = measures([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    assert found.log_loss == pytest.approx(-sum(map(math.log, (0.9, 0.6, 0.35, 0.8))) / 4)
    assert found.auc == 0.75


@given(st.lists(st.tuples(st.integers(0, 4).map(lambda n: n / 4), st.booleans()), min_size=1, max_size=30))
def test_auc_is_the_share_of_pairs_in_the_right_order(drawn):
    chances, outcomes = [chance for chance, _ in drawn], [hit for _, hit in drawn]
    hits = [chance for chance, hit in drawn if hit]
    misses = [chance for chance, hit in drawn if not hit]
    pairs = [(high > low) + (high == low) / 2 for high in hits for low in misses]
    found = measures(chances, outcomes).auc
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_certainty_that_was_wrong_costs_much_and_breaks_nothing():
    assert 30 < measures([0.0], [True]).log_loss < math.inf


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
def test_bins_hold_every_case_once(drawn):
    found = calibration([chance for chance, _ in drawn], [hit for _, hit in drawn])
    assert sum(line.n for line in found) == len(drawn)
    assert sum(line.hits for line in found) == sum(hit for _, hit in drawn)
    assert all(line.low - 1e-9 <= line.mean <= line.high + 1e-9 for line in found)


def test_the_precision_of_warnings_carries_wilsons_interval_and_covers():
    assert precision(0, 0) is None
    found = precision(6, 9)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.3542, 0.8794)
    rng = Random(3)
    covered = 0
    for _ in range(3_000):
        share = rng.uniform(0.05, 0.95)
        n = rng.randint(5, 80)
        said = precision(sum(rng.random() < share for _ in range(n)), n)
        assert said is not None
        covered += said.low <= share <= said.high
    assert covered / 3_000 == pytest.approx(0.95, abs=0.015)


@given(st.floats(0.3, 60), st.floats(0.3, 60), st.floats(0.001, 0.999))
def test_quantiles_are_the_inverse_of_shares(a, b, share):
    value = quantile(share, a, b)
    if 1e-9 < value < 1 - 1e-9:
        assert share_below(value, a, b) == pytest.approx(share, abs=1e-6)


def test_shares_of_known_distributions():
    for x in (0.1, 0.37, 0.9):
        assert share_below(x, 1, 1) == pytest.approx(x)
        assert share_below(x, 2, 1) == pytest.approx(x * x)
        assert share_below(x, 1, 3) == pytest.approx(1 - (1 - x) ** 3)


# -- words -----------------------------------------------------------------------------------------------------


def test_a_risk_is_told_with_everything_it_rests_on():
    effects = [0.0] * BANDS[Term.LEAD]
    effects[6] = -0.8
    known = plain_fit(0.78, 6.0, lead=tuple(effects))
    people = [
        outlook(known, "p1", (6, UNKNOWN, 0), past(1, 4)),
        outlook(known, "p2", (4, UNKNOWN, 0), ()),
    ]
    marked = risk_of(known, people[:1], threshold=0.4, warnings=precision(6, 9))
    assert marked is not None
    assert told(marked, {"p1": "Ana"}) == (
        "63 % that nobody comes, limit 40 %",
        "Ana 37 % (14 to 70 %): came 1 of 4; booked 8 to 14 days ahead lowers it",
        "platform: 78 % come, 100 past cases",
        "past warnings: nobody came to 6 of 9 (67 %, 95 % interval 35 to 88 %)",
    )
    calm = risk_of(known, people, threshold=0.4)
    assert calm is not None
    assert told(calm, {}) == (f"{percent(calm.chance)} that nobody comes",)


def test_many_people_are_told_by_number_and_as_independent():
    people = [replace(person(0.1), who=f"p{n}") for n in range(5)]
    found = risk_of(plain_fit(), people, threshold=0.4)
    assert found is not None
    said = told(found, {})
    assert said[4:6] == ("and 2 more", "people are taken to decide independently")


def test_a_person_without_a_past_and_a_term_that_helps():
    effects = [0.0] * BANDS[Term.LEAD]
    effects[0] = 0.5
    found = outlook(plain_fit(0.8, 8.0, lead=tuple(effects)), "p1", (0, UNKNOWN, 0), ())
    assert reasons(found) == ("no past cases", "booked less than 2 h ahead raises it")
    assert person_word("Bob", found).startswith("Bob 87 % (")

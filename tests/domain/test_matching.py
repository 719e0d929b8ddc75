"""Sure signs match, in their order; everything else is left to the admin, with candidates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.matching import (
    MAX_CANDIDATES,
    MIN_SCORE,
    Attendee,
    Known,
    Match,
    Sign,
    fold_email,
    fold_name,
    match,
    match_all,
    memory_key,
)

ANNA = Known(1, "Anna Lee", "anna@example.org", ("z-1", "t-1"))
BOB = Known(2, "Bob Ōta", "bob@example.org", ("z-2",))
CARA = Known(3, "Cara Müller", "", ())
OTHER_ANNA = Known(4, "anna  lee", "anna.lee@example.net")
EVERYONE = [ANNA, BOB, CARA, OTHER_ANNA]


def find(attendee, expected=(), everyone=EVERYONE, remembered=None):
    return match(attendee, expected=expected, everyone=everyone, remembered=remembered or {})


@pytest.mark.parametrize(
    ("attendee", "expected", "person_id", "sign"),
    [
        (Attendee(external_id="z-1"), [], 1, Sign.EXTERNAL_ID),
        (Attendee(external_id=" t-1 "), [], 1, Sign.EXTERNAL_ID),
        (
            Attendee(external_id="z-1", email="bob@example.org", name="Cara Müller"),
            [CARA],
            1,
            Sign.EXTERNAL_ID,
        ),
        (Attendee(external_id="unknown", email=" BOB@Example.org"), [], 2, Sign.EMAIL),
        (Attendee(email="bob@example.org", name="Cara Müller"), [CARA], 2, Sign.EMAIL),
        (Attendee(name=" CARA \t MU\u0308LLER"), [CARA, BOB], 3, Sign.NAME),
        (Attendee(name="Anna Lee"), [ANNA, BOB], 1, Sign.NAME),
        (Attendee(name="Guest", original_name="Cara Müller"), [CARA], 3, Sign.NAME),
        (Attendee(name="Cara Müller", email="unknown@example.org"), [CARA], 3, Sign.NAME),
    ],
)
def test_sure_signs_in_their_order(attendee, expected, person_id, sign):
    assert find(attendee, expected) == Match(person_id, sign)


@pytest.mark.parametrize(
    ("attendee", "expected"),
    [
        (Attendee(), EVERYONE),
        (Attendee(name="Cara Müller"), []),
        (Attendee(name="Cara Müller"), [ANNA, BOB]),
        (Attendee(name="Cara Muller"), [CARA]),
        (Attendee(name="Müller Cara"), [CARA]),
        (Attendee(name="Cara Mülle"), [CARA]),
        (Attendee(name="Anna Lee"), [ANNA, OTHER_ANNA]),
        (Attendee(name="Anna Lee", original_name="Bob Ōta"), [ANNA, BOB]),
        (Attendee(name="iPad of Bob Ōta"), [BOB]),
        (Attendee(external_id="Z-1"), [ANNA]),
        (Attendee(email="anna+x@example.org"), [ANNA]),
    ],
)
def test_nobody_is_matched_by_less(attendee, expected):
    found = find(attendee, expected)
    assert found.person_id is None
    assert found.sign is None
    assert not found.is_matched


def test_a_sign_that_points_at_two_is_none():
    twins = [Known(8, "Ida", "home@example.org", ("x",)), Known(9, "Ole", "home@example.org", ("x",))]
    shared = Attendee(external_id="x", email="home@example.org")
    found = find(shared, twins, twins)
    assert not found.is_matched
    assert [each.person_id for each in found.candidates] == [8, 9]
    assert found.candidates[0].reason == "same external id as another person"
    mailed = find(Attendee(email="home@example.org"), twins, twins)
    assert [each.person_id for each in mailed.candidates] == [8, 9]
    assert mailed.candidates[0].reason == "same e-mail address as another person"
    named = Attendee(external_id="x", email="home@example.org", name="Ole")
    assert find(named, twins, twins) == Match(9, Sign.NAME)


def test_one_person_listed_twice_is_one():
    assert find(Attendee(name="Cara Müller"), [CARA, CARA], [*EVERYONE, CARA]) == Match(3, Sign.NAME)


def test_an_expected_person_need_not_be_among_everyone():
    assert find(Attendee(email="new@example.org"), [Known(7, "New", "new@example.org")]).person_id == 7


def test_empty_signs_match_nobody():
    blank = [Known(5, "", "", ("",))]
    assert not find(Attendee(), blank, blank).is_matched
    assert find(Attendee(), blank, blank).candidates == ()


# --- remembered choices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendee", "key"),
    [
        (Attendee(name="A", email="a@x.org", external_id=" z "), "id:z"),
        (Attendee(name="A", email=" A@X.org "), "email:a@x.org"),
        (Attendee(name=" A \u00a0B "), "name:a b"),
        (Attendee(original_name="A"), ""),
    ],
)
def test_memory_keys(attendee, key):
    assert memory_key(attendee) == key


def test_a_remembered_choice_wins_over_every_sign():
    attendee = Attendee(external_id="z-1", email="bob@example.org", name="Anna Lee")
    assert find(attendee, [ANNA], remembered={"id:z-1": 3}) == Match(3, Sign.REMEMBERED)


def test_a_remembered_person_who_is_gone_does_not_count():
    attendee = Attendee(external_id="z-1")
    assert find(attendee, remembered={"id:z-1": 99}) == Match(1, Sign.EXTERNAL_ID)


def test_a_choice_for_a_name_is_only_proposed_where_a_stronger_sign_is_told():
    attendee = Attendee(name="Phone", email="stranger@example.org")
    found = find(attendee, remembered={"name:phone": 2})
    assert not found.is_matched
    assert (found.candidates[0].person_id, found.candidates[0].score) == (2, 1.0)
    assert found.candidates[0].reason == "chosen before for this name"
    assert find(Attendee(name="Phone"), remembered={"name:phone": 2}) == Match(2, Sign.REMEMBERED)


def test_nothing_is_remembered_for_an_attendee_without_signs():
    assert find(Attendee(), remembered={"": 1}) == Match()


# --- candidates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attendee", "expected", "person_id", "reason"),
    [
        (Attendee(name="Cara Muller"), [], 3, "similar name"),
        (Attendee(name="Müller, Cara"), [], 3, "similar name"),
        (Attendee(name="Cara"), [], 3, "similar name"),
        (Attendee(name="Cara Müller"), [], 3, "same name, not expected"),
        (Attendee(name="Anna Lee"), [ANNA, OTHER_ANNA], 1, "same name as another expected"),
        (Attendee(name="x", original_name="Cara Mueller"), [], 3, "similar account name"),
        (Attendee(name="Bob's iPhone"), [], 2, "name of the device"),
        (Attendee(name="iPad of Bob Ota"), [], 2, "name of the device"),
        (Attendee(name="Galaxy S21 von Cara Müller"), [], 3, "name of the device"),
    ],
)
def test_the_best_candidate_and_why(attendee, expected, person_id, reason):
    best = find(attendee, expected).candidates[0]
    assert (best.person_id, best.reason) == (person_id, reason)


def test_strangers_have_no_candidates():
    assert find(Attendee(name="Wx Qz")).candidates == ()
    assert find(Attendee(name="iPad")).candidates == ()
    ana, farid, long = Known(1, "Ana Castellanos"), Known(2, "Farid Rahmani"), Known(3, "Mara Luz de la Vega")
    assert find(Attendee(name="Mara Stein"), [], [ana]).candidates == ()
    assert find(Attendee(name="Rashida Karim"), [], [farid]).candidates == ()
    assert [one.person_id for one in find(Attendee(name="Mara"), [], [ana, long]).candidates] == [3]


def test_equal_scores_put_the_expected_first_then_the_name():
    people = [Known(at, f"Kim {letter}") for at, letter in enumerate("CBA", start=1)]
    found = find(Attendee(name="Kim"), [people[0]], people)
    assert [each.person_id for each in found.candidates] == [1, 3, 2]


def test_at_most_five():
    people = [Known(at, f"Kim {at}") for at in range(20)]
    assert len(find(Attendee(name="Kim"), [], people).candidates) == MAX_CANDIDATES == 5


names = st.text(st.sampled_from("aAbé \u0301ß"), max_size=6)
attendees = st.builds(Attendee, name=names, email=names, external_id=names, original_name=names)
knowns = st.lists(st.builds(Known, st.integers(1, 9), names, names, st.tuples(names)), max_size=6).map(
    lambda people: list({known.id: known for known in people}.values())
)


@given(attendees, knowns, st.data())
def test_a_match_always_has_its_sign(attendee, people, data):
    expected = [known for known in people if data.draw(st.booleans())]
    found = find(attendee, expected, people)
    known = {each.id: each for each in people}.get(found.person_id)
    match found.sign:
        case None:
            assert found.person_id is None
        case Sign.EXTERNAL_ID:
            assert attendee.external_id.strip() in {each.strip() for each in known.external_ids}
        case Sign.EMAIL:
            assert fold_email(known.email) == fold_email(attendee.email) != ""
        case _:
            assert known in expected
            assert fold_name(known.name) in {fold_name(attendee.name), fold_name(attendee.original_name)}
    assert found.is_matched is (found.sign is not None)
    assert not (found.is_matched and found.candidates)
    scores = [each.score for each in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(MIN_SCORE <= score <= 1 for score in scores)
    assert find(attendee, expected[::-1], people[::-1]) == found


@given(st.lists(attendees, max_size=4), knowns)
def test_many_at_once_equal_one_by_one(several, people):
    expected = people[::2]
    one_by_one = [find(attendee, expected, people) for attendee in several]
    assert match_all(several, expected=expected, everyone=people, remembered={}) == one_by_one


@given(st.text())
def test_folding_is_settled(text):
    assert fold_name(fold_name(text)) == fold_name(text)
    assert fold_email(fold_email(text)) == fold_email(text)

"""Records are what frozen, slotted dataclasses are: told apart in nothing but when their methods are written."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.records import field, record, replace


@record
class Spot:
    """A place on a grid."""

    column: int
    row: int = 0

    EDGE: ClassVar[int] = 9

    @property
    def is_edge(self) -> bool:
        return self.EDGE in (self.column, self.row)


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    column: int
    row: int = 0


@record(kw_only=True)
class Parcel:
    id: int
    items: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False)


@record(frozen=False)
class Tally:
    number: int = 0
    names: list[str] = field(default_factory=list)


@record
class Nothing:
    """No field at all."""


@record
class Whimsical:
    name: str

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "whim"


numbers = st.integers(-3, 3)


@given(numbers, numbers, numbers, numbers)
def test_records_are_equal_and_hashed_and_told_as_dataclasses_are(a: int, b: int, c: int, d: int) -> None:
    assert (Spot(a, b) == Spot(c, d)) == (Twin(a, b) == Twin(c, d))
    assert (hash(Spot(a, b)) == hash(Spot(c, d))) == (hash(Twin(a, b)) == hash(Twin(c, d)))
    assert repr(Spot(a, b)) == repr(Twin(a, b)).replace("Twin", "Spot")
    assert dataclasses.asdict(Spot(a, b)) == dataclasses.asdict(Twin(a, b))


def test_they_equal_nothing_of_another_class() -> None:
    assert Spot(1, 2) != Twin(1, 2)
    assert Spot(1) != 1
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1


def test_nothing_of_them_can_be_changed_added_or_taken_out() -> None:
    spot = Spot(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="column of a Spot"):
        spot.column = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        spot.colour = "red"  # type: ignore[attr-defined]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del spot.row  # type: ignore[misc]
    assert spot == Spot(1, 0)
    assert not hasattr(spot, "__dict__")


def test_one_that_is_not_frozen_can_be_changed_but_not_added_to_and_has_no_hash() -> None:
    tally = Tally()
    tally.number += 2
    assert tally == Tally(2)
    with pytest.raises(AttributeError):
        tally.colour = "red"  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="unhashable"):
        hash(tally)
    assert copy.deepcopy(tally) == tally


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Spot(), "missing 1 required positional argument: 'column'"),  # type: ignore[call-arg]
        (lambda: Spot(1, 2, 3), "takes from 2 to 3 positional arguments but 4 were given"),  # type: ignore[call-arg]
        (lambda: Parcel(), "missing 1 required keyword-only argument: 'id'"),  # type: ignore[call-arg]
        (lambda: Parcel(id=1, weight=2), "unexpected keyword argument 'weight'"),  # type: ignore[call-arg]
    ],
)
def test_values_are_asked_for_as_by_any_function(make: Callable[[], object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        make()


def test_a_default_can_be_made_anew_for_each() -> None:
    one, other = Parcel(id=1), Parcel(id=1)
    one.items.append("a")
    assert other.items == []
    assert Parcel(id=1, items=["b"]).items == ["b"]


def test_a_field_can_be_left_out_of_what_is_compared() -> None:
    assert Parcel(id=1, note="fragile") == Parcel(id=1)
    assert dataclasses.replace(Parcel(id=1, note="a"), id=2).note == "a"


def test_the_functions_of_dataclasses_know_them() -> None:
    assert dataclasses.is_dataclass(Spot)
    assert [found.name for found in dataclasses.fields(Spot)] == ["column", "row"]
    assert [(found.name, found.kw_only, found.compare) for found in dataclasses.fields(Parcel)] == [
        ("id", True, True),
        ("items", True, True),
        ("note", True, False),
    ]
    assert dataclasses.replace(Spot(1, 2), row=9) == Spot(1, 9)
    with pytest.raises(TypeError):
        dataclasses.replace(Spot(1, 2), colour=9)  # type: ignore[call-arg]


def test_other_values_are_put_in_without_dataclasses_too() -> None:
    assert replace(Spot(1, 2), row=9) == dataclasses.replace(Spot(1, 2), row=9)
    assert replace(Parcel(id=1, items=["a"]), note="x").items == ["a"]
    assert replace(Nothing()) == Nothing()
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        replace(Spot(1, 2), colour=9)  # type: ignore[call-arg]


def test_they_can_be_matched_copied_and_kept() -> None:
    match Spot(3, 4):
        case Spot(column, row):
            assert (column, row) == (3, 4)
    assert Parcel.__match_args__ == ()
    parcel = Parcel(id=1, items=["a"])
    for copied in (copy.copy(parcel), copy.deepcopy(parcel), pickle.loads(pickle.dumps(parcel))):
        assert copied == parcel
    assert copy.deepcopy(parcel).items is not parcel.items


def test_what_a_class_writes_itself_stays() -> None:
    assert (hash(Whimsical("a")), repr(Whimsical("a"))) == (7, "whim")
    assert Whimsical("a") == Whimsical("a")
    assert Spot(9).is_edge
    assert Spot.__doc__ == "A place on a grid."
    assert (Spot.__name__, Spot.__qualname__, Spot.__module__) == ("Spot", "Spot", __name__)


def test_their_constructor_can_be_looked_at_before_the_first_is_made() -> None:
    @record(kw_only=True)
    class Fresh:
        id: int
        name: str = ""

    assert str(inspect.signature(Fresh)) == "(*, id, name='')"


def test_a_base_is_refused() -> None:
    with pytest.raises(TypeError, match="has a base"):

        @record
        class Deeper(Spot):
            depth: int

"""The chain finds every edit, deletion, insertion and swap, and is fast enough to be asked daily."""

from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.chain import GENESIS, canonical, seal, verify

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
entries = st.lists(st.dictionaries(st.text(max_size=4), values, max_size=4), min_size=1, max_size=8)


def chained(items, previous=GENESIS):
    sealed = []
    for item in items:
        previous = seal(previous, item)
        sealed.append((item, previous))
    return sealed


def sample(count):
    return chained(
        {"seq": seq, "at": 1_777_000_000_000 + seq, "by": seq % 7, "action": "cancel", "facts": {"why": "é"}}
        for seq in range(count)
    )


def test_canonical_spelling():
    assert canonical({}) == b"{}"
    assert canonical({"b": 1, "a": "\u00e9\ud800\x00"}) == b'{"a":"\\u00e9\\ud800\\u0000","b":1}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert canonical({"a": "1"}) != canonical({"a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(ValueError):
        canonical({"a": value})
    with pytest.raises(TypeError):
        canonical({"a": {1, 2}})


def test_seal_is_sha256_over_both():
    expected = hashlib.sha256(b"0" * 64 + b'{"a":1}').hexdigest()
    assert seal(GENESIS, {"a": 1}) == expected
    assert seal(expected, {"a": 1}) != expected


@pytest.mark.parametrize("previous", ["", "0" * 63, "0" * 65])
def test_a_seal_of_another_length_is_refused(previous):
    with pytest.raises(ValueError):
        seal(previous, {})


@given(entries)
def test_a_whole_chain_holds(items):
    sealed = chained(items)
    assert verify(sealed) is None
    assert verify(iter(sealed), head=sealed[-1][1]) is None
    middle = len(sealed) // 2
    before = sealed[middle - 1][1] if middle else GENESIS
    assert verify(sealed[middle:], previous=before) is None


def test_an_empty_chain_holds():
    assert verify([]) is None
    assert verify([], head=GENESIS) is None
    assert verify([], head="1" * 64) == 0


@given(st.integers(0, 11))
def test_an_edit_is_found(at):
    sealed = sample(12)
    entry, stored = sealed[at]
    sealed[at] = ({**entry, "by": 99}, stored)
    assert verify(sealed) == at


@given(st.integers(0, 11))
def test_an_edit_sealed_anew_is_found_by_what_follows(at):
    sealed = sample(12)
    head = sealed[-1][1]
    entry = {**sealed[at][0], "by": 99}
    sealed[at] = (entry, seal(sealed[at - 1][1] if at else GENESIS, entry))
    assert verify(sealed, head=head) == at + 1


@given(st.integers(0, 11))
def test_a_deletion_is_found(at):
    sealed = sample(12)
    head = sealed[-1][1]
    del sealed[at]
    assert verify(sealed, head=head) == at


@given(st.integers(0, 11), st.integers(0, 11))
def test_a_swap_is_found(one, other):
    sealed = sample(12)
    sealed[one], sealed[other] = sealed[other], sealed[one]
    assert verify(sealed) == (None if one == other else min(one, other))


@given(st.integers(0, 12))
def test_an_insertion_is_found(at):
    sealed = sample(12)
    head = sealed[-1][1]
    entry = {"seq": -1}
    sealed.insert(at, (entry, seal(sealed[at - 1][1] if at else GENESIS, entry)))
    assert verify(sealed, head=head) == at + 1


def test_a_changed_seal_is_found():
    sealed = sample(3)
    sealed[1] = (sealed[1][0], "f" * 64)
    assert verify(sealed) == 1


def test_a_hundred_thousand_entries_take_at_most_two_seconds():
    sealed = sample(100_000)
    started = time.process_time()
    assert verify(sealed) is None
    assert time.process_time() - started <= 2.0

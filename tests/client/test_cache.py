"""The cache keeps its limits and its ages, counts every look, and never answers what was written over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sessiontui.client.cache import OVERHEAD, Age, Cache

KEYS = [f"/api/sessions/{number}" for number in range(8)] + ["/api/sessions?q=a", "/api/sessions"]
BYTES = 3_000
ENTRIES = 5


class Keeping(RuleBasedStateMachine):
    """A cache beside a plain dictionary that forgets nothing but what must be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = Cache(max_entries=ENTRIES, max_bytes=BYTES)
        self.now = 0.0
        self.model: dict[str, tuple[bytes, float]] = {}
        self.looks = 0

    @rule(seconds=st.floats(0, 50))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(key=st.sampled_from(KEYS), size=st.integers(0, 1_500), lifetime=st.integers(1, 60))
    def keep(self, key: str, size: int, lifetime: int) -> None:
        self.cache.keep(key, b"x" * size, lifetime=lifetime, now=self.now)
        self.model[key] = (b"x" * size, self.now + lifetime)

    @rule(key=st.sampled_from(KEYS))
    def look(self, key: str) -> None:
        age, body = self.cache.look(key, now=self.now)
        self.looks += 1
        if age is not Age.MISSING:
            kept, fresh_until = self.model[key]
            assert body == kept
            assert (age is Age.FRESH) == (self.now < fresh_until)

    @rule(number=st.integers(0, 7))
    def forget(self, number: int) -> None:
        path = f"/api/sessions/{number}"
        self.cache.forget(path, "/api/sessions?")
        for key in (path, "/api/sessions?q=a", "/api/sessions"):
            self.model.pop(key, None)
            assert self.cache.body(key) is None

    @rule()
    def clean(self) -> None:
        self.cache.clean(now=self.now)

    @invariant()
    def limits_hold(self) -> None:
        told = self.cache.statistics()
        held = {key: body for key in KEYS if (body := self.cache.body(key)) is not None}
        assert told.entries == len(held) <= ENTRIES
        assert told.size == sum(len(key) + len(body) + OVERHEAD for key, body in held.items()) <= BYTES
        assert told.hits + told.stale_hits + told.misses == self.looks


TestKeeping = Keeping.TestCase


def test_who_was_asked_for_longest_ago_goes_first() -> None:
    cache = Cache(max_entries=2)
    for key in "ab":
        cache.keep(key, b"", lifetime=10, now=0)
    cache.look("a", now=1)
    cache.keep("c", b"", lifetime=10, now=2)
    assert [cache.body(key) for key in "abc"] == [b"", None, b""]
    assert cache.statistics().evicted == 1


def test_what_is_larger_than_the_cache_is_not_held_and_pushes_nobody_out() -> None:
    cache = Cache(max_bytes=1_000)
    cache.keep("a", b"x" * 100, lifetime=10, now=0)
    cache.keep("b", b"x" * 1_000, lifetime=10, now=0)
    assert (cache.body("a"), cache.body("b")) == (b"x" * 100, None)


@given(st.floats(0.1, 1e6), st.floats(0, 3))
def test_an_entry_is_fresh_for_its_life_then_stale_as_long_again(lifetime: float, share: float) -> None:
    cache = Cache()
    cache.keep("a", b"", lifetime=lifetime, now=0)
    now = lifetime * share
    wanted = Age.FRESH if now < lifetime else Age.STALE if now < 2 * lifetime else Age.MISSING
    assert cache.look("a", now=now)[0] is wanted


def test_a_look_up_that_somebody_wrote_over_is_not_held() -> None:
    cache = Cache()
    early, other = cache.begin("/api/sessions/47"), cache.begin("/api/sessions/4711")
    cache.forget("/api/sessions/47")
    cache.end(early, b"old", lifetime=10, now=0)
    cache.end(other, b"new", lifetime=10, now=0)
    assert (cache.body("/api/sessions/47"), cache.body("/api/sessions/4711")) == (None, b"new")


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("/api/sessions/47", {"/api/sessions/47", "/api/sessions/47/goals"}),
        ("/api/sessions?", {"/api/sessions", "/api/sessions?q=1"}),
        ("/api/sessions", {"/api/sessions", "/api/sessions?q=1", "/api/sessions/47", "/api/sessions/47/goals",
                           "/api/sessions/4711"}),
    ],
)  # fmt: skip
def test_forgetting_goes_by_whole_parts_of_a_path(path: str, gone: set[str]) -> None:
    keys = ["/api/sessions", "/api/sessions?q=1", "/api/sessions/47", "/api/sessions/47/goals", "/api/sessions/4711"]
    cache = Cache()
    for key in keys:
        cache.keep(key, b"", lifetime=10, now=0)
    assert cache.forget(path) == len(gone)
    assert {key for key in keys if cache.body(key) is None} == gone


def test_the_hit_rate_is_the_share_of_looks_that_were_answered() -> None:
    cache = Cache()
    assert cache.statistics().hit_rate is None
    cache.keep("a", b"", lifetime=10, now=0)
    for key, now in (("a", 1), ("a", 11), ("b", 1), ("a", 30)):
        cache.look(key, now=now)
    assert cache.statistics().hit_rate == 0.5
    assert cache.statistics().expired == 1

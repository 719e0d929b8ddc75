"""What a room needs follows from its session alone, and a link counts as broken after two failures in a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.places import (
    JitsiServer,
    Maker,
    OrderKind,
    PlatformSettings,
    RoomPlan,
    RoomState,
    ZoomAccount,
    due_order,
    next_look,
    retry_after,
)
from sessiontui.domain.places.looking import ENOUGH
from sessiontui.domain.vocabulary import Control

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = RoomPlan(
    control=Control.SCHEDULED, title="Circle", description="", starts_at=NOON, ends_at=NOON + HOUR, capacity=0
)


@pytest.mark.parametrize(
    ("state", "plan", "told", "order"),
    [
        (RoomState.WANTED, PLAN, "", OrderKind.MAKE),
        (RoomState.THERE, PLAN, PLAN.digest, None),
        (RoomState.THERE, PLAN, "other", OrderKind.CHANGE),
        (RoomState.THERE, replace(PLAN, control=Control.CANCELLED), PLAN.digest, OrderKind.END),
        (RoomState.THERE, replace(PLAN, control=Control.COMPLETED), "other", None),
        (RoomState.WANTED, replace(PLAN, control=Control.CANCELLED), "", None),
        (RoomState.ENDED, PLAN, "", OrderKind.MAKE),
        (RoomState.ENDED, replace(PLAN, control=Control.CANCELLED), "", None),
        (RoomState.NONE, PLAN, "", None),
    ],
)
def test_a_room_follows_its_session(state: RoomState, plan: RoomPlan, told: str, order: OrderKind | None):
    assert due_order(state, plan, told, NOON) is order


def test_past_its_end_a_session_needs_no_room_unless_it_runs_over():
    assert due_order(RoomState.WANTED, PLAN, "", NOON + HOUR) is None
    running = replace(PLAN, control=Control.RUNNING)
    assert due_order(RoomState.WANTED, running, "", NOON + HOUR) is OrderKind.MAKE


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Round"},
        {"description": "x"},
        {"capacity": 3},
        {"starts_at": NOON + timedelta(milliseconds=1)},
        {"ends_at": NOON + 2 * HOUR},
    ],
)
def test_whatever_platforms_are_told_is_in_the_digest(changed: dict[str, object]):
    assert replace(PLAN, **changed).digest != PLAN.digest
    assert replace(PLAN, control=Control.RUNNING).digest == PLAN.digest


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("ab")), min_size=1, max_size=12))
def test_a_link_is_broken_exactly_when_its_last_two_looks_failed(looks: list[tuple[bool, str]]):
    seen = None
    for number, (works, link) in enumerate(looks):
        seen = next_look(seen, link=link, works=works, fact="", at=NOON + number * HOUR)
    assert seen is not None
    last = looks[-ENOUGH:]
    assert seen.is_broken == (len(last) == ENOUGH and not any(works for works, _ in last) and len(set(last)) == 1)
    run = [works == looks[-1][0] and link == looks[-1][1] for works, link in looks]
    begun = len(run) - (run[::-1].index(False) if False in run else len(run))
    assert seen.since == NOON + begun * HOUR


@given(st.integers(1, 60), st.floats(0, 1))
def test_waits_are_within_their_bounds(attempts: int, spread: float):
    assert timedelta(seconds=1) <= retry_after(attempts, spread) <= timedelta(minutes=10)


def test_the_usual_platform_is_the_default_else_the_only_one():
    jitsi = JitsiServer(url="https://meet.example.org")
    assert PlatformSettings(jitsi=jitsi).usual is Maker.JITSI
    both = PlatformSettings(jitsi=jitsi, zoom=ZoomAccount(account="a", client="c"))
    assert both.usual is None
    assert replace(both, default=Maker.ZOOM).usual is Maker.ZOOM

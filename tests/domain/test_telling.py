"""What stands beside a status, and why a session has it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.lifecycle import Facts, derive
from sessiontui.domain.rules import Rules
from sessiontui.domain.sight import sight_of
from sessiontui.domain.telling import STAGES, beside, stage, why
from sessiontui.domain.vocabulary import Control
from tests import oracle
from tests.domain.facts import END, HOUR, MIN, START, any_facts, session, stay

CASES = [
    (session(control=Control.DRAFT), START, "not published"),
    (session(), START - 5 * HOUR, "no requests yet"),
    (session(pending=3, approved=2), START - 5 * HOUR, "3 pending requests, 2 approved"),
    (session(pending=1), START - 5 * HOUR, "1 pending request"),
    (session(approved=4), START - 3 * HOUR, "4 approved, starts in 3 h"),
    (session(approved=2), START - 12 * MIN, "starts in 12 min, 2 approved"),
    (session(), START + 4 * MIN, "4 min past start, nobody joined"),
    (session(guests=(stay(START, START + 3 * MIN),)), START + 4 * MIN, "4 min past start, everyone left"),
    (
        session(guests=(stay(START), stay(START, who="bob"), stay(START, START + MIN, "cyd"))),
        START + 5 * MIN,
        "2 currently active, 1 left session",
    ),
    (session(guests=(stay(START),)), START + 5 * MIN, "1 currently active"),
    (
        session(control=Control.PAUSED, paused_at=START + 25 * MIN, guests=(stay(START),)),
        START + 31 * MIN,
        "paused 6 min, ran 25 min",
    ),
    (session(guests=(stay(START, START + 58 * MIN),)), END, "ran for 58/60 minutes"),
    (session(guests=(stay(START, START + 25 * MIN),)), END, "ran for 25/60 minutes"),
    (session(approved=3), END, "3 approved, none came"),
    (
        session(control=Control.CANCELLED, ended_by="Amara", ended_reason="mentor ill"),
        START,
        "cancelled by Amara: mentor ill",
    ),
]


@pytest.mark.parametrize(("facts", "now", "expected"), CASES, ids=[case[2] for case in CASES])
def test_the_text_beside_the_status(facts: Facts, now, expected: str):
    assert beside(sight_of(facts, derive(facts, now)), now) == expected


def test_why_names_the_rule_and_its_facts():
    def told(facts: Facts, now, **options: object) -> str:
        return why(sight_of(facts, derive(facts, now)), now, **options)  # type: ignore[arg-type]

    assert told(session(approved=3), START + MIN) == "started 14:00, no guest present (3 approved)"
    assert "16:00" in told(session(approved=3), START + MIN, zone=ZoneInfo("Europe/Madrid"))
    assert "present since 14:10" in told(session(guests=(stay(START + 10 * MIN),)), START + 20 * MIN)
    assert "since 14:00" in told(session(guests=(stay(START - 10 * MIN),)), START + 20 * MIN)
    ran = session(guests=(stay(START, START + 25 * MIN),))
    assert "25 of 60 min, less than 50%" in told(ran, END)
    assert "provisional until 15:00" in told(ran, START + 40 * MIN)
    assert "no guest was seen" in told(session(), END)
    rules = Rules(early_ratio=0.7)
    assert "less than 70%" in why(sight_of(ran, derive(ran, END, rules)), END, rules=rules)


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        (session(), START - 5 * HOUR, "created"),
        (session(pending=1), START - 5 * HOUR, "requests"),
        (session(approved=1), START - 5 * HOUR, "approved"),
        (session(), START - MIN, "upcoming"),
        (session(), START, "live"),
        (session(guests=(stay(START),)), START, "live"),
        (session(control=Control.PAUSED), START, "live"),
        (session(), END, "ended"),
    ],
)
def test_the_stage(facts: Facts, now, expected: str):
    assert STAGES[stage(facts, derive(facts, now))] == expected


@settings(max_examples=200)
@given(any_facts(), st.integers(-40, 120))
def test_every_session_can_be_told_in_one_line(facts: Facts, tick: int):
    now = oracle.at(tick)
    shown = derive(facts, now, oracle.SMALL_RULES)
    seen = sight_of(facts, shown)
    for text in (beside(seen, now), why(seen, now, rules=oracle.SMALL_RULES)):
        assert text
        assert text == text.strip()
        assert "\n" not in text
    assert 0 <= stage(facts, shown) < len(STAGES)


@pytest.mark.parametrize(
    ("cancelled_at", "asked", "step"),
    [
        (START - HOUR, {}, "created"),
        (START - HOUR, {"pending": 1}, "requests"),
        (START - HOUR, {"approved": 2}, "approved"),
        (START, {"approved": 2}, "live"),
        (START + 20 * MIN, {}, "live"),
    ],
)
def test_a_cancelled_session_stopped_at_the_step_where_it_was(cancelled_at, asked, step):
    facts = session(control=Control.CANCELLED, ended_at=cancelled_at, **asked)
    assert STAGES[stage(facts, derive(facts, END))] == step

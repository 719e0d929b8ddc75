"""What is written of a derived row, and that one judgement of a session that was due tells what two would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.alerts.case import BrokenLink, Surroundings
from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.records import replace
from sessiontui.domain.rules import DEFAULT_RULES
from sessiontui.domain.transitions import around, next_transition_at
from sessiontui.domain.vocabulary import Control, Kind, Move
from sessiontui.services import presence, requests, sessions, ticking
from sessiontui.store.alert_walk import ON_TIME, follow
from sessiontui.store.deriving import recompute, stored_counts
from sessiontui.store.nearby import Nearby
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.soundness import miscounted
from sessiontui.store.widths import COLUMNS, DERIVED, WIDTHS, width_of
from tests.domain.facts import MS, histories
from tests.domain.facts import instants as any_instants
from tests.services.test_sessions import MIN, START, make

if TYPE_CHECKING:
    from tests.conftest import Stage


@given(st.sets(st.integers(0, len(DERIVED) - 1)))
def test_whatever_changed_is_written(places: set[int]):
    old = tuple(range(len(DERIVED)))
    new = tuple(-1 if place in places else value for place, value in enumerate(old))
    width = width_of(old, new)
    written = list(old)
    for place in width.places:
        written[place] = new[place]
    assert tuple(written) == new
    assert all(place in width.places for place in places)
    assert width.statement.count("?") == len(width.places) + 2


def test_what_is_only_due_later_goes_through_no_other_index():
    old = tuple(range(len(DERIVED)))
    due = COLUMNS.index("next_transition_at")
    narrow = width_of(old, (*old[:due], -1, *old[due + 1 :]))
    assert "rank" not in narrow.statement
    assert "starts_at" not in narrow.statement
    assert [len(width.places) for width in WIDTHS] == sorted(len(width.places) for width in WIDTHS)
    assert WIDTHS[-1].others == ()


NEAR = st.sampled_from(
    (
        Nearby(),
        Nearby(around=Surroundings(link="https://zoom.us/j/1", feed_silent=True)),
        Nearby(around=Surroundings(broken=BrokenLink(fact="404", since=from_ms(0)), has_room=True)),
    )
)


@settings(max_examples=200, deadline=None)
@given(
    histories(), any_instants, st.integers(1, ON_TIME // MS), st.sampled_from((0, 0, 1, 700)), NEAR, st.integers(0, 4)
)
def test_what_was_judged_when_it_was_due_is_judged_once(
    history: History, start: datetime, late: int, early: int, near: Nearby, turns: int
):
    rules, at = DEFAULT_RULES, start
    for _ in range(turns):  # from one instant to the next, as the ticks go
        facts = facts_at(history, at, rules=rules)
        derived = derive(facts, at, rules)
        judged = follow(history, near, facts, derived, now=at, due=None, rules=rules)
        near = Nearby(standing=judged.standing, around=near.around)
        status_at = next_transition_at(facts, at, rules, marks=instants(history), derived=derived)
        alert_at = None if judged.next_at is None else from_ms(judged.next_at)
        following = [instant for instant in (status_at, alert_at) if instant is not None]
        if not following:
            break
        at = min(following)
    due = at - early * MS  # then what changes at ``at`` changes between the two
    now = due + late * MS
    facts = facts_at(history, now, rules=rules)
    derived = derive(facts, now, rules)
    since, next_at = around(facts, now, rules, marks=instants(history), derived=derived)
    assert next_at == next_transition_at(facts, now, rules, marks=instants(history))
    twice = follow(history, near, facts, derived, now=now, due=due, rules=rules)
    once = follow(history, near, facts, derived, now=now, due=due, rules=rules, same_since=since)
    assert once == twice


def test_an_alert_that_began_after_the_row_was_due_bears_its_own_instant():
    history = History(kind=Kind.CONVERSATION, control=Control.SCHEDULED, starts_at=START, ends_at=START + 60 * MIN)
    rules = replace(DEFAULT_RULES, waiting_alert_after=7 * MIN)
    begun = START + 7 * MIN
    due, now = begun - MS, begun + 300 * MS
    facts = facts_at(history, now)
    derived = derive(facts, now)
    since, _ = around(facts, now, rules, marks=(), derived=derived)
    assert since is not None
    assert since < due
    once = follow(history, Nearby(), facts, derived, now=now, due=due, rules=rules, same_since=since)
    assert [(one.rule, one.opened_at) for one in once.standing] == [("nobody_joined", to_ms(begun))]


async def test_after_each_tick_nothing_is_left_to_write_of_what_was_due(stage: Stage):
    context = stage.context
    for _ in range(2):
        await make(stage)
    await requests.ask(context, 1, stage.ana, by=stage.root, at=START - 300 * MIN)
    await sessions.move(context, Move.START, 2, by=stage.root, at=START)
    await presence.join(context, 2, stage.ana, by=stage.root, at=START + MIN)
    moved = 0
    for _ in range(12):
        rows = await stage.rows("SELECT min(next_transition_at) FROM session")
        if rows[0][0] is None:
            break
        at = from_ms(cast("int", rows[0][0])) + timedelta(milliseconds=300)
        due = await kept.overdue(context.db.fetch, to_ms(at), limit=9)
        head = await kept.head(context.db.fetch)
        changed = await ticking.tick(context, at=at)
        anew = await recompute(context.db.fetch, due, now=at, rules=context.rules)
        assert (anew.updates, anew.changed, anew.alerts, anew.counts) == ({}, (), {}, {})
        assert len({row[1] for row in await kept.changed_since(context.db.fetch, head, limit=99)}) == changed
        assert await miscounted(context.db.fetch) == []
        counted = await stage.rows("SELECT status, n, pending FROM status_count WHERE n")
        assert {str(row[0]): row[1:] for row in counted} == await stored_counts(context.db.fetch)
        moved += changed
    assert moved >= 4

"""Seats: the waiting list in its order, and seats that become free, given by hand or by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts import AlertRule, Suggestion
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.seats import RequestSettings, told
from sessiontui.domain.vocabulary import Badge, Kind, RequestState, Role
from sessiontui.services import boards, people, requests, sessions, undo
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.context import UTC, Context
from sessiontui.services.interventions import taking_part
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import seats
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
YES = RequestState.APPROVED


async def make(stage: Stage, capacity: int, *names: int) -> int:
    """Make a session; so many of the people as there are seats are approved, the others wait, in their order."""
    draft = SessionDraft(
        title="Circle",
        kind=Kind.CONVERSATION,
        starts_at=NOON + 9 * HOUR,
        ends_at=NOON + 10 * HOUR,
        capacity=capacity,
        publish=True,
        link="https://meet.example.org/c",
    )
    (session_id,) = (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions
    for place, person_id in enumerate(names):
        at = NOON + place * MIN
        await requests.ask(stage.context, session_id, person_id, by=stage.root, at=at)
        if place < capacity:
            request_id = await requests.find(stage.context, session_id, person_id)
            await requests.decide(stage.context, [request_id], YES, by=stage.root, at=at)
    return session_id


async def withdraw(stage: Stage, session_id: int, person_id: int, *, context: Context | None = None) -> Receipt:
    request_id = await requests.find(stage.context, session_id, person_id)
    return await requests.withdraw(context or stage.context, request_id, by=stage.root, at=NOON + HOUR)


async def states(stage: Stage, session_id: int) -> dict[str, str]:
    rows = await stage.rows(
        "SELECT p.name, r.state FROM join_request r JOIN person p ON p.id = r.person_id WHERE r.session_id = ?",
        session_id,
    )
    return {str(name): str(state) for name, state in rows}


async def alerts(stage: Stage, at=NOON + HOUR) -> list[tuple[AlertRule, str, tuple[Suggestion, ...]]]:
    board = await alert_boards.board(stage.context, now=at, by=stage.root, helpful=9)
    return [(line.rule, line.sentence, line.actions) for line in board.lines]


def promoting(stage: Stage) -> Context:
    return replace(stage.context, requests=RequestSettings(promote=True))


async def test_the_pane_says_how_many_seats_are_taken_and_who_waits(stage: Stage):
    session_id = await make(stage, 1, stage.ana, stage.bob, stage.cyd)
    detail = await boards.detail(stage.context, session_id, now=NOON + HOUR, by=stage.root)
    assert told(detail.seats, UTC, now=NOON + HOUR) == "1 of 1 seat, 2 waiting (Bob first, since 12:01)"
    assert [(line.person, line.waiting) for line in detail.requests] == [("Bob", True), ("Cyd", True), ("Ana", False)]
    stranger = await boards.detail(stage.context, session_id, now=NOON + HOUR, by=Actor(99, "Max", Role.PARTICIPANT))
    assert told(stranger.seats, UTC, now=NOON + HOUR) == "1 of 1 seat, 2 waiting"


async def test_a_withdrawn_seat_is_offered_to_who_waited_longest(stage: Stage):
    session_id = await make(stage, 1, stage.ana, stage.bob, stage.cyd)
    assert await alerts(stage) == []
    receipt = await withdraw(stage, session_id, stage.ana)
    assert receipt.sentence == "Ana withdrew from Circle; a seat is free for Bob"
    ((rule, sentence, actions),) = await alerts(stage)
    assert (rule, actions) == (AlertRule.SEAT_FREE, (Suggestion.PROMOTE,))
    assert sentence == "1 of 1 seat free again, 2 waiting, the first for 59 min; starts in 8 h"
    given = await seats.promote(stage.context, session_id, by=stage.root, at=NOON + 2 * HOUR)
    assert given.sentence == "approved Bob for Circle, who was next in the waiting list"
    assert await states(stage, session_id) == {"Ana": "withdrawn", "Bob": "approved", "Cyd": "pending"}
    assert await alerts(stage, NOON + 2 * HOUR) == []
    with pytest.raises(Refused, match="the only seat of Circle is taken, 1 wait"):
        await seats.promote(stage.context, session_id, by=stage.root, at=NOON + 2 * HOUR)
    await undo.undo(stage.context, by=stage.root, at=NOON + 3 * HOUR, entry=given.undo)
    assert (await states(stage, session_id))["Bob"] == "pending"


async def test_who_asks_while_there_are_seats_waits_for_a_decision_not_for_a_seat(stage: Stage):
    session_id = await make(stage, 2, stage.ana)
    await requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=NOON)
    receipt = await withdraw(stage, session_id, stage.ana, context=promoting(stage))
    assert receipt.sentence == "Ana withdrew from Circle"
    assert (await states(stage, session_id))["Bob"] == "pending"
    assert await alerts(stage) == []


async def test_who_asks_after_the_seat_was_freed_raises_no_alert(stage: Stage):
    session_id = await make(stage, 1, stage.ana)
    await withdraw(stage, session_id, stage.ana)
    await requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=NOON + HOUR + MIN)
    assert await alerts(stage, NOON + HOUR + MIN) == []


async def test_promotion_by_itself_gives_the_seat_and_tells_the_person(stage: Stage):
    session_id = await make(stage, 1, stage.ana, stage.bob, stage.cyd)
    receipt = await withdraw(stage, session_id, stage.ana, context=promoting(stage))
    assert receipt.sentence == "Ana withdrew from Circle; Bob moved up from the waiting list"
    assert await states(stage, session_id) == {"Ana": "withdrawn", "Bob": "approved", "Cyd": "pending"}
    told_to = await stage.rows(
        "SELECT name FROM notification WHERE kind = 'decided' AND cause_id = ?", receipt.undo + 1
    )
    assert told_to == [("Bob",)]
    with pytest.raises(Refused, match="the only seat of Circle is taken meanwhile"):
        await undo.undo(stage.context, by=stage.root, at=NOON + 2 * HOUR, entry=receipt.undo)


async def test_who_withdraws_cannot_undo_that_somebody_else_got_the_seat(stage: Stage):
    session_id = await make(stage, 1, stage.ana, stage.bob)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    request_id = await requests.find(stage.context, session_id, stage.ana)
    await requests.withdraw(promoting(stage), request_id, by=ana, at=NOON + HOUR)
    with pytest.raises(Refused, match="taken meanwhile"):
        await undo.undo(stage.context, by=ana, at=NOON + HOUR)
    assert (await states(stage, session_id))["Bob"] == "approved"


async def test_every_way_to_lose_a_seat_offers_it(stage: Stage):
    session_id = await make(stage, 1, stage.ana, stage.bob)
    removed = await taking_part.remove_participant(
        stage.context, session_id, stage.ana, by=stage.root, at=NOON + HOUR
    )
    assert removed.sentence == "removed Ana from Circle; a seat is free for Bob"
    await undo.undo(stage.context, by=stage.root, at=NOON + HOUR, entry=removed.undo)
    request_id = await requests.find(stage.context, session_id, stage.ana)
    revised = await requests.decide(
        stage.context, [request_id], RequestState.REJECTED, by=stage.root, at=NOON + HOUR, expected=YES
    )
    assert revised.sentence == "rejected Ana; a seat is free for Bob"


async def test_a_seat_of_an_overbooked_session_is_no_free_seat(stage: Stage):
    session_id = await make(stage, 2, stage.ana, stage.bob, stage.cyd)
    lowered = await sessions.edit(stage.context, session_id, SessionEdit(capacity=1), by=stage.root, at=NOON + HOUR)
    assert lowered.sentence == "changed capacity of Circle; 2 are approved for 1 seat: it is overbooked"
    detail = await boards.detail(stage.context, session_id, now=NOON + HOUR, by=stage.root)
    assert Badge.OVERBOOKED in detail.line.badges
    assert told(detail.seats, UTC, now=NOON + HOUR) == "2 of 1 seat, 1 too many, 1 waiting (Cyd first, since 12:02)"
    assert (await withdraw(stage, session_id, stage.ana)).sentence == "Ana withdrew from Circle"
    assert await alerts(stage) == []


@pytest.mark.parametrize(
    ("capacity", "promotes", "sentence", "approved"),
    [
        (2, False, "changed capacity of Circle; a seat is free for Bob", {"Ana"}),
        (3, False, "changed capacity of Circle; 2 seats are free, Bob is next", {"Ana"}),
        (2, True, "changed capacity of Circle; Bob moved up from the waiting list", {"Ana", "Bob"}),
        (5, True, "changed capacity of Circle; Bob, Cyd moved up from the waiting list", {"Ana", "Bob", "Cyd"}),
        (0, True, "changed capacity of Circle; Bob, Cyd moved up from the waiting list", {"Ana", "Bob", "Cyd"}),
    ],
)
async def test_more_seats_are_offered_or_given(stage: Stage, capacity, promotes, sentence, approved):
    session_id = await make(stage, 1, stage.ana, stage.bob, stage.cyd)
    context = promoting(stage) if promotes else stage.context
    receipt = await sessions.edit(context, session_id, SessionEdit(capacity=capacity), by=stage.root, at=NOON + HOUR)
    assert receipt.sentence == sentence
    assert {name for name, state in (await states(stage, session_id)).items() if state == "approved"} == approved
    if promotes and capacity:
        with pytest.raises(Refused, match="it had 1 seats before"):
            await undo.undo(stage.context, by=stage.root, at=NOON + HOUR, entry=receipt.undo)


async def test_who_may_not_decide_gives_no_seat(stage: Stage):
    session_id = await make(stage, 2, stage.ana, stage.bob, stage.cyd)
    with pytest.raises(NotAllowed):
        await seats.promote(stage.context, session_id, by=Actor(stage.ana, "Ana", Role.PARTICIPANT), at=NOON + HOUR)


async def test_several_seats_are_given_one_after_the_other_in_order(stage: Stage):
    dan = (await people.add(stage.context, "Dan", by=stage.root, at=NOON)).people[0]
    session_id = await make(stage, 1, stage.ana, stage.bob, stage.cyd, dan)
    await sessions.edit(stage.context, session_id, SessionEdit(capacity=3), by=stage.root, at=NOON + HOUR)
    first = await seats.promote(stage.context, session_id, by=stage.root, at=NOON + HOUR)
    assert first.sentence.endswith("next in the waiting list; a seat is free for Cyd")
    await seats.promote(stage.context, session_id, by=stage.root, at=NOON + HOUR)
    assert await states(stage, session_id) == {
        "Ana": "approved", "Bob": "approved", "Cyd": "approved", "Dan": "pending",
    }  # fmt: skip

"""Asking, deciding, withdrawing: who may, what is refused, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import boards, requests, sessions
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage

HOUR = timedelta(hours=1)
YES, NO = RequestState.APPROVED, RequestState.REJECTED


async def make(stage: Stage, **changes: object) -> int:
    draft = {"title": "Circle", "starts_at": NOON + 3 * HOUR, "ends_at": NOON + 4 * HOUR, "publish": True}
    receipt = await sessions.create(
        stage.context, SessionDraft(**{**draft, **changes}), by=stage.root, at=NOON, confirm=True
    )
    return receipt.sessions[0]


async def asked(stage: Stage, session_id: int, person_id: int, *, at=NOON) -> int:
    await requests.ask(stage.context, session_id, person_id, by=stage.root, at=at)
    return await requests.find(stage.context, session_id, person_id)


async def test_ask_approve_withdraw_and_ask_again(stage: Stage):
    session_id = await make(stage)
    request = await asked(stage, session_id, stage.ana)
    receipt = await requests.decide(stage.context, [request], YES, by=stage.root, at=NOON + HOUR)
    assert receipt.sentence == "approved Ana"
    await requests.withdraw(stage.context, request, by=stage.root, at=NOON + 2 * HOUR)
    assert await asked(stage, session_id, stage.ana, at=NOON + 2 * HOUR) == request
    steps = await stage.rows("SELECT state FROM request_change ORDER BY id")
    assert [step[0] for step in steps] == ["pending", "approved", "withdrawn", "pending"]
    line = (await boards.board(stage.context, "", now=NOON + 2 * HOUR, by=stage.root)).lines[0]
    assert (line.pending, line.approved) == (1, 0)


async def test_asking_twice_is_a_conflict(stage: Stage):
    session_id = await make(stage)
    await asked(stage, session_id, stage.ana)
    with pytest.raises(Conflict, match="pending"):
        await asked(stage, session_id, stage.ana)


async def test_a_closed_session_takes_no_requests(stage: Stage):
    session_id = await make(stage)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="cancelled"):
        await asked(stage, session_id, stage.ana)


async def test_people_ask_for_themselves_only(stage: Stage):
    session_id = await make(stage)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    await requests.ask(stage.context, session_id, stage.ana, by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        await requests.ask(stage.context, session_id, stage.bob, by=ana, at=NOON)
    request = await requests.find(stage.context, session_id, stage.ana)
    with pytest.raises(NotAllowed):
        await requests.decide(stage.context, [request], YES, by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        await requests.withdraw(stage.context, request, by=Actor(stage.bob, "Bob", Role.PARTICIPANT), at=NOON)
    await requests.withdraw(stage.context, request, by=ana, at=NOON)


async def test_a_viewer_does_not_ask(stage: Stage):
    session_id = await make(stage)
    with pytest.raises(NotAllowed):
        await requests.ask(stage.context, session_id, stage.ana, by=Actor(stage.ana, "Ana", Role.VIEWER), at=NOON)
    assert await stage.rows("SELECT count(*) FROM join_request") == [(0,)]


async def test_beyond_capacity_is_refused_with_the_number_of_seats(stage: Stage):
    session_id = await make(stage, capacity=2)
    ids = [await asked(stage, session_id, person) for person in (stage.ana, stage.bob, stage.cyd)]
    receipt = await requests.decide(stage.context, ids, YES, by=stage.root, at=NOON)
    assert receipt.sentence == "approved 2 requests, 1 refused"
    ((refused, why),) = receipt.refused
    assert refused == ids[2]
    assert "2 seats" in why
    with pytest.raises(Refused, match="2 seats"):
        await requests.decide(stage.context, [ids[2]], YES, by=stage.root, at=NOON)


async def test_a_withdrawn_seat_names_the_next_in_the_waiting_list(stage: Stage):
    session_id = await make(stage, capacity=1)
    first, _, _ = [await asked(stage, session_id, one) for one in (stage.ana, stage.cyd, stage.bob)]
    await requests.decide(stage.context, [first], YES, by=stage.root, at=NOON)
    receipt = await requests.withdraw(stage.context, first, by=stage.root, at=NOON)
    assert "Cyd" in receipt.sentence


async def test_a_seat_beyond_capacity_frees_nothing(stage: Stage):
    session_id = await make(stage, capacity=2)
    ids = [await asked(stage, session_id, person) for person in (stage.ana, stage.bob, stage.cyd)]
    await requests.decide(stage.context, ids[:2], YES, by=stage.root, at=NOON)
    await sessions.edit(stage.context, session_id, SessionEdit(capacity=1), by=stage.root, at=NOON)
    receipt = await requests.withdraw(stage.context, ids[0], by=stage.root, at=NOON)
    assert "free" not in receipt.sentence


async def test_the_second_admin_is_told_who_was_first_and_when(stage: Stage):
    session_id = await make(stage)
    request = await asked(stage, session_id, stage.ana)
    bob = Actor(stage.bob, "Bob", Role.ADMIN)
    await requests.decide(stage.context, [request], YES, by=bob, at=NOON + timedelta(minutes=2))
    with pytest.raises(Conflict, match="approved by Bob at 12:02"):
        await requests.decide(stage.context, [request], NO, by=stage.root, at=NOON + HOUR)
    receipt = await requests.decide(stage.context, [request], NO, by=stage.root, at=NOON + HOUR, expected=YES)
    assert receipt.sentence == "rejected Ana"


async def test_a_withdrawn_request_is_not_decided(stage: Stage):
    session_id = await make(stage)
    request = await asked(stage, session_id, stage.ana)
    await requests.withdraw(stage.context, request, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="withdrawn"):
        await requests.decide(stage.context, [request], YES, by=stage.root, at=NOON)
    with pytest.raises(Refused):
        await requests.withdraw(stage.context, request, by=stage.root, at=NOON)


async def test_what_is_not_there_is_not_found(stage: Stage):
    session_id = await make(stage)
    for call in (
        requests.ask(stage.context, 4711, stage.ana, by=stage.root, at=NOON),
        requests.ask(stage.context, session_id, 4711, by=stage.root, at=NOON),
        requests.decide(stage.context, [4711], YES, by=stage.root, at=NOON),
        requests.withdraw(stage.context, 4711, by=stage.root, at=NOON),
    ):
        with pytest.raises(NotFound):
            await call

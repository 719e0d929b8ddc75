"""The board now and as of an instant, and one session whole."""

from __future__ import annotations

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.query import QueryError
from sessiontui.domain.vocabulary import Move, RequestState, Role, Status
from sessiontui.services import boards, requests, sessions
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked
from tests.services.test_sessions import END, HOUR, MIN, START, make


async def test_a_window_of_the_board_keeps_the_counts_of_all(stage: Stage):
    for _ in range(5):
        await make(stage)
    await asked(stage, 3, stage.ana)
    shown = await boards.board(stage.context, "", now=NOON, limit=2, offset=1, by=stage.root)
    assert [line.id for line in shown.lines] == [1, 2]
    assert (shown.matched, shown.total, shown.pending_requests) == (5, 5, 1)
    assert (shown.counts[Status.CREATED], shown.counts[Status.HAS_REQUESTS]) == (4, 1)


async def test_archived_sessions_are_asked_for(stage: Stage):
    for _ in range(2):
        await make(stage)
    await sessions.move(stage.context, Move.CANCEL, 1, by=stage.root, at=NOON)
    await sessions.move(stage.context, Move.ARCHIVE, 1, by=stage.root, at=NOON)
    for shown in (
        await boards.board(stage.context, "", now=NOON, by=stage.root),
        await boards.listing(stage.context, "", now=NOON, by=stage.root),
        await boards.board(stage.context, "", now=NOON, as_of=NOON, by=stage.root),
    ):
        assert [line.id for line in shown.lines] == [2]
        assert (shown.total, shown.matched) == (1, 1)
        assert sum(shown.counts.values()) == 1
    assert (await boards.board(stage.context, "archived:yes", now=NOON, by=stage.root)).lines[0].id == 1


async def test_time_travel(stage: Stage):
    await make(stage)
    request = await asked(stage, 1, stage.ana, at=NOON + HOUR)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON + 2 * HOUR)
    await sessions.move(stage.context, Move.RESCHEDULE, 1, by=stage.root, at=NOON + 2 * HOUR + MIN,
                        starts_at=START + 9 * HOUR, ends_at=END + 9 * HOUR)  # fmt: skip
    now, found = START, []
    for at in (NOON - MIN, NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 2 * HOUR + MIN):
        past = await boards.board(stage.context, "", now=now, as_of=at, by=stage.root)
        assert past.as_of == past.taken_at == at
        found.append([(str(line.status), line.starts_at) for line in past.lines])
    assert found == [
        [], [("created", START)], [("has_requests", START)], [("approved", START)], [("approved", START + 9 * HOUR)]
    ]  # fmt: skip
    with pytest.raises(NotFound, match="did not exist"):
        await boards.detail(stage.context, 1, now=now, as_of=NOON - MIN, by=stage.root)


async def test_a_wrong_query_or_order_is_refused(stage: Stage):
    with pytest.raises(QueryError):
        await boards.board(stage.context, "stauts:live", now=NOON, by=stage.root)
    with pytest.raises(BadInput):
        await boards.board(stage.context, "", now=NOON, order="colour", by=stage.root)


async def test_sessions_are_found_by_their_numbers(stage: Stage):
    await make(stage)
    for text in ("1", "#1", " #1 "):
        assert await boards.find(stage.context, text) == 1
    for text in ("2", "zoom:1", "", "#", "x" * 99):
        with pytest.raises(NotFound):
            await boards.find(stage.context, text)


async def test_people_are_shown_to_those_who_may_see_them(stage: Stage):
    await make(stage, mentor_id=stage.bob)
    await asked(stage, 1, stage.ana)
    for by, seen in (
        (stage.root, 1),
        (Actor(stage.bob, "Bob", Role.MENTOR), 1),
        (Actor(stage.cyd, "Cyd", Role.MENTOR), 0),
        (Actor(stage.cyd, "Cyd", Role.VIEWER), 1),
    ):
        detail = await boards.detail(stage.context, 1, now=NOON, by=by)
        assert len(detail.requests) == seen


async def test_a_draft_is_hidden_from_others(stage: Stage):
    await make(stage, publish=False)
    with pytest.raises(NotFound):
        await boards.detail(stage.context, 1, now=NOON, by=Actor(stage.ana, "Ana", Role.PARTICIPANT))


async def test_the_waiting_list_is_what_lies_beyond_capacity(stage: Stage):
    await make(stage, capacity=2)
    first = await asked(stage, 1, stage.ana)
    await requests.decide(stage.context, [first], RequestState.APPROVED, by=stage.root, at=NOON)
    await asked(stage, 1, stage.cyd, at=NOON + MIN)
    await asked(stage, 1, stage.bob, at=NOON + 2 * MIN)
    detail = await boards.detail(stage.context, 1, now=NOON + HOUR, by=stage.root)
    assert [(one.person, one.waiting) for one in detail.requests] == [("Cyd", False), ("Bob", True), ("Ana", False)]


async def test_every_blocked_move_says_why(stage: Stage):
    await make(stage)
    detail = await boards.detail(stage.context, 1, now=NOON, by=stage.root)
    assert set(detail.blocked) == set(Move)
    possible = {move for move, why in detail.blocked.items() if not why}
    assert possible == {Move.START, Move.EXTEND, Move.CANCEL, Move.RESCHEDULE, Move.REASSIGN}
    viewer = await boards.detail(stage.context, 1, now=NOON, by=Actor(stage.ana, "Ana", Role.VIEWER))
    assert all(viewer.blocked.values())

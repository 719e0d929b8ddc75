"""What changed sessions come to is what a whole window would tell of them."""

from __future__ import annotations

import pytest

from sessiontui.services import boards
from sessiontui.services.boards import judging
from sessiontui.store.reads.orders import ORDERS
from tests.conftest import Stage
from tests.store.test_windows import world


@pytest.mark.parametrize("query", ["view:now", "view:all", "status:live", "has:mentor grief"])
async def test_places_are_those_of_the_window(stage: Stage, query: str) -> None:
    walk = await world(stage, 7, steps=40)
    ids = walk.sessions
    for order, by in ORDERS.items():
        board = await boards.board(stage.context, query, now=walk.now, limit=500, order=order, by=stage.root)
        found = await boards.judged(stage.context, query, ids, seen=ids[:5], order=order, now=walk.now, by=stage.root)
        assert found.orders
        places = sorted(((at, key) for key, at in found.places.items()), reverse=by.backwards)
        shown = [line.id for line in board.lines if line.id in set(ids)]
        assert [key for _, key in places] == shown
        assert found.lines == await boards.lines(stage.context, ids[:5], now=walk.now, by=stage.root)
        assert (found.counts, found.total, found.alerts) == (board.counts, board.total, board.alerts)
        assert found.pending_requests == board.pending_requests
        assert found.matched in (None, board.matched)


@pytest.mark.parametrize(
    "query", ["view:now", "view:all status:cancelled", "starts:<2h", "has:mentor grief", "mentor:ana"]
)
async def test_a_few_that_nobody_sees_are_judged_where_they_are_asked_for(
    stage: Stage, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = await world(stage, 7, steps=40)

    async def answer(ids: list[int]) -> judging.Judged:
        return await boards.judged(stage.context, query, ids, seen=(), order="urgency", now=walk.now, by=stage.root)

    turns: list[object] = []
    look = stage.context.db.look
    parts = [walk.sessions[at : at + judging.FEW] for at in range(0, len(walk.sessions), judging.FEW)]
    few = [await answer(part) for part in parts]
    monkeypatch.setattr(judging, "FEW", 0)
    monkeypatch.setattr(
        type(stage.context.db), "look", lambda _, reading, deadline=None: (turns.append(query), look(reading))[1]
    )
    assert [await answer(part) for part in parts] == few
    assert len(turns) == len(parts)


async def test_when_time_changes_a_session_next_is_what_the_tick_goes_by(stage: Stage) -> None:
    walk = await world(stage, 7, steps=40)
    coming = await boards.coming(stage.context, walk.sessions)
    assert coming
    assert await boards.coming(stage.context, []) == {}
    for key, at in coming.items():
        rows = await stage.context.db.fetch("SELECT next_transition_at FROM session WHERE id = ?", (key,))
        assert rows == [(round(at.timestamp() * 1000),)]

"""The past, step by step: always what deriving everything as of that instant says."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.demo.worlds import build
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.query import QueryError
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import boards, presence, sessions, ticking
from sessiontui.services.context import Context
from sessiontui.services.past import Past
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.orders import ORDERS
from tests.conftest import NOON, Stage, empty_database
from tests.services.test_requests import asked
from tests.services.test_sessions import END, HOUR, MIN, START

ROOT = Actor.system()

QUERIES = (
    "",
    "view:now",
    "view:today",
    "view:followup",
    "status:live",
    "status:ended -kind:work",
    "starts:<2h",
    "has:requests",
    "actual:>20",
    "is:provisional",
    "archived:yes",
    "mentor:a",
    "circle",
)


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    opened = Context(db=await empty_database(tmp_path / "private" / "world.db"))
    yield opened
    await opened.db.close()


async def make(stage: Stage, *, at: datetime, **told: object) -> int:
    draft = SessionDraft(**{"title": "Circle", "starts_at": START, "ends_at": END, "publish": True, **told})
    return (await sessions.create(stage.context, draft, by=stage.root, at=at)).sessions[0]


async def agree(context: Context, past: Past, at, *, now, queries=QUERIES) -> None:
    """Compare with the listing that derives everything."""
    for query in queries:
        told = await past.board(query, at=at, now=now)
        whole = await boards.listing(context, query, now=now, as_of=at, by=Actor.system())
        assert replace(told, sequence=0, alerts=whole.alerts) == replace(whole, sequence=0), (query, at)


@pytest.mark.parametrize("world", ["every-status", "living", "quiet-morning", "storm-of-joins"])
async def test_every_step_says_what_deriving_everything_says(context: Context, world: str):
    await build(context, world, now=NOON)
    await ticking.tick(context, at=NOON)
    past = Past(context, by=ROOT)
    dice = random.Random(world)
    at = NOON
    for _ in range(6):  # first as one scrubs, then by leaps
        await agree(context, past, at, now=NOON, queries=dice.sample(QUERIES, 5))
        at -= timedelta(minutes=dice.choice((5, 5, 35, 180)))
    for _ in range(6):
        leap = NOON - timedelta(seconds=dice.randrange(0, 12 * 86_400))
        await agree(context, past, leap, now=NOON, queries=dice.sample(QUERIES, 4))


async def test_every_border_of_a_life_is_where_it_was(stage: Stage):
    await make(stage, at=NOON)
    request = await asked(stage, 1, stage.ana, at=NOON + 10 * MIN)
    del request
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=START + 2 * MIN)
    await presence.leave(stage.context, 1, stage.ana, by=stage.root, at=START + 20 * MIN)
    await make(stage, at=NOON + MIN)  # nobody ever comes
    await make(stage, at=NOON + MIN)
    await sessions.move(stage.context, Move.CANCEL, 3, by=stage.root, at=START + MIN, reason="ill")
    await make(stage, at=NOON + MIN)  # somebody comes and no one says that they left
    await presence.join(stage.context, 4, stage.bob, by=stage.root, at=START + MIN)
    now = END + 9 * HOUR
    await ticking.tick(stage.context, at=now)
    past = Past(stage.context, by=stage.root)
    marks = (NOON, NOON + 10 * MIN, START - 30 * MIN, START, START + 2 * MIN, START + 20 * MIN, START + 25 * MIN, END,
             END + 4 * HOUR, now)  # fmt: skip
    for mark in marks:
        for aside in (-timedelta(milliseconds=1), timedelta(), timedelta(milliseconds=1)):
            if mark + aside <= now:
                await agree(stage.context, past, mark + aside, now=now, queries=("", "status:live", "status:ended"))


async def test_the_alerts_of_the_instant_lift_what_they_lifted_then(stage: Stage):
    for _ in range(3):
        await make(stage, at=NOON)
    await presence.join(stage.context, 2, stage.ana, by=stage.root, at=START + MIN)
    for passed in range(0, 90, 5):
        await ticking.tick(stage.context, at=START + passed * MIN)
    now = END + HOUR
    past = Past(stage.context, by=stage.root)
    alerted = await past.board("is:alerted status:waiting", at=START + 15 * MIN, now=now)
    assert [line.id for line in alerted.lines] == [1, 3]
    assert (alerted.alerts.total, alerted.alerts.pressing_total) == (3, 3)
    assert not (await past.board("is:alerted status:ended", at=START + 9 * MIN, now=now)).lines
    for passed in (9, 10, 15, 16, 55, 65, 30, 10):
        await agree(stage.context, past, START + passed * MIN, now=now, queries=("", "is:alerted", "view:now"))


async def test_drafts_of_others_are_hidden_in_the_past_as_well(stage: Stage):
    await make(stage, at=NOON, publish=False)
    await make(stage, at=NOON, publish=False, author_id=stage.ana)
    await sessions.move(stage.context, Move.PUBLISH, 1, by=stage.root, at=NOON + HOUR)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    past = Past(stage.context, by=ana)
    for at in (NOON + MIN, NOON + HOUR):
        told = await past.board("", at=at, now=NOON + 2 * HOUR)
        whole = await boards.listing(stage.context, "", now=NOON + 2 * HOUR, as_of=at, by=ana)
        assert replace(told, sequence=0, alerts=whole.alerts) == replace(whole, sequence=0)
    assert [line.id for line in (await past.board("", at=NOON + MIN, now=NOON + 2 * HOUR)).lines] == [2]


@pytest.mark.parametrize("order", list(ORDERS))
async def test_a_window_is_a_stretch_of_the_whole_in_every_order(context: Context, order: str):
    await build(context, "every-status", now=NOON)
    past, at = Past(context, by=ROOT), NOON - 50 * MIN
    whole = await past.board("", at=at, now=NOON, order=order)
    compared = await boards.board(context, "", now=NOON, as_of=at, order=order, limit=9999, by=Actor.system())
    assert whole.lines == compared.lines
    part = await past.board("", at=at, now=NOON, order=order, offset=3, limit=4)
    assert part.lines == whole.lines[3:7]
    assert (part.matched, part.counts, part.total) == (whole.matched, whole.counts, whole.total)


async def test_what_is_learnt_meanwhile_is_seen_in_the_past(stage: Stage):
    await make(stage, at=NOON)
    await make(stage, at=NOON)
    now = END + HOUR
    await ticking.tick(stage.context, at=now)
    past = Past(stage.context, by=stage.root)
    await agree(stage.context, past, START + 10 * MIN, now=now)
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=START + 5 * MIN)
    await presence.leave(stage.context, 1, stage.ana, by=stage.root, at=START + 50 * MIN)
    told = await past.board("status:active", at=START + 10 * MIN, now=now)
    assert [line.id for line in told.lines] == [1]
    await agree(stage.context, past, START + 10 * MIN, now=now)


async def test_a_row_whose_worker_is_late_is_not_believed(stage: Stage):
    await make(stage, at=NOON)
    past = Past(stage.context, by=stage.root)
    await agree(stage.context, past, END - MIN, now=END + HOUR)  # no tick has ever run
    await agree(stage.context, past, END + MIN, now=END + HOUR)


async def test_a_session_taken_back_was_never_there(stage: Stage):
    from sessiontui.services.undo import undo

    await make(stage, at=NOON)
    await make(stage, at=NOON)
    past = Past(stage.context, by=stage.root)
    assert (await past.board("", at=NOON, now=NOON + MIN)).total == 2
    await undo(stage.context, by=stage.root, at=NOON + MIN)
    assert (await past.board("", at=NOON, now=NOON + MIN)).total == 1


async def test_only_what_changes_around_the_instant_is_derived_again(stage: Stage, monkeypatch):
    for number in range(6):
        await make(stage, at=NOON, starts_at=START + number * 24 * HOUR, ends_at=END + number * 24 * HOUR)
    now = END + 9 * 24 * HOUR
    await ticking.tick(stage.context, at=now)
    async with stage.context.db.write(by=stage.root, at=now) as tx:
        await tx.run("DELETE FROM alert")  # they have a life of their own, and are read anew at every step
    past = Past(stage.context, by=stage.root)
    asked_for: list[int] = []
    read = kept.histories

    async def histories(fetch, ids):
        asked_for.extend(ids)
        return await read(fetch, ids)

    monkeypatch.setattr(kept, "histories", histories)
    at = START + 48 * HOUR + 6 * MIN
    await past.board("status:upcoming", at=at, now=now)
    assert set(asked_for) == {3, 4, 5, 6}  # 1 and 2 were over by then: their rows tell
    asked_for.clear()
    await past.board("status:upcoming", at=at + 5 * MIN, now=now)
    assert asked_for == []
    before = await past.board("status:upcoming", at=at - 25 * MIN, now=now)
    assert asked_for == [3]
    assert [line.id for line in before.lines] == [3]


async def test_a_wrong_query_or_order_is_refused(stage: Stage):
    past = Past(stage.context, by=stage.root)
    with pytest.raises(QueryError):
        await past.board("stauts:live", at=NOON, now=NOON)
    with pytest.raises(BadInput):
        await past.board("", at=NOON, now=NOON, order="colour")


async def test_the_shape_of_a_day_counts_who_was_live_in_each_part(stage: Stage):
    day = NOON.replace(hour=0)
    await make(stage, at=NOON - 24 * HOUR, starts_at=day + 13 * HOUR, ends_at=day + 15 * HOUR)
    await make(stage, at=NOON - 24 * HOUR, starts_at=day + 14 * HOUR, ends_at=day + 15 * HOUR)
    await make(stage, at=NOON - 24 * HOUR, starts_at=day - HOUR, ends_at=day + HOUR)
    await make(stage, at=NOON - 24 * HOUR, starts_at=day + 13 * HOUR, ends_at=day + 15 * HOUR)
    await sessions.move(stage.context, Move.CANCEL, 4, by=stage.root, at=NOON - 23 * HOUR)
    shape = await Past(stage.context, by=stage.root).shape(day, day + 24 * HOUR, slots=24)
    assert shape[0] == 1
    assert shape[12:16] == (0, 1, 2, 0)
    assert sum(shape) == 4


@pytest.mark.slow
async def test_a_step_costs_little_beside_deriving_everything(stage: Stage):
    for number in range(400):
        start = START - number * HOUR
        await make(stage, at=start - 6 * HOUR, starts_at=start, ends_at=start + HOUR)
    now = END + HOUR
    await ticking.tick(stage.context, at=now)
    past = Past(stage.context, by=stage.root)
    at = START - 100 * HOUR
    await past.board("", at=at, now=now, limit=20)
    began = time.perf_counter()
    for step in range(1, 6):
        await past.board("", at=at + step * 5 * MIN, now=now, limit=20)
    steps = (time.perf_counter() - began) / 5
    began = time.perf_counter()
    await boards.listing(stage.context, "", now=now, as_of=at, limit=20, by=stage.root)
    assert steps < (time.perf_counter() - began) / 4


async def test_the_history_of_the_past_ends_there(stage: Stage):
    await make(stage, at=NOON)
    await sessions.move(stage.context, Move.EXTEND, 1, by=stage.root, at=NOON + HOUR, ends_at=END + HOUR)
    await sessions.move(stage.context, Move.CANCEL, 1, by=stage.root, at=NOON + 2 * HOUR, reason="ill")
    now = NOON + 3 * HOUR
    for at, actions in (
        (None, ["session.cancel", "session.extend", "session.create"]),
        (NOON + 2 * HOUR - MIN, ["session.extend", "session.create"]),
        (NOON, ["session.create"]),
    ):
        shown = await boards.detail(stage.context, 1, now=now, as_of=at, by=stage.root)
        assert [line.action for line in shown.history] == actions


async def test_badges_of_the_present_are_not_told_of_the_past(stage: Stage):
    session_id = await make(stage, at=NOON)
    now = END + HOUR
    await ticking.tick(stage.context, at=now)
    async with stage.context.db.write(by=stage.root, at=now) as tx:
        await tx.run("UPDATE session SET flags = 'CLASH' WHERE id = ?", (session_id,))
    past = Past(stage.context, by=stage.root)
    for back in (MIN, timedelta(), 2 * MIN, timedelta()):
        await agree(stage.context, past, now - back, now=now, queries=("",))

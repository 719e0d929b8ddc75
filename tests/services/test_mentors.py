"""The console as a mentor sees it: own sessions first, then the rest; alerts, letters and figures of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import analytics, boards, interventions, people, sessions, ticking
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.delivery import outbox
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage
from tests.services.post_stage import deliver

HOUR = timedelta(hours=1)


async def world(stage: Stage) -> Actor:
    """Twelve sessions, of which Bob mentors every third, none of them the most urgent; two drafts of others."""
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, role=Role.MENTOR)
    for number in range(12):
        draft = SessionDraft(
            title=f"S{number}",
            starts_at=NOON + (number + 1) * HOUR,
            ends_at=NOON + (number + 3) * HOUR,
            mentor_id=stage.bob if number % 3 == 2 else stage.cyd,
            publish=True,
        )
        await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)
    hidden = SessionDraft(title="Hidden", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    await sessions.create(stage.context, hidden, by=stage.root, at=NOON)
    await ticking.tick(stage.context, at=NOON)
    return Actor(stage.bob, "Bob", Role.MENTOR)


OWN = ["S2", "S5", "S8", "S11"]
REST = [f"S{number}" for number in range(12) if number % 3 != 2]


async def test_own_sessions_come_first_and_then_the_rest_of_what_is_published(stage: Stage):
    bob = await world(stage)
    board = await boards.board(stage.context, "", now=NOON, by=bob)
    assert [line.title for line in board.lines] == OWN + REST
    assert board.matched == 12


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7])
async def test_every_page_of_the_desk_shows_each_session_once(stage: Stage, limit: int):
    bob = await world(stage)
    for query, expected in (
        ("", OWN + REST),
        ("starts:>=2026-05-04T18:00Z", ["S5", "S8", "S11", "S6", "S7", "S9", "S10"]),
    ):
        seen: list[str] = []
        for offset in range(0, len(expected), limit):
            board = await boards.board(stage.context, query, now=NOON, by=bob, limit=limit, offset=offset)
            seen += [line.title for line in board.lines]
            assert board.matched == len(expected)
        assert seen == expected


async def test_other_orders_and_admins_keep_the_one_order(stage: Stage):
    bob = await world(stage)
    by_start = await boards.board(stage.context, "", now=NOON, by=bob, order="start")
    assert [line.title for line in by_start.lines] == [f"S{number}" for number in range(12)]
    everything = await boards.board(stage.context, "", now=NOON, by=stage.root)
    assert [line.title for line in everything.lines][:3] == ["S0", "S1", "S2"]


async def test_alerts_letters_and_figures_are_their_own(stage: Stage):
    bob = await world(stage)
    now = NOON + 4 * HOUR + HOUR / 4
    await ticking.tick(stage.context, at=now)
    everybody = await alert_boards.board(stage.context, now=now, by=stage.root)
    own = await alert_boards.board(stage.context, now=now, by=bob)
    assert everybody.counts.total > own.counts.total > 0
    desk = await boards.board(stage.context, "", now=now, by=bob)
    assert desk.alerts.total == own.counts.total, "the top line counts what the screen shows"
    titles = {line.title for line in own.lines}
    assert titles <= set(OWN)
    figures = await analytics.figures(stage.context, by=bob, now=now)
    assert figures.sums.sessions == len(OWN)


async def test_the_outbox_counts_own_letters_alone(stage: Stage):
    bob = await world(stage)
    for session_id in (1, 3):
        await interventions.message(stage.context, [session_id], "Hello", by=stage.root, at=NOON, person_id=stage.cyd)
    await deliver(stage, NOON + HOUR / 60)
    own = await outbox.outbox(stage.context, now=NOON + HOUR / 2, by=bob)
    assert {line.session for line in own.lines} <= set(OWN)
    assert sum(own.counts.values()) == len(own.lines)


async def test_own_sessions_are_managed_others_are_not(stage: Stage):
    bob = await world(stage)
    await sessions.move(stage.context, Move.CANCEL, 3, by=bob, at=NOON, reason="ill")
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.CANCEL, 1, by=bob, at=NOON)
    with pytest.raises(NotAllowed):
        await outbox.trail(stage.context, by=bob)

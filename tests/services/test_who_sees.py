"""What lists show to whom: drafts of others are hidden, and so is who asked or came, however one asks."""

from __future__ import annotations

from random import Random

import pytest

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.errors import NotFound
from sessiontui.domain.vocabulary import Move, Role, Status
from sessiontui.services import boards, presence, sessions, ticking
from sessiontui.services.rights import standing
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked
from tests.services.test_sessions import HOUR, MIN, START, make
from tests.store.test_windows import settled
from tests.store.test_write_path import Walk

ROLES = (Role.PARTICIPANT, Role.MENTOR, Role.VIEWER, Role.ADMIN)


def of(person_id: int, role: Role) -> Actor:
    return Actor(person_id, "Somebody", role)


async def shown(stage: Stage, query: str, by: Actor) -> list[int]:
    """Return the sessions that a query finds, by id: the same by every way of asking, though in orders of its own."""
    ways = [
        await boards.board(stage.context, query, now=NOON, by=by),
        await boards.listing(stage.context, query, now=NOON, by=by),
        await boards.board(stage.context, query, now=NOON, as_of=NOON, by=by),
    ]
    found = [sorted(line.id for line in way.lines) for way in ways]
    assert found[0] == found[1] == found[2], query
    assert {way.matched for way in ways} == {len(found[0])}, query
    return found[0]


@pytest.mark.parametrize("role", ROLES)
async def test_drafts_of_others_are_hidden_and_not_counted(stage: Stage, role: Role):
    await make(stage, publish=False, author_id=stage.ana)
    await make(stage, publish=False, author_id=stage.bob)
    await make(stage, publish=False, author_id=stage.bob, mentor_id=stage.ana)
    await make(stage)
    by = of(stage.ana, role)
    seen = [1, 3, 4] if role is not Role.ADMIN else [1, 2, 3, 4]
    for query, wanted in (
        ("", seen),
        ("status:draft", [key for key in seen if key != 4]),
        ("circle", seen),
        ("author:bob", [key for key in seen if key in (2, 3)]),
        ("-status:draft", [4]),
    ):
        assert sorted(await shown(stage, query, by)) == wanted, query
    for board in (
        await boards.board(stage.context, "view:now", now=NOON, by=by),
        await boards.listing(stage.context, "", now=NOON, by=by),
        await boards.board(stage.context, "", now=NOON, as_of=NOON, by=by),
    ):
        assert board.counts[Status.DRAFT] == len(seen) - 1
        assert board.total == len(seen)
    lines = await boards.lines(stage.context, [1, 2, 3, 4], now=NOON, by=by)
    assert [line.id for line in lines] == seen


async def test_before_it_was_published_a_session_was_a_draft_too(stage: Stage):
    await make(stage, publish=False)
    await sessions.move(stage.context, Move.PUBLISH, 1, by=stage.root, at=NOON + HOUR)
    by = of(stage.ana, Role.PARTICIPANT)
    for at, seen in ((NOON, []), (NOON + HOUR, [1])):
        past = await boards.board(stage.context, "", now=START, as_of=at, by=by)
        assert [line.id for line in past.lines] == seen
    with pytest.raises(NotFound, match="not published"):
        await boards.detail(stage.context, 1, now=START, as_of=NOON, by=by)


@pytest.mark.parametrize("role", ROLES)
async def test_who_asked_or_came_is_found_by_those_who_may_know_it(stage: Stage, role: Role):
    await make(stage)  # of others: Cyd asked
    await make(stage, author_id=stage.ana)  # one's own: Cyd asked
    await make(stage, mentor_id=stage.cyd)  # Cyd leads it, as everybody may know
    await make(stage, tags=("Cyd",))
    await make(stage)  # of others: Cyd came
    for session_id in (1, 2):
        await asked(stage, session_id, stage.cyd)
    await presence.join(stage.context, 5, stage.cyd, by=stage.root, at=NOON - MIN)
    await ticking.tick(stage.context, at=NOON)
    await settled(stage)
    by = of(stage.ana, role)
    knows = role in (Role.VIEWER, Role.ADMIN)
    everyone = [1, 2, 3, 4, 5]
    for query, wanted in (
        ("person:cyd", [1, 2, 5] if knows else [2]),
        (f"person:#{stage.cyd}", [1, 2, 5] if knows else [2]),
        ("-person:cyd", [3, 4] if knows else [1, 3, 4, 5]),
        ("cyd", everyone if knows else [2, 3, 4]),
        ("-cyd", [] if knows else [1, 5]),
        ("cy", everyone if knows else [2, 3, 4]),
        ("circle cyd", everyone if knows else [2, 3, 4]),
        ("mentor:cyd", [3]),
        ("person:cyd,ana", [1, 2, 5] if knows else [2]),
    ):
        assert sorted(await shown(stage, query, by)) == wanted, query


@pytest.mark.parametrize("seed", range(4))
async def test_no_list_shows_what_the_table_of_rights_hides(stage: Stage, seed: int):
    """In a random world, what a person finds does not depend on anything that they may not know."""
    walk = Walk(stage, 300 + seed)
    await walk.begin()
    for _ in range(60):
        await walk.step()
    await walk.tick()
    await settled(stage)
    pick = Random(seed)
    every = await boards.listing(stage.context, "archived:yes,no", now=walk.now, by=stage.root)
    for role in ROLES:
        by = of(pick.choice(walk.people), role)
        stands = {line.id: await standing(stage.context.db.fetch, by, line.id) for line in every.lines}
        visible = {key for key, own in stands.items() if may(by, Action.SEE_SESSIONS, own).allowed}
        inside = {key for key, own in stands.items() if may(by, Action.SEE_ATTENDANCE, own).allowed}
        for as_of in (None, walk.now):
            mine = await boards.board(stage.context, "archived:yes,no", now=walk.now, as_of=as_of, by=by)
            assert {line.id for line in mine.lines} == visible
            for name in ("ana", "bob", "lee", "eve"):
                query = f"person:{name} archived:yes,no"
                all_found = await boards.board(stage.context, query, now=walk.now, as_of=as_of, by=stage.root)
                found = await boards.board(stage.context, query, now=walk.now, as_of=as_of, by=by)
                wanted = {line.id for line in all_found.lines} & visible & inside
                assert {line.id for line in found.lines} == wanted, query


async def test_windows_of_several_people_are_remembered_apart(stage: Stage):
    await make(stage, publish=False, author_id=stage.bob)
    for by, seen in ((stage.root, 1), (of(stage.ana, Role.PARTICIPANT), 0), (stage.root, 1)):
        assert (await boards.board(stage.context, "", now=NOON, by=by)).matched == seen

"""How an actor stands to one session."""

from __future__ import annotations

import pytest

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import requests, rights
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked
from tests.services.test_sessions import make


async def standing(stage: Stage, person_id: int | None, session_id: int = 1):
    return await rights.standing(stage.context.db.fetch, Actor(person_id, "x", Role.MENTOR), session_id)


def test_every_move_asks_for_a_right():
    assert set(rights.ACTION_OF) == set(Move)


async def test_the_mentor_hosts_and_the_author_only_where_there_is_none(stage: Stage):
    await make(stage, author_id=stage.ana, mentor_id=stage.bob)
    await make(stage, author_id=stage.ana)
    ana, bob, cyd = [await standing(stage, person) for person in (stage.ana, stage.bob, stage.cyd)]
    assert (ana.hosts, ana.authored, ana.is_own) == (False, True, True)
    assert (bob.hosts, bob.authored, bob.is_own) == (True, False, True)
    assert not cyd.is_own
    assert (await standing(stage, stage.ana, 2)).hosts


async def test_approved_means_approved_now(stage: Stage):
    await make(stage)
    request = await asked(stage, 1, stage.ana)
    assert not (await standing(stage, stage.ana)).approved
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON)
    assert (await standing(stage, stage.ana)).approved
    await requests.withdraw(stage.context, request, by=stage.root, at=NOON)
    assert not (await standing(stage, stage.ana)).approved


async def test_to_a_session_that_is_not_there_nobody_stands(stage: Stage):
    assert not (await standing(stage, stage.ana, 4711)).is_own


@pytest.mark.parametrize(("role", "allowed"), [(Role.VIEWER, False), (Role.MENTOR, False), (Role.ADMIN, True)])
async def test_the_verdict_is_the_tables(stage: Stage, role: Role, allowed: bool):
    await make(stage)
    by = Actor(stage.ana, "Ana", role)
    verdict = await rights.verdict(stage.context.db.fetch, by, Action.DECIDE, 1)
    assert verdict.allowed is allowed
    assert bool(verdict.reason) is not allowed

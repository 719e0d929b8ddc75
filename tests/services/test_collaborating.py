"""Collaborators: what each role may, who invites, who is told, and that a list shows what is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, collaborating, undo
from sessiontui.services.rights import standing
from tests.conftest import NOON, Stage
from tests.services.post_stage import make

MIN = timedelta(minutes=1)
OWNER, HELPER, VIEWER = CollaboratorRole.OWNER, CollaboratorRole.COLLABORATOR, CollaboratorRole.VIEWER


def mentor(person_id: int, name: str = "Ana") -> Actor:
    return Actor(person_id, name, Role.MENTOR)


async def invite(
    stage: Stage, session: int, person: int, role: CollaboratorRole, *, by: Actor | None = None, at=NOON
):
    return await collaborating.invite(stage.context, session, person, role, by=by or stage.root, at=at)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (None, set()),
        (VIEWER, {"see_sessions", "see_attendance", "see_talk"}),
        (HELPER, {"see_sessions", "see_attendance", "see_talk", "edit", "start", "message"}),
        (OWNER, {"see_sessions", "see_attendance", "see_talk", "edit", "start", "message", "collaborate"}),
    ],
)
async def test_each_role_may_what_the_table_says_in_a_draft(stage: Stage, role, allowed):
    session = await make(stage, publish=False)
    if role is not None:
        await invite(stage, session, stage.ana, role)
    own = await standing(stage.context.db.fetch, mentor(stage.ana), session)
    asked = ("see_sessions", "see_attendance", "see_talk", "edit", "start", "message", "collaborate")
    assert {name for name in asked if may(mentor(stage.ana), Action(name), own).allowed} == allowed


@pytest.mark.parametrize("role", [OWNER, HELPER, VIEWER])
async def test_a_draft_is_in_the_list_of_whoever_works_on_it_and_nobody_elses(stage: Stage, role):
    session = await make(stage, publish=False)
    await invite(stage, session, stage.ana, role)

    async def seen(by: Actor, query: str = "", as_of=None) -> int:
        found = await boards.board(stage.context, query, now=NOON + 5 * MIN, by=by, as_of=as_of)
        return len(found.lines)

    assert [await seen(mentor(stage.ana)), await seen(mentor(stage.bob))] == [1, 0]
    assert [await seen(mentor(stage.ana), as_of=NOON), await seen(mentor(stage.bob), as_of=NOON)] == [1, 0]
    assert await seen(stage.root, "ana") == 1, "who works on it is found by name"
    assert (await boards.board(stage.context, "", now=NOON, by=mentor(stage.ana))).counts.get("draft") == 1


async def test_who_is_invited_is_told_once_and_without_the_link(stage: Stage):
    session = await make(stage, link="https://meet.example.org/secret")
    receipt = await invite(stage, session, stage.ana, VIEWER)
    assert receipt.sentence == "made Ana a viewer of Circle"
    rows = await stage.rows("SELECT name, subject, body FROM notification")
    assert len(rows) == 1
    assert "a viewer of this session" in str(rows[0][2])
    assert "secret" not in str(rows[0][2])
    changed = await invite(stage, session, stage.ana, OWNER, at=NOON + MIN)
    assert changed.sentence == "made Ana an owner of Circle, was viewer"
    with pytest.raises(BadInput, match="already"):
        await invite(stage, session, stage.ana, OWNER)


async def test_an_owner_invites_a_collaborator_does_not_and_everybody_may_leave(stage: Stage):
    session = await make(stage)
    await invite(stage, session, stage.ana, OWNER)
    await invite(stage, session, stage.bob, HELPER, by=mentor(stage.ana))
    with pytest.raises(NotAllowed, match="only where they host or author"):
        await invite(stage, session, stage.cyd, VIEWER, by=mentor(stage.bob, "Bob"))
    with pytest.raises(NotAllowed):
        await collaborating.remove(stage.context, session, stage.ana, by=mentor(stage.bob, "Bob"), at=NOON)
    left = await collaborating.remove(stage.context, session, stage.bob, by=mentor(stage.bob, "Bob"), at=NOON)
    assert left.sentence == "Bob no longer works on Circle, was collaborator"
    with pytest.raises(NotFound):
        await collaborating.remove(stage.context, session, stage.bob, by=stage.root, at=NOON)


async def test_nobody_is_made_less_than_author_or_mentor(stage: Stage):
    session = await make(stage, author_id=stage.ana, mentor_id=stage.bob)
    for person in (stage.ana, stage.bob):
        with pytest.raises(Refused, match="every right"):
            await invite(stage, session, person, VIEWER)
    with pytest.raises(NotFound):
        await invite(stage, session, 4711, VIEWER)
    with pytest.raises(NotFound):
        await invite(stage, await make(stage, publish=False), stage.ana, VIEWER, by=mentor(stage.cyd, "Cyd"))


async def test_each_change_is_undone_unless_another_came(stage: Stage):
    session = await make(stage)
    first = await invite(stage, session, stage.ana, VIEWER)
    await invite(stage, session, stage.ana, OWNER, at=NOON + MIN)
    with pytest.raises(Conflict):
        await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN, entry=first.undo)
    roles = []
    for minute in (3, 4):
        await undo.undo(stage.context, by=stage.root, at=NOON + minute * MIN)
        roles.append([row[0] for row in await stage.rows("SELECT role FROM collaborator")])
    assert roles == [["viewer"], []]

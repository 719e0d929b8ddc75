"""People: who opens first, who manages whom, and what a name may not do."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused, SessiontuiError
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, people, sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage
from tests.services.test_presence import START


async def test_the_first_is_superadmin_and_the_next_is_told_whom_to_ask(stage: Stage):
    again = await people.identify(stage.context, os_user="root", name="Somebody", at=NOON)
    assert (again.id, again.name, again.role) == (stage.root.id, "Root", Role.SUPERADMIN)
    with pytest.raises(NotAllowed, match="eve") as refusal:
        await people.identify(stage.context, os_user="eve", name="Eve", at=NOON)
    assert "Root" in refusal.value.hint
    await people.add(stage.context, "Eve", by=stage.root, at=NOON, os_user="eve", role=Role.ADMIN)
    assert (await people.identify(stage.context, os_user="eve", name="Eve", at=NOON)).role is Role.ADMIN


async def test_the_name_of_the_first_is_made_safe_wherever_it_goes(tmp_path):
    context = Context(db=await Database.open(tmp_path / "x" / "a.db"))
    root = await people.identify(context, os_user="root", name="Root\x00", at=NOON)
    (entry,) = await boards.trail(context)
    (stored,) = await people.everyone(context)
    await context.db.close()
    for text in (root.name, entry.sentence, stored.name):
        assert "\x00" not in text
        assert "Root\ufffd" in text


async def test_add_find_and_edit(stage: Stage):
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, email="Ana@New.org", zone="Europe/Madrid")
    for text in (str(stage.ana), f"#{stage.ana}", "ana@new.ORG", "Ana", "ana"):
        assert (await people.find(stage.context, text)).id == stage.ana
    with pytest.raises(NotFound):
        await people.find(stage.context, "Zoe")
    with pytest.raises(BadInput):
        await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, zone="Mars/Olympus")
    with pytest.raises(BadInput):
        await people.add(stage.context, " \t", by=stage.root, at=NOON)
    assert [line.name for line in await people.everyone(stage.context, text="an")] == ["Ana"]


async def test_two_of_one_name_have_to_be_told_apart(stage: Stage):
    await people.add(stage.context, "Ana", by=stage.root, at=NOON)
    with pytest.raises(BadInput, match="#"):
        await people.find(stage.context, "Ana")


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.VIEWER, Role.MENTOR])
async def test_only_admins_manage_people(stage: Stage, role: Role):
    with pytest.raises(NotAllowed):
        await people.add(stage.context, "Dee", by=Actor(stage.ana, "Ana", role), at=NOON)
    with pytest.raises(NotAllowed):
        await people.edit(stage.context, stage.bob, by=Actor(stage.ana, "Ana", role), at=NOON, name="Bobby")


async def test_admins_give_roles_below_their_own(stage: Stage):
    ana = Actor(stage.ana, "Ana", Role.ADMIN)
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, role=Role.ADMIN)
    await people.edit(stage.context, stage.bob, by=ana, at=NOON, role=Role.MENTOR)
    for wanted in (Role.ADMIN, Role.SUPERADMIN):
        with pytest.raises(NotAllowed):
            await people.edit(stage.context, stage.bob, by=ana, at=NOON, role=wanted)
        with pytest.raises(NotAllowed):
            await people.add(stage.context, "Dee", by=ana, at=NOON, role=wanted)


async def test_an_admin_cannot_take_over_a_superadmin(stage: Stage):
    ana = Actor(stage.ana, "Ana", Role.ADMIN)
    with pytest.raises(NotAllowed):
        await people.edit(stage.context, stage.root.id or 0, by=ana, at=NOON, os_user="ana")
    assert (await people.identify(stage.context, os_user="root", name="Root", at=NOON)).role is Role.SUPERADMIN
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, role=Role.ADMIN)
    await people.edit(stage.context, stage.ana, by=ana, at=NOON, phone="123")


async def test_one_login_belongs_to_one_person(stage: Stage):
    with pytest.raises(SessiontuiError, match="root"):
        await people.add(stage.context, "Dee", by=stage.root, at=NOON, os_user="root")
    with pytest.raises(SessiontuiError, match="root"):
        await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, os_user="root")
    told = await people.edit(stage.context, stage.root.id or 0, by=stage.root, at=NOON, os_user="root")
    assert told.sentence == "changed login name of Root"


async def test_a_new_name_is_found_in_sessions(stage: Stage):
    draft = SessionDraft(title="Circle", starts_at=START, ends_at=START.replace(hour=20), mentor_id=stage.ana)
    await sessions.create(stage.context, draft, by=stage.root, at=NOON)
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, name="Zoë Quint")
    assert (await boards.board(stage.context, "quint mentor:zoe", now=NOON, by=stage.root)).matched == 1
    assert (await boards.board(stage.context, "ana", now=NOON, by=stage.root)).matched == 0


async def test_the_last_superadmin_who_can_log_in_stays_so(stage: Stage):
    for change in ({"role": Role.VIEWER}, {"os_user": ""}):
        with pytest.raises(Refused, match="last superadmin"):
            await people.edit(stage.context, stage.root.id, by=stage.root, at=NOON, **change)


async def test_a_database_that_was_opened_once_makes_no_second_superadmin(stage: Stage):
    await stage.context.db.close()
    with sqlite3.connect(stage.path) as raw:
        raw.execute("UPDATE person SET os_user = NULL")
    raw.close()
    db = await Database.open(stage.path)
    with pytest.raises(NotAllowed):
        await people.identify(Context(db=db), os_user="stranger", name="Stranger", at=NOON)
    await db.close()


async def test_an_address_that_is_none_is_refused(stage: Stage):
    with pytest.raises(BadInput, match="not an e-mail address"):
        await people.add(stage.context, "Eve", email="not an address", by=stage.root, at=NOON)


async def test_one_user_who_opens_a_new_database_twice_at_once_is_one_person(tmp_path: Path):
    contexts = [Context(db=await Database.open(tmp_path / "new.db")) for _ in range(4)]
    actors = await asyncio.gather(
        *(people.identify(context, os_user="ana", name="Ana", at=NOON) for context in contexts)
    )
    assert {(actor.id, actor.role) for actor in actors} == {(actors[0].id, Role.SUPERADMIN)}
    for context in contexts:
        await context.db.close()

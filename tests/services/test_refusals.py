"""Refusals are audited, once each as long as they are few, and counted when they are many."""

from __future__ import annotations

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotAllowed, Refused, SessiontuiError
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import audit, backups, boards, exporting, jobs, people, presence, requests, sessions
from sessiontui.services.context import Context
from sessiontui.services.exporting import Noun
from sessiontui.services.undo import undo
from sessiontui.store.engine import Database
from sessiontui.store.refusals import ONE_BY_ONE
from tests.conftest import NOON, Stage
from tests.services.test_requests import asked
from tests.services.test_sessions import END, HOUR, MIN, make


async def refusals(stage: Stage) -> list[tuple[object, ...]]:
    return await stage.rows(
        "SELECT by_id, sentence, subject, subject_id, json_extract(detail, '$.action') FROM audit_entry"
        " WHERE action = 'refused' ORDER BY id"
    )


async def test_a_refusal_says_who_wanted_what_of_which_and_why_not(stage: Stage):
    await make(stage, mentor_id=stage.bob)
    cyd = Actor(stage.cyd, "Cyd", Role.MENTOR)
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.CANCEL, 1, by=cyd, at=NOON, reason="mine now")
    (found,) = await refusals(stage)
    why = "was refused: a mentor may cancel sessions only where they host, author or collaborate"
    assert found == (stage.cyd, why, "session", 1, "cancel")
    shown = await boards.detail(stage.context, 1, now=NOON, by=stage.root)
    assert shown.history[0].sentence == why
    assert shown.line.version == 1
    assert (await audit.verify(stage.context)).is_whole


async def test_every_door_writes_it_down(stage: Stage, tmp_path):
    await make(stage, mentor_id=stage.bob)
    request = await asked(stage, 1, stage.ana)
    eve = Actor(stage.cyd, "Eve", Role.VIEWER)
    context, told = stage.context, {"by": eve, "at": NOON}

    async def export() -> None:
        async for _ in exporting.rows(context, Noun.AUDIT, "", by=eve, now=NOON):
            pass

    doors = {
        "create": lambda: sessions.create(
            context, sessions.SessionDraft(title="x", starts_at=NOON, ends_at=END), **told
        ),
        "edit": lambda: sessions.edit(context, 1, sessions.SessionEdit(title="y"), **told),
        "decide": lambda: requests.decide(context, [request], RequestState.APPROVED, **told),
        "presence": lambda: presence.join(context, 1, stage.ana, **told),
        "manage_people": lambda: people.add(context, "Zoe", **told),
        "run_jobs": lambda: jobs.run_now(context, "tick", **told),
        "backup": lambda: backups.make(context, tmp_path / "copy.db", **told),
        "export": export,
    }
    for number, (name, door) in enumerate(doors.items(), start=1):
        with pytest.raises(NotAllowed):
            await door()
        assert len(await refusals(stage)) == number, name
    assert not (tmp_path / "copy.db").exists()


async def test_what_is_refused_for_another_reason_is_no_refusal_of_a_right(stage: Stage):
    await make(stage)
    for act in (
        lambda: sessions.move(stage.context, Move.RESUME, 1, by=stage.root, at=NOON),
        lambda: sessions.move(stage.context, Move.CANCEL, 1, by=stage.root, at=NOON, expected=9),
    ):
        with pytest.raises((Refused, Conflict)):
            await act()
    assert await refusals(stage) == []


async def test_many_refusals_are_counted_and_told_with_the_next(stage: Stage):
    await make(stage)
    cyd = Actor(stage.cyd, "Cyd", Role.VIEWER)

    async def tries(times: int, at) -> None:
        for _ in range(times):
            with pytest.raises(NotAllowed):
                await sessions.move(stage.context, Move.START, 1, by=cyd, at=at)

    await tries(ONE_BY_ONE + 37, NOON)
    assert len(await refusals(stage)) == ONE_BY_ONE
    again = Stage(
        Context(db=await Database.open(stage.path)), stage.root, stage.ana, stage.bob, stage.cyd, stage.path
    )
    with pytest.raises(NotAllowed):  # another process does not begin anew
        await sessions.move(again.context, Move.START, 1, by=cyd, at=NOON + MIN)
    await again.context.db.close()
    assert len(await refusals(stage)) == ONE_BY_ONE
    await tries(1, NOON + HOUR)
    *_, last = await refusals(stage)
    assert str(last[1]).endswith("(and 38 refusals more since 2026-05-04 12:00 UTC)")
    await tries(1, NOON + HOUR + MIN)
    assert "more since" not in str((await refusals(stage))[-1][1])
    other = Actor(stage.ana, "Ana", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.START, 1, by=other, at=NOON)
    assert (await refusals(stage))[-1][0] == stage.ana


async def test_a_refusal_stands_in_nobodys_way(stage: Stage):
    made = await make(stage)
    cyd = Actor(stage.cyd, "Cyd", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.CANCEL, made, by=cyd, at=NOON)
    with pytest.raises(Conflict) as error:
        await sessions.edit(stage.context, made, sessions.SessionEdit(title="x"), by=stage.root, at=NOON, expected=7)
    assert "refused" not in str(error.value)
    assert (await undo(stage.context, by=stage.root, at=NOON)).sessions == (made,)


@pytest.mark.parametrize("person_id", [None, 4711])
async def test_who_is_no_stored_person_is_refused_all_the_same(stage: Stage, person_id: int | None):
    gone = Actor(person_id, "Gone", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await jobs.run_now(stage.context, "tick", by=gone, at=NOON)
    assert await refusals(stage) == []


async def test_a_database_that_is_only_read_stays_as_it_is(stage: Stage):
    await make(stage)
    before = stage.path.read_bytes()
    reader = Context(db=await Database.open(stage.path, read_only=True))
    with pytest.raises(SessiontuiError):
        await sessions.move(reader, Move.START, 1, by=Actor(stage.cyd, "Cyd", Role.VIEWER), at=NOON)
    with pytest.raises(NotAllowed):
        await jobs.run_now(reader, "tick", by=Actor(stage.cyd, "Cyd", Role.VIEWER), at=NOON)
    await reader.db.close()
    assert stage.path.read_bytes() == before

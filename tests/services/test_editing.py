"""Concurrent edits of one session, and drafts: nobody's text is lost, and everyone is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotAllowed
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import boards, sessions, undo
from sessiontui.services.editing import drafts, meeting
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)


@pytest.fixture
async def session(stage: Stage) -> int:
    draft = SessionDraft(
        title="Grief circle",
        starts_at=NOON + timedelta(hours=1),
        ends_at=NOON + timedelta(hours=2),
        description="Bring tea.\nUpstairs.\nRing twice.",
        tags=("grief",),
        fields={"room": 4},
        publish=True,
    )
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions[0]


def bob(stage: Stage) -> Actor:
    return Actor(stage.bob, "Bob", Role.ADMIN)


async def version(stage: Stage, session: int) -> int:
    return (await boards.detail(stage.context, session, now=NOON, by=stage.root)).line.version


async def edit(
    stage: Stage, session: int, by: Actor, *, after: int = 0, expected: int | None = None, **values: object
):
    changes = SessionEdit(**values)  # type: ignore[arg-type]
    at = NOON + after * MIN
    return await sessions.edit(stage.context, session, changes, by=by, at=at, expected=expected)


async def test_different_fields_merge_by_themselves(stage: Stage, session: int):
    seen = await version(stage, session)
    await edit(stage, session, bob(stage), title="Loss circle")
    receipt = await edit(stage, session, stage.root, after=1, expected=seen, capacity=8)
    assert receipt.sentence == "changed capacity of Loss circle; Bob changed title meanwhile, which stays"
    assert (await stage.rows("SELECT title, capacity FROM session")) == [("Loss circle", 8)]


async def test_one_field_changed_by_both_is_a_conflict_with_both_values(stage: Stage, session: int):
    seen = await version(stage, session)
    await edit(stage, session, bob(stage), after=5, title="Loss circle", capacity=4)
    with pytest.raises(Conflict) as caught:
        await edit(stage, session, stage.root, after=6, expected=seen, title="Night circle", priority="high")
    error = caught.value
    assert error.detail == "Bob changed title to “Loss circle” at 2026-05-04 12:05 UTC"
    (field,) = error.fields
    assert (field.field, field.base, field.mine, field.theirs) == (
        "title", "Grief circle", "Night circle", "Loss circle",
    )  # fmt: skip
    assert (field.by, field.at, error.version) == ("Bob", NOON + 5 * MIN, seen + 1)
    assert (await stage.rows("SELECT title, priority FROM session")) == [("Loss circle", "normal")]
    await edit(stage, session, stage.root, after=7, expected=error.version, title="Night circle")
    assert (await stage.rows("SELECT title FROM session")) == [("Night circle",)]


async def test_texts_tags_and_free_fields_go_together(stage: Stage, session: int):
    seen = await version(stage, session)
    await edit(
        stage, session, bob(stage), tags=("grief", "night"), description="Bring coffee.\nUpstairs.\nRing twice.",
        fields={"room": 4, "door": "blue"},
    )  # fmt: skip
    receipt = await edit(
        stage, session, stage.root, expected=seen, tags=("new",), description="Bring tea.\nUpstairs.\nRing once.",
        fields={"room": 5},
    )  # fmt: skip
    assert "your description and theirs were put together" in receipt.sentence
    ((tags, text, fields),) = await stage.rows("SELECT tags, description, fields FROM session")
    assert tags == '["night","new"]'
    assert text == "Bring coffee.\nUpstairs.\nRing once."
    assert fields == '{"door":"blue","room":5}'


async def test_who_types_the_same_is_in_nobodys_way(stage: Stage, session: int):
    seen = await version(stage, session)
    await edit(stage, session, bob(stage), title="Loss circle")
    receipt = await edit(stage, session, stage.root, expected=seen, title="Loss circle")
    assert receipt.sentence == "changed nothing of Loss circle"


async def test_what_was_taken_back_is_no_conflict(stage: Stage, session: int):
    await edit(stage, session, stage.root, title="First")
    seen = await version(stage, session)
    await edit(stage, session, bob(stage), title="Second")
    await undo.undo(stage.context, by=bob(stage), at=NOON + MIN)
    await edit(stage, session, stage.root, after=2, expected=seen, title="Third")
    seen = await version(stage, session)
    await undo.undo(stage.context, by=stage.root, at=NOON + 3 * MIN)
    with pytest.raises(Conflict) as caught:
        await edit(stage, session, bob(stage), after=4, expected=seen, title="Fourth")
    assert caught.value.fields[0].theirs == "First"


async def test_a_version_that_is_not_there_yet_is_refused(stage: Stage, session: int):
    with pytest.raises(Conflict, match="not yet at 99"):
        await edit(stage, session, stage.root, expected=99, title="Early")


async def test_schedule_and_mentor_are_compared_as_well(stage: Stage, session: int):
    seen = await version(stage, session)
    detail = await boards.detail(stage.context, session, now=NOON, by=stage.root)
    line = detail.line
    await sessions.move(
        stage.context, Move.RESCHEDULE, session, by=bob(stage), at=NOON + MIN,
        starts_at=line.starts_at + timedelta(hours=1), ends_at=line.ends_at + timedelta(hours=1),
    )  # fmt: skip
    base = {meeting.SCHEDULE: [_iso(line.starts_at), _iso(line.ends_at)], meeting.MENTOR: ""}
    mine = {meeting.SCHEDULE: [_iso(line.starts_at - MIN), _iso(line.ends_at)]}
    met = await meeting.compare(stage.context, session, mine, base=base, since=seen, by=stage.root)
    (conflict,) = met.reconciled.conflicts
    assert (conflict.field, conflict.by, conflict.at) == ("schedule", "Bob", NOON + MIN)
    pupil = Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
    with pytest.raises(NotAllowed):
        await meeting.compare(stage.context, session, mine, base=base, since=seen, by=pupil)


def _iso(at: object) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


async def test_drafts_are_kept_by_person_and_cleaned_after_a_month(stage: Stage):
    context, other = stage.context, bob(stage)
    await drafts.keep(context, "new", {"typed": {"title": "Half"}}, by=stage.root, at=NOON)
    await drafts.keep(context, "new", {"typed": {"title": "His"}}, by=other, at=NOON + MIN)
    await drafts.keep(context, "new", {"typed": {"title": "More"}}, by=stage.root, at=NOON + MIN)
    found = await drafts.find(context, "new", by=stage.root, at=NOON + MIN)
    assert found is not None
    assert found.body == {"typed": {"title": "More"}}
    assert await drafts.find(context, "new", by=stage.root, at=NOON + timedelta(days=31)) is None
    assert await drafts.clean(context, at=NOON + timedelta(days=29)) == 0
    await drafts.forget(context, "new", by=stage.root, at=NOON + MIN)
    assert await drafts.everyone(context, by=stage.root, at=NOON + MIN) == ()
    assert await drafts.clean(context, at=NOON + timedelta(days=31)) == 1
    assert await stage.rows("SELECT count(*) FROM draft") == [(0,)]


async def test_the_oldest_of_too_many_drafts_make_room(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    for number in range(4):
        await drafts.keep(stage.context, f"f{number}", {}, by=stage.root, at=NOON + number * MIN)
    found = await drafts.everyone(stage.context, by=stage.root, at=NOON + timedelta(hours=1))
    assert [draft.form for draft in found] == ["f3", "f2"]

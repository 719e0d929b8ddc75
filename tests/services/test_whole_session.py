"""A session told whole: every field of the older model has its place, and the last change has its instant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import boards, sessions
from sessiontui.services.told.whole import session_json
from tests.conftest import Stage
from tests.services.post_stage import START, make

MIN = timedelta(minutes=1)

PLACES = {
    "id": "id", "templateId": "template", "userId": "author", "name": "title", "description": "description",
    "type": "kind", "status": "status", "priority": "priority", "createdAt": "created_at", "updatedAt": "updated_at",
    "startedAt": "begin", "completedAt": "final_end", "estimatedDuration": "scheduled_minutes",
    "actualDuration": "actual_minutes", "progress": "plan", "goals": "plan", "milestones": "plan",
    "resources": "links", "attachments": "files", "collaborators": "collaborators", "comments": "comments",
    "customFields": "fields", "metadata": "source", "settings": "capacity", "analytics": "efficiency",
    "learningData": "learned",
}  # fmt: skip
"""Where each field of a session of the older system is found."""


async def whole(stage: Stage, session_id: int, at) -> dict[str, object]:
    return session_json(await boards.detail(stage.context, session_id, now=at, by=stage.root))


async def test_every_field_of_the_older_model_has_a_place(stage: Stage):
    session_id = await make(stage, stage.ana)
    told = await whole(stage, session_id, START)
    assert {name: place for name, place in PLACES.items() if place not in told} == {}


async def test_the_last_change_has_its_instant_and_neither_looks_nor_refusals_move_it(stage: Stage):
    session_id = await make(stage, stage.ana)

    async def updated() -> object:
        return parse_instant(str((await whole(stage, session_id, START + 9 * MIN))["updated_at"]))

    first = await updated()
    edited = START - 20 * MIN
    await sessions.edit(stage.context, session_id, sessions.SessionEdit(title="Other"), by=stage.root, at=edited)
    assert await updated() == edited
    assert first < edited
    viewer = Actor(stage.cyd, "Cyd", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.CANCEL, session_id, by=viewer, at=START, reason="no")
    assert await updated() == edited
    await sessions.move(stage.context, Move.START, session_id, by=stage.root, at=START + MIN)
    assert await updated() == START + MIN

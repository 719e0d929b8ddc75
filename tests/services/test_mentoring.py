"""A program that calls the HTTP API is nobody's mentor, whichever way it is named as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import people, series, sessions
from sessiontui.services.logins import clients
from sessiontui.services.series import SeriesDraft, SeriesEdit
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage
from tests.services.import_stage import move, person, session, take

HOUR = timedelta(hours=1)
WHY = "Booking site is an API client, a program: it can be nobody's mentor"


async def program(stage: Stage) -> int:
    """Make a client known and return the person it acts as."""
    await clients.add(stage.context, "Booking site", "admin", by=stage.root, at=NOON)
    ((person_id,),) = await stage.rows("SELECT person_id FROM client")
    return int(str(person_id))


async def circle(stage: Stage) -> int:
    draft = SessionDraft(title="Circle", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, mentor_id=stage.bob)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions[0]


def weekly(mentor_id: int) -> SeriesDraft:
    return SeriesDraft(
        title="Weekly", starts=NOON.replace(tzinfo=None) + HOUR, length=HOUR, zone="UTC",
        rule="FREQ=WEEKLY;COUNT=2", mentor_id=mentor_id,
    )  # fmt: skip


async def make(stage: Stage, mentor: int) -> None:
    draft = SessionDraft(title="New", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, mentor_id=mentor)
    await sessions.create(stage.context, draft, by=stage.root, at=NOON)


async def reassign(stage: Stage, mentor: int) -> None:
    await sessions.move(stage.context, Move.REASSIGN, await circle(stage), by=stage.root, at=NOON, mentor_id=mentor)


async def change(stage: Stage, mentor: int) -> None:
    edit = SessionEdit(title="Other")
    await sessions.change(stage.context, await circle(stage), by=stage.root, at=NOON, mentor_id=mentor, edit=edit)


async def make_series(stage: Stage, mentor: int) -> None:
    await series.create(stage.context, weekly(mentor), by=stage.root, at=NOON)


async def change_series(stage: Stage, mentor: int) -> None:
    made = await series.create(stage.context, weekly(stage.bob), by=stage.root, at=NOON)
    edit = SeriesEdit(mentor_id=mentor)
    await series.edit(stage.context, made.sessions[0], edit, scope=Scope.ALL, by=stage.root, at=NOON)


WAYS: Mapping[str, Callable[[Stage, int], Awaitable[None]]] = MappingProxyType(
    {one.__name__: one for one in (make, reassign, change, make_series, change_series)}
)


@pytest.mark.parametrize("way", WAYS)
async def test_every_service_refuses_a_program_as_mentor(stage: Stage, way: str):
    mentor = await program(stage)
    with pytest.raises(BadInput) as refused:
        await WAYS[way](stage, mentor)
    assert (refused.value.detail, refused.value.place) == (f"mentor: {WHY}", "mentor")
    assert await stage.rows("SELECT 1 FROM session WHERE mentor_id = ? OR title = 'Other'", mentor) == []


async def test_a_person_for_whom_a_program_signs_in_may_mentor(stage: Stage):
    await people.edit(stage.context, stage.cyd, by=stage.root, at=NOON, role=Role.MENTOR)
    await clients.add(stage.context, "Pocket", "read", by=stage.root, at=NOON + HOUR, person_id=stage.cyd)
    await make(stage, stage.cyd)
    assert await stage.rows("SELECT mentor_id FROM session") == [(stage.cyd,)]


async def test_an_import_refuses_the_rows_that_name_a_program_and_takes_the_rest(stage: Stage):
    mentor = f"#{await program(stage)}"
    report = await take(
        stage,
        person(),
        session("s1", mentor="p1"),
        session("s2", mentor=mentor),
        move("reassign", "13:00", "s1", mentor=mentor),
    )
    assert [(refusal.line, refusal.reason) for refusal in report.files[0].refusals] == [(3, WHY), (4, WHY)]
    assert await stage.rows("SELECT s.external_id, p.name FROM session s JOIN person p ON p.id = s.mentor_id") == [
        ("s1", "Ina")
    ]
    again = await take(stage, session("s1", mentor=mentor))
    assert [refusal.reason for refusal in again.files[0].refusals] == [WHY]

"""Why attendance is missed: who was refused when they told of it, for those who may know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.vocabulary import Role
from sessiontui.services import examining, presence
from tests.conftest import Stage
from tests.services.post_stage import START
from tests.services.test_requests import make

DAY = timedelta(days=1)


async def refused(stage: Stage, session_id: int, *, by: Actor, later: timedelta) -> list[tuple[str, bool]]:
    remarks = await examining.examine(stage.context, session_id, by=by, now=START + later)
    return [(one.fact, one.is_problem) for one in remarks if one.about == "refused"]


async def test_who_was_refused_is_told_to_those_who_see_who_came(stage: Stage):
    session_id = await make(stage, starts_at=START, ends_at=START + timedelta(hours=1))
    ana, bob = Actor(stage.ana, "Ana", Role.PARTICIPANT), Actor(stage.bob, "Bob", Role.PARTICIPANT)
    assert await refused(stage, session_id, by=stage.root, later=timedelta()) == []
    with pytest.raises(NotAllowed):
        await presence.join(stage.context, session_id, stage.ana, by=ana, at=START)
    ((fact, is_problem),) = await refused(stage, session_id, by=stage.root, later=timedelta(hours=1))
    assert fact.startswith("Ana was refused: ")
    assert fact.endswith(f"at {START:%Y-%m-%d %H:%M:%S} UTC")
    assert is_problem
    ((_, is_problem),) = await refused(stage, session_id, by=stage.root, later=2 * DAY)
    assert not is_problem
    assert await refused(stage, session_id, by=bob, later=timedelta(hours=1)) == []

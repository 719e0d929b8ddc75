"""What a picture shows of one thing comes from one reading: what is written meanwhile is in no half of it."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest

from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.services import boards, presence, requests
from sessiontui.services.boards import inside
from sessiontui.services.projects import changing, items, questions
from sessiontui.services.visits import summing
from sessiontui.services.visits.recording import Ping, track_activity
from tests.conftest import NOON, Stage
from tests.services.post_stage import START, make

MIN, DAY = timedelta(minutes=1), timedelta(days=1)


async def test_requests_and_presence_of_a_session_are_loaded_in_one_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await make(stage, stage.ana)
    context, at = stage.context, START + 5 * MIN
    asked, go_on = asyncio.Event(), threading.Event()
    loop, whole = asyncio.get_running_loop(), inside._requests

    async def slowly(*given: Any) -> Any:
        loop.call_soon_threadsafe(asked.set)
        go_on.wait(10)  # requests are read: presence is still to come
        return await whole(*given)

    monkeypatch.setattr(inside, "_requests", slowly)
    looking = asyncio.create_task(boards.detail(context, session_id, now=at, by=stage.root))
    await asked.wait()
    await requests.ask(context, session_id, stage.bob, by=stage.root, at=START)
    await presence.join(context, session_id, stage.bob, by=stage.root, at=START + MIN)
    go_on.set()
    before = await looking
    monkeypatch.undo()
    after = await boards.detail(context, session_id, now=at, by=stage.root)
    people = [({one.person for one in it.requests}, {one.person for one in it.presence}) for it in (before, after)]
    assert people == [({"Ana"}, set()), ({"Ana", "Bob"}, {"Bob"})]


async def test_summary_steps_and_blockers_asked_for_at_once_tell_the_same(stage: Stage) -> None:
    context, by = stage.context, stage.root
    made = await changing.add(context, "Harbour app", by=by, at=NOON - 30 * DAY)
    project_id = int(str(made.project))
    await items.add(context, project_id, "Ferry times", by=by, at=NOON - 20 * DAY, state=ItemState.EXPLORING)
    await questions.ask(context, project_id, "Which quay?", by=by, at=NOON - 9 * DAY)
    ping = Ping(person_id=stage.ana, project_id=project_id, kind=ActivityKind.MISSING, text="the timetable", at=NOON)
    await track_activity(context, ping, by=by, at=NOON)
    now = NOON + MIN
    whole, steps, blockers = await asyncio.gather(
        summing.summary(context, stage.ana, project_id, by=by, now=now),
        summing.steps(context, project_id, by=by, now=now),
        summing.standing_blockers(context, project_id, by=by, now=now),
    )
    assert (whole.steps, whole.blockers) == (steps, blockers)
    assert len(steps) > 1
    assert {one.fact for one in blockers} >= {"exploring, untouched for 20 d"}
    assert len(blockers) == 3

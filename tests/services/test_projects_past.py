"""A project at an instant of the past: never what came later, and the present where nothing did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotFound
from sessiontui.domain.visits.words import ItemState
from sessiontui.services import sessions
from sessiontui.services.projects import changing, items, listing, past, questions
from sessiontui.services.sessions import SessionDraft
from sessiontui.services.visits import going
from tests.conftest import NOON, Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def lived(stage: Stage) -> int:
    """A project made at noon, in which an item is decided an hour later and re-opened two hours after that."""
    context, by = stage.context, stage.root
    here = (await changing.add(context, "Harbour app", by=by, at=NOON)).project or 0
    ferry = (await items.add(context, here, "Ferry", by=by, at=NOON)).part or 0
    why = (await questions.ask(context, here, "Who signs?", by=by, at=NOON)).part or 0
    await going.start(context, stage.ana, here, by=by, at=NOON + 0.55 * HOUR)
    await items.move(context, ferry, ItemState.DECIDED, by=by, at=NOON + HOUR)
    await going.end(context, stage.ana, here, by=by, at=NOON + HOUR)
    await questions.answer(context, why, "Mia", by=by, at=NOON + 2 * HOUR)
    await items.move(context, ferry, ItemState.EXPLORING, by=by, at=NOON + 3 * HOUR)
    tides = (await items.add(context, here, "Tides", by=by, at=NOON + 3 * HOUR)).part or 0
    await items.remove(context, tides, by=by, at=NOON + 4 * HOUR)
    await changing.archive(context, here, by=by, at=NOON + 5 * HOUR)
    return here


@pytest.mark.parametrize(
    ("hours", "states", "open_questions", "visiting", "active", "archived"),
    [
        (0.1, {"Ferry": "exploring"}, 1, False, 0, False),
        (0.6, {"Ferry": "exploring"}, 1, True, 0.6, False),
        (1.5, {"Ferry": "decided"}, 1, False, 1, False),
        (2.5, {"Ferry": "decided"}, 0, False, 2, False),
        (3.5, {"Ferry": "exploring", "Tides": "exploring"}, 0, False, 3, False),
        (4.5, {"Ferry": "exploring"}, 0, False, 4, False),
        (5.5, {"Ferry": "exploring"}, 0, False, 4, True),
    ],
)
async def test_what_was_in_a_project_is_told_as_it_was(
    stage: Stage,
    hours: float,
    states: dict[str, str],
    open_questions: int,
    visiting: bool,
    active: float,
    archived: bool,
):
    here, at = await lived(stage), NOON + hours * HOUR
    (line,) = (await past.board(stage.context, by=stage.root, at=at)).lines
    page = await past.page(stage.context, here, by=stage.root, at=at)
    assert {one.title: str(one.state) for one in page.items} == states
    assert all(when <= at for one in page.items for _, when, _, _ in one.history)
    assert sum(one.answered_at is None for one in page.questions) == open_questions == line.questions
    assert [one.ended_at is None for one in page.visits] == ([] if hours < 0.5 else [visiting])
    assert bool(line.here) == visiting
    assert (line.archived_at is not None) == archived
    assert not line.may_change
    if hours != 4.5:  # what was removed since has left no sign of when it was
        assert line.last_active == NOON + active * HOUR
    assert (page.is_past, page.line) == (True, line)


async def test_before_it_was_made_there_is_none(stage: Stage):
    here = await lived(stage)
    assert (await past.board(stage.context, by=stage.root, at=NOON - HOUR)).lines == ()
    with pytest.raises(NotFound):
        await past.page(stage.context, here, by=stage.root, at=NOON - HOUR)


async def test_where_nothing_came_later_the_past_is_the_present(stage: Stage):
    here, later = await lived(stage), NOON + 6 * HOUR
    told = await past.page(stage.context, here, by=stage.root, at=later)
    now = await listing.page(stage.context, here, by=stage.root, now=later)
    assert replace(told, is_past=False) == now


async def test_the_summary_of_who_comes_then(stage: Stage):
    here = await lived(stage)
    ana = Actor(id=stage.ana, name="Ana", role=stage.root.role)
    told = (await past.page(stage.context, here, by=ana, at=NOON + 2.5 * HOUR)).summary
    assert told is not None
    assert (told.since, [one.title for one in told.decided]) == ("1 hour ago", [])
    first = (await past.page(stage.context, here, by=stage.root, at=NOON + 2.5 * HOUR)).summary
    assert first is not None
    assert (first.since, [one.title for one in first.decided]) == ("never", ["Ferry"])


async def test_its_sessions_stood_as_they_stood(stage: Stage):
    here, by = await lived(stage), stage.root
    await changing.restore(stage.context, here, by=by, at=NOON + 5.1 * HOUR)
    draft = SessionDraft(title="Quay talk", starts_at=NOON + 2 * DAY, ends_at=NOON + 2 * DAY + HOUR)
    made = await sessions.create(stage.context, draft, by=by, at=NOON + 5.2 * HOUR)
    await changing.put_in(stage.context, made.sessions[0], here, by=by, at=NOON + 5.3 * HOUR)
    before = await past.page(stage.context, here, by=by, at=NOON + 5 * HOUR)
    after = await past.page(stage.context, here, by=by, at=NOON + 6 * HOUR)
    assert (before.sessions, [one.title for one in after.sessions]) == ((), ["Quay talk"])

"""One person whole: visits are shown, go over in a merge and come back, are handed out, and are forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import SQLModel

from sessiontui.domain.access import Actor
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.domain.vocabulary import Role
from sessiontui.services import people, undo
from sessiontui.services.people import erasing, merging, page, portable
from sessiontui.services.projects import changing, items, questions
from sessiontui.services.visits import going
from sessiontui.services.visits.recording import Ping, record
from sessiontui.store import erasing as emptied
from sessiontui.store.merging import references
from sessiontui.store.reads.person import KEPT
from tests.conftest import NOON, Stage

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
NAME = "Zoë Quint"


async def busy(stage: Stage) -> tuple[int, int]:
    """Return a project and a person whose name is all over it."""
    context, told = stage.context, {"at": NOON}
    zoe = (await people.add(context, NAME, by=stage.root, email="zq@example.org", **told)).people[0]
    me = Actor(zoe, NAME, Role.ADMIN)
    here = (await changing.add(context, f"{NAME}'s garden", by=me, description=f"By {NAME}.", **told)).project or 0
    one = (await items.add(context, here, f"Ask {NAME}", by=me, note=f"{NAME} knows", **told)).part or 0
    await items.move(context, one, ItemState.DECIDED, by=me, at=NOON + MIN, reason=f"{NAME} said so")
    asked = (await questions.ask(context, here, f"Will {NAME} come?", by=me, **told)).part or 0
    await questions.answer(context, asked, f"Yes, {NAME} will.", by=me, at=NOON + MIN)
    await questions.report(context, here, ActivityKind.MISSING, f"the key of {NAME}", by=me, **told)
    await going.start(context, zoe, here, by=stage.root, details={"who": NAME}, **told)
    ping = Ping(project_id=here, person_id=zoe, text=f"{NAME} was here", at=NOON + 5 * MIN)
    await record(context, [(stage.root, ping)], at=NOON + 5 * MIN)
    return here, zoe


async def test_the_page_and_the_export_tell_of_visits(stage: Stage):
    here, zoe = await busy(stage)
    told = await page.page(stage.context, zoe, by=stage.root, now=NOON + HOUR)
    assert [(one.project_id, one.ended_at, one.activities) for one in told.visits] == [(here, None, 1)]
    given = await portable.portable(stage.context, zoe, by=stage.root, at=NOON + HOUR)
    for part in ("visits", "reported", "questions_asked", "questions_answered", "kept_of_projects", "projects_made"):
        assert given[part], part


async def everything(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    # When an open visit ends and what is kept of people is written anew, undo leaves it so.
    tables = ("item", "item_change", "question", "activity", "project")
    return {name: await stage.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables}


async def test_a_merge_takes_visits_over_and_undo_gives_them_back(stage: Stage):
    here, zoe = await busy(stage)
    await going.start(stage.context, stage.ana, here, by=stage.root, at=NOON + 10 * MIN)
    await going.end(stage.context, stage.ana, here, by=stage.root, at=NOON + 11 * MIN)
    await going.start(stage.context, stage.ana, here, by=stage.root, at=NOON + 12 * MIN)
    before = await everything(stage)
    told = await merging.preview(stage.context, stage.ana, zoe, by=stage.root, at=NOON + HOUR)
    assert any("1 visit" in line and "1 project" in line for line in told.lines)
    receipt = await merging.merge(stage.context, stage.ana, zoe, by=stage.root, at=NOON + 20 * MIN)
    assert await stage.rows("SELECT count(*), count(DISTINCT user_id) FROM user_sessions") == [(3, 1)]
    assert await stage.rows("SELECT ended_by FROM user_sessions WHERE id = 1") == [("merge",)]
    assert await stage.rows("SELECT count(*) FROM user_sessions WHERE is_active") == [(1,)]
    assert await stage.rows("SELECT user_id FROM session_analytics") == [(stage.ana,)]
    await undo.undo(stage.context, entry=receipt.undo, by=stage.root, at=NOON + 30 * MIN)
    assert await stage.rows("SELECT user_id, count(*) FROM user_sessions GROUP BY 1 ORDER BY 1") == [
        (stage.ana, 2), (zoe, 1),
    ]  # fmt: skip
    assert await everything(stage) == before
    assert len(await stage.rows("SELECT * FROM session_analytics")) == 2


async def test_nothing_of_the_name_is_left_in_projects_after_an_erasure(stage: Stage):
    _, zoe = await busy(stage)
    visits = await stage.rows("SELECT count(*) FROM user_sessions WHERE user_id = ?", zoe)
    await erasing.erase(stage.context, zoe, by=stage.root, at=NOON + HOUR)
    found = []
    for name, table in SQLModel.metadata.tables.items():
        columns = [column.name for column in table.columns]
        for row in await stage.rows(f'SELECT * FROM "{name}"'):
            cells = zip(columns, map(str, row), strict=False)
            found += [(name, column, cell) for column, cell in cells if "Quint" in cell]
    assert found == []
    assert await stage.rows("SELECT count(*) FROM user_sessions WHERE user_id = ?", zoe) == visits


_STAYS = {
    "session", "presence", "series", "template", "recording", "recording_opening",
    "attachment", "attachment_opening", "session_link", "recording_reader", "comment", "follow_up",
    "success_story", "person_merge", "clash", "refusal_tally", "session_change", "attendance_mark",
    "blocker", "goal", "user_sessions", "project", "engagement", "skill_practice",
    "presence_signal",
}  # fmt: skip
"""Tables in which the number of an erased person stays, so that figures and histories do."""


def test_no_table_that_names_a_person_is_forgotten_by_erasing():
    told = " ".join(emptied._EMPTIED)
    forgotten = {one.table for one in references() if one.table not in told and one.table not in _STAYS}
    # The room of logins ends and empties its own tables by ``end_of_person``.
    assert forgotten <= {"alert", "client", "login", "token", "password", "sign_in_failure"}


def test_all_that_is_kept_of_visits_is_handed_out():
    told = " ".join(sql for _, sql in KEPT.values())
    for table in ("user_sessions", "activity", "question", "session_analytics", "project"):
        assert table in told

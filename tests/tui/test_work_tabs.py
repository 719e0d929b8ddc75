"""The tabs Plan, Talk and Files by keys alone, on a real database: with undo, by right, and never in the past."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from sessiontui.domain.access import Actor
from sessiontui.domain.planning.words import BlockerKind, GoalState
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import boards
from sessiontui.services.files import keeping, linking
from sessiontui.services.files.shown import Files
from sessiontui.services.plans import blockers, goals
from sessiontui.services.plans.picture import Plan
from sessiontui.services.talk import writing
from sessiontui.services.talk.shown import Talk
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.widgets.detail import Tab
from tests.conftest import NOON, Stage
from tests.services.post_stage import make
from tests.tui.at_rest import at_rest

MIN = timedelta(minutes=1)


@dataclass
class Desk:
    """The console on one session, and what the services say of it."""

    stage: Stage
    session: int
    app: ConsoleApp
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        """Press keys, each when all that the one before set off is done."""
        for key in keys:
            text = key.removeprefix("type:")
            focused = self.app.focused
            if text != key and isinstance(focused, Input):
                focused.value = text
            elif text != key and isinstance(focused, TextArea):
                focused.insert(text)
            else:
                await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await at_rest(self.pilot)

    async def plan(self) -> Plan:
        found = (await boards.detail(self.stage.context, self.session, now=NOON, by=self.stage.root)).plan
        assert found is not None
        return found

    async def tree(self) -> list[tuple[str, int]]:
        return [(line.goal.title, line.depth) for line in (await self.plan()).goals]

    async def talk(self) -> Talk:
        found = (await boards.detail(self.stage.context, self.session, now=NOON, by=self.stage.root)).talk
        assert found is not None
        return found

    async def files(self) -> Files:
        found = (await boards.detail(self.stage.context, self.session, now=NOON, by=self.stage.root)).files
        assert found is not None
        return found

    @property
    def told(self) -> str:
        """What was told last."""
        return self.app.told[-1] if self.app.told else ""


Opened = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
async def session(stage: Stage) -> int:
    session_id = await make(stage, title="Parser", kind=Kind.WORK)
    for title in ("Find", "Fix", "Tell"):
        await goals.add(stage.context, session_id, title, by=stage.root, at=NOON)
    return session_id


@pytest.fixture
def opened(stage: Stage, session: int) -> Opened:
    @asynccontextmanager
    async def begin(tab: Tab, *, by: Actor | None = None, as_of: datetime | None = None) -> AsyncIterator[Desk]:
        port = ConsolePort(stage.context, by or stage.root, display=Display(), clock=lambda: NOON)
        if as_of is not None:
            port.as_of = as_of
        app = ConsoleApp(port, interval=None)
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(stage, session, app, pilot)
            await desk.settle()
            await desk.press("enter")
            app.desk.pane.open_tab(tab)
            await desk.settle()
            app.desk.pane.focus_body()
            await desk.settle()
            yield desk

    return begin


async def test_the_pane_offers_no_key_that_means_something_else_in_the_tab(opened: Opened):
    async with opened(Tab.PLAN) as desk:

        def offered() -> str:
            return desk.app.screen.query_one("#next").render().plain  # type: ignore[attr-defined]

        in_plan = offered()
        assert not {" m ", " e ", " x ", " N "} & {in_plan[at : at + 3] for at in range(len(in_plan))}
        desk.app.desk.pane.open_tab(Tab.OVERVIEW)
        await desk.settle()
        desk.app.desk.pane.focus_body()
        await desk.settle()
        assert offered() != in_plan, "the keys come back with the next tab"


async def test_goals_are_added_renamed_moved_and_finished_in_place(opened: Opened):
    async with opened(Tab.PLAN) as desk:
        await desk.press("n", "type:Narrow", "enter")
        assert await desk.tree() == [("Find", 0), ("Narrow", 0), ("Fix", 0), ("Tell", 0)]
        await desk.press("N", "type:By halves", "enter", "j", "greater_than_sign")
        assert ("By halves", 1) in await desk.tree()
        await desk.press("g", "e", "type:Look", "enter")
        assert (await desk.tree())[0][0] == "Look"
        await desk.press("G", "K")
        assert [title for title, depth in await desk.tree() if depth == 0][-2:] == ["Tell", "Fix"]
        await desk.press("space")
        (tell,) = [line.goal for line in (await desk.plan()).goals if line.goal.title == "Tell"]
        assert tell.state is GoalState.DONE
        await desk.press("z")
        (tell,) = [line.goal for line in (await desk.plan()).goals if line.goal.title == "Tell"]
        assert tell.state is GoalState.OPEN, "z takes back the last act, also from inside"


async def test_progress_weight_phase_and_needs_by_keys(opened: Opened):
    async with opened(Tab.PLAN) as desk:
        await desk.press("percent_sign", "type:40", "enter", "w", "type:3", "enter", "f", "enter", "i")
        goal = (await desk.plan()).goals[0].goal
        assert (goal.progress, goal.weight, str(goal.phase)) == (40, 3, "planning")
        assert goal.working_since == NOON
        await desk.press("j", "d", "enter")
        assert (await desk.plan()).goals[1].waits_for == ("Find",)
        await desk.press("space")
        assert "needs Find first" in desk.told
        await desk.press("k", "d", "enter")
        assert "wait for each other" in desk.told
        await desk.press("x")
        assert (await desk.plan()).goals[0].goal.state is GoalState.DROPPED
        await desk.press("j", "delete")
        assert await desk.tree() == [("Find", 0), ("Tell", 0)]
        await desk.press("z")
        assert len(await desk.tree()) == 3


async def test_milestone_check_and_blocker_by_keys(opened: Opened):
    async with opened(Tab.PLAN) as desk:
        await desk.press("m", "type:Half", "enter", "down", "enter", "type:1", "enter")
        await desk.press("c", "type:Told", "enter")
        await desk.press("b", "type:No key", "enter", "enter")
        plan = await desk.plan()
        assert [(one.title, one.threshold) for one in plan.milestones] == [("Half", 1)]
        assert [one.title for one in plan.checklist] == ["Told"]
        assert [(one.title, one.kind) for one in plan.open_blockers] == [("No key", BlockerKind.INFORMATION)]
        await desk.press("g", "space", "type:found it", "enter")
        assert (await desk.plan()).blockers[0].resolution == "found it"
        await desk.press("g", "space")
        assert (await desk.plan()).milestones[0].reached_at == NOON


async def test_the_palette_adds_to_the_plan_from_any_tab(opened: Opened):
    async with opened(Tab.OVERVIEW) as desk:
        await desk.press("colon", "type:goal Write it down", "enter")
        assert (await desk.tree())[-1] == ("Write it down", 0)
        await desk.press("colon", "type:check", "enter", "type:Read by two", "enter")
        await desk.press("colon", "type:blocker No key", "enter", "enter")
        await desk.press("colon", "type:milestone Halfway", "enter", "enter")
        plan = await desk.plan()
        assert ([one.title for one in plan.checklist], [one.title for one in plan.milestones]) == (
            ["Read by two"],
            ["Halfway"],
        )
        assert [one.title for one in plan.open_blockers] == ["No key"]


async def test_comments_are_written_answered_edited_and_deleted(opened: Opened):
    async with opened(Tab.TALK) as desk:
        await desk.press("w", "type:First", "ctrl+s")
        await desk.press("enter", "type:Second", "ctrl+s")
        assert [(one.body, one.depth) for one in (await desk.talk()).comments] == [("First", 0), ("Second", 1)]
        await desk.press("g", "f2", "type: of all", "ctrl+s")
        assert (await desk.talk()).comments[0].body == "First of all"
        assert (await desk.talk()).comments[0].before, "what it said before is kept"
        await desk.press("w", "type:half of a thou", "escape", "h", "l", "w")
        entry = desk.app.focused
        assert isinstance(entry, TextArea)
        assert entry.text == "half of a thou", "nothing that was typed is lost"
        await desk.press("escape", "g", "delete", "tab", "enter")
        assert (await desk.talk()).comments[0].deleted_at == NOON
        await desk.press("z")
        assert (await desk.talk()).comments[0].deleted_at is None


async def test_files_are_attached_opened_and_removed(opened: Opened, tmp_path: Path):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    async with opened(Tab.FILES) as desk:
        await desk.press("w", f"type:{tmp_path / 'a.txt'}", "enter")
        (tmp_path / "a.txt").write_text("two", encoding="utf-8")
        await desk.press("w", f"type:{tmp_path / 'a.txt'}", "enter")
        assert [(one.name, one.version) for one in (await desk.files()).files] == [("a.txt", 2), ("a.txt", 1)]
        await desk.press("ctrl+l", "type:https://wiki.example.org/parser", "enter", "type:The page", "enter")
        assert [one.title for one in (await desk.files()).links] == ["The page"]
        await desk.press("g", "enter", f"type:{tmp_path / 'out.txt'}", "enter", "escape")
        assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "two"
        assert (await desk.files()).files[0].opened == 1, "who opened it is written down"
        await desk.press("g", "delete", "enter", "tab", "enter")
        assert [one.version for one in (await desk.files()).files] == [1]
        await desk.press("z")
        assert [one.version for one in (await desk.files()).files] == [2, 1]


async def test_a_participant_reads_and_changes_nothing(stage: Stage, session: int, opened: Opened):
    await writing.comment(stage.context, session, "Secret", by=stage.root, at=NOON)
    await keeping.attach(
        stage.context, session, keeping.FileDraft(content=b"x", name="x.txt"), by=stage.root, at=NOON
    )
    dora = Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
    async with opened(Tab.PLAN, by=dora) as desk:
        for key in ("n", "space", "delete", "m", "c", "b"):
            await desk.press(key)
            assert len(desk.app.screen_stack) == 2, f"{key} asks nothing"
            assert "only where they host" in desk.told
        assert len(await desk.tree()) == 3
    for tab, words in ((Tab.TALK, "You may not read"), (Tab.FILES, "You may not see")):
        async with opened(tab, by=dora) as desk:
            await desk.press("w")
            text = "\n".join(strip.text for strip in desk.app.screen._compositor.render_strips())
            assert words in text
    assert len(await _comments(stage, session)) == 1


async def test_the_past_is_read_only_and_says_what_was_there(stage: Stage, session: int, opened: Opened):
    await goals.edit(stage.context, 1, goals.GoalEdit(title="Later"), by=stage.root, at=NOON + 5 * MIN)
    await linking.add(stage.context, session, "https://x.example", by=stage.root, at=NOON + 5 * MIN)
    async with opened(Tab.PLAN, as_of=NOON + MIN) as desk:
        body = desk.app.desk.pane.body
        assert body is not None
        shown = desk.app.desk.pane.detail
        assert shown is not None
        assert shown.plan is not None
        assert shown.plan.goals[0].goal.title == "Find"
        assert shown.files is not None
        assert shown.files.links == ()
        for key in ("n", "space", "delete", "b"):
            await desk.press(key)
            assert "past is read-only" in desk.told
    assert (await goals_of(stage, session))[0] == "Later"


async def test_blockers_of_goals_stand_beside_them(stage: Stage, session: int, opened: Opened):
    await blockers.open_blocker(
        stage.context, session, "No key", by=stage.root, at=NOON, kind=BlockerKind.PEOPLE, goal_id=2
    )
    async with opened(Tab.PLAN) as desk:
        await desk.press("j", "j", "x")
        states = [line.goal.state for line in (await desk.plan()).goals]
        assert states == [GoalState.OPEN, GoalState.DROPPED, GoalState.OPEN]


async def _comments(stage: Stage, session: int) -> list[tuple[object, ...]]:
    return await stage.rows("SELECT id FROM comment WHERE session_id = ?", session)


async def goals_of(stage: Stage, session: int) -> list[str]:
    rows = await stage.rows("SELECT title FROM goal WHERE session_id = ? ORDER BY id", session)
    return [str(row[0]) for row in rows]


async def test_the_line_of_keys_offers_none_that_means_something_else_in_the_tab(opened: Opened):
    async with opened(Tab.PLAN) as desk:
        offered = {hint.key for hint in desk.app.desk.keys._hints}
        assert {"esc", "D"} <= offered
        assert not offered & {"e", "enter", "space", "x"}, "these change the plan"

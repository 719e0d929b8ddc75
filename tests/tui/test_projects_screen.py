"""Screen 5 by keys alone: projects are made and worked on, items move between the lists, visits begin and end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.widgets import Input, TextArea

from sessiontui.domain.health import Band
from sessiontui.domain.visits.advising import Obstacle, Step, StepRule
from sessiontui.domain.visits.condition import Condition, Part
from sessiontui.domain.visits.words import BlockerType, ItemState, Priority
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services.projects import changing, items, listing, questions
from sessiontui.services.projects.listing import HereNow, ItemLine, ProjectLine, ProjectPage, VisitLine
from sessiontui.services.visits import going
from sessiontui.services.visits.summing import Summary
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.present import project_parts as parts
from sessiontui.tui.present import projects as present
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.projects import TABS, ProjectsScreen
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.tui.at_rest import at_rest, until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def settle(pilot) -> None:  # type: ignore[no-untyped-def]
    await at_rest(pilot)


async def opened(pilot) -> None:  # type: ignore[no-untyped-def]
    """Wait for a dialog, while the command that asks waits for its answer."""
    await until(pilot, lambda: pilot.app.screen.query("#text"))


async def furnished(stage: Stage) -> int:
    context, told = stage.context, {"by": stage.root}
    here = (await changing.add(context, "Harbour app", at=NOON - DAY, **told)).project or 0
    for title, state in (("Ferry", "exploring"), ("Tides", "exploring"), ("Theme", "parked")):
        await items.add(context, here, title, at=NOON - DAY, state=ItemState(state), **told)
    await questions.ask(context, here, "Who signs?", at=NOON - 3 * DAY, **told)
    await going.start(context, stage.ana, here, at=NOON - HOUR / 4, **told)
    return here


def console(stage: Stage, **given: object) -> ConsoleApp:
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: NOON, **given)  # type: ignore[arg-type]
    return ConsoleApp(port, interval=None)


async def states(stage: Stage) -> dict[str, str]:
    page = await listing.page(stage.context, 1, by=stage.root, now=NOON)
    return {one.title: str(one.state) for one in page.items}


async def test_an_item_goes_from_list_to_list_by_a_key_and_back_by_undo(stage: Stage):
    await furnished(stage)
    app = console(stage)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ProjectsScreen)
        await pilot.press("enter", "right")
        await settle(pilot)
        assert screen.items.item is not None
        title = screen.items.item.title
        await pilot.press("less_than_sign")
        await settle(pilot)
        assert (await states(stage))[title] == "decided"
        assert (screen.items.item.title, screen.items.item.state) == (title, ItemState.DECIDED)
        await pilot.press("less_than_sign")  # there is no list further left
        await settle(pilot)
        assert (await states(stage))[title] == "decided"
        await pilot.press("z")
        await settle(pilot)
        assert (await states(stage))[title] == "exploring"
        await pilot.press("greater_than_sign")
        await settle(pilot)
        assert (await states(stage))[title] == "parked"


async def test_a_project_is_made_asked_in_and_visited_by_keys(stage: Stage):
    app = console(stage)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert "n adds the first" in str(app.screen.query_one("#picture").render())
        await pilot.press("n")
        await opened(pilot)
        app.screen.query_one("#text", Input).value = "Harbour app"
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("u")
        await opened(pilot)
        app.screen.query_one("#text", TextArea).text = "Who signs?"
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("S")
        await settle(pilot)
        assert await stage.rows("SELECT user_id, is_active FROM user_sessions") == [(stage.root.id, 1)]
        await pilot.press("S")
        await settle(pilot)
        assert await stage.rows("SELECT ended_by FROM user_sessions") == [("person",)]
        page = await listing.page(stage.context, 1, by=stage.root, now=NOON)
        assert (page.line.name, page.questions[0].text) == ("Harbour app", "Who signs?")
        await pilot.press("y")
        await settle(pilot)
        assert app.screen is app.desk


@pytest.mark.parametrize("size", [(60, 20), (120, 36)])
async def test_every_tab_is_drawn_at_every_size(stage: Stage, size: tuple[int, int]):
    await furnished(stage)
    app = console(stage)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        await pilot.press("enter")
        screen = app.screen
        assert isinstance(screen, ProjectsScreen)
        for place, name in enumerate(TABS):
            screen._show_tab(place)
            await pilot.pause()
            sheet = screen.query_one("#sheet")
            assert sheet.render().plain.strip() or name == "Items", name  # type: ignore[union-attr]
            assert all(line.cell_length <= size[0] for line in sheet.render().split("\n"))  # type: ignore[union-attr]


async def test_nothing_is_written_in_a_console_for_reading(stage: Stage):
    await furnished(stage)
    app = console(stage, as_of=NOON - HOUR)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        await pilot.press("S")
        await settle(pilot)
        assert any("past is read-only" in told for told in _told(app))
        assert len(await stage.rows("SELECT * FROM user_sessions")) == 1


async def test_the_past_shows_what_was_true_then(stage: Stage):
    here = await furnished(stage)
    await questions.ask(stage.context, here, "Which quay?", by=stage.root, at=NOON - HOUR)
    app = console(stage, as_of=NOON - 2 * HOUR)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ProjectsScreen)
        sheet = screen.query_one("#sheet", Sheet)
        assert "Who signs?" in sheet.content_drawn.plain
        assert "Which quay?" not in sheet.content_drawn.plain
        assert "Nobody" in sheet.content_drawn.plain.partition("At work then")[2]
    app = console(stage, as_of=NOON - 9 * DAY)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert "There was no project then" in str(app.screen.query_one("#picture").render())


def _told(app: ConsoleApp) -> list[str]:
    return [str(one.message) for one in app._notifications]


# Drawing


def line(**given: object) -> ProjectLine:
    told: dict[str, object] = {
        "id": 1, "slug": "harbour-app", "name": "Harbour app", "description": "", "created_at": NOON,
        "archived_at": None, "last_active": NOON - 2 * HOUR, "decided": 5, "exploring": 3, "parked": 1,
        "questions": 2, "blockers": 1, "condition": Condition(parts=(Part("blockers", 70, "1 blocker"),)),
        "here": (HereNow(person_id=2, person="Ana", since=NOON - HOUR, last=NOON),),
    }  # fmt: skip
    return ProjectLine(**{**told, **given})  # type: ignore[arg-type]


def summary(**given: object) -> Summary:
    told: dict[str, object] = {
        "taken_at": NOON, "person_id": 1, "project_id": 1, "project": "Harbour app", "before": NOON - 3 * DAY,
        "visit_since": None, "decided": (), "exploring": (), "parked": (), "questions": (), "steps": (),
        "blockers": (),
    }  # fmt: skip
    return Summary(**{**told, **given})  # type: ignore[arg-type]


def test_the_heading_says_when_it_was_active_last_and_when_one_was_there_oneself():
    said = present.heading(line(), summary(), NOON, Look(), 80).plain
    assert said.startswith("Last active: 2 hours ago · you: 3 days ago · 70 good")
    assert "1 blocker" in said
    here = present.heading(line(), summary(visit_since=NOON - HOUR), NOON, Look(), 80).plain
    assert "you are here since 11:00" in here
    assert Condition(parts=(Part("x", 70, ""),)).band is Band.GOOD


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [40, 58, 99, 100])
def test_four_cards_of_one_height_and_steps_with_colour_and_word(width: int, ascii_only: bool):
    look = Look(ascii=ascii_only)
    steps = (
        Step(rule=StepRule.ANSWER, priority=Priority.HIGH, text="Answer: Who?", fact="asked 3 d ago"),
        Step(rule=StepRule.DECIDE, priority=Priority.MEDIUM, text="Decide", fact="exploring for 9 d"),
    )
    blocker = Obstacle(type=BlockerType.MISSING, text="the key", since=NOON, fact="reported just now")
    page = ProjectPage(taken_at=NOON, line=line(), summary=summary(steps=steps, blockers=(blocker,)))
    drawn = present.overview(page, look, width)
    assert all(one.cell_length <= width for one in drawn.split("\n"))
    for word in (
        "Decided since",
        "Exploring",
        "Parked",
        "question",
        "HIGH",
        "MEDIUM",
        "Missing: the key",
    ):
        assert word.lower() in drawn.plain.lower()
    assert not ascii_only or drawn.plain.isascii()
    styles = {drawn.plain[span.start : span.end].strip(): str(span.style) for span in drawn.spans}
    assert "ended-no-show" in styles["HIGH"]
    assert "has-requests" in styles["MEDIUM"]


def test_visits_stand_on_a_line_of_time_with_a_row_for_each_person():
    def visit(number: int, who: str, ago: float, minutes: int | None) -> VisitLine:
        start = NOON - ago * HOUR
        end = None if minutes is None else start + timedelta(minutes=minutes)
        return VisitLine(
            id=number, person_id=len(who), person=who, started_at=start, ended_at=end, last_activity=end or NOON,
            activities=2, ended_by="" if minutes is None else "idle", decided=1,
        )  # fmt: skip

    told = (visit(1, "Ana", 0.5, None), visit(2, "Bobby", 2, 60), visit(3, "Ana", 5, 30))
    drawn = parts.visits(ProjectPage(taken_at=NOON, line=line(), visits=told), Look(), 72).plain.splitlines()
    assert drawn[0].split() == ["06:00", "now"]
    assert drawn[1].startswith("Ana")
    assert drawn[1].rstrip().endswith("▶")
    assert drawn[2].startswith("Bobby")
    assert "still here · decided 1 item · 2 signs of work" in drawn[4]
    assert parts.visits(ProjectPage(taken_at=NOON, line=line()), Look(), 60).plain.startswith("Nobody was at work")


def test_an_item_is_told_with_its_history():
    one = ItemLine(
        id=3, title="Ferry", note="Soon", state=ItemState.DECIDED, since=NOON, created_by="Ana", session_id=7,
        session="Round", reopened_at=None,
        history=((ItemState.EXPLORING, NOON - DAY, "Ana", ""), (ItemState.DECIDED, NOON, "Bob", "it is time")),
    )  # fmt: skip
    said = parts.item_told(one, NOON, Look(), 80).plain
    for word in ("Ferry #3", "✓ Decided", "in Round #7", "Soon", "Bob  it is time", "exploring"):
        assert word in said

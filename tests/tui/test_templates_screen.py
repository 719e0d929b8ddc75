"""Screen 6 and the form of a session: a template is chosen, fills the form, is edited and retired, by keys alone."""

from __future__ import annotations

from datetime import timedelta

from textual.widgets import Input, SelectionList

from sessiontui.domain.templates.lasting import propose
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.suggesting import Suggestion
from sessiontui.domain.vocabulary import Kind
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services.templates.listing import Offer
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.dialogs.template_fill import filled
from sessiontui.tui.dialogs.template_form import TemplateForm
from tests.conftest import NOON, Stage
from tests.tui.at_rest import at_rest, until


def offer(slug: str) -> Offer:
    template = packaged()[slug]
    return Offer(
        template=template,
        version=1,
        suggestion=Suggestion(slug, template.name, 0, ()),
        lasting=propose(template.minutes, [timedelta(minutes=40)] * 5),
    )


def test_a_template_fills_what_nobody_typed_over_and_gives_way_to_the_next():
    usual = Typed(zone="UTC")
    first = filled(usual, None, offer("bug-fix"), usual=usual)
    assert (first.title, first.kind, first.length, first.tags) == (
        "Fix: ",
        Kind.WORK,
        "40 min",
        "bug, fix, debugging",
    )
    from dataclasses import replace

    typed = replace(first, title="Fix: the parser", tags="mine")
    second = filled(typed, offer("bug-fix"), offer("group-coaching"), usual=usual)
    assert (second.title, second.kind, second.capacity, second.tags) == (
        "Group: the parser",
        Kind.COACHING,
        "8",
        "mine",
    )
    none = filled(second, offer("group-coaching"), None, usual=usual)
    assert none == replace(usual, title="the parser", tags="mine")


async def settle(pilot) -> None:  # type: ignore[no-untyped-def]
    await at_rest(pilot)


async def test_a_session_is_made_from_a_template_with_a_goal_left_out(stage: Stage):
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: NOON)
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("6")
        await settle(pilot)
        await pilot.press("down", "down", "up", "up")  # Bug Fix is the first
        await settle(pilot)
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, SessionForm) and app.screen.query_one("#title-text", Input).value
        )
        form = app.screen
        assert isinstance(form, SessionForm)
        title = form.query_one("#title-text", Input)
        assert title.value == "Fix: "
        assert not form.is_unsaved
        title.value = "Fix: parser"
        form.query_one("#start-text", Input).value = "tomorrow 9:00"
        form.query_one(SelectionList).deselect("alike")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is not form)
    found = await stage.rows("SELECT title, kind, (ends_at - starts_at) / 60000 FROM session")
    assert found == [("Fix: parser", "work", 90)]
    goals = [row[0] for row in await stage.rows("SELECT title FROM goal")]
    assert len(goals) == 6
    assert "Look for the same mistake elsewhere" not in goals


async def test_what_is_wrong_with_a_template_stands_beside_its_field_and_the_plan_tells_its_line(stage: Stage):
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: NOON)
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("6")
        await settle(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, TemplateForm))
        form = app.screen
        assert isinstance(form, TemplateForm)
        form.query_one("#minutes-text", Input).value = "0"
        plan = form.query_one("#plan-text")
        plan.text = '[[goals]]\ntitle = "A"\nweight = "x"\n'  # type: ignore[attr-defined]
        await pilot.pause()
        assert form.field("minutes-field").error == "0 is not between 1 and 10080"
        assert form.field("goals-field").error.startswith("line 3, goals 1, weight")
        form.query_one("#minutes-text", Input).value = "75"
        plan.text = '[[goals]]\ntitle = "A"\n'  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is not form)
    assert await stage.rows("SELECT version, json_extract(body, '$.minutes') FROM template_version ORDER BY id") == [
        (1, 90), (2, 75),
    ]  # fmt: skip

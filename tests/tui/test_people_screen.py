"""Screen 4: the list with filter and sorting, one person whole, and the acts on whoever is under the cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList

from sessiontui.domain.access import Actor
from sessiontui.domain.clashes import Clashes
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import people, sessions
from sessiontui.services.sessions import SessionDraft
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.screens.people import PeopleScreen
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.services.test_people_pages import HOUR, held, make
from tests.tui.at_rest import at_rest


@asynccontextmanager
async def opened(
    stage: Stage,
    *,
    actor: Actor | None = None,
    size: tuple[int, int] = (120, 36),
    ascii_only: bool = False,
    key: str = "4",
    now=NOON + 3 * HOUR,
    as_of: datetime | None = None,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    port = ConsolePort(stage.context, actor or stage.root, display=Display(ascii=ascii_only), clock=lambda: now)
    port.settled.set()
    port.as_of = as_of
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press(key)
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


def text(app: ConsoleApp, place: str = "#sheet") -> str:
    return app.screen.query_one(place, Sheet).content_drawn.plain


def screen_of(app: ConsoleApp) -> PeopleScreen:
    assert isinstance(app.screen, PeopleScreen)
    return app.screen


def names(app: ConsoleApp) -> list[str]:
    return [row.cells[0].plain for row in screen_of(app).people.rows]


async def test_the_list_is_filtered_sorted_and_a_wrong_term_is_said(stage: Stage):
    await held(stage)
    async with opened(stage) as (app, pilot):
        assert names(app) == ["Ana", "Bob", "Cyd", "Root"]
        assert text(app, "#counts") == "4 people"
        await pilot.press("o")
        await settle(pilot)
        assert names(app) == ["Cyd", "Bob", "Ana", "Root"]
        await pilot.press("slash", *"role:mentor", "enter")
        await settle(pilot)
        assert names(app) == ["Bob"]
        await pilot.press("slash", *" has:wings", "enter")
        await settle(pilot)
        assert "has:wings" in text(app, "#picture")
        app.screen.query_one("#filter", Input).value = "nobody"
        await settle(pilot)
        assert "Nobody fits" in text(app, "#picture")


async def test_in_the_past_it_says_that_people_are_those_of_the_present(stage: Stage):
    async with opened(stage, as_of=NOON) as (app, _):
        assert text(app, "#counts") == "4 people, as they are now"


async def test_one_person_whole_tab_by_tab(stage: Stage):
    await held(stage)
    async with opened(stage) as (app, pilot):
        assert "ana@example.org" in text(app)
        await pilot.press("enter", "right")
        await settle(pilot)
        assert "Grief circle" in text(app)
        await pilot.press("right")
        await settle(pilot)
        assert "1/1 came" in text(app)
        await pilot.press("right")
        await settle(pilot)
        assert "approved" in text(app)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert app.screen is app.desk


async def test_a_mentors_page_is_opened_from_the_session(stage: Stage):
    await held(stage)
    async with opened(stage, key="1") as (app, pilot):
        app.set_query("next")
        await settle(pilot)
        app.action_command("mentor")
        await settle(pilot)
        assert "Free and busy" in text(app)
        assert "Next circle" in text(app)
        assert "Show-up" in text(app)


async def test_a_note_a_merge_and_an_erasure_by_key(stage: Stage):
    await held(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("N")
        await settle(pilot)
        assert str(app.screen.query_one("#keep", Button).label) == "Do not save", "nothing is sent here"
        await pilot.press(*"mornings", "ctrl+s")
        await settle(pilot)
        assert "Wrote a note on Ana" in app.told[-1]
        await pilot.press("M")
        await settle(pilot)
        assert app.screen.query_one(OptionList).option_count == 3, "nobody is merged into themselves"
        await pilot.press(*"cyd", "enter")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        assert "Merged Cyd (#4) into Ana (#2)" in app.told[-1]
        assert names(app) == ["Ana", "Bob", "Root"]
        await pilot.press("z")
        await settle(pilot)
        assert len(await people.everyone(stage.context)) == 4
        await pilot.press("X")
        await settle(pilot)
        app.screen.query_one("#typed", Input).focus()
        await pilot.press(*"Ana", "enter")
        await settle(pilot)
        assert "Erased person #2" in app.told[-1]


async def test_a_person_is_added_and_edited_in_a_form(stage: Stage):
    async with opened(stage) as (app, pilot):
        await pilot.press("n", *"Dee", "tab", *"not an address", "enter")
        await settle(pilot)
        assert not isinstance(app.screen, PeopleScreen), "the form stays and says what is wrong"
        app.screen.query_one("#email-text", Input).value = "dee@example.org"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert names(app) == ["Ana", "Bob", "Cyd", "Dee", "Root"]
        await pilot.press("e")
        await settle(pilot)
        app.screen.query_one("#phone-text", Input).value = "+34 600"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "+34 600" in text(app)


async def test_a_mentor_sees_themselves_alone_and_keys_are_dimmed_with_why(stage: Stage):
    await held(stage)
    async with opened(stage, actor=Actor(stage.bob, "Bob", Role.MENTOR)) as (app, pilot):
        assert names(app) == ["Bob"]
        assert "As a mentor" not in text(app)
        await pilot.press("X")
        await settle(pilot)
        assert "a mentor may not manage people" in app.told[-1]


async def test_hostile_names_stay_in_their_cells(stage: Stage):
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, name="[red]Ana\x1b[31m\u202e evil")
    for size, ascii_only in (((60, 20), False), ((80, 24), True)):
        async with opened(stage, size=size, ascii_only=ascii_only) as (app, pilot):
            assert any("[red]Ana" in name and "\x1b" not in name and "\u202e" not in name for name in names(app))
            await pilot.press("enter")
            await settle(pilot)
            assert "\x1b" not in text(app, "#who") + text(app)


async def test_a_double_booking_by_key_asks_and_a_form_is_saved_twice(stage: Stage):
    assert stage.context.clashes == Clashes()
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, role=Role.MENTOR)
    await make(stage, "Grief circle", mentor=stage.bob)
    free = SessionDraft(title="Free", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, publish=True)
    await sessions.create(stage.context, free, by=stage.root, at=NOON)
    async with opened(stage, key="1", now=NOON) as (app, pilot):
        app.set_query("free")
        await settle(pilot)
        for answer, mentor in (("enter", None), (("right", "enter"), stage.bob)):
            await pilot.press("R")
            await settle(pilot)
            await pilot.press(*"bob", "enter")
            await settle(pilot)
            await pilot.press(*((answer,) if isinstance(answer, str) else answer))
            await settle(pilot)
            assert await stage.rows("SELECT mentor_id FROM session WHERE title = 'Free'") == [(mentor,)]
        assert "double booking: Bob is booked in Grief circle" in app.told[-1]

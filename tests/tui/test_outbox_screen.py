"""Screen 9: what presses on top, the mail as it is read, sending again, the trail and its chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import interventions
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.screens.outbox import OutboxScreen
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.services.post_stage import MIN, deliver, letters, make, person
from tests.tui.at_rest import at_rest


@asynccontextmanager
async def opened(
    stage: Stage, *, actor: Actor | None = None, size: tuple[int, int] = (120, 36), ascii_only: bool = False
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    port = ConsolePort(
        stage.context, actor or stage.root, display=Display(ascii=ascii_only), clock=lambda: NOON + MIN
    )
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("9")
        await settle(pilot)
        assert isinstance(app.screen, OutboxScreen)
        yield app, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


def text(app: ConsoleApp, place: str) -> str:
    return app.screen.query_one(place, Sheet).content_drawn.plain


async def written(stage: Stage) -> int:
    """Three letters: one sent, one dead, one uncertain."""
    dee = await person(stage, "Dee\x1b[31m", email="dee@example.org")
    session_id = await make(stage, stage.ana, stage.bob, dee)
    await interventions.message(stage.context, [session_id], "Bring a pen", by=stage.root, at=NOON)
    await deliver(stage, NOON + MIN)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET state = 'dead', last_error = 'no such mailbox' WHERE name = 'Ana'")
        await tx.run("UPDATE notification SET state = 'uncertain' WHERE name = 'Bob'")
    return session_id


async def test_what_did_not_arrive_is_on_top_with_its_error_and_text(stage: Stage):
    await written(stage)
    async with opened(stage) as (app, _):
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        assert [row.cells[0].plain for row in screen.letters.rows] == ["? uncertain", "✖ dead", "✓ sent"]
        assert text(app, "#counts").startswith("✖ 1 dead   ? 1 uncertain")
        await _.press("down")
        await settle(_)
        assert "no such mailbox" in text(app, "#text")
        assert "Bring a pen" in text(app, "#text")


async def test_sending_again_writes_a_new_record_once(stage: Stage):
    await written(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("R")
        await settle(pilot)
        assert await letters(stage, "name, state, resend_of") == [
            ("Ana", "dead", None), ("Bob", "uncertain", None), ("Dee\x1b[31m", "sent", None), ("Bob", "pending", 2),
        ]  # fmt: skip
        assert "Sent again to Bob" in app.told[-1]
        await pilot.press("/", *"uncertain", "enter")
        await settle(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert "again already" in app.told[-1]
        assert len(await letters(stage)) == 4


async def test_the_filter_narrows_and_escape_leads_back(stage: Stage):
    await written(stage)
    async with opened(stage) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        await pilot.press("/", *"dead ana", "enter")
        await settle(pilot)
        assert len(screen.letters.rows) == 1
        await pilot.press("/", *" zzz", "enter")
        await settle(pilot)
        assert "Nothing holds all these words" in text(app, "#picture")
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is app.desk


async def test_the_trail_is_shown_and_verified_and_a_forged_entry_is_found(stage: Stage):
    await written(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("right")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        assert "the chain is whole" in text(app, "#counts")
        assert "wrote to Ana, Bob" in screen.entries.rows[0].cells[3].plain
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            await tx.run("UPDATE audit_entry SET sentence = 'nothing' WHERE id = 3")
        await pilot.press("V")
        await settle(pilot)
        assert "broken at entry #3" in text(app, "#counts")
        assert app.focused is screen.entries
        box = screen.query_one("#filter", Input)
        assert box.value == ""


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 48), (200, 60), (20, 5)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_it_fits_every_size_and_nothing_raw_is_drawn(stage: Stage, size: tuple[int, int], ascii_only: bool):
    await written(stage)
    async with opened(stage, size=size, ascii_only=ascii_only) as (app, pilot):
        await pilot.press("down", "down")
        await settle(pilot)
        drawn = app.export_screenshot()
        assert "\x1b" not in drawn
        if ascii_only and size[0] >= 80:
            assert "x dead" in "".join(row.cells[0].plain + " " for row in app.screen.letters.rows)


async def test_who_may_not_see_it_is_told_so(stage: Stage):
    await written(stage)
    async with opened(stage, actor=Actor(stage.cyd, "Cyd", Role.VIEWER)) as (app, pilot):
        assert "may not see the outbox" in text(app, "#picture")
        await pilot.press("R")
        await settle(pilot)
        assert len(await letters(stage)) == 3


async def test_y_shows_the_session_on_the_desk(stage: Stage):
    session_id = await written(stage)
    async with opened(stage) as (app, pilot):
        await pilot.press("y")
        await settle(pilot)
        assert app.screen is app.desk
        assert app.desk.scene().query == f"id:{session_id}"

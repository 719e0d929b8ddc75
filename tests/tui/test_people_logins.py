"""Screen 4, the tab Logins: how somebody's logins stand, and the keys that end, refresh and unlock them."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.services import logins
from sessiontui.services.logins import clients, shown
from sessiontui.services.people import page
from sessiontui.tui.app import ConsoleApp
from tests.conftest import NOON, Stage
from tests.tui.test_people_screen import opened, screen_of, settle, text

MIN = timedelta(minutes=1)
NOW = NOON + 20 * MIN


async def signed_in(stage: Stage) -> None:
    """Sign a client of Root's in from two places, of which one signs out."""
    added = await clients.add(
        stage.context, "Ops scripts", "read write", by=stage.root, at=NOON - MIN, person_id=stage.root.id
    )
    await logins.sign_in(stage.context, key=added.shown, device="ops laptop", at=NOON)
    gone = await logins.sign_in(stage.context, key=added.shown, device="old phone", at=NOON)
    await logins.sign_out(stage.context, gone.refresh_token, at=NOON + MIN)
    await logins.flush(stage.context, at=NOON + MIN)


def footer(app: ConsoleApp) -> dict[str, str]:
    return {hint.key: hint.label for hint in screen_of(app).keys._hints}


async def test_logins_are_told_with_the_keys_that_act_on_them(stage: Stage):
    await signed_in(stage)
    async with opened(stage, now=NOW) as (app, pilot):
        screen = screen_of(app)
        screen.open_person(stage.root.id or 0, tab="Logins")
        await settle(pilot)
        told = text(app)
        assert told.index("ops laptop") < told.index("old phone")
        assert "open for 20 m" in told
        assert "last seen 20 m" in told
        assert "signed out" in told
        assert footer(app)["x"] == "end all"
        assert "X" not in footer(app)
        assert [line.device for line in screen_of(app).scene().logins if not line.ended_why] == ["ops laptop"]
        await pilot.press("R")
        await settle(pilot)
        assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action LIKE 'login%refresh%'") == [(1,)]
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert await stage.rows("SELECT ended_why FROM login ORDER BY id") == [("revoked",), ("signed_out",)]
        await pilot.press("right")
        await settle(pilot)
        assert screen_of(app).scene().logins == ()
        assert footer(app)["X"] == "erase"


async def test_on_another_tab_the_keys_of_logins_say_where_they_are(stage: Stage):
    await signed_in(stage)
    async with opened(stage, now=NOW) as (app, pilot):
        screen_of(app).open_person(stage.root.id or 0)
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        assert any("tab Logins" in str(one.message) for one in app._notifications)
        assert await stage.rows("SELECT count(*) FROM login WHERE ended_at IS NULL") == [(1,)]


async def test_nobody_sees_the_logins_of_others_without_the_right(stage: Stage):
    await signed_in(stage)
    seen = await page.page(stage.context, stage.root.id or 0, by=stage.root, now=NOW)
    assert [line.device for line in seen.logins or ()] == ["ops laptop", "old phone"]
    ana = Actor(id=stage.ana, name="Ana", role=Role.PARTICIPANT)
    own = await page.page(stage.context, stage.ana, by=ana, now=NOW)
    assert own.logins == ()
    assert await shown.of_person(stage.context, stage.root.id or 0, by=ana, now=NOW) is None

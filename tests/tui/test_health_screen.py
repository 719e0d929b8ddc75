"""Screen 8: parts and trend, jobs, logins that are ended, refreshed and unlocked by key, calls, errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import TokenReuse
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import jobs, leading, logins
from sessiontui.services.logins import Tokens, hashing, noting, passwords
from sessiontui.services.measuring import checking, endpoints
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.screens.health import HealthScreen
from sessiontui.tui.screens.health_pages import Page
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.services.logins.desk import MIN, make_client
from tests.tui.at_rest import at_rest

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def opened(
    stage: Stage,
    *keys: str,
    actor: Actor | None = None,
    size: tuple[int, int] = (120, 36),
    ascii_only: bool = False,
    read_only: bool = False,
) -> AsyncIterator[tuple[ConsoleApp, HealthScreen, Pilot[None]]]:
    port = ConsolePort(stage.context, actor or stage.root, display=Display(ascii=ascii_only), clock=lambda: NOON)
    port.read_only = read_only
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "8")
        screen = app.screen
        assert isinstance(screen, HealthScreen)
        await press(pilot, *keys)
        yield app, screen, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def text(screen: HealthScreen, place: str) -> str:
    return screen.query_one(place, Sheet).content_drawn.plain


def column(screen: HealthScreen, place: int) -> list[str]:
    return [row.cells[place].plain for row in screen.logins.rows]


async def signed(stage: Stage, n: int = 3, person_id: int | None = None, name: str = "portal") -> list[Tokens]:
    key = await make_client(stage, name, person_id=person_id)
    made = [await logins.sign_in(stage.context, key=key, device=f"{name} {i}", at=NOON - 20 * MIN) for i in range(n)]
    for number, tokens in enumerate(made):
        noting.note_seen(stage.context, tokens.login_id, at=NOON - number * MIN)
    await logins.flush(stage.context, at=NOON)
    return made


async def ended(stage: Stage) -> set[int]:
    return {int(str(row[0])) for row in await stage.rows("SELECT id FROM login WHERE ended_at IS NOT NULL")}


async def test_the_parts_stand_in_order_of_trouble_with_their_trend(stage: Stage):
    for hour, score in ((20, 100), (10, 40), (1, 90)):
        await checking.keep_point(stage.context, score=score, worst="disk", at=NOON - timedelta(hours=hour))
    async with opened(stage) as (_, screen, _pilot):
        parts = text(screen, "#parts").splitlines()
        assert parts[0].startswith("worker")
        assert "no worker leads" in parts[0]
        assert {line.split()[0] for line in parts if line[0] != " "} >= {"api", "logins", "cache", "clock", "backup"}
        head = text(screen, "#counts")
        assert head.startswith("0 critical  because of worker  24 h ")
        assert {"█", "▄"} <= set(head)


async def test_a_job_is_run_paused_and_resumed_by_key(stage: Stage):
    lease = await leading.take(stage.context, holder="console 1 on ops", at=NOON)
    assert lease is not None
    await jobs.name_all(stage.context, [("tick", SECOND)], at=NOON, epoch=lease.epoch)
    async with opened(stage, "r", "P") as (app, _, pilot):
        assert [row[0] for row in await stage.rows("SELECT paused FROM job")] == [1]
        await press(pilot, "P")
        assert [row[0] for row in await stage.rows("SELECT paused FROM job")] == [0]
        assert list(app.told)[-3:] == ["tick is run now", "tick is paused", "tick goes on"]
        await press(pilot, "S", "enter", "S", "tab", "enter")
        assert (await stage.rows("SELECT paused FROM job"), app.told[-1]) == ([(1,)], "Paused 1 job")
        await settle(pilot)
        await press(pilot, "S")
        assert (await stage.rows("SELECT paused FROM job"), app.told[-1]) == ([(0,)], "Resumed 1 job")


async def test_logins_are_listed_and_shown_whole(stage: Stage):
    await signed(stage)
    async with opened(stage, "right") as (_, screen, pilot):
        assert screen.pages.open is Page.LOGINS
        assert column(screen, 0) == ["● fresh"] * 3
        assert text(screen, "#counts").startswith("3 live")
        assert "fine: its access token lives for 40 min" in text(screen, "#text")
        await press(pilot, "down")
        assert "portal 1" in text(screen, "#text")
        screen.query_one("#filter", Input).value = "portal device:2"
        await press(pilot, "slash", "enter")
        assert column(screen, 3) == ["portal 2"]
        screen.query_one("#filter", Input).value = "colour:red"
        await press(pilot, "slash", "enter")
        assert "not a term" in text(screen, "#picture")


async def test_ending_one_asks_with_the_focus_on_keep(stage: Stage):
    made = await signed(stage)
    async with opened(stage, "right", "X") as (app, _, pilot):
        assert isinstance(app.focused, Button)
        assert app.focused.id == "keep"
        await press(pilot, "enter")
        assert await ended(stage) == set()
        await press(pilot, "X", "tab", "enter")
        assert await ended(stage) == {made[0].login_id}
        assert app.told[-1] == "Ended 1 login of portal"


async def test_a_dozen_wants_its_count_typed_and_ones_own_stays(stage: Stage):
    made = await signed(stage, 12)
    (mine,) = await signed(stage, 1, stage.root.id, "mine")
    async with opened(stage, "right", "asterisk", "X") as (app, _, pilot):
        app.screen.query_one("#typed", Input).value = "11"
        app.screen.query_one("#typed", Input).focus()
        await press(pilot, "enter")
        assert await ended(stage) == set()
        app.screen.query_one("#typed", Input).value = "12"
        await press(pilot, "enter")
        assert await ended(stage) == {one.login_id for one in made}
    assert mine.login_id not in await ended(stage)


async def test_a_forced_refresh_and_what_a_viewer_of_the_console_may_not(stage: Stage):
    (tokens,) = await signed(stage, 1)
    async with opened(stage, "right", "R") as (_, screen, _pilot):
        assert column(screen, 0) == ["↻ refreshing"]
        assert screen.pages.login(tokens.login_id) is not None
    async with opened(stage, "right", "X", read_only=True) as (app, _, _pilot):
        assert "reading only" in app.told[-1]
    mentor = Actor(stage.ana, "Ana", Role.MENTOR)
    async with opened(stage, "right", actor=mentor) as (_, screen, _pilot):
        assert column(screen, 0) == []
        assert "Nobody is signed in" in text(screen, "#picture")


async def test_whoever_is_locked_out_is_unlocked_by_key(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hashing, "_COST", 16)
    await passwords.set_password(stage.context, stage.ana, "correct horse battery", by=stage.root, at=NOON - MIN)
    ana = {"email": "ana@example.org", "at": NOON}
    await logins.sign_in(stage.context, **ana, password="correct horse battery")
    for _ in range(5):
        with pytest.raises(Exception, match="wrong"):
            await logins.sign_in(stage.context, **ana, password="wrong horse battery")
    async with opened(stage, "right") as (app, screen, pilot):
        assert column(screen, 0) == ["■ locked"]
        await press(pilot, "u")
        assert app.told[-1] == "Unlocked Ana"
        assert column(screen, 0) == ["● fresh"]
        await press(pilot, "u")
        assert "nobody of these is locked out" in app.told[-1]


async def test_calls_and_errors_have_pages(stage: Stage):
    for took in (10, 12, 900):
        endpoints.note(stage.context, "GET /api/sessions", status=200, took_ms=took, at=NOON - MIN)
    endpoints.note(stage.context, "GET /api/sessions", status=503, took_ms=2, at=NOON - MIN)
    endpoints.note_error(stage.context, "GET /api/sessions", "server", "the disk\x1b[31m is full", at=NOON - MIN)
    await endpoints.flush(stage.context, at=NOON)
    async with opened(stage, "right", "right") as (_, screen, pilot):
        (row,) = screen.endpoints.rows
        assert [cell.plain for cell in row.cells] == ["GET /api/sessions", "4", "10 ms", "841 ms", "0", "1"]
        figures = text(screen, "#figures")
        assert all(word in figures for word in ("looks", "CPU", "Memory", "MiB", "Caches"))
        await press(pilot, "right")
        (row,) = screen.errors.rows
        assert [cell.plain for cell in row.cells][:4] == ["GET /api/sessions", "server", "1", "1 min"]
        assert "\x1b" not in row.cells[4].plain
        await press(pilot, "right", "escape")
        assert screen.pages.open is Page.HEALTH


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_every_page_fits_and_keeps_to_ascii(stage: Stage, size: tuple[int, int]):
    await signed(stage, 2)
    async with opened(stage, size=size, ascii_only=True) as (_, screen, pilot):
        for _ in Page:
            shown = "".join(
                strip.text
                for widget in screen.query("*")
                if widget.region
                for strip in widget.render_lines(widget.size.region)
            )
            assert not {char for char in shown if ord(char) > 126}, screen.pages.open
            await press(pilot, "right")


async def test_the_keys_say_where_logins_are(stage: Stage):
    await signed(stage, 1)
    async with opened(stage, "X") as (app, _, _pilot):
        assert "another page" in app.told[-1]
        assert await ended(stage) == set()


async def test_an_alert_about_a_copied_login_ends_the_others_and_names_its_owner(stage: Stage):
    copied, other = await signed(stage, 2, stage.ana, "anas")
    await logins.refresh(stage.context, copied.refresh_token, at=NOON - 5 * MIN)
    with pytest.raises(TokenReuse):
        await logins.refresh(stage.context, copied.refresh_token, at=NOON)
    async with opened(stage) as (app, _, pilot):
        await press(pilot, "2")
        await settle(pilot)
        (alert,) = app.screen.scene().alerts
        assert alert.sentence == "a spent token of Ana (anas 0) came again: somebody has a copy; the login was ended"
        assert (alert.subject, [str(one) for one in alert.actions]) == ("Login #1", ["revoke", "call-owner"])
        app.action_command("end_login")
        await settle(pilot)
        await press(pilot, "tab", "enter")
        assert await ended(stage) == {copied.login_id, other.login_id}
        app.action_command("call_owner")
        await settle(pilot)
        assert app.told[-1] == "Ana: ana@example.org"
        assert app.screen.name == "people"

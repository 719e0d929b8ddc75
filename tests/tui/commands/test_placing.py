"""Commands on where a session meets, on a real database: asked first, done once, and a passcode goes again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from sessiontui.domain.places import JitsiServer, Maker, PlatformSettings, RoomState
from sessiontui.platforms import Room
from sessiontui.services.places import asking, settling
from sessiontui.services.places.line import PlaceLine, Waiting
from sessiontui.services.places.sealing import sealing_vault
from sessiontui.store.reads import places as kept
from sessiontui.tui.commands import by_id, placing
from sessiontui.tui.dialogs.session_entry import Typed, judge
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.places import places
from tests.conftest import NOON
from tests.conftest import Stage as Desk
from tests.services.places.house import MemoryKeys, place
from tests.services.post_stage import MIN, letters, make
from tests.tui.commands.test_reaching_people import SIZE, begin, here, settle, shown, stage
from tests.tui.dialogs.dialog_stage import NOW

ONE, TWO = "https://meet.example.org/one", "https://meet.example.org/two"


@pytest.fixture
def desk(stage_: Desk) -> Desk:
    settings = PlatformSettings(backup=Maker.JITSI, jitsi=JitsiServer(url="https://meet.example.org"))
    return replace(stage_, context=replace(stage_.context, platforms=settings, key_source=MemoryKeys()))


async def test_the_backup_is_used_only_when_one_says_so(desk: Desk):
    session = await make(desk, desk.ana, link=ONE)
    await asking.name_backup(desk.context, session, TWO, by=desk.root, at=NOON)
    app = stage(desk)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "use_backup", await here(desk, session))
        assert "1 participant, mentor and author are told by mail." in shown(app)
        await pilot.press("enter")
        await settle(pilot)
        assert (await place(desk, session))["link"] == ONE
        await begin(pilot, "use_backup", await here(desk, session))
        await pilot.press("right", "enter")
        await settle(pilot)
    assert (await place(desk, session))["link"] == TWO
    assert len(await letters(desk)) == 1
    assert app.told[-1][1], "it can be undone"


async def test_where_no_backup_is_known_it_is_asked_for_before_anything_is_agreed_to(stage_: Desk):
    session = await make(stage_, stage_.ana, link=ONE)
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "use_backup", await here(stage_, session))
        assert "No spare link is known for it yet." in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        assert app.told == []
        await begin(pilot, "use_backup", await here(stage_, session))
        await pilot.press(*TWO, "enter")
        await settle(pilot)
        assert "1 participant, mentor and author are told by mail." in shown(app)
        await pilot.press("right", "enter")
        await settle(pilot)
    assert (await place(stage_, session))["link"] == TWO


async def test_a_room_is_wished_for_and_a_platform_nobody_knows_is_not(desk: Desk):
    session = await make(desk, desk.ana)
    app = stage(desk)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "room", await here(desk, session), "teams")
        assert "rooms cannot be made on" in app.told[-1][0]
        await begin(pilot, "room", await here(desk, session))
    assert (await place(desk, session))["state"] == "wanted"


async def test_a_passcode_is_shown_for_a_moment(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(placing, "SHOWN_FOR", 1.5)
    session = await make(desk, desk.ana)
    await asking.give_room(desk.context, session, by=desk.root, at=NOON)
    vault = await sealing_vault(desk.context)
    async with desk.context.db.write(by=desk.root, at=NOON) as tx:
        (room,) = await kept.places_of(tx.fetch, session)
        await settling.keep(tx, room, Room(id="1", link="", passcode="teapot\x1b[2J"), vault, told="")
    scene = await here(desk, session)
    app = stage(desk)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "reveal", scene)
        assert "teapot␛[2J" in shown(app)
        assert app.clipboards == []
        async with asyncio.timeout(60):
            while app.screen.query("#panel"):
                await pilot.pause(0.1)
    assert by_id("reveal").why_not(replace(scene, read_only=True))  # type: ignore[union-attr]


async def test_the_pane_masks_the_passcode_and_says_what_the_platform_did_not_do(desk: Desk):
    session = await make(desk, desk.ana)
    detail = (await here(desk, session)).detail
    wait = Waiting(platform="zoom", kind="make", attempts=3, error="\x1b[2Jno answer", again_at=NOON + MIN)
    line = PlaceLine(platform="zoom", state=RoomState.THERE, room_id="8\x1b[1m", has_passcode=True, waiting=wait)
    told = {name: str(content) for name, content in places(replace(detail, place=line), Look())}
    assert told["Link"] == "one for each person"
    assert "passcode ••••••" in told["Room"]
    assert told["Platform"].startswith("Zoom was asked 3 times to make the room: ␛[2Jno answer; again at 12:01")
    assert "\x1b" not in "".join(told.values())
    given_up = places(replace(detail, place=replace(line, waiting=replace(wait, again_at=None))), Look(ascii=True))
    assert "******" in str(dict(given_up)["Room"])
    assert str(dict(given_up)["Platform"]).endswith("given up")


def test_a_new_session_meets_at_a_link_or_in_a_room_not_both():
    good = Typed(title="Circle", start="2026-05-05 09:00", platform="jitsi")
    entry = judge(good, now=NOW).entry
    assert entry is not None
    assert entry.platform == "jitsi"
    assert "a room brings a link of its own" in judge(replace(good, link=ONE), now=NOW).errors["platform"]

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta

import pytest

from sessiontui.calling import Caller
from sessiontui.domain.errors import NotAllowed, Unavailable
from sessiontui.platforms import Guest, Plan, Room
from sessiontui.platforms.zoom import Zoom

from .conftest import NOW, Times
from .vendor import Asked, Reply, Vendor, said, vendor

MADE = {
    "id": 85218486288, "uuid": "/abc==", "join_url": "https://zoom.example/j/85218486288?pwd=x",
    "start_url": "https://zoom.example/s/85218486288", "password": "123456",
}  # fmt: skip


class ZoomHouse:
    """Gives numbered tokens and takes only those that it has not revoked."""

    def __init__(self, **answers: Reply) -> None:
        self.answers = answers
        self.given = 0
        self.good: set[str] = set()
        self.lasts = 3600

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/oauth/token":
            if asked.headers["authorization"] != "Basic " + base64.b64encode(b"client:secret").decode():
                return said({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
            assert asked.form == {"grant_type": "account_credentials", "account_id": "account"}
            self.given += 1
            self.good.add(f"Bearer t{self.given}")
            return said({"access_token": f"t{self.given}", "token_type": "bearer", "expires_in": self.lasts})
        if asked.headers.get("authorization") not in self.good:
            return said({"code": 124, "message": "Access token is expired."}, 401)
        return self.answers.get(asked.method, said(MADE, 201))


def zoom(caller: Caller, there: Vendor, secret: str = "secret") -> Zoom:
    return Zoom(
        caller=caller, account="account", client="client", secret=secret,
        api=there.url + "/v2", sign_in=there.url + "/oauth/token",
    )  # fmt: skip


async def test_a_meeting_is_made_as_the_vendor_documents_it(caller: Caller, plan: Plan):
    with vendor(ZoomHouse()) as there:
        room = await zoom(caller, there).create(plan)
    asked = there.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/v2/users/lee@example.org/meetings")
    assert asked.json == {
        "topic": "Grief circle", "type": 2, "start_time": "2026-05-05T14:00:00Z", "duration": 46,
        "timezone": "Europe/Madrid", "agenda": "[session-4711] Bring tea.", "tracking_fields": [],
        "settings": {"waiting_room": True, "join_before_host": False},
    }  # fmt: skip
    assert (room.id, room.passcode, room.occurrence) == ("85218486288", "123456", "/abc==")


async def test_it_is_changed_and_deleted(caller: Caller, plan: Plan):
    room = Room(id="852", link="https://x")
    with vendor(ZoomHouse(PATCH=Reply(204), DELETE=Reply(204))) as there:
        assert await zoom(caller, there).update(room, plan) == room
        await zoom(caller, there).delete(room)
    assert [path for path in there.paths() if "oauth" not in path] == [
        "PATCH /v2/meetings/852",
        "DELETE /v2/meetings/852",
    ]


async def test_what_is_gone_already_is_deleted(caller: Caller):
    with vendor(ZoomHouse(DELETE=said({"code": 3001, "message": "Meeting does not exist"}, 404))) as there:
        await zoom(caller, there).delete(Room(id="852", link=""))


async def test_a_token_is_kept_until_shortly_before_it_expires(caller: Caller, times: Times, plan: Plan):
    house = ZoomHouse()
    with vendor(house) as there:
        platform = zoom(caller, there)
        await platform.create(plan)
        times.now += timedelta(seconds=3600 - 301)
        await platform.create(plan)
        assert house.given == 1
        times.now += timedelta(seconds=1)
        await platform.create(plan)
    assert house.given == 2


async def test_many_at_once_sign_in_once(caller: Caller, plan: Plan):
    house = ZoomHouse()
    with vendor(house) as there:
        platform = zoom(caller, there)
        await asyncio.gather(*(platform.create(plan) for _ in range(12)))
    assert house.given == 1


async def test_a_token_that_was_taken_away_is_replaced_once(caller: Caller, plan: Plan):
    house = ZoomHouse()
    with vendor(house) as there:
        platform = zoom(caller, there)
        await platform.create(plan)
        house.good.clear()
        await platform.create(plan)
        assert house.given == 2

        class Never(set[str]):
            def __contains__(self, _item: object) -> bool:
                return False

        house.good = Never()
        with pytest.raises(NotAllowed, match="just given"):
            await platform.create(plan)
    assert house.given == 3


async def test_wrong_credentials_are_said(caller: Caller, plan: Plan):
    with vendor(ZoomHouse()) as there, pytest.raises(NotAllowed, match="Invalid client_id"):
        await zoom(caller, there, secret="wrong").create(plan)


async def test_participants_come_in_pages(caller: Caller):
    def row(name: str, leave: str = "2026-05-04T15:00:00Z") -> dict[str, object]:
        return {
            "id": name,
            "name": name,
            "user_email": f"{name}@example.org",
            "join_time": "2026-05-04T14:00:00Z",
            "leave_time": leave,
        }

    house = ZoomHouse()

    def answer(asked: Asked) -> Reply:
        if "past_meetings" not in asked.path or asked.headers.get("authorization") not in house.good:
            return house(asked)
        if asked.params.get("next_page_token") == "two":
            return said({"next_page_token": "", "participants": [row("bo", ""), "rubbish", {"name": "no time"}]})
        return said({"next_page_token": "two", "participants": [row("ana")]})

    with vendor(answer) as there:
        found = await zoom(caller, there).participants(Room(id="852", link="", occurrence="/abc=="))
    assert [(one.name, one.joined_at, one.left_at is None) for one in found] == [
        ("ana", NOW, False),
        ("bo", NOW, True),
    ]
    assert "/v2/past_meetings/%252Fabc%253D%253D/participants" in {asked.path for asked in there.asked}


async def test_hosts_get_the_link_that_starts_it(caller: Caller):
    room = Room(id="1", link="https://join", host_link="https://start")
    with vendor(ZoomHouse()) as there:
        platform = zoom(caller, there)
        assert await platform.join_link(room, Guest(id="p1", name="Ana")) == "https://join"
        fresh = await platform.join_link(room, Guest(id="p2", name="Lee", is_host=True))
        assert fresh == "https://zoom.example/s/85218486288", "it lasts two hours: asked for anew"
    with vendor(ZoomHouse(GET=said({"message": "busy"}, 404))) as there:
        platform = zoom(caller, there)
        assert await platform.join_link(room, Guest(id="p2", name="Lee", is_host=True)) == "https://start"


async def test_a_probe_tells_whether_a_meeting_is_there(caller: Caller):
    with vendor(ZoomHouse(GET=said({"status": "started"}))) as there:
        assert (await zoom(caller, there).probe(Room(id="1", link=""))).works
    with vendor(ZoomHouse(GET=said({"message": "Meeting does not exist: 1."}, 404))) as there:
        probe = await zoom(caller, there).probe(Room(id="1", link=""))
    assert (probe.works, "does not exist" in probe.fact) == (False, True)


async def test_half_an_answer_is_no_room(caller: Caller, plan: Plan):
    with vendor(ZoomHouse(POST=said({"id": 1}, 201))) as there, pytest.raises(Unavailable, match="number and link"):
        await zoom(caller, there).create(plan)


def test_the_secret_is_not_shown(caller: Caller):
    assert "hush" not in repr(Zoom(caller=caller, account="a", client="c", secret="hush"))

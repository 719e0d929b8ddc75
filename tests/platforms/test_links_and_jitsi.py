from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey

from sessiontui.calling import Caller
from sessiontui.domain.errors import Refused
from sessiontui.platforms import Guest, Plan, Platform, Room
from sessiontui.platforms.bigbluebutton import BigBlueButton
from sessiontui.platforms.jitsi import Jitsi
from sessiontui.platforms.link import LinkOnly
from sessiontui.platforms.zoom import Zoom

from .conftest import NOW
from .vendor import Reply, vendor

SECRET = "a secret of enough length for HS256 signatures"


def jitsi(caller: Caller, **over: str) -> Jitsi:
    return Jitsi(**{"caller": caller, "url": "https://meet.example.org/", "salt": "salt", **over})


def test_all_platforms_keep_the_one_protocol(caller: Caller):
    platforms: list[Platform] = [
        LinkOnly(caller),
        jitsi(caller),
        Zoom(caller=caller, account="", client="", secret=""),
        BigBlueButton(caller=caller, url="", secret=""),
    ]
    assert [platform.name for platform in platforms] == ["link", "jitsi", "zoom", "bbb"]


async def test_a_link_makes_nothing(caller: Caller, plan: Plan):
    with pytest.raises(Refused, match="no platform is set up"):
        await LinkOnly(caller).create(plan)
    room = Room(id="", link="https://x")
    assert await LinkOnly(caller).update(room, plan) == room
    assert await LinkOnly(caller).join_link(room, Guest(id="1", name="Ana")) == "https://x"


@pytest.mark.parametrize(
    ("status", "works"), [(200, True), (302, True), (401, True), (403, True), (404, False), (500, False)]
)
async def test_a_link_is_looked_at(caller: Caller, status: int, works: bool):
    with vendor(lambda _: Reply(status)) as there:
        probe = await LinkOnly(caller).probe(Room(id="", link=there.url))
    assert probe.works == works


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "room 5", "file:///etc/passwd"])
async def test_what_is_no_web_address_is_never_called(caller: Caller, link: str):
    assert not (await LinkOnly(caller).probe(Room(id="", link=link))).works


async def test_a_session_always_has_the_same_room_that_nobody_guesses(caller: Caller, plan: Plan):
    rooms = [await jitsi(caller, salt=salt).create(plan) for salt in ("salt", "salt", "pepper")]
    assert rooms[0] == rooms[1]
    assert rooms[0].id != rooms[2].id
    assert "4711" not in rooms[0].link


async def test_a_token_says_who_enters_and_as_what(caller: Caller):
    platform = jitsi(caller, app="platform", secret=SECRET, key="k1")
    link = await platform.join_link(Room(id="room", link=""), Guest(id="p1", name="Ana", email="a@b.c", is_host=True))
    (text,) = parse_qs(urlsplit(link).query)["jwt"]
    token = jwt.decode(text, OctKey.import_key(SECRET))
    assert (token.header["alg"], token.header["kid"]) == ("HS256", "k1")
    claims = token.claims
    assert (claims["iss"], claims["aud"], claims["sub"], claims["room"]) == (
        "platform",
        "jitsi",
        "meet.example.org",
        "room",
    )
    assert claims["context"]["user"]["moderator"] is True
    assert claims["exp"] == int((NOW + timedelta(hours=4)).timestamp())
    assert claims["nbf"] < int(NOW.timestamp())
    with pytest.raises(BadSignatureError):
        jwt.decode(text, OctKey.import_key(SECRET + "x"))


async def test_without_a_secret_the_link_is_open(caller: Caller):
    assert (
        await jitsi(caller).join_link(Room(id="room", link=""), Guest(id="p1", name="Ana"))
        == "https://meet.example.org/room"
    )


def test_secrets_are_not_shown(caller: Caller):
    assert SECRET not in repr(jitsi(caller, secret=SECRET))

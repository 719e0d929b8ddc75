from __future__ import annotations

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from sessiontui.calling import Caller
from sessiontui.domain.errors import NotAllowed, NotFound, Refused, Unavailable
from sessiontui.platforms import Guest, Plan, Room
from sessiontui.platforms.bigbluebutton import HASHES, BigBlueButton, checksum, is_signed

from .vendor import Asked, Reply, Vendor, vendor

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"


def xml(inner: str, code: str = "SUCCESS") -> Reply:
    return Reply(200, f"<response><returncode>{code}</returncode>{inner}</response>".encode())


class Server:
    """Checks the hash of every call over exactly the bytes that came."""

    def __init__(self, inner: str = "", algorithm: str = "sha256") -> None:
        self.inner, self.algorithm = inner, algorithm

    def __call__(self, asked: Asked) -> Reply:
        call = asked.path.rpartition("/")[2]
        query, _, given = asked.query.rpartition("checksum=")
        signed = f"{call}{query.rstrip('&')}{SECRET}".encode()
        if hashlib.new(self.algorithm, signed).hexdigest() != given:
            return xml("<messageKey>checksumError</messageKey><message>Checksums do not match</message>", "FAILED")
        return xml(self.inner) if not self.inner.startswith("!") else xml(self.inner[1:], "FAILED")


def bbb(caller: Caller, there: Vendor, **over: str) -> BigBlueButton:
    return BigBlueButton(**{"caller": caller, "url": there.url + "/bigbluebutton/api", "secret": SECRET, **over})


@pytest.mark.parametrize("algorithm", HASHES)
async def test_a_room_is_made_with_a_checksum_over_what_is_sent(caller: Caller, plan: Plan, algorithm: str):
    inner = "<meetingID>session-4711</meetingID><internalMeetingID>ab-1</internalMeetingID>"
    with vendor(Server(inner, algorithm)) as there:
        room = await bbb(caller, there, hash=algorithm).create(plan)
    assert (room.id, room.occurrence) == ("session-4711", "ab-1")
    params = there.asked[0].params
    assert (params["name"], params["duration"], params["maxParticipants"]) == ("Grief circle", "105", "10")


@pytest.mark.parametrize("title", ["Ana & Bo", "100 % día", "a=b?c#d", "круг", "x"])
async def test_any_title_keeps_the_checksum_right(caller: Caller, plan: Plan, title: str):
    from dataclasses import replace

    with vendor(Server("<meetingID>m</meetingID>")) as there:
        await bbb(caller, there).create(replace(plan, title=title))
    assert there.asked[0].params["name"].rstrip() == title


async def test_the_documented_example():
    query = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
    assert checksum("create", query, SECRET, "sha1") == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    assert is_signed("create", query, SECRET, "1FCBB0C4FC1F039F73AA6D697D2DB9BA7F803F17")
    assert not is_signed("create", query + "&", SECRET, "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17")


async def test_a_link_lets_one_person_in(caller: Caller):
    with vendor(Server()) as there:
        platform = bbb(caller, there)
        link = await platform.join_link(Room(id="m", link=""), Guest(id="p1", name="Ana & Bo", is_host=True))
        parts = urlsplit(link)
        query, _, given = parts.query.rpartition("&checksum=")
        assert given == checksum("join", query, SECRET)
        assert {name: values[0] for name, values in parse_qs(query).items()} == {
            "meetingID": "m", "fullName": "Ana & Bo", "userID": "p1", "role": "MODERATOR", "redirect": "true",
        }  # fmt: skip


async def test_open_rooms_are_listed(caller: Caller):
    meetings = "".join(
        f"<meeting><meetingID>{name}</meetingID><running>true</running></meeting>" for name in ("a", "b")
    )
    with vendor(Server(f"<meetings>{meetings}</meetings>")) as there:
        assert await bbb(caller, there).running() == ("a", "b")
    with vendor(Server("<meetings/><messageKey>noMeetings</messageKey>")) as there:
        assert await bbb(caller, there).running() == ()


async def test_ending_what_is_over_is_no_error(caller: Caller):
    with vendor(Server("!<messageKey>notFound</messageKey><message>gone</message>")) as there:
        await bbb(caller, there).delete(Room(id="m", link=""))
    assert there.paths() == ["GET /bigbluebutton/api/end"]


@pytest.mark.parametrize(
    ("inner", "error"),
    [
        ("!<messageKey>idNotUnique</messageKey><message>exists</message>", Refused),
        ("!<messageKey>notFound</messageKey>", NotFound),
    ],
)
async def test_what_the_server_says_is_told(caller: Caller, plan: Plan, inner: str, error: type[Exception]):
    with vendor(Server(inner)) as there, pytest.raises(error):
        await bbb(caller, there).create(plan)


async def test_a_wrong_secret_is_told(caller: Caller, plan: Plan):
    with vendor(Server()) as there, pytest.raises(NotAllowed, match="checksum"):
        await bbb(caller, there, secret="other").create(plan)


@pytest.mark.parametrize("body", [b"<html>", b"", b'<!DOCTYPE r [<!ENTITY a "b">]><response>&a;</response>'])
async def test_other_answers_are_no_answers(caller: Caller, plan: Plan, body: bytes):
    with vendor(lambda _: Reply(200, body)) as there, pytest.raises(Unavailable):
        await bbb(caller, there).create(plan)


async def test_a_probe_tells_whether_the_server_answers(caller: Caller):
    with vendor(Server("<running>true</running>")) as there:
        assert (await bbb(caller, there).probe(Room(id="m", link=""))).fact == "the room is running"
    with vendor(lambda _: Reply(500)) as there:
        assert not (await bbb(caller, there).probe(Room(id="m", link=""))).works

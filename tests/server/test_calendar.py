"""The calendar of a person over HTTP: their own sessions, by a token that can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.vocabulary import Role
from sessiontui.services.calendars import subscribing
from tests.conftest import NOON
from tests.server.conftest import House
from tests.server.test_presence import approved

ROOM = "https://meet.example.org/circle"


async def test_a_person_subscribes_to_what_is_theirs(house: House) -> None:
    lines: list[dict[str, object]] = []
    house.serving.access = lines.append
    ana = house.stage.ana
    mine = await house.session(title="Mine", link=ROOM)
    await house.session(title="Other")
    asked = await house.session(title="Only asked", link="https://meet.example.org/secret")
    await approved(house, mine["id"], ana, house.stage.bob)
    await house.http.post(f"/api/sessions/{asked['id']}/requests", json={"person": ana})
    made = await subscribing.open_feed(house.stage.context, ana, by=Actor(ana, "Ana", Role.PARTICIPANT), at=NOON)
    house.http.headers.pop("Authorization")
    told = await house.http.get("/calendar.ics", params={"token": made.shown})
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Mine" in told.text
    assert ROOM in told.text
    assert "Other" not in told.text
    assert "Only asked" not in told.text
    assert "Bob" not in told.text  # who else comes is for the host
    again = await house.http.get(
        "/calendar.ics", params={"token": made.shown}, headers={"If-None-Match": told.headers["etag"]}
    )
    assert again.status_code == 304
    kept = str(await house.stage.rows("SELECT * FROM calendar_feed"))
    assert made.shown not in kept + str(lines)
    assert "GET /calendar.ics 200" in {line["said"] for line in lines}
    await subscribing.close_feeds(house.stage.context, ana, by=house.stage.root, at=NOON)
    assert (await house.http.get("/calendar.ics", params={"token": made.shown})).status_code == 404
    with pytest.raises(Refused):
        await subscribing.close_feeds(house.stage.context, ana, by=house.stage.root, at=NOON)


async def test_nobody_opens_the_calendar_of_another(house: House) -> None:
    with pytest.raises(NotAllowed):
        await subscribing.open_feed(
            house.stage.context, house.stage.bob, by=Actor(house.stage.ana, "Ana", Role.MENTOR), at=NOON
        )
    assert (await house.http.get("/calendar.ics", params={"token": "stc_nothing"})).status_code == 404


async def test_what_is_long_over_is_left_out(house: House) -> None:
    made = await house.session(title="Old", mentor=house.stage.bob)
    assert made["mentor"] == "Bob"
    feed = await subscribing.open_feed(house.stage.context, house.stage.bob, by=house.stage.root, at=NOON)
    for later, there in ((timedelta(days=80), True), (timedelta(days=100), False)):
        house.clock.now = NOON + later
        text = (await house.http.get("/calendar.ics", params={"token": feed.shown})).text
        assert ("SUMMARY:Old" in text) is there

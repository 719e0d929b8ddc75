"""Presence and requests over HTTP: asked, approved, joined with link, beaten, left; batches, repeated and refused."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.vocabulary import Role
from tests.conftest import NOON
from tests.server.conftest import House, bearer

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
ROOM = "https://meet.example.org/circle"


async def approved(house: House, session: object, *people: int) -> None:
    for person in people:
        asked = await house.http.post(f"/api/sessions/{session}/requests", json={"person": person, "message": "me"})
        assert (asked.status_code, asked.json()["state"]) == (201, "pending"), asked.text
        done = await house.http.post(f"/api/sessions/{session}/requests/{person}/approve")
        assert (done.status_code, done.json()["state"]) == (200, "approved"), done.text


async def test_somebody_asks_is_approved_comes_with_the_link_and_leaves(house: House) -> None:
    made = await house.session(link=ROOM)
    where = f"/api/sessions/{made['id']}"
    await approved(house, made["id"], house.stage.ana)
    await house.move_to(NOON + HOUR + MIN)
    joined = await house.http.post(f"{where}/presence", json={"person": house.stage.ana, "kind": "join"})
    assert joined.json() == {
        "acknowledged": 1, "repeated": 0, "refused": [], "link": ROOM, "passcode": None,
        "joins": [{"session": made["id"], "person": house.stage.ana, "link": ROOM, "passcode": None}],
    }  # fmt: skip
    assert (await house.http.get(where)).json()["status"] == "active"
    walked_in = await house.http.post(f"{where}/presence", json={"person": house.stage.cyd, "kind": "join"})
    assert "link" not in walked_in.json()
    house.clock.now += 9 * MIN
    await house.http.post(f"{where}/presence", json={"person": house.stage.ana, "kind": "leave"})
    told = (await house.http.get(f"{where}/presence")).json()["presence"]
    assert [(one["person"], one["minutes"], one["here"]) for one in told] == [("Ana", 9, False), ("Cyd", 9, True)]


async def test_a_batch_takes_each_event_for_itself_and_repeating_it_changes_nothing(house: House) -> None:
    made = await house.session(id="s1", source="harthio", link=ROOM)
    other = await house.session(title="Other")
    await house.move_to(NOON + HOUR + 10 * MIN)
    at = (NOON + HOUR).isoformat()
    ana, bob = house.stage.ana, house.stage.bob
    events = [
        {"session": "harthio:s1", "person": ana, "kind": "join", "at": at, "key": "a"},
        {"session": made["id"], "person": ana, "kind": "heartbeat", "at": (NOON + HOUR + MIN).isoformat()},
        {"session": "nothing", "person": ana, "kind": "join"},
        {"session": made["id"], "person": "harthio:nobody", "kind": "join"},
        {"session": other["id"], "person": bob, "kind": "join", "at": at},
        {"session": other["id"], "kind": "leave"},
        {"session": made["id"], "person": ana, "kind": "join", "at": (NOON + 9 * HOUR).isoformat()},
    ]
    first = await house.http.post("/api/presence", json={"events": events})
    assert first.status_code == 200, first.text
    assert (first.json()["acknowledged"], first.json()["repeated"]) == (3, 0)
    assert [one["place"] for one in first.json()["refused"]] == [2, 3, 5, 6]
    again = await house.http.post("/api/presence", json={"events": events})
    assert (again.json()["acknowledged"], again.json()["repeated"]) == (3, 3)
    assert await house.stage.rows("SELECT count(*) FROM presence_signal") == [(3,)]


async def test_the_key_of_a_call_makes_events_without_a_time_recognisable(house: House) -> None:
    made = await house.session()
    await house.move_to(NOON + HOUR)
    for _ in range(2):
        told = await house.http.post(
            f"/api/sessions/{made['id']}/presence",
            json={"person": house.stage.ana, "kind": "join"},
            headers={"Idempotency-Key": "k"},
        )
        house.clock.now += MIN
    assert told.json()["repeated"] == 1
    assert await house.stage.rows("SELECT count(*) FROM presence_signal") == [(1,)]


async def test_a_senders_clock_that_is_off_is_set_right(house: House) -> None:
    made = await house.session()
    await house.move_to(NOON + 2 * HOUR)
    await house.http.post(
        f"/api/sessions/{made['id']}/presence",
        json={
            "sent_at": (NOON + HOUR).isoformat(),  # an hour slow
            "events": [{"person": house.stage.ana, "kind": "join", "at": (NOON + HOUR - MIN).isoformat()}],
        },
    )
    told = (await house.http.get(f"/api/sessions/{made['id']}/presence")).json()["presence"]
    assert told[0]["stays"][0]["joined_at"] == "2026-05-04T13:59:00Z"


async def test_a_participant_tells_of_themselves_alone(house: House) -> None:
    made = await house.session(link=ROOM)
    await approved(house, made["id"], house.stage.ana)
    await house.move_to(NOON + HOUR)
    token = bearer(await house.person_token(house.stage.ana, Role.PARTICIPANT))
    where = f"/api/sessions/{made['id']}/presence"
    mine = await house.http.post(where, json={"person": house.stage.ana, "kind": "join"}, headers=token)
    assert (mine.json()["acknowledged"], mine.json()["link"]) == (1, ROOM)
    theirs = await house.http.post(where, json={"person": house.stage.bob, "kind": "join"}, headers=token)
    assert theirs.json()["acknowledged"] == 0
    assert "only for themselves" in theirs.json()["refused"][0]["reason"]
    assert await house.stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'") == [(1,)]


async def test_a_decision_is_told_who_was_quicker(house: House) -> None:
    made = await house.session(capacity=1)
    await approved(house, made["id"], house.stage.ana)
    where = f"/api/sessions/{made['id']}/requests"
    late = await house.http.post(f"{where}/{house.stage.ana}/approve")
    assert (late.status_code, late.json()["detail"]) == (409, "approved by platform at 12:00")
    await house.http.post(where, json={"person": house.stage.bob})
    full = await house.http.post(f"{where}/{house.stage.bob}/approve")
    assert (full.status_code, full.json()["type"]) == (409, "/problems/refused")
    assert full.json()["detail"].startswith("the only seat of ")
    assert [one["state"] for one in (await house.http.get(where)).json()["requests"]] == ["pending", "approved"]
    back = await house.http.post(f"{where}/{house.stage.ana}/withdraw")
    assert back.json()["state"] == "withdrawn"

"""Webhooks: signatures, the question who we are, every order, repetition and delay, and those without a session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import httpx
import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import parse_instant, to_ms
from sessiontui.domain.places.settings import BigBlueButtonServer, PlatformSecret, PlatformSettings
from sessiontui.platforms.signing import zoom_proof, zoom_signature
from sessiontui.server.app import build
from sessiontui.server.serving import Serving
from sessiontui.services import boards, hooks
from tests.conftest import build_stage
from tests.server.conftest import Clock, House

ZOOM, BBB = "zoom-token", "bbb-secret"
START = parse_instant("2021-07-13T21:44:51Z")
MIN = timedelta(minutes=1)
REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"
ROOM = "https://zoom.us/j/1234567890"
HERE = "http://platform.test/hooks/bbb"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    stage = await build_stage(tmp_path)
    secrets = {PlatformSecret.ZOOM_HOOK: ZOOM, PlatformSecret.BBB: BBB}
    stage = replace(stage, context=replace(stage.context, platform_secret=secrets.__getitem__))
    clock = Clock(START)
    serving = Serving(context=stage.context, clock=clock, monotonic=clock.seconds)
    app = build(serving)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://platform.test")
    built = House(stage, app, serving, http, clock)
    http.headers["Authorization"] = f"Bearer {await built.token('platform', 'admin')}"
    yield built
    await http.aclose()
    await stage.context.db.close()


async def zoom(house: House, body: object, *, raw: bytes | None = None, **headers: str) -> httpx.Response:
    raw = raw if raw is not None else json.dumps(body).encode()
    stamp = str(to_ms(house.clock.now) // 1000)
    signed = {
        "x-zm-request-timestamp": stamp, "x-zm-signature": zoom_signature(ZOOM, stamp, raw),
        "content-type": "application/json",
    }  # fmt: skip
    return await house.http.post("/hooks/zoom", content=raw, headers={**signed, **headers})


def event(kind: str, minute: float, who: str = "u1", **somebody: object) -> dict[str, object]:
    at = (START + minute * MIN).isoformat().replace("+00:00", "Z")
    told: dict[str, object] = {"id": 1234567890, "uuid": "4444AAA==", "topic": "My Meeting"}
    if kind.startswith("participant"):
        time = "join_time" if kind.endswith("joined") else "leave_time"
        told["participant"] = {"participant_uuid": who, time: at, "user_name": "Ana", **somebody}
    else:
        told["end_time" if kind == "ended" else "start_time"] = at
    return {"event": f"meeting.{kind}", "event_ts": to_ms(START + minute * MIN), "payload": {"object": told}}


async def stays(house: House, session: object) -> list[tuple[object, ...]]:
    detail = await boards.detail(
        house.stage.context, int(str(session)), now=max(house.clock.now, START + 50 * MIN), by=house.stage.root
    )
    return [
        (
            one.person,
            one.matched,
            round((stay.joined_at - START) / MIN, 1),
            stay.left_at and (stay.left_at - START) / MIN,
        )
        for one in detail.presence
        for stay in one.stays
    ]


async def circle(house: House, **given: object) -> dict[str, object]:
    return await house.session(
        starts_at=START.isoformat(), ends_at=(START + 60 * MIN).isoformat(), link=ROOM, **given
    )


async def test_zoom_asks_who_we_are(house: House) -> None:
    told = await zoom(house, {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}})
    assert told.json() == {"plainToken": "abc", "encryptedToken": zoom_proof(ZOOM, "abc")}
    assert await house.stage.rows("SELECT count(*) FROM hook_event") == [(0,)]


@pytest.mark.parametrize(
    "headers",
    [
        {"x-zm-signature": "v0=00"},
        {"x-zm-signature": ""},
        {"x-zm-request-timestamp": "1"},
        {"x-zm-request-timestamp": "soon"},
    ],
)
async def test_who_is_not_zoom_is_refused_and_nothing_is_kept(house: House, headers: dict[str, str]) -> None:
    answer = await zoom(house, event("started", 0), **headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/signature")
    assert await house.stage.rows("SELECT count(*) FROM hook_event") == [(0,)]


async def test_an_old_signature_is_good_for_two_hours_alone(house: House) -> None:
    raw, stamp = json.dumps(event("started", 0)).encode(), str(to_ms(START) // 1000)
    signed = {"x-zm-request-timestamp": stamp, "x-zm-signature": zoom_signature(ZOOM, stamp, raw)}
    for later, status in ((119 * MIN, 200), (121 * MIN, 401)):
        house.clock.now = START + later
        assert (await house.http.post("/hooks/zoom", content=raw, headers=signed)).status_code == status


async def test_every_order_and_repetition_gives_one_presence(house: House) -> None:
    steps = [
        event("participant_joined", 0), event("participant_left", 10), event("participant_joined", 20, "u2"),
        event("participant_left", 30, "u2"), event("ended", 40),
    ]  # fmt: skip
    chance = Random(7)
    found = set()
    for order in chance.sample(list(permutations(steps)), 24):
        made = await circle(house)
        for number, one in enumerate([*order, *chance.choices(order, k=4)]):
            uuid = f"meeting {made['id']}"
            one = json.loads(json.dumps(one).replace("4444AAA==", uuid))
            assert (await zoom(house, one)).status_code == 200
            if number % 2:  # some are folded together, some one by one
                await hooks.fold(house.stage.context, at=house.clock.now)
        await hooks.fold(house.stage.context, at=house.clock.now)
        found.add(tuple(await stays(house, made["id"])))
        await house.http.post(f"/api/sessions/{made['id']}/cancel")
    assert found == {(("Ana", False, 0.0, 10.0), ("Ana", False, 20.0, 30.0))}


async def test_a_leave_finds_its_join_by_the_connection_and_the_best_told_of_both_names_the_person(
    house: House,
) -> None:
    made = await circle(house)
    await zoom(house, event("participant_left", 10, user_name="iPhone"))
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert (await house.stage.rows("SELECT count(*) FROM attendee"))[0] == (1,)
    await zoom(house, event("participant_joined", 0, email="ana@example.org"))
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert await stays(house, made["id"]) == [("Ana", True, 0.0, 10.0)]


async def test_an_event_waits_for_its_session(house: House) -> None:
    await zoom(house, event("participant_joined", 0))
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert await house.stage.rows("SELECT state, told FROM hook_event") == [
        ("unplaced", "no session meets there then")
    ]
    assert not await hooks.is_due(house.stage.context, at=house.clock.now)
    made = await circle(house)
    house.clock.now += 6 * MIN
    assert await hooks.is_due(house.stage.context, at=house.clock.now)
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert await stays(house, made["id"]) == [("Ana", False, 0.0, None)]


async def test_the_end_closes_every_presence_and_not_the_session(house: House) -> None:
    made = await circle(house)
    for one in (
        event("participant_joined", 1),
        event("participant_joined", 2, "u2", user_name="Bob"),
        event("ended", 20),
    ):
        await zoom(house, one)
    house.clock.now = START + 21 * MIN
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert await stays(house, made["id"]) == [("Ana", False, 1.0, 20.0), ("Bob", False, 2.0, 20.0)]
    (line,) = await boards.lines(
        house.stage.context, [int(str(made["id"]))], now=house.clock.now, by=house.stage.root
    )
    assert line.status == "waiting"


@pytest.mark.skipif(not REALDATA.exists(), reason="the real files are not here")
async def test_the_real_webhooks_of_zoom(house: House) -> None:
    made = await circle(house)
    folder = REALDATA / "04_zoom_webhooks"
    for name in ("meeting.started", "meeting.participant_joined", "meeting.participant_left", "meeting.ended"):
        raw = (folder / f"{name}.json").read_bytes()
        assert (await zoom(house, None, raw=raw)).json() == {"acknowledged": 1, "repeated": 0}
        assert (await zoom(house, None, raw=raw)).json() == {"acknowledged": 1, "repeated": 1}
    await hooks.fold(house.stage.context, at=house.clock.now)
    assert await house.stage.rows("SELECT state, count(*) FROM hook_event GROUP BY state") == [("folded", 4)]
    assert await stays(house, made["id"]) == [("Jill Chill", False, 0.0, 0.0)]
    assert await house.stage.rows("SELECT email FROM attendee") == [("jchill@example.com",)]
    vectors = json.loads((folder / "signature_vectors_1.json").read_text())
    for one in vectors["vectors"]:
        assert (zoom_signature(one["secret"], one["timestamp"], one["body"].encode()) == one["signature"]) is one[
            "valid"
        ]
    for one in vectors["crc"]:
        assert zoom_proof(one["secret"], one["plainToken"]) == one["encryptedToken"]


def bbb_form(events: list[object], *, domain: bool = True) -> dict[str, object]:
    form: dict[str, object] = {"event": json.dumps(events, separators=(",", ":")), "timestamp": 1708381132686}
    return {**form, "domain": "bbb.test"} if domain else form


def joined(user: str, ms: int, kind: str = "user-joined") -> dict[str, object]:
    meeting = {"internal-meeting-id": "in-1", "external-meeting-id": "1234567890"}
    user_told = {"internal-user-id": user, "external-user-id": user, "name": "Ana"}
    return {"data": {"id": kind, "attributes": {"meeting": meeting, "user": user_told}, "event": {"ts": ms}}}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("domain", [True, False])
async def test_bigbluebutton_by_its_checksum(house: House, algorithm: str, domain: bool) -> None:
    made = await circle(house)
    form = bbb_form([joined("w1", to_ms(START)), joined("w1", to_ms(START + 5 * MIN), "user-left")], domain=domain)
    hashed = json.dumps(form, separators=(",", ":"), ensure_ascii=False)
    checksum = hashlib.new(algorithm, f"{HERE}{hashed}{BBB}".encode()).hexdigest()
    sent = await house.http.post(
        f"/hooks/bbb?checksum={checksum}", content=urlencode(form),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert sent.json() == {"acknowledged": 2, "repeated": 0}, sent.text
    wrong = await house.http.post(
        f"/hooks/bbb?checksum={checksum[:-1]}0", content=urlencode({**form, "timestamp": 1}),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert wrong.status_code == 401
    await hooks.fold(house.stage.context, at=START + 6 * MIN)
    assert await stays(house, made["id"]) == [("Ana", False, 0.0, 5.0)]


async def test_a_checksum_of_the_address_alone_is_taken_only_where_that_is_set(house: House) -> None:
    raw = urlencode(bbb_form([joined("w1", to_ms(START))]))
    checksum = hashlib.sha1(f"{HERE}{{}}{BBB}".encode(), usedforsecurity=False).hexdigest()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    refused = await house.http.post(f"/hooks/bbb?checksum={checksum}", content=raw, headers=kind)
    assert "address_alone" in refused.json()["hint"]
    bbb = PlatformSettings(bbb=BigBlueButtonServer(address_alone=True))
    house.serving.context = replace(house.stage.context, platforms=bbb)
    assert (await house.http.post(f"/hooks/bbb?checksum={checksum}", content=raw, headers=kind)).status_code == 200


@pytest.mark.skipif(not REALDATA.exists(), reason="the real files are not here")
async def test_the_real_webhooks_of_bigbluebutton(house: House) -> None:
    lines = (REALDATA / "05_bbb" / "webhook_events_first8.jsonl").read_text().splitlines()
    first = parse_instant("2024-02-19T22:18:00Z")
    made = await house.session(starts_at=first.isoformat(), ends_at=(first + 60 * MIN).isoformat())
    async with house.stage.context.db.write(by=house.stage.root, at=first) as tx:
        await tx.run("UPDATE session SET meeting_id = 'random-9019868' WHERE id = ?", (int(str(made["id"])),))
    for line in lines:
        sent = await house.http.post(
            "/hooks/bbb", content=urlencode({"event": f"[{line}]", "timestamp": 1, "domain": "x"}),
            headers={"Authorization": f"Bearer {BBB}", "content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        assert sent.json() == {"acknowledged": 1, "repeated": 0}
    await hooks.fold(house.stage.context, at=first + 5 * MIN)
    counted = await house.stage.rows("SELECT state, count(*) FROM hook_event GROUP BY state ORDER BY state")
    assert counted == [("folded", 3), ("ignored", 5)]
    detail = await boards.detail(house.stage.context, int(str(made["id"])), now=first + 5 * MIN, by=house.stage.root)
    assert sorted(one.person for one in detail.presence) == ["John Doe", "Mary Sue"]
    assert detail.line.status == "active"


async def test_without_a_secret_there_is_no_such_door(house: House) -> None:
    def none(_secret: object) -> str:
        raise Unavailable("there is none")

    house.serving.context = replace(house.stage.context, platform_secret=none)
    assert (await zoom(house, event("started", 0))).status_code == 404
    assert (await house.http.post("/hooks/bbb", content=b"{}")).status_code == 404


async def test_raw_events_are_forgotten_in_time(house: House) -> None:
    await zoom(house, event("started", 0))
    assert await hooks.tidy(house.stage.context, at=START + timedelta(days=29)) == 0
    assert await hooks.tidy(house.stage.context, at=START + timedelta(days=31)) == 1

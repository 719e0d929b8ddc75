"""The straight way: the framework would answer alike, whatever is sent, and its calls are measured as all others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiontui.server.app import framed
from sessiontui.server.routes import presence
from tests.conftest import NOON
from tests.server.conftest import House, build_house

JSON = {"content-type": "application/json"}

KNOWN = st.sampled_from(["session", "person", "kind", "at", "key", "connection", "events", "sent_at", "other"])
VALUES = st.sampled_from(
    [
        1, 2, 4711, "1", " 2 ", "#1", "import:s3", "", True, None, 1.5, -1, 10**18, [], {}, "x" * 600, "\u0000",
        "\ud800", "join", "heartbeat", "leave", "end", "JOIN", "2026-05-04T12:00:00Z", "2026-05-04T12:00", "today",
    ]
)  # fmt: skip
EVENTS = st.dictionaries(KNOWN, VALUES, max_size=6)
LIKELY = st.fixed_dictionaries(
    {
        "person": st.sampled_from([2, "2", 3, 99, "import:p", None, 1.5]),
        "kind": st.sampled_from(["join", "leave", "x"]),
    },
    optional={"at": VALUES, "key": VALUES, "connection": VALUES, "session": VALUES},
)
BODIES = st.one_of(
    LIKELY,
    EVENTS,
    st.lists(LIKELY | EVENTS, max_size=3).map(lambda events: {"events": events}),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5),
)
PLACES = st.sampled_from(
    [
        "/api/presence",
        *(f"/api/sessions/{one}/presence" for one in ("1", "import:s1", "4711", "x" * 600, "a%2Fb", "%20")),
    ]
)


@pytest.fixture(scope="module")
def ways(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[asyncio.AbstractEventLoop, list[httpx.AsyncClient]]]:
    """One house, reached the straight way and through the framework alone."""
    loop = asyncio.new_event_loop()
    house = loop.run_until_complete(_furnished(tmp_path_factory.mktemp("straight")))
    plain = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=framed(house.serving)),
        base_url="http://platform.test",
        headers=house.http.headers,
    )
    yield loop, [house.http, plain]
    for client in (house.http, plain):
        loop.run_until_complete(client.aclose())
    loop.run_until_complete(house.serving.changes.stop())
    loop.run_until_complete(house.stage.context.db.close())
    loop.close()


async def _furnished(folder: Path) -> House:
    house = await build_house(folder)
    await house.session(id="s1")
    return house


@settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))
@given(place=PLACES, body=BODIES, raw=st.sampled_from([None, None, None, b"", b"{", b"[" * 100, b"\xff"]))
def test_whatever_is_sent_the_framework_would_answer_alike(
    ways: tuple[asyncio.AbstractEventLoop, list[httpx.AsyncClient]], place: str, body: object, raw: bytes | None
) -> None:
    loop, clients = ways
    sent = json.dumps(body).encode() if raw is None else raw
    answers = [loop.run_until_complete(one.post(place, content=sent, headers=JSON)) for one in clients]
    told = [answer.json() for answer in answers]
    for one in told:
        one.pop("repeated", None)  # what was told the one way is known the other
    assert told[0] == told[1]
    assert answers[0].status_code == answers[1].status_code < 500
    assert answers[0].headers["content-type"] == answers[1].headers["content-type"]


async def test_without_a_login_or_with_another_method_it_is_the_same_too(house: House) -> None:
    plain = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=framed(house.serving)), base_url="http://platform.test"
    )
    del house.http.headers["Authorization"]
    for method in ("POST", "PUT", "DELETE"):
        for where in ("/api/presence", "/api/sessions/1/presence"):
            one, other = [await http.request(method, where, json={}) for http in (house.http, plain)]
            assert (one.status_code, one.json()) == (other.status_code, other.json())
            assert one.headers.get("www-authenticate") == other.headers.get("www-authenticate")
    await plain.aclose()


async def test_the_routes_stand_in_the_document_and_their_calls_are_counted(house: House) -> None:
    paths = (await house.http.get("/openapi.json")).json()["paths"]
    assert [route.path for route in presence.straight()] == ["/api/sessions/{session}/presence", "/api/presence"]
    assert all("post" in paths[route.path] for route in presence.straight())
    lines: list[dict[str, object]] = []
    house.serving.access = lines.append
    made = await house.session()
    await house.http.post(f"/api/sessions/{made['id']}/presence", json={"person": 2, "kind": "join"})
    assert lines[-1]["said"] == "POST /api/sessions/{session}/presence 200"
    assert lines[-1]["login"] is not None
    figures = (await house.http.get("/metrics")).text
    assert 'route="/api/sessions/{session}/presence",status="200"} 1.0' in figures


async def test_a_mistake_is_a_problem_and_goes_on_to_the_log(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("wires crossed")

    monkeypatch.setattr("sessiontui.services.reporting.report", broken)
    made = await house.session()
    with pytest.raises(RuntimeError, match="wires crossed"):
        await house.http.post(f"/api/sessions/{made['id']}/presence", json={"person": 2, "kind": "join"})
    house.http._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    answer = await house.http.post(f"/api/sessions/{made['id']}/presence", json={"person": 2, "kind": "join"})
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/mistake")
    assert "wires" not in answer.text


async def test_a_long_answer_is_compressed_for_whoever_takes_it_so(house: House) -> None:
    events = [{"session": "nothing", "person": 2, "kind": "join", "at": NOON.isoformat()} for _ in range(60)]
    packed, plain = [
        await house.http.post("/api/presence", json={"events": events}, headers={"accept-encoding": kind})
        for kind in ("gzip", "identity")
    ]
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()

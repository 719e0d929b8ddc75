"""What a request may be: 4xx for anything too large, too deep, or that no database keeps, and never a 5xx."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sessiontui.domain.serving import ServerRules
from sessiontui.server.limits import DEEPEST, Rates, strictly
from tests.server.conftest import House, build_house

REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"
JSON = {"content-type": "application/json"}
PLACES = ("/api/sessions", "/api/presence", "/auth/token", "/api/people", "/hooks/zoom", "/hooks/bbb")


def deep(levels: int) -> bytes:
    inner = b"[" * levels + b"]" * levels
    return b'{"title": "x", "starts_at": "2026-05-04T14:00:00Z", "fields": {"a": ' + inner + b"}}"


BODIES = {
    "nul": b'{"title": "a\\u0000b", "starts_at": "2026-05-04T14:00:00Z"}',
    "raw nul": b'{"title": "a\x00b"}',
    "surrogate": b'{"title": "\\ud800", "starts_at": "2026-05-04T14:00:00Z"}',
    "low surrogate in a key": b'{"fields": {"\\udfff": 1}, "title": "x", "starts_at": "2026-05-04T14:00:00Z"}',
    "depth": deep(10_000),
    "endless depth": b"[" * 100_000,
    "not utf-8": b'{"title": "\xff"}',
    "not json": b"{",
    "nan": b'{"capacity": NaN}',
    "long number": b'{"capacity": 1' + b"0" * 5_000 + b"}",
    "large": b'{"title": "' + b"x" * (10 * 1024 * 1024) + b'"}',
    "list": b"[]",
    "null": b"null",
    "empty": b"",
}


async def test_no_body_breaks_it(house: House) -> None:
    for place in PLACES:
        for name, body in BODIES.items():
            answer = await house.http.post(place, content=body, headers=JSON)
            assert 400 <= answer.status_code < 500, (place, name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            if name == "large":
                assert answer.status_code == 413


async def test_a_body_that_grows_beyond_its_limit_is_cut_off(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    assert (await house.http.post("/api/sessions", content=endless(), headers=JSON)).status_code == 413


async def test_no_address_breaks_it(house: House) -> None:
    for path in ("/api/sessions/%00", "/api/sessions?q=%00", "/api/sessions/" + "x" * 3_000, "/api/sessions/%ff"):
        assert 400 <= (await house.http.get(path)).status_code < 500


async def test_what_is_written_differently_is_the_same_text(house: House) -> None:
    made = await house.session(title="Zo\u00eb \U0001f600", fields={"deep": [[[1]]]})
    told = (await house.http.get(f"/api/sessions/{made['id']}")).json()
    assert (told["title"], told["fields"]) == ("Zo\u00eb \U0001f600", {"deep": [[[1]]]})
    raw = b'{"title": "pair \\ud83d\\ude00", "starts_at": "2026-05-04T14:00:00Z"}'
    assert (await house.http.post("/api/sessions", content=raw, headers=JSON)).json()["title"] == "pair \U0001f600"


def test_brackets_in_texts_are_no_depth() -> None:
    text = "[" * (2 * DEEPEST)
    assert strictly(json.dumps({"a": text, "b": '\\"['}).encode()) == {"a": text, "b": '\\"['}
    assert strictly(deep(DEEPEST - 2))
    with pytest.raises(Exception, match="nested"):
        strictly(deep(DEEPEST + 1))


@pytest.mark.skipif(not REALDATA.exists(), reason="the real files are not here")
async def test_every_malformed_json_of_the_suite_is_a_4xx(house: House) -> None:
    for path in sorted((REALDATA / "11_generic_formats" / "json_test_suite").rglob("*.json")):
        answer = await house.http.post("/api/presence", content=path.read_bytes(), headers=JSON)
        assert 400 <= answer.status_code < 500, path.name
        if path.name.startswith("n_"):
            assert answer.status_code == 400, path.name


def test_calls_come_back_evenly() -> None:
    now = 0.0
    rates = Rates(60, lambda: now)
    assert [rates.spend("a") for _ in range(60)] == [0.0] * 60
    assert rates.spend("a") == pytest.approx(1.0)
    assert rates.spend("b") == 0.0
    now = 2.0
    assert [rates.spend("a") > 0 for _ in range(3)] == [False, False, True]


async def test_who_calls_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    house = await build_house(tmp_path, ServerRules(calls_per_minute=3, strangers_per_minute=2))
    answers = [await house.http.get("/api/sessions") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert (answers[3].json()["type"], answers[3].headers["retry-after"]) == ("/problems/too_many", "20")
    body = {"grant_type": "client_key", "client_key": "nothing"}
    signing_in = [await house.http.post("/auth/token", json=body) for _ in range(3)]
    assert [one.status_code for one in signing_in] == [401, 401, 429]
    await house.http.aclose()
    await house.stage.context.db.close()


async def test_answers_are_compressed_for_whoever_takes_them_so(house: House) -> None:
    for number in range(5):
        await house.session(title=f"Circle {number}")
    packed: httpx.Response = await house.http.get("/api/sessions", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = await house.http.get("/api/sessions", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.json()["sessions"] == plain.json()["sessions"]

"""Faults in the way: as many as asked for, counted, and only between the client and its server."""

from __future__ import annotations

import json
from random import Random

import httpx
import pytest

from sessiontui.demo.faults import STATUSES, Fault, Faults, FaultyTransport
from sessiontui.domain.errors import BadInput


class Server:
    """Takes note of what reaches it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        self.seen.append((request.url.path, body))
        if request.url.path == "/auth/token":
            return httpx.Response(200, json={"access_token": "a", "refresh_token": "r1"})
        return httpx.Response(200, json={})


async def calls(faults: Faults, number: int = 400) -> tuple[FaultyTransport, Server, list[int | str], list[float]]:
    server, waited = Server(), list[float]()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    way = FaultyTransport(httpx.MockTransport(server), faults, Random(1), sleep=sleep)
    answers: list[int | str] = []
    async with httpx.AsyncClient(transport=way, base_url="http://desk") as client:
        for place in range(number):
            try:
                path = "/auth/token" if place % 50 == 0 else "/api/sessions"
                answers.append((await client.post(path, json={"place": str(place)})).status_code)
            except httpx.TransportError as error:
                answers.append(type(error).__name__)
    return way, server, answers, waited


async def test_without_faults_every_call_passes() -> None:
    way, server, answers, waited = await calls(Faults())
    assert answers == [200] * 400
    assert (len(server.seen), waited, sum(way.counts.values())) == (400, [], 0)
    assert not Faults()


async def test_errors_are_answered_in_place_of_the_server() -> None:
    way, server, answers, _ = await calls(Faults(errors=0.25))
    made_up = [answer for answer in answers if answer in STATUSES]
    assert 60 < len(made_up) == way.counts[Fault.ERROR] < 140
    assert len(server.seen) == 400 - len(made_up)


async def test_of_what_is_dropped_half_was_carried_out() -> None:
    way, server, answers, _ = await calls(Faults(drops=0.5))
    assert answers.count("ConnectError") == way.counts[Fault.LOST_CALL] > 60
    assert answers.count("ReadError") == way.counts[Fault.LOST_ANSWER] > 60
    assert len(server.seen) == 400 - way.counts[Fault.LOST_CALL]


async def test_delays_stay_below_the_longest() -> None:
    way, _, _, waited = await calls(Faults(latency=0.2))
    assert way.counts[Fault.LATENCY] == len(waited) == 400
    assert 0 <= min(waited) < 0.02 < 0.18 < max(waited) <= 0.2


async def test_a_revocation_ends_the_login_that_was_seen_last_and_no_other_twice() -> None:
    way, server, _, _ = await calls(Faults(revocations=0.5))
    revoked = [body for path, body in server.seen if path == "/auth/revoke"]
    assert revoked == [{"refresh_token": "r1"}] * way.counts[Fault.REVOCATION]
    assert 6 <= way.counts[Fault.REVOCATION] <= 8, "one for each of eight sign-ins, the last perhaps"


@pytest.mark.parametrize(
    "given",
    [{"latency": -1.0}, {"errors": 1.1}, {"drops": -0.1}, {"revocations": 2.0}],
)
def test_what_is_no_share_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        Faults(**given)

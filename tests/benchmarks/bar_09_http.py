"""Bar 9 over HTTP: presence events through the real server, beside the bare framework answering the same bodies."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Role, Source
from sessiontui.services import logins, reporting
from sessiontui.services.context import Context
from sessiontui.services.logins import clients
from sessiontui.services.presence import PresenceReport
from tests.benchmarks.crowd import people_of, sessions_round_now
from tests.benchmarks.figures import Figure, limit, p50, p99
from tests.benchmarks.ground import PROGRAM, Ground, now, opened

SECONDS = 4.0
ROUNDS = 2
RATE = 500
"""Single events in a second at which acknowledgements are timed."""

INSIDE = 2_000
"""People who are inside when it begins: heartbeats are of those who came."""

ALONE, BATCH = (1, 16), (100, 4)
"""Events in a call, and callers at once."""


def run(ground: Ground) -> Iterator[Figure]:
    path = ground.copy(ground.middle(), "http")
    token, seats, services = asyncio.run(_prepared(path))
    words = [str(PROGRAM), "serve", "--no-worker", "--database", str(path), "--port"]
    with _running(words, ground) as own, _running([sys.executable, "-m", "tests.benchmarks.bare"], ground) as bare:
        told: dict[int, list[float]] = {own: [], bare: []}
        for _ in range(ROUNDS):  # in turns, so that both meet the same machine
            for port, found in told.items():
                found.append(asyncio.run(_throughput(port, token, seats, *ALONE)))
        yield Figure(
            bar=9, what="over HTTP, one event a call", value=max(told[own]), unit="/s",
            against="the bare framework", reference=max(told[bare]), least=0.5,
        )  # fmt: skip
        many = asyncio.run(_throughput(own, token, seats, *BATCH))
        yield Figure(
            bar=9, what="over HTTP, a hundred events a call", value=many * BATCH[0], unit="events/s",
            against="the services alone", reference=services, least=0.5,
        )  # fmt: skip
        took = asyncio.run(_paced(own, token, seats))
        yield Figure(bar=9, what=f"over HTTP, acknowledged at {RATE}/s, p50", value=p50(took), unit="ms")
        yield limit(9, f"over HTTP, acknowledged at {RATE}/s, p99", p99(took), "ms", 25.0)
    path.unlink()


async def _prepared(path: Path) -> tuple[str, list[tuple[int, int]], float]:
    """Return a token, pairs of session and person who are inside, and the events in a second that services take."""
    async with opened(path) as context:
        root = Actor(None, "benchmark", Role.SUPERADMIN)
        made = await clients.add(context, "benchmark", "events", by=root, at=now())
        tokens = await logins.sign_in(context, key=made.shown, at=now())
        sessions, people = await sessions_round_now(context, 200), await people_of(context, 500)
        chance = random.Random(1)
        seats = [(session_id, person_id) for person_id in people for session_id in sessions]
        chance.shuffle(seats)
        seats = seats[:INSIDE]
        for start in range(0, len(seats), BATCH[0]):
            await _report(context, seats[start : start + BATCH[0]], Signal.JOIN, root)
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            parts = [chance.sample(seats, BATCH[0]) for _ in range(BATCH[1])]
            await asyncio.gather(*(_report(context, part, Signal.HEARTBEAT, root) for part in parts))
            done += BATCH[0] * BATCH[1]
        return tokens.access_token, seats, done / (time.perf_counter() - began)


async def _report(context: Context, seats: list[tuple[int, int]], signal: Signal, by: Actor) -> None:
    events = [
        PresenceReport(session_id=session_id, person_id=person_id, signal=signal, at=now(), source=Source.API)
        for session_id, person_id in seats
    ]
    await reporting.report(context, list(enumerate(events)), by=by, at=now())


@contextmanager
def _running(words: list[str], ground: Ground) -> Iterator[int]:
    """Run a server on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environ = {**ground.environment, "SESSIONTUI_SERVER_CALLS_PER_MINUTE": "10000000"}
    process = subprocess.Popen([*words, str(port)], env=environ, stderr=subprocess.DEVNULL, cwd=_ROOT)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


_ROOT = Path(__file__).resolve().parents[2]


def _requests(token: str, seats: list[tuple[int, int]], events: int) -> Callable[[], bytes]:
    """Return what makes the next request, as the bytes that go over the wire."""
    chance = random.Random(3)
    number = 0

    def make() -> bytes:
        nonlocal number
        told = []
        for session_id, person_id in chance.sample(seats, events):
            number += 1
            told.append(
                {"session": session_id, "person": person_id, "kind": "heartbeat", "key": f"{id(told)}{number}"}
            )
        path = "/api/presence" if events > 1 else f"/api/sessions/{told[0]['session']}/presence"
        body = json.dumps({"events": told} if events > 1 else told[0]).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


async def _throughput(port: int, token: str, seats: list[tuple[int, int]], events: int, callers: int) -> float:
    """Return the calls in a second that are answered."""
    make, done, until = _requests(token, seats, events), 0, time.perf_counter() + SECONDS

    async def caller() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            await _call(reader, writer, make())
            done += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return done / (time.perf_counter() - began)


async def _paced(port: int, token: str, seats: list[tuple[int, int]]) -> list[float]:
    """Return milliseconds from when an event was due to its acknowledgement."""
    make, took = _requests(token, seats, 1), list[float]()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(32):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))

    async def one(due: float) -> None:
        pair = await free.get()
        await _call(*pair, make())
        took.append((time.perf_counter() - due) * 1000)
        free.put_nowait(pair)

    began, running = time.perf_counter(), []
    for number in range(int(RATE * SECONDS)):
        due = began + number / RATE
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        running.append(asyncio.create_task(one(due)))
    await asyncio.gather(*running)
    while not free.empty():
        free.get_nowait()[1].close()
    return took


async def _call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    """Send a request and read its answer whole; one that was not taken ends the measurement."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    size = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    await reader.readexactly(size)

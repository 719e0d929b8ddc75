"""Bar 9: joins and heartbeats through the services, beside raw SQLite with a thousand in each transaction."""

from __future__ import annotations

import asyncio
import random
import selectors
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sessiontui.domain.instants import to_ms
from sessiontui.services import presence
from sessiontui.services.context import Context
from tests.benchmarks.crowd import PLATFORM, people_of, sessions_round_now
from tests.benchmarks.figures import Figure, limit, p50, p99
from tests.benchmarks.ground import Ground, now, opened

CLIENTS = 256
SECONDS = 5.0
RATE = 2_000


def run(ground: Ground) -> Iterator[Figure]:
    bare = ground.copy(ground.middle(), "raw")
    raw = _raw(bare)
    bare.unlink()
    path = ground.copy(ground.middle(), "events")
    with asyncio.Runner(loop_factory=_exact) as runner:
        yield from runner.run(_events(path, raw))
    path.unlink()


def _exact() -> asyncio.AbstractEventLoop:
    """A loop that sends when an event is due: that of epoll counts in whole ms, and adds half of one to each."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


async def _events(path: Path, raw: dict[str, float]) -> list[Figure]:
    async with opened(path) as context:
        sessions, people = await sessions_round_now(context, 200), await people_of(context, 5_000)
        seats = [(session_id, person_id) for person_id in people for session_id in sessions]
        random.Random(1).shuffle(seats)
        await presence.join(context, *seats.pop(), by=PLATFORM, at=now())  # the first event loads the write path
        joins = await _throughput(context, presence.join, iter(seats))
        beats = await _throughput(context, presence.heartbeat, iter(seats))
        took = await _paced(context, iter(seats * 2))
    return [
        Figure(
            bar=9, what=f"joins, {CLIENTS} clients", value=joins, unit="/s",
            against="raw sqlite3", reference=raw["join"], least=0.45,
        ),
        Figure(
            bar=9, what=f"heartbeats, {CLIENTS} clients", value=beats, unit="/s",
            against="raw sqlite3", reference=raw["heartbeat"], least=0.25,
        ),
        limit(9, f"acknowledged at {RATE}/s, p50", p50(took), "ms", 1.0),
        limit(9, f"acknowledged at {RATE}/s, p99", p99(took), "ms", 10.0),
    ]  # fmt: skip


async def _throughput(context: Context, act, seats: Iterator[tuple[int, int]]) -> float:
    done = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal done
        for session_id, person_id in seats:
            if time.perf_counter() - began > SECONDS:
                return
            await act(context, session_id, person_id, by=PLATFORM, at=now())
            done += 1

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done / (time.perf_counter() - began)


async def _paced(context: Context, seats: Iterator[tuple[int, int]]) -> list[float]:
    """Milliseconds from when an event was due, not from when there was time for it, to its acknowledgement."""
    took: list[float] = []
    running: set[asyncio.Task[None]] = set()
    began = time.perf_counter()

    async def one(due: float, session_id: int, person_id: int) -> None:
        await presence.heartbeat(context, session_id, person_id, by=PLATFORM, at=now())
        took.append((time.perf_counter() - due) * 1000)

    for number in range(int(RATE * SECONDS)):
        due = began + number / RATE
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        if len(running) > 4 * RATE:
            break
        task = asyncio.create_task(one(due, *next(seats)))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running, timeout=30)
    return took


def _raw(path: Path) -> dict[str, float]:
    """What SQLite itself does with the same rows, FULL: all that has to be written, and nothing is asked before."""
    found = {}
    chance = random.Random(2)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        sessions = [row[0] for row in connection.execute("SELECT id FROM session ORDER BY starts_at DESC LIMIT 200")]
        people = [row[0] for row in connection.execute("SELECT id FROM person WHERE role = 'participant'")]
        for kind, statements in _WRITTEN.items():
            done, began = 0, time.perf_counter()
            while time.perf_counter() - began < SECONDS:
                connection.execute("BEGIN IMMEDIATE")
                for _ in range(1000):
                    row = {
                        "session": chance.choice(sessions), "person": chance.choice(people), "kind": kind,
                        "key": f"raw:{kind}:{done}", "at": to_ms(now()),
                    }  # fmt: skip
                    for statement in statements:
                        connection.execute(statement, row)
                    done += 1
                connection.execute("COMMIT")
            found[kind] = done / (time.perf_counter() - began)
    return found


_SIGNAL = (
    "INSERT INTO presence_signal (session_id, key, person_id, signal, at, source, connection, approximate,"
    " received_at) VALUES (:session, :key, :person, :kind, :at, 'api', '', 0, :at)"
)

_STAY = (
    "INSERT INTO presence (session_id, person_id, joined_at, source, approximate)"
    " VALUES (:session, :person, :at, 'api', 0)"
)

_BEAT = (
    "UPDATE presence SET heartbeat_at = :at WHERE id ="
    " (SELECT id FROM presence WHERE person_id = :person AND session_id = :session ORDER BY id DESC LIMIT 1)"
)

_COUNT = "UPDATE session SET active = active + 1 WHERE id = :session"

_LOG = "INSERT INTO change_log (session_id, at) VALUES (:session, :at)"

_WRITTEN = {"join": (_SIGNAL, _STAY, _COUNT, _LOG), "heartbeat": (_SIGNAL, _BEAT)}
"""What is written of each event."""

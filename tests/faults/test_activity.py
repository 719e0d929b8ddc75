"""Activity under fire: a thousand signs a second for a minute, with the server restarted twice.

    python -m pytest -m slow -s tests/faults/test_activity.py

Who reports never waits longer than 50 ms and sees no error, and whatever was reported is counted on either side.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.client import Client
from sessiontui.domain.access import Actor
from sessiontui.services.context import Context
from sessiontui.services.projects import changing
from sessiontui.store.engine import Database
from tests.faults.serving import RealDesk, instant, prepare

pytestmark = pytest.mark.slow

SECONDS = int(os.environ.get("SESSIONTUI_ACTIVITY_SECONDS", "60"))  # noqa: TID251 - a knob of the test alone
A_SECOND = 1_000
PEOPLE, PROJECTS = 40, 5
LONGEST = 0.05
"""Seconds that a caller may wait, beyond what the host takes from a process that does nothing at all meanwhile."""

IDLER = """
import time
longest, until = 0.0, time.monotonic() + {seconds}
while time.monotonic() < until:
    before = time.perf_counter()
    time.sleep(0.001)
    longest = max(longest, time.perf_counter() - before - 0.001)
print(longest)
"""
"""A process that only sleeps, and tells by how much it was woken too late at the most: the host's own share."""


def test_a_thousand_signs_a_second_while_the_server_is_restarted_twice(tmp_path: Path) -> None:
    path = tmp_path / "private" / "desk.db"
    path.parent.mkdir()
    ground = asyncio.run(_prepared(path))
    waits: list[float] = []
    server = RealDesk(path, options=("--no-worker",), log=tmp_path / "server.log")
    idler = subprocess.Popen([sys.executable, "-c", IDLER.format(seconds=SECONDS)], stdout=subprocess.PIPE, text=True)
    with server as desk, Client(desk.url, key=ground) as client:
        begun = time.monotonic()
        restarts = [SECONDS / 3, 2 * SECONDS / 3]
        restarting = None
        for number in range(SECONDS * A_SECOND):
            due = begun + number / A_SECOND
            ahead = due - time.monotonic()
            if ahead > 0.002:
                time.sleep(ahead)
            if restarts and time.monotonic() - begun >= restarts[0]:
                restarts.pop(0)
                restarting = _restart(desk)
            before = time.perf_counter()
            client.track_activity(f"demo:p{number % PEOPLE + 1}", number // PEOPLE % PROJECTS + 1)
            waits.append(time.perf_counter() - before)
        if restarting is not None:
            restarting.join()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            told = client.activities()
            if told.waiting + told.under_way == 0:
                break
            time.sleep(0.2)
        told = client.activities()
        waits.sort()
        rows = f"{len(waits)} calls, p50 {waits[len(waits) // 2] * 1e6:.0f} µs, p99.9"
        rows += f" {waits[int(len(waits) * 0.999)] * 1e3:.2f} ms, longest {waits[-1] * 1e3:.1f} ms"
        stolen = float(idler.communicate(timeout=30)[0])
        print(f"\ncaller: {rows}\nhost: {stolen * 1e3:.1f} ms late at the most\nclient: {told}")
    with sqlite3.connect(path) as connection:
        done, refused, dropped = connection.execute(
            "SELECT sum(done), sum(refused), sum(dropped) FROM activity_tally"
        ).fetchone()
        signs, open_visits = connection.execute(
            "SELECT sum(activities), sum(is_active) FROM user_sessions"
        ).fetchone()
        print(
            f"server: done {done}, refused {refused}, dropped {dropped}; {signs} signs in {open_visits} open visits"
        )
    assert waits[-1] <= LONGEST + stolen
    assert told.taken == len(waits)
    assert told.waiting == told.under_way == 0
    assert told.acknowledged + told.dropped + told.refused + told.failed == told.taken
    assert done + refused == told.acknowledged
    assert (signs, open_visits) == (done, PEOPLE * PROJECTS)


async def _prepared(path: Path) -> str:
    ground = await prepare(path, crowd=PEOPLE)
    db = await Database.open(path)
    at = instant() - timedelta(days=1)
    for number in range(PROJECTS):
        await changing.add(Context(db=db), f"Project {number}", by=Actor.system(), at=at)
    await db.close()
    return ground.key


def _restart(desk: RealDesk) -> threading.Thread:
    """Stop the server and start it again, beside whoever reports."""

    def again() -> None:
        desk.stop()
        desk.start()

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    return thread

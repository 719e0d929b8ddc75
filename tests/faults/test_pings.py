"""A thousand signs of activity a second while the server is restarted: callers neither wait nor see an error.

The minute of the story, or as many seconds as are asked for:

    SESSIONTUI_PING_SECONDS=60 python -m pytest -m slow -s tests/faults/test_pings.py -k story
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from sessiontui.client import Client
from tests.faults.serving import RealDesk, prepare

RATE = 1_000
THREADS = 4
RESTARTS = 2

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(8.0, id="short"),
        pytest.param(float(os.environ.get("SESSIONTUI_PING_SECONDS", "60")), id="story"),  # noqa: TID251
    ],
)
def test_a_restart_costs_no_caller_anything(tmp_path: Path, seconds: float) -> None:
    ground = asyncio.run(prepare(tmp_path / "desk.db", crowd=THREADS))
    with RealDesk(ground.path) as desk, Client(desk.url, key=ground.key) as client:
        project = client.add_project("Garden")["project"]
        stop, longest = threading.Event(), [0.0] * THREADS
        made = [0] * THREADS
        callers = [
            threading.Thread(target=_ping, args=(client, project, number, stop, longest, made))
            for number in range(THREADS)
        ]
        for caller in callers:
            caller.start()
        for _ in range(RESTARTS):
            time.sleep(seconds / (RESTARTS + 1))
            desk.stop()
            desk.start()
        time.sleep(seconds / (RESTARTS + 1))
        stop.set()
        for caller in callers:
            caller.join()
        client._reporter.drain(60)
        counts = client.activities()
    print(f"\n{sum(made)} pings in {seconds:.0f} s, longest call {max(longest) * 1000:.1f} ms, {counts}")
    assert sum(made) > RATE * seconds * 0.8
    assert max(longest) < 0.05
    assert counts.taken == sum(made) == counts.acknowledged + counts.dropped
    with sqlite3.connect(ground.path) as raw:
        (done,) = raw.execute("SELECT coalesce(sum(done), 0) FROM activity_tally").fetchone()
    raw.close()
    assert done >= counts.acknowledged, "a server that is asked to stop writes what it took in"


def _ping(
    client: Client, project: int, number: int, stop: threading.Event, longest: list[float], made: list[int]
) -> None:
    began = time.monotonic()
    while not stop.is_set():
        while made[number] < (time.monotonic() - began) * RATE / THREADS:
            before = time.perf_counter()
            client.track_activity(f"demo:p{number + 1}", project)
            longest[number] = max(longest[number], time.perf_counter() - before)
            made[number] += 1
        time.sleep(0.005)

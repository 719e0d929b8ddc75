"""Bar 11: another worker leads soon after the leader was killed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.figures import Figure, limit, p50, told
from tests.benchmarks.ground import PROGRAM, Ground

ROUNDS = 12


def run(ground: Ground) -> Iterator[Figure]:
    path = ground.copy(ground.small(), "lead")
    workers = [_start(ground, path)]
    took = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            _wait(connection, lambda epoch: epoch > 0)
            for _ in range(ROUNDS):
                workers.append(_start(ground, path))
                time.sleep(1.5)
                epoch = _epoch(connection)
                began = time.perf_counter()
                workers[0].send_signal(signal.SIGKILL)
                _wait(connection, lambda found, epoch=epoch: found > epoch)
                took.append((time.perf_counter() - began) * 1000)
                workers.pop(0).wait()
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    path.unlink()
    yield limit(11, f"fail-over on kill, the longest of {ROUNDS}", max(took), "ms", 150)
    yield told(11, "fail-over on kill, p50", p50(took), "ms")


def _start(ground: Ground, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [PROGRAM, "worker", "--database", path], env=ground.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _epoch(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT epoch FROM lease WHERE name = 'worker'").fetchone()
    return 0 if row is None else int(row[0])


def _wait(connection: sqlite3.Connection, reached) -> None:
    end = time.perf_counter() + 30
    while not reached(_epoch(connection)):
        if time.perf_counter() > end:
            msg = "nobody took the lead"
            raise AssertionError(msg)
        time.sleep(0.001)

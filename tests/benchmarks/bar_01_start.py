"""Bar 1: the first full screen on the large database, beside the smallest import, a small database and htop."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sessiontui.demo.names import TOPICS
from tests.benchmarks import peers
from tests.benchmarks.figures import Figure, milliseconds, p50, skipped, told
from tests.benchmarks.ground import PROGRAM, Ground
from tests.benchmarks.screen import Frame, Screen

ROUNDS = 7

ROW = b"|".join(re.escape(topic.title[:8].encode()) for topic in TOPICS)
"""What is seen of a row of the desk."""


def run(ground: Ground) -> Iterator[Figure]:
    """Start everything in turn, so that what the machine does meanwhile hits all alike."""
    large, small = ground.large(), ground.small()
    for database in (large, small):  # files are in memory from here on
        _start(ground, database)
    bare, full, little = [], [], []
    for _ in range(ROUNDS):
        bare += milliseconds(
            lambda: subprocess.run([sys.executable, "-c", "import textual.app"], check=True, env=ground.environment)
        )
        full.append(_start(ground, large))
        little.append(_start(ground, small))
    full_ms = p50([frame.last for frame in full])
    yield Figure(
        bar=1, what=f"first full screen, {ground.sessions} sessions", value=full_ms, unit="ms",
        against="import textual.app", reference=p50(bare), most=1.3,
    )  # fmt: skip
    yield Figure(
        bar=1, what=f"first full screen, {ground.sessions} sessions", value=full_ms, unit="ms",
        against="1 000 sessions", reference=p50([frame.last for frame in little]), most=1.2,
    )  # fmt: skip
    useful = p50([frame.first for frame in full])
    htop = peers.program("htop")
    if htop is None:
        yield told(1, "first useful paint", useful, "ms")
        yield skipped(1, "htop, first paint", "not installed (Debian: htop)")
    else:
        taken = [_peer(ground, [htop], b"CPU").first for _ in range(ROUNDS)]
        yield Figure(
            bar=1, what="first useful paint", value=useful, unit="ms",
            against="htop", reference=p50(taken), most=1.0,
        )  # fmt: skip
    yield from _others(ground, large)


def _start(ground: Ground, database: Path) -> Frame:
    with Screen([PROGRAM, "--database", database], ground.environment) as screen:
        return screen.until(ROW)


def _peer(ground: Ground, command: list[str], words: bytes) -> Frame:
    with Screen(command, peers.environment(ground)) as screen:
        return screen.until(words)


def _others(ground: Ground, database: Path) -> Iterator[Figure]:
    rows = min(ground.sessions, 20_000)
    frame = _peer(ground, peers.table_command("datatable", rows), peers.READY)
    yield told(1, f"peer: DataTable with {rows} rows, first screen", frame.last, "ms")
    if peers.has_fast_table():
        frame = _peer(ground, peers.table_command("fast", ground.sessions), peers.READY)
        yield told(1, f"peer: textual-fastdatatable with {ground.sessions} rows", frame.last, "ms")
    else:
        yield skipped(1, "peer: textual-fastdatatable", "not installed (PyPI: textual-fastdatatable)")
    for name, arguments, words in (
        ("harlequin", ["-a", "sqlite", str(database)], b"Query"),
        ("btop", ["--utf-force"], b"cpu"),
    ):
        found = peers.program(name)
        if found is None:
            yield skipped(1, f"peer: {name}", "not installed")
            continue
        try:
            yield told(1, f"peer: {name}, first frame", _peer(ground, [found, *arguments], words).first, "ms")
        except AssertionError:
            yield skipped(1, f"peer: {name}", "it showed nothing that was waited for")
    yield skipped(1, "peer: pg_activity", "it needs a PostgreSQL server")

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

_REGIONS = (
    "sessiontui",
    "health",
    "view:now",
    " Sessions ",
    "Starts",
    "Why: ",
    "Next: ",
    "Over",
    "filter",
    "help",
)
WHOLE = b"(?s)^" + b"".join(f"(?=.*{re.escape(words)})".encode() for words in _REGIONS)
"""Something of every region of the screen: top line, filter, list, titles, the pane with its tabs, and the keys."""

DESK = rb"(?s)\?1000h.*live"
"""What the console itself says once the toolkit is loaded: from here on keys are acted upon."""

FIRST_PAGE = (
    "sessiontui.cli.console, sessiontui.runtime.console, sessiontui.runtime.early, sessiontui.runtime.first_screen,"
    " sessiontui.tui.first_page, sessiontui.tui.terminals"
)
"""What is imported before the first rows are seen, with what it imports itself when it looks."""

LOOKED_AT = (
    "sessiontui.store.peek, sessiontui.runtime.identity, sessiontui.services.arriving,"
    " sessiontui.services.boards.asking"
)

ROW = b"|".join(re.escape(topic.title[:8].encode()) for topic in TOPICS)
"""What is seen of a row of the desk."""


def run(ground: Ground) -> Iterator[Figure]:
    """Start everything in turn, so that what the machine does meanwhile hits all alike."""
    large, small = ground.large(), ground.small()
    for database in (large, small):  # files are in memory from here on
        _start(ground, database)
    bare: list[float] = []
    large_starts: list[tuple[float, float, float]] = []
    small_starts: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        bare += milliseconds(
            lambda: subprocess.run([sys.executable, "-c", "import textual.app"], check=True, env=ground.environment)
        )
        large_starts.append(_start(ground, large))
        small_starts.append(_start(ground, small))
    whole = p50([whole for _, whole, _ in large_starts])
    desk = p50([desk for _, _, desk in large_starts])
    yield Figure(
        bar=1, what=f"whole first screen painted, {ground.sessions} sessions", value=whole, unit="ms",
        against="import textual.app", reference=p50(bare), most=1.3,
    )  # fmt: skip
    yield Figure(
        bar=1, what=f"whole first screen painted, {ground.sessions} sessions", value=whole, unit="ms",
        against="1 000 sessions", reference=p50([whole for _, whole, _ in small_starts]), most=1.2,
    )  # fmt: skip
    yield told(1, "the desk takes over: keys are acted upon", desk, "ms")
    yield told(1, "the same against import textual.app", desk / p50(bare), "×")
    yield Figure(
        bar=1, what="imports before the first rows are seen", value=_imports(f"{FIRST_PAGE}, {LOOKED_AT}"), unit="ms",
        against="those of textual.app", reference=_imports("textual.app"), most=0.7,
    )  # fmt: skip
    useful = p50([rows for rows, _, _ in large_starts])
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


def _start(ground: Ground, database: Path) -> tuple[float, float, float]:
    """Return the milliseconds to the first rows, to the whole screen, and until the console itself has it."""
    with Screen([PROGRAM, "--database", database], ground.environment) as screen:
        rows, whole, desk = screen.moments(ROW, WHOLE, DESK)
    return rows, whole, desk


def _imports(modules: str) -> float:
    """Return the milliseconds that importing modules takes, at the best of some times."""
    totals = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", f"import gc; gc.disable(); import {modules}"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        totals.append(
            sum(int(found[1]) for found in re.finditer(r"^import time:\s+(\d+) \|", done.stderr, re.M)) / 1000
        )
    return min(totals)


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

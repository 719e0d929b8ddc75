"""Bar 1: the first full screen on the large database, beside the smallest import, a small database and htop."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sessiontui.demo.names import TOPICS
from tests.benchmarks import peers
from tests.benchmarks.figures import Figure, milliseconds, p50, skipped, told
from tests.benchmarks.ground import PROGRAM, Ground
from tests.benchmarks.screen import Frame, Screen

ROUNDS = 11

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
"""What the console itself says once the toolkit is loaded and has taken the terminal over."""

HELP = b"Help: keys"
"""What comes of a question mark, typed while nothing was there to be seen."""

FIRST_PAGE = (
    "sessiontui.cli.console, sessiontui.runtime.console, sessiontui.runtime.early, sessiontui.runtime.first_screen,"
    " sessiontui.tui.first_page, sessiontui.tui.terminals"
)
"""What is imported before the first rows are seen, with what it imports itself when it looks."""

LOOKED_AT = (
    "sessiontui.store.peek, sessiontui.runtime.identity, sessiontui.services.arriving,"
    " sessiontui.services.boards.asking, sessiontui.services.boards.derived"
)

ROW = b"|".join(re.escape(topic.title[:8].encode()) for topic in TOPICS)
"""What is seen of a row of the desk."""


def run(ground: Ground) -> Iterator[Figure]:
    """Start everything in turn, so that what the machine does meanwhile hits all alike."""
    large, small = ground.large(), ground.small()
    for database in (large, small):  # files are in memory from here on, and show what most consoles open on
        _forget(database)
        _start(ground, database)
    htop = peers.program("htop")
    bare: list[float] = []
    large_starts: list[tuple[float, float, float]] = []
    small_starts: list[tuple[float, float, float]] = []
    htop_starts: list[float] = []
    for _ in range(ROUNDS):
        bare += milliseconds(
            lambda: subprocess.run([sys.executable, "-c", "import textual.app"], check=True, env=ground.environment)
        )
        large_starts.append(_start(ground, large))
        if htop is not None:
            htop_starts.append(_peer(ground, [htop], b"CPU").first)
        small_starts.append(_start(ground, small))
    useful, whole, desk = (p50([start[moment] for start in large_starts]) for moment in range(3))
    yield Figure(
        bar=1, what=f"whole first screen painted, {ground.sessions} sessions", value=whole, unit="ms",
        against="import textual.app", reference=p50(bare), most=1.3,
    )  # fmt: skip
    yield Figure(
        bar=1, what=f"whole first screen painted, {ground.sessions} sessions", value=whole, unit="ms",
        against="1 000 sessions", reference=p50([whole for _, whole, _ in small_starts]), most=1.2,
    )  # fmt: skip
    yield told(1, "the desk takes over", desk, "ms")
    yield told(1, "the same against import textual.app", desk / p50(bare), "×")
    yield told(1, "help for a question mark that was typed at once", _answered(ground, large), "ms")
    yield Figure(
        bar=1, what="imports before the first rows are seen", value=_imports(f"{FIRST_PAGE}, {LOOKED_AT}"), unit="ms",
        against="those of textual.app", reference=_imports("textual.app"), most=0.4,
    )  # fmt: skip
    if htop is None:
        yield told(1, "first useful paint", useful, "ms")
        yield skipped(1, "htop, first paint", "not installed (Debian: htop)")
    else:
        yield Figure(
            bar=1, what="first useful paint", value=useful, unit="ms",
            against="htop", reference=p50(htop_starts), most=0.85,
        )  # fmt: skip
        # By the clock it depends on who else is at work; htop, which mostly waits for its second sample, hardly does.
        yield Figure(
            bar=1, what="processor time for the whole first screen", value=_worked(ground, large), unit="ms",
            against="what htop takes to its first paint", reference=min(htop_starts), most=0.85,
        )  # fmt: skip
    yield from _others(ground, large)


def _start(ground: Ground, database: Path) -> tuple[float, float, float]:
    """Return the milliseconds to the first rows, to the whole screen, and until the console itself has it."""
    with Screen([PROGRAM, "--database", database], _usual(ground)) as screen:
        rows, whole, desk = screen.moments(ROW, WHOLE, DESK)
    return rows, whole, desk


def _worked(ground: Ground, database: Path) -> float:
    """Return the milliseconds of processor time by which the whole screen is painted."""
    taken = []
    for _ in range(ROUNDS):
        with Screen([PROGRAM, "--database", database], _usual(ground)) as screen:
            screen.moments(WHOLE)
            taken.append(screen.worked)
    return p50(taken)


def _answered(ground: Ground, database: Path) -> float:
    """Return the milliseconds until the first key is acted upon: all commands are there by then."""
    taken = []
    for _ in range(3):
        with Screen([PROGRAM, "--database", database], _usual(ground)) as screen:
            screen.send("?")
            taken += screen.moments(HELP)
    return p50(taken)


def _usual(ground: Ground) -> dict[str, str]:
    """Return an environment that says nothing to the product: it looks its folders up, as for most people."""
    return {name: value for name, value in ground.environment.items() if name != "SESSIONTUI_HOME"}


def _forget(database: Path) -> None:
    """Forget the view that another bar left: what opens is Now."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM remembered")


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
    with peers.pg_activity(ground) as shown:
        if shown is None:
            yield skipped(1, "peer: pg_activity", peers.NO_PG_ACTIVITY)
        else:
            yield told(1, "peer: pg_activity, first frame", shown[1], "ms")

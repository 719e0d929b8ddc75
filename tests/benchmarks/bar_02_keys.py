"""Bar 2: how soon a key is answered, while a worker works and a hundred events a second arrive.

A key is answered when the frame that moves the cursor, or the rows, has been written. With a hundred events a
second a frame of the feed often follows within milliseconds: it is another answer, to another question.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.crowd import crowd
from tests.benchmarks.desk import PAGE_DOWN, desk
from tests.benchmarks.figures import Figure, limit, p50, p99, told
from tests.benchmarks.ground import Ground
from tests.benchmarks.screen import Screen

KEYS = 300

RATE = 100

QUICK = 0.008
"""Seconds of silence after which the next key is typed."""

CURSOR = "▌".encode()
"""What marks the row under the cursor; it is written when the cursor comes to another line of the screen."""

MOVED = rb"\x1b\[[0-9]+;[0-9]+r"
"""What lets the terminal move rows: the margins between which it does."""


def run(ground: Ground) -> Iterator[Figure]:
    taken = {}
    for size, database in (("large", ground.large()), ("small", ground.small())):
        copy = ground.copy(database, f"keys-{size}")
        with crowd(copy, rate=RATE, seconds=600), desk(ground, copy) as screen:
            taken[size] = measure(screen)
        copy.unlink()
    for name, most in (("move", 16.0), ("scroll", 33.0)):
        large, small = taken["large"][name], taken["small"][name]
        yield limit(2, f"{name} p99, {ground.sessions} sessions, {RATE} events/s", p99(large), "ms", most)
        yield Figure(
            bar=2, what=f"{name} p50, {ground.sessions} sessions", value=p50(large), unit="ms",
            against="1 000 sessions", reference=p50(small), most=1.3,
        )  # fmt: skip
    yield told(2, "page p50", p50(taken["large"]["page"]), "ms")


def measure(screen: Screen) -> dict[str, list[float]]:
    """Move up and down, scroll by one at the foot, and page; milliseconds from the key to the end of its frame."""
    screen.press("j")
    move = [screen.answer("jk"[turn % 2], CURSOR, gap=QUICK) for turn in range(KEYS)]
    screen.press("j" * 45, gap=0.2)
    scroll = [screen.answer("j", MOVED, gap=QUICK) for _ in range(KEYS)]
    page = [screen.press(PAGE_DOWN, gap=QUICK).last for _ in range(KEYS // 5)]
    # a key at the very end of the table draws nothing
    return {name: [ms for ms in taken if ms] for name, taken in (("move", move), ("scroll", scroll), ("page", page))}

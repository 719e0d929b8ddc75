"""Bar 3: how many bytes go over the line, and how a slow line settles after a held key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from sessiontui.domain.vocabulary import Priority
from sessiontui.services import boards, sessions
from sessiontui.services.sessions import SessionEdit
from tests.benchmarks import peers
from tests.benchmarks.bar_01_start import DESK
from tests.benchmarks.desk import HOME, PAGE_DOWN, PAGE_UP, desk
from tests.benchmarks.figures import Figure, limit, p50, skipped, told
from tests.benchmarks.ground import ADMIN, PROGRAM, Ground, now, opened
from tests.benchmarks.screen import Screen

STILL = "view:all status:cancelled"
"""Sessions that do nothing by themselves."""

REST = 0.3
"""Seconds of silence after which also the detail has been drawn."""

LINE = 10_000
"""Bytes a second of a thin line."""


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    with Screen([PROGRAM, "--database", large], ground.environment) as screen:
        yield limit(3, "first screen, 120 × 40", screen.until(DESK).size, "B", 12_000)
    with desk(ground, large, query=STILL) as screen:
        yield from _keys(screen)
        yield from _rest(screen)
        yield from asyncio.run(_changes(screen, large))
        screen.press("g", gap=0.3)
        settled = screen.slowly(LINE, 3.0, key="j")
        yield limit(3, "10 kB/s line, Down held 3 s: settled after", settled, "s", 1.5)
    with desk(ground, large, query=STILL, columns=120) as screen:
        moves = [screen.press("j", gap=REST) for _ in range(20)]
        yield limit(3, "move with detail, 120 columns", p50([move.size for move in moves]), "B", 1_500)
        yield told(
            3, "move with detail: drawn after", p50([move.last for move in moves]), "ms", "after 120 ms of rest"
        )
    with desk(ground, large, query=STILL, options=["--no-diff"]) as screen:
        for figure in _keys(screen):
            yield told(3, f"without the differ: {figure.what}", figure.value, "B")
    yield from _peers(ground)


def _keys(screen: Screen) -> Iterator[Figure]:
    screen.press("j", gap=REST)
    moves = [screen.press("jk"[turn % 2]).size for turn in range(60)]
    screen.press("j" * 45, gap=REST)
    scrolls = [screen.press("j").size for _ in range(60)]
    screen.press(HOME, gap=REST)
    # To and fro, because a key at the very end of the table draws nothing, and what is taken is the clock's tick.
    pages = [screen.press((PAGE_DOWN, PAGE_UP)[turn % 8 // 4], gap=0.1).size for turn in range(16)]
    for name, sizes, most in (("move", moves, 450), ("scroll", scrolls, 500), ("page", pages, 5_000)):
        yield limit(3, f"{name}, no detail", p50(sizes), "B", most)


def _rest(screen: Screen) -> Iterator[Figure]:
    screen.watch(1.0)
    seconds = 10
    bursts = _bursts(screen, seconds)
    ticks = [size for size in bursts if size]
    largest = f"the largest burst {max(ticks, default=0)} B: the first tick after something else was painted"
    yield limit(3, "a clock tick", p50(ticks) if ticks else 0, "B", 40, largest)
    yield limit(3, "at rest, beside the clock's ticks", max(0, sum(bursts) - 40 * seconds), "B", 0)
    quiet = []
    for turn in range(30):
        screen.drain()
        screen.send(f"\x1b[<35;{10 + turn};{8 + turn % 20}M")
        quiet.append(len(screen.watch(0.05)))
    yield limit(3, "a motion of the mouse", p50(quiet), "B", 0)


def _bursts(screen: Screen, seconds: int) -> list[int]:
    return [len(screen.watch(0.1)) for _ in range(seconds * 10)]


async def _changes(screen: Screen, database: Path) -> list[Figure]:
    """Change what is seen from outside, one row and fifty at once."""
    screen.press("g", gap=REST)
    async with opened(database) as context:
        rows = [line.id for line in (await boards.board(context, STILL, now=now(), limit=30, by=ADMIN)).lines]
        one = []
        for turn in range(12):
            screen.drain()
            await _touch(context, rows[5:6], turn)
            one.append(len(await asyncio.to_thread(screen.watch, 0.4)))
        many = []
        for turn in range(4):
            screen.drain()
            await _touch(context, rows, turn)
            many.append(len(await asyncio.to_thread(screen.watch, 1.0)))
    return [
        limit(3, "one row changed", p50(one), "B", 150),
        told(3, f"{len(rows)} rows changed", p50(many), "B"),
    ]


async def _touch(context, rows: Sequence[int], turn: int) -> None:
    priority = (Priority.HIGH, Priority.NORMAL)[turn % 2]
    for session_id in rows:
        change = SessionEdit(priority=priority, title=f"Changed {turn:02d}")
        await sessions.edit(context, session_id, change, by=ADMIN, at=now())


def _peers(ground: Ground) -> Iterator[Figure]:
    kinds = [("datatable", min(ground.sessions, 20_000))]
    if peers.has_fast_table():
        kinds.append(("fast", min(ground.sessions, 100_000)))  # bytes are the same however many rows there are
    else:
        yield skipped(3, "peer: textual-fastdatatable", "not installed (PyPI: textual-fastdatatable)")
    for kind, rows in kinds:
        with Screen(peers.table_command(kind, rows), peers.environment(ground)) as screen:
            yield told(3, f"peer: {kind}, {rows} rows: first screen", screen.until(peers.READY).size, "B")
            down = "\x1b[B"
            yield told(3, f"peer: {kind}: move", p50([screen.press(down).size for _ in range(20)]), "B")
            screen.press(down * 45, gap=REST)
            yield told(3, f"peer: {kind}: scroll", p50([screen.press(down).size for _ in range(20)]), "B")

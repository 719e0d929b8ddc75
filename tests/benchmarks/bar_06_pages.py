"""Bar 6: a page is as near at any depth, and the product costs little beside raw SQLite.

A depth is reached in two ways: by the number of a row, as the scroll bar does, with nothing remembered of earlier
jumps; and behind the key of a known row, as programs page. Told in CPU time, the least of several rounds, so that the
ratios do not depend on who else is at work.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from sessiontui.services import boards
from sessiontui.services.boards import pages
from sessiontui.services.context import Context
from sessiontui.store import histories
from sessiontui.store.reads import walking
from tests.benchmarks.figures import Figure, told
from tests.benchmarks.ground import ADMIN, Ground, kept_up, now, opened

PAGE = 50
ROUNDS = 60
DEPTHS = (0.0, 0.1, 0.5, 0.95)

OTHERS = (
    ("view:all", "start"), ("view:all", "latest"), ("view:all", "title"), ("view:all", "pending"),
    ("status:ended_complete", "urgency"),
)  # fmt: skip
"""Other questions whose rows are found by their numbers, each with its order."""


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_run(ground))


async def _run(ground: Ground) -> list[Figure]:
    large = ground.large()
    async with opened(large) as context:
        late = await _page(context, "view:all", 0)
        await kept_up(context)
        matched = (await boards.board(context, "view:all", now=now(), limit=1, by=ADMIN)).matched
        depths = {share: int(share * matched) for share in DEPTHS}
        took = {share: await _page(context, "view:all", offset) for share, offset in depths.items()}
        behind = {share: await _page_behind(context, offset) for share, offset in depths.items()}
        others = {
            (query, order): [await _page(context, query, depth, order) for depth in (0, matched // 2)]
            for query, order in OTHERS
        }
        opening = await _page(context, "view:now", 0)
        ids = [line.id for line in (await boards.board(context, "view:all", now=now(), limit=PAGE, by=ADMIN)).lines]
    figures = [
        Figure(
            bar=6, what=f"{way} {depths[share]}", value=times[share], unit="ms",
            against="page one", reference=times[0.0], most=1.5,
        )
        for way, times in (("jump to row", took), ("page behind the key of row", behind))
        for share in DEPTHS[1:]
    ]  # fmt: skip
    figures += [
        Figure(
            bar=6, what=f"jump to row {matched // 2}: {query}, by {order}", value=deep, unit="ms",
            against="its page one", reference=first, most=1.5,
        )
        for (query, order), (first, deep) in others.items()
    ]  # fmt: skip
    figures.append(told(6, "first page of view:now", opening, "ms"))
    raw = _raw(str(large), ids)
    figures.append(
        Figure(
            bar=6,
            what=f"page of {PAGE} through the product",
            value=took[0.0],
            unit="ms",
            against="raw sqlite3",
            reference=raw,
            most=2.5,
            note="the same rows with their histories, read plainly",
        )
    )
    figures.append(told(6, "the same where no worker has run since the data were built", late, "ms"))
    return figures


async def _page(context: Context, query: str, offset: int, order: str = "urgency") -> float:
    """Return the least milliseconds of a page that begins at a row number."""
    took = []
    for turn in range(ROUNDS):
        walking.forget()
        began = time.process_time()
        await boards.board(context, query, now=now(), limit=PAGE, offset=offset + turn % 7, order=order, by=ADMIN)
        took.append((time.process_time() - began) * 1000)
    return min(took)


async def _page_behind(context: Context, offset: int) -> float:
    """Return the least milliseconds of a page that begins behind the row with a number, whose key is known."""
    last = (await boards.board(context, "view:all", now=now(), limit=1, offset=max(0, offset - 1), by=ADMIN)).lines[0]
    cursor = pages._cursor("urgency", (last.rank, last.id)) if offset else ""
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        await boards.page(context, "view:all", now=now(), limit=PAGE, cursor=cursor, by=ADMIN)
        took.append((time.process_time() - began) * 1000)
    return min(took)


def _raw(path: str, ids: list[int]) -> float:
    """The same page by plain statements: the rows in their order, and what happened in them."""
    marks = histories.marks(ids)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:

        def read() -> None:
            connection.execute(
                "SELECT s.*, a.name, m.name, m.phone, m.zone FROM session s LEFT JOIN person a ON a.id = s.author_id"
                " LEFT JOIN person m ON m.id = s.mentor_id WHERE s.archived_at IS NULL ORDER BY s.rank, s.id LIMIT ?",
                (PAGE,),
            ).fetchall()
            for table in ("session_change", "presence"):
                connection.execute(f"SELECT * FROM {table} WHERE session_id IN ({marks})", ids).fetchall()
            connection.execute(
                "SELECT r.session_id, r.person_id, c.at, c.state FROM join_request r"
                f" JOIN request_change c ON c.request_id = r.id WHERE r.session_id IN ({marks})",
                ids,
            ).fetchall()
            connection.execute("SELECT status, n, pending FROM status_count").fetchall()

        took = []
        for _ in range(ROUNDS):
            began = time.process_time()
            read()
            took.append((time.process_time() - began) * 1000)
        return min(took)

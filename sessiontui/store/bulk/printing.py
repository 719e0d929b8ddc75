"""Writing the copies: batch by batch, with nothing kept up to date meanwhile that can be built at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sessiontui.domain.instants import to_ms
from sessiontui.store.bulk.copies import Circle, Copy
from sessiontui.store.bulk.indexing import index_beside, take_index
from sessiontui.store.bulk.moving import PARTS
from sessiontui.store.bulk.press import Press, next_id
from sessiontui.store.bulk.spreads import CopiedSpreads
from sessiontui.store.engine import connect
from sessiontui.store.haystack import REBUILD_WORDS
from sessiontui.store.reader import Row
from sessiontui.store.refiguring import figure_beside, take_figures

_PRAGMAS: Final = (
    "PRAGMA synchronous = OFF",  # what a power failure breaks here is built again, not lost
    "PRAGMA foreign_keys = OFF",
    "PRAGMA cache_size = -262144",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA threads = 2",
    "PRAGMA wal_autocheckpoint = 16384",
)


FEW: Final = 0.2
"""The share of rows up to which an index is kept up to date while they are written."""


def copy_sessions(
    path: Path,
    copies: Iterable[Copy],
    *,
    circles: Sequence[Circle],
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> range:
    """Write copies into a database that nobody else writes to, and return their ids.

    Counts are left as they were: recount them afterwards. What is done to ``path`` meanwhile by others waits.
    ``progress`` is told how many copies are written.
    """
    with closing(connect(path)) as connection, TemporaryDirectory(dir=path.parent) as beside:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        first = next_id(connection, "session")
        figures, words = Path(beside) / "figures.db", Path(beside) / "words.db"
        with ThreadPoolExecutor(max_workers=1) as aside, _worded(connection):
            with _without_indexes(connection):
                press = Press(connection, circles, now=to_ms(now))
                done = _print_all(press, copies, aside, progress)
                press.tallies.write(connection, now=to_ms(now))
                figured = aside.submit(_figure, path, figures, press.spreads)
                indexed = aside.submit(_index, path, words)
            figured.result()
            take_figures(connection, figures)
            indexed.result()
            take_index(connection, words)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return range(first, first + done)


def _print_all(
    press: Press, copies: Iterable[Copy], aside: ThreadPoolExecutor, progress: Callable[[int], None] | None
) -> int:
    """Write copies and return how many they are; the next ones are made aside while some are written."""
    batches = press.batches(copies)
    done = 0
    coming: Future[list[Row] | None] = aside.submit(next, batches, None)
    while (rows := coming.result()) is not None:
        press.lay(rows)  # at each row Python is needed: what is made aside meanwhile would make it wait
        coming = aside.submit(next, batches, None)
        press.print()
        done += len(rows)
        if progress is not None:
            progress(done)
    return done


def _figure(path: Path, beside: Path, spreads: CopiedSpreads) -> None:
    """Make all figures in a database of their own, while the indexes are built in the other."""
    with closing(connect(beside)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        figure_beside(connection, path, spreads.all)


def _index(path: Path, beside: Path) -> None:
    """Make the index of words in a database of its own, while the other indexes are built."""
    with closing(connect(beside)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        index_beside(connection, path)


@contextmanager
def _worded(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the index of words tell of the rows that are there, however the writing of others ended."""
    try:
        yield
    except BaseException:
        connection.execute(REBUILD_WORDS)
        raise


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Take the indexes of the copied tables away, and build them from the rows at the end.

    Those that hold few rows stay, because looking for these costs more than keeping them up to date. The triggers
    rest meanwhile: what they keep is counted beside.
    """
    tables = ("session", *PARTS)
    made = connection.execute(
        "SELECT type, name, sql, tbl_name FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        f" AND tbl_name IN ({', '.join('?' * len(tables))}) ORDER BY type, tbl_name, name",
        tables,
    ).fetchall()
    made = [one for one in made if not _holds_few(connection, str(one[2]), table=str(one[3]))]
    for kind, name, _, _ in made:
        connection.execute(f'DROP {kind} "{name}"')
    try:
        yield
    finally:
        for _, _, sql, _ in made:
            connection.execute(str(sql))


def _holds_few(connection: sqlite3.Connection, sql: str, *, table: str) -> bool:
    """Return whether an index holds but few of the rows that are there, and so of those that are copied."""
    _, is_partial, test = sql.partition(" WHERE ")
    if not is_partial or not sql.startswith("CREATE INDEX"):
        return False
    share = connection.execute(f"SELECT avg({test}) FROM {table}").fetchone()[0]
    return share is not None and share < FEW

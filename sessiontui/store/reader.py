"""One look at the database: statements over one query-only connection, each answered before the next is asked.

Nothing here waits for an event loop, so that what is wanted before there is one can be asked as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import quote

from sessiontui.domain.errors import Unavailable
from sessiontui.store.wording import PUBLIC_WORDS, stands_in_public

Value: TypeAlias = "str | int | float | bytes | None"
Row: TypeAlias = "tuple[Value, ...]"

VOCABULARY: Final = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, session_words, instance)"
"""Opens the words that the index of words holds; nothing is kept for it."""

READ_PRAGMAS: Final = (
    "PRAGMA temp_store = MEMORY",
    VOCABULARY,  # nothing can be made any more once queries alone are allowed
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -8000",
    "PRAGMA trusted_schema = OFF",
)
"""What a connection begins with that reads."""

GLANCE_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 0",  # nobody waits on the event loop: what is busy is asked on the thread
    "PRAGMA cache_size = -1000",
    "PRAGMA trusted_schema = OFF",
)

_PLAIN_PRAGMAS: Final = ("PRAGMA busy_timeout = 30000", "PRAGMA trusted_schema = OFF")

SNAPSHOT: Final = "&immutable=1"
"""What is added to an address to read a file beside which nothing can be made; changes by others are not seen."""

STEPS: Final = 1_000
"""Steps of a statement with a deadline between two looks at the time; one step in the index of words takes long."""

PREPARED: Final = 256
"""Statements that a connection keeps prepared."""

CHUNK: Final = 400
"""Ids per query: below every limit on parameters, large enough that queries cost little each."""

_T = TypeVar("_T")


class OutOfTime(Unavailable):
    """A question was given up when its seconds were over; ``rows`` are what it had found, perhaps save the last."""

    def __init__(self, deadline: float | None, rows: Sequence[Row] = ()) -> None:
        super().__init__(f"the question took longer than {deadline or 0:g} s", hint="narrow the filter")
        self.rows = list(rows)


class Fetch(Protocol):
    """Where questions are sent; the answer is a list of plain tuples."""

    async def __call__(
        self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None
    ) -> list[Row]:
        """Return the rows of a query; ``OutOfTime`` after ``deadline`` seconds."""
        ...


Reading: TypeAlias = "Callable[[Fetch], Coroutine[None, None, _T]]"
"""Many questions and what is made of their answers; it awaits nothing but its questions."""


def marks(ids: Sequence[Value]) -> str:
    """Return the placeholders of a list of ids."""
    return ",".join("?" * len(ids))


def every_id(rows: Iterable[Row]) -> list[int]:
    """Return the first column of rows as ids."""
    return [cast("int", row[0]) for row in rows]


class Look:
    """One turn on the reading thread; ``is_over`` is set by the event loop when nobody waits any more."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.is_over = False

    def answer(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        """Return the rows of one query."""
        return self._asked(sql, parameters).fetchall()

    def whole(self, reading: Reading[_T]) -> _T:
        """Return what is made of the answers inside one read transaction."""
        self._connection.execute("BEGIN")
        try:
            return made(reading(self.fetch))
        finally:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of one query of a reading, without ever waiting for the event loop."""
        if deadline is None:
            return self.answer(sql, parameters)
        if deadline <= 0:
            raise OutOfTime(deadline)
        limit = monotonic() + deadline
        self._connection.set_progress_handler(lambda: monotonic() > limit, STEPS)
        rows: list[Row] = []
        try:
            rows.extend(self._asked(sql, parameters))
        except sqlite3.OperationalError as error:
            if self.is_over or "interrupted" not in str(error):
                raise
            raise OutOfTime(deadline, rows) from None
        else:
            return rows
        finally:
            self._connection.set_progress_handler(None, 0)

    def _asked(self, sql: str, parameters: Sequence[Value]) -> sqlite3.Cursor:
        if self.is_over:
            raise sqlite3.OperationalError("interrupted")
        return self._connection.execute(sql, parameters)


def address_of(path: Path) -> str:
    """Return how SQLite is told to open a file for reading alone."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def connect_for_reading(address: str, pragmas: Sequence[str]) -> sqlite3.Connection:
    """Return a connection that reads; ``sqlite3.Error`` where the file cannot be opened."""
    connection = sqlite3.connect(address, uri=True, isolation_level=None, cached_statements=PREPARED)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema")
        for pragma in pragmas:
            connection.execute(pragma)
        connection.create_function(PUBLIC_WORDS, 4, stands_in_public, deterministic=True)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a plain connection that reads; where nothing can be made beside the file it sees an unchanging snapshot.

    ``sqlite3.Error`` where the file cannot be opened.
    """
    try:
        return connect_for_reading(address_of(path), _PLAIN_PRAGMAS)
    except sqlite3.OperationalError:
        return connect_for_reading(address_of(path) + SNAPSHOT, _PLAIN_PRAGMAS)


def made(reading: Coroutine[None, None, _T]) -> _T:
    """Run what never waits for anything but answers that are there at once."""
    try:
        reading.send(None)
    except StopIteration as answer:
        made: _T = answer.value
        return made
    reading.close()
    msg = "a reading awaits its own questions alone"
    raise RuntimeError(msg)

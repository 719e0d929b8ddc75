"""The text in which free words are searched: what is written of a session and in it, its marks, and the index of it.

The index ``session_words`` only narrows: what it finds is compared with the text itself, because it may take
other signs for letters than the domain does. It is told of each change here, the old text to forget included;
a trigger could not do it where schemas are not trusted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.query import label_key, words
from sessiontui.store.marking import MARKS
from sessiontui.store.reader import CHUNK, Value, marks
from sessiontui.store.reads import inside

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx

REBUILD_WORDS: Final = "INSERT INTO session_words (session_words) VALUES ('rebuild')"
"""Makes the index anew from the texts; for those who write many sessions past the write path."""

OWE_WORDS: Final = "INSERT OR IGNORE INTO words_due (session_id) VALUES (?)"
"""Notes that a session's text is to be brought up to date soon."""

PAY_WORDS: Final = "DELETE FROM words_due WHERE session_id = ?"
"""Notes that a session's text is up to date."""

_FORGET: Final = "INSERT INTO session_words (session_words, rowid, haystack) VALUES ('delete', ?, ?)"


def spaced(*texts: str) -> str:
    """Return the folded words of texts, each between blanks, with a bar where one text ends.

    >>> spaced("Grief circle", "Ana")
    ' grief circle | ana '
    """
    return " " + " | ".join(_folded(text) for text in texts) + " "


def tag_mark(key: str) -> str:
    """Return the key of one tag between marks that no key can hold.

    >>> tag_mark("a|b")
    '\\na|b\\n'
    """
    return f"\n{key}\n"


async def keep_words(tx: Tx, ids: Sequence[int]) -> None:
    """Bring the texts of sessions and the index of words up to date; what has not changed is not written."""
    old: dict[int, tuple[Value, ...]] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await tx.fetch(
            f"SELECT id, haystack, title_words, tag_keys FROM session WHERE id IN ({marks(chunk)})", chunk
        ):
            old[cast("int", row[0])] = row[1:]
    new = [row for row in await haystacks(tx.fetch, ids) if row[:3] != old[cast("int", row[3])]]
    moved = [(row[3], old[cast("int", row[3])][0], row[0]) for row in new]
    await tx.run_many(_FORGET, [(row_id, before) for row_id, before, after in moved if before not in ("", after)])
    await tx.run_many(
        "INSERT INTO session_words (rowid, haystack) VALUES (?, ?)",
        [(row_id, after) for row_id, before, after in moved if before != after],
    )
    await tx.run_many("UPDATE session SET haystack = ?, title_words = ?, tag_keys = ? WHERE id = ?", new)


async def settle_words(tx: Tx, most: int) -> int:
    """Bring the texts of some sessions that owe it up to date, and return of how many."""
    rows = await tx.fetch("SELECT session_id FROM words_due LIMIT ?", (most,))
    ids = [cast("int", row[0]) for row in rows]
    if ids:
        await keep_words(tx, ids)
        await tx.run_many(PAY_WORDS, rows)
    return len(ids)


async def drop_words(tx: Tx, session_id: int) -> None:
    """Take a session that is about to be deleted out of the index of words."""
    rows = await tx.fetch("SELECT id, haystack FROM session WHERE id = ? AND haystack != ''", (session_id,))
    await tx.run_many(_FORGET, rows)


async def haystacks(fetch: Fetch, ids: Sequence[int]) -> list[tuple[Value, ...]]:
    """Return, for each session: all its words and marks, the words of its title, the keys of its tags, and its id."""
    found: list[tuple[Value, ...]] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        names = await _names(fetch, chunk)
        said = await inside.texts(fetch, chunk)
        for row in await fetch(
            f"SELECT id, title, description, tags, {MARKS} FROM session WHERE id IN ({marks(chunk)})", chunk
        ):
            session_id = cast("int", row[0])
            title, tags = str(row[1]), [str(tag) for tag in json.loads(str(row[3]))]
            text = spaced(title, str(row[2]), *tags, *sorted(names[session_id]), *said.get(session_id, ()))
            keys = "".join(tag_mark(label_key(tag)) for tag in tags)
            found.append((text + str(row[4]), spaced(title), keys, session_id))
    return found


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """Return the words of a text; the same names come again and again."""
    return " ".join(words(text))


async def _names(fetch: Fetch, ids: Sequence[int]) -> defaultdict[int, set[str]]:
    names: defaultdict[int, set[str]] = defaultdict(set)
    place = marks(ids)
    for row in await fetch(
        "SELECT s.id, p.name FROM session s JOIN person p ON p.id IN (s.author_id, s.mentor_id)"
        f" WHERE s.id IN ({place})"
        " UNION SELECT r.session_id, p.name FROM join_request r JOIN person p ON p.id = r.person_id"
        f" WHERE r.session_id IN ({place})"
        " UNION SELECT v.session_id, coalesce(p.name, a.name) FROM presence v"
        " LEFT JOIN person p ON p.id = v.person_id LEFT JOIN attendee a ON a.id = v.attendee_id"
        f" WHERE v.session_id IN ({place})"
        " UNION SELECT k.session_id, p.name FROM collaborator k JOIN person p ON p.id = k.person_id"
        f" WHERE k.session_id IN ({place})",
        (*ids, *ids, *ids, *ids),
    ):
        if row[1] is not None:
            names[cast("int", row[0])].add(str(row[1]))
    return names

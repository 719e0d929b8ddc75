"""Questions about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from sessiontui.domain.query import words
from sessiontui.domain.records import record
from sessiontui.store.histories import CHUNK, Fetch, every_id, marks
from sessiontui.store.reader import Row, Value

_SELECT: Final = (
    "SELECT p.id, p.name, p.email, p.phone, p.role, p.zone, coalesce(p.os_user, ''),"
    " (SELECT group_concat(o.source || ':' || o.external_id, char(31)) FROM outside_id o"
    "  WHERE o.person_id = p.id), p.created_at, p.erased_at FROM person p"
)


MAIL: Final = "mail"
"""The source of an outside id that is a further address of a person, by which imports find them too."""


@record
class PersonRow:
    """One person as it is kept."""

    id: int
    name: str
    email: str
    phone: str
    role: str
    zone: str
    os_user: str
    external_ids: tuple[str, ...]
    created_at: int | None = None
    erased_at: int | None = None


async def search(
    fetch: Fetch, *, text: str = "", role: str = "", limit: int, erased: bool = False
) -> list[PersonRow]:
    """Return people by name; each word of ``text`` begins a word of the name, or the address begins with it.

    Those who were erased are left out unless they are asked for.
    """
    tests, values = ["1" if erased else "p.erased_at IS NULL"], list[Value]()
    if role:
        tests.append("p.role = ?")
        values.append(role)
    for word in words(text):
        tests.append("(p.name_key LIKE ? ESCAPE '\\' OR p.email_key LIKE ? ESCAPE '\\')")
        like = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values += [f"% {like}%", f"{like}%"]
    sql = f"{_SELECT} WHERE {' AND '.join(tests)} ORDER BY p.name_key, p.id LIMIT ?"
    return [_person(row) for row in await fetch(sql, (*values, limit))]


async def candidates(fetch: Fetch, text: str) -> list[PersonRow]:
    """Return everyone whom an id, an outside id, an address or an exact name could mean, surest first."""
    bare = text.strip().removeprefix("#")
    source, _, outside = text.partition(":")
    tests: list[tuple[str, tuple[Value, ...]]] = []
    if bare.isascii() and bare.isdigit():
        tests.append(("p.id = ?", (int(bare),)))
        return await _first(fetch, tests) if len(bare) < 16 else []
    own = "p.id IN (SELECT person_id FROM outside_id WHERE"
    if outside:
        tests.append((f"{own} source = ? AND external_id = ?)", (source, outside)))
    tests += [
        (f"{own} external_id = ?)", (text,)),
        ("p.email_key = ? AND p.email_key != ''", (text.strip().casefold(),)),
        (f"{own} source = ? AND external_id = ?)", (MAIL, text.strip().casefold())),
        ("p.name = ?", (text.strip(),)),
        ("p.name_key = ?", (" " + " ".join(words(text)) + " ",)),
    ]
    return await _first(fetch, tests)


async def by_os_user(fetch: Fetch, os_user: str) -> PersonRow | None:
    """Return the person to whom a login name of the operating system belongs."""
    rows = await fetch(f"{_SELECT} WHERE p.os_user = ?", (os_user,))
    return _person(rows[0]) if rows else None


async def by_id(fetch: Fetch, person_id: int) -> PersonRow | None:
    """Return one person."""
    rows = await fetch(f"{_SELECT} WHERE p.id = ?", (person_id,))
    return _person(rows[0]) if rows else None


async def by_ids(fetch: Fetch, ids: Sequence[int]) -> list[PersonRow]:
    """Return some people, in no order."""
    found: list[PersonRow] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found += [_person(row) for row in await fetch(f"{_SELECT} WHERE p.id IN ({marks(chunk)})", chunk)]
    return found


async def became(fetch: Fetch, person_id: int) -> int | None:
    """Return whom a number stands for since a merge that was not undone, ``None`` where there was none."""
    rows = await fetch(
        "SELECT kept_id FROM person_merge WHERE gone_id = ? AND NOT undone ORDER BY id DESC LIMIT 1", (person_id,)
    )
    return cast("int", rows[0][0]) if rows else None


async def keepers(fetch: Fetch) -> list[str]:
    """Return the names of those who may let others in, strongest first."""
    rows = await fetch(
        "SELECT name FROM person WHERE os_user IS NOT NULL AND role IN ('superadmin', 'admin')"
        " ORDER BY role = 'superadmin' DESC, id",
        (),
    )
    return [str(row[0]) for row in rows]


async def superadmins(fetch: Fetch, *, but: int) -> int:
    """Return how many other superadmins can log in."""
    rows = await fetch(
        "SELECT count(*) FROM person WHERE role = 'superadmin' AND os_user IS NOT NULL AND id != ?", (but,)
    )
    return cast("int", rows[0][0])


async def was_opened(fetch: Fetch) -> bool:
    """Return whether someone has already become the superadmin by opening the database first."""
    return bool(await fetch("SELECT 1 FROM audit_entry WHERE action = 'person.first' LIMIT 1", ()))


async def sessions_of(fetch: Fetch, person_id: int) -> list[int]:
    """Return the sessions in which a person's name is shown."""
    rows = await fetch(
        "SELECT id FROM session WHERE author_id = ?1 OR mentor_id = ?1"
        " UNION SELECT session_id FROM join_request WHERE person_id = ?1"
        " UNION SELECT session_id FROM presence WHERE person_id = ?1"
        " UNION SELECT session_id FROM comment WHERE author_id = ?1"
        " UNION SELECT session_id FROM collaborator WHERE person_id = ?1"
        " UNION SELECT c.session_id FROM mention m JOIN comment c ON c.id = m.comment_id WHERE m.person_id = ?1",
        (person_id,),
    )
    return every_id(rows)


async def names(fetch: Fetch, ids: Sequence[int]) -> dict[int, str]:
    """Return the names of people by id."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await fetch(f"SELECT id, name FROM person WHERE id IN ({marks(chunk)})", chunk)
        found.update((cast("int", row[0]), str(row[1])) for row in rows)
    return found


async def _first(fetch: Fetch, tests: Sequence[tuple[str, tuple[Value, ...]]]) -> list[PersonRow]:
    """Return whom the first test that holds for anyone means."""
    for test, values in tests:
        rows = await fetch(f"{_SELECT} WHERE {test} ORDER BY p.id LIMIT 20", values)
        if rows:
            return [_person(row) for row in rows]
    return []


def _person(row: Row) -> PersonRow:
    outside = str(row[7]).split("\x1f") if row[7] else []
    return PersonRow(
        id=cast("int", row[0]),
        name=str(row[1]),
        email=str(row[2]),
        phone=str(row[3]),
        role=str(row[4]),
        zone=str(row[5]),
        os_user=str(row[6]),
        external_ids=tuple(outside),
        created_at=cast("int | None", row[8]),
        erased_at=cast("int | None", row[9]),
    )

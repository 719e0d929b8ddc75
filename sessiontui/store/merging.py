"""Two people made one: every row that names the one who goes is given to the one who stays, and can be given back.

Where both have a row of which there may be one alone, the stronger request stays, of all else that of the one who is
kept; the other row is put away as a whole with what hangs on it. Who did something keeps their number in the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Column, Table, UniqueConstraint
from sqlmodel import SQLModel

from sessiontui.store.compact import dump
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Value
from sessiontui.store.reads.people import MAIL
from sessiontui.store.tables import NOUNS as NOUNS  # they fill the metadata of the tables

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

UNBOUND: Final = (("session_change", "mentor_id"), ("remembered", "person_id"), ("refusal_tally", "person_id"))
"""Columns that name a person without being bound to one."""

_OWN: Final = frozenset({"person_merge", "person_merge_row", "person_note_before", "person_tally", "clash"})
"""Tables that follow by themselves, or keep what was before."""

_OF_SOME: Final = frozenset({"user_sessions_active"})
"""Keys that hold for some rows alone; who merges sees to it before that no two of these meet."""

_STRENGTH: Final = "CASE {row}.state WHEN 'approved' THEN 3 WHEN 'pending' THEN 2 WHEN 'rejected' THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a person; ``alone`` are the other columns of each key that allows one row alone."""

    table: str
    column: str
    key: tuple[str, ...]
    alone: tuple[tuple[str, ...], ...]


@cache
def references() -> tuple[Reference, ...]:
    """Return every column that names a person, as the tables tell it."""
    return tuple(_references())


async def count(fetch: Fetch, person_id: int) -> dict[str, int]:
    """Return how many rows name a person, by ``table.column``; those that none names are left out."""
    found: dict[str, int] = {}
    for one in references():
        sql = f'SELECT count(*) FROM "{one.table}" WHERE "{one.column}" = ?'
        found[f"{one.table}.{one.column}"] = cast("int", (await fetch(sql, (person_id,)))[0][0])
    return {name: number for name, number in found.items() if number}


async def asked_both(fetch: Fetch, kept: int, gone: int) -> list[tuple[int, str, str, str]]:
    """Return the sessions that both asked to join, each with its title and the states of both requests."""
    rows = await fetch(
        "SELECT s.id, s.title, k.state, g.state FROM join_request k"
        " JOIN join_request g ON g.session_id = k.session_id JOIN session s ON s.id = k.session_id"
        " WHERE k.person_id = ? AND g.person_id = ? ORDER BY s.starts_at, s.id",
        (kept, gone),
    )
    return [(cast("int", row[0]), str(row[1]), str(row[2]), str(row[3])) for row in rows]


async def move_rows(tx: Tx, merge: int, *, kept: int, gone: int) -> int:
    """Give the rows of one person to another, put away those that cannot be given, and return how many that were."""
    await _settle_requests(tx, merge, kept=kept, gone=gone)
    moved = 0
    for one in references():
        for alone in one.alone:
            moved += await _put_away_doubles(tx, merge, one, alone, kept=kept, gone=gone)
        names = ", ".join(f'"{name}"' for name in one.key)
        rows = await tx.fetch(f'SELECT {names} FROM "{one.table}" WHERE "{one.column}" = ?', (gone,))
        keys = [dict(zip(one.key, row, strict=True)) for row in rows]
        await tx.run(f'UPDATE "{one.table}" SET "{one.column}" = ? WHERE "{one.column}" = ?', (kept, gone))
        await tx.run_many(
            _KEEP, [(merge, one.table, one.column, dump({**key, **_now(one, kept)}), "{}") for key in keys]
        )
        moved += len(keys)
    await tx.run("DELETE FROM clash WHERE person_id = ?", (gone,))
    return moved


async def put_away(tx: Tx, merge: int, table: str, key: Mapping[str, Value]) -> None:
    """Take a row out of its table, with all that hangs on it, and keep it as a whole."""
    for child, column in _children(table):
        names = _key_of(SQLModel.metadata.tables[child])
        listed = ", ".join(f'"{name}"' for name in names)
        for row in await tx.fetch(f'SELECT {listed} FROM "{child}" WHERE "{column}" = ?', (key["id"],)):
            await put_away(tx, merge, child, dict(zip(names, row, strict=True)))
    columns = [column.name for column in SQLModel.metadata.tables[table].columns]
    test, values = _test(key)
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = await tx.fetch(f'SELECT {listed} FROM "{table}" WHERE {test}', values)
    for row in rows:
        whole = {name: cast("str | int | float | None", value) for name, value in zip(columns, row, strict=True)}
        await tx.run(_KEEP, (merge, table, "", dump(dict(key)), dump(whole)))
    await tx.run(f'DELETE FROM "{table}" WHERE {test}', values)


async def give_back(tx: Tx, merge: int, *, kept: int, gone: int) -> None:
    """Undo what ``move_rows`` and ``put_away`` did; what has gone since stays gone."""
    rows = await tx.fetch(
        'SELECT noun, "column", "key", whole FROM person_merge_row WHERE merge_id = ? ORDER BY id DESC', (merge,)
    )
    for noun, column, key, whole in cast("list[tuple[str, str, str, str]]", rows):
        kept_key = cast("dict[str, Value]", json.loads(key))
        if not column:
            values = cast("dict[str, Value]", json.loads(whole))
            names = ", ".join(f'"{name}"' for name in values)
            places = ", ".join("?" * len(values))
            await tx.run(f'INSERT INTO "{noun}" ({names}) VALUES ({places})', tuple(values.values()))
            continue
        test, values_of_key = _test(kept_key)
        await tx.run(
            f'UPDATE "{noun}" SET "{column}" = ? WHERE {test} AND "{column}" = ?', (gone, *values_of_key, kept)
        )
    await tx.run("DELETE FROM person_merge_row WHERE merge_id = ?", (merge,))
    await tx.run("DELETE FROM clash WHERE person_id = ?", (kept,))


async def standing(fetch: Fetch, merge: int) -> tuple[int, dict[str, object], int] | None:
    """Return who stayed, what they were before and their version right after, of a merge that was not undone."""
    found = await fetch(
        "SELECT kept_id, kept_before, kept_version FROM person_merge WHERE id = ? AND NOT undone", (merge,)
    )
    if not found:
        return None
    kept_id, before, version = cast("tuple[int, str, int]", found[0])
    return kept_id, cast("dict[str, object]", json.loads(before)), version


async def keep_address(tx: Tx, person_id: int, address: str) -> int | None:
    """Keep an address by which somebody was known as well, and return its row; the one in use needs none."""
    known = await tx.fetch(
        "SELECT 1 FROM outside_id WHERE source = ?1 AND external_id = ?2"
        " UNION SELECT 1 FROM person WHERE id = ?3 AND email_key IN (?2, '')",
        (MAIL, address, person_id),
    )
    if not address or known:
        return None
    return await tx.insert("outside_id", person_id=person_id, source=MAIL, external_id=address)


async def forget_address(tx: Tx, row: int | None) -> None:
    """Take back what ``keep_address`` kept."""
    await tx.run("DELETE FROM outside_id WHERE id = ?", (row,))


async def look_for_clashes(tx: Tx, session_ids: Sequence[int]) -> None:
    """Let the double bookings of sessions be looked up again."""
    await tx.run_many(
        "INSERT INTO clash_due (session_id, at) VALUES (?, ?)"
        " ON CONFLICT (session_id) DO UPDATE SET at = excluded.at",
        [(session_id, tx.now) for session_id in session_ids],
    )


_KEEP: Final = 'INSERT INTO person_merge_row (merge_id, noun, "column", "key", whole) VALUES (?, ?, ?, ?, ?)'


async def _settle_requests(tx: Tx, merge: int, *, kept: int, gone: int) -> None:
    """Where both asked to join a session, put the weaker request away; of two alike that of the one who goes."""
    rows = await tx.fetch(
        f"SELECT k.id, g.id, {_STRENGTH.format(row='g')} > {_STRENGTH.format(row='k')} FROM join_request k"
        " JOIN join_request g ON g.session_id = k.session_id WHERE k.person_id = ? AND g.person_id = ?",
        (kept, gone),
    )
    for own, others, is_stronger in rows:
        await put_away(tx, merge, "join_request", {"id": own if is_stronger else others})


async def _put_away_doubles(
    tx: Tx, merge: int, one: Reference, alone: tuple[str, ...], *, kept: int, gone: int
) -> int:
    names = ", ".join(f'g."{name}"' for name in one.key)
    same = "".join(f' AND k."{name}" IS g."{name}"' for name in alone)
    rows = await tx.fetch(
        f'SELECT {names} FROM "{one.table}" g WHERE g."{one.column}" = ? AND EXISTS'
        f' (SELECT 1 FROM "{one.table}" k WHERE k."{one.column}" = ?{same})',
        (gone, kept),
    )
    for row in rows:
        await put_away(tx, merge, one.table, dict(zip(one.key, row, strict=True)))
    return len(rows)


def _references() -> Iterator[Reference]:
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if name in _OWN:
            continue
        for column in table.columns:
            bound = any(key.column.table.name == "person" for key in column.foreign_keys)
            if bound or (name, column.name) in UNBOUND:
                yield Reference(name, column.name, _key_of(table), tuple(_alone(table, column)))


def _alone(table: Table, column: Column[object]) -> Iterator[tuple[str, ...]]:
    sets = [tuple(one.name for one in table.primary_key.columns)]
    sets += [
        tuple(one.name for one in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    sets += [
        tuple(one.name for one in index.columns)
        for index in table.indexes
        if index.unique and index.name not in _OF_SOME
    ]
    for names in sets:
        if column.name in names:
            yield tuple(name for name in names if name != column.name)


def _children(table: str) -> Iterator[tuple[str, str]]:
    if table == "person":  # all that can be given was given already
        return
    for name, other in sorted(SQLModel.metadata.tables.items()):
        for column in other.columns:
            if any(key.column.table.name == table and key.ondelete == "CASCADE" for key in column.foreign_keys):
                yield name, column.name


def _key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _now(one: Reference, kept: int) -> dict[str, int]:
    return {one.column: kept} if one.column in one.key else {}


def _test(key: Mapping[str, Value]) -> tuple[str, tuple[Value, ...]]:
    return " AND ".join(f'"{name}" IS ?' for name in key), tuple(key.values())

"""Clients, passwords, and the failed sign-ins of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.logins.statements import Run
from sessiontui.store.reader import Row, Value


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client as it is kept, with its person and how many of its logins live. Instants are milliseconds."""

    id: int
    name: str
    person_id: int
    person: str
    role: str
    scopes: str
    signing_key: str
    created_at: int
    rotated_at: int | None
    used_at: int | None
    revoked_at: int | None
    old_key_until: int | None
    live: int


_CLIENT: Final = (
    "SELECT c.id, c.name, c.person_id, p.name, p.role, c.scopes, c.signing_key, c.created_at, c.rotated_at,"
    " c.used_at, c.revoked_at, c.old_key_until,"
    " (SELECT count(*) FROM login l WHERE l.client_id = c.id AND l.ended_at IS NULL)"
    " FROM client c JOIN person p ON p.id = c.person_id"
)


async def every(fetch: Fetch) -> list[ClientRow]:
    """Return all clients by name, revoked ones last."""
    return [_client(row) for row in await fetch(f"{_CLIENT} ORDER BY c.revoked_at IS NOT NULL, c.name_key", ())]


async def programs(fetch: Fetch) -> set[int]:
    """Return the people who are clients and nobody else: made in one act with their client, without an address."""
    sql = (
        "SELECT c.person_id FROM client c JOIN person p ON p.id = c.person_id AND p.created_at = c.created_at"
        " AND p.email = ''"
    )
    return {cast("int", row[0]) for row in await fetch(sql, ())}


async def by_id(fetch: Fetch, client_id: int) -> ClientRow | None:
    """Return one client."""
    return await _one(fetch, "c.id = ?", (client_id,))


async def by_name(fetch: Fetch, name_key: str) -> ClientRow | None:
    """Return the client of a folded name."""
    return await _one(fetch, "c.name_key = ?", (name_key,))


async def by_key(fetch: Fetch, digest: str, *, now: int) -> ClientRow | None:
    """Return whose key has this digest: the newest one, or the one before while it still holds."""
    found = await _one(fetch, "c.key_hash = ?", (digest,))
    return found or await _one(fetch, "c.old_key_hash = ? AND c.old_key_until > ?", (digest, now))


async def _one(fetch: Fetch, test: str, values: tuple[Value, ...]) -> ClientRow | None:
    rows = await fetch(f"{_CLIENT} WHERE {test}", values)
    return _client(rows[0]) if rows else None


async def used(run: Run, client_id: int, *, now: int) -> None:
    """Note that a client signed in."""
    await run("UPDATE client SET used_at = ? WHERE id = ?", (now, client_id))


async def change_key(run: Run, client_id: int, *, digest: str, now: int, old_until: int | None) -> None:
    """Give a client a new key; the one before holds until an instant, or not at all."""
    await run(
        "UPDATE client SET old_key_hash = CASE WHEN ?1 IS NULL THEN NULL ELSE key_hash END, old_key_until = ?1,"
        " key_hash = ?2, rotated_at = ?3 WHERE id = ?4",
        (old_until, digest, now, client_id),
    )


async def revoke(run: Run, client_id: int, *, now: int) -> int:
    """Let no key of a client open anything any more; 0 where that was so."""
    return await run(
        "UPDATE client SET revoked_at = ?, old_key_hash = NULL, old_key_until = NULL"
        " WHERE id = ? AND revoked_at IS NULL",
        (now, client_id),
    )


async def revoke_of(run: Run, person_id: int, *, now: int) -> int:
    """Let no key of the clients that act as a person open anything any more; return how many clients those were."""
    return await run(
        "UPDATE client SET revoked_at = ?, old_key_hash = NULL, old_key_until = NULL"
        " WHERE person_id = ? AND revoked_at IS NULL",
        (now, person_id),
    )


# -- people's passwords ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PasswordRow:
    """A person with the password that is kept of them, empty for none."""

    person_id: int
    name: str
    role: str
    hash: str


async def password_of(fetch: Fetch, email_key: str) -> PasswordRow | None:
    """Return who has an address, with their password; ``None`` for nobody, or for several."""
    rows = await fetch(
        "SELECT p.id, p.name, p.role, coalesce(w.hash, '') FROM person p LEFT JOIN password w ON w.person_id = p.id"
        " WHERE p.email_key = ? AND p.email_key != '' AND p.erased_at IS NULL LIMIT 2",
        (email_key,),
    )
    if len(rows) != 1:
        return None
    return PasswordRow(*cast("tuple[int, str, str, str]", rows[0]))


async def keep_password(run: Run, person_id: int, *, hashed: str, now: int) -> None:
    """Put a password in the place of the one that is kept of a person."""
    await run(
        "INSERT INTO password (person_id, hash, set_at) VALUES (?, ?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
        (person_id, hashed, now),
    )


async def drop_password(run: Run, person_id: int) -> int:
    """Forget the password of a person; 0 where there was none."""
    return await run("DELETE FROM password WHERE person_id = ?", (person_id,))


# -- failed sign-ins ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FailureRow:
    """The failed sign-ins of one account. Instants are milliseconds."""

    account: str
    person_id: int | None
    failures: int
    last_at: int
    locked_until: int | None


async def failures(fetch: Fetch, account: str) -> FailureRow | None:
    """Return the failed sign-ins of one account."""
    rows = await fetch(f"{_FAILURE} WHERE account = ?", (account,))
    return _failure(rows[0]) if rows else None


async def locked(fetch: Fetch, *, now: int) -> list[FailureRow]:
    """Return the accounts that rest now, those that rest longest first."""
    rows = await fetch(f"{_FAILURE} WHERE locked_until > ? ORDER BY locked_until DESC", (now,))
    return [_failure(row) for row in rows]


async def keep_failures(run: Run, row: FailureRow) -> None:
    """Put failed sign-ins in the place of those that are kept."""
    await run(
        "INSERT INTO sign_in_failure (account, person_id, failures, last_at, locked_until) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account) DO UPDATE SET person_id = excluded.person_id, failures = excluded.failures,"
        " last_at = excluded.last_at, locked_until = excluded.locked_until",
        (row.account, row.person_id, row.failures, row.last_at, row.locked_until),
    )


async def forgive(run: Run, account: str) -> int:
    """Forget the failed sign-ins of an account; 0 where there were none."""
    return await run("DELETE FROM sign_in_failure WHERE account = ?", (account,))


async def forgive_person(run: Run, person_id: int) -> int:
    """Forget the failed sign-ins of a person; 0 where there were none."""
    return await run("DELETE FROM sign_in_failure WHERE person_id = ?", (person_id,))


async def forget_failures(run: Run, *, before: int, now: int) -> int:
    """Forget failed sign-ins that are long over, and return how many accounts that were."""
    return await run(
        "DELETE FROM sign_in_failure WHERE last_at <= ? AND coalesce(locked_until, 0) <= ?", (before, now)
    )


_FAILURE: Final = "SELECT account, person_id, failures, last_at, locked_until FROM sign_in_failure"


def _client(row: Row) -> ClientRow:
    return ClientRow(
        *cast(
            "tuple[int, str, int, str, str, str, str, int, int | None, int | None, int | None, int | None, int]", row
        )
    )


def _failure(row: Row) -> FailureRow:
    return FailureRow(*cast("tuple[str, int | None, int, int, int | None]", row))

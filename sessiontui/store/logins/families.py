"""Logins and their tokens: opened, rotated by one conditional statement, ended with all that they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.logins.statements import Run
from sessiontui.store.reader import Row, marks

ACCESS: Final = "access"
REFRESH: Final = "refresh"
ASSERTION: Final = "assertion"
"""The kinds of tokens; an assertion is kept as spent, so that it opens nothing twice."""


@dataclass(frozen=True, slots=True)
class LoginRow:
    """One login as it is kept. Instants are milliseconds."""

    id: int
    person_id: int
    client_id: int | None
    scopes: str
    generation: int
    opened_at: int
    seen_at: int
    ended_why: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token with its login, and what its person and client are now. Instants are milliseconds."""

    login: LoginRow
    generation: int
    scopes: str
    until: int
    spent_at: int | None
    name: str
    role: str
    erased: bool
    client_scopes: str | None
    client_revoked: bool


_PRESENTED: Final = (
    "SELECT l.id, l.person_id, l.client_id, l.scopes, l.generation, l.opened_at, l.seen_at, l.ended_why,"
    " t.generation, t.scopes, t.until, t.spent_at, p.name, p.role, p.erased_at IS NOT NULL, c.scopes,"
    " c.revoked_at IS NOT NULL FROM token t JOIN login l ON l.id = t.login_id JOIN person p ON p.id = l.person_id"
    " LEFT JOIN client c ON c.id = l.client_id WHERE t.hash = ? AND t.kind = ?"
)

_SPEND: Final = (
    "UPDATE token SET spent_at = ? WHERE hash = ? AND kind = 'refresh' AND spent_at IS NULL AND until > ?"
    " AND login_id IN (SELECT id FROM login WHERE ended_at IS NULL AND generation = ?)"
    " RETURNING login_id, generation"
)


async def token(fetch: Fetch, digest: str, kind: str) -> TokenRow | None:
    """Return a token by its digest."""
    rows = await fetch(_PRESENTED, (digest, kind))
    return _token(rows[0]) if rows else None


async def spend(fetch: Fetch, digest: str, *, generation: int, now: int) -> bool:
    """Spend the newest refresh token of a login that lives, and return whether it was this call that did.

    It is one conditional statement: of any number of calls with the same token one alone is told yes.
    """
    return bool(await fetch(_SPEND, (now, digest, now, generation)))


async def add_token(
    run: Run, digest: str, *, login_id: int, kind: str, generation: int, scopes: str, until: int, spent_at: int | None
) -> None:
    """Keep one token."""
    await run(
        "INSERT INTO token (hash, login_id, kind, generation, scopes, until, spent_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (digest, login_id, kind, generation, scopes, until, spent_at),
    )


async def is_known(fetch: Fetch, digest: str) -> bool:
    """Return whether a token of any kind was kept under this digest."""
    return bool(await fetch("SELECT 1 FROM token WHERE hash = ?", (digest,)))


async def rotate(run: Run, login_id: int, *, generation: int, access_until: int, now: int) -> None:
    """Let a login begin its next generation: whatever was wrong with it before is over."""
    await run(
        "UPDATE login SET generation = ?, access_until = ?, seen_at = max(seen_at, ?), refreshed_at = ?,"
        " lease_until = NULL, failures = 0, stuck = 0 WHERE id = ?",
        (generation, access_until, now, now, login_id),
    )


async def end(run: Run, logins: Sequence[int], *, now: int, why: str, by: str) -> int:
    """End logins that live, take their tokens' life, and return how many logins that were."""
    ended = 0
    for start in range(0, len(logins), _AT_ONCE):
        some = logins[start : start + _AT_ONCE]
        ended += await run(
            "UPDATE login SET ended_at = ?, ended_why = ?, ended_by = ?, lease_until = NULL"
            f" WHERE ended_at IS NULL AND id IN ({marks(some)})",
            (now, why, by, *some),
        )
        await run(f"UPDATE token SET until = min(until, ?) WHERE login_id IN ({marks(some)})", (now, *some))
    return ended


_AT_ONCE: Final = 400


async def cut_access(run: Run, login_id: int, *, now: int, lease_until: int) -> int:
    """Let the access tokens of a login that lives end now, and expect a refresh by a deadline; 0 where it is over."""
    changed = await run(
        "UPDATE login SET access_until = min(access_until, ?), lease_until = ? WHERE id = ? AND ended_at IS NULL",
        (now, lease_until, login_id),
    )
    if changed:
        await run("UPDATE token SET until = min(until, ?) WHERE login_id = ? AND kind = 'access'", (now, login_id))
    return changed


async def lease(run: Run, login_id: int, *, until: int) -> int:
    """Note that a refresh of a login was begun, with its deadline."""
    return await run("UPDATE login SET lease_until = ? WHERE id = ? AND ended_at IS NULL", (until, login_id))


async def fail(run: Run, login_id: int) -> None:
    """Count one more refresh of a login that failed."""
    await run("UPDATE login SET failures = failures + 1 WHERE id = ? AND ended_at IS NULL", (login_id,))


async def missed(fetch: Fetch, *, now: int) -> list[int]:
    """Return the logins whose refresh ran past its deadline."""
    rows = await fetch(
        "SELECT id FROM login WHERE lease_until IS NOT NULL AND lease_until <= ? AND ended_at IS NULL", (now,)
    )
    return [cast("int", row[0]) for row in rows]


async def note_missed(run: Run, login_id: int, *, lease_until: int | None) -> None:
    """Count a deadline that was missed, which is a refresh that failed, and give another or none."""
    await run(
        "UPDATE login SET stuck = stuck + 1, failures = failures + 1, lease_until = ? WHERE id = ?",
        (lease_until, login_id),
    )


async def outlived(fetch: Fetch, *, opened_before: int, seen_before: int) -> list[tuple[int, bool]]:
    """Return logins that are over by time but not ended yet, each with whether they were idle."""
    rows = await fetch(
        "SELECT id, opened_at > ? FROM login WHERE ended_at IS NULL AND (opened_at <= ? OR seen_at <= ?)",
        (opened_before, opened_before, seen_before),
    )
    return [(cast("int", row[0]), bool(row[1])) for row in rows]


async def forget(run: Run, *, ended_before: int, tokens_before: int) -> int:
    """Forget logins that ended long ago with their tokens, and tokens that open nothing; return how many rows.

    Spent refresh tokens stay with their login, so that one that comes again is known.
    """
    gone = await run("DELETE FROM token WHERE until <= ? AND kind != 'refresh'", (tokens_before,))
    return gone + await run("DELETE FROM login WHERE ended_at <= ?", (ended_before,))


def _token(row: Row) -> TokenRow:
    login = LoginRow(*cast("tuple[int, int, int | None, str, int, int, int, str]", row[:8]))
    generation, scopes, until, spent_at, name, role, erased, client_scopes, revoked = row[8:]
    return TokenRow(
        login=login,
        generation=cast("int", generation),
        scopes=str(scopes),
        until=cast("int", until),
        spent_at=cast("int | None", spent_at),
        name=str(name),
        role=str(role),
        erased=bool(erased),
        client_scopes=None if client_scopes is None else str(client_scopes),
        client_revoked=bool(revoked),
    )

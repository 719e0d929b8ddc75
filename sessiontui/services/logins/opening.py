"""Signing in: a client by its key, a person by address and password, or a person for whom a client vouches.

A failed sign-in is counted before the password is looked at, so that many at once cannot guess faster than one after
the other. An address that nobody has rests like one that somebody has.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, LockedOut, Unauthenticated
from sessiontui.domain.instants import from_ms, maybe_instant, maybe_ms, to_ms
from sessiontui.domain.logins.locking import NO_FAILURES, Failures, failed
from sessiontui.domain.logins.scopes import Scope, covers, read_scopes, scopes_of, whole
from sessiontui.domain.matching import fold_email
from sessiontui.domain.vocabulary import Role
from sessiontui.services.logins import hashing, signed
from sessiontui.services.logins.families import open_family
from sessiontui.services.logins.minting import KEY_PREFIX, LONGEST, Tokens, digest
from sessiontui.store.logins import clients as kept
from sessiontui.store.logins import families as kept_families
from sessiontui.store.logins.clients import ClientRow, FailureRow, PasswordRow
from sessiontui.store.reads import people as kept_people

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

KEEPER: Final = Actor.system("logins")

_WRONG: Final = "the address or the password is wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a login is opened with."""

    device: str
    scope: str | None


async def sign_in(
    context: Context,
    *,
    at: datetime,
    key: str | None = None,
    email: str | None = None,
    password: str | None = None,
    assertion: str | None = None,
    device: str | None = None,
    scope: str | None = None,
) -> Tokens:
    """Open a login and return its first tokens; ``scope`` may narrow the first access token.

    One of three stands for somebody: ``key``, ``email`` with ``password``, or ``assertion``. Raises
    ``Unauthenticated`` where none does, and ``LockedOut`` while an account rests.
    """
    wanted = _Wanted(device=device or "", scope=scope)
    if key is not None:
        return await _by_key(context, key, wanted, at)
    if assertion is not None:
        return await _by_assertion(context, assertion, wanted, at)
    if email is not None and password is not None:
        return await _by_password(context, email, password, wanted, at)
    raise BadInput("nothing was given to sign in with", hint="give a client key, or an address and a password")


async def _by_key(context: Context, key: str, wanted: _Wanted, at: datetime) -> Tokens:
    client = None
    if key.startswith(KEY_PREFIX) and len(key) <= LONGEST:
        client = await kept.by_key(context.db.glance, digest(key), now=to_ms(at))
    _require_live(client)
    if client is None:
        raise Unauthenticated("this client key is not known here", reason="unknown", hint="ask for a new key")
    by = Actor(client.person_id, client.person, Role(client.role))
    async with context.db.write(by=by, at=at, brief=True) as tx:
        _require_live(await kept.by_id(tx.fetch, client.id))
        tokens = await _open(context, tx, client.person_id, client, wanted, whole(read_scopes(client.scopes)))
        await kept.used(tx.run, client.id, now=tx.now)
        sentence = f"{client.name} signed in by its key"
        await tx.audit("login.open", sentence, subject="login", subject_id=tokens.login_id, detail=_detail(client))
    return tokens


async def _by_assertion(context: Context, assertion: str, wanted: _Wanted, at: datetime) -> Tokens:
    claims = signed.claims_of(assertion)
    client = await kept.by_name(context.db.glance, signed.name_key(claims.issuer))
    _require_live(client)
    if client is None or not client.signing_key:
        raise Unauthenticated("nobody signs under this name here", reason="unknown", hint="register a public key")
    signed.require_good(assertion, client.signing_key, at=at)
    people = await kept_people.candidates(context.db.glance, claims.subject)
    if len(people) != 1 or people[0].erased_at is not None:
        raise Unauthenticated("the client vouches for nobody who is known here", reason="unknown")
    (person,) = people
    role = Role(person.role)
    scopes = scopes_of(role) & whole(read_scopes(client.scopes))
    async with context.db.write(by=Actor(person.id, person.name, role), at=at, brief=True) as tx:
        _require_live(await kept.by_id(tx.fetch, client.id))
        if await kept_families.is_known(tx.fetch, digest(assertion)):
            raise Unauthenticated("this assertion was used before", reason="unknown", hint="sign a new one")
        tokens = await _open(context, tx, person.id, client, wanted, scopes)
        await kept_families.add_token(
            tx.run,
            digest(assertion),
            login_id=tokens.login_id,
            kind=kept_families.ASSERTION,
            generation=0,
            scopes="",
            until=to_ms(claims.expires_at + signed.SKEW),
            spent_at=tx.now,
        )
        await kept.used(tx.run, client.id, now=tx.now)
        sentence = f"{client.name} signed in {person.name}"
        await tx.audit("login.open", sentence, subject="login", subject_id=tokens.login_id, detail=_detail(client))
    return tokens


async def _by_password(context: Context, email: str, password: str, wanted: _Wanted, at: datetime) -> Tokens:
    address = fold_email(email[:LONGEST])
    account = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
    person = await kept.password_of(context.db.glance, address)
    counted = await _count_try(context, account, person, at)
    if not await hashing.fits(password, "" if person is None else person.hash) or person is None:
        raise Unauthenticated(_WRONG, reason="password", hint=_hint(context, counted))
    role = Role(person.role)
    async with context.db.write(by=Actor(person.person_id, person.name, role), at=at, brief=True) as tx:
        again = await kept.password_of(tx.fetch, address)
        if again is None or again.hash != person.hash:
            raise Unauthenticated(_WRONG, reason="password")
        await kept.forgive(tx.run, account)
        tokens = await _open(context, tx, person.person_id, None, wanted, scopes_of(role))
        sentence = f"{person.name} signed in by password"
        await tx.audit("login.open", sentence, subject="login", subject_id=tokens.login_id)
    return tokens


async def _count_try(context: Context, account: str, person: PasswordRow | None, at: datetime) -> Failures:
    """Count a try as failed until it turns out well; ``LockedOut`` while the account rests."""
    async with context.db.write(by=KEEPER, at=at, brief=True) as tx:
        row = await kept.failures(tx.fetch, account)
        before = NO_FAILURES if row is None else _failures(row)
        if before.locked_until is not None and before.is_locked(at):
            raise LockedOut(before.locked_until)
        after = failed(before, at, context.logins)
        person_id = None if person is None else person.person_id
        await kept.keep_failures(
            tx.run, FailureRow(account, person_id, after.count, tx.now, maybe_ms(after.locked_until))
        )
        if after.locked_until is not None and person is not None:
            await tx.audit(
                "login.lock",
                f"{person.name} rests until {after.locked_until:%H:%M:%S} UTC after {after.count} failed sign-ins",
                subject="person",
                subject_id=person.person_id,
            )
    return after


async def _open(
    context: Context, tx: Tx, person_id: int, client: ClientRow | None, wanted: _Wanted, scopes: frozenset[Scope]
) -> Tokens:
    narrowed = None
    if wanted.scope is not None:
        narrowed = read_scopes(wanted.scope)
        if not narrowed or not covers(scopes, narrowed):
            raise BadInput("more is asked for than is granted", hint="leave the scope out", place="scope")
    return await open_family(
        context,
        tx,
        person_id=person_id,
        client_id=None if client is None else client.id,
        device=wanted.device,
        scopes=scopes,
        narrowed=narrowed,
    )


def _require_live(client: ClientRow | None) -> None:
    if client is not None and client.revoked_at is not None:
        raise Unauthenticated("this client was revoked", reason="revoked", hint="ask for a new client")


def _failures(row: FailureRow) -> Failures:
    return Failures(count=row.failures, last_at=from_ms(row.last_at), locked_until=maybe_instant(row.locked_until))


def _hint(context: Context, counted: Failures) -> str:
    if counted.locked_until is not None:
        return f"the account rests until {counted.locked_until:%H:%M:%S} UTC"
    left = context.logins.tries - counted.count
    return f"{left} more and the account rests" if left <= 2 else "try again"


def _detail(client: ClientRow) -> dict[str, str | int]:
    return {"client": client.id}

"""Token families at work: who calls, the next pair of tokens, and a family that dies at once when copied.

Of any number of refreshes with one token a single conditional statement lets one win. Refreshes themselves leave no
audit entry: a login's row is their record. What ends a login does.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import AlreadyRotated, BadInput, TokenReuse, Unauthenticated
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.logins.caller import Caller
from sessiontui.domain.logins.scopes import Scope, covers, read_scopes, scopes_of, whole, written
from sessiontui.domain.logins.tokens import Ending, Family, Presented, Spent, access_until, judge, over
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Role
from sessiontui.services.logins import alarms, known, noting
from sessiontui.services.logins.minting import (
    ACCESS_PREFIX,
    KEY_PREFIX,
    LONGEST,
    REFRESH_PREFIX,
    Tokens,
    digest,
    mint,
)
from sessiontui.store.logins import clients as kept_clients
from sessiontui.store.logins import families as kept
from sessiontui.store.logins.families import ACCESS, REFRESH, TokenRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

KEEPER: Final = Actor.system("logins")


async def authenticate(context: Context, access_token: str, *, at: datetime) -> Caller:
    """Return whom an access token stands for; ``Unauthenticated`` says why it stands for nobody.

    Nothing is remembered beyond the next commit of anybody: a revocation, by any process, holds at the next call.
    Roles and scopes are those of now.
    """
    found = None
    if access_token.startswith(ACCESS_PREFIX) and len(access_token) <= LONGEST:
        found = await known.look_up(context, access_token, _caller)
    if found is None:
        raise _unknown()
    row, caller = found
    family = _family(context, row)
    ended = over(family, at, context.logins)
    if ended is None and (row.erased or row.client_revoked):
        ended = Ending.REVOKED
    if ended is not None or to_ms(at) >= row.until:
        noting.note_login_call(context, row.login.id, good=False, at=at)
        raise _gone(Ending.EXPIRED if ended is None else ended)
    noting.note_seen(context, row.login.id, at=at)
    await noting.flush_if_due(context, at=at)
    return caller


async def refresh(
    context: Context, refresh_token: str, *, at: datetime, key: str | None = None, scope: str | None = None
) -> Tokens:
    """Return the next pair of tokens of a login and spend the refresh token.

    ``key`` is that of the client who presents it, where it says so; ``scope`` may narrow the new access token.
    Raises ``AlreadyRotated`` for the immediate parent within the grace, ``TokenReuse`` once the family is dead, and
    ``Unauthenticated`` for what is unknown, over, of another client, or of somebody whose rights were reduced.
    """
    row = await _refreshing(context, refresh_token)
    await _require_client(context, row, key, at)
    wanted = _wanted(row, scope)
    found = _judged(context, row, at)
    if found is Presented.ROTATED:
        raise AlreadyRotated("another request used this token a moment ago", hint="use the tokens that it got")
    if found in (Presented.EXPIRED, Presented.REVOKED):
        raise _gone(over(_family(context, row), at, context.logins) or Ending.REVOKED)
    made: Tokens | None = None
    async with context.db.write(by=_actor(row), at=at, brief=True) as tx:
        row = await kept.token(tx.fetch, digest(refresh_token), REFRESH) or row
        found = _judged(context, row, at)
        if found is Presented.GOOD and not covers(_allowed(row), read_scopes(row.login.scopes)):
            await end_families(tx, [row.login.id], why=Ending.DEMOTED, by="logins")
            await _note(tx, row, "login.demoted", "ended a login whose rights were reduced")
            found = Presented.REVOKED
        elif found is Presented.GOOD:
            made = await _rotate(context, tx, row, refresh_token, wanted)
        elif found is Presented.REUSED:
            await end_families(tx, [row.login.id], why=Ending.REUSED, by="logins")
            await _note(tx, row, "login.reuse", f"ended a login of {row.name}: a spent refresh token came again")
            await alarms.raise_alarms(context, tx)
    if made is not None:
        noting.note_seen(context, row.login.id, at=at)
        return made
    match found:
        case Presented.REUSED:
            raise TokenReuse
        case Presented.ROTATED:
            raise AlreadyRotated("another request used this token a moment ago", hint="use the tokens that it got")
        case Presented.GOOD:  # spent between the look and the statement, which one transaction cannot see
            raise AlreadyRotated("another request used this token just now", hint="use the tokens that it got")
        case _:
            demoted = not covers(_allowed(row), read_scopes(row.login.scopes))
            raise _gone(Ending.DEMOTED if demoted else over(_family(context, row), at, context.logins))


async def sign_out(context: Context, refresh_token: str, *, at: datetime) -> int:
    """End the login of a refresh token, spent or not, and return how many logins that ended: 1, or 0 if it was over.

    Whoever holds a token may throw it away; an unknown one is no error, as OAuth asks for it.
    """
    try:
        row = await _refreshing(context, refresh_token)
    except Unauthenticated:
        return 0
    if row.login.ended_why:
        return 0
    async with context.db.write(by=_actor(row), at=at, brief=True) as tx:
        ended = await end_families(tx, [row.login.id], why=Ending.SIGNED_OUT, by=row.name)
        if ended:
            await _note(tx, row, "login.sign_out", f"signed out {row.name}")
    return ended


async def open_family(
    context: Context,
    tx: Tx,
    *,
    person_id: int,
    client_id: int | None,
    device: str,
    scopes: frozenset[Scope],
    narrowed: frozenset[Scope] | None = None,
) -> Tokens:
    """Open a login inside a transaction and return its first tokens."""
    at, rules = tx.at, context.logins
    until = access_until(Family(generation=1, opened_at=at, seen_at=at), at, rules)
    login_id = await tx.insert(
        "login",
        person_id=person_id,
        client_id=client_id,
        device=safe_line(device).strip()[:80],
        scopes=written(scopes),
        opened_at=at,
        seen_at=at,
        access_until=until,
    )
    return await _pair(
        context, tx, login_id, generation=1, opened_at=at, scopes=scopes, access=narrowed or scopes, until=until
    )


async def end_families(tx: Tx, logins: list[int], *, why: Ending, by: str) -> int:
    """End logins with all their tokens inside a transaction, and return how many lived."""
    return await kept.end(tx.run, logins, now=tx.now, why=str(why), by=by)


# -- inside ---------------------------------------------------------------------------------------------------


async def _refreshing(context: Context, token: str) -> TokenRow:
    row = None
    if token.startswith(REFRESH_PREFIX) and len(token) <= LONGEST:
        row = await kept.token(context.db.glance, digest(token), REFRESH)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> Unauthenticated:
    return Unauthenticated("this token is not known here", reason="unknown")


async def _require_client(context: Context, row: TokenRow, key: str | None, at: datetime) -> None:
    if key is None:
        return
    client = None
    if key.startswith(KEY_PREFIX):
        client = await kept_clients.by_key(context.db.glance, digest(key), now=to_ms(at))
    if client is None or client.id != row.login.client_id:
        raise Unauthenticated("this token belongs to another client", reason="client")


def _wanted(row: TokenRow, scope: str | None) -> frozenset[Scope]:
    granted = read_scopes(row.login.scopes)
    if scope is None:
        return granted
    wanted = read_scopes(scope)
    if not wanted or not covers(granted, wanted):
        raise BadInput("more is asked for than was granted", hint=f"granted: {row.login.scopes}", place="scope")
    return wanted


def _judged(context: Context, row: TokenRow, at: datetime) -> Presented:
    if row.erased or row.client_revoked:
        return Presented.REVOKED
    spent = Spent(generation=row.generation, spent_at=None if row.spent_at is None else from_ms(row.spent_at))
    found = judge(spent, _family(context, row), at, context.logins)
    return Presented.EXPIRED if found is Presented.GOOD and to_ms(at) >= row.until else found


async def _rotate(
    context: Context, tx: Tx, row: TokenRow, refresh_token: str, wanted: frozenset[Scope]
) -> Tokens | None:
    generation = row.login.generation
    if not await kept.spend(tx.fetch, digest(refresh_token), generation=generation, now=tx.now):
        return None
    family = _family(context, row)
    until = access_until(family, tx.at, context.logins)
    await kept.rotate(tx.run, row.login.id, generation=generation + 1, access_until=to_ms(until), now=tx.now)
    return await _pair(
        context,
        tx,
        row.login.id,
        generation=generation + 1,
        opened_at=family.opened_at,
        scopes=read_scopes(row.login.scopes),
        access=wanted,
        until=until,
    )


async def _pair(
    context: Context,
    tx: Tx,
    login_id: int,
    *,
    generation: int,
    opened_at: datetime,
    scopes: frozenset[Scope],
    access: frozenset[Scope],
    until: datetime,
) -> Tokens:
    made, ends_at = (mint(ACCESS_PREFIX), mint(REFRESH_PREFIX)), opened_at + context.logins.ends_after
    lives = ((ACCESS, access, until), (REFRESH, scopes, ends_at))
    for secret, (kind, granted, ends) in zip(made, lives, strict=True):
        await kept.add_token(
            tx.run,
            digest(secret),
            login_id=login_id,
            kind=kind,
            generation=generation,
            scopes=written(granted),
            until=to_ms(ends),
            spent_at=None,
        )
    return Tokens(
        access_token=made[0],
        refresh_token=made[1],
        expires_in=int((until - tx.at).total_seconds()),
        refresh_expires_in=int((ends_at - tx.at).total_seconds()),
        scope=written(access),
        login_id=login_id,
    )


async def _note(tx: Tx, row: TokenRow, action: str, sentence: str) -> None:
    await tx.audit(
        action,
        sentence,
        subject="login",
        subject_id=row.login.id,
        detail={"person": row.login.person_id, "client": row.login.client_id},
    )


def _family(context: Context, row: TokenRow) -> Family:
    login = row.login
    return Family(
        generation=login.generation,
        opened_at=from_ms(login.opened_at),
        seen_at=from_ms(noting.last_seen(context, login.id, login.seen_at)),
        ended=Ending(login.ended_why) if login.ended_why else None,
    )


def _actor(row: TokenRow) -> Actor:
    return Actor(row.login.person_id, row.name, Role(row.role))


def _caller(row: TokenRow) -> Caller:
    """Return whom an access token stands for while it holds."""
    return Caller(
        actor=_actor(row),
        client_id=row.login.client_id,
        login_id=row.login.id,
        scopes=whole(read_scopes(row.scopes)) & _allowed(row),
    )


def _allowed(row: TokenRow) -> frozenset[Scope]:
    """Return what the client, or the role of the person, may use a login for now."""
    return whole(scopes_of(Role(row.role)) if row.client_scopes is None else read_scopes(row.client_scopes))


_SAID: Final = {
    Ending.REVOKED: ("this login was ended", "revoked"),
    Ending.SIGNED_OUT: ("this login was signed out", "revoked"),
    Ending.REUSED: ("this login was ended because a copied token was used", "token_reuse"),
    Ending.IDLE: ("this login did nothing for too long", "idle"),
    Ending.EXPIRED: ("this token is over", "expired"),
    Ending.DEMOTED: ("the rights of this login were reduced", "scope"),
}


def _gone(ending: Ending | None) -> Unauthenticated:
    """Return the error that says why a login or a token is over."""
    said, reason = _SAID[ending or Ending.REVOKED]
    return Unauthenticated(said, reason=reason)

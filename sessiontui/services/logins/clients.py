"""Clients: programs that sign in with a key. The key is shown once, when it is made; only its digest is kept.

A client acts as a person of its own, so that rights come from the one table and the trail names who did what.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import AlreadyThere, BadInput, NotFound, Refused
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.logins.scopes import Scope, read_scopes, written
from sessiontui.domain.logins.tokens import Ending
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Role
from sessiontui.services import people
from sessiontui.services.logins import signed
from sessiontui.services.logins.families import end_families
from sessiontui.services.logins.minting import KEY_PREFIX, digest, mint
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.logins import clients as kept
from sessiontui.store.logins import lists
from sessiontui.store.logins.clients import ClientRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

MOST: Final = 1_000_000

LONGEST_NAME: Final = 60

LONGEST_OVERLAP: Final = timedelta(days=30)
"""How long the key before a rotation may still hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """One client as a row; ``live`` counts its logins. ``overlap_until`` is how long the key before still holds."""

    id: int
    name: str
    person_id: int
    person: str
    role: Role
    scopes: frozenset[Scope]
    signs: bool
    created_at: datetime
    rotated_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    overlap_until: datetime | None
    live: int


async def listing(context: Context, *, by: Actor) -> tuple[ClientLine, ...]:
    """Return all clients by name, revoked ones last."""
    require(by, Action.MANAGE_ROLES)
    return tuple(_line(row) for row in await kept.every(context.db.fetch))


async def find(context: Context, text: str, *, by: Actor) -> ClientLine:
    """Return the client of a number or a name; ``NotFound`` names those alike."""
    require(by, Action.MANAGE_ROLES)
    bare = text.strip().removeprefix("#")
    row = await kept.by_name(context.db.fetch, signed.name_key(text))
    if row is None and bare.isascii() and bare.isdigit() and len(bare) < 16:
        row = await kept.by_id(context.db.fetch, int(bare))
    if row is None:
        names = [client.name for client in await kept.every(context.db.fetch)]
        alike = difflib.get_close_matches(text, names, n=3)
        hint = f"did you mean {', '.join(alike)}?" if alike else "'sessiontui clients list' shows them"
        raise NotFound(f"there is no client {safe_line(text)[:60]!r}", hint=hint)
    return _line(row)


async def add(
    context: Context,
    name: str,
    scopes: str,
    *,
    by: Actor,
    at: datetime,
    role: Role = Role.ADMIN,
    person_id: int | None = None,
    public_key: str = "",
) -> Receipt:
    """Make a client known; the receipt shows its key, this once.

    It acts as ``person_id``, or as a new person of its name and ``role``. With a ``public_key`` (JWK) it may vouch
    for people.
    """
    await require_door(context, Action.MANAGE_ROLES, by=by, at=at)
    name, granted = safe_line(name).strip(), read_scopes(scopes)
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"a client needs a name of at most {LONGEST_NAME} characters")
    if name.removeprefix("#").isdigit():
        raise BadInput("a name that is a number would be taken for one", hint="call it after the program")
    if not granted:
        raise BadInput("a client without a scope can do nothing", hint=f"there are {', '.join(Scope)}")
    jwk = signed.public_key(public_key) if public_key else ""
    key = mint(KEY_PREFIX)
    async with context.db.write(by=by, at=at) as tx:
        if await kept.by_name(tx.fetch, signed.name_key(name)) is not None:
            raise AlreadyThere(f"there is a client {name} already", hint="give it another name, or rotate its key")
        if person_id is None:
            person_id = await people.insert(tx, name=name, role=role, created_at=at)
        else:
            await tx.require_person(person_id)
        client_id = await tx.insert(
            "client",
            name=name,
            name_key=signed.name_key(name),
            person_id=person_id,
            scopes=written(granted),
            key_hash=digest(key),
            signing_key=jwk,
            created_at=at,
        )
        sentence = f"added the client {name} for {written(granted)}"
        await _audit(tx, "client.add", sentence, client_id, person_id)
    return Receipt(sentence=sentence, people=(person_id,), shown=key)


async def change(
    context: Context,
    client_id: int,
    *,
    by: Actor,
    at: datetime,
    scopes: str | None = None,
    public_key: str | None = None,
) -> Receipt:
    """Give a client other scopes, or another public key; an empty one takes it away.

    Logins that were granted more than is left end at their next refresh, and may do no more than it from now on.
    """
    await require_door(context, Action.MANAGE_ROLES, by=by, at=at)
    values: dict[str, str] = {}
    if scopes is not None:
        values["scopes"] = written(read_scopes(scopes))
        if not values["scopes"]:
            raise BadInput("a client without a scope can do nothing", hint="revoke it instead")
    if public_key is not None:
        values["signing_key"] = signed.public_key(public_key) if public_key else ""
    if not values:
        raise BadInput("nothing to change was given")
    async with context.db.write(by=by, at=at) as tx:
        row = await _live(tx, client_id)
        await tx.update("client", client_id, **values)
        told = [f"scopes to {values['scopes']}"] if "scopes" in values else []
        told += ["its public key"] if "signing_key" in values else []
        sentence = f"changed {' and '.join(told)} of the client {row.name}"
        await _audit(tx, "client.edit", sentence, client_id, row.person_id)
    return Receipt(sentence=sentence, people=(row.person_id,))


async def rotate(
    context: Context, client_id: int, *, by: Actor, at: datetime, overlap: timedelta = timedelta()
) -> Receipt:
    """Give a client a new key, which the receipt shows this once; the one before holds for ``overlap`` more.

    Its logins stay: a key opens logins, it is not part of them.
    """
    await require_door(context, Action.MANAGE_ROLES, by=by, at=at)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise BadInput("the key before can hold for at most 30 days more", place="overlap")
    key = mint(KEY_PREFIX)
    async with context.db.write(by=by, at=at) as tx:
        row = await _live(tx, client_id)
        until = to_ms(at + overlap) if overlap else None
        await kept.change_key(tx.run, client_id, digest=digest(key), now=tx.now, old_until=until)
        sentence = f"gave the client {row.name} a new key"
        if overlap:
            sentence += f"; the one before holds until {at + overlap:%Y-%m-%d %H:%M} UTC"
        await _audit(tx, "client.rotate", sentence, client_id, row.person_id)
    return Receipt(sentence=sentence, people=(row.person_id,), shown=key)


async def revoke(context: Context, client_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Let a client do nothing any more: its keys are dead and all its logins end."""
    await require_door(context, Action.MANAGE_ROLES, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        row = await _live(tx, client_id)
        await kept.revoke(tx.run, client_id, now=tx.now)
        logins = [one.id for one in await lists.listed(tx.fetch, client_id=client_id, limit=MOST)]
        ended = await end_families(tx, logins, why=Ending.REVOKED, by=by.name)
        sentence = f"revoked the client {row.name} with {count(ended, 'login')}"
        await _audit(tx, "client.revoke", sentence, client_id, row.person_id, reason=reason)
    return Receipt(sentence=sentence, people=(row.person_id,), logins=tuple(logins))


async def _live(tx: Tx, client_id: int) -> ClientRow:
    row = await kept.by_id(tx.fetch, client_id)
    if row is None:
        raise NotFound(f"there is no client #{client_id}", hint="'sessiontui clients list' shows them")
    if row.revoked_at is not None:
        raise Refused(f"the client {row.name} was revoked", hint="add a new one")
    return row


async def _audit(tx: Tx, action: str, sentence: str, client_id: int, person_id: int, reason: str = "") -> None:
    await tx.audit(
        action, sentence, subject="client", subject_id=client_id, reason=reason, detail={"person": person_id}
    )


def _line(row: ClientRow) -> ClientLine:
    return ClientLine(
        id=row.id,
        name=row.name,
        person_id=row.person_id,
        person=row.person,
        role=Role(row.role),
        scopes=read_scopes(row.scopes),
        signs=bool(row.signing_key),
        created_at=from_ms(row.created_at),
        rotated_at=maybe_instant(row.rotated_at),
        used_at=maybe_instant(row.used_at),
        revoked_at=maybe_instant(row.revoked_at),
        overlap_until=maybe_instant(row.old_key_until),
        live=row.live,
    )

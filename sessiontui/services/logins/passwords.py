"""Passwords of people: set by themselves or by an admin, taken away; a new one ends the logins of the old."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, may_grant
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.logins.tokens import Ending
from sessiontui.domain.vocabulary import Role
from sessiontui.services.logins import hashing
from sessiontui.services.logins.clients import MOST
from sessiontui.services.logins.families import end_families
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.logins import clients as kept
from sessiontui.store.logins import lists

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tables import Person
    from sessiontui.store.tx import Tx


async def set_password(context: Context, person_id: int, password: str, *, by: Actor, at: datetime) -> Receipt:
    """Give a person a password; logins that were opened with another end."""
    hashing.require_good(password)
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    hashed = await hashing.hashed(password)
    async with context.db.write(by=by, at=at) as tx:
        person = await _manageable(tx, person_id)
        if not person.email:
            raise Refused(f"{person.name} has no address to sign in with", hint="give one with 'people edit --email'")
        await kept.keep_password(tx.run, person_id, hashed=hashed, now=tx.now)
        await kept.forgive_person(tx.run, person_id)
        return await _done(tx, person, "person.password", f"set a password for {person.name}")


async def drop_password(context: Context, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take the password of a person away; they cannot sign in with one any more."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person = await _manageable(tx, person_id)
        if not await kept.drop_password(tx.run, person_id):
            raise Refused(f"{person.name} has no password")
        return await _done(tx, person, "person.password", f"took the password of {person.name} away")


async def _manageable(tx: Tx, person_id: int) -> Person:
    person = await tx.person(person_id)
    if person_id != tx.by.id:
        held = Role(person.role)
        verdict = may_grant(tx.by, held=held, wanted=held)
        if not verdict.allowed:
            raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)
    return person


async def _done(tx: Tx, person: Person, action: str, sentence: str) -> Receipt:
    person_id = person.id or 0
    rows = await lists.listed(tx.fetch, person_id=person_id, limit=MOST)
    by_password = [row.id for row in rows if row.client_id is None]
    await end_families(tx, by_password, why=Ending.REVOKED, by=tx.by.name)
    await tx.audit(action, sentence, subject="person", subject_id=person_id)
    return Receipt(sentence=sentence, people=(person_id,), logins=tuple(by_password))

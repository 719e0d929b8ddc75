"""Logins that an admin ends, lets refresh at once, or unlocks: one, of a filter, of a person, of a client, all.

Nobody throws themselves out by the way: of a bulk act one's own logins are left out unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing, require
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.instants import to_ms
from sessiontui.domain.logins.tokens import Ending
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_line
from sessiontui.services.logins import alarms, signed
from sessiontui.services.logins.families import end_families
from sessiontui.services.logins.shown import LoginLine, by_ids, line_of
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.histories import Fetch
from sessiontui.store.logins import clients as kept_clients
from sessiontui.store.logins import families as kept_families
from sessiontui.store.logins import lists as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Which logins are to end: one or some by number, those of a person or a client, older than an instant, or all.

    ``client`` is a name or a number. ``own`` lets a bulk act end the logins of whoever acts too.
    """

    login: int | None = None
    logins: tuple[int, ...] = ()
    person: int | None = None
    client: str | None = None
    before: datetime | None = None
    everyone: bool = False
    own: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The logins that are named by number."""
        return self.logins if self.login is None else (*self.logins, self.login)

    @property
    def is_one(self) -> bool:
        """Whether it names one login by its number."""
        return len(self.numbers) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Exactly the logins that an act would touch, and how many of one's own it leaves out."""

    lines: tuple[LoginLine, ...]
    own_left_out: int = 0


async def preview(context: Context, what: Revocation, *, by: Actor, now: datetime) -> Preview:
    """Return exactly the logins that would end."""
    _require_some(what)
    lines = [line for line in await _meant(context, context.db.fetch, what, by=by, now=now) if not line.ended_why]
    _require_rights(by, lines, what)
    kept_out = _protected(by, lines, what)
    return Preview(lines=tuple(line for line in lines if line not in kept_out), own_left_out=len(kept_out))


async def revoke(context: Context, what: Revocation, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """End logins with all their tokens; the next call with any of them is refused."""
    _require_some(what)
    await _require_door(context, what, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        lines = await _meant(context, tx.fetch, what, by=by, now=at)
        _require_rights(by, lines, what)
        kept_out = _protected(by, lines, what)
        ids = [line.id for line in lines if line not in kept_out]
        if what.numbers and not lines:
            raise NotFound("there is no such login", hint="'sessiontui logins list' shows them")
        ended = [line for line in lines if line.id in ids and line.ended_at is None]
        if not ended and kept_out:
            raise Refused("only your own logins are meant", hint="name one by its number to end it")
        if not ended and what.is_one:
            raise Refused(f"login #{what.numbers[0]} is over already")
        await end_families(tx, [line.id for line in ended], why=Ending.REVOKED, by=by.name)
        sentence = f"ended {_told(ended)}"
        if ended:
            await _audit(tx, "login.revoke", sentence, ended, reason)
            await alarms.raise_alarms(context, tx)
    if kept_out:
        sentence += f"; your own {'login' if len(kept_out) == 1 else f'{len(kept_out)} logins'} stayed"
    return Receipt(
        sentence=sentence,
        people=tuple(sorted({line.person_id for line in ended})),
        logins=tuple(line.id for line in ended),
    )


async def force_refresh(
    context: Context, logins: Sequence[int], *, by: Actor, at: datetime, reason: str = ""
) -> Receipt:
    """Let the access tokens of logins end now, so that their clients refresh at the next call.

    A client that has not done so by the deadline of the lease counts as stuck after the second time.
    """
    what = Revocation(logins=tuple(logins), own=True)
    _require_some(what)
    await _require_door(context, what, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        lines = await _meant(context, tx.fetch, what, by=by, now=at)
        _require_rights(by, lines, what)
        living = [line for line in lines if not line.ended_why]
        if not living:
            raise Refused("no login that lives is meant", hint="who is signed out has to sign in")
        until = to_ms(at + context.logins.lease)
        for line in living:
            await kept_families.cut_access(tx.run, line.id, now=tx.now, lease_until=until)
        sentence = f"asked {_told(living)} to refresh"
        await _audit(tx, "login.refresh", sentence, living, reason)
    return Receipt(
        sentence=sentence,
        people=tuple(sorted({line.person_id for line in living})),
        logins=tuple(line.id for line in living),
    )


async def unlock(context: Context, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Let a person sign in again at once after failed tries."""
    await require_door(
        context, Action.REVOKE_LOGINS, by=by, at=at, standing=Standing(is_self=False)
    )  # a locked account is not unlocked by the one who is locked out
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        if not await kept_clients.forgive_person(tx.run, person_id):
            raise Refused(f"{person.name} is not locked out")
        sentence = f"unlocked {person.name}"
        await tx.audit("login.unlock", sentence, subject="person", subject_id=person_id)
    return Receipt(sentence=sentence, people=(person_id,))


async def end_of_person(tx: Tx, person_id: int) -> int:
    """End every login of somebody who is forgotten or merged away inside a transaction, with password and clients."""
    rows = await kept.listed(tx.fetch, person_id=person_id, limit=MOST)
    await kept_clients.drop_password(tx.run, person_id)
    await kept_clients.forgive_person(tx.run, person_id)
    await kept_clients.revoke_of(tx.run, person_id, now=tx.now)
    return await end_families(tx, [row.id for row in rows], why=Ending.REVOKED, by=tx.by.name)


# -- inside ---------------------------------------------------------------------------------------------------


def _require_some(what: Revocation) -> None:
    named = (what.numbers, what.person is not None, what.client is not None, what.before, what.everyone)
    if not any(named):
        raise BadInput("no login is named", hint="give numbers, a filter, a person, a client, or all")


async def _require_door(context: Context, what: Revocation, *, by: Actor, at: datetime) -> None:
    """Refuse at once what nobody of this role may do; what depends on whose logins they are is judged later."""
    bulk = what.everyone or what.client is not None or (what.before is not None and what.person is None)
    is_self = not bulk and what.person in (None, by.id)
    await require_door(context, Action.REVOKE_LOGINS, by=by, at=at, standing=Standing(is_self=is_self))


async def _meant(
    context: Context, fetch: Fetch, what: Revocation, *, by: Actor, now: datetime
) -> tuple[LoginLine, ...]:
    if what.numbers:
        return await by_ids(context, fetch, what.numbers, by=by, now=now)
    rows = await kept.listed(
        fetch,
        person_id=what.person,
        client_id=None if what.client is None else await _client(fetch, what.client),
        opened_before=None if what.before is None else to_ms(what.before),
        limit=MOST,
    )
    silent = context.rules.heartbeat_expiry
    return tuple(line_of(row, now=now, rules=context.logins, silent_after=silent, own=by.id) for row in rows)


async def _client(fetch: Fetch, text: str) -> int:
    bare = text.strip().removeprefix("#")
    row = await kept_clients.by_name(fetch, signed.name_key(text))
    if row is None and bare.isascii() and bare.isdigit() and len(bare) < 16:
        row = await kept_clients.by_id(fetch, int(bare))
    if row is None:
        raise NotFound(f"there is no client {safe_line(text)[:60]!r}", hint="'sessiontui clients list' shows them")
    return row.id


def _require_rights(by: Actor, lines: Sequence[LoginLine], what: Revocation) -> None:
    for is_self in {line.person_id == by.id for line in lines}:
        require(by, Action.REVOKE_LOGINS, Standing(is_self=is_self))
    if what.person is not None and what.person != by.id:
        require(by, Action.REVOKE_LOGINS)


def _protected(by: Actor, lines: Sequence[LoginLine], what: Revocation) -> list[LoginLine]:
    """Return the own logins that a bulk act leaves alone."""
    if what.own or what.is_one or what.person == by.id:
        return []
    return [line for line in lines if line.person_id == by.id]


def _told(lines: Sequence[LoginLine]) -> str:
    people = list(dict.fromkeys(line.person for line in lines))
    if not lines:
        return "no login"
    whom = f" of {people[0]}" if len(people) == 1 else f" of {count(len(people), 'person', 'people')}"
    return f"{count(len(lines), 'login')}{whom}"


async def _audit(tx: Tx, action: str, sentence: str, lines: Sequence[LoginLine], reason: str) -> None:
    (alone,) = lines if len(lines) == 1 else (None,)
    people = sorted({line.person_id for line in lines})
    await tx.audit(
        action,
        sentence,
        subject="login",
        subject_id=None if alone is None else alone.id,
        reason=reason,
        detail={
            "logins": [line.id for line in lines],
            **({"person": people[0]} if len(people) == 1 else {"people": list(people)}),
        },
    )

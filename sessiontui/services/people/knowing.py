"""Who is known: found, added and edited; and who is at the keyboard."""

from __future__ import annotations

from datetime import datetime
from shlex import quote
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, may_grant
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import AlreadyThere, BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.matching import fold_email
from sessiontui.domain.text import safe_line
from sessiontui.domain.vocabulary import Role
from sessiontui.domain.zones import named_zone
from sessiontui.services import arriving
from sessiontui.services.context import Context
from sessiontui.services.pictures import PersonLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.haystack import spaced
from sessiontui.store.reads import people as kept
from sessiontui.store.reads.outside import outside_people
from sessiontui.store.reads.people import PersonRow

if TYPE_CHECKING:
    from sessiontui.store.tables import Person
    from sessiontui.store.tx import Tx

ANYONE: Final = 1_000_000

_SPOKEN: Final = {"os_user": "login name"}
"""What people call a column that has another name."""

_MERGED_ON: Final = 20
"""How often somebody may have been merged on, so that a look-up ends."""


async def everyone(
    context: Context, *, text: str = "", role: Role | None = None, limit: int = ANYONE
) -> tuple[PersonLine, ...]:
    """Return people by name; ``text`` narrows to names and addresses that begin with its words."""
    rows = await kept.search(context.db.fetch, text=text, role=role or "", limit=limit)
    return tuple(line_of(row) for row in rows)


async def find(context: Context, text: str) -> PersonLine:
    """Return the one person whom an id (``12``, ``#12``), an outside id, an address or an exact name means."""
    people = await kept.candidates(context.db.fetch, text)
    if not people and (number := text.strip().removeprefix("#")).isdecimal() and len(number) < 16:
        people = await _merged_into(context, int(number))
    if not people:
        raise NotFound(f"there is nobody called {text!r}", hint="'sessiontui people list' shows everyone")
    if len(people) > 1:
        names = ", ".join(f"#{person.id}" for person in people[:5])
        raise BadInput(f"{text!r} may be any of {names}", hint="give the number")
    return line_of(people[0])


async def add(
    context: Context,
    name: str,
    *,
    by: Actor,
    at: datetime,
    email: str = "",
    phone: str = "",
    role: Role = Role.PARTICIPANT,
    zone: str = "",
    os_user: str = "",
    outside: tuple[str, str] | None = None,
) -> Receipt:
    """Make a person known; ``outside`` is the platform that knows them too, and their id there."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    values = _checked(name=name, email=email, phone=phone, zone=zone)
    async with context.db.write(by=by, at=at) as tx:
        _check_grant(by, held=Role.PARTICIPANT, wanted=role)
        await _require_free(tx, os_user)
        person_id = await insert(tx, **values, role=role, os_user=os_user or None, created_at=at)
        if outside is not None:
            await _link_outside(tx, person_id, *outside)
        sentence = f"added {values['name']} as {role}"
        await tx.audit("person.add", sentence, subject="person", subject_id=person_id)
    return Receipt(sentence=sentence, people=(person_id,))


async def edit(
    context: Context,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    role: Role | None = None,
    zone: str | None = None,
    os_user: str | None = None,
) -> Receipt:
    """Change what is known of a person; only what is given changes."""
    await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        held = Role(person.role)
        if person_id != by.id or role not in (None, held):
            _check_grant(by, held=held, wanted=held if role is None else role)
        given = {"name": name, "email": email, "phone": phone, "zone": zone}
        values: dict[str, Json] = dict(_checked(**{key: value for key, value in given.items() if value is not None}))
        if role is not None:
            values["role"] = str(role)
        if os_user is not None:
            await _require_free(tx, os_user, but=person_id)
            values["os_user"] = os_user or None
        if not values:
            raise BadInput("nothing to change was given")
        gives_up = values.get("role", held) != held or ("os_user" in values and values["os_user"] is None)
        if held is Role.SUPERADMIN and gives_up and await kept.superadmins(tx.fetch, but=person_id) == 0:
            raise Refused(
                f"{person.name} is the last superadmin who can log in", hint="make someone else superadmin first"
            )
        if name is not None:
            values["name_key"] = spaced(cast("str", values["name"]))
        if email is not None:
            values["email_key"] = fold_email(cast("str", values["email"]))
        before: dict[str, Json] = {key: getattr(person, key) for key in values}
        await tx.update("person", person_id, **values, version=person.version + 1)
        for session_id in await kept.sessions_of(tx.fetch, person_id) if name is not None else ():
            tx.touch(session_id)
        changed = ", ".join(sorted(_SPOKEN.get(key, key) for key in values if not key.endswith("_key")))
        sentence = f"changed {changed} of {person.name}"
        await tx.audit(
            "person.edit",
            sentence,
            subject="person",
            subject_id=person_id,
            detail={"before": before, "after": values},
        )
    return Receipt(sentence=sentence, people=(person_id,))


async def identify(context: Context, *, os_user: str, name: str, at: datetime) -> Actor:
    """Return who is at the keyboard; the first person to open a new database becomes its superadmin.

    ``os_user`` is the login name that belongs to the operating system's user id. Raises ``NotAllowed`` with
    what to ask for when the database has people and this is none of them.
    """
    known = await arriving.known(context, os_user)
    if known is None and not context.db.read_only:
        known = await _open_first(context, os_user=os_user, name=safe_line(name), at=at)
    if known is None:
        keepers = await kept.keepers(context.db.fetch)
        whom = ", ".join(keepers[:3]) or "its owner"
        wanted = f"sessiontui people add {quote(safe_line(name))} --os-user {quote(os_user)} --role admin"
        raise NotAllowed(
            f"the system's user {os_user!r} is nobody in this database", hint=f"ask {whom} to run: {wanted}"
        )
    return known


async def _open_first(context: Context, *, os_user: str, name: str, at: datetime) -> Actor | None:
    """Make whoever opens a new database its superadmin; ``None`` where it is not new.

    The same user may be opening it in another process at this very moment: they are one person.
    """
    if await kept.keepers(context.db.fetch) or await kept.was_opened(context.db.fetch):
        return await arriving.known(context, os_user)
    async with context.db.write(by=Actor.system("setup"), at=at) as tx:
        is_new = not await kept.keepers(tx.fetch) and not await kept.was_opened(tx.fetch)
        if is_new:
            person_id = await insert(tx, name=name, os_user=os_user, role=Role.SUPERADMIN, created_at=at)
            await tx.audit(
                "person.first",
                f"{name} opened the database first and is its superadmin",
                subject="person",
                subject_id=person_id,
            )
    return await arriving.known(context, os_user)


async def insert(
    tx: Tx,
    *,
    name: str,
    created_at: datetime,
    email: str = "",
    phone: str = "",
    role: Role = Role.PARTICIPANT,
    zone: str = "",
    os_user: str | None = None,
) -> int:
    """Insert a person inside a transaction and return the id."""
    return await tx.insert(
        "person",
        name=name,
        name_key=spaced(name),
        email=email,
        email_key=fold_email(email),
        phone=phone,
        role=str(role),
        zone=zone,
        os_user=os_user,
        created_at=created_at,
    )


async def _merged_into(context: Context, person_id: int) -> list[PersonRow]:
    """Return whom a number stands for that a merge took out of use."""
    became = await kept.became(context.db.fetch, person_id)
    for _ in range(_MERGED_ON):
        row = None if became is None else await kept.by_id(context.db.fetch, became)
        if row is not None or became is None:
            return [] if row is None else [row]
        became = await kept.became(context.db.fetch, became)
    return []


def line_of(row: PersonRow) -> PersonLine:
    """Return a person as shown in a list."""
    return PersonLine(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        role=Role(row.role),
        zone=row.zone,
        external_ids=row.external_ids,
        os_user=row.os_user,
        created_at=None if row.created_at is None else from_ms(row.created_at),
        erased_at=None if row.erased_at is None else from_ms(row.erased_at),
    )


def stored_line(person: Person) -> PersonLine:
    """Return a stored person as shown in a list, without the ids of other systems."""
    return PersonLine(
        id=cast("int", person.id),
        name=person.name,
        email=person.email,
        phone=person.phone,
        role=Role(person.role),
        zone=person.zone,
        os_user=person.os_user or "",
        created_at=person.created_at,
        erased_at=person.erased_at,
    )


def _check_grant(by: Actor, *, held: Role, wanted: Role) -> None:
    verdict = may_grant(by, held=held, wanted=wanted)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)


async def _require_free(tx: Tx, os_user: str, *, but: int | None = None) -> None:
    """Raise ``AlreadyThere`` where a login name of the operating system belongs to someone else already."""
    known = await kept.by_os_user(tx.fetch, os_user) if os_user else None
    if known is not None and known.id != but:
        raise AlreadyThere(f"the system's user {os_user!r} is {known.name} already", hint="take it from them first")


async def _link_outside(tx: Tx, person_id: int, source: str, outside: str) -> None:
    """Note how another system knows a person; ``AlreadyThere`` where it knows somebody else so."""
    source, outside = safe_line(source).strip(), safe_line(outside).strip()
    known = [other for _, where, other in await outside_people(tx.fetch, [outside]) if where == source]
    if known:
        raise AlreadyThere(f"{source}:{outside} is person #{known[0]} already", hint="change that one")
    await tx.insert("outside_id", person_id=person_id, source=source, external_id=outside)


def _checked(**given: str) -> dict[str, str]:
    from sessiontui.intake.addresses import is_address  # with all formats of outside, which no console waits for

    values = {key: safe_line(value).strip() for key, value in given.items()}
    if values.get("email") and not is_address(values["email"]):
        raise BadInput(f"{values['email']!r} is not an e-mail address", place="email")
    if "name" in values and not values["name"]:
        raise BadInput("a person needs a name")
    if values.get("zone") and named_zone(values["zone"]) is None:
        raise BadInput(f"{values['zone']!r} is not a time zone", hint="write it like Europe/Madrid")
    return values

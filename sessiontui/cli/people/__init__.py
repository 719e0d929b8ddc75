"""``people``: list, show, add and edit."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.people import wishes
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.access import Action, require
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Role
from sessiontui.services import people
from sessiontui.services.delivery import preferences

if TYPE_CHECKING:
    from sessiontui.services.pictures import PersonLine
    from sessiontui.services.receipt import Receipt

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="Name", least=12),
    Column(heading="Role"),
    Column(heading="E-mail", least=12),
    Column(heading="Phone", least=8),
    Column(heading="Zone", least=8),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with people."""
    if options.way in ("list", "show", "add", "edit"):
        return carry_out(options, {"list": _list, "show": _show, "add": _add, "edit": _edit}[options.way])
    from sessiontui.cli.people import persons

    return carry_out(options, persons.WAYS[options.way])


async def _list(call: Call) -> int:
    options = call.options
    require(call.actor, Action.MANAGE_PEOPLE)
    role = None if options.role is None else Role(options.role)
    found = await people.everyone(
        call.context, text=" ".join(options.text), role=role, limit=options.limit or people.ANYONE
    )
    if options.json:
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("people", (_json(person) for person in found)))
        return 0
    rows = [
        [str(person.id), person.name, str(person.role), person.email, person.phone, person.zone] for person in found
    ]
    if rows:
        output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=options.ascii)))
    talk.say(count(len(found), "person", "people"))
    return 0


async def _show(call: Call) -> int:
    person = await people.find(call.context, call.options.person)
    if person.id != call.actor.id:
        require(call.actor, Action.MANAGE_PEOPLE)
    from sessiontui.cli.people import persons

    wanted = await preferences.of(call.context, person.id)
    if call.options.json:
        whole, _ = await persons.told(call, person.id)
        output.put_json({"taken_at": rfc3339(call.clock()), **_json(person), **wishes.as_json(wanted), **whole})
        return 0
    facts = (
        ("Role", str(person.role)),
        ("E-mail", person.email or "none"),
        ("Phone", person.phone or "none"),
        ("Zone", person.zone or "unknown"),
        ("Outside ids", ", ".join(person.external_ids) or "none"),
        ("System user", person.os_user or "none: cannot open the console"),
        *wishes.facts(wanted),
    )
    output.put(f"{person.name}  #{person.id}", *(f"{name + ':':<12} {value}" for name, value in facts))
    _, lines = await persons.told(call, person.id)
    output.put(*lines)
    return 0


async def _add(call: Call) -> int:
    options = call.options
    receipt = await people.add(
        call.context,
        options.name,
        by=call.actor,
        at=call.clock(),
        email=options.email or "",
        phone=options.phone or "",
        role=Role(options.role or Role.PARTICIPANT),
        zone=options.home_zone or "",
        os_user=options.os_user or "",
    )
    return _done(call, receipt)


async def _edit(call: Call) -> int:
    options = call.options
    person = await people.find(call.context, options.person)
    told = (options.name, options.email, options.phone, options.role, options.home_zone, options.os_user)
    if wishes.are_given(options):
        wanted = wishes.read(options)
        if any(value is not None for value in told):
            await _edit_person(call, person.id)
        return _done(call, await preferences.change(call.context, person.id, wanted, by=call.actor, at=call.clock()))
    return _done(call, await _edit_person(call, person.id))


async def _edit_person(call: Call, person_id: int) -> Receipt:
    options = call.options
    return await people.edit(
        call.context,
        person_id,
        by=call.actor,
        at=call.clock(),
        name=options.name,
        email=options.email,
        phone=options.phone,
        role=None if options.role is None else Role(options.role),
        zone=options.home_zone,
        os_user=options.os_user,
    )


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json({"sentence": receipt.sentence, "people": list(receipt.people), "undo": receipt.undo})
    else:
        output.put(f"{receipt.sentence} (#{receipt.people[0]})")
    return 0


def _json(person: PersonLine) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email or None,
        "phone": person.phone or None,
        "role": str(person.role),
        "zone": person.zone or None,
        "external_ids": list(person.external_ids),
        "os_user": person.os_user or None,
    }

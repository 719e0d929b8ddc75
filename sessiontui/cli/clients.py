"""``clients``: list, show, add, edit, rotate and revoke programs that call the HTTP API."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.logins.cache import together, told_of
from sessiontui.domain.logins.scopes import written
from sessiontui.domain.phrases import ago, count
from sessiontui.domain.vocabulary import Role
from sessiontui.services import logins, people
from sessiontui.services.logins import clients

if TYPE_CHECKING:
    from sessiontui.services.logins.clients import ClientLine
    from sessiontui.services.receipt import Receipt

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="Client", least=12),
    Column(heading="Scopes", least=10),
    Column(heading="Role"),
    Column(heading="Logins", right=True),
    Column(heading="Last sign-in"),
    Column(heading="State"),
)

LARGEST: Final = 16_384
"""Bytes of a file with a public key."""


def run(options: argparse.Namespace) -> int:
    """Do what was asked with clients."""
    return carry_out(options, WAYS[options.way])


async def _list(call: Call) -> int:
    found = await clients.listing(call.context, by=call.actor)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("clients", (as_json(one) for one in found)))
        return 0
    now = call.clock()
    rows = [
        [
            str(one.id),
            one.name,
            written(one.scopes),
            str(one.role),
            str(one.live),
            "never" if one.used_at is None else ago(now - one.used_at),
            _state(one),
        ]
        for one in found
    ]
    if rows:
        output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    talk.say(count(len(found), "client"))
    return 0


async def _show(call: Call) -> int:
    one = await clients.find(call.context, call.options.name, by=call.actor)
    mine = [
        line
        for line in await logins.listing(call.context, by=call.actor, now=call.clock())
        if line.client_id == one.id
    ]
    cache = together(line.cache for line in mine if not line.ended_why)
    if call.options.json:
        from sessiontui.cli.logins import as_json as login_json
        from sessiontui.cli.logins import cache_json

        told = {
            "taken_at": rfc3339(call.clock()),
            **as_json(one),
            "cache": cache_json(cache),
            "logins": [login_json(line) for line in mine],
        }
        output.put_json(told)
        return 0
    facts = (
        ("Acts as", f"{one.person} #{one.person_id} ({one.role})"),
        ("Scopes", written(one.scopes)),
        ("Signs", "for people, with its own key" if one.signs else "nothing"),
        ("Made", f"{one.created_at:%Y-%m-%d %H:%M} UTC"),
        ("Key", "as it was made" if one.rotated_at is None else f"new since {one.rotated_at:%Y-%m-%d %H:%M} UTC"),
        ("State", _state(one)),
        ("Logins", str(one.live)),
        *([("Cache", told_of(cache))] if cache is not None and cache.looks else []),
    )
    output.put(f"{one.name}  #{one.id}", *(f"{name + ':':<9} {value}" for name, value in facts))
    output.put(*(f"  #{line.id}  {line.state}  {line.score}  {line.device or 'no device told'}" for line in mine))
    return 0


async def _add(call: Call) -> int:
    options = call.options
    person = None if options.person is None else (await people.find(call.context, options.person)).id
    receipt = await clients.add(
        call.context,
        options.name,
        options.scope,
        by=call.actor,
        at=call.clock(),
        role=Role(options.role),
        person_id=person,
        public_key=_public_key(options.public_key) or "",
    )
    return _done(call, receipt)


async def _edit(call: Call) -> int:
    one = await clients.find(call.context, call.options.name, by=call.actor)
    receipt = await clients.change(
        call.context,
        one.id,
        by=call.actor,
        at=call.clock(),
        scopes=call.options.scope,
        public_key=_public_key(call.options.public_key),
    )
    return _done(call, receipt)


async def _rotate(call: Call) -> int:
    one = await clients.find(call.context, call.options.name, by=call.actor)
    overlap = timedelta()
    if call.options.overlap is not None:
        from sessiontui.runtime.settings import length

        overlap = length(call.options.overlap)
    until = "dies at once" if not overlap else f"holds until {call.clock() + overlap:%Y-%m-%d %H:%M} UTC"
    talk.confirm(f"Give {one.name} a new key? The one before {until}.", yes=call.options.yes)
    return _done(call, await clients.rotate(call.context, one.id, by=call.actor, at=call.clock(), overlap=overlap))


async def _revoke(call: Call) -> int:
    one = await clients.find(call.context, call.options.name, by=call.actor)
    told = f"Revoke {one.name}? {count(one.live, 'login')} of it would end; it cannot be taken back."
    talk.confirm(told, yes=call.options.yes, expected=one.name)
    reason = call.options.reason
    return _done(call, await clients.revoke(call.context, one.id, by=call.actor, at=call.clock(), reason=reason))


def as_json(one: ClientLine) -> dict[str, object]:
    """Return a client for JSON; there is nothing secret in it."""
    return {
        "id": one.id,
        "name": one.name,
        "person": one.person_id,
        "role": str(one.role),
        "scopes": written(one.scopes).split(),
        "signs": one.signs,
        "created_at": rfc3339(one.created_at),
        "rotated_at": maybe_rfc3339(one.rotated_at),
        "used_at": maybe_rfc3339(one.used_at),
        "revoked_at": maybe_rfc3339(one.revoked_at),
        "overlap_until": maybe_rfc3339(one.overlap_until),
        "live": one.live,
    }


def _done(call: Call, receipt: Receipt) -> int:
    """Write what was done; a key goes to stdout alone, so that it can be piped into where it is kept."""
    if call.options.json:
        told: dict[str, object] = {"sentence": receipt.sentence, "logins": list(receipt.logins)}
        output.put_json({**told, "key": receipt.shown} if receipt.shown else told)
    elif receipt.shown:
        output.put(receipt.shown)
        talk.say(f"{receipt.sentence}. This is its key; it is not shown again.")
    else:
        output.put(receipt.sentence)
    return 0


def _public_key(name: str | None) -> str | None:
    if name is None or name == "-":
        return None if name is None else ""
    try:
        with Path(name).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise BadInput(f"{name} is no public key: it is too large")
    return raw.decode("utf-8", "replace")


def _state(one: ClientLine) -> str:
    return "in use" if one.revoked_at is None else f"revoked {one.revoked_at:%Y-%m-%d}"


WAYS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "rotate": _rotate,
    "revoke": _revoke,
}

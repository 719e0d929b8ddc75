"""``people password``: a password for somebody who signs in over HTTP, read from the pipe or asked for unseen."""

from __future__ import annotations

import getpass
import sys

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call
from sessiontui.domain.errors import BadInput
from sessiontui.services import people
from sessiontui.services.logins import passwords


async def password(call: Call) -> int:
    """Give a person a password, or take it away; logins that were opened with another end."""
    person = await people.find(call.context, call.options.person)
    by, at = call.actor, call.clock()
    if call.options.remove:
        talk.confirm(f"Take the password of {person.name} away?", yes=call.options.yes)
        receipt = await passwords.drop_password(call.context, person.id, by=by, at=at)
    else:
        receipt = await passwords.set_password(call.context, person.id, _asked(person.name), by=by, at=at)
    if call.options.json:
        output.put_json(
            {"sentence": receipt.sentence, "people": list(receipt.people), "logins": list(receipt.logins)}
        )
    else:
        output.put(receipt.sentence)
    return 0


def _asked(name: str) -> str:
    """Return the password that is typed twice, or the first line of the pipe; it never stands on a command line."""
    if not talk.is_conversation():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ", stream=sys.stderr)
    if getpass.getpass("Once more: ", stream=sys.stderr) != first:
        raise BadInput("the two are not the same", hint="try again")
    return first

"""``people feed``: the calendar that a person subscribes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.cli import output, talk
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.text import visible
from sessiontui.services import people
from sessiontui.services.calendars import subscribing

if TYPE_CHECKING:
    from sessiontui.cli.call import Call


async def feed(call: Call) -> int:
    """Open a feed and show its address, this once; or list the feeds, or close them all."""
    options = call.options
    person = await people.find(call.context, options.person)
    if options.list:
        return await _list(call, person.id, person.name)
    if options.revoke:
        receipt = await subscribing.close_feeds(call.context, person.id, by=call.actor, at=call.clock())
    else:
        receipt = await subscribing.open_feed(call.context, person.id, by=call.actor, at=call.clock())
    address = ""
    if receipt.shown:
        rules = call.settings.server
        base = rules.public_url or f"http://{rules.host}:{rules.port}"
        address = f"{base}/calendar.ics?token={receipt.shown}"
    if options.json:
        output.put_json({"sentence": receipt.sentence, "people": [person.id], "address": address or None})
        return 0
    output.put(*([address] if address else []))
    talk.say(f"{visible(receipt.sentence)}" + ("; its address is shown this once" if address else ""))
    return 0


async def _list(call: Call, person_id: int, name: str) -> int:
    found = await subscribing.feeds(call.context, person_id, by=call.actor, at=call.clock())
    if call.options.json:
        rows = (
            {
                "id": one.id,
                "created_at": rfc3339(one.created_at),
                "used_at": maybe_rfc3339(one.used_at),
                "revoked_at": maybe_rfc3339(one.revoked_at),
            }
            for one in found
        )
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("feeds", rows))
        return 0
    for one in found:
        state = "closed" if one.revoked_at else f"last read {maybe_rfc3339(one.used_at) or 'never'}"
        output.put(f"#{one.id} opened {rfc3339(one.created_at)}, {state}")
    talk.say(f"{len(found)} of {visible(name)}")
    return 0

"""``do identify``: who an attendee of a report is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from sessiontui.cli import talk
from sessiontui.domain.text import visible
from sessiontui.services import boards, people
from sessiontui.services.attendance import identifying

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.receipt import Receipt


async def identify(call: Call) -> Receipt:
    """Say who an attendee is; without a person, list whom nobody has identified and who they may be."""
    options = call.options
    session_id = await boards.find(call.context, options.session)
    if options.attendee is None or options.person is None:
        return await _listed(call, session_id)
    attendee_id = await identifying.find(call.context, session_id, options.attendee)
    person = await people.find(call.context, options.person)
    return await identifying.identify(
        call.context, session_id, attendee_id, person.id, by=call.actor, at=call.clock(), reason=options.reason
    )


async def _listed(call: Call, session_id: int) -> Receipt:
    from sessiontui.services.receipt import Receipt

    found = await identifying.strangers(call.context, session_id, by=call.actor)
    wanted = call.options.attendee
    if wanted is not None:
        attendee_id = await identifying.find(call.context, session_id, wanted)
        found = tuple(one for one in found if one.attendee_id == attendee_id)
    for one in found:
        address = f" <{one.email}>" if one.email else ""
        talk.say(f"#{one.attendee_id} {visible(one.name)}{visible(address)}")
        for likely in one.candidates:
            talk.say(f"    {likely.score:.2f}  #{likely.person_id} {visible(likely.name)}: {likely.reason}")
        if not one.candidates:
            talk.say("    nobody is like them: name anyone, or add the person first")
    number = len(found)
    who = "attendee is" if number == 1 else "attendees are"
    return Receipt(sentence=f"{number} {who} not identified", sessions=(session_id,))


SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {"identify": identify}
"""The actions on one person in one session."""

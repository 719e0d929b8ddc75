"""Recordings on the command line: ``do recording add|edit|remove|open``, and how ``show`` tells of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.cli.table import Column
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.phrases import count
from sessiontui.domain.recordings import Audience
from sessiontui.services import boards, people
from sessiontui.services.recordings import keeping, opening

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sessiontui.cli.call import Call
    from sessiontui.services.receipt import Receipt
    from sessiontui.services.recordings.shown import RecordingLine

COLUMNS: Final = (
    Column(heading="Recording", right=True),
    Column(heading="Title", least=12),
    Column(heading="Length"),
    Column(heading="For", least=12),
    Column(heading="Opened", least=12),
)


def row(line: RecordingLine, zone: ZoneInfo) -> list[str]:
    """Return a recording as a row of ``show``."""
    opened = ""
    if line.openings:
        last = line.openings[0]
        opened = f"{count(line.opened or 0, 'time')}, last by {last.by} {last.at.astimezone(zone):%m-%d %H:%M}"
    elif line.opened is not None:
        opened = "never"
    return [str(line.id), line.title, line.lasts, line.meant_for, opened]


async def act(call: Call) -> Receipt:
    """Add, change, remove or open a recording."""
    return await _WAYS[call.options.way](call)


async def _add(call: Call) -> Receipt:
    options = call.options
    named = await _people(call)
    audience = Audience(options.audience or (Audience.NAMED if named else Audience.APPROVED))
    draft = keeping.RecordingDraft(
        link=options.link,
        title=options.title or "",
        length=None if options.minutes is None else timedelta(minutes=options.minutes),
        audience=audience,
        people=named or (),
    )
    session_id = await boards.find(call.context, options.id)
    return await keeping.add(call.context, session_id, draft, by=call.actor, at=call.clock())


async def _edit(call: Call) -> Receipt:
    options = call.options
    changes = keeping.RecordingEdit(
        link=options.link,
        title=options.title,
        length=None if options.minutes is None else timedelta(minutes=options.minutes),
        audience=None if options.audience is None else Audience(options.audience),
        people=await _people(call),
    )
    return await keeping.edit(call.context, _number(options.id), changes, by=call.actor, at=call.clock())


async def _remove(call: Call) -> Receipt:
    options = call.options
    return await keeping.remove(
        call.context, _number(options.id), by=call.actor, at=call.clock(), reason=options.reason
    )


async def _open(call: Call) -> Receipt:
    return await opening.open_recording(call.context, _number(call.options.id), by=call.actor, at=call.clock())


async def _people(call: Call) -> tuple[int, ...] | None:
    wanted = call.options.person
    return None if wanted is None else tuple([(await people.find(call.context, text)).id for text in wanted])


def _number(text: str) -> int:
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(f"{text!r} is not the number of a recording", hint="'sessiontui show ID' tells them")
    return int(own)


_WAYS: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "open": _open,
}

SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {"recording": act}
"""The action of ``do``."""

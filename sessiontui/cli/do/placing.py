"""``do`` for where sessions meet: rooms, spare links, passcodes, looks at links; and keys exchanged for new ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.cli import output, talk
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.places.words import Maker
from sessiontui.domain.text import visible
from sessiontui.services import boards, people
from sessiontui.services.examining import Remark
from sessiontui.services.places import asking, joining, looking, sealing

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.context import Context
    from sessiontui.services.receipt import Receipt

Act: TypeAlias = "Callable[[Call, str, datetime], Awaitable[Receipt]]"


async def _room(call: Call, text: str, at: datetime) -> Receipt:
    platform = call.options.platform
    maker = None if platform is None else Maker(platform)
    return await asking.give_room(call.context, await boards.find(call.context, text), maker, by=call.actor, at=at)


async def _backup(call: Call, text: str, at: datetime) -> Receipt:
    return await asking.name_backup(
        call.context, await boards.find(call.context, text), call.options.link, by=call.actor, at=at
    )


async def _use_backup(call: Call, text: str, at: datetime) -> Receipt:
    session_id = await boards.find(call.context, text)
    detail = await boards.detail(call.context, session_id, now=at, by=call.actor)
    talk.confirm(f"Move {visible(detail.line.title)} to its spare place? Everybody is told.", yes=call.options.yes)
    return await asking.use_backup(call.context, session_id, by=call.actor, at=at, reason=call.options.reason)


async def _send_backup(call: Call, text: str, at: datetime) -> Receipt:
    return await asking.send_backup_link(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def _reveal(call: Call, text: str, at: datetime) -> Receipt:
    return await joining.reveal(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def _invite(call: Call, text: str, at: datetime) -> Receipt:
    person = await people.find(call.context, call.options.person)
    return await joining.invite(call.context, await boards.find(call.context, text), person.id, by=call.actor, at=at)


async def _check(call: Call, text: str, at: datetime) -> Receipt:
    return await looking.check(call.context, await boards.find(call.context, text), by=call.actor, at=at)


async def check_all(call: Call) -> Receipt:
    """Try every platform of the settings."""
    return await looking.check_all(call.context, by=call.actor, at=call.clock())


async def remarks(context: Context, *, at: datetime) -> list[Remark]:
    """Tell whether the keys that seal secrets are there, and whether the platforms of the settings answer."""
    found = [await _keys(context)]
    for maker in context.platforms.there:
        works, fact, hint = await looking.tried(context, maker, at=at)
        found.append(Remark(maker.words, fact, not works, hint))
    wanted = {context.platforms.default, context.platforms.backup} - {None, *context.platforms.there}
    for missing in sorted(str(maker) for maker in wanted):
        hint = f"fill in [platforms.{missing}], or name another under [platforms]"
        found.append(Remark("platforms", f"{missing} is named and not set up", True, hint))
    return found


async def _keys(context: Context) -> Remark:
    try:
        lost = await sealing.lost(context)
        number, place = await sealing.number(context), context.key_source.words
    except SessiontuiError as error:
        return Remark("keys", error.detail or error.title, True, error.hint)
    if lost:
        return Remark("keys", lost, True, f"put the key back into {place}; nothing is lost as long as it exists")
    return Remark("keys", f"{count(number, 'secret')} sealed; keys in {place}, which no backup holds: keep a copy")


async def rotate(call: Call) -> int:
    """Exchange the key that seals secrets for a new one."""
    progress = talk.ProgressLine()
    try:
        receipt = await sealing.rotate(
            call.context, by=call.actor, at=call.clock(), progress=partial(progress, "sealing secrets")
        )
    finally:
        progress.end()
    output.put(receipt.sentence)
    return 0


EACH: Final[Mapping[str, Act]] = {
    "room": _room,
    "backup": _backup,
    "use-backup": _use_backup,
    "send-backup-link": _send_backup,
    "reveal": _reveal,
    "invite": _invite,
    "check-platform": _check,
}
"""The actions on each of the sessions that were named."""

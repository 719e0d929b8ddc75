"""One call of a command on an open database: what it was asked, who asks, what time it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.records import record

if TYPE_CHECKING:
    import argparse

    from sessiontui.runtime import Settings
    from sessiontui.services.context import Context


@record(kw_only=True)
class Call:
    """What a command works with; ``clock`` returns the present instant, aware and in UTC."""

    options: argparse.Namespace
    settings: Settings
    context: Context
    actor: Actor
    clock: Callable[[], datetime]
    zone: ZoneInfo


def carry_out(options: argparse.Namespace, work: Callable[[Call], Awaitable[int]], *, create: bool = False) -> int:
    """Open the database, do the work of a command, close it again, and return the exit code.

    A database that is not there is made at its usual place, or with ``create``: elsewhere its path was mistyped.
    """
    import asyncio  # the first page of a console comes before it

    settings = settings_of(options)
    bring_up(settings)
    return asyncio.run(_carry_out(settings, options, work, create=create))


def bring_up(settings: Settings) -> None:
    """Bring the database to the present schema where it is behind, with a line that says how far that is."""
    from sessiontui.cli import talk
    from sessiontui.runtime import bring_up as begin

    progress = talk.ProgressLine()
    try:
        begin(settings, progress)
    except KeyboardInterrupt:
        progress.end()
        talk.say("the upgrade of the database was stopped: what is done is kept, the rest follows at the next start")
        raise
    finally:
        progress.end()


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings as the options of the command line leave them."""
    from sessiontui.runtime import read_settings

    given: dict[str, str | bool] = {}
    if options.database is not None:
        given["database"] = options.database
    if options.zone is not None:
        given["zone"] = options.zone.key
    if options.ascii:
        given["ascii"] = True
    if options.no_diff:
        given["diff"] = False
    if options.read_only:
        given["read_only"] = True
    try:
        return read_settings(given, config=None if options.config is None else Path(options.config))
    except BadInput as error:
        if options.config is None and options.database is None:
            raise
        raise WrongUsage(error.detail, hint=error.hint, place=error.place) from error


async def _carry_out(
    settings: Settings, options: argparse.Namespace, work: Callable[[Call], Awaitable[int]], *, create: bool
) -> int:
    from sessiontui.runtime import actor, now, opened

    async with opened(settings, create=create or options.database is None) as context:
        options.ascii = settings.display.ascii
        call = Call(
            options=options,
            settings=settings,
            context=context,
            actor=await actor(context, now(), service_account=settings.storage.service_account),
            clock=now,
            zone=settings.display.zone,
        )
        try:
            return await work(call)
        except NotAllowed as refusal:  # what was refused to a look is written down here, all else where it was
            await context.db.refuse(refusal, by=call.actor, at=now())
            raise

"""``demo``: the console on a throw-away world that lives while one looks."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Set
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sessiontui.cli import output, talk
from sessiontui.cli.call import settings_of
from sessiontui.cli.serving import require_server
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.phrases import count

if TYPE_CHECKING:
    from sessiontui.demo.clock import ScaledClock
    from sessiontui.demo.outside import Outside
    from sessiontui.demo.worlds import World
    from sessiontui.runtime import Settings
    from sessiontui.services.context import Context


def run(options: argparse.Namespace) -> int:
    """Build a world and open the console on it."""
    from sessiontui.demo.worlds import WORLDS

    if options.world not in WORLDS:
        raise WrongUsage(f"there is no world {options.world!r}", hint=f"one of {', '.join(WORLDS)}")
    if options.read_only:
        raise WrongUsage("a world has to be written", hint="look at one that was built with --read-only --database")
    if options.build_only and options.database is None:
        raise WrongUsage("--build-only needs --database FILE", hint="the throw-away database would be gone at once")
    if options.through_http:
        if options.build_only:
            raise WrongUsage("--through-http needs the console", hint="leave out --build-only")
        require_server()
    settings = settings_of(options)
    with ExitStack() as stack:
        if options.database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sessiontui-demo-"))
            settings = _at(settings, Path(folder) / "demo.db")
        else:
            settings = _at(settings, settings.storage.database)
        if not options.build_only:
            _require_terminal()
        with _whole_or_not_at_all(settings.storage.database):
            world = asyncio.run(_build(settings, options))
        if options.build_only:
            output.put(f"built {world.name} with {count(len(world.sessions), 'session')}")
            talk.say(f"open it with: sessiontui --database {settings.storage.database}")
            return 0
        return _show(settings, world, options.speed, through_http=options.through_http)


def _at(settings: Settings, database: Path) -> Settings:
    """Return the settings of a demo: its own file, shared with nobody."""
    return replace(settings, storage=replace(settings.storage, database=database, group=""))


@contextmanager
def _whole_or_not_at_all(database: Path) -> Iterator[None]:
    """Take away a world that was broken off; a file that was there before stays as it is."""
    was_there = database.exists()
    before: Set[Path] = set(database.parent.iterdir()) if database.parent.exists() else set()
    try:
        yield
    except BaseException:
        if not was_there:
            _take_away(database.parent, besides=before)
        raise


def _take_away(folder: Path, *, besides: Set[Path]) -> None:
    """Remove what a world has left in a folder: its database, its key, the files of its sessions."""
    if not folder.exists():
        return
    for path in set(folder.iterdir()) - besides:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _require_terminal() -> None:
    """Complain about the terminal before a world is built for it."""
    import sys

    from sessiontui.runtime.terminal import require_terminal

    require_terminal(sys.stdin, sys.stdout)


async def _build(settings: Settings, options: argparse.Namespace) -> World:
    from sessiontui.demo.worlds import build
    from sessiontui.runtime import now, opened
    from sessiontui.runtime.identity import identity
    from sessiontui.services import backups, people

    progress = talk.ProgressLine()
    try:
        async with opened(settings) as context:
            told = partial(progress, "building the world")
            world = await build(context, options.world, now=now(), sessions=options.sessions, progress=told)
            if world.actor.id is None:
                raise BadInput("the world has no admin")
            # Whoever built it is its admin, so that every other command can be tried on it.
            login = identity().login
            await people.edit(context, world.actor.id, by=world.actor, at=now(), os_user=login)
            if not options.build_only:  # a platform in its afternoon was backed up in the morning
                await backups.daily(context, at=now())
    finally:
        progress.end()
    return world


def _show(settings: Settings, world: World, speed: int, *, through_http: bool) -> int:
    from sessiontui.demo.clock import ScaledClock
    from sessiontui.demo.simulator import run as simulate
    from sessiontui.runtime import monotonic, now, run_console

    clock = ScaledClock(now(), speed=speed, real=monotonic)

    async def live(context: Context) -> None:
        stop = asyncio.Event()
        if not through_http:
            await simulate(context, world, clock, speed=speed, stop=stop)
            return
        async with _through_http(context, world, clock) as doors:
            await simulate(context, world, clock, speed=speed, stop=stop, doors=doors)

    return run_console(settings, clock=clock.now, person=world.actor, beside=live)


@asynccontextmanager
async def _through_http(context: Context, world: World, clock: ScaledClock) -> AsyncIterator[Outside]:
    """Serve the world on a free port of this host, and yield the doors of a client that calls it."""
    from sessiontui.client import AsyncClient, Cache
    from sessiontui.demo.outside import Outside
    from sessiontui.runtime.beside import served
    from sessiontui.services.logins import clients

    made = await clients.add(context, "simulator", "read,write,events", by=Actor.system("demo"), at=clock.now())
    async with (
        served(context, clock=clock.now) as url,
        AsyncClient(url, key=made.shown, device="demo", cache=Cache(max_entries=0)) as client,
    ):
        yield Outside(client, rules=context.rules)

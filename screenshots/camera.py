"""Photographs the console: a world at a fixed instant, keys, a size, and a look, as an SVG."""

from __future__ import annotations

import asyncio
import atexit
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.segment import Segment
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from sessiontui.demo.worlds import World, build
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import health, jobs, leading, ticking
from sessiontui.services.context import Context
from sessiontui.services.pictures import Health
from sessiontui.store.engine import Database
from sessiontui.tui.app import ConsoleApp
from sessiontui.worker.plans import PLANS
from tests.tui.at_rest import at_rest

NOW: Final = datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC)
"""The instant of every picture."""

STILL: Final = 4
"""Looks in a row that must show the same before the picture is taken."""

WAITING: Final = frozenset({"command", "leave", "pick", "save"})
"""What may be under way while a dialog is open: whatever opened it."""

SIZES: Final = ((80, 24), (120, 36), (160, 48))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What is to be in a picture, how large, and what is pressed before; ``type:…`` types a text."""

    world: str = "every-status"
    size: tuple[int, int] = (120, 36)
    press: tuple[str, ...] = ()
    theme: str = "sessiontui-dark"
    ascii: bool = False
    no_color: bool = False
    read_only: bool = False
    zone: str = "Europe/Madrid"
    at: datetime = NOW
    environment: Mapping[str, str] = field(default_factory=dict)


class _Keys:
    """The keys of pictures: always the same one, which seals nothing that matters."""

    words = "the pictures"

    def there(self) -> tuple[bytes, ...]:
        """Return the key."""
        return (bytes(32),)

    def add(self, key: bytes) -> None:
        """Keep nothing: there is a key."""


_KEYS: Final = _Keys()


class _StillPort(ConsolePort):
    """A port whose health does not depend on the host that the picture is taken on."""

    async def health(self) -> Health:
        """Return the health with plenty of space."""
        room = health.Space(free=50 << 30, total=100 << 30, wal=0, writable=True)
        return await health.health(self.context, now=self.clock(), wall=self.clock(), space=room)


def photograph(shot: Shot, *, worlds: Path | None = None) -> str:
    """Return the picture as SVG; ``worlds`` is a folder of built worlds to share with other processes."""
    built, world = _built(shot, worlds or _worlds())
    with _surroundings(shot), tempfile.TemporaryDirectory() as folder:
        for part in built.parent.glob("world.db*"):
            shutil.copy2(part, folder)
        return asyncio.run(_photograph(shot, Path(folder) / built.name, world))


async def _photograph(shot: Shot, path: Path, world: World) -> str:
    db = await Database.open(path, read_only=shot.read_only)
    context = Context(db=db, zone=ZoneInfo(shot.zone), key_source=_KEYS)
    display = Display(platform="harthio", zone=ZoneInfo(shot.zone), theme=shot.theme, ascii=shot.ascii)
    port = _StillPort(context, world.actor, display=display, clock=lambda: shot.at)
    app = ConsoleApp(port, interval=None)
    try:
        async with app.run_test(size=shot.size) as pilot:
            await at_rest(pilot)
            for key in shot.press:
                text = key.removeprefix("type:")
                if text != key and isinstance(app.focused, Input):
                    # At once: what is asked for in the middle of typing would depend on how fast the machine is.
                    app.focused.value, app.focused.cursor_position = text, len(text)
                elif text != key:
                    await pilot.press(*text)
                else:
                    await pilot.press(key)
                await at_rest(pilot)
            await _until_still(app, pilot)
            return app.export_screenshot(title="sessiontui")
    finally:
        await db.close()


@cache
def _worlds() -> Path:
    """Return the folder of the worlds that this process builds; it goes when the process does."""
    folder = tempfile.mkdtemp(prefix="worlds-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _built(shot: Shot, worlds: Path) -> tuple[Path, World]:
    """Return the database of a shot's world, built once in ``worlds`` and copied for each picture, and the world.

    Processes may share the folder: the first builds, the others wait for it.
    """
    folder = worlds / f"{shot.world}-{shot.at:%Y%m%dT%H%M%S}-{shot.zone.replace('/', '-')}"
    folder.mkdir(exist_ok=True)
    path, told = folder / "world.db", folder / "world.pickle"
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not told.exists():
            world = asyncio.run(_build(shot.world, path, at=shot.at, zone=ZoneInfo(shot.zone)))
            told.write_bytes(pickle.dumps(world))
    return path, pickle.loads(told.read_bytes())


async def _build(name: str, path: Path, *, at: datetime, zone: ZoneInfo) -> World:
    db = await Database.open(path)
    try:
        context = Context(db=db, zone=zone, key_source=_KEYS)
        world = await build(context, name, now=at)
        await ticking.tick(context, at=at)
        await _work(context, at)
        return world
    finally:
        await db.close()


async def _work(context: Context, at: datetime) -> None:
    """Leave the books as a worker does that has led for an hour."""
    lease = await leading.take(context, holder="console 4242 on ops1", at=at)
    if lease is None:
        msg = "somebody leads in a world that was just made"
        raise AssertionError(msg)
    await jobs.name_all(context, [(plan.name, plan.every) for plan in PLANS], at=at, epoch=lease.epoch)
    tallies = tuple(
        jobs.Tally(
            job=plan.name,
            last_at=at - min(plan.every, timedelta(seconds=1)),
            took=timedelta(milliseconds=3),
            next_at=at + plan.every,
            runs=max(1, timedelta(hours=1) // plan.every),
            errors=0,
            last_error="",
        )
        for plan in PLANS
    )
    await leading.renew(context, lease, at=at, locked=True, books=jobs.Books(tallies=tallies))
    await health.note_backup(context, at=at - timedelta(minutes=20), epoch=lease.epoch)


async def _until_still(app: App[None], pilot: Pilot[None]) -> None:
    """Wait until nothing moves any more: what is asked for has been answered and drawn."""
    last: list[Segment] = []
    same = 0
    async with asyncio.timeout(20):
        while same < STILL:
            for widget in app.screen.query("Input, TextArea"):
                if isinstance(widget, Input | TextArea):
                    widget.cursor_blink = False
            await pilot.pause(0.06)
            if _is_busy(app):
                same = 0
                continue
            now = _drawn(app)
            same = same + 1 if now == last else 0
            last = now


def _is_busy(app: App[None]) -> bool:
    """Whether something is asked for that has not been answered; a dialog that waits for its admin is an answer."""
    waiting = WAITING if isinstance(app.screen, ModalScreen) else frozenset()
    return any(worker.is_running and worker.group not in waiting for worker in app.workers)


def _drawn(app: App[None]) -> list[Segment]:
    """Return what is on the screen, characters and styles, at a tenth of the cost of a picture."""
    compositor = app.screen._compositor  # noqa: SLF001 - the toolkit tells it in no other way
    shown = compositor.render_update(full=True, screen_stack=app._background_screens)  # noqa: SLF001
    return list(app.console.render(shown or ""))


@contextmanager
def _surroundings(shot: Shot) -> Iterator[None]:
    """Give the picture the environment it asks for, whatever the shell says."""
    cleared = {"NO_COLOR", "TEXTUAL_THEME", "COLORTERM", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_ANIMATIONS"}
    before = {name: os.environ.get(name) for name in cleared | {"NO_COLOR", *shot.environment}}  # noqa: TID251
    for name in before:
        os.environ.pop(name, None)  # noqa: TID251
    os.environ.update({"TEXTUAL_ANIMATIONS": "none", **shot.environment})  # noqa: TID251
    if shot.no_color:
        os.environ["NO_COLOR"] = "1"  # noqa: TID251
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)  # noqa: TID251
            if value is not None:
                os.environ[name] = value  # noqa: TID251

"""Where bars are measured: the databases, built once and kept, and the program itself."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.store import migrations
from sessiontui.store.engine import Database

SMALL = 1_000
MIDDLE = 10_000

FRESH = 20 * 60 * 60
"""Seconds after which data are built anew: what was around now when they were built is past by then."""

PROGRAM = Path(sys.executable).parent / "sessiontui"


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder for data, and how many sessions the large database has."""

    folder: Path
    sessions: int

    @property
    def environment(self) -> dict[str, str]:
        """The environment of programs under measurement: nothing of the person's own."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{PROGRAM.parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "SESSIONTUI_HOME": str(home / "data"),
            "TEXTUAL_ANIMATIONS": "none",
        }

    def large(self) -> Path:
        return self.database(self.sessions)

    def small(self) -> Path:
        return self.database(SMALL)

    def middle(self) -> Path:
        return self.database(min(MIDDLE, self.sessions))

    def database(self, sessions: int) -> Path:
        """The database with that many sessions, built if it is not there, of another schema, or of another day."""
        scripts = Path(migrations.__file__).parent
        schema = hashlib.sha256(b"".join((scripts / name).read_bytes() for name in migrations.SCRIPTS)).hexdigest()
        path = self.folder / f"desk-{sessions}-{schema[:8]}.db"
        if path.exists() and time.time() - path.stat().st_ctime < FRESH:  # noqa: TID251 - the age of a file
            return path
        for old in self.folder.glob(f"desk-{sessions}-*"):
            old.unlink()
        part = self.folder / f"building-{sessions}.db"
        for old in self.folder.glob(f"{part.name}*"):
            old.unlink()
        print(f"building {sessions} sessions …", file=sys.stderr, flush=True)
        began = time.perf_counter()
        done = subprocess.run(
            [PROGRAM, "demo", "living", "--sessions", str(sessions), "--database", part, "--build-only"],
            env=self.environment, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        _settle(part)
        part.rename(path)
        print(f"built in {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
        return path

    def copy(self, path: Path, name: str) -> Path:
        """A copy of a database for a bar that writes much, put in the place of an older one."""
        target = self.folder / f"copy-{name}.db"
        for old in self.folder.glob(f"{target.name}*"):
            old.unlink()
        _settle(path)
        shutil.copyfile(path, target)
        return target


def _settle(path: Path) -> None:
    """Bring everything that was committed into the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


ADMIN = Actor(id=1, name="Amara Okafor", role=Role.SUPERADMIN)
"""The first person of every demo world."""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark is about real time


async def kept_up(context: Context) -> None:
    """Do what a worker does all the time: bring to this instant what time has changed since the data were built."""
    from sessiontui.services import analytics, ticking

    await ticking.sweep(context, at=now())
    while await ticking.tick(context, at=now()):
        pass
    await analytics.redo(context, at=now())


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Context]:
    """Open a database through the product."""
    db = await Database.open(path)
    try:
        yield Context(db=db)
    finally:
        await db.close()

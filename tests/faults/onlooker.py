"""Somebody who looks at a real console, in a terminal of its own, and says how long changes and keys take to show.

``python -m tests.faults.onlooker DATABASE`` opens the console and says ``ready``. From then on it changes the title
of a session of its own, and presses keys, every few seconds. Asked to end, it prints what it saw as JSON.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from sessiontui.domain.vocabulary import Priority
from sessiontui.services import people, sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.store.engine import Database
from tests.faults.serving import instant
from tests.terminal.conftest import Terminal

EVERY = 3.0
"""Seconds between two looks."""

PATIENCE = 30.0
"""Seconds after which what should be seen counts as never seen."""

COLUMNS, ROWS = 160, 60
"""Large enough for all the sessions of the load."""

KEYS = ((":", True), ("\x1b", False))
"""Opens the command bar, and closes it."""

OFFERED = "acknowledge <note>"
"""What is on the screen while the command bar is open, and not otherwise."""


@dataclass(slots=True)
class Seen:
    """What somebody saw: seconds from commits to their paint, and from keys to their answer.

    Beside each stands for how much of it the console was ready and had no processor: others work on the machine too.
    """

    paints: list[tuple[float, float]] = field(default_factory=list)
    keys: list[tuple[float, float]] = field(default_factory=list)
    is_alive: bool = True
    last: str = ""
    """The screen as it stood at the end."""


class Onlooker:
    """The onlooker in a process of their own, for a test to start and to ask."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.onlooker", str(path)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the console does not come up"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ended(self) -> Seen:
        """Ask it to end, and return what it saw."""
        self._process.terminate()
        told, _ = self._process.communicate(timeout=2 * PATIENCE)
        return Seen(**json.loads(told.splitlines()[-1]))


class _Eyes:
    """Reads what the console draws, all the time."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._turn = threading.Lock()
        self._is_shut = False
        self.is_alive = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while self.is_alive and not self._is_shut:
            time.sleep(0.005)
            with self._turn:
                self.is_alive = self._terminal.pump(0.02)

    def shut(self) -> None:
        """Read no more."""
        self._is_shut = True
        self._reader.join()

    def text(self) -> str:
        """Return what is on the screen."""
        with self._turn:
            return self._terminal.text()

    def press(self, keys: str) -> None:
        """Type."""
        self._terminal.press(keys)

    async def wait(self, word: str, *, there: bool = True) -> tuple[float, float]:
        """Return how many seconds it takes until a word is on the screen, or is gone, and what of it was queueing."""
        began, queued = time.monotonic(), self._queued()
        while time.monotonic() - began < PATIENCE and self.is_alive:
            if (word in self.text()) is there:
                break
            await asyncio.sleep(0.01)
        return time.monotonic() - began, self._queued() - queued

    def _queued(self) -> float:
        """Return for how many seconds the console's main thread has been ready and had no processor."""
        try:
            return int(Path(f"/proc/{self._terminal.child.pid}/schedstat").read_text().split()[1]) / 1e9
        except OSError:
            return 0.0


async def look(path: Path) -> Seen:
    """Look until asked to end."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    db = await Database.open(path)
    context, seen = Context(db=db), Seen()
    by = await people.identify(context, os_user=getpass.getuser(), name="Root", at=instant())
    begun = instant() - timedelta(minutes=20)
    draft = SessionDraft(
        title="Mark 0", starts_at=begun, ends_at=begun + timedelta(hours=3), publish=True, priority=Priority.URGENT
    )
    session_id = (await sessions.create(context, draft, by=by, at=instant(), confirm=True)).sessions[0]
    home = path.parent / "home"
    home.mkdir()
    terminal = Terminal(["--database", str(path)], home, columns=COLUMNS, rows=ROWS, term="xterm-256color")
    eyes = _Eyes(terminal)
    await eyes.wait("Mark 0")
    print("ready", flush=True)
    number = 0
    while not stop.is_set() and eyes.is_alive:
        number += 1
        await sessions.edit(context, session_id, SessionEdit(title=f"Mark {number}."), by=by, at=instant())
        seen.paints.append(await eyes.wait(f"Mark {number}."))
        for key, there in KEYS:
            eyes.press(key)
            seen.keys.append(await eyes.wait(OFFERED, there=there))
        try:
            await asyncio.wait_for(stop.wait(), EVERY)
        except TimeoutError:
            continue
    seen.is_alive, seen.last = eyes.is_alive and terminal.child.isalive(), eyes.text()
    eyes.shut()
    terminal.child.close(force=True)
    await db.close()
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(look(Path(sys.argv[1]))))), flush=True)

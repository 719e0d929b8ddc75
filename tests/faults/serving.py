"""The real server in a process of its own, on a port of its own, that can be killed and comes back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from sessiontui.domain.vocabulary import Role
from sessiontui.services import people
from sessiontui.services.context import Context
from sessiontui.services.logins import clients
from sessiontui.store.engine import Database


def instant() -> datetime:
    """Return the present, which the real server lives in."""
    return datetime.now(UTC)  # noqa: TID251 - the server of the test asks the clock too


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the server finds: its database, and the keys of two clients that may report and one that may only read."""

    path: Path
    key: str
    spare: str
    reader: str


async def prepare(path: Path, *, crowd: int = 0, scopes: str = "read write events metrics") -> Ground:
    """Make a database with a platform's client and people whom it knows as ``demo:p1`` and so on."""
    db = await Database.open(path)
    context, at = Context(db=db), instant()
    root = await people.identify(context, os_user="root", name="Root", at=at)
    keys = [
        (await clients.add(context, name, given, by=root, at=at, role=Role.ADMIN)).shown
        for name, given in (("platform", scopes), ("spare", scopes), ("reader", "read"))
    ]
    for number in range(1, crowd + 1):
        await people.add(context, f"Guest {number}", by=root, at=at, outside=("demo", f"p{number}"))
    await db.close()
    return Ground(path=path, key=keys[0], spare=keys[1], reader=keys[2])


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RealDesk:
    """One server, started and stopped by the test; its port stays the same."""

    def __init__(self, path: Path, *, options: Sequence[str] = (), log: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log or path.with_suffix(".log")
        self._command = [
            sys.executable, "-m", "sessiontui", "serve", "--port", str(self.port), "--database", str(path), *options,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stderr=log, stdout=log, env=_environment())
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise AssertionError(self._log.read_text()[-2_000:])
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop."""
        self._end(signal.SIGTERM)

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SESSIONTUI")}  # noqa: TID251

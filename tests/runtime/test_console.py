"""The console as a process on a pseudo-terminal: it opens, its worker leads, and it ends cleanly when told."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

PROGRAM = (
    "import sys\n"
    "from sessiontui.domain.errors import SessiontuiError\n"
    "from sessiontui.runtime import read_settings, run_console\n"
    "try: sys.exit(run_console(read_settings({'database': sys.argv[1]})))\n"
    "except SessiontuiError as error: sys.exit(str(error))\n"
)

pytestmark = pytest.mark.terminal


def console(path: Path, home: Path, **variables: str) -> pexpect.spawn[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", **variables}  # noqa: TID251
    return pexpect.spawn(
        sys.executable, ["-c", PROGRAM, str(path)], env=environ, dimensions=(36, 120), encoding="utf-8", timeout=60
    )


def holder(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "".join(row[0] for row in connection.execute("SELECT holder FROM lease"))


def leads(path: Path, who: str) -> None:
    """Wait until somebody leads: what is on the screen says nothing of it."""
    end = time.monotonic() + 60
    while not holder(path).startswith(who):
        assert time.monotonic() < end, holder(path)
        time.sleep(0.02)


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_leads_behind_its_first_frame_and_gives_the_lead_back(
    tmp_path: Path, number: signal.Signals | None
) -> None:
    path = tmp_path / "desk" / "a.db"
    child = console(path, tmp_path)
    try:
        child.expect(r"health \d+ \w+")
        leads(path, f"console {child.pid} on ")
        if number is None:
            child.send("q")
        else:
            child.kill(number)
        child.expect(pexpect.EOF)
        assert "\x1b[?1049l" in str(child.before)  # the terminal is given back as it was
        child.close()
        assert child.exitstatus == 0
        assert holder(path) == ""
    finally:
        child.close(force=True)


def test_a_dumb_terminal_is_told_what_works_instead(tmp_path: Path) -> None:
    child = console(tmp_path / "a.db", tmp_path, TERM="dumb")
    child.expect(pexpect.EOF)
    child.close()
    assert "sessiontui list --watch" in str(child.before)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_against_opening_is_told_when_the_screen_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"this is no database, but long enough to be looked at" * 100)
    child = console(path, tmp_path)
    try:
        child.expect(pexpect.EOF)
        child.close()
        shown, _, after = str(child.before).rpartition("\x1b[?1049l")
        assert "Reading the sessions" in shown
        assert "is not a database of sessiontui" in after
        assert child.exitstatus == 1
    finally:
        child.close(force=True)

"""The installed program as several processes on one file: a worker, a watcher, and somebody who acts."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import PROGRAM

if TYPE_CHECKING:
    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal


def run(terminal: Terminal, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end in the home of a terminal."""
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env=terminal.environment, cwd=terminal.environment["HOME"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_watcher_is_told_what_others_do(start: Start) -> None:
    watcher = start("list", "--watch", "--ascii")
    watcher.see("changes follow")
    made = run(watcher, "do", "create", "Grief circle", "--starts", "2036-05-04T14:00Z")
    assert made.returncode == 0, made.stderr
    watcher.see("_ Draft  #1 Grief circle: not published (new)")
    assert run(watcher, "do", "publish", "1").returncode == 0
    watcher.see(". Created  #1 Grief circle", "(was Draft)")
    watcher.child.sendintr()
    assert watcher.ended() == 0


def test_a_change_of_another_process_is_on_the_desk(start: Start) -> None:
    desk = start()
    desk.see("? help")
    soon = "2036-05-04T14:00Z"
    assert run(desk, "do", "create", "Bereavement intro", "--starts", soon, "--publish").returncode == 0
    desk.press("/")
    desk.see("enter apply")
    desk.press("\x15")
    desk.lose("view:now")
    desk.press("bereavement")
    desk.see("/ bereavement")
    desk.press("\r")
    desk.see("Bereavement in", "1 of 1")
    assert run(desk, "do", "edit", "1", "--title", "Second title").returncode == 0
    desk.lose("Bereavement in")


def test_a_worker_leads_and_ends_when_asked(start: Start, tmp_path: Path) -> None:
    terminal = start("worker")
    terminal.see("leads in epoch 1")
    told = json.loads(run(terminal, "health", "--json").stdout)
    assert told["leader"].startswith("worker ")
    terminal.child.kill(signal.SIGTERM)
    assert terminal.ended() == 0


def test_one_of_two_workers_leads_and_the_other_takes_over(start: Start) -> None:
    first = start("worker")
    first.see("leads in epoch 1")
    second = start("worker")
    first.child.kill(signal.SIGKILL)
    second.see("leads in epoch 2")


def test_a_reader_that_goes_away_is_no_error(start: Start) -> None:
    terminal = start("demo", "quiet-morning", "--build-only", "--database", "world.db")
    assert terminal.ended() == 0
    done = subprocess.run(
        f"{PROGRAM} list --csv --database world.db | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", env=terminal.environment, cwd=terminal.environment["HOME"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout.startswith("id,external_id")) == (0, True)
    assert "Traceback" not in done.stderr

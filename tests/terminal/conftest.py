"""A terminal of its own for the installed program: keys in, the screen as a person would see it out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")

PROGRAM = Path(sys.executable).parent / "sessiontui"

PATIENCE = 60.0
"""Seconds after which what is waited for counts as missing; a busy machine is slow, not wrong."""


class Terminal:
    """The program in a pseudo-terminal, and what it has drawn there."""

    def __init__(
        self,
        arguments: list[str],
        home: Path,
        *,
        columns: int,
        rows: int,
        term: str,
        errors: Path | None = None,
        colours: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.environment = {
            "PATH": os.defpath,
            "HOME": str(home),
            "TERM": term,
            "LANG": "C.UTF-8",
            "SESSIONTUI_HOME": str(home / "data"),
            "TEXTUAL_ANIMATIONS": "none",
            **(variables or {}),
        }
        if colours:
            self.environment["COLORTERM"] = colours
        command, words = str(PROGRAM), arguments
        if errors is not None:
            command, words = "/bin/sh", ["-c", f'exec "$0" "$@" 2>"{errors}"', str(PROGRAM), *arguments]
        self.child = pexpect.spawn(
            command, words, env=self.environment, dimensions=(rows, columns), timeout=PATIENCE, cwd=str(home),
            preexec_fn=_heed_interrupts,
        )  # fmt: skip

    def text(self) -> str:
        """Return the screen as lines of text."""
        return "\n".join(self.screen.display)

    def pump(self, seconds: float = 0.1) -> bool:
        """Draw what the program has written; ``False`` when it has ended."""
        try:
            written = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += written
        self._stream.feed(written)
        return True

    def until(self, shown: Callable[[str], bool], what: str) -> str:
        """Wait until the screen shows something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.text()
            if shown(text):
                return text
            if not self.pump():
                break
        text = self.text()
        assert shown(text), f"never seen: {what}\n{text}"
        return text

    def see(self, *words: str) -> str:
        """Wait until all words are on the screen."""
        return self.until(lambda text: all(word in text for word in words), " and ".join(words))

    def lose(self, word: str) -> str:
        """Wait until a word is no longer on the screen."""
        return self.until(lambda text: word not in text, f"the end of {word}")

    def press(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def ended(self) -> int:
        """Wait for the end and return the exit code, or minus the signal."""
        end = time.monotonic() + PATIENCE
        while self.pump() and time.monotonic() < end:
            pass
        while self.child.isalive() and time.monotonic() < end:  # it has let go of its terminal, and tidies up
            time.sleep(0.05)
        assert not self.child.isalive(), f"still running\n{self.text()}"
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus


def _heed_interrupts() -> None:
    """Let Ctrl+C reach the program, also where whoever runs the tests ignores it, as jobs in the background do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Start = Callable[..., Terminal]


def built(home: Path, *world: str) -> Path:
    """Return a database that the program has built, of a world with what else is said of it."""
    path = home / "desk.db"
    subprocess.run(
        [PROGRAM, "demo", *world, "--database", path, "--build-only"],
        env={"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "SESSIONTUI_HOME": str(home / "data")},
        check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=10 * PATIENCE,
    )  # fmt: skip
    return path


@pytest.fixture(scope="session")
def every_status(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of hostile and of common titles in every status; who changes it takes a copy."""
    return built(tmp_path_factory.mktemp("every-status"), "every-status")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    if not PROGRAM.exists():
        pytest.skip("the program is not installed beside this Python")
    started: list[Terminal] = []

    def begin(
        *arguments: str,
        columns: int = 120,
        rows: int = 36,
        term: str = "xterm-256color",
        errors: Path | None = None,
        colours: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> Terminal:
        terminal = Terminal(
            list(arguments), tmp_path, columns=columns, rows=rows, term=term, errors=errors, colours=colours,
            variables=variables,
        )  # fmt: skip
        started.append(terminal)
        return terminal

    yield begin
    for terminal in started:
        if terminal.child.isalive():
            terminal.child.close(force=True)

"""A driver whose terminal is gone neither waits nor fails."""

from __future__ import annotations

import itertools
import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from types import SimpleNamespace
from typing import TextIO, TypeVar

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from sessiontui.tui.differ import Differ
from sessiontui.tui.differ.driver import DiffingDriver
from sessiontui.tui.steady_driver import Outlet, SteadyDriver, WakingEvent

DriverKind = TypeVar("DriverKind", bound=SteadyDriver)


class _Gone:
    """A file whose other end was closed."""

    def write(self, text: str) -> None:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


def _bare(kind: type[DriverKind], terminal: object) -> DriverKind:
    """Return a driver before a terminal, without an application that would take it."""
    driver = kind.__new__(kind)
    driver._is_entered = False
    driver._turn = threading.Lock()
    driver._outlet = Outlet(terminal, driver._emptied)
    driver._writer_thread = WriterThread(driver._outlet)
    return driver


def test_writing_and_closing_never_wait_for_a_terminal_that_is_gone() -> None:
    driver = _bare(SteadyDriver, _Gone())
    thread = driver._writer_thread
    thread.run = lambda: None  # it ends at once, as it does on the error
    thread.start()
    thread.join()
    done = threading.Event()

    def use() -> None:
        for number in range(MAX_QUEUED_WRITES * 3):
            driver.write(str(number))
        driver.close()
        done.set()

    threading.Thread(target=use, daemon=True).start()
    assert done.wait(60), "it waits for a thread that has died"


def test_what_is_written_reaches_a_terminal_that_is_there() -> None:
    written: list[str] = []
    driver = _bare(SteadyDriver, SimpleNamespace(write=written.append, flush=lambda: None))
    driver._writer_thread.start()
    for number in range(100):
        driver.write(str(number))
    driver.close()
    assert written == [str(number) for number in range(100)]


class _Slow:
    """A terminal that takes a text only when it is let."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.taken: list[str] = []

    def write(self, text: str) -> None:
        self.gate.acquire()
        self.taken.append(text)

    def flush(self) -> None:
        """It keeps nothing back."""


class _Loop:
    """Runs at once what another thread asks to be run."""

    def call_soon_threadsafe(self, act: Callable[[], None]) -> None:
        act()


def test_a_terminal_that_cannot_keep_up_gets_what_the_frames_between_come_to() -> None:
    terminal = _Slow()
    driver = _bare(DiffingDriver, terminal)
    driver._app = SimpleNamespace(size=(20, 3), screen_stack=[])
    driver._loop = _Loop()
    driver._differ = Differ()
    driver._held = False
    driver._writer_thread.start()
    for number in range(50):
        driver.write(f"\x1b[1;1Hframe {number:02d}\x1b[1;1H")
    for _ in range(10):
        terminal.gate.release()
    end = monotonic() + 60
    while len(terminal.taken) < 2 and monotonic() < end:
        sleep(0.01)
    driver.close()
    assert len(terminal.taken) == 2
    assert "frame 00" in terminal.taken[0]
    assert terminal.taken[1].endswith("49")


@pytest.fixture
def line() -> Iterator[tuple[int, TextIO]]:
    """A pseudo-terminal: the end that a person would see, and the one that a program writes to."""
    seen, written = pty.openpty()
    tty.setraw(written)
    with os.fdopen(written, "w", encoding="utf-8") as terminal:
        yield seen, terminal
        os.close(seen)


def test_an_escape_goes_on_with_what_lies_there_however_late_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(step=3600)
    monkeypatch.setattr("textual._parser.get_time", lambda: next(clock))
    monkeypatch.setattr("sessiontui.tui.steady_driver.get_time", lambda: next(clock))
    keyboard, typing = os.pipe()
    os.write(typing, b"\x1b[Bq")
    os.close(typing)
    driver = _bare(SteadyDriver, None)
    driver.fileno, driver.exit_event, driver._debug = keyboard, WakingEvent(), False
    driver._app, driver._loop = SimpleNamespace(exit=lambda: None), _Loop()
    pressed: list[str] = []
    monkeypatch.setattr(driver, "process_message", lambda message: pressed.append(message.key))
    monkeypatch.setattr("sessiontui.tui.steady_driver.MOST", 1)
    driver.run_input_thread()
    os.close(keyboard)
    assert pressed == ["down", "q"]


def _read(seen: int, wanted: str) -> str:
    """Return as much as a text is long of what a person would see; it comes in pieces."""
    taken = b""
    while len(taken) < len(wanted.encode()):
        taken += os.read(seen, 4096)
    return taken.decode()


def test_what_a_terminal_takes_at_once_needs_no_thread(line: tuple[int, TextIO]) -> None:
    seen, terminal = line
    driver = _bare(SteadyDriver, terminal)
    driver._outlet.open()
    driver._writer_thread.start()
    texts = [f"frame {number} · " for number in range(3)]
    for text in texts:
        driver.write(text)
    assert _read(seen, "".join(texts)) == "".join(texts)
    assert (driver._outlet.handed, driver._outlet.is_behind) == (0, False)
    driver.close()


def test_what_a_full_terminal_does_not_take_at_once_comes_in_its_order(line: tuple[int, TextIO]) -> None:
    seen, terminal = line
    driver = _bare(SteadyDriver, terminal)
    driver._outlet.open()
    driver._writer_thread.start()
    texts = [f"{number:05d} " + "·漢é" * 300 for number in range(20)]
    for text in texts:
        driver.write(text)
    assert driver._outlet.is_behind
    assert _read(seen, "".join(texts)) == "".join(texts)
    end = monotonic() + 60
    while driver._outlet.is_behind and monotonic() < end:
        sleep(0.01)
    driver.write("and on")
    assert _read(seen, "and on") == "and on"
    assert driver._outlet.handed < len(texts) + 1
    driver.close()


def test_a_terminal_that_cannot_be_opened_again_is_written_to_by_the_thread(line: tuple[int, TextIO]) -> None:
    seen, terminal = line
    driver = _bare(SteadyDriver, terminal)  # as it is where it belongs to somebody else
    driver._writer_thread.start()
    driver.write("frame")
    assert _read(seen, "frame") == "frame"
    driver.close()
    assert not driver._outlet.is_behind


def test_the_event_that_wakes_can_be_waited_for() -> None:
    event = WakingEvent()
    ready = select.poll()
    ready.register(event.descriptor, select.POLLIN)
    assert ready.poll(0) == []
    event.set()
    event.set()
    assert ready.poll(0) != []
    event.clear()
    event.clear()
    assert ready.poll(0) == []

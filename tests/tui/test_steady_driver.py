"""A driver whose terminal is gone neither waits nor fails."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable
from time import monotonic, sleep
from types import SimpleNamespace

from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from sessiontui.tui.differ import Differ
from sessiontui.tui.differ.driver import DiffingDriver
from sessiontui.tui.steady_driver import Outlet, SteadyDriver, WakingEvent


class _Gone:
    """A file whose other end was closed."""

    def write(self, text: str) -> None:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


def test_writing_and_closing_never_wait_for_a_terminal_that_is_gone() -> None:
    driver = SteadyDriver.__new__(SteadyDriver)
    thread = WriterThread(_Gone())
    thread.run = lambda: None  # it ends at once, as it does on the error
    thread.start()
    thread.join()
    driver._writer_thread = thread
    done = threading.Event()

    def use() -> None:
        for number in range(MAX_QUEUED_WRITES * 3):
            driver.write(str(number))
        driver.close()
        done.set()

    threading.Thread(target=use, daemon=True).start()
    assert done.wait(5), "it waits for a thread that has died"


def test_what_is_written_reaches_a_terminal_that_is_there() -> None:
    written: list[str] = []
    driver = SteadyDriver.__new__(SteadyDriver)
    driver._writer_thread = WriterThread(SimpleNamespace(write=written.append, flush=lambda: None))
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
    driver = DiffingDriver.__new__(DiffingDriver)
    driver._app = SimpleNamespace(size=(20, 3), screen_stack=[])
    driver._loop = _Loop()
    driver._differ = Differ()
    driver._busy = driver._held = False
    driver._writer_thread = WriterThread(Outlet(terminal, driver._emptied))
    driver._writer_thread.start()
    for number in range(50):
        driver.write(f"\x1b[1;1Hframe {number:02d}\x1b[1;1H")
    for _ in range(10):
        terminal.gate.release()
    end = monotonic() + 5
    while len(terminal.taken) < 2 and monotonic() < end:
        sleep(0.01)
    driver.close()
    assert len(terminal.taken) == 2
    assert "frame 00" in terminal.taken[0]
    assert terminal.taken[1].endswith("49")


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

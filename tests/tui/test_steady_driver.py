"""A driver whose terminal is gone neither waits nor fails."""

from __future__ import annotations

import threading
from types import SimpleNamespace

from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from sessiontui.tui.steady_driver import SteadyDriver


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

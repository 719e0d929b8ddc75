"""The log of calls: lines are written together, in their order, and none waits for ever."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from sessiontui.runtime.access_log import MOST, WRITTEN_AFTER, AccessLog


class Later:
    """An event loop's ``call_later`` whose moment comes when a test says so."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, what: Callable[[], None]) -> None:
        self.due.append((seconds, what))


def lines(stream: io.StringIO) -> list[int]:
    return [json.loads(line)["n"] for line in stream.getvalue().splitlines()]


def test_lines_wait_for_others_and_are_written_in_one_go() -> None:
    stream, later = io.StringIO(), Later()
    log = AccessLog(stream, later)
    for number in range(3):
        log({"n": number, "path": "/\x1b\n"})
    assert lines(stream) == []
    ((seconds, flush),) = later.due
    assert seconds == WRITTEN_AFTER
    flush()
    assert lines(stream) == [0, 1, 2]
    assert stream.getvalue().isascii()
    log({"n": 3})
    assert len(later.due) == 2
    log.flush()
    later.due[1][1]()
    assert lines(stream) == [0, 1, 2, 3]


def test_a_storm_does_not_wait() -> None:
    stream = io.StringIO()
    log = AccessLog(stream, Later())
    for number in range(MOST + 1):
        log({"n": number})
    assert lines(stream) == list(range(MOST))


def test_a_log_that_nobody_reads_any_more_breaks_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    log = AccessLog(Closed(), Later())
    log({"n": 1})
    log.flush()

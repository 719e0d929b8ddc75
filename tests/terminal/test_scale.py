"""The installed console on many sessions: it scrolls, filters and follows changes, and few bytes go over the line.

Bytes repeat closely; the bars here are generous, so that only a lost optimisation passes them. Times are measured by
the benchmarks, on a quiet machine.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import PATIENCE, PROGRAM, built
from tests.terminal.test_console import CLEAR, DOWN

if TYPE_CHECKING:
    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

SESSIONS = 100_000

ROWS, COLUMNS = 36, 99
"""One column less than a desk with the detail beside the table."""

STILL = "view:all status:cancelled"
"""Sessions that time alone does not change."""

PAGE_DOWN = "\x1b[6~"

FIRST, MOVE, SCROLL, PAGE, CHANGE, REST = 16_000, 600, 800, 6_000, 3_000, 100
"""Most bytes of the first screen, of each act, of a changed row, and of a second in which nothing happens."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("many"), "living", "--sessions", str(SESSIONS))


@pytest.fixture
def desk(start: Start, many: Path) -> Terminal:
    terminal = start("--database", str(many), columns=COLUMNS, rows=ROWS)
    terminal.see("? help")
    return terminal


def quiet(terminal: Terminal, seconds: float = 0.35) -> int:
    """Wait until nothing has come for a while, or a clock goes on alone; return how many bytes came."""
    before = len(terminal.raw)
    for _ in range(20):
        known = len(terminal.raw)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            terminal.pump(0.05)
        if len(terminal.raw) - known < 60:
            break
    return len(terminal.raw) - before


def ask(terminal: Terminal, query: str) -> None:
    """Filter for a query, whatever is in the bar."""
    terminal.press("/")
    terminal.see("enter apply")
    terminal.press(CLEAR)
    terminal.press(query)
    terminal.see(f"/ {query}")
    terminal.press("\r")
    quiet(terminal)


def costs(terminal: Terminal, keys: str, times: int) -> float:
    """Return the bytes that pressing keys costs, of several times the one in the middle."""
    quiet(terminal)
    taken = []
    for _ in range(times):
        before = len(terminal.raw)
        terminal.press(keys)
        for _ in range(6):
            terminal.pump(0.05)
        taken.append(len(terminal.raw) - before)
    return median(taken)


def change_outside(terminal: Terminal, database: Path) -> None:
    """Let another process change the one session that is looked at."""
    subprocess.run(
        [PROGRAM, "do", "edit", "77777", "--title", "Changed outside", "--database", database],
        env=terminal.environment, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    terminal.see("Changed outside")
    quiet(terminal)


def rest(terminal: Terminal, seconds: int) -> int:
    """Do nothing for so long; return the bytes that came all the same."""
    before, end = len(terminal.raw), time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.pump(0.1)
    return len(terminal.raw) - before


def assert_comes_to_rest(terminal: Terminal) -> None:
    """Look for seconds in which nothing happens; on a busy machine what began before goes on for a while."""
    end, spent = time.monotonic() + PATIENCE, []
    while not spent or spent[-1] >= 3 * REST:
        assert time.monotonic() < end, spent
        spent.append(rest(terminal, 3))


def test_a_desk_of_many_sessions_scrolls_filters_and_follows_with_few_bytes(desk: Terminal, many: Path) -> None:
    quiet(desk)
    assert len(desk.raw) < FIRST

    ask(desk, STILL)
    assert_comes_to_rest(desk)

    assert 0 < costs(desk, DOWN, 8) < MOVE
    desk.press(DOWN * ROWS)
    assert 0 < costs(desk, DOWN, 12) < SCROLL
    assert 0 < costs(desk, PAGE_DOWN, 6) < PAGE
    assert desk.text().count("Cancelled") > ROWS // 2

    ask(desk, "view:all grief nairobi")
    desk.until(lambda text: text.count("Nairobi") > 3 and "Grief" in text, "what was looked for alone")
    ask(desk, "view:all xyzzy")
    desk.lose("Nairobi, g")

    ask(desk, "id:77777")
    desk.see("1 of")
    quiet(desk)
    before = len(desk.raw)
    change_outside(desk, many)
    assert 0 < len(desk.raw) - before < CHANGE

"""How the machine is while bars are measured: one that is shared is not alike from one minute to the next.

Three signs, none of them taken from what is measured: the time that the host gave to others while this machine wanted
it, what memory costs that nobody touched for a second, and how long a bare loop takes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

MEMORY = 20 << 20
PAGE = 4096
ROUNDS = 3

LOOP = 500_000

COLD = 2.5
"""Milliseconds that 20 MB may need which were not touched for a second; a machine of one's own needs 1, one whose
caches others use up needs 5 to 20."""

STOLEN = 2.0
"""Percent of the wanted time that may have gone to others."""

SLOWER = 1.3
"""How much longer a bare loop may take than it ever took in this run."""


class Look(NamedTuple):
    """Milliseconds of memory left alone, and of a bare loop; ticks stolen, and wanted, since the machine began."""

    cold: float
    loop: float
    stolen: int
    wanted: int


@dataclass(frozen=True, slots=True)
class State:
    """How the machine was between two looks; ``stolen`` is in percent, ``slower`` against the fastest loop."""

    cold: float
    slower: float
    stolen: float

    @property
    def troubles(self) -> list[str]:
        """What others took, in words; nothing when the machine was quiet."""
        return list(self._troubles())

    def _troubles(self) -> Iterator[str]:
        if self.stolen > STOLEN:
            yield f"{self.stolen:.1f} % of its time went to others"
        if self.cold > COLD:
            yield f"memory left alone for a second costs {self.cold:.1f} ms"
        if self.slower > SLOWER:
            yield f"a bare loop takes {self.slower:.2f} times what it took"


def look() -> Look:
    """Look at the machine this program runs on; takes three seconds, of which it sleeps the most."""
    memory = bytearray(MEMORY)
    _touch(memory)
    colds, loops = [], []
    for _ in range(ROUNDS):
        time.sleep(1.0)
        colds.append(_touch(memory))
        loops.append(_loop())
    return Look(median(colds), median(loops), *_ticks())


class Machine:
    """The machine of one run: how fast it has been, and for how many seconds it may still be waited for."""

    def __init__(self, *, patience: float = 0.0) -> None:
        self._patience = patience
        self._fastest = float("inf")

    def look(self) -> Look:
        """Look at the machine, and remember the fastest loop."""
        seen = look()
        self._fastest = min(self._fastest, seen.loop)
        return seen

    def since(self, before: Look, after: Look | None = None) -> State:
        """Say how it was between two looks, of which the other is taken now; at the worse of both."""
        after = after or self.look()
        wanted = after.wanted - before.wanted
        return State(
            cold=max(before.cold, after.cold),
            slower=max(before.loop, after.loop) / self._fastest,
            stolen=100 * (after.stolen - before.stolen) / wanted if wanted else 0.0,
        )

    def quiet(self) -> Look:
        """Wait until the machine is quiet or patience is at its end, and return the last look."""
        look = self.look()
        while self._patience > 0:
            began = time.perf_counter()
            before, look = look, self.look()
            self._patience -= time.perf_counter() - began
            if not self.since(before, look).troubles:
                break
        return look

    def spend(self, seconds: float) -> bool:
        """Take so many seconds of patience, if there are as many."""
        if self._patience < seconds:
            return False
        self._patience -= seconds
        return True


def _touch(memory: bytearray) -> float:
    """Write a byte on every page; milliseconds."""
    began = time.perf_counter()
    for place in range(0, len(memory), PAGE):
        memory[place] = 1
    return (time.perf_counter() - began) * 1000


def _loop() -> float:
    began = time.perf_counter()
    total = 0
    for number in range(LOOP):
        total += number * number
    return (time.perf_counter() - began) * 1000


def _ticks() -> tuple[int, int]:
    """What was stolen, and what was wanted: worked and stolen. A system that does not tell has nothing stolen."""
    try:
        with Path("/proc/stat").open() as told:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, told.readline().split()[1:9])
    except (OSError, ValueError):
        return 0, 0
    return stolen, user + nice + system + interrupts + soft + stolen

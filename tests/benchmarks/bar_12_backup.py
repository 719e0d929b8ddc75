"""Bar 12: a backup costs little more than a plain copy of the file.

Of both what is measured is the copying, not the wait for the disk: ``cp`` waits for none. A backup does, and is
verified besides; that is told.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing

from sessiontui.store.backup import back_up, copied
from tests.benchmarks.figures import Figure, milliseconds, p50, told
from tests.benchmarks.ground import Ground

ROUNDS = 3


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    plain, copy, whole = (ground.folder / f"backup-{name}.db" for name in ("plain", "copy", "whole"))
    for left in ground.folder.glob("backup-*"):  # of a run that was ended
        left.unlink()
    plainly, backed = [], []
    with closing(sqlite3.connect(large)) as source:
        for _ in range(ROUNDS):
            plainly += milliseconds(lambda: subprocess.run(["cp", large, plain], check=True))
            plain.unlink()
            backed += milliseconds(lambda: copied(source, copy).close())
            copy.unlink()
        yield Figure(
            bar=12, what="backup, the copying", value=p50(backed), unit="ms",
            against="cp", reference=p50(plainly), most=1.5,
        )  # fmt: skip
        (verified,) = milliseconds(lambda: back_up(source, whole))
    whole.unlink()
    yield told(12, "backup, verified and on the disk", verified, "ms", "integrity_check, foreign_key_check, fsync")

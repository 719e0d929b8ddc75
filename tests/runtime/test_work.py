"""The worker without a screen, as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sessiontui.domain.errors import ReadOnly
from sessiontui.runtime import Settings, Storage, run_worker

PROGRAM = (
    "import pathlib, sys\n"
    "from sessiontui.runtime import Settings, Storage, run_worker\n"
    "sys.exit(run_worker(Settings(storage=Storage(database=pathlib.Path(sys.argv[1])))))\n"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_logs_json_lines_and_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "desk" / "a.db"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stderr is not None
            first = json.loads(child.stderr.readline())
            assert (first["from"], first["said"]) == ("sessiontui.worker", "leads in epoch 1")
            child.send_signal(number)
            out, rest = child.communicate(timeout=60)
            assert (child.returncode, out) == (0, "")
            assert all(json.loads(line) for line in rest.splitlines())
        finally:
            child.kill()


def test_reading_alone_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ReadOnly):
        run_worker(Settings(storage=Storage(database=tmp_path / "a.db"), read_only=True))
    assert list(tmp_path.iterdir()) == []

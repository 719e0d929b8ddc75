"""The walk through every route that the README has, run as it stands, and whole."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.conftest import House

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("bash", "curl", "jq", "openssl")


def walk() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("\n## The HTTP API\n")[1].split("\n## ")[0]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.skipif(any(shutil.which(tool) is None for tool in NEEDED), reason=f"needs {', '.join(NEEDED)}")
def test_the_walk_runs_as_it_stands(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SESSIONTUI")}  # noqa: TID251
    environ |= {
        "SESSIONTUI_HOME": str(tmp_path / "home"), "SESSIONTUI_SERVER_PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}", "PS4": "+ ",
    }  # fmt: skip
    script = "set -exuo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + walk().replace(
        "8770", str(port)
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stderr[-1500:]}\n{done.stdout[-1500:]}"
    assert "BEGIN:VCALENDAR" in done.stdout
    assert "event: hello" in done.stdout
    assert '"link": "https://zoom.us/j/1234567890"' in done.stdout


async def test_the_walk_goes_through_every_route(house: House) -> None:
    commands = [
        line for line in walk().splitlines() if re.search(r"curl |api |call ", line) or line.startswith("hook ")
    ]
    commands = [_spelled(line) for line in commands]
    document = (await house.http.get("/openapi.json")).json()
    missing = []
    for path, item in document["paths"].items():
        pattern = re.compile(re.sub(r"\\{[^}]*\\}", r"[^/ ?\"']+", re.escape(path)) + r"(?=[ ?\"';)|]|$)")
        missing += [
            f"{method} {path}"
            for method in item
            if not any(pattern.search(line) and _method(line) == method for line in commands)
        ]
    assert missing == []


def _spelled(line: str) -> str:
    """Return a command with the short forms of the walk written out."""
    line = line.replace('"$(sessiontui people feed ana@example.org)"', "$URL/calendar.ics")
    line = re.sub(r"\$S\b", "$URL/api/sessions/harthio:s1", line)
    return re.sub(r"\$P\b", "$URL/api/projects/parser", line)


def _method(line: str) -> str:
    if found := re.search(r"-X (\w+)", line):
        return found[1].lower()
    sent = line.split(" | ")[0]  # tools behind the pipe have options of their own
    return "post" if re.search(r" (-d|--data-binary|--data-urlencode) ", sent) else "get"

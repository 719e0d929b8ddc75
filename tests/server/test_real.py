"""The real program: ``sessiontui serve`` on a real port, called over the wire, and stopped whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

START = re.compile(r"listening on (http://\S+)\"")


@dataclass
class Running:
    """A server that runs: where, as which process, and the key of a client that may do everything."""

    url: str
    process: subprocess.Popen[str]
    key: str
    log: list[dict[str, object]]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; return its exit code, and keep what it logged."""
        self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=15)
        self.log += [json.loads(line) for line in rest.splitlines() if line.startswith("{")]
        return self.process.returncode


def command(home: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-m", "sessiontui", *words], {**os.environ, "SESSIONTUI_HOME": str(home)}  # noqa: TID251


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Running]:
    """Run a server on a free port."""
    words, environ = command(home, "clients", "add", "platform", "--scope", "admin", "--json")
    made = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
    words, environ = command(home, "serve", "--port", "0", *options)
    process = subprocess.Popen(words, env=environ, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    log: list[dict[str, object]] = []
    found = None
    while found is None:
        line = process.stderr.readline()
        assert line, "the server ended"
        log.append(json.loads(line))
        found = START.search(line)
    try:
        yield Running(found[1], process, json.loads(made.stdout)["key"], log)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stderr.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("home")) as built:
        yield built


def test_it_serves_over_the_wire_and_stops_whole(running: Running) -> None:
    with httpx.Client(base_url=running.url) as http:
        assert http.get("/readyz").json()["status"] == "ready"
        body = {"grant_type": "client_key", "client_key": running.key}
        tokens = http.post("/auth/token", json=body).json()
        http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        made = http.post("/api/sessions", json={"title": "Circle", "starts_at": "2030-01-01T10:00:00Z"})
        assert made.status_code == 201
        figures = http.get("/metrics")
        assert figures.headers["content-type"].startswith("text/plain; version=")
        assert 'sessiontui_http_requests_total{method="POST",route="/api/sessions",status="201"} 1.0' in figures.text
        with http.stream("GET", "/api/changes") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("id: ")
            http.post(f"/api/sessions/{made.json()['id']}/cancel")
            assert any(line == "event: session" for line in lines)
            code = running.stop()
            assert list(lines) is not None  # the stream ended of itself
    assert code == 0
    said = [str(line["said"]) for line in running.log]
    assert said[-1] == "stopped"
    access = [line for line in running.log if line["from"] == "sessiontui.access"]
    assert {"POST /auth/token 200", "POST /api/sessions 201"} <= {str(line["said"]) for line in access}
    written = json.dumps(running.log)
    for secret in (running.key, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in written


def test_a_taken_port_and_a_wrong_one_are_told_in_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words, environ = command(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
        done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be listened on" in done.stderr
    words, environ = command(tmp_path, "serve", "--port", "99999")
    assert subprocess.run(words, env=environ, capture_output=True, check=False).returncode == 2

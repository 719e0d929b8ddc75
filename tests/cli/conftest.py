"""A command line in this process: its own home, its exit code and what it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sessiontui.__main__ import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SESSIONTUI_DATABASE", "SESSIONTUI_CONFIG", "SESSIONTUI_ZONE", "SESSIONTUI_ASCII"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SESSIONTUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return command


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., str]:
    """Write own JSON Lines into a file and return its path."""

    def write(*shapes: dict[str, object], name: str = "own.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join(json.dumps(shape) + "\n" for shape in shapes), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def circle(run: Run, own: Callable[..., str]) -> Run:
    """A database with one session of tomorrow in it, #1, one person who asks to join, and their mentor."""
    file = own(
        {"type": "person", "id": "p1", "name": "Ana", "email": "ana@example.org"},
        {"type": "person", "id": "p9", "name": "Dr Lee", "role": "mentor"},
        {
            "type": "session", "id": "s1", "title": "Grief circle", "author": "p9", "capacity": 1, "tags": ["grief"],
            "starts_at": "2036-05-04T14:00:00Z", "ends_at": "2036-05-04T15:00:00Z",
        },
        {"type": "request", "session": "s1", "person": "p1", "requested_at": "2026-05-03T10:00:00Z"},
    )  # fmt: skip
    assert run("import", file).code == 0
    return run

"""``simulate`` and ``demo --through-http``: a platform that lives through its HTTP API."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from sessiontui.cli import demo
from sessiontui.cli.app import run
from sessiontui.cli.arguments import parse
from sessiontui.demo.clock import ScaledClock
from sessiontui.demo.simulator import Simulator
from sessiontui.demo.worlds import build
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime import monotonic, now
from sessiontui.runtime.beside import served
from sessiontui.services.context import Context
from sessiontui.services.logins import clients
from sessiontui.store.engine import Database
from tests.conftest import Stage


async def test_it_tells_what_came_of_everything(stage: Stage, tmp_path: Path) -> None:
    made = await clients.add(
        stage.context, "simulator", "read,write,events", by=stage.root, at=now(), role=Role.ADMIN
    )
    (tmp_path / "key").write_text(made.shown)
    async with served(stage.context, clock=now) as url:
        words = ["--url", url, "--key-file", str(tmp_path / "key"), "--for", "3", "--rate", "50", "--drops", "0.1"]
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sessiontui", "simulate", *words, "--json",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await program.communicate()
    assert (program.returncode, err) == (0, b"")
    told = json.loads(out)
    assert told["adds_up"] is True
    assert told["load"]["acknowledged"] > 10
    assert told["living"]["done"] > 5
    assert told["calls"]["made"] == told["calls"]["answered"] + told["calls"]["failed"]
    rows = await stage.rows("SELECT count(*) FROM session WHERE title NOT LIKE 'Load test%'")
    assert rows[0][0] > 3


async def test_the_people_of_a_demo_act_through_the_api(tmp_path: Path) -> None:
    context = Context(db=await Database.open(tmp_path / "demo.db"))
    at = now()
    world = await build(context, "every-status", now=at)
    clock = ScaledClock(at, speed=60, real=monotonic)
    async with demo._through_http(context, world, clock) as doors:
        simulator = Simulator(doors, Random(1), speed=60, since=at)
        for step in range(4):
            await simulator.step(at + timedelta(seconds=30 * step))
        assert doors.tally.adds_up
        assert doors.tally.acknowledged > 3
    await context.db.close()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["simulate"], 2, "--url"),
        (["simulate", "--url", "http://desk", "--rate", "-1"], 2, "not a number from 0 on"),
        (["simulate", "--url", "http://desk", "--drops", "2"], 2, "not a share"),
        (["simulate", "--url", "http://desk"], 2, "--key-file"),
        (["simulate", "--url", "http://desk", "--key-file", "/no/such/file"], 1, "cannot be read"),
        (["simulate", "--url", "desk", "--key-file", "KEY"], 1, "is no address"),
        (["simulate", "--url", "http://desk", "--key-file", "EMPTY"], 1, "no client key"),
        (["simulate", "--url", "http://127.0.0.1:9", "--key-file", "KEY", "--for", "1"], 1, "did not answer"),
        (["demo", "--through-http", "--build-only", "--database", "x.db"], 2, "needs the console"),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sessiontui.demo.driving.STOP_WITHIN", 0.2)
    (tmp_path / "KEY").write_text("stk_1\n")
    (tmp_path / "EMPTY").write_text("\n")
    assert run(words) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x.db").exists()


def test_faults_are_none_unless_asked_for() -> None:
    options = parse(["simulate", "--url", "http://desk"])
    assert (options.latency, options.errors, options.drops, options.revocations, options.rate) == (0, 0, 0, 0, 0)

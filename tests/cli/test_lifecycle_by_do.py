"""Every state of a work session and every move by ``do``: what services allow and refuse, as codes and words.

The matrix of states and moves is that of ``tests/services/test_lifecycle_by_hand.py``; the clock of the commands is
set to the instant at which each session is looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from sessiontui.domain.vocabulary import Control, Move
from sessiontui.store.engine import Database
from tests.cli.conftest import Run
from tests.conftest import build_stage
from tests.services.test_lifecycle_by_hand import AFTER, ALLOWED, BY_HAND, STATES, brought, seen


@dataclass(frozen=True)
class Built:
    """A session in one state for each move: its id, when it is looked at, what it is, why a move is refused."""

    path: Path
    sessions: Mapping[Move, int]
    at: datetime
    control: Control
    blocked: Mapping[Move, str]


async def built(folder: Path, state: str) -> Built:
    stage = await build_stage(folder)
    made = {move: await brought(stage, state) for move in BY_HAND}
    first, at = made[BY_HAND[0]]
    detail, line = await seen(stage, first, at)
    await stage.context.db.close()
    sessions = {move: session_id for move, (session_id, _) in made.items()}
    return Built(stage.path, sessions, at, line.control, detail.blocked)


async def controls(was: Built) -> dict[Move, str]:
    """Return what each session has become."""
    db = await Database.open(was.path)
    rows = dict(await db.fetch("SELECT id, control FROM session", ()))
    await db.close()
    return {move: str(rows[session_id]) for move, session_id in was.sessions.items()}


@pytest.mark.parametrize("state", list(STATES))
def test_every_move_from_every_state_by_do(state: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    was = asyncio.run(built(tmp_path, state))
    monkeypatch.setattr("sessiontui.runtime.now", lambda: was.at)
    monkeypatch.setenv("SESSIONTUI_DATABASE", str(was.path))
    for move, session_id in was.sessions.items():
        done = run("do", str(move), str(session_id), "--yes", "--json")
        if move in ALLOWED[state]:
            assert done.code == 0, f"{move}: {done.err}"
            assert done.json["receipts"][0]["sessions"] == [session_id]
        else:
            assert done.code == 1, f"{move} was done"
            assert done.json["refused"][0]["detail"] == was.blocked[move]
    became = asyncio.run(controls(was))
    for move, control in became.items():
        expected = AFTER.get(move, was.control) if move in ALLOWED[state] else was.control
        assert control == expected, f"after {move}"

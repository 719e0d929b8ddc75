"""Seats under a rush: many people ask at once, from several processes, and never is one seat given twice.

The whole rush is marked slow: ``pytest tests/faults/test_seats.py -m slow -s`` tells its figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.domain.vocabulary import Badge
from sessiontui.services import boards, people, sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.engine import Database
from tests.faults.seeker import NOW

SEATS = 10
HOUR = timedelta(hours=1)


def start(
    path: Path, session_id: int, first: int, asking: int, processes: int, *, admin: int
) -> list[subprocess.Popen[bytes]]:
    """Start processes that each ask for a part of the people, whose ids follow on each other."""
    each = asking // processes
    return [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.faults.seeker", str(path), str(session_id),
                str(first + place * each), str(first + (place + 1) * each), str(admin),
            ],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        for place in range(processes)
    ]  # fmt: skip


async def rush(folder: Path, *, asking: int, processes: int) -> Counter[str]:
    """Let so many people ask for ten seats, and return what the processes were told."""
    path = folder / "rush" / "desk.db"
    db = await Database.open(path)
    context = Context(db=db)
    root = await people.identify(context, os_user="root", name="Root", at=NOW)
    assert root.id is not None
    async with db.write(by=root, at=NOW) as tx:
        base = await tx.last_id("person")
        for number in range(asking):
            await tx.insert("person", name=f"P{number}", name_key=f"p{number}")
    draft = SessionDraft(title="Rush", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, capacity=SEATS, publish=True)
    (session_id,) = (await sessions.create(context, draft, by=root, at=NOW)).sessions
    started = start(path, session_id, base + 1, asking, processes, admin=root.id)
    told: Counter[str] = Counter()
    for process in started:
        out, _ = process.communicate(timeout=1500)
        assert process.returncode == 0
        told.update(json.loads(out))
    assert await db.fetch(
        "SELECT state, count(*) FROM join_request WHERE session_id = ? GROUP BY state ORDER BY state", (session_id,)
    ) == [("approved", SEATS), ("pending", asking - SEATS)]
    assert await db.fetch(
        "SELECT count(*) FROM audit_entry WHERE action = 'request.approve' AND subject_id = ?", (session_id,)
    ) == [(SEATS,)]
    detail = await boards.detail(context, session_id, now=NOW, by=root)
    assert (detail.line.approved, detail.line.pending, detail.seats.waiting) == (
        SEATS,
        asking - SEATS,
        asking - SEATS,
    )
    assert Badge.OVERBOOKED not in detail.line.badges
    await db.close()
    return told


async def test_a_rush_gives_every_seat_once(tmp_path: Path) -> None:
    told = await rush(tmp_path, asking=120, processes=2)
    assert (told["approved"], told["full"]) == (SEATS, 120 - SEATS)


@pytest.mark.slow
async def test_ten_thousand_ask_for_ten_seats(tmp_path: Path) -> None:
    began = time.perf_counter()
    told = await rush(tmp_path, asking=10_000, processes=4)
    print(f"\n{dict(told)} in {time.perf_counter() - began:.1f} s")
    assert (told["approved"], told["full"]) == (SEATS, 10_000 - SEATS)

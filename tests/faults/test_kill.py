"""Writers are killed at random moments: nothing acknowledged is lost, every change has its audit entry."""

from __future__ import annotations

import getpass
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.services import audit, people, sessions, ticking
from sessiontui.services.context import Context
from sessiontui.store import deriving
from sessiontui.store.engine import Database
from sessiontui.store.folding import refold
from tests.faults.console import TITLE
from tests.faults.storm import CROWD
from tests.faults.writer import START

ROUNDS = 50
LATER = START + timedelta(days=1)
WRITERS = 2

pytestmark = pytest.mark.slow


async def test_nothing_acknowledged_is_lost_and_every_change_is_audited(tmp_path: Path) -> None:
    path = tmp_path / "kill" / "desk.db"
    db = await Database.open(path)
    await people.identify(Context(db=db), os_user="root", name="Root", at=START)
    await db.close()

    chance = random.Random(20260504)
    acknowledged: list[list[str]] = []
    for round_number in range(ROUNDS):
        acknowledged += _one_round(path, round_number, chance)
    assert len(acknowledged) > ROUNDS * WRITERS, "the writers never got anywhere"

    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        lost = [words for words in acknowledged if not _is_there(raw, words)]
        assert lost == []
        assert _unaudited(raw) == []
    raw.close()

    db = await Database.open(path)
    context = Context(db=db)
    await _everything_folds_to_what_is_stored(context)
    report = await audit.verify(context)
    assert report.is_whole
    counts = {status: both for status, both in (await deriving.stored_counts(db.fetch)).items() if any(both)}
    kept = await db.fetch("SELECT status, n, pending FROM status_count WHERE n != 0 OR pending != 0")
    assert counts == {str(status): (n, pending) for status, n, pending in kept}
    await db.close()


async def test_no_acknowledged_event_of_a_storm_is_lost_or_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "storm" / "desk.db"
    db = await Database.open(path)
    root = await people.identify(Context(db=db), os_user="root", name="Root", at=START)
    for place in range(CROWD):
        await people.add(Context(db=db), f"Guest {place}", by=root, at=START)
    await db.close()

    chance = random.Random(7)
    acknowledged: list[list[str]] = []
    for number in range(ROUNDS // 2):
        acknowledged += _one_round(path, number, chance, writer="tests.faults.storm", longest=1.0)
    assert len(acknowledged) > ROUNDS, "the storm never began"

    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert [words for words in acknowledged if not _is_there(raw, words)] == []
        assert _unaudited(raw) == []
        twice = "SELECT 1 FROM presence GROUP BY session_id, person_id HAVING count(*) > 1"
        assert raw.execute(twice).fetchall() == []
    raw.close()

    db = await Database.open(path)
    await _everything_folds_to_what_is_stored(Context(db=db))
    assert (await audit.verify(Context(db=db))).is_whole
    await db.close()


async def test_a_console_killed_while_three_writers_write_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "console" / "desk.db"
    db = await Database.open(path)
    root = await people.identify(Context(db=db), os_user=getpass.getuser(), name="Root", at=START)
    now = datetime.now(UTC)  # noqa: TID251 - the console under test has the clock of the machine
    for number in range(4 * ROUNDS):
        draft = sessions.SessionDraft(
            title=f"{TITLE} {number}",
            starts_at=now - timedelta(minutes=20),
            ends_at=now + timedelta(days=1),
            publish=True,
        )
        await sessions.create(Context(db=db), draft, by=root, at=now - timedelta(hours=1))
    await db.close()

    chance = random.Random(50)
    acknowledged: list[list[str]] = []
    for number in range(4 * ROUNDS):
        acknowledged += _one_round(path, number, chance, writers=3, longest=1.5, beside=_console)
        if number + 1 >= ROUNDS and _pressed(path) > ROUNDS / 10:  # on a busy machine few keys come before the end
            break
    assert len(acknowledged) > ROUNDS, "the writers never got anywhere"

    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert [words for words in acknowledged if not _is_there(raw, words)] == []
        assert _unaudited(raw) == []
    raw.close()
    assert _pressed(path) > ROUNDS / 10, "the keys never wrote anything"

    db = await Database.open(path)
    await _everything_folds_to_what_is_stored(Context(db=db), at=now + timedelta(days=2))
    assert (await audit.verify(Context(db=db))).is_whole
    await db.close()


def _pressed(path: Path) -> int:
    """Return how many decisions of keys have been written."""
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT count(*) FROM audit_entry WHERE action IN ('session.start', 'session.pause')")
        return int(rows.fetchone()[0])


@contextmanager
def _console(path: Path) -> Iterator[None]:
    """Run a console whose admin presses keys, and kill it, not only its terminal, when the block ends."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.console", str(path)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    console = int(program.stdout.readline().split()[1])
    try:
        assert program.stdout.readline().strip() == "ready"
        yield
    finally:
        os.kill(console, signal.SIGKILL)
        program.kill()
        program.communicate()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Run nothing beside the writers."""
    del path
    yield


async def _everything_folds_to_what_is_stored(context: Context, *, at: datetime = LATER) -> None:
    """Fold every session anew and derive every row anew: nothing may come out different."""
    stays = "SELECT session_id, person_id, joined_at, left_at, heartbeat_at FROM presence ORDER BY 1, 2, 3"
    before = await context.db.fetch(stays)
    ids = [int(str(row[0])) for row in await context.db.fetch("SELECT DISTINCT session_id FROM presence_signal")]
    async with context.db.write(by=Actor.system(), at=START) as tx:
        for session_id in ids:
            await refold(tx, session_id)
    assert await context.db.fetch(stays) == before
    await ticking.tick(context, at=at)
    assert await ticking.rebuild(context, at=at) == 0


def _one_round(
    path: Path,
    number: int,
    chance: random.Random,
    *,
    writer: str = "tests.faults.writer",
    longest: float = 0.4,
    writers: int = WRITERS,
    beside: Callable[[Path], AbstractContextManager[None]] = _alone,
) -> list[list[str]]:
    """Start the writers, kill them all after a random time, and return what they acknowledged."""
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", writer, str(path), f"writer-{number}-{index}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for index in range(writers)
    ]
    try:
        for program in programs:
            assert program.stdout is not None
            assert program.stdout.readline().strip() == "ready"
        with beside(path):
            time.sleep(chance.uniform(0.05, longest))
    finally:
        for program in programs:
            program.send_signal(signal.SIGKILL)
    told: list[list[str]] = []
    for program in programs:
        out, _ = program.communicate()
        told += [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return told


def _is_there(raw: sqlite3.Connection, words: list[str]) -> bool:
    what, *ids = words
    questions = {
        "session": "SELECT 1 FROM session WHERE id = ?",
        "asked": "SELECT 1 FROM join_request WHERE session_id = ? AND person_id = ?",
        "approved": "SELECT 1 FROM join_request WHERE session_id = ? AND person_id = ? AND state = 'approved'",
        "joined": "SELECT 1 FROM presence WHERE session_id = ? AND person_id = ?",
        "beat": "SELECT 1 FROM presence WHERE session_id = ? AND person_id = ? AND heartbeat_at >= ?",
        "left": "SELECT 1 FROM presence WHERE session_id = ? AND person_id = ? AND left_at IS NOT NULL",
        "cancelled": "SELECT 1 FROM session WHERE id = ? AND status = 'cancelled'",
    }
    return raw.execute(questions[what], [int(value) for value in ids]).fetchone() is not None


def _unaudited(raw: sqlite3.Connection) -> list[object]:
    """Return the changes that no audit entry tells of."""
    audited = "SELECT 1 FROM audit_entry a WHERE a.subject = 'session' AND a.subject_id = x.session_id AND a.action"
    return [
        *raw.execute(f"SELECT id, 'move' FROM session_change x WHERE NOT EXISTS ({audited} LIKE 'session.%')"),
        *raw.execute(
            "SELECT id, 'session' FROM session x WHERE NOT EXISTS (SELECT 1 FROM audit_entry a"
            " WHERE a.action = 'session.create' AND a.subject_id = x.id)"
        ),
        *raw.execute(
            "SELECT r.id, 'request' FROM request_change r JOIN join_request x ON x.id = r.request_id"
            f" WHERE NOT EXISTS ({audited} LIKE 'request.%')"
        ),
        *raw.execute(
            "SELECT id, 'signal' FROM presence_signal x WHERE signal != 'heartbeat' AND session_id NOT IN"
            " (SELECT value FROM audit_entry a, json_each(a.detail, '$.sessions') WHERE a.action = 'presence.record')"
        ),
        *raw.execute(
            "SELECT id, 'person' FROM person x WHERE NOT EXISTS (SELECT 1 FROM audit_entry a"
            " WHERE a.subject = 'person' AND a.subject_id = x.id)"
        ),
    ]

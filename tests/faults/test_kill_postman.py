"""The postman is killed at random moments: no change is lost, and no reminder and no survey comes twice.

``python -m tests.faults.test_kill_postman 10000 500`` runs bar 8 of the safety page as it stands there: ten thousand
letters through a mail server, killed five hundred times; it takes a quarter of an hour.
"""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import AT_LEAST_ONCE, LetterKind
from sessiontui.domain.letters import Text
from sessiontui.services import people
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.store.engine import Database
from sessiontui.store.reads.outbox import Addressee
from tests.faults.writer import START
from tests.outlets.post_office import post_office

LETTERS = 240
KILLS = 40
KINDS = (LetterKind.CANCELLED, LetterKind.REMINDER, LetterKind.CHANGED, LetterKind.SURVEY)

BORNE = """coalesce(json_extract(headers, '$."Message-ID"'), message_id)"""

pytestmark = pytest.mark.slow


async def written(path: Path, number_of_letters: int = LETTERS) -> None:
    db = await Database.open(path)
    context = Context(db=db)
    root = await people.identify(context, os_user="root", name="Root", at=START)
    await people.edit(context, int(str(root.id)), by=root, at=START, email="root@example.org")
    to = Addressee(int(str(root.id)), "Root", "root@example.org", "")
    letters = [
        Letter(kind=KINDS[number % len(KINDS)], to=to, text=Text("S", "B"), occurrence=str(number))
        for number in range(number_of_letters)
    ]
    async with db.write(by=Actor.system(), at=START) as tx:
        await enqueue(tx, letters, delivery=context.delivery, cause=None)
        await tx.run("UPDATE notification SET not_before = created_at")
    await db.close()


def kill_again_and_again(path: Path, *options: str, longest: float = 0.12, kills: int = KILLS) -> int:
    """Start a postman and kill it, many times; then let one finish. Return how many were killed at work."""
    chance, killed = random.Random(len(options)), 0
    for number in range(kills + 1):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.postman", str(path), *options], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        if number < kills:
            time.sleep(chance.uniform(0, longest))
            killed += process.poll() is None
            process.send_signal(signal.SIGKILL)
        process.stdout.close()
        assert process.wait() in (0, -signal.SIGKILL)
    return killed


async def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    db = await Database.open(path)
    found = await db.fetch(sql)
    await db.close()
    return found


async def test_with_files_every_letter_leaves_exactly_once(tmp_path: Path) -> None:
    path = tmp_path / "own" / "desk.db"
    await written(path)
    assert kill_again_and_again(path) > 3
    found = await rows(path, f"SELECT {BORNE}, state, resend_of FROM notification")
    doubted = [row for row in found if row[1] == "uncertain"]
    files = [
        BytesParser(policy=policy.default).parsebytes(file.read_bytes())["Message-ID"]
        for file in (path.parent / "outbox").glob("*.eml")
    ]
    assert len(files) == len(set(files))
    assert set(files) == {row[0] for row in found if row[1] == "sent"}
    # Only a letter whose file was not there yet can be doubted, and what must arrive was then written anew.
    assert len(files) + len(doubted) == len(found)
    assert {row[1] for row in found} <= {"sent", "uncertain"}


async def test_with_a_channel_that_cannot_tell_nothing_is_lost_and_no_survey_comes_twice(tmp_path: Path) -> None:
    path = tmp_path / "own" / "desk.db"
    await written(path)
    killed = kill_again_and_again(path, "deaf")
    assert killed > 3
    handed = Counter(file.read_text() for file in (path.parent / "outbox").iterdir() if file.read_text())
    found = await rows(path, f"SELECT id, kind, {BORNE}, state, resend_of FROM notification ORDER BY id")
    assert {row[3] for row in found} <= {"sent", "uncertain"}
    again = {row[4]: row for row in found if row[4] is not None}
    records = Counter(str(row[2]) for row in found)
    assert all(times <= records[message_id] for message_id, times in handed.items()), "one record left twice"
    for row_id, kind, _, state, _ in found:
        if LetterKind(str(kind)) in AT_LEAST_ONCE:
            assert state == "sent" or row_id in again, f"letter {row_id} ({kind}) was lost"
        else:
            assert row_id not in again, f"letter {row_id} ({kind}) may have come twice"
    assert 0 < sum(row[3] == "uncertain" for row in found) <= killed


async def test_with_a_mail_server_no_change_is_lost_and_no_reminder_comes_twice(tmp_path: Path) -> None:
    sys.stdout.write(await storm(tmp_path, letters=LETTERS, kills=KILLS))


async def storm(folder: Path, *, letters: int, kills: int, longest: float = 0.15) -> str:
    """Send letters through a mail server, kill the postman again and again, check them all, and say how it went."""
    path = folder / "own" / "desk.db"
    await written(path, letters)
    with post_office() as office:
        killed = kill_again_and_again(path, "smtp", str(office.port), longest=longest, kills=kills)
        arrived = Counter(str(mail["Message-ID"]) for mail in office.mails())
    assert killed > kills / 2
    found = await rows(path, f"SELECT id, kind, {BORNE}, state, resend_of FROM notification ORDER BY id")
    states = Counter(str(row[3]) for row in found)
    assert set(states) <= {"sent", "uncertain"}
    again = {row[4] for row in found if row[4] is not None}
    for row_id, kind, message_id, state, _ in found:
        if LetterKind(str(kind)) in AT_LEAST_ONCE:
            assert state == "sent" or row_id in again, f"letter {row_id} ({kind}) was lost"
            assert arrived[str(message_id)] >= 1, f"letter {row_id} ({kind}) never arrived"
        else:
            assert row_id not in again
            assert arrived[str(message_id)] <= 1, f"letter {row_id} ({kind}) came twice"
            assert state == "uncertain" or arrived[str(message_id)] == 1
    doubled = sum(times > 1 for times in arrived.values())
    assert doubled <= states["uncertain"] <= killed
    return (
        f"{letters} letters, {kills} kills, {killed} of them at work: {dict(states)}, 0 changes lost,"
        f" 0 reminders and surveys doubled, {doubled} changes arrived twice under one Message-ID\n"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        number, times = (int(word) for word in (*sys.argv[1:], "10000", "500")[:2])
        sys.stdout.write(asyncio.run(storm(Path(folder), letters=number, kills=times, longest=number / times * 0.02)))

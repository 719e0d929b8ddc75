"""Keys of signs of activity: what is sent again counts once, also by the process after the one that was killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.rules import KEYS_KEPT
from sessiontui.services import events
from sessiontui.services.projects import changing
from sessiontui.services.visits import tracking
from sessiontui.services.visits.recording import Ping, record, track_activity
from sessiontui.services.visits.tracking import Tracker
from sessiontui.store import visiting
from tests.conftest import NOON, Stage


async def begin(stage: Stage) -> tuple[int, list[Ping]]:
    """Return a project, and signs of activity in it as somebody's library sends them."""
    project = (await changing.add(stage.context, "Garden", by=stage.root, at=NOON)).project
    assert project is not None
    return project, [Ping(project_id=project, person_id=stage.ana, key=f"lib:{number}") for number in range(40)]


def tracker_of(stage: Stage) -> Tracker:
    return Tracker(stage.context, lambda: NOON, every=0.0)


async def counted(stage: Stage) -> tuple[object, ...]:
    return (*(await stage.rows("SELECT sum(done) FROM activity_tally"))[0],
            *(await stage.rows("SELECT sum(activities) FROM user_sessions"))[0])  # fmt: skip


async def test_the_next_process_knows_what_the_one_before_it_has_counted(stage: Stage):
    _, pings = await begin(stage)
    first, second = tracker_of(stage), tracker_of(stage)
    for ping in pings[:30]:
        assert first.track(ping, by=stage.root)
    await first.drained()  # and is killed before it can answer
    for ping in pings:
        assert second.track(ping, by=stage.root)
    await second.drained()
    counts = second.counts
    assert (counts.accepted, counts.done, counts.repeated, counts.waiting) == (10, 10, 30, 0)
    assert await counted(stage) == (40, 40)
    for ping in pings:
        second.track(ping, by=stage.root)
    assert second.counts.repeated == 70, "from then on they are told apart at once"
    for ping in pings:
        first.track(ping, by=stage.root)
    await first.drained()
    assert await counted(stage) == (40, 40), "nor does one process count what another has counted beside it"


async def test_a_key_is_ones_own_and_a_sign_without_one_always_counts(stage: Stage):
    project, pings = await begin(stage)
    bare = Ping(project_id=project, person_id=stage.ana)
    other = Actor.system("another platform")
    batch = [(stage.root, pings[0]), (other, pings[0]), (stage.root, pings[0]), (stage.root, bare)]
    outcome = await record(stage.context, batch, at=NOON)
    assert (outcome.done, outcome.repeated) == (3, 1)
    await track_activity(stage.context, pings[0], by=stage.root, at=NOON)
    await track_activity(stage.context, bare, by=stage.root, at=NOON)
    assert await counted(stage) == (4, 4)


async def test_a_commit_that_is_taken_for_a_failure_does_not_count_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    _, pings = await begin(stage)
    real, failures = tracking.record, [Unavailable("was it written?")]

    async def doubtful(*args: object, **named: object) -> object:
        answer = await real(*args, **named)  # type: ignore[arg-type]
        if failures:
            raise failures.pop()
        return answer

    monkeypatch.setattr(tracking, "record", doubtful)
    monkeypatch.setattr(tracking, "_FIRST_REST", 0.0)
    tracker = tracker_of(stage)
    for ping in pings:
        tracker.track(ping, by=stage.root)
    await tracker.drained()
    assert (tracker.counts.accepted, tracker.counts.repeated) == (0, 40)
    assert await counted(stage) == (40, 40)


async def test_only_the_newest_keys_are_read_and_the_self_care_forgets_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    _, pings = await begin(stage)
    for ping in pings:
        await record(stage.context, [(stage.root, ping)], at=NOON)
    monkeypatch.setattr(visiting, "REMEMBERED", 25)
    monkeypatch.setattr(visiting, "_ROWS", 4)
    assert await events.forget_keys(stage.context, at=NOON) == 15
    assert (await record(stage.context, [(stage.root, one) for one in pings[15:]], at=NOON)).repeated == 25
    assert await events.forget_keys(stage.context, at=NOON + KEYS_KEPT) == 0
    assert await events.forget_keys(stage.context, at=NOON + KEYS_KEPT + timedelta(seconds=1)) == 25


KILLED = """
import asyncio, os, sys
from pathlib import Path
from tests.conftest import NOON
from sessiontui.domain.access import Actor
from sessiontui.services.context import Context
from sessiontui.services.visits.recording import Ping
from sessiontui.services.visits.tracking import Tracker
from sessiontui.store.engine import Database

async def main():
    context = Context(db=await Database.open(Path(sys.argv[1])))
    tracker = Tracker(context, lambda: NOON, every=0.0)
    for number in range(30):
        tracker.track(Ping(project_id=int(sys.argv[2]), person_id=int(sys.argv[3]), key=f"lib:{number}"), by=ROOT)
    await tracker.drained()
    os.kill(os.getpid(), 9)

ROOT = Actor.system("platform")
asyncio.run(main())
"""


async def test_a_batch_that_is_sent_again_after_a_kill_counts_once(stage: Stage):
    project, pings = await begin(stage)
    command = [sys.executable, "-c", KILLED, str(stage.path), str(project), str(stage.ana)]
    killed = await asyncio.to_thread(subprocess.run, command, check=False)
    assert killed.returncode == -9
    assert await counted(stage) == (30, 30)
    tracker, platform = tracker_of(stage), Actor.system("platform")
    for ping in pings:
        tracker.track(ping, by=platform)
    await tracker.drained()
    assert (tracker.counts.done, tracker.counts.repeated) == (10, 30)
    assert await counted(stage) == (40, 40)

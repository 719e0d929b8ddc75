from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.care import DEFAULT_CARE
from sessiontui.domain.errors import Unavailable
from sessiontui.services import backups, health, jobs, leading, people
from sessiontui.services.context import Context
from sessiontui.services.health import Space
from sessiontui.services.leading import Lease
from sessiontui.services.pictures import Health, HealthPart
from sessiontui.store.engine import Database

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GIB = 1 << 30
ROOMY = Space(free=90 * GIB, total=100 * GIB, wal=0, writable=True)


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    db = await Database.open(tmp_path / "desk" / "a.db")
    yield Context(db=db)
    await db.close()


@pytest.fixture
async def me(context: Context) -> Actor:
    return await people.identify(context, os_user="root", name="Root", at=NOON)


@pytest.fixture
async def lease(context: Context, me: Actor) -> Lease:
    lease = await leading.take(context, holder="console 1 on ops", at=NOON)
    assert lease is not None
    await jobs.name_all(context, [("tick", SECOND)], at=NOON, epoch=lease.epoch)
    await health.note_backup(context, at=NOON)
    return lease


def part(found: Health, name: str) -> HealthPart:
    return next(part for part in found.parts if part.name == name)


async def test_all_is_well(context: Context, lease: Lease) -> None:
    found = await health.health(context, now=NOON, space=ROOMY)
    assert (found.score, found.band, found.leader) == (100, "excellent", "console 1 on ops")
    assert [part.name for part in found.parts] == [
        "worker", "database", "outbox", "api", "logins", "cache", "disk", "backup", "clock",
    ]  # fmt: skip
    assert [job.name for job in found.jobs] == ["tick"]


async def test_the_score_is_the_worst_part(context: Context, lease: Lease) -> None:
    low = Space(free=GIB // 2, total=100 * GIB, wal=0, writable=True)
    found = await health.health(context, now=NOON, space=low)
    assert found.score == part(found, "disk").score < 20


async def test_a_leader_that_is_silent_is_shown_as_gone(context: Context, lease: Lease) -> None:
    found = await health.health(context, now=NOON + 21 * SECOND, space=ROOMY)
    assert found.leader == ""
    assert part(found, "worker").score == 0
    assert "sessiontui worker" in part(found, "worker").hint


async def test_a_demo_that_runs_fast_is_judged_by_the_hosts_clock(context: Context, lease: Lease) -> None:
    found = await health.health(context, now=NOON + timedelta(hours=3), wall=NOON + SECOND, space=ROOMY)
    assert found.leader == "console 1 on ops"


async def test_a_late_tick_and_a_paused_job_lower_the_worker(context: Context, me: Actor, lease: Lease) -> None:
    await jobs.pause(context, "tick", by=me, at=NOON)
    assert part(await health.health(context, now=NOON, space=ROOMY), "worker").score == 59
    await leading.renew(context, lease, at=NOON, late=6 * SECOND)
    late = part(await health.health(context, now=NOON, space=ROOMY), "worker")
    assert (late.score, late.fact) == (38, "the tick is 6 s late")


async def test_a_step_of_the_clock_is_a_notice_for_an_hour(context: Context, lease: Lease) -> None:
    await jobs.note_step(context, -timedelta(hours=1), at=NOON, epoch=lease.epoch)
    clock = part(await health.health(context, now=NOON + SECOND, space=ROOMY), "clock")
    assert (clock.score, clock.fact) == (70, "the clock stepped back by 3600 s")
    later = NOON + timedelta(minutes=61)
    assert part(await health.health(context, now=later, space=ROOMY), "clock").score == 100


async def test_sources_are_told_latest_first(context: Context, lease: Lease) -> None:
    async with context.db.write(by=leading.WORKER, at=NOON) as tx:
        for source, at in (("zoom", 1000), ("api", 2000)):
            await tx.run("INSERT INTO source_seen (source, at) VALUES (?, ?)", (source, at))
    found = await health.health(context, now=NOON, space=ROOMY)
    assert [source for source, _ in found.sources] == ["api", "zoom"]


async def test_a_database_that_does_not_answer_is_a_score_not_a_crash(
    context: Context, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> list[tuple[int]]:
        raise Unavailable("reading failed", hint="look")

    monkeypatch.setattr(context.db, "look", broken)
    found = await health.health(context, now=NOON, space=ROOMY)
    assert (found.score, found.band, found.leader) == (0, "critical", "")
    assert part(found, "database").fact == "reading failed"


async def test_the_disk_is_measured_where_nothing_is_given(context: Context, lease: Lease) -> None:
    found = await health.health(context, now=NOON)
    assert "free of" in part(found, "disk").fact
    assert part(found, "database").score == 100


async def test_a_daily_backup_is_made_once_a_day_and_the_oldest_goes(context: Context, me: Actor) -> None:
    folder = context.db.path.parent / "backups"
    for day in range(DEFAULT_CARE.backups_kept + 2):
        at = NOON + timedelta(days=day)
        assert await backups.daily(context, at=at) == 1
        assert await backups.daily(context, at=at + timedelta(hours=23)) == 0
    kept = sorted(path.name for path in folder.iterdir())
    assert kept == [f"a-2026050{day}-120000.db" for day in (6, 7, 8)]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    found = await health.health(
        context, now=NOON + timedelta(days=DEFAULT_CARE.backups_kept + 1, hours=2), space=ROOMY
    )
    assert part(found, "backup").score == 100


async def test_a_backup_does_not_fill_the_disk(context: Context, me: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "measure", lambda *_, **__: Space(free=GIB, total=GIB, wal=0, writable=True))
    with pytest.raises(Unavailable, match="a backup needs"):
        await backups.daily(context, at=NOON)
    assert not (context.db.path.parent / "backups").exists()

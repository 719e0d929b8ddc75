from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.domain.errors import Conflict
from sessiontui.services import leading
from sessiontui.services.context import Context
from sessiontui.services.leading import FileLock, Observer
from sessiontui.store.engine import Database

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LENGTH = timedelta(seconds=10)


class Ticker:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    db = await Database.open(tmp_path / "desk" / "a.db")
    yield Context(db=db)
    await db.close()


async def test_the_first_to_ask_leads_and_the_second_does_not(context: Context) -> None:
    first = await leading.take(context, holder="a", at=NOON)
    assert first is not None
    assert first.epoch == 1
    assert await leading.take(context, holder="b", at=NOON) is None
    assert await leading.leader(context) == "a"


async def test_nobody_leads_a_new_database(context: Context) -> None:
    assert await leading.look(context) is None
    assert await leading.leader(context) == ""


async def test_a_lease_is_taken_over_by_silence_on_the_observers_own_clock(context: Context) -> None:
    await leading.take(context, holder="a", at=NOON, length=LENGTH)
    ticker = Ticker()
    observer = Observer(ticker)
    for age, expected in ((0, None), (9.9, None), (10, 2)):
        ticker.seconds = 100 + age
        seen = await leading.look(context)
        assert seen is not None
        # The wall clock says that years have passed, or that none has: neither counts.
        at = NOON + timedelta(days=4000) if age < 10 else NOON - timedelta(days=4000)
        lease = await leading.take(context, holder="b", at=at, observed=observer.see(seen))
        assert (lease and lease.epoch) == expected


async def test_a_renewal_starts_the_observers_count_anew(context: Context) -> None:
    lease = await leading.take(context, holder="a", at=NOON)
    assert lease is not None
    ticker = Ticker()
    observer = Observer(ticker)
    observer.see(lease)
    ticker.seconds += 9
    renewed = await leading.renew(context, lease, at=NOON)
    assert observer.see(renewed).age == timedelta()
    ticker.seconds += 9
    assert await leading.take(context, holder="b", at=NOON, observed=observer.see(renewed)) is None


async def test_a_renewal_between_the_look_and_the_take_saves_the_lead(context: Context) -> None:
    lease = await leading.take(context, holder="a", at=NOON)
    assert lease is not None
    ticker = Ticker()
    observer = Observer(ticker)
    observer.see(lease)
    ticker.seconds += 60
    stale = observer.see(lease)
    await leading.renew(context, lease, at=NOON)
    assert await leading.take(context, holder="b", at=NOON, observed=stale) is None


async def test_who_was_replaced_can_neither_renew_nor_write(context: Context) -> None:
    old = await leading.take(context, holder="a", at=NOON, locked=True)
    new = await leading.take(context, holder="b", at=NOON, locked=True)
    assert old is not None
    assert new is not None
    with pytest.raises(Conflict):
        await leading.renew(context, old, at=NOON)
    with pytest.raises(Conflict):
        async with context.db.write(by=leading.WORKER, at=NOON, epoch=old.epoch):
            pass
    async with context.db.write(by=leading.WORKER, at=NOON, epoch=new.epoch):
        pass


async def test_releasing_hands_over_at_once_and_raises_the_epoch(context: Context) -> None:
    lease = await leading.take(context, holder="a", at=NOON)
    assert lease is not None
    await leading.release(context, lease, at=NOON)
    assert await leading.leader(context) == ""
    following = await leading.take(context, holder="b", at=NOON)
    assert following is not None
    assert following.epoch == 2


async def test_releasing_a_lost_lead_takes_it_from_nobody(context: Context) -> None:
    old = await leading.take(context, holder="a", at=NOON, locked=True)
    await leading.take(context, holder="b", at=NOON, locked=True)
    assert old is not None
    await leading.release(context, old, at=NOON)
    assert await leading.leader(context) == "b"


async def test_the_file_lock_proves_a_death_only_where_the_leader_had_it(context: Context) -> None:
    await leading.take(context, holder="a", at=NOON, locked=False)
    assert await leading.take(context, holder="b", at=NOON, locked=True) is None


async def test_renewing_is_neither_audited_nor_shown_as_a_change(context: Context) -> None:
    lease = await leading.take(context, holder="a", at=NOON)
    assert lease is not None
    for _ in range(3):
        lease = await leading.renew(context, lease, at=NOON)
    rows = await context.db.fetch("SELECT (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM change_log)")
    assert rows == [(0, 0)]
    assert lease.renewals == 4


def test_one_file_lock_at_a_time_and_private(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "a.db"), FileLock(tmp_path / "a.db")
    assert first.grab()
    assert first.grab()
    assert not second.grab()
    assert first.path.stat().st_mode & 0o777 == 0o600
    first.let_go()
    first.let_go()
    assert second.grab()
    assert not first.held
    second.let_go()


def test_where_no_lock_can_be_made_it_is_never_held(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "missing" / "a.db")
    assert not lock.grab()
    lock.let_go()

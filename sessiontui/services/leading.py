"""Who leads: one worker at a time, by a lease whose epoch fences the writes of whoever led before.

The row decides; the file lock beside it only makes a hand-over instant where a process on the same host died.
No two clocks are ever compared: a lease is given up for lost by an observer that saw no renewal of it for its
length on the observer's own monotonic clock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import WORKER
from sessiontui.domain.errors import Conflict
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.services.context import Context
from sessiontui.services.jobs import NOTHING_DONE, Books, write_books
from sessiontui.store.reads import operations as kept
from sessiontui.store.reads.operations import LeaseRow

if TYPE_CHECKING:
    from sessiontui.store.stirring import Parting

LENGTH: Final = timedelta(seconds=10)
"""How long a leader may be silent before another takes over."""

RENEW_EVERY: Final = timedelta(seconds=3)
"""How often a leader renews; two renewals may fail before the lease is lost. Each wakes all who follow."""

_MODE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The lead as one process sees it; ``holder`` is empty once it was released.

    ``renewed_at`` is for people: it is the holder's wall clock. ``late`` is how late the tick was then.
    """

    holder: str
    epoch: int
    renewals: int
    renewed_at: datetime
    length: timedelta
    late: timedelta = timedelta()
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A lease that did not move while an observer looked on for ``age`` on its own monotonic clock."""

    epoch: int
    renewals: int
    age: timedelta


class Observer:
    """Notes for how long a lease has not moved; ``monotonic`` returns seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._seen: tuple[int, int] | None = None
        self._since = 0.0

    def see(self, lease: Lease) -> Observed:
        """Return for how long the lease has stood as it stands now."""
        now = self._monotonic()
        if self._seen != (lease.epoch, lease.renewals):
            self._seen = (lease.epoch, lease.renewals)
            self._since = now
        return Observed(epoch=lease.epoch, renewals=lease.renewals, age=timedelta(seconds=now - self._since))


class FileLock:
    """The lock on ``<database>.lead``, which the kernel lets go when its process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lead")
        self.held = False
        self._descriptor: int | None = None

    def grab(self) -> bool:
        """Take the lock unless someone has it, and return whether it is held; never waits.

        Where the file system knows no locks it is never held, and the lease alone decides.
        """
        if self.held:
            return True
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        self.held = True
        return True

    def let_go(self) -> None:
        """Give the lock back; without it nothing happens."""
        if self._descriptor is not None:
            descriptor, self._descriptor, self.held = self._descriptor, None, False
            os.close(descriptor)


def parting(lock: FileLock, heard: Callable[[], None]) -> Parting:
    """Return what calls ``heard`` when anybody gives the lock back or dies, the moment before it is free."""
    from sessiontui.store.stirring import Parting

    return Parting(lock.path, heard)


async def look(context: Context) -> Lease | None:
    """Return the lease as it is kept, or ``None`` if nobody ever led."""
    row = await kept.lease(context.db.glance)
    return None if row is None else _lease(row)


async def leader(context: Context) -> str:
    """Return who leads and where, or an empty string if the lead was given back; a lost leader still counts."""
    lease = await look(context)
    return "" if lease is None else lease.holder


async def take(
    context: Context,
    *,
    holder: str,
    at: datetime,
    length: timedelta = LENGTH,
    observed: Observed | None = None,
    locked: bool = False,
) -> Lease | None:
    """Take the lead under a new epoch if it is free, and return the lease; ``None`` if someone holds it.

    It is free when nobody ever held it, when it was released, when it did not move for its length while observed,
    or when ``locked`` says that the caller got the file lock that the holder had until it died.
    """
    async with context.db.write(by=WORKER, at=at) as tx:
        row = await kept.lease(tx.fetch)
        if row is not None and not is_free(_lease(row), observed=observed, locked=locked):
            return None
        mine = LeaseRow(
            holder=holder,
            epoch=1 if row is None else row.epoch + 1,
            renewals=1 if row is None else row.renewals + 1,
            renewed_at=to_ms(at),
            length_ms=length // timedelta(milliseconds=1),
            late_ms=0,
            locked=locked,
        )
        await kept.write_lease(tx.run, mine)
    return _lease(mine)


def is_free(lease: Lease, *, observed: Observed | None, locked: bool) -> bool:
    """Tell whether a lease may be taken over, by what its observer saw and whether it has the file lock."""
    if not lease.holder or (locked and lease.locked):
        return True
    if observed is None or (observed.epoch, observed.renewals) != (lease.epoch, lease.renewals):
        return False
    return observed.age >= lease.length


async def renew(
    context: Context,
    lease: Lease,
    *,
    at: datetime,
    late: timedelta = timedelta(),
    locked: bool = False,
    books: Books = NOTHING_DONE,
) -> Lease:
    """Renew a lease, write down what the jobs did meanwhile, and return the lease as it is now.

    Raises ``Conflict`` when another worker leads. Nothing of it is audited or shown as a change.
    """
    renewed = replace(lease, renewals=lease.renewals + 1, renewed_at=at, late=late, locked=locked)
    async with context.db.write(by=WORKER, at=at, epoch=lease.epoch, brief=True, hushed=True) as tx:
        await kept.write_lease(tx.run, _row(renewed))
        await write_books(tx, books)
    return renewed


async def release(context: Context, lease: Lease, *, at: datetime, books: Books = NOTHING_DONE) -> None:
    """Give the lead back, so that another takes it at once; does nothing when it was lost already."""
    try:
        await renew(context, replace(lease, holder=""), at=at, books=books)
    except Conflict:
        return


def _lease(row: LeaseRow) -> Lease:
    return Lease(
        holder=row.holder,
        epoch=row.epoch,
        renewals=row.renewals,
        renewed_at=from_ms(row.renewed_at),
        length=timedelta(milliseconds=row.length_ms),
        late=timedelta(milliseconds=row.late_ms),
        locked=row.locked,
    )


def _row(lease: Lease) -> LeaseRow:
    millisecond = timedelta(milliseconds=1)
    return LeaseRow(
        holder=lease.holder,
        epoch=lease.epoch,
        renewals=lease.renewals,
        renewed_at=to_ms(lease.renewed_at),
        length_ms=lease.length // millisecond,
        late_ms=lease.late // millisecond,
        locked=lease.locked,
    )

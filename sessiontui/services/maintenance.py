"""Care for the database: checked, upgraded, restored from a backup."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.services import audit
from sessiontui.services.backups import told
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.services.ticking import rebuild as derive_anew
from sessiontui.store import blob_copies as copies
from sessiontui.store import blobs, care, migrations
from sessiontui.store.engine import Database
from sessiontui.store.reads import files as kept_files
from sessiontui.store.reads import operations, soundness
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.operations import LeaseRow

BATCH: Final = 500
"""Sessions that are recomputed at once, so that a check needs little memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """The answer of a check: how much was looked at, and what is wrong; ``due`` rows wait for a worker.

    ``bytes_kept`` counts the files whose bytes were looked through, ``strays`` bytes that no file needs: the worker
    takes them away.
    """

    schema: int
    sessions: int
    entries: int
    due: int
    damage: tuple[str, ...] = ()
    trail: str = ""
    rows: tuple[int, ...] = ()
    counts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    bytes_kept: int = 0
    strays: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong, one sentence each."""
        shown = ", ".join(f"#{session_id}" for session_id in self.rows[:10])
        rows = f"{count(len(self.rows), 'derived row')} differ from the rules: {shown}" if self.rows else ""
        return tuple(part for part in (*self.damage, self.trail, rows, *self.counts, *self.files) if part)


async def check(context: Context, *, by: Actor, now: datetime) -> CheckReport:
    """Look for damage: pages, references, the audit chain, derived rows against the rules, maintained counts."""
    require(by, Action.SEE_JOBS)
    fetch = context.db.fetch
    damage = tuple(await soundness.damage(fetch))
    ids = await kept.matching(fetch, "1", ())
    due = await soundness.due(fetch, to_ms(now))
    differing: list[int] = []
    for start in range(0, len(ids), BATCH):
        found = await soundness.differing(fetch, ids[start : start + BATCH], now=now, rules=context.rules)
        differing += [session_id for session_id in found if session_id not in due]
    files, kept_bytes, strays = await _files(context)
    chain = await audit.verify(context)
    broken = f"the audit trail does not hold from entry {chain.broken_at} on" if not chain.is_whole else ""
    return CheckReport(
        schema=migrations.HEAD,
        sessions=len(ids),
        entries=chain.entries,
        due=len(due),
        damage=damage,
        trail=broken,
        rows=tuple(differing),
        counts=tuple(await soundness.miscounted(fetch)),
        files=files,
        bytes_kept=kept_bytes,
        strays=strays,
    )


async def _files(context: Context) -> tuple[tuple[str, ...], int, int]:
    """Return which files have no sound bytes, how many were looked through, and how many bytes nothing needs."""
    folder, needed = context.files_folder, await asyncio.to_thread(copies.needed_by, context.db.path)
    found = await asyncio.to_thread(lambda: [(one, copies.wrong(folder, one)) for one in needed])
    problems = [
        f"the bytes of {name} (file #{number}) of {title} are {fault}"
        for one, fault in found
        if fault
        for title, name, number in await kept_files.holders(context.db.fetch, one.sha256)
    ]
    strays = await asyncio.to_thread(lambda: sum(1 for _ in copies.strays(folder, needed)))
    return tuple(problems), len(needed), strays


async def damage(context: Context) -> tuple[str, ...]:
    """Return what a quick look at the file's pages finds."""
    return tuple(await soundness.damage(context.db.fetch, quick=True))


async def rebuild(
    context: Context, *, by: Actor, at: datetime, progress: Callable[[int, int], None] | None = None
) -> Receipt:
    """Derive every row and count anew from the facts; ``progress`` is told how many rows are done, of how many."""
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    changed = await derive_anew(context, at=at, tell=progress)
    return Receipt(sentence=f"rebuilt every row; {count(changed, 'session')} looked different")


def schema_of(path: Path) -> int | None:
    """Return the schema of a database file, ``None`` where there is none."""
    return care.schema_of(path)


def newest_schema() -> int:
    """Return the schema that this program reads and writes."""
    return migrations.HEAD


async def restore(
    path: Path, source: Path, *, by: Actor | None, at: datetime, rules: Rules = DEFAULT_RULES
) -> Receipt:
    """Put a backup in a database's place; what was there is kept beside it.

    ``by`` is ``None`` where the present database cannot be opened: then the rights to the file decide. The backup
    is verified, and brought to the present schema, before anything is touched.
    """
    if by is not None:
        require(by, Action.MANAGE_ROLES)
    stamp = f"{at:%Y%m%d-%H%M%S}"
    prepared = path.with_name(f"{path.stem}-restoring{path.suffix}")
    aside = path.with_name(f"{path.stem}-before-restore-{stamp}{path.suffix}")
    epoch = await _epoch(path)
    try:
        await asyncio.to_thread(care.prepare, source, prepared)
        there_was = await asyncio.to_thread(care.put_in_place, prepared, path, aside=aside)
        carried = await asyncio.to_thread(_bring_files, source, path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be replaced: {error.strerror}") from error
    sentence = f"restored the database from {source.name}"
    await _note(path, sentence, by=by or Actor.system("restore"), at=at, epoch=epoch, rules=rules)
    sentence += told(carried, "their folder")
    return Receipt(sentence=f"{sentence}; the one before is {aside}" if there_was else sentence)


def _bring_files(source: Path, path: Path) -> copies.Carried:
    """Bring back the bytes that a restored database needs; those that are there and sound stay."""
    folder, needed = path.absolute().parent / copies.FOLDER, copies.needed_by(path)
    return copies.carry(copies.beside(source) or folder, folder, needed, shared=blobs.is_shared(path), mends=True)


async def _epoch(path: Path) -> int:
    """Return the epoch of the lease that is about to be overwritten, 0 where it cannot be read."""
    if not path.exists():
        return 0
    try:
        db = await Database.open(path, read_only=True)
    except Unavailable:
        return 0
    try:
        lease = await operations.lease(db.fetch)
    except Unavailable:
        return 0
    finally:
        await db.close()
    return 0 if lease is None else lease.epoch


async def _note(path: Path, sentence: str, *, by: Actor, at: datetime, epoch: int, rules: Rules) -> None:
    """Write the restoring into the audit trail, and fence off whoever led before it."""
    db = await Database.open(path, rules=rules)
    try:
        async with db.write(by=by, at=at) as tx:
            await tx.audit("database.restore", sentence, subject="database")
            lease = await operations.lease(tx.fetch)
            if lease is not None or epoch:
                led = 0 if lease is None else lease.epoch
                row = LeaseRow("", max(epoch, led) + 1, 0, to_ms(at), 0, 0, locked=False)
                await operations.write_lease(tx.run, row)
    finally:
        await db.close()

"""Importing: outside files become sessions, people, requests and presences, whole or not at all.

A few rows are taken in one transaction. Many are taken in a workshop, a private copy of what they touch, so that
nobody waits meanwhile, and delivered in one short transaction. A preview is a workshop that delivers nothing: it
writes nowhere, so it can be had from a database that is open for reading only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, Conflict
from sessiontui.domain.phrases import count
from sessiontui.intake import Intake, SeriesRecord, read
from sessiontui.services.context import Context
from sessiontui.services.importing import apart
from sessiontui.services.importing.outcome import (
    Attachment,
    FileOutcome,
    ImportOptions,
    ImportReport,
    Pair,
    Phase,
    Progress,
    SourceFile,
    Unmatched,
    Verdict,
)
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.taking import Taking
from sessiontui.services.ticking import settle

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

__all__ = [
    "Attachment",
    "FileOutcome",
    "ImportOptions",
    "ImportReport",
    "Phase",
    "Progress",
    "SourceFile",
    "Unmatched",
    "Verdict",
    "apply",
    "preview",
    "take_intake",
]

FEW: Final = 500
"""Rows that are taken in one transaction, well under a second of everybody's time."""

DATES: Final = 50
"""Rows that a series counts as: about what it makes of a year by the week."""

TRIES: Final = 3
"""How often many rows are taken anew because others have changed the same sessions meanwhile."""


async def preview(
    context: Context,
    files: Sequence[SourceFile],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Return what an import would do, changing nothing."""
    require(by, Action.IMPORT_FILES)
    intakes, unreadable = await _read_all(files, options)
    pairs = _pairs(intakes)
    async with apart.taken(context, pairs, options, by=by, at=at, tell=progress or _silent, delivers=False):
        return _report(pairs, unreadable, done=False)


async def apply(
    context: Context,
    files: Sequence[SourceFile],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, whole or not at all: cancelling it leaves nothing behind.

    Among several files one that cannot be read is refused as a whole; a single one raises ``BadInput``. ``Conflict``
    where others keep changing the sessions that it is about.
    """
    require(by, Action.IMPORT_FILES)
    intakes, unreadable = await _read_all(files, options)
    tell = progress or _silent
    if sum(_weight(intake) for _, intake in intakes) <= FEW:
        return await _apply_at_once(context, intakes, unreadable, options, by=by, at=at, tell=tell)
    for _ in range(TRIES):
        try:
            report = await _apply_apart(context, intakes, unreadable, options, by=by, at=at, tell=tell)
        except apart.Overtaken:
            continue
        except apart.Unsuited:
            return await _apply_at_once(context, intakes, unreadable, options, by=by, at=at, tell=tell)
        with suppress(asyncio.CancelledError):  # all is imported; the worker lets the rest follow
            await settle(context, at=at, tell=lambda done, of: tell(Phase.SETTLING, done, of))
        return report
    raise Conflict("others keep changing the sessions that the files are about", hint="import again in a moment")


async def take_intake(
    context: Context, name: str, intake: Intake, *, session_id: int, by: Actor, at: datetime
) -> ImportReport:
    """Take what another system has told into a session, like a file that says the same."""
    require(by, Action.IMPORT_FILES)
    options = ImportOptions(session_id=session_id)
    return await _apply_at_once(context, [(name, intake)], (), options, by=by, at=at, tell=_silent)


async def _apply_at_once(
    context: Context,
    intakes: Sequence[tuple[str, Intake]],
    unreadable: Sequence[FileOutcome],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    tell: Progress,
) -> ImportReport:
    pairs = _pairs(intakes)
    async with context.db.write(by=by, at=at) as tx:
        register = await Register.load(tx)
        taking = Taking(tx, register, options, lambda done, of: tell(Phase.ROWS, done, of), visits=context.visits)
        await taking.run(pairs)
        await taking.finish(pairs, tx)
        report = _report(pairs, unreadable, done=True)
        await _seal(tx, report)
    return report


async def _apply_apart(
    context: Context,
    intakes: Sequence[tuple[str, Intake]],
    unreadable: Sequence[FileOutcome],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    tell: Progress,
) -> ImportReport:
    pairs = _pairs(intakes)
    async with (
        apart.taken(context, pairs, options, by=by, at=at, tell=tell, delivers=True) as work,
        context.db.write(by=by, at=at) as tx,
    ):
        tell(Phase.DELIVERING, 0, 1)
        await work.deliver(tx)
        await work.taking.finish(pairs, tx, await Register.load(tx))
        report = _report(pairs, unreadable, done=True)
        await _seal(tx, report)
        tell(Phase.DELIVERING, 1, 1)
    return report


def _weight(intake: Intake) -> int:
    """Return how many rows a file is worth: a series makes many sessions."""
    return intake.accepted + (DATES - 1) * sum(isinstance(record, SeriesRecord) for record in intake.records)


async def _seal(tx: Tx, report: ImportReport) -> None:
    """Write the one audit entry of an import that changed anything."""
    if report.total(Verdict.ADDED) + report.total(Verdict.UPDATED):
        names = [outcome.name for outcome in report.files if outcome.format != FileOutcome.UNKNOWN]
        await tx.audit("import", report.sentence, subject="import", detail={"files": names})


async def _read_all(
    files: Sequence[SourceFile], options: ImportOptions
) -> tuple[list[tuple[str, Intake]], list[FileOutcome]]:
    intakes: list[tuple[str, Intake]] = []
    unreadable: list[FileOutcome] = []
    for file in files:
        try:
            intakes.append((file.name, await _read(file, options)))
        except BadInput as error:
            if len(files) == 1:
                raise
            unreadable.append(FileOutcome.unreadable(file.name, error))
    return intakes, unreadable


async def _read(file: SourceFile, options: ImportOptions) -> Intake:
    try:
        return await asyncio.to_thread(
            read, file.name, file.raw, format=options.format, zone=options.zone, day_first=options.day_first
        )
    except BadInput as error:
        if error.place:
            raise
        raise BadInput(error.detail, hint=error.hint, place=file.name) from error


def _pairs(intakes: Sequence[tuple[str, Intake]]) -> list[Pair]:
    return [(intake, FileOutcome.of(name, intake)) for name, intake in intakes]


def _report(pairs: Sequence[Pair], unreadable: Sequence[FileOutcome], *, done: bool) -> ImportReport:
    outcomes = (*(outcome for _, outcome in pairs), *unreadable)
    totals = ", ".join(f"{sum(outcome.counts[verdict] for outcome in outcomes)} {verdict}" for verdict in Verdict)
    verb = "imported" if done else "would import"
    return ImportReport(files=outcomes, done=done, sentence=f"{verb} {count(len(outcomes), 'file')}: {totals}")


def _silent(phase: Phase, done: int, of: int) -> None:
    del phase, done, of

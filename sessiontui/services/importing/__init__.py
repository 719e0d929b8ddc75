"""Importing: outside files become sessions, people, requests and presences, whole or not at all.

A preview is the same transaction, not committed, so that it cannot promise what an import would not do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.instants import EARLIEST, LATEST, is_in_calendar
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Move
from sessiontui.intake import (
    Intake,
    MeetingReport,
    MoveRecord,
    PersonRecord,
    PresenceRecord,
    RequestRecord,
    SessionRecord,
    read,
)
from sessiontui.services.context import Context
from sessiontui.services.importing.outcome import (
    Attachment,
    FileOutcome,
    ImportOptions,
    ImportReport,
    SourceFile,
    Unmatched,
    Verdict,
)
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.planned import (
    take_moves,
    take_presence,
    take_request,
    take_session,
)
from sessiontui.services.importing.reports import key_of, take_report
from sessiontui.services.importing.settling import Told, settle, source_of
from sessiontui.services.importing.stays import Stays
from sessiontui.services.rights import verdict
from sessiontui.store.reads import imports as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

__all__ = [
    "Attachment",
    "FileOutcome",
    "ImportOptions",
    "ImportReport",
    "SourceFile",
    "Unmatched",
    "Verdict",
    "apply",
    "preview",
]

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

_STEP: Final = 200
"""Rows between two reports of progress."""


class _Preview(Exception):
    """Leaves a transaction without committing it."""


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
    return await _import(context, files, options, by=by, at=at, progress=progress, commit=False)


async def apply(
    context: Context,
    files: Sequence[SourceFile],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files in one transaction; cancelling it leaves nothing behind.

    Among several files one that cannot be read is refused as a whole; a single one raises ``BadInput``.
    """
    return await _import(context, files, options, by=by, at=at, progress=progress, commit=True)


async def _import(
    context: Context,
    files: Sequence[SourceFile],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None,
    commit: bool,
) -> ImportReport:
    require(by, Action.IMPORT_FILES)
    intakes: list[Intake] = []
    outcomes: list[FileOutcome] = []
    unreadable: list[FileOutcome] = []
    for file in files:
        try:
            intakes.append(await _read(file, options))
        except BadInput as error:
            if len(files) == 1:
                raise
            unreadable.append(FileOutcome.unreadable(file.name, error))
        else:
            outcomes.append(FileOutcome.of(file.name, intakes[-1]))
    try:
        async with context.db.write(by=by, at=at) as tx:
            await _Import(tx, await Register.load(tx), options, progress).run(intakes, outcomes)
            report = _report([*outcomes, *unreadable], done=commit)
            if not commit:
                raise _Preview
            if report.total(Verdict.ADDED) + report.total(Verdict.UPDATED):
                await tx.audit(
                    "import",
                    report.sentence,
                    subject="import",
                    detail={"files": [outcome.name for outcome in outcomes]},
                )
    except _Preview:
        pass
    return _report([*outcomes, *unreadable], done=commit)


async def _read(file: SourceFile, options: ImportOptions) -> Intake:
    try:
        return await asyncio.to_thread(
            read, file.name, file.raw, format=options.format, zone=options.zone, day_first=options.day_first
        )
    except BadInput as error:
        if error.place:
            raise
        raise BadInput(error.detail, hint=error.hint, place=file.name) from error


def _report(outcomes: Sequence[FileOutcome], *, done: bool) -> ImportReport:
    totals = ", ".join(f"{sum(outcome.counts[verdict] for outcome in outcomes)} {verdict}" for verdict in Verdict)
    verb = "imported" if done else "would import"
    return ImportReport(files=tuple(outcomes), done=done, sentence=f"{verb} {count(len(outcomes), 'file')}: {totals}")


class _Import:
    """One import under way: people first, then sessions, then what happened in them, whatever the files' order."""

    def __init__(self, tx: Tx, register: Register, options: ImportOptions, progress: Progress | None) -> None:
        self._tx = tx
        self._register = register
        self._options = options
        self._progress = progress
        self._stays = Stays()
        self._refusals: dict[int, str] = {}
        self._done = self._all = 0

    async def run(self, intakes: Sequence[Intake], outcomes: Sequence[FileOutcome]) -> None:
        """Take every record and report of the files."""
        pairs = list(zip(intakes, outcomes, strict=True))
        self._all = sum(intake.accepted for intake in intakes)
        told = [(record, outcome) for intake, outcome in pairs for record in intake.records]
        rows = settle(told)
        self._tell(len(told) - len(rows))
        moves = _moves(rows)
        for record, outcome in rows:
            if isinstance(record, PersonRecord):
                outcome.counts[await self._register.take(record, source_of(record), outcome)] += 1
                self._tell()
        for record, outcome in rows:
            if isinstance(record, SessionRecord):
                await self._session(record, outcome, moves)
        for record, outcome in rows:
            if isinstance(record, RequestRecord):
                await self._part(record, outcome)
        for record, outcome in rows:
            if isinstance(record, PresenceRecord):
                await self._part(record, outcome)
        for report, outcome in _in_order(pairs):
            await take_report(
                self._tx, self._register, self._stays, report, outcome, session_id=self._options.session_id
            )
            self._tell(max(1, len(report.lines())))
        await self._stays.write(self._tx)
        await self._moves(rows)  # whether a move is possible depends on who was there
        if self._register.stubs:
            names = ", ".join(sorted(self._register.stubs)[:5])
            outcomes[0].note(f"known by id only, no file tells their names: {names}")
        await self._hear(pairs)

    async def _session(
        self, record: SessionRecord, outcome: FileOutcome, moves: dict[tuple[str, str], set[Move]]
    ) -> None:
        source = source_of(record)
        own = moves.get((source, record.id), set())
        self._tell()
        if not is_in_calendar(record.starts_at, record.ends_at):
            outcome.refuse(record.line, f"it lies outside the years {EARLIEST} to {LATEST}", record.title)
            return
        try:
            outcome.counts[
                await take_session(
                    self._tx, self._register, record, source, has_moves=bool(own), has_start=Move.START in own
                )
            ] += 1
        except NotAllowed as error:
            outcome.refuse(record.line, error.detail, record.title)

    async def _part(self, record: RequestRecord | PresenceRecord, outcome: FileOutcome) -> None:
        """Take one row that belongs to a session, or refuse it where that is unknown or another's."""
        source = source_of(record)
        self._tell()
        try:
            session_id = await self._found(source, record.session)
        except NotFound as error:
            outcome.refuse(record.line, error.detail)
            return
        if isinstance(record, RequestRecord):
            outcome.counts[await take_request(self._tx, self._register, record, source, session_id)] += 1
        else:
            await take_presence(self._register, self._stays, record, outcome, source, session_id)

    async def _moves(self, rows: Sequence[Told]) -> None:
        grouped: dict[tuple[str, str], list[tuple[MoveRecord, FileOutcome]]] = {}
        for record, outcome in rows:
            if isinstance(record, MoveRecord):
                grouped.setdefault((source_of(record), record.session), []).append((record, outcome))
        for (source, outside), own in grouped.items():
            self._tell(len(own))
            try:
                session_id = await self._found(source, outside)
            except NotFound as error:
                for record, outcome in own:
                    outcome.refuse(record.line, error.detail)
            else:
                await take_moves(self._tx, self._register, own, source, session_id)

    async def _found(self, source: str, outside: str) -> int:
        """Return the session of an outside id; ``NotFound`` says why its rows cannot be taken."""
        session_id = await kept.session_of(self._tx.fetch, source, outside)
        if session_id is None:
            raise NotFound(f"session {outside!r} of {source!r} is unknown")
        if session_id not in self._refusals:
            answer = await verdict(self._tx.fetch, self._tx.by, Action.IMPORT_FILES, session_id)
            self._refusals[session_id] = answer.reason
        if self._refusals[session_id]:
            raise NotFound(self._refusals[session_id])
        return session_id

    async def _hear(self, pairs: Sequence[tuple[Intake, FileOutcome]]) -> None:
        """Note that the sources were heard."""
        sources = {source_of(record) for intake, _ in pairs for record in intake.records}
        sources |= {str(report.platform) for intake, _ in pairs for report in intake.reports}
        await kept.hear(self._tx, sources)

    def _tell(self, rows: int = 1) -> None:
        before, self._done = self._done, self._done + rows
        if self._progress is not None and (before // _STEP != self._done // _STEP or self._done >= self._all):
            self._progress(self._done, self._all)


def _moves(rows: Sequence[Told]) -> dict[tuple[str, str], set[Move]]:
    found: dict[tuple[str, str], set[Move]] = {}
    for record, _ in rows:
        if isinstance(record, MoveRecord):
            found.setdefault((source_of(record), record.session), set()).add(record.move)
    return found


def _in_order(pairs: Sequence[tuple[Intake, FileOutcome]]) -> list[tuple[MeetingReport, FileOutcome]]:
    """Return the reports by what they say, so that the order of files does not decide which attaches to which."""
    found = [(report, outcome) for intake, outcome in pairs for report in intake.reports]
    return sorted(
        found,
        key=lambda pair: (
            str(pair[0].platform),
            key_of(pair[0]),
            pair[0].title or "",
            sorted((row.name, row.email or "", str(row.joined_at)) for row in pair[0].attendees),
        ),
    )

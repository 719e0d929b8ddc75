"""An import in a workshop: the rules are applied to a private copy in a thread, and the result is delivered whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.intake import SeriesRecord, SessionRecord
from sessiontui.services.context import Context
from sessiontui.services.importing.dated import date_meant
from sessiontui.services.importing.outcome import FileOutcome, ImportOptions, Pair, Phase, Progress
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.reports import key_of
from sessiontui.services.importing.settling import source_of
from sessiontui.services.importing.taking import Part, Taking
from sessiontui.store.reads import imports as kept
from sessiontui.store.workshop import Overtaken as Overtaken
from sessiontui.store.workshop import Unsuited as Unsuited
from sessiontui.store.workshop import Wanted, Workshop

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx
    from sessiontui.store.workshop import Delivered

_T = TypeVar("_T")


class _Stopped(Exception):
    """Whoever waited for the work has been cancelled."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was taken, ready to be delivered."""

    taking: Taking
    pairs: Sequence[Pair]
    shop: Workshop

    async def deliver(self, tx: Tx) -> None:
        """Move everything over inside a transaction, and tell the outcomes the ids that hold now."""
        delivered = await self.shop.deliver(tx, self.taking.renamed)
        for _, outcome in self.pairs:
            _renumber(outcome, delivered)


@asynccontextmanager
async def taken(
    context: Context,
    pairs: Sequence[Pair],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    tell: Progress,
    delivers: bool,
) -> AsyncIterator[Work]:
    """Yield the work of an import, done on a private copy; without ``delivers`` only its outcomes are of use."""
    stop, loop = threading.Event(), asyncio.get_running_loop()

    def told(phase: Phase, done: int, of: int) -> None:
        if stop.is_set():
            raise _Stopped
        loop.call_soon_threadsafe(tell, phase, done, of)

    shop = await _in_thread(lambda: Workshop(context.db.path, _wanted(pairs, options)), stop)
    try:
        taking = _take(context, shop, pairs, options, by=by, at=at, told=told, delivers=delivers)
        yield await _in_thread(lambda: shop.at_work(lambda: asyncio.run(taking)), stop)
    finally:
        shop.close()


async def _take(
    context: Context,
    shop: Workshop,
    pairs: Sequence[Pair],
    options: ImportOptions,
    *,
    by: Actor,
    at: datetime,
    told: Progress,
    delivers: bool,
) -> Work:
    from sessiontui.store.finishing import STRETCH
    from sessiontui.store.tx import Tx

    derived, sessions = 0, 0

    def breathe() -> None:
        nonlocal derived
        derived += STRETCH
        told(Phase.SESSIONS, min(derived, sessions), sessions)

    tx = Tx(shop.statements(breathe), by=by, at=at, rules=context.rules)
    register = await Register.load(tx)
    taking = Taking(tx, register, options, lambda done, of: told(Phase.ROWS, done, of), visits=context.visits)
    await taking.run(pairs)
    if delivers:
        shop.require_suited()
        sessions = tx.owed
        await tx.finish()
    else:
        await taking.finish(pairs, tx)
    return Work(taking, pairs, shop)


async def _in_thread(work: Callable[[], _T], stop: threading.Event) -> _T:
    """Do work in a thread; who is cancelled waits until it has noticed, however often they are."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


def _wanted(pairs: Sequence[Pair], options: ImportOptions) -> Wanted:
    """Return which sessions the files may be about."""
    outside = {_session_of(record) for intake, _ in pairs for record in intake.records}
    own = {number for one in outside if one is not None and (number := kept.own_number(*one)) is not None}
    series = {_series_of(record) for intake, _ in pairs for record in intake.records}
    meetings: set[str] = set()
    windows: set[tuple[int, int]] = set()
    for report in (report for intake, _ in pairs for report in intake.reports):
        source = str(report.platform)
        outside.add((source, key_of(report)))
        if report.unique_id:
            meetings.add(f"{source}:{report.unique_id}")
        if report.starts_at is not None and report.ends_at is not None:
            windows.add((to_ms(report.starts_at), to_ms(report.ends_at)))
    return Wanted(
        outside=frozenset(one for one in outside if one is not None),
        series=frozenset(one for one in series if one is not None),
        meetings=frozenset(meetings),
        windows=frozenset(windows),
        ids=frozenset(({options.session_id} if options.session_id is not None else set()) | own),
    )


def _session_of(record: object) -> tuple[str, str] | None:
    if isinstance(record, SessionRecord):
        return source_of(record), record.id
    return (source_of(record), record.session) if isinstance(record, Part) else None


def _series_of(record: object) -> tuple[str, str] | None:
    """Return the series that a record may be about; an event that is repeated no more is of its own name."""
    if isinstance(record, SeriesRecord):
        return source_of(record), record.id
    if isinstance(record, SessionRecord) and record.sequence is not None:
        return source_of(record), record.series or record.id
    if isinstance(record, Part) and (meant := date_meant(record.session)) is not None:
        return source_of(record), meant[0]
    return None


def _renumber(outcome: FileOutcome, delivered: Delivered) -> None:
    """Give an outcome the ids under which everything was delivered."""
    outcome.attachments = [
        replace(part, session_id=delivered.session(part.session_id)) for part in outcome.attachments
    ]
    outcome.unmatched = [
        replace(
            part,
            session_id=delivered.session(part.session_id),
            candidates=tuple(replace(one, person_id=delivered.person(one.person_id)) for one in part.candidates),
        )
        for part in outcome.unmatched
    ]

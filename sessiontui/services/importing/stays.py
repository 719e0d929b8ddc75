"""The stays that the files of one import tell of: gathered first, then written, so that their order does not matter.

Several rows may tell of one stay: a device that came twice at the same instant, the same meeting in two reports.
Each end that is told is kept once; a row without an end says nothing beside one that has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.intake import PresenceRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.store.folding import refold
from sessiontui.store.reads import imports as kept
from sessiontui.store.signals import PresenceReport, keep
from sessiontui.store.workshop import STATED

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.store.tx import Tx

_STRENGTH: Final = (Verdict.ADDED, Verdict.UPDATED, Verdict.UNCHANGED)


@dataclass(slots=True)
class Tally:
    """What becomes of one line of a file, which may tell of several things: the strongest verdict counts."""

    outcome: FileOutcome
    verdict: Verdict = Verdict.UNCHANGED

    def tell(self, verdict: Verdict) -> None:
        """Take one more verdict."""
        self.verdict = min(self.verdict, verdict, key=_STRENGTH.index)


@dataclass(slots=True)
class Stays:
    """All stays of one import, by session and by the key that makes them recognisable."""

    _told: dict[tuple[int, str], list[tuple[PresenceReport, Tally]]] = field(default_factory=dict)
    _tallies: list[Tally] = field(default_factory=list)
    _folds: dict[int, None] = field(default_factory=dict)

    def line(self, outcome: FileOutcome) -> Tally:
        """Return the tally of a new line; it is counted when all is written."""
        tally = Tally(outcome)
        self._tallies.append(tally)
        return tally

    def add(self, report: PresenceReport, tally: Tally) -> None:
        """Take one stay; its key names session, person and arrival, not the end."""
        self._told.setdefault((report.session_id, report.key), []).append((report, tally))

    def refold(self, session_id: int) -> None:
        """Ask for the stays of a session to be folded anew, because it is known better who somebody is."""
        self._folds[session_id] = None

    async def write(self, tx: Tx) -> None:
        """Keep the stays that are new, fold every session once, and count the lines."""
        for same in self._told.values():
            ends = sorted({report.until for report, _ in same if report.until is not None})
            for report, tally in same:
                tally.tell(await self._keep(tx, report, ends))
        for session_id in self._folds:
            await refold(tx, session_id)
            tx.touch(session_id)
        for tally in self._tallies:
            tally.outcome.counts[tally.verdict] += 1

    async def _keep(self, tx: Tx, report: PresenceReport, ends: list[datetime]) -> Verdict:
        place = 0 if report.until is None else ends.index(report.until)
        key = f"{report.key}:{place}" if place else report.key
        is_known = await kept.is_told(tx.fetch, report.session_id, key)
        if report.until is None and (ends or is_known):
            return Verdict.UNCHANGED
        if not await keep(tx, replace(report, key=key)):
            return Verdict.UNCHANGED
        self._folds[report.session_id] = None
        return Verdict.UPDATED if is_known else Verdict.ADDED


async def take_presence(
    register: Register, stays: Stays, record: PresenceRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Gather one stated interval of presence."""
    person_id = await register.refer(source, record.person)
    report = PresenceReport(
        session_id=session_id,
        signal=Signal.STAY,
        at=record.joined_at,
        until=record.left_at,
        source=Source.IMPORT,
        person_id=person_id,
        key=f"{STATED}{person_id}:{to_ms(record.joined_at)}",
    )
    stays.add(report, stays.line(outcome))

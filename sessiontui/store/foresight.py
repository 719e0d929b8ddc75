"""Foresight: what the events of one batch are going to ask, asked for all of them at once.

Most events are the newest signal of a known person in a running session. What they have to know is read in two
questions a batch instead of several an event, and what they write is held until the batch is over or somebody asks,
then written statement by statement for all. An answer is good once: whoever changes a session takes the answers
about it away, and a second signal of one person asks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar, cast

from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal

if TYPE_CHECKING:
    from sessiontui.store.reader import Value
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.tx import Tx

WORTH_IT: Final = 10
"""Signals from which on it is cheaper to ask for all than for each."""

MANY: Final = 33
"""Stays of one person in one session that are too many to look at for each signal; hardly anybody has so many."""

SPANS: Final = (128, 32, 8)
"""Signals per question, so that few different statements are kept prepared; one that is half full is filled up."""

_Tuple = TypeVar("_Tuple", bound="tuple[int | str, ...]")

BY_STREAM: Final = frozenset({Signal.JOIN, Signal.HEARTBEAT, Signal.LEAVE})
"""The signals that belong to one connection of one person."""


class Kept(NamedTuple):
    """One stored stay, in milliseconds."""

    id: int
    joined_at: int
    left_at: int | None
    heartbeat_at: int | None
    source: str
    connection: str | None
    """``None`` where a report stated it whole, and from before connections were kept."""


class Trace(NamedTuple):
    """What is known of a person in a session before the next signal of theirs.

    ``last`` is the newest signal of the stream, ``twice`` whether another has its instant; ``ended`` that the end of
    the session was reported for an instant no earlier than the signal's; ``told`` that the signal itself came before.
    Of a person with ``many`` stays the newest one of the stream alone is read.
    """

    stays: Sequence[Kept]
    last_at: int | None = None
    last: str = ""
    twice: bool = False
    has_attendees: bool = False
    ended: bool = False
    asked: bool = False
    told: bool = False
    many: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing is known: not even that there are such a session and such a person."""
        return self.last_at is None and not self.stays and not self.many


class Foreseen(NamedTuple):
    """The answer about one signal, with the signal's key and its instant in milliseconds."""

    report: PresenceReport
    key: str
    at: int
    trace: Trace


@dataclass(slots=True)
class Foresight:
    """The answers of one batch that are still good, and the rows that wait to be written."""

    traces: dict[int, dict[int, Foreseen]] = field(default_factory=dict)
    answers: dict[tuple[int, str], tuple[str, str] | None] = field(default_factory=dict)
    held: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    keys: set[tuple[int, str]] = field(default_factory=set)
    """Session and key of every signal that this batch has kept."""

    def take(self, report: PresenceReport) -> Foreseen | None:
        """Return the answer for one signal, once; ``None`` where it has to be asked for."""
        found = self.traces.get(report.session_id)
        if found is None or report.person_id is None:
            return None
        ready = found.pop(report.person_id, None)
        return ready if ready is not None and ready.report is report else None

    def forget(self, session_id: int) -> None:
        """Take the answers about a session away."""
        self.traces.pop(session_id, None)


def key_of(report: PresenceReport, at: int) -> str:
    """Return what makes a repeated delivery of a signal recognisable; ``at`` is its instant in milliseconds."""
    if report.key:
        return report.key
    who = f"p{report.person_id}" if report.attendee_id is None else f"a{report.attendee_id}"
    return f"{report.source}:{report.signal}:{who}:{report.connection}:{at}"


Asked: TypeAlias = "tuple[int, str]"
"""A sender, 0 for the product itself, and the key of an event."""


async def foresee(tx: Tx, reports: Iterable[PresenceReport], keys: Sequence[Asked]) -> Foresight:
    """Ask what the events with these signals and keys will have to know."""
    found = Foresight()
    if keys:
        found.answers = dict.fromkeys(keys)
        await _answers(tx, found, keys)
    wanted: dict[tuple[int, int], PresenceReport] = {}
    for report in reports:
        if report.person_id is not None and report.attendee_id is None and report.signal in BY_STREAM:
            wanted.setdefault((report.session_id, report.person_id), report)
    if len(wanted) >= WORTH_IT:
        await _traces(tx, found, list(wanted.values()))
    return found


async def _answers(tx: Tx, found: Foresight, keys: Sequence[Asked]) -> None:
    for part in _parts(keys, (0, "")):
        for by_id, key, asked, answer in await tx.fetch(
            "SELECT i.by_id, i.key, i.asked, i.answer FROM"
            f" (VALUES {','.join(['(?,?)'] * len(part))}) q CROSS JOIN idempotency_key i"
            " ON i.by_id = q.column1 AND i.key = q.column2",
            [value for pair in part for value in pair],
        ):
            found.answers[cast("int", by_id), str(key)] = str(asked), str(answer)


async def _traces(tx: Tx, found: Foresight, reports: Sequence[PresenceReport]) -> None:
    known = [(report, to_ms(report.at)) for report in reports]
    asked: list[Asking] = [
        (
            report.session_id,
            cast("int", report.person_id),
            report.connection,
            key_of(report, at),
            report.signal is Signal.JOIN,
        )
        for report, at in known
    ]
    answers: list[_Newest] = []
    for part in _parts(asked, _NOBODY):
        rows = await tx.fetch(_streams(len(part)), [value for five in part for value in five])
        answers += map(_Newest._make, rows)
    few = [one for one, newest in zip(asked, answers, strict=False) if not newest.many]  # the last rows only fill up
    stays = await _stays(tx, few)
    told = [
        _Told(report, at, newest, stays.get(one[:2], ()))
        for one, (report, at), newest in zip(asked, known, answers, strict=False)
    ]
    ends = await tx.scenes({one.report.session_id for one in told if one.needs_scene})
    for one, (session_id, person_id, _, key, _) in zip(told, asked, strict=True):
        if one.newest.many or not one.newest.exists or (one.needs_scene and session_id not in ends):
            continue  # the event asks for itself: there is no such person, say
        tx.know_person(person_id)
        _, ended_at = ends.get(session_id, (False, None))
        ready = Foreseen(one.report, key, one.at, one.trace(ended_at))
        found.traces.setdefault(session_id, {})[person_id] = ready


Asking: TypeAlias = "tuple[int, int, str, str, bool]"
"""Session, person, connection, the key of the signal, and whether it is a join."""

_NOBODY: Final = (0, 0, "", "", False)


class _Newest(NamedTuple):
    """What one row answers about the stream of a signal: its newest signal, and what else is stored beside it."""

    at: int | None
    signal: str | None
    twice: int
    told: int
    asked: int
    exists: int
    many: int | None
    has_attendees: int


class _Told(NamedTuple):
    """One signal with all that was answered about its stream."""

    report: PresenceReport
    at: int
    newest: _Newest
    stays: Sequence[Kept]

    @property
    def needs_scene(self) -> bool:
        """Whether it is going to be asked how the session stands, or if there is one: not for a further heartbeat."""
        if self.report.signal is not Signal.HEARTBEAT or (self.newest.at is None and not self.stays):
            return True
        return any(stay.heartbeat_at is None and stay.left_at is None for stay in self.stays)

    def trace(self, ended_at: int | None) -> Trace:
        """Return what is known before the signal; ``ended_at`` is the latest end that was told of its session."""
        newest = self.newest
        return Trace(
            self.stays,
            newest.at,
            newest.signal or "",
            bool(newest.twice),
            bool(newest.has_attendees),
            self.report.signal is Signal.JOIN and ended_at is not None and ended_at >= self.at,
            bool(newest.asked),
            bool(newest.told),
        )


async def _stays(tx: Tx, asked: Sequence[Asking]) -> dict[tuple[int, int], list[Kept]]:
    stays: dict[tuple[int, int], list[Kept]] = {}
    for part in _parts(asked, _NOBODY):
        marks = ",".join(["(?,?)"] * len(part))
        for session_id, person_id, *stay in await tx.fetch(
            "SELECT p.session_id, p.person_id, p.id, p.joined_at, p.left_at, p.heartbeat_at, p.source, p.connection"
            f" FROM (VALUES {marks}) q CROSS JOIN presence p ON p.person_id = q.column2 AND p.session_id = q.column1",
            [value for five in part for value in five[:2]],
        ):
            pair = cast("tuple[int, int]", (session_id, person_id))
            stays.setdefault(pair, []).append(Kept._make(stay))
    return stays


@lru_cache(maxsize=len(SPANS))
def _streams(number: int) -> str:
    """Return the question for the newest signals of as many streams, one row each in their order."""
    marks = ",".join(["(?,?,?,?,?)"] * number)
    stream = "session_id = q.column1 AND person_id = q.column2 AND connection = q.column3"
    return (
        "SELECT s.at, s.signal,"
        f" EXISTS (SELECT 1 FROM presence_signal WHERE {stream} AND at = s.at AND id != s.id),"
        " EXISTS (SELECT 1 FROM presence_signal WHERE session_id = q.column1 AND key = q.column4),"
        " q.column5 AND EXISTS"
        " (SELECT 1 FROM join_request WHERE session_id = q.column1 AND person_id = q.column2),"
        " s.id IS NOT NULL OR EXISTS (SELECT 1 FROM person WHERE id = q.column2),"
        " (SELECT 1 FROM presence WHERE person_id = q.column2 AND session_id = q.column1"
        f" LIMIT 1 OFFSET {MANY - 1}),"
        " EXISTS (SELECT 1 FROM attendee WHERE session_id = q.column1 AND person_id IS NOT NULL)"
        f" FROM (VALUES {marks}) q LEFT JOIN presence_signal s ON s.id ="
        f" (SELECT id FROM presence_signal WHERE {stream} ORDER BY at DESC LIMIT 1)"
    )


def _parts(all_of: Sequence[_Tuple], filling: _Tuple) -> Iterable[list[_Tuple]]:
    """Yield the parts of a long question, each of one of the ``SPANS``."""
    start = 0
    while start < len(all_of):
        left = len(all_of) - start
        span = next((span for span in SPANS if left > span // 2), SPANS[-1])
        part = list(all_of[start : start + span])
        yield part + [filling] * (span - len(part))
        start += span

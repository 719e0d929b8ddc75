"""Calls by endpoint and errors by kind: noted in memory as they come, written together, read as figures.

A process notes with ``note`` and ``note_error``, which cost a microsecond, and writes with ``flush`` every few
seconds and when it ends. What is noted is kept by the minute and the hour, so that figures of several processes add
up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.measures import bucket_of, percentile
from sessiontui.domain.text import safe_line
from sessiontui.store.reads import measured as kept
from sessiontui.store.reads import outbox as kept_letters

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000

OVER: Final = timedelta(hours=1)
ERRORS_OVER: Final = timedelta(days=1)
"""What the figures of endpoints, and the report of errors, look back on."""

CALLS_KEPT: Final = timedelta(days=2)
ERRORS_KEPT: Final = timedelta(days=14)
POINTS_KEPT: Final = timedelta(days=30)
"""How long what is measured is kept."""

MOST_ENDPOINTS: Final = 500
"""Endpoints that are told apart in a process; whoever invents paths does not fill the table."""

LONGEST: Final = 200

_UNSAID: Final = {"dead": "it could not be delivered", "uncertain": "nobody knows whether it arrived"}
"""What is told of a letter whose channel said nothing."""

_REFUSED: Final = 400
_FAILED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointLine:
    """One endpoint lately: calls, how long they took in milliseconds, how many were refused and how many failed."""

    endpoint: str
    calls: int
    p50_ms: float
    p95_ms: float
    refused: int
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """The errors of one kind at one place within the last day, and what the last one said."""

    place: str
    kind: str
    number: int
    last_at: datetime
    message: str


@dataclass(slots=True)
class _Noted:
    """What one process has noted of one database and not written yet."""

    calls: defaultdict[tuple[str, int, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0, 0])
    )
    errors: dict[tuple[str, str, int], tuple[int, int, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


# By database, so that nothing outlives it and two databases in one process do not share.
_NOTED: Final[WeakKeyDictionary[object, _Noted]] = WeakKeyDictionary()


def note(context: Context, endpoint: str, *, status: int, took_ms: float, at: datetime) -> None:
    """Note one call: its pattern such as ``GET /api/sessions/{id}``, never its path; its end, how long it took."""
    noted = _noted(context)
    name = endpoint[:LONGEST]
    if name not in noted.names:
        name = name if len(noted.names) < MOST_ENDPOINTS else "other"
        noted.names.add(name)
    tally = noted.calls[name, to_ms(at) // MINUTE_MS, bucket_of(took_ms)]
    tally[0] += 1
    tally[1] += _REFUSED <= status < _FAILED
    tally[2] += status >= _FAILED


def note_error(context: Context, place: str, kind: str, message: str, *, at: datetime) -> None:
    """Note one error: where, of which kind (``auth``, ``network``, ``server`` …), what it said, without secrets."""
    noted, now = _noted(context), to_ms(at)
    key = place[:LONGEST], kind[:LONGEST], now // HOUR_MS
    number = noted.errors.get(key, (0, 0, ""))[0]
    noted.errors[key] = number + 1, now, safe_line(message, LONGEST)


async def flush(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Write down what is noted, and return how many rows that were."""
    noted = _NOTED.get(context.db)
    if noted is None or not (noted.calls or noted.errors) or context.db.read_only:
        return 0
    _NOTED[context.db] = _Noted(names=noted.names)
    written = False
    try:
        async with context.db.write(by=Actor.system("measuring"), at=at, epoch=epoch, brief=True) as tx:
            await kept.add_calls(tx, [(*key, *tally) for key, tally in noted.calls.items()])  # type: ignore[misc]
            await kept.add_errors(tx, [(*key, *tally) for key, tally in noted.errors.items()])
        written = True
    finally:
        if not written:
            _put_back(context, noted)
    return len(noted.calls) + len(noted.errors)


async def figures(fetch: Fetch, *, now: datetime, over: timedelta = OVER) -> tuple[EndpointLine, ...]:
    """Return the endpoints that were called within the last hour: those that failed first, then the slow ones."""
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    refused: defaultdict[str, int] = defaultdict(int)
    failed: defaultdict[str, int] = defaultdict(int)
    for name, bucket, number, no, bad in await kept.calls(fetch, since=to_ms(now - over) // MINUTE_MS + 1):
        counts[name][bucket] = number
        refused[name] += no
        failed[name] += bad
    lines = [
        EndpointLine(
            endpoint=name,
            calls=sum(buckets.values()),
            p50_ms=percentile(buckets, 0.5) or 0.0,
            p95_ms=percentile(buckets, 0.95) or 0.0,
            refused=refused[name],
            errors=failed[name],
        )
        for name, buckets in counts.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.errors, -line.p95_ms, line.endpoint)))


async def errors(fetch: Fetch, *, now: datetime) -> tuple[ErrorLine, ...]:
    """Return the errors of the last day by place and kind, the latest first, with all letters that reached nobody.

    A letter that is dead or uncertain stays in the report until it is sent again, however old it is.
    """
    rows = await kept.errors(fetch, since=to_ms(now - ERRORS_OVER) // HOUR_MS + 1)
    letters = [
        (f"outbox {channel}", state, number, at, safe_line(said, LONGEST) or _UNSAID.get(state, ""))
        for channel, state, number, at, said in await kept_letters.lost(fetch)
    ]
    return tuple(
        ErrorLine(place=place, kind=kind, number=number, last_at=from_ms(last_at), message=message)
        for place, kind, number, last_at, message in sorted((*rows, *letters), key=lambda row: -row[3])
    )


def worst_share(lines: Sequence[EndpointLine]) -> tuple[int, int, float]:
    """Return all calls of the last hour, how many failed, and the slowest 95th percentile of an endpoint in use."""
    calls, failed = sum(line.calls for line in lines), sum(line.errors for line in lines)
    return calls, failed, max((line.p95_ms for line in lines if line.calls >= 20), default=0.0)


def _noted(context: Context) -> _Noted:
    noted = _NOTED.get(context.db)
    if noted is None:  # asked first, because this is on the way of every call
        noted = _NOTED[context.db] = _Noted()
    return noted


def _put_back(context: Context, before: _Noted) -> None:
    """Note again what could not be written."""
    noted = _noted(context)
    for key, tally in before.calls.items():
        mine = noted.calls[key]
        mine[:] = [one + other for one, other in zip(mine, tally, strict=True)]
    for place, (number, at, message) in before.errors.items():
        mine_number, mine_at, mine_message = noted.errors.get(place, (0, 0, ""))
        latest = (mine_at, mine_message) if mine_at > at else (at, message)
        noted.errors[place] = (number + mine_number, *latest)

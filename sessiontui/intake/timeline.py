"""From written moments to instants: the order of day and month by evidence, the zone, the hours that clocks skip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.instants import from_ms, is_in_calendar
from sessiontui.intake.outcome import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.moments import Moment
    from sessiontui.intake.source import Source

Span: TypeAlias = "tuple[Moment | None, Moment | None, int | None]"
"""A beginning, an end, and the seconds that the file states between them."""

_TOLERANCE: Final = 150  # seconds by which a stated duration in whole minutes may differ from its own clock times
_LAST_MS: Final = 8_000_000_000_000  # in the year 2223, past the calendar and inside what a datetime holds
_LONGEST: Final = 48 * 3600  # seconds; a longer span without a stated duration speaks against the order read


@dataclass(frozen=True, slots=True)
class Timeline:
    """How the moments of one file become instants."""

    day_first: bool
    zone: tzinfo

    def instant(self, moment: Moment | None) -> datetime | None:
        """Return the instant in UTC, ``None`` where there is no date or no such day."""
        found = self._readings(moment)
        return found[0] if found else None

    def interval(
        self, start: Moment | None, end: Moment | None, seconds: int | None = None
    ) -> tuple[datetime | None, datetime | None]:
        """Return both ends in UTC; of hours that a clock shows twice, those that agree with the duration."""
        starts, ends = self._readings(start), self._readings(end)
        if not starts or not ends:
            return (starts[0] if starts else None), (ends[0] if ends else None)
        if len(starts) == 1 and len(ends) == 1:
            return starts[0], ends[0]
        return min(
            ((a, b) for a in starts for b in ends),
            key=lambda pair: _implausibility((pair[1] - pair[0]).total_seconds(), seconds),
        )

    def _readings(self, moment: Moment | None) -> list[datetime]:
        local = None if moment is None else moment.local(day_first=self.day_first)
        if moment is None or local is None:
            return []
        return instants_of(local, moment.zone or self.zone)


def instants_of(local: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants at which clocks of a zone show a time: two where an hour repeats.

    A time that clocks skip is read with the offset from before the skip.
    """
    try:
        readings = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (OverflowError, ValueError):
        return []
    return readings if readings[0] < readings[1] else readings[:1]


def timeline_of(
    moments: Iterable[Moment | None],
    spans: Iterable[Span],
    source: Source,
    findings: Findings,
    *,
    zone: tzinfo | None = None,
) -> Timeline:
    """Decide how the moments of a file are read, and record what had to be assumed.

    ``zone`` is the one that the format itself prescribes.
    """
    dated = [moment for moment in moments if moment is not None]
    bare = any(moment.offset is None and moment.hour is not None for moment in dated)
    if zone is None and source.zone is None and bare:
        findings.note("the times carry no zone and were read as UTC")
    lying = Timeline(False, zone or source.zone or UTC)
    day_first = _day_first(dated, list(spans), source, findings, lying.zone)
    return Timeline(day_first, lying.zone)


def _day_first(
    moments: Sequence[Moment], spans: Sequence[Span], source: Source, findings: Findings, zone: tzinfo
) -> bool:
    open_ones = [moment for moment in moments if moment.is_open]
    if not open_ones:
        return bool(source.day_first)
    for evidence in (_by_numbers(moments), _by_weekday(open_ones), _by_spans(spans, zone), source.day_first):
        if evidence is not None:
            return evidence
    if all(m.upper_half_day and m.separator == "/" for m in open_ones):
        return False
    example = open_ones[0]
    day_first = not any(m.upper_half_day for m in open_ones)
    _, first, second = example.numbers or (0, 0, 0)
    assumed = "day first" if day_first else "month first"
    findings.ask(
        Question(
            QuestionKind.DAY_ORDER,
            source.name,
            f"{first}{example.separator}{second} may be a day and a month or a month and a day; "
            f"nothing in the file tells, so it was read {assumed}",
            assumed,
            "--day-first",
        )
    )
    return day_first


def _by_numbers(moments: Sequence[Moment]) -> bool | None:
    votes = [moment.proves_day_first for moment in moments]
    return _majority(votes.count(True), votes.count(False))


def _by_weekday(moments: Sequence[Moment]) -> bool | None:
    fits = {True: 0, False: 0}
    for moment in moments:
        if moment.weekday is None:
            continue
        for order in fits:
            day = moment.day(day_first=order)
            fits[order] += day is not None and day.weekday() == moment.weekday
    return _majority(fits[True], fits[False])


def _by_spans(spans: Sequence[Span], zone: tzinfo) -> bool | None:
    faults = {order: sum(_is_implausible(Timeline(order, zone), span) for span in spans) for order in (True, False)}
    return _majority(faults[False], faults[True])


def _is_implausible(line: Timeline, span: Span) -> bool:
    start, end = line.interval(*span)
    if start is None or end is None:
        return span[0] is not None and span[1] is not None
    return _implausibility((end - start).total_seconds(), span[2]) > 0


def _implausibility(length: float, stated: int | None) -> float:
    """Return by how many seconds a span is not what the file states, or not what a meeting can be."""
    if length < 0:
        return _LONGEST - length
    if stated is not None:
        return max(0.0, abs(length - stated) - _TOLERANCE)
    return max(0.0, length - _LONGEST)


def _majority(yes: int, no: int) -> bool | None:
    return None if yes == no else yes > no


def instant_of_epoch(milliseconds: float) -> datetime | None:
    """Return the instant so many milliseconds after 1970, ``None`` for zero and beyond the calendar.

    >>> instant_of_epoch(1648751021700), instant_of_epoch(0)
    (datetime.datetime(2022, 3, 31, 18, 23, 41, 700000, tzinfo=datetime.timezone.utc), None)
    """
    if not 0 < milliseconds < _LAST_MS:
        return None
    found = from_ms(int(milliseconds))
    return found if is_in_calendar(found) else None


def elapsed(start: datetime, seconds: int) -> datetime | None:
    """Return the instant some seconds later, ``None`` beyond the calendar."""
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None

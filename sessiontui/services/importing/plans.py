"""What becomes of a repeated event: a series, or several where it changes from one of its dates on.

A series keeps one rule. What one rule in a known zone cannot say is told as single dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import MOST_DATES, Pattern, instant_of, is_finite, read_rule, wall_of, write_rule
from sessiontui.intake import RequestRecord, SeriesRecord, SessionRecord
from sessiontui.services.series.dates import MOST_LOOKED_AT, by_rule, dates_until
from sessiontui.services.series.making import checked_pattern
from sessiontui.services.series.parting import before_and_after, shifted

FORESEEN: Final = timedelta(days=731)
"""How far ahead dates are told one by one where no rule can be kept for an endless series."""

MOST_LISTED: Final = 10 * MOST_DATES
"""Dates that are told one by one at most."""

_UTC: Final = ZoneInfo("UTC")
_HOUR: Final = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Plan:
    """One series as it shall be kept: its id there, what each date begins with, its dates, and those that differ.

    ``said`` is how the calendar says its dates where that is not how they are kept; ``moved`` is by how much its
    dates were moved from those by which the calendar names them.
    """

    outside: str
    record: SessionRecord
    pattern: Pattern
    guests: tuple[RequestRecord, ...]
    said: dict[str, object] = field(default_factory=dict)
    moved: timedelta = timedelta()
    changed: dict[datetime, SessionRecord] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def plans_of(
    record: SeriesRecord,
    changed: Sequence[SessionRecord],
    guests: Mapping[str, Sequence[RequestRecord]],
    *,
    at: datetime,
) -> list[Plan]:
    """Return the series that a repeated event is, with the dates of it that events of their own tell of.

    ``guests`` are those of the changed dates by their ids. ``BadInput`` where the dates cannot be told.
    """
    notes: list[str] = []
    pattern = _pattern(record, notes, at)
    first = Plan(outside=record.id, record=record.first, pattern=pattern, guests=record.guests, notes=notes)
    if record.rules and not pattern.rule:
        first.said = _said(record)
    for own in changed:
        if own.occurrence is not None:
            first.changed[wall_named(first.pattern, own)] = own
    for wall, length in record.lengths:
        _lengthen(first, wall if isinstance(record.zone, ZoneInfo) else _in_utc(wall, record.zone), length)
    plans = [first]
    for own in sorted((one for one in changed if one.and_following), key=lambda one: (str(one.occurrence), one.id)):
        plans[-1:] = _parted(plans[-1], own, wall_named(pattern, own), guests.get(own.id, ()))
    for plan in plans:
        _allow_for(plan)
    return plans


def wall_named(pattern: Pattern, record: SessionRecord) -> datetime:
    """Return the date of a series that a changed date stands for, on the clock of the series."""
    if record.occurrence is None:
        raise AssertionError("it stands for no date")
    return wall_meant(pattern, record.occurrence)


def wall_meant(pattern: Pattern, told: date) -> datetime:
    """Return the date of a series that an instant, or a day alone, means, on the clock of the series."""
    if not isinstance(told, datetime):
        return datetime.combine(told, pattern.starts.time())
    wall = wall_of(told, pattern.zone)
    # A date at an hour that the clocks skip is named by that hour, and really is an hour later.
    skipped = wall - _HOUR
    is_skipped = skipped.time() == pattern.starts.time() and instant_of(skipped, pattern.zone) == told
    return skipped if is_skipped else wall


def _pattern(record: SeriesRecord, notes: list[str], at: datetime) -> Pattern:
    """Return the dates of a repeated event; what no single rule says is added one by one."""
    excluded = _excluded(record)
    zone = record.zone if isinstance(record.zone, ZoneInfo) else _UTC if record.zone is UTC else None
    rule, rest = (record.rules[0], record.rules[1:]) if record.rules else ("", ())
    endless = [one for one in record.rules if not is_finite(one)]
    if endless:
        rule, rest = endless[0], tuple(one for one in record.rules if one != endless[0])
    besides = any(not is_finite(one) for one in rest)
    unruled = bool(endless) and any(not is_finite(one) for one in record.excluded_rules)
    if zone is None or besides or unruled:
        return _listed(record, notes, excluded, at, zone)
    added = {*record.added, *(wall for one in rest for wall in _dates(record, one, at))}
    if record.excluded_rules:
        until = None if endless else max(_dates(record, rule, at), default=record.starts)
        excluded |= {wall for one in record.excluded_rules for wall in _dates(record, one, at, until)}
        notes.append("dates were taken out by a rule (EXRULE)")
    return checked_pattern(
        starts=record.starts,
        length=record.length,
        zone=zone.key,
        rule=rule,
        added=tuple(sorted(added - {record.starts})),
        excluded=frozenset(excluded),
    )


def _listed(
    record: SeriesRecord, notes: list[str], excluded: set[datetime], at: datetime, zone: ZoneInfo | None
) -> Pattern:
    """Return dates that are told one by one."""
    found = {record.starts, *record.added}
    for rule in record.rules:
        found.update(_dates(record, _on_the_clock(rule, record.zone), at))
    for rule in record.excluded_rules:
        found.difference_update(_dates(record, _on_the_clock(rule, record.zone), at, max(found)))
    dates = sorted(found - excluded) or [record.starts]
    if any(not is_finite(rule) for rule in record.rules):
        notes.append(f"no one rule says its dates: those up to {dates[-1]:%Y-%m-%d} are kept, no later ones")
    if len(dates) > MOST_LISTED:
        raise BadInput(f"it has {len(dates)} dates that no one rule says; {MOST_LISTED} are the most")
    if zone is None:
        dates = sorted({_in_utc(wall, record.zone) for wall in dates})
        zone = _UTC
    return checked_pattern(
        starts=dates[0], length=record.length, zone=zone.key, rule="", added=tuple(dates[1:]), excluded=frozenset()
    )


def _dates(record: SeriesRecord, rule: str, at: datetime, until: datetime | None = None) -> list[datetime]:
    """Return the dates that one rule gives up to a time, of an endless one at least some years ahead."""
    alone = Pattern(starts=record.starts, length=record.length, zone=_zone_of(record.zone), rule=rule)
    if until is None and not is_finite(rule):
        until = max(at.replace(tzinfo=None), record.starts) + FORESEEN
    found = list(islice(takewhile(lambda wall: until is None or wall <= until, by_rule(alone)), MOST_LOOKED_AT))
    if len(found) == MOST_LOOKED_AT:
        raise BadInput("the rule has too many dates")
    return found


def _excluded(record: SeriesRecord) -> set[datetime]:
    """Return the dates that are taken out; a whole day takes out the date on it."""
    by_day = {
        datetime.combine(day, clock)
        for day in record.excluded_days
        for clock in {record.starts.time(), *(wall.time() for wall in record.added if wall.date() == day)}
    }
    return {*record.excluded, *by_day}


def _on_the_clock(rule: str, zone: tzinfo) -> str:
    """Return a rule that ends at a time on the clock of a zone of its own."""
    parts = read_rule(rule)
    until = parts.get("UNTIL", "")
    if until.endswith("Z") and not isinstance(zone, ZoneInfo):
        local = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
        parts["UNTIL"] = f"{local:%Y%m%dT%H%M%S}"
    return write_rule(parts)


def _zone_of(zone: tzinfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else _UTC


def _in_utc(wall: datetime, zone: tzinfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _lengthen(plan: Plan, wall: datetime, length: timedelta) -> None:
    """Let one date last otherwise than the others, unless an event of its own says how long it lasts."""
    if length != plan.pattern.length and wall not in plan.changed:
        starts_at = instant_of(wall, plan.pattern.zone)
        plan.changed[wall] = replace(
            plan.record, starts_at=starts_at, ends_at=starts_at + length, occurrence=starts_at, id=""
        )


def _said(record: SeriesRecord) -> dict[str, object]:
    """Return how a calendar says dates that are told one by one here: that does not depend on the day it is read."""
    return {
        "starts": record.starts.isoformat(),
        "zone": str(record.zone),
        "length": record.length.total_seconds(),
        "rules": sorted(record.rules),
        "excluded_rules": sorted(record.excluded_rules),
        "added": [wall.isoformat() for wall in record.added],
        "excluded": sorted(wall.isoformat() for wall in (*record.excluded, *record.excluded_days)),
    }


def _parted(plan: Plan, own: SessionRecord, named: datetime, guests: Sequence[RequestRecord]) -> list[Plan]:
    """Cut a plan in two at the date from which on an event changes all.

    The event names that date as it was before any such change (RFC 5545, 3.8.4.4).
    """
    wall = named + plan.moved
    plan.changed.pop(wall, None)
    dates = dates_until(replace(plan.pattern, excluded=frozenset()), wall)
    if not dates or dates[-1] != wall:
        plan.changed[wall] = own
        plan.notes.append(f"line {own.line}: it changes all from a date on that there is not")
        return [plan]
    before, after = before_and_after(plan.pattern, wall)
    shift = wall_of(own.starts_at, plan.pattern.zone) - wall
    try:
        moved = shifted(after, shift)
    except BadInput:
        plan.changed[wall] = own
        plan.notes.append(f"line {own.line}: its rule names the day, so only this one date was changed")
        return [plan]
    later = Plan(
        outside=own.id,
        record=replace(own, series=own.id, occurrence=None, and_following=False),
        pattern=replace(moved, length=own.ends_at - own.starts_at),
        guests=tuple(guests),
        moved=plan.moved + shift,
        changed={day + shift: one for day, one in plan.changed.items() if day > wall},
    )
    plan.changed = {day: one for day, one in plan.changed.items() if day < wall}
    if wall == plan.pattern.starts:
        return [replace(later, outside=plan.outside, notes=plan.notes)]
    plan.pattern = before
    return [plan, later]


def _allow_for(plan: Plan) -> None:
    """Let every date that an event tells of be one of the series."""
    if not plan.changed:
        return
    pattern = plan.pattern
    known = set(dates_until(replace(pattern, excluded=frozenset()), max(plan.changed)))
    extra = {wall for wall in plan.changed if wall not in known}
    for wall in sorted(extra):
        line = plan.changed[wall].line
        plan.notes.append(f"line {line}: it has no date at {wall:%Y-%m-%d %H:%M}; it was taken as an extra one")
    plan.pattern = replace(
        pattern,
        added=tuple(sorted({*pattern.added, *extra})),
        excluded=pattern.excluded - plan.changed.keys(),
    )

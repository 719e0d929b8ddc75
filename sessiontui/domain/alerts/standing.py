"""Alerts that are about no session: a source that fell silent, and the installation itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.alerts.finding import Fact, Finding, moment
from sessiontui.domain.alerts.settings import AlertSettings
from sessiontui.domain.alerts.words import AlertRule

INSTALLATION: Final = "installation"
"""The subject of what is about the product itself."""

FEWEST_GAPS: Final = 20
"""Pauses of a source within a week that make a habit; below, nobody can say what is usual."""

FEW_GOING_ON: Final = 3
"""Sessions that must be going on for silence alone to tell something, where nobody was inside before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source: when it was last heard, and its pauses within the last week, counted by size.

    ``gaps`` counts by the binary logarithm of a pause in whole seconds. ``going_on`` sessions of the source are
    inside their window, the earliest since ``expected_since``; ``were_inside`` says that people were in them when
    the source was last heard.
    """

    source: str
    heard_at: datetime
    gaps: Mapping[int, int]
    going_on: int = 0
    expected_since: datetime | None = None
    were_inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is measured of the installation at one instant; sizes in bytes, ``None`` where it is not known."""

    late: timedelta | None = None
    free: int | None = None
    total: int | None = None
    backup_at: datetime | None = None
    opened_at: datetime | None = None


def gap_size(gap: timedelta) -> int:
    """Return the size under which a pause is counted.

    >>> [gap_size(timedelta(seconds=seconds)) for seconds in (0, 1, 2, 3, 60)]
    [0, 0, 1, 1, 5]
    """
    return max(int(gap.total_seconds()), 1).bit_length() - 1


def median_gap(gaps: Mapping[int, int]) -> timedelta | None:
    """Return about how long the middle pause was, or ``None`` where too few are known.

    Each size counts with the middle of what it stands for.

    >>> median_gap({5: 30, 9: 2})
    datetime.timedelta(seconds=48)
    """
    total = sum(gaps.values())
    if total < FEWEST_GAPS:
        return None
    passed = 0
    for size, number in sorted(gaps.items()):
        passed += number
        if 2 * passed >= total:
            return timedelta(seconds=1.5 * 2**size)
    return None


def feed_silent(feed: Feed, now: datetime, settings: AlertSettings) -> Finding | None:
    """Return the alert about a source that usually sends and does not, although sessions of it go on.

    Silence counts only while there is something to tell: at night, with nothing going on, a source may rest. One
    session in which nobody was before is no evidence either: perhaps nobody comes.
    """
    severity, usual = settings.feed_silent, median_gap(feed.gaps)
    if severity is None or usual is None or feed.expected_since is None:
        return None
    if not feed.were_inside and feed.going_on < FEW_GOING_ON:
        return None
    allowed = max(usual * settings.feed_silent_times, settings.feed_silent_after)
    since = max(feed.heard_at, feed.expected_since) + allowed
    if now < since:
        return None
    told: list[Fact] = [
        ("source", feed.source),
        moment("silent_since", feed.heard_at),
        ("usual pause", _about(usual)),
        ("sessions going on", str(feed.going_on)),
    ]
    return Finding(rule=AlertRule.FEED_SILENT, severity=severity, since=since, facts=tuple(told))


def machine_alerts(machine: Machine, now: datetime, settings: AlertSettings) -> tuple[Finding, ...]:
    """Return the alerts about the installation."""
    found = (
        _worker_late(machine, now, settings),
        _disk_low(machine, now, settings),
        _backup_old(machine, now, settings),
    )
    return tuple(finding for finding in found if finding is not None)


def _worker_late(machine: Machine, now: datetime, settings: AlertSettings) -> Finding | None:
    severity = settings.worker_late
    if severity is None or machine.late is None or machine.late <= settings.worker_late_after:
        return None
    told = (("tick", f"more than {_about(settings.worker_late_after)} late"),)
    return Finding(rule=AlertRule.WORKER_LATE, severity=severity, since=now, facts=told)


def _disk_low(machine: Machine, now: datetime, settings: AlertSettings) -> Finding | None:
    severity, free, total = settings.disk_low, machine.free, machine.total
    if severity is None or free is None or total is None:
        return None
    if free >= settings.disk_low_bytes and free >= settings.disk_low_ratio * total:
        return None
    share = free / total if total else 0.0
    return Finding(
        rule=AlertRule.DISK_LOW,
        severity=severity,
        since=now,
        facts=(("free", _size(free)), ("share", f"{share:.0%}")),
    )


def _backup_old(machine: Machine, now: datetime, settings: AlertSettings) -> Finding | None:
    severity = settings.backup_old
    newest = machine.backup_at or machine.opened_at
    if severity is None or newest is None or now < newest + settings.backup_old_after:
        return None
    told = (moment("backup_at", machine.backup_at),) if machine.backup_at else (("backup", "none was ever made"),)
    return Finding(rule=AlertRule.BACKUP_OLD, severity=severity, since=newest + settings.backup_old_after, facts=told)


def _about(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _size(size: int) -> str:
    """Return a number of bytes in its largest unit, in tenths, so that the fact does not change with every byte."""
    for unit in ("GiB", "MiB"):
        whole = 1 << (30 if unit == "GiB" else 20)
        if size >= whole:
            return f"{size / whole:.1f} {unit}"
    return "less than 1 MiB"

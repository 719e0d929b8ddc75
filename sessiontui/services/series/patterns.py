"""The pattern of a series as columns keep it, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sessiontui.domain.recurrence import Pattern


def pattern_columns(pattern: Pattern) -> dict[str, object]:
    """Return the columns that keep a pattern."""
    return {
        "zone": pattern.zone.key,
        "starts": pattern.starts.isoformat(),
        "length_ms": pattern.length // timedelta(milliseconds=1),
        "rule": pattern.rule,
        "added": [wall.isoformat() for wall in pattern.added],
        "excluded": sorted(wall.isoformat() for wall in pattern.excluded),
    }


def kept_pattern(
    *, starts: str, length_ms: int, zone: str, rule: str, added: Iterable[str], excluded: Iterable[str]
) -> Pattern:
    """Return the pattern that columns keep."""
    return Pattern(
        starts=datetime.fromisoformat(starts),
        length=timedelta(milliseconds=length_ms),
        zone=ZoneInfo(zone),
        rule=rule,
        added=tuple(datetime.fromisoformat(text) for text in added),
        excluded=frozenset(datetime.fromisoformat(text) for text in excluded),
    )

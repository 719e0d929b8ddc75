"""Time zones as people type them.

Which there are stands in hundreds of files; they are gone through once, and not at every letter that is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all zones, in order."""
    return tuple(sorted(available_timezones()))


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that name whatever its case, or nothing.

    >>> str(known_zone("europe/madrid"))
    'Europe/Madrid'
    """
    wanted = name.strip().casefold()
    if wanted in ("utc", "z"):
        return ZoneInfo("UTC")
    found = _spelled().get(wanted)
    return None if found is None else ZoneInfo(found)


@cache
def _spelled() -> Mapping[str, str]:
    return {name.casefold(): name for name in zone_names()}

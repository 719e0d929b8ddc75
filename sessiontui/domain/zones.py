"""Time zones by their names of the IANA database, which a file or a person may have misspelled."""

from __future__ import annotations

from datetime import tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_Other = TypeVar("_Other", bound=tzinfo)


def named_zone(name: str) -> ZoneInfo | None:
    """Return the zone of exactly that name, or nothing where there is none.

    >>> named_zone("Europe/Madrid")
    zoneinfo.ZoneInfo(key='Europe/Madrid')
    >>> [named_zone(name) for name in ("", "Nowhere/At_All", "Europe", "../zone.tab", "\\0")]
    [None, None, None, None, None]
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such file, a path that leads away, a folder of zones
        return None


def zone_of(name: str, otherwise: _Other) -> ZoneInfo | _Other:
    """Return the zone of that name, or another where it is unknown.

    >>> zone_of("Nowhere/At_All", ZoneInfo("Europe/Madrid")).key
    'Europe/Madrid'
    """
    return named_zone(name) or otherwise

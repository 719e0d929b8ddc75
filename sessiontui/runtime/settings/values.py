"""How single values are read from text: lengths of time, shares, counts, switches, zones, sizes, files."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.clashes import Level
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.homes import from_home
from sessiontui.domain.vocabulary import Severity
from sessiontui.domain.zones import named_zone

Raw: TypeAlias = "str | int | float | bool | timedelta | Path"
"""A value as a file, a variable or an option gives it."""

Setting: TypeAlias = "str | int | float | bool | timedelta | Path | ZoneInfo"
"""A value that has been read."""

_LENGTH: Final = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:d|days?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:h|hours?))?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*(?:m|min|minutes?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:s|sec|seconds?)?)?"
)
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off", ""})
_LONGEST: Final = timedelta(days=366)
_BYTES: Final = re.compile(r"(\d{1,15})\s*([kKmMgGtT]?)(?:i?[bB])?")
_POSTGRES: Final = "postgresql"


def length(raw: Raw) -> timedelta:
    """Read a length of time: ``30 min``, ``5m``, ``1 h 30 min``, or a number of seconds.

    >>> str(length("1 h 30 min")), str(length(90)), str(length("5m"))
    ('1:30:00', '0:01:30', '0:05:00')
    """
    if isinstance(raw, timedelta):
        found: timedelta | None = raw
    elif isinstance(raw, bool | Path):
        found = None
    elif isinstance(raw, int | float):
        found = timedelta(seconds=raw) if 0 <= raw <= _LONGEST.total_seconds() else None
    else:
        found = _spelled(raw)
    if found is None or not timedelta() <= found <= _LONGEST:
        raise BadInput(f"{shown(raw)} is not a length of time", hint="write it like 30 min, 5m or 1 h 30 min")
    return found


def ratio(raw: Raw) -> float:
    """Read a share between 0 and 1.

    >>> ratio(0.5), ratio("0.25")
    (0.5, 0.25)
    """
    try:
        value = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BadInput(f"{shown(raw)} is not a share", hint="write a number between 0 and 1")
    return value


def count(raw: Raw) -> int:
    """Read a whole number from 1 to 1000.

    >>> count("3")
    3
    """
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise BadInput(f"{shown(raw)} is not a count", hint="write a whole number from 1 to 1000")
    return int(text)


def plenty(raw: Raw) -> int:
    """Read a whole number from 1 to ten million.

    >>> plenty("60000")
    60000
    """
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 10_000_000):
        raise BadInput(f"{shown(raw)} is not a number of calls", hint="write a whole number from 1 to 10000000")
    return int(text)


def switch(raw: Raw) -> bool:
    """Read yes or no.

    >>> switch("yes"), switch("0"), switch(True)
    (True, False, True)
    """
    word = str(raw).strip().lower()
    if word not in _YES | _NO:
        raise BadInput(f"{shown(raw)} is neither yes nor no", hint="write true or false")
    return word in _YES


def zone(raw: Raw) -> ZoneInfo:
    """Read a time zone by its IANA name.

    >>> zone("Europe/Madrid").key
    'Europe/Madrid'
    """
    found = named_zone(word(raw))
    if found is None:
        raise BadInput(f"{shown(raw)} is not a time zone", hint="write it like Europe/Madrid")
    return found


def word(raw: Raw) -> str:
    """Read a text."""
    if not isinstance(raw, str):
        raise BadInput(f"{shown(raw)} is not a text", hint="put it in quotation marks")
    return raw.strip()


def database(raw: Raw) -> Path:
    """Read where the database lies: a path, ``sqlite:///`` and a path; ``Unavailable`` for PostgreSQL."""
    text = str(raw).strip()
    if text.startswith(_POSTGRES):
        raise Unavailable("PostgreSQL comes with a later version", hint="name a file with --database")
    for prefix in ("sqlite+aiosqlite:///", "sqlite:///"):
        text = text.removeprefix(prefix)
    if not text or "://" in text or "\0" in text:
        raise BadInput(f"{shown(raw)} is not a database", hint="name a file")
    return from_home(text)


def private_file(raw: Raw) -> Path:
    """Read the path of a file that holds a secret; what it holds is read when it is needed."""
    path = from_home(str(raw).strip())
    if not str(raw).strip() or "\0" in str(raw) or not path.is_absolute():
        raise BadInput(f"{shown(raw)} is not the whole path of a file", hint="begin it with / or ~")
    return path


def folder(raw: Raw) -> Path:
    """Read the path of a folder, from the root or from the home of the user on."""
    path = from_home(str(raw).strip())
    if not str(raw).strip() or "\0" in str(raw) or not path.is_absolute():
        raise BadInput(f"{shown(raw)} is not the whole path of a folder", hint="begin it with / or ~")
    return path


def severity(raw: Raw) -> Severity | None:
    """Read how much a rule of the alerts presses; ``off`` switches it off.

    >>> str(severity("critical")), severity("off"), severity(False)
    ('critical', None, None)
    """
    name = str(raw).strip().lower()
    if name in ("off", "false", "no"):
        return None
    if name not in {str(known) for known in Severity}:
        raise BadInput(f"{shown(raw)} is not a severity", hint=f"write {', '.join(Severity)}, or off")
    return Severity(name)


def clash_level(raw: Raw) -> Level:
    """Read what becomes of an act that would book somebody twice.

    >>> str(clash_level("Block"))
    'block'
    """
    name = str(raw).strip().lower()
    if name not in {str(known) for known in Level}:
        raise BadInput(f"{shown(raw)} is no way to deal with double bookings", hint=f"write {', '.join(Level)}")
    return Level(name)


def bytes_(raw: Raw) -> int:
    """Read a number of bytes: ``1 GiB``, ``500 MiB``, or a plain number.

    >>> bytes_("1 GiB"), bytes_(2048)
    (1073741824, 2048)
    """
    found = _BYTES.fullmatch(str(raw).strip())
    if found is None or isinstance(raw, bool):
        raise BadInput(f"{shown(raw)} is not a size", hint="write it like 1 GiB or 500 MiB")
    return int(found[1]) << {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[found[2].lower()]


def some_length(raw: Raw) -> timedelta:
    """Read a length of time that is not nothing."""
    found = length(raw)
    if not found:
        raise BadInput(f"{shown(raw)} is no time at all", hint="write it like 30 s")
    return found


def shown(raw: Raw) -> str:
    """Return a value as a complaint about it quotes it, cut short."""
    return repr(str(raw)[:60])


def _spelled(text: str) -> timedelta | None:
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None

"""Changes that met, in sentences: who did what to which field, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sessiontui.domain.chain import Json
from sessiontui.domain.editing.fields import Change, FieldConflict, Reconciled

SOMEBODY: Final = "somebody"
"""Who did it where nobody is known to have: an import, a series, a platform."""

NAMES: Final[Mapping[str, str]] = {"capacity": "seats", "fields": "free fields"}
"""What a field is called where it is not by its own name."""

_EXCERPT: Final = 60


def named(field: str) -> str:
    """Return a field as people call it.

    >>> named("capacity")
    'seats'
    """
    return NAMES.get(field, field)


def told(value: Json) -> str:
    """Return a value of a field as one reads it.

    >>> told(["grief", "night"]), told(""), told({"room": 4})
    ('grief, night', 'nothing', 'room=4')
    """
    if isinstance(value, Mapping):
        text = ", ".join(f"{key}={one}" for key, one in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = ", ".join(str(one) for one in value)
    else:
        text = "" if value is None else str(value)
    return text or "nothing"


def clock(at: datetime | None) -> str:
    """Return when something was, by day and minute in UTC; empty where it is not known."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def quarrel(conflicts: Sequence[FieldConflict]) -> str:
    """Return what stands against one's changes, without a full stop."""
    return "; ".join(
        f"{one.by or SOMEBODY} changed {named(one.field)} to “{_short(told(one.theirs))}”"
        + (f" at {clock(one.at)}" if one.at else "")
        for one in conflicts
    )


def aside(met: Reconciled) -> str:
    """Return what a receipt says about the changes of others that one's own went together with; mostly nothing."""
    parts = [f"your {named(name)} and theirs were put together" for name in met.merged]
    parts += [f"{_who(one)} changed {named(one.field)} meanwhile, which stays" for one in met.theirs]
    return "".join(f"; {part}" for part in parts)


def _who(change: Change) -> str:
    return change.by or SOMEBODY


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"

"""Forms that were left half typed, so that coming back finds them again.

Here they are kept while the console runs. A ``Keeper`` keeps them beyond that, where there is a database to keep
them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakKeyDictionary

from sessiontui.tui.dialogs.session_entry import Typed

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json

# By console, so that nothing outlives its run and two consoles in one process do not share.
_KEPT: Final[WeakKeyDictionary[object, dict[str, Typed]]] = WeakKeyDictionary()


class Keeper(Protocol):
    """Keeps one form of one person for the next time."""

    async def keep(self, typed: Typed, fresh: Typed) -> None:
        """Keep what is typed, with what the form was opened with."""
        ...

    async def forget(self) -> None:
        """Forget it, because it is saved or not wanted."""
        ...


def kept(console: object, form: str) -> Typed | None:
    """Return what was typed into a form before it was left, if it was kept."""
    return _KEPT.get(console, {}).get(form)


def keep(console: object, form: str, typed: Typed) -> None:
    """Keep what is typed into a form."""
    _KEPT.setdefault(console, {})[form] = typed


def forget(console: object, form: str) -> None:
    """Forget what was typed into a form, because it is saved or not wanted."""
    _KEPT.get(console, {}).pop(form, None)


def how_many(console: object) -> int:
    """Return how many forms are kept."""
    return len(_KEPT.get(console, {}))


def as_json(typed: Typed) -> dict[str, Json]:
    """Return a form as a draft holds it: what is plain, by the names of its fields.

    >>> as_json(Typed(title="Grief circle"))["title"]
    'Grief circle'
    """
    found: dict[str, Json] = {}
    for part in fields(typed):
        value = getattr(typed, part.name)
        if value is None or isinstance(value, bool | int | str):
            found[part.name] = str(value) if isinstance(value, StrEnum) else value
    return found


def from_json(body: object, fresh: Typed) -> Typed:
    """Return a form as a draft held it; what cannot be read, or is of an older form, stays as in ``fresh``.

    >>> from_json({"title": "Half", "kind": "work", "gone": 1, "capacity": 7}, Typed()).title
    'Half'
    """
    if not isinstance(body, Mapping):
        return fresh
    values: dict[str, object] = {}
    for part in fields(fresh):
        if part.name not in body:
            continue
        value, now = body[part.name], getattr(fresh, part.name)
        if isinstance(now, StrEnum):
            known = {str(one): one for one in type(now)}
            if value in known:
                values[part.name] = known[value]
        elif part.name.endswith("_id"):
            if value is None or (isinstance(value, int) and not isinstance(value, bool)):
                values[part.name] = value
        elif type(value) is type(now):
            values[part.name] = value
    return replace(fresh, **values)  # type: ignore[arg-type]


def carried(typed: Typed, before: Typed, fresh: Typed) -> Typed:
    """Return a draft on top of what the form would show now: what was not typed follows what others changed.

    >>> mine = Typed(title="Mine", tags="a")
    >>> carried(mine, Typed(title="Old", tags="a"), Typed(title="Old", tags="b")).tags
    'b'
    """
    typed_in = {
        part.name: getattr(typed, part.name)
        for part in fields(Typed)
        if getattr(typed, part.name) != getattr(before, part.name)
    }
    return replace(fresh, **typed_in)

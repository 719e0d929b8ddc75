"""Forms that were left half typed, kept while the console runs so that coming back finds them again."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from sessiontui.tui.dialogs.session_entry import Typed

# By console, so that nothing outlives its run and two consoles in one process do not share.
_KEPT: Final[WeakKeyDictionary[object, dict[str, Typed]]] = WeakKeyDictionary()


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

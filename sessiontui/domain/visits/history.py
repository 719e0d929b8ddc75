"""What follows from the history of an item: its state, since when, in which session, and whether it was re-opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.visits.words import ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step: the state that an item came into, when, and in which session."""

    state: ItemState
    at: datetime
    session_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """An item as its history leaves it."""

    state: ItemState
    since: datetime
    session_id: int | None
    reopened_at: datetime | None


def fold(changes: Iterable[Change]) -> Present | None:
    """Return what the steps of a history, in their order, come to; ``None`` without any.

    A step into the state that an item is in already changes nothing.
    """
    present: Present | None = None
    for change in changes:
        if present is not None and change.state is present.state:
            continue
        reopened = None if present is None else present.reopened_at
        if change.state is ItemState.DECIDED:
            reopened = None
        elif present is not None and present.state is ItemState.DECIDED:
            reopened = change.at
        present = Present(state=change.state, since=change.at, session_id=change.session_id, reopened_at=reopened)
    return present

"""The recordings of a session as lists and screens show them: everything but the link, to those who may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.phrases import minutes, span
from sessiontui.domain.recordings import Audience, is_meant
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import recordings as kept
from sessiontui.store.reads.recordings import OpeningRow, RecordingRow

TRAIL: Final = 50
"""Openings of one recording that are told one by one, the latest first; the others are counted."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One time that the link was handed out: to whom, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLine:
    """One recording that somebody may open.

    ``people`` are the named ones, id and name; ``opened`` is how often the link was handed out, and ``openings`` the
    latest of these times. They are told to those who ``may_change`` it; to others ``opened`` is ``None``.
    """

    id: int
    session_id: int
    title: str
    length: timedelta | None
    audience: Audience
    added_at: datetime
    added_by: str
    people: tuple[tuple[int, str], ...] = ()
    opened: int | None = None
    openings: tuple[Opening, ...] = ()
    may_change: bool = False

    @property
    def lasts(self) -> str:
        """Its length in words, empty where it is not known."""
        return "" if self.length is None else span(minutes(self.length))

    @property
    def meant_for(self) -> str:
        """Whom it is for in words, with their names where they are told."""
        if self.people:
            return ", ".join(name or f"#{person_id}" for person_id, name in self.people)
        return self.audience.words


async def of_session(
    fetch: Fetch,
    session_id: int,
    *,
    by: Actor,
    own: Standing,
    seen: Collection[int],
    at: datetime | None = None,
) -> tuple[RecordingLine, ...]:
    """Return the recordings of a session that somebody may see, who stands to it so; none of the others is told of.

    ``seen`` are the people who were there. Only staff is told who may see one and who opened it.
    """
    rows = await kept.of_session(fetch, session_id, at=at)
    if not rows:
        return ()
    is_staff = may(by, Action.EDIT, own).allowed
    trail: defaultdict[int, list[OpeningRow]] = defaultdict(list)
    if is_staff:
        for opening in await kept.openings(fetch, session_id, at=at):
            trail[opening.recording_id].append(opening)
    names = await kept_people.names(fetch, [reader for row in rows for reader in row.readers] if is_staff else [])
    return tuple(
        RecordingLine(
            id=row.id,
            session_id=session_id,
            title=row.title,
            length=row.length,
            audience=row.audience,
            added_at=row.added_at,
            added_by=row.added_by,
            people=tuple((reader, names.get(reader, "")) for reader in row.readers) if is_staff else (),
            opened=len(trail[row.id]) if is_staff else None,
            openings=tuple(Opening(one.by, one.at) for one in trail[row.id][:TRAIL]),
            may_change=is_staff,
        )
        for row in rows
        if may_open(row, by, own, seen)
    )


def may_open(row: RecordingRow, by: Actor, own: Standing, seen: Collection[int]) -> bool:
    """Return whether the table of rights lets somebody open it, where being meant counts as being approved."""
    meant = is_meant(row.audience, approved=own.approved, present=by.id in seen, named=by.id in row.readers)
    return may(by, Action.OPEN_RECORDING, replace(own, approved=meant)).allowed

"""The files and links of a session as screens, lists and exports show them, to those who may read them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.files import describe, pretends, size_words
from sessiontui.store.reads import files as kept
from sessiontui.store.reads.files import LinkRow as LinkRow
from sessiontui.store.reads.files import OpeningRow

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

TRAIL: Final = 50
"""Openings of one version that are told one by one, the latest first; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One version of a file; ``is_newest`` is the one that counts, ``versions`` how many there are.

    ``opened`` is how often it was opened, told to those who may change the session, ``None`` to others; ``odd`` says
    what is odd about its name. ``cleared_at`` is set where the bytes are no longer kept.
    """

    id: int
    name: str
    version: int
    versions: int
    is_newest: bool
    size: int
    media_type: str
    sha256: str
    added_by: str
    added_at: datetime
    cleared_at: datetime | None
    opened: int | None = None
    openings: tuple[OpeningRow, ...] = ()

    @property
    def what(self) -> str:
        """What it is, in a word or two."""
        return describe(self.media_type)

    @property
    def odd(self) -> str:
        """What is odd about its name, nothing where it says what the bytes are."""
        return pretends(self.name, self.media_type)

    @property
    def weighs(self) -> str:
        """Its size in words."""
        return size_words(self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of a session, every version, by name and the newest first, and its links."""

    files: tuple[FileLine, ...] = ()
    links: tuple[LinkRow, ...] = ()
    hidden: bool = False
    may_change: bool = False

    @property
    def number(self) -> int:
        """How many files and links there are, older versions not counted."""
        return sum(one.is_newest for one in self.files) + len(self.links)

    @property
    def size(self) -> int:
        """How many bytes are kept for all versions together."""
        return sum(one.size for one in self.files if one.cleared_at is None)


NO_FILES: Final = Files()
HIDDEN_FILES: Final = Files(hidden=True)


async def of_session(fetch: Fetch, session_id: int, *, by: Actor, own: Standing, at: datetime | None = None) -> Files:
    """Return the files of a session, as they stood at an instant where one is given, to somebody who stands so."""
    if not may(by, Action.SEE_TALK, own).allowed:
        return HIDDEN_FILES
    may_change = may(by, Action.EDIT, own).allowed
    rows = await kept.of_session(fetch, session_id, at=at)
    links = tuple(await kept.links(fetch, session_id, at=at))
    trail: defaultdict[int, list[OpeningRow]] = defaultdict(list)
    if may_change and rows:
        for opening in await kept.openings(fetch, session_id, at=at):
            trail[opening.attachment_id].append(opening)
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        versions[row.key].append(row.version)
    return Files(
        files=tuple(
            FileLine(
                id=row.id,
                name=row.name,
                version=row.version,
                versions=len(versions[row.key]),
                is_newest=row.version == max(versions[row.key]),
                size=row.size,
                media_type=row.media_type,
                sha256=row.sha256,
                added_by=row.added_by,
                added_at=row.added_at,
                cleared_at=row.cleared_at if at is None or (row.cleared_at and row.cleared_at <= at) else None,
                opened=len(trail[row.id]) if may_change else None,
                openings=tuple(trail[row.id][:TRAIL]),
            )
            for row in rows
        ),
        links=links,
        may_change=may_change,
    )

"""The links by which each reader enters alone: kept in no letter, put in as it leaves, for those who may know them.

A letter holds a mark in the place of such a link, so that nobody who reads the outbox can enter as somebody else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.instants import from_ms
from sessiontui.domain.places import Maker
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import RequestState
from sessiontui.platforms import Guest
from sessiontui.services.places.joining import link_for
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads.places import Written

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.outbox import LetterRow

MARK: Final = "[your own link]"
"""Stands in a letter where its reader's own link is put as it leaves."""

_NO_LINK: Final = "ask your host: it could not be made as this letter left"

_HIDDEN: Final = "your host sends it"

_OPENS: Final = timedelta(minutes=30)
"""How long before the start a link that is signed for some hours begins to be of use."""

_OWN: Final = frozenset({str(Maker.BBB), str(Maker.JITSI)})
"""Platforms that sign a link for each person."""


def written_link(where: Written) -> str:
    """Return what a letter holds as the link of a session: a mark where everybody has a link of their own.

    >>> written_link(Written("bbb", "", "", True)), written_link(Written("", "https://example.org/a", "", False))
    ('[your own link]', 'https://example.org/a')
    """
    has_own = where.platform in _OWN and (where.has_room or not where.link)
    return MARK if has_own else where.link


async def as_it_leaves(context: Context, letter: LetterRow, *, at: datetime) -> str:
    """Return the text of a letter with its reader's own link in the place of the mark, if they may know it by now."""
    if MARK not in letter.body:
        return letter.body
    link = _HIDDEN
    if letter.session_id is not None and letter.person_id is not None:
        link = await _own_link(context, letter.session_id, letter.person_id, letter.about_start, at=at)
    return letter.body.replace(MARK, visible(link))


async def _own_link(context: Context, session_id: int, person_id: int, starts_at: int | None, *, at: datetime) -> str:
    fetch = context.db.fetch
    people = await kept_places.leaders(fetch, session_id)
    person = await kept_people.by_id(fetch, person_id)
    is_approved = await kept.state_of(fetch, session_id, person_id) == RequestState.APPROVED
    if person is None or not (person_id in people or is_approved):
        return _HIDDEN
    guest = Guest(id=str(person.id), name=person.name, email=person.email, is_host=person_id in people[:1])
    valid = at if starts_at is None else max(at, from_ms(starts_at) - _OPENS)
    try:
        return await link_for(context, session_id, guest, at=valid) or _NO_LINK
    except (BadInput, Unavailable):
        return _NO_LINK

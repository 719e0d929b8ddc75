"""Double bookings at the door: an act that would book somebody twice is refused, asked about, told, or let pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.clashes import Booking, Level, sentence_of
from sessiontui.domain.errors import NeedsConsent, Refused
from sessiontui.services.context import Context
from sessiontui.services.rights import viewer_of
from sessiontui.store.reads import bookings as kept
from sessiontui.store.reads import sessions as kept_sessions

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_BLOCKED = "choose another time or another person; [clashes] in the settings says how strict this is"
_ASKED = "agree to book them all the same: --yes on the command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One window that people are to be booked for; ``people`` tells of each whether they would host.

    ``but`` is the session that it is, if there is one already.
    """

    people: Mapping[int, bool]
    starts_at: datetime
    ends_at: datetime
    but: int | None = None


async def heed(
    tx: Tx,
    context: Context,
    people: Mapping[int, bool],
    starts_at: datetime,
    ends_at: datetime,
    *,
    but: int | None = None,
    confirm: bool = False,
    blocks: bool = True,
) -> str:
    """Do what ``heed_dates`` does for one window, of the session ``but`` if that is there already."""
    window = Booked(people=people, starts_at=starts_at, ends_at=ends_at, but=but)
    return await heed_dates(tx, context, [window], confirm=confirm, blocks=blocks)


async def heed_dates(
    tx: Tx,
    context: Context,
    windows: Iterable[Booked],
    *,
    besides: frozenset[int] = frozenset(),
    confirm: bool = False,
    blocks: bool = True,
) -> str:
    """Return what a receipt says about people who would be booked twice, empty where nobody would be.

    ``besides`` are sessions that give way in the same act. Raises ``Refused`` where a double booking is blocked,
    ``NeedsConsent`` where it takes a ``confirm`` that is not given; what does not ``blocks`` asks instead. The
    product itself, which nobody can ask, needs none.
    """
    levels = context.clashes
    if {levels.mentor, levels.participant} == {Level.IGNORE}:
        return ""
    by_level: dict[Level, list[Booking]] = {level: [] for level in Level}
    for window in windows:
        if not window.people:
            continue
        for booking in await kept.booked(
            tx.fetch, sorted(window.people), window.starts_at, window.ends_at, but=window.but
        ):
            if booking.session_id not in besides:
                level = levels.level(hosts=booking.hosts or window.people[booking.person_id])
                strict = Level.CONFIRM if level is Level.BLOCK and not blocks else level
                by_level[strict].append(await _tellable(tx, booking))
    if by_level[Level.BLOCK]:
        raise Refused(sentence_of(by_level[Level.BLOCK]), title="Double booking", hint=_BLOCKED)
    if by_level[Level.CONFIRM] and not (confirm or tx.by.is_system):
        raise NeedsConsent(sentence_of(by_level[Level.CONFIRM]), title="Double booking", hint=_ASKED)
    told = [*by_level[Level.CONFIRM], *by_level[Level.WARN]]
    return f"; double booking: {sentence_of(told)}" if told else ""


async def heed_all(
    tx: Tx,
    context: Context,
    session_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    confirm: bool = False,
    blocks: bool = True,
) -> str:
    """Do what ``heed`` does for everybody who is expected in a session."""
    people = await kept.expected(tx.fetch, session_id)
    return await heed(tx, context, people, starts_at, ends_at, but=session_id, confirm=confirm, blocks=blocks)


async def host_of(tx: Tx, *, mentor_id: int | None, author_id: int | None) -> dict[int, bool]:
    """Return who would host a session of this mentor and author, for ``heed``."""
    if mentor_id:
        return {mentor_id: True}
    if author_id is not None and await kept.is_host(tx.fetch, author_id):
        return {author_id: True}
    return {}


async def _tellable(tx: Tx, booking: Booking) -> Booking:
    """Return a booking as the one who acts may know it: who takes part in what is not their own stays hidden."""
    viewer = viewer_of(tx.by)
    if booking.hosts or viewer.sees_people or booking.person_id == tx.by.id:
        return booking
    row = await kept_sessions.standing(tx.fetch, booking.session_id, tx.by.id)
    own = row is not None and viewer.owns(author_id=row[0], mentor_id=row[1], shared=bool(row[4]))
    return booking if own else replace(booking, title="")

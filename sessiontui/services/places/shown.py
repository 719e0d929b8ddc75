"""What the detail of a session says about where it meets."""

from __future__ import annotations

from sessiontui.domain.instants import from_ms
from sessiontui.domain.places.words import OrderState, RoomState
from sessiontui.services.places.line import NO_PLACE, PlaceLine, Waiting
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import places as kept
from sessiontui.store.reads.looks import look_of


async def place_line(fetch: Fetch, session_id: int, link: str) -> PlaceLine:
    """Return where a session meets whose link is this."""
    row = await kept.shown(fetch, session_id)
    if row is None:
        return NO_PLACE
    platform, state, room_id, has_passcode, backup_link, has_backup, wished = row[:7]
    look = None if row[10] is None else look_of(row[7:])
    where = link or f"{platform!s}:{room_id!s}"
    return PlaceLine(
        platform=str(platform),
        state=RoomState(str(state)),
        room_id=str(room_id),
        has_passcode=bool(has_passcode),
        backup_link=str(backup_link),
        has_backup=bool(has_backup),
        look=look if look is not None and look.link == where else None,
        waiting=await _waiting(fetch, session_id) if wished else None,
    )


async def _waiting(fetch: Fetch, session_id: int) -> Waiting | None:
    found = await kept.last_order(fetch, session_id)
    if found is None:
        return None
    order, platform = found
    is_dead = order.state == OrderState.DEAD
    return Waiting(
        platform=platform,
        kind=order.kind,
        attempts=order.attempts,
        error=order.last_error,
        again_at=None if is_dead else from_ms(order.not_before),
    )

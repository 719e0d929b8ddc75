"""The people whom a calendar invites to every date of a series: each date that is stamped asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.vocabulary import RequestState
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessiontui.domain.chain import Json
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

PERSON: Final = "person"
"""Where a guest of a series is noted, the outside id stands under this name beside what the calendar told."""


async def guests_of(tx: Tx, series: Series) -> list[tuple[int, dict[str, Json]]]:
    """Return the people who are invited to every date, each with what the calendar told of their answer."""
    told = cast("Sequence[Mapping[str, Json]]", series.imported.get("guests") or ())
    known = await kept.people_of(tx.fetch, series.source, [str(one[PERSON]) for one in told])
    return [
        (known[str(one[PERSON])], {name: value for name, value in one.items() if name != PERSON})
        for one in told
        if str(one[PERSON]) in known
    ]


async def invite(tx: Tx, session_id: int, guests: Sequence[tuple[int, dict[str, Json]]]) -> None:
    """Let people ask for a date that was just made, with the answers that they gave for all."""
    for person_id, told in guests:
        state = RequestState(str(told.get("state", RequestState.PENDING)))
        request_id = await tx.insert(
            "join_request", session_id=session_id, person_id=person_id, state=str(state), imported=told
        )
        await tx.insert("request_change", request_id=request_id, state=str(state), by_name="", reason="")

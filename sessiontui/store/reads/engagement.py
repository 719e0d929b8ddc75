"""How people took part in sessions, as platforms told it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.engagement import UNTOLD, Engagement
from sessiontui.store.histories import Fetch, attendee_key, person_key

if TYPE_CHECKING:
    from sessiontui.store.reader import Value
    from sessiontui.store.tx import Tx

_MS: Final = timedelta(milliseconds=1)

_FIGURES: Final = "e.talk_ms, e.webcam_ms, e.messages, e.reactions, e.raised_hands, e.poll_answers"


async def of_session(fetch: Fetch, session_id: int) -> dict[str, Engagement]:
    """Return how everybody took part in a session, by the key under which the rules know them."""
    found: dict[str, Engagement] = {}
    for row in await fetch(
        f"SELECT coalesce(e.person_id, a.person_id), e.attendee_id, {_FIGURES}"
        " FROM engagement e LEFT JOIN attendee a ON a.id = e.attendee_id WHERE e.session_id = ? ORDER BY e.id",
        (session_id,),
    ):
        person_id, attendee_id = cast("int | None", row[0]), cast("int | None", row[1])
        who = attendee_key(attendee_id or 0) if person_id is None else person_key(person_id)
        found[who] = found.get(who, UNTOLD) + _engagement(row[2:])
    return found


async def keep(
    tx: Tx,
    session_id: int,
    source: str,
    key: str,
    told: Engagement,
    *,
    person_id: int | None,
    attendee_id: int | None,
) -> bool | None:
    """Keep what a report tells of one person, who is known or an attendee.

    The answer is whether figures that were kept already have grown; ``None`` where nothing was kept before.
    """
    rows = await tx.fetch(
        f"SELECT e.id, e.person_id, {_FIGURES} FROM engagement e WHERE session_id = ? AND source = ? AND key = ?",
        (session_id, source, key),
    )
    if not rows:
        await tx.insert(
            "engagement",
            session_id=session_id,
            source=source,
            key=key,
            person_id=person_id,
            attendee_id=attendee_id,
            **_columns(told),
        )
        return None
    held = _engagement(rows[0][2:])
    most = held.most(told)
    if person_id is not None and rows[0][1] is None:
        await tx.update("engagement", cast("int", rows[0][0]), person_id=person_id)
    if most == held:
        return False
    await tx.update("engagement", cast("int", rows[0][0]), **_columns(most))
    return True


def _engagement(row: tuple[Value, ...]) -> Engagement:
    talk, webcam, messages, reactions, hands, polls = cast("tuple[int | None, ...]", row)
    return Engagement(
        talk=None if talk is None else talk * _MS,
        webcam=None if webcam is None else webcam * _MS,
        messages=messages,
        reactions=reactions,
        raised_hands=hands,
        poll_answers=polls,
    )


def _columns(told: Engagement) -> dict[str, int | None]:
    return {
        "talk_ms": None if told.talk is None else told.talk // _MS,
        "webcam_ms": None if told.webcam is None else told.webcam // _MS,
        "messages": told.messages,
        "reactions": told.reactions,
        "raised_hands": told.raised_hands,
        "poll_answers": told.poll_answers,
    }

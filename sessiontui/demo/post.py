"""What a day leaves in the outbox and after its sessions: letters that left and two that did not, and answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import DeliveryState, LetterKind
from sessiontui.services import followups
from sessiontui.services.context import Context
from sessiontui.services.followups import Answer
from sessiontui.store.reads import followups as kept_after
from sessiontui.store.reads import outbox as kept

ANSWERS: Final = (
    Answer(rating=5, comment="I slept through the night for the first time.", may_tell=True),
    Answer(rating=4, comment="Good, a little short."),
    Answer(rating=2, comment="The sound broke up the whole time.", may_tell=False),
    Answer(rating=5, may_tell=True),
)

_LOST: Final = (
    (DeliveryState.DEAD, "Not sent: the address was refused: no such mailbox", 1),
    (DeliveryState.UNCERTAIN, "cut off while it was handed over", 1),
    (DeliveryState.PENDING, "Not sent: the channel did not answer in time", 3),
)
"""How the letters fare that did not arrive at once, with the error and the attempts."""


async def settle(context: Context, *, now: datetime) -> None:
    """Let every letter that is due have left when it was: a world begins with a tidy outbox."""
    async with context.db.write(by=Actor.system("demo"), at=now) as tx:
        await kept.pass_as_sent(tx.run, tx.now)


async def leave(context: Context, *, by: Actor, now: datetime) -> None:
    """Follow up what has ended, answer some of it, and let a few letters go astray."""
    at = now - timedelta(minutes=3)
    await followups.follow_up_ended(context, at=at)
    await settle(context, now=now)
    asked = await kept_after.waiting_surveys(context.db.fetch, limit=len(ANSWERS))
    for (session_id, person_id), answer in zip(asked, ANSWERS, strict=False):
        await followups.answer(context, session_id, person_id, answer, by=by, at=now)
    async with context.db.write(by=by, at=now) as tx:
        astray = await kept.latest_of_kind(tx.fetch, str(LetterKind.DECIDED), limit=len(_LOST))
        for letter_id, (state, error, attempts) in zip(astray, _LOST, strict=False):
            retry = now + timedelta(minutes=2)
            await tx.update(
                "notification",
                letter_id,
                state=str(state),
                last_error=error,
                attempts=attempts,
                sent_at=None,
                not_before=retry if state is DeliveryState.PENDING else now,
            )
            letter = await kept.letter(tx.fetch, letter_id)
            if letter is not None and letter.session_id is not None:
                tx.touch(letter.session_id, words=False)

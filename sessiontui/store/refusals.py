"""Refusals are audited: who wanted what of which session, and why they may not.

A person's first refusals of an hour have an entry each; further ones are counted, and the count is told with the
next entry. So nobody can fill the disk by trying, from however many processes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.text import MAX_LINE, safe_line

if TYPE_CHECKING:
    from sessiontui.domain.errors import NotAllowed
    from sessiontui.store.tx import Tx

REFUSED: Final = "refused"
"""How a refusal is named in the audit trail."""

WINDOW: Final = timedelta(hours=1)

ONE_BY_ONE: Final = 10
"""Refusals of one person in a window that have an entry each; a human seldom tries more."""


async def note(tx: Tx, refusal: NotAllowed) -> None:
    """Write down that the one who acts was refused, in a transaction of its own.

    Who is no stored person, or no longer, has no tally that would bound the entries, and gets none.
    """
    person_id = tx.by.id
    if person_id is None or not await tx.fetch("SELECT 1 FROM person WHERE id = ?", (person_id,)):
        return
    rows = await tx.fetch("SELECT since, written, more FROM refusal_tally WHERE person_id = ?", (person_id,))
    since, written, more = cast("tuple[int, int, int]", rows[0]) if rows else (tx.now, 0, 0)
    if not rows or not since <= tx.now < since + WINDOW // timedelta(milliseconds=1):
        before, since, written, more = (since, tx.now, 0, more)
    elif written >= ONE_BY_ONE:
        await tx.run("UPDATE refusal_tally SET more = more + 1 WHERE person_id = ?", (person_id,))
        return
    else:
        before, more = since, 0
    sentence = f"was refused: {refusal.detail}"
    if more:
        sentence += f" (and {count(more, 'refusal')} more since {from_ms(before):%Y-%m-%d %H:%M} UTC)"
    await tx.audit(
        REFUSED,
        safe_line(sentence, MAX_LINE),
        subject="session" if refusal.session_id is not None else "person",
        subject_id=refusal.session_id if refusal.session_id is not None else person_id,
        detail={"action": refusal.action},
    )
    await tx.run(
        "INSERT INTO refusal_tally (person_id, since, written, more) VALUES (?, ?, ?, 0)"
        " ON CONFLICT (person_id) DO UPDATE SET since = excluded.since, written = excluded.written, more = 0",
        (person_id, since, written + 1),
    )

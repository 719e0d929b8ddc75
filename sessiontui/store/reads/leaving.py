"""The steps by which a letter leaves: compare-and-swaps, each of which asks what the state was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from sessiontui.store.compact import dump
from sessiontui.store.histories import Fetch, every_id, marks
from sessiontui.store.reader import Value
from sessiontui.store.reads.operations import Run

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json


async def due(fetch: Fetch, now_ms: int, *, limit: int, usual: str = "", down: Sequence[str] = ()) -> list[int]:
    """Return the letters that may leave by now, longest due first.

    ``down`` are channels whose letters wait; ``usual`` is the one of letters that name none.
    """
    closed, values = "", list[Value]()
    if down:
        closed = f" AND CASE own_channel WHEN '' THEN ? ELSE own_channel END NOT IN ({marks(down)})"
        values = [usual, *down]
    return every_id(
        await fetch(
            f"SELECT id FROM notification WHERE state = 'pending' AND not_before <= ?{closed}"
            " ORDER BY not_before, id LIMIT ?",
            (now_ms, *values, limit),
        )
    )


async def begun(fetch: Fetch) -> list[tuple[int, str]]:
    """Return the letters that someone began to send and did not finish, with their state."""
    rows = await fetch("SELECT id, state FROM notification WHERE state IN ('claimed', 'in_data') ORDER BY id", ())
    return [(cast("int", row[0]), str(row[1])) for row in rows]


async def claim(run: Run, letter_id: int, now_ms: int) -> bool:
    """Claim a letter for sending, and return whether it was still to be claimed."""
    changed = await run(
        "UPDATE notification SET state = 'claimed', claimed_at = ?, attempts = attempts + 1"
        " WHERE id = ? AND state = 'pending'",
        (now_ms, letter_id),
    )
    return bool(changed)


async def hand_over(run: Run, letter_id: int, *, channel: str, address: str, attachments: Sequence[Json]) -> bool:
    """Note that a letter is being handed over, by which channel, where and with what; whether it was claimed."""
    changed = await run(
        "UPDATE notification SET state = 'in_data', channel = ?, address = ?, attachments = ?, last_error = ''"
        " WHERE id = ? AND state = 'claimed'",
        (channel, address, dump(list(attachments)), letter_id),
    )
    return bool(changed)


async def let_go(run: Run, letter_id: int) -> bool:
    """Give a claimed letter back as if nobody had taken it, and return whether it was claimed."""
    changed = await run(
        "UPDATE notification SET state = 'pending', attempts = attempts - 1 WHERE id = ? AND state = 'claimed'",
        (letter_id,),
    )
    return bool(changed)


async def doubted_before(fetch: Fetch, letter_id: int) -> tuple[int, int]:
    """Return how many letters in a row were doubted up to this one, and when the first was written."""
    rows = await fetch(
        "WITH RECURSIVE line(id, resend_of, created_at) AS ("
        " SELECT id, resend_of, created_at FROM notification WHERE id = ?"
        " UNION ALL SELECT n.id, n.resend_of, n.created_at FROM notification n JOIN line ON n.id = line.resend_of"
        " WHERE n.state = 'uncertain') SELECT count(*), min(created_at) FROM line",
        (letter_id,),
    )
    return cast("tuple[int, int]", rows[0])


async def swap(run: Run, letter_id: int, before: str, after: str, *, error: str = "") -> bool:
    """Move a letter from one state to another, and return whether it was in the first."""
    changed = await run(
        "UPDATE notification SET state = ?, last_error = ? WHERE id = ? AND state = ?",
        (after, error, letter_id, before),
    )
    return bool(changed)


async def postpone(run: Run, letter_id: int, before: str, *, until_ms: int, error: str) -> bool:
    """Let a letter be tried again later, and return whether it was in that state."""
    changed = await run(
        "UPDATE notification SET state = 'pending', not_before = ?, last_error = ? WHERE id = ? AND state = ?",
        (until_ms, error, letter_id, before),
    )
    return bool(changed)


async def note_sent(run: Run, letter_id: int, now_ms: int) -> bool:
    """Keep that a letter has left, and return whether it was being handed over."""
    changed = await run(
        "UPDATE notification SET state = 'sent', sent_at = ?, last_error = '' WHERE id = ? AND state = 'in_data'",
        (now_ms, letter_id),
    )
    return bool(changed)

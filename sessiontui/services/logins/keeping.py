"""Keeping logins in order, a job of every minute: what time ended is ended, deadlines are heeded, alerts follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.logins.standing import EXPERIENCE_OVER, STUCK_AFTER
from sessiontui.domain.logins.tokens import Ending
from sessiontui.services.logins import alarms, noting
from sessiontui.services.logins.families import KEEPER, end_families
from sessiontui.services.logins.noting import MINUTE_MS, WRITTEN_EVERY
from sessiontui.store.logins import clients as kept_clients
from sessiontui.store.logins import families as kept
from sessiontui.store.logins import lists, tallies

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx

SLACK: Final = 2 * WRITTEN_EVERY
"""How long another process may know of a call that is not written yet: nobody who works is thrown out for idling."""

TOKENS_KEPT: Final = timedelta(days=1)
"""How long an access token that is over is known as over, rather than as unknown."""


async def keep(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Write down what was noted, end what is over, heed deadlines, raise alerts, and return how much that was."""
    noted = await noting.flush(context, at=at)
    if not await context.db.look(lambda fetch: _is_due(context, fetch, at)):
        return noted
    async with context.db.write(by=KEEPER, at=at, epoch=epoch) as tx:
        done = await _end_outlived(context, tx)
        done += await _heed_deadlines(context, tx)
        done += await alarms.raise_alarms(context, tx)
    return noted + done


async def forget(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget logins that ended long ago, tokens and counts that nobody asks for, and return how many rows."""
    rules = context.logins
    async with context.db.write(by=KEEPER, at=at, epoch=epoch) as tx:
        gone = await kept.forget(tx.run, ended_before=to_ms(at - rules.kept), tokens_before=to_ms(at - TOKENS_KEPT))
        gone += await kept_clients.forget_failures(tx.run, before=to_ms(at - rules.tries_forgotten), now=tx.now)
        return gone + await tallies.forget_calls(tx, before=to_ms(at - 2 * EXPERIENCE_OVER) // MINUTE_MS)


async def _is_due(context: Context, fetch: Fetch, at: datetime) -> bool:
    """Return whether anything would have to be written: a job at rest writes nothing."""
    if await kept.missed(fetch, now=to_ms(at)) or await _outlived(context, fetch, at):
        return True
    return await alarms.are_due(context, fetch, at)


async def _outlived(context: Context, fetch: Fetch, at: datetime) -> list[tuple[int, bool]]:
    rules = context.logins
    return await kept.outlived(
        fetch, opened_before=to_ms(at - rules.ends_after), seen_before=to_ms(at - rules.idle_after - SLACK)
    )


async def _end_outlived(context: Context, tx: Tx) -> int:
    found = await _outlived(context, tx.fetch, tx.at)
    idle = [login_id for login_id, is_idle in found if is_idle]
    old = [login_id for login_id, is_idle in found if not is_idle]
    ended = await end_families(tx, idle, why=Ending.IDLE, by="")
    return ended + await end_families(tx, old, why=Ending.EXPIRED, by="")


async def _heed_deadlines(context: Context, tx: Tx) -> int:
    """Give a refresh that ran past its deadline another, once; after that the login counts as stuck."""
    missed = await kept.missed(tx.fetch, now=tx.now)
    already = {login_id for login_id, *_ in await lists.stuck(tx.fetch, least=STUCK_AFTER - 1)}
    again = to_ms(tx.at + context.logins.lease)
    for login_id in missed:
        await kept.note_missed(tx.run, login_id, lease_until=None if login_id in already else again)
    return len(missed)

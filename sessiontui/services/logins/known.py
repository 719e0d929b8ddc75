"""Tokens that were looked up since anybody last wrote: one client that calls a thousand times is looked up once.

An answer holds until the next commit, by this process or any other, as the database counts them. So nothing is ever
taken from before a revocation, a new role or a new scope; between two commits nothing can have changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sessiontui.domain.logins.caller import Caller
from sessiontui.services.logins.minting import digest
from sessiontui.store.logins import families as kept
from sessiontui.store.logins.families import ACCESS, TokenRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.services.context import Context

MOST: Final = 1_000
"""Tokens that are known at once; a storm of wrong ones is not kept at all."""


@dataclass(slots=True)
class Known:
    """What one process knows of the tokens of one database, and how often it was of use."""

    pulse: int | None = None
    tokens: dict[str, tuple[TokenRow, Caller]] = field(default_factory=dict)
    hits: int = 0
    misses: int = 0
    dropped: int = 0


# By database, so that nothing outlives it and two databases in one process do not share.
_KNOWN: Final[WeakKeyDictionary[object, Known]] = WeakKeyDictionary()


async def look_up(
    context: Context, access_token: str, caller_of: Callable[[TokenRow], Caller]
) -> tuple[TokenRow, Caller] | None:
    """Return an access token as it is kept now, and whom it stands for while it holds; nothing where unknown."""
    known = known_of(context)
    pulse = await context.db.pulse()
    if pulse != known.pulse:
        known.pulse = pulse
        known.dropped += len(known.tokens)
        known.tokens.clear()
    wanted = digest(access_token)
    found = known.tokens.get(wanted)
    if found is not None:
        known.hits += 1
        return found
    known.misses += 1
    row = await kept.token(context.db.glance, wanted, ACCESS)
    if row is None:
        return None
    found = row, caller_of(row)
    if known.pulse == pulse and len(known.tokens) < MOST:  # a look that took its time may be about a state before
        known.tokens[wanted] = found
    return found


def known_of(context: Context) -> Known:
    """Return what this process knows of the tokens of a database."""
    known = _KNOWN.get(context.db)
    if known is None:
        known = _KNOWN[context.db] = Known()
    return known

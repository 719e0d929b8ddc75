"""Which session a person means by a number or an outside id."""

from __future__ import annotations

from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.services.context import Context
from sessiontui.store.reads import sessions as kept


async def find(context: Context, text: str) -> int:
    """Return the session that ``4711``, ``#4711``, ``source:id`` or a bare outside id means."""
    fetch = context.db.fetch
    bare = text.strip()
    own = bare.removeprefix("#")
    if own.isascii() and own.isdigit():
        if len(own) < 16 and await kept.exists(fetch, int(own)):
            return int(own)
        raise NotFound(f"there is no session #{own}", hint=f"an id of another system is written source:{own}")
    source, colon, outside = bare.partition(":")
    found = await kept.by_outside_id(fetch, outside, source) if colon else []
    found = found or await kept.by_outside_id(fetch, bare)
    if not found:
        raise NotFound(f"there is no session {text!r}", hint="'sessiontui list' shows their numbers")
    if len(found) > 1:
        raise BadInput(f"{text!r} is known to several sources", hint="write it as source:id")
    return found[0]

"""``list --watch``: the linear mode, in which every change of a session is one line that is never rewritten."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.cli import listing, output, talk
from sessiontui.cli.call import Call
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import clock, count
from sessiontui.domain.signs import sign, word
from sessiontui.services import boards
from sessiontui.services.exporting import session_row

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at whether anything was committed."""

DERIVE_EVERY: Final = 5.0
"""Seconds after which the sessions are derived anew though nothing was committed: time alone moves them too."""

_COUNTED: Final = (("pending", "pending"), ("approved", "approved"), ("active", "here"), ("left", "left"))


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one session: what happened to it in words, and the session as it is now."""

    line: SessionLine
    told: str
    before: SessionLine | None = None


async def watch(call: Call) -> int:
    """Print the sessions, then every change, until Ctrl+C."""
    known: dict[int, SessionLine] = {}
    first = True
    try:
        async for at, lines in _boards(call):
            current = {line.id: line for line in lines}
            for change in changes(known, current, first=first):
                _print(call, at, change)
            sys.stdout.flush()
            if first:
                talk.say(f"{count(len(lines), 'session')}; changes follow until Ctrl+C")
            known, first = current, False
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    return 0


def changes(
    before: dict[int, SessionLine], after: dict[int, SessionLine], *, first: bool = False
) -> Iterator[Change]:
    """Yield what is different between two looks, in the order of the later one; the first one tells all there is."""
    for session_id, line in after.items():
        old = before.get(session_id)
        if old is None:
            yield Change(line, "" if first else "new")
        elif told := _difference(old, line):
            yield Change(line, told, old)
    for session_id, line in before.items():
        if session_id not in after:
            yield Change(line, "no longer in this list", line)


def _difference(old: SessionLine, new: SessionLine) -> str:
    """Return what a person would want to be told of; minutes that only go by are no change."""
    parts = []
    if new.status is not old.status:
        parts.append(f"was {word(old.status)}")
    parts += [f"{badge}" for badge in new.badges if badge not in old.badges]
    parts += [f"no longer {badge}" for badge in old.badges if badge not in new.badges]
    for name, told in _COUNTED:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            parts.append(f"{now} {told}, was {was}")
    if (new.starts_at, new.ends_at) != (old.starts_at, old.ends_at):
        parts.append(f"now from {rfc3339(new.starts_at)} to {rfc3339(new.ends_at)}")
    if new.title != old.title:
        parts.append(f"was called {old.title}")
    if new.mentor != old.mentor:
        parts.append(f"mentor {new.mentor or 'nobody'}")
    return "; ".join(parts)


async def _boards(call: Call) -> AsyncIterator[tuple[datetime, tuple[SessionLine, ...]]]:
    """Yield the sessions whenever somebody committed something, and from time to time besides."""
    monotonic = asyncio.get_running_loop().time
    pulse = await boards.pulse(call.context)
    while True:
        began = monotonic()
        now = call.clock()
        board = await listing.taken(call, limit=call.options.limit, now=now)
        yield now, board.lines
        rest = max(LOOK_EVERY, monotonic() - began)  # a database that answers slowly is asked less often
        due = began + max(DERIVE_EVERY, 5 * rest)
        while monotonic() < due:
            await asyncio.sleep(rest)
            latest = await boards.pulse(call.context)
            if latest != pulse:
                pulse = latest
                break


def _print(call: Call, at: datetime, change: Change) -> None:
    line = change.line
    if call.options.json:
        old = change.before
        row = {
            "at": rfc3339(at),
            "change": change.told or "present",
            "before": str(old.status) if old is not None else None,
            "session": session_row(line),
        }
        sys.stdout.write(json.dumps(row) + "\n")
        return
    plain = output.is_plain(asked=call.options.ascii)
    told = f" ({change.told})" if change.told else ""
    when = clock(at, call.zone, seconds=True)
    output.put(f"{when}  {sign(line.status, plain=plain)}  #{line.id} {line.title}: {line.beside}{told}")

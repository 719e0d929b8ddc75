"""A process that asks for seats: every person at once, each asks to join and is decided about right after."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Refused, Unavailable
from sessiontui.domain.vocabulary import RequestState, Role
from sessiontui.services import requests
from sessiontui.services.context import Context
from sessiontui.store.engine import Database

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT_ONCE = 200
"""Decisions that wait for the database at the same time in one process; requests all do."""


async def seek(path: Path, session_id: int, people: range, *, admin: int) -> Counter[str]:
    """Ask and decide for all of these people and return how it went."""
    root = Actor(admin, "Root", Role.SUPERADMIN)
    db = await Database.open(path)
    context, outcome = Context(db=db), Counter[str]()
    door = asyncio.Semaphore(AT_ONCE)

    async def one(person_id: int) -> None:
        await requests.ask(context, session_id, person_id, by=root, at=NOW)
        request_id = await requests.find(context, session_id, person_id)
        async with door:
            while True:
                try:
                    await requests.decide(context, [request_id], RequestState.APPROVED, by=root, at=NOW)
                except Refused as error:
                    outcome["full" if error.detail.startswith("all 10 seats") else error.detail] += 1
                except Unavailable:
                    outcome["tried again"] += 1
                    continue
                else:
                    outcome["approved"] += 1
                return

    await asyncio.gather(*(one(person_id) for person_id in people))
    await db.close()
    return outcome


if __name__ == "__main__":
    file, session, first, last, who = sys.argv[1:]
    done = asyncio.run(seek(Path(file), int(session), range(int(first), int(last)), admin=int(who)))
    sys.stdout.write(json.dumps(done))

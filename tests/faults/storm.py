"""A process that floods one database with events and says on stdout what was acknowledged.

``python -m tests.faults.storm DATABASE NAME`` makes sessions and lets a crowd come, beat and leave until it is
killed; every event is sent twice under one key, as a client does that heard no answer.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Role
from sessiontui.services import presence, sessions
from sessiontui.services.context import Context
from sessiontui.store.engine import Database
from tests.faults.writer import START, acknowledge

CROWD = 24


async def guest(context: Context, session_id: int, person_id: int, round_number: int) -> None:
    admin = Actor(id=1, name="Root", role=Role.SUPERADMIN)
    at = START + timedelta(milliseconds=round_number)
    for _ in range(2):
        await presence.join(context, session_id, person_id, by=admin, at=at, key=f"j{session_id}:{person_id}")
    acknowledge("joined", session_id, person_id)
    for beat in range(1, 6):
        at += timedelta(seconds=10)
        key = f"h{session_id}:{person_id}:{beat}"
        for _ in range(2):
            await presence.heartbeat(context, session_id, person_id, by=admin, at=at, key=key)
        acknowledge("beat", session_id, person_id, to_ms(at))
    await presence.leave(context, session_id, person_id, by=admin, at=at + timedelta(seconds=1))
    acknowledge("left", session_id, person_id)


async def main(path: Path, name: str) -> None:
    context = Context(db=await Database.open(path))
    admin = Actor(id=1, name="Root", role=Role.SUPERADMIN)
    acknowledge("ready")
    for number in range(1_000_000):
        draft = sessions.SessionDraft(
            title=f"{name} {number}", starts_at=START, ends_at=START + timedelta(hours=1), publish=True
        )
        session_id = (await sessions.create(context, draft, by=admin, at=START)).sessions[0]
        await asyncio.gather(*(guest(context, session_id, 2 + place, place) for place in range(CROWD)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))

"""A process that writes through the services as a console does, and says on stdout what was acknowledged.

``python writer.py DATABASE NAME`` writes until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import people, presence, requests, sessions
from sessiontui.services.context import Context
from sessiontui.store.engine import Database

START = datetime(2026, 5, 4, 14, tzinfo=UTC)


def acknowledge(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


async def main(path: Path, name: str) -> None:
    context = Context(db=await Database.open(path))
    admin = Actor(id=1, name="Root", role=Role.SUPERADMIN)
    await people.add(context, name, by=admin, at=START)  # what is imported late is imported now
    acknowledge("ready")
    for number in range(1_000_000):
        at = START + timedelta(seconds=number)
        draft = sessions.SessionDraft(
            title=f"{name} {number}", starts_at=START, ends_at=START + timedelta(hours=1), publish=True
        )
        session_id = (await sessions.create(context, draft, by=admin, at=at)).sessions[0]
        acknowledge("session", session_id)
        person_id = (await people.add(context, f"{name} {number}", by=admin, at=at)).people[0]
        await requests.ask(context, session_id, person_id, by=admin, at=at)
        acknowledge("asked", session_id, person_id)
        wanted = await requests.pending_of(context, [session_id])
        await requests.decide(context, wanted, RequestState.APPROVED, by=admin, at=at)
        acknowledge("approved", session_id, person_id)
        await presence.join(context, session_id, person_id, by=admin, at=at)
        acknowledge("joined", session_id, person_id)
        await sessions.move(context, Move.CANCEL, session_id, by=admin, at=at, reason="test")
        acknowledge("cancelled", session_id)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))

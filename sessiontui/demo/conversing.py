"""What people say in the sessions of a world, the files they keep there, and who else works on one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.services import boards, collaborating, people
from sessiontui.services.context import Context
from sessiontui.services.files import keeping, linking
from sessiontui.services.files.keeping import FileDraft
from sessiontui.services.talk import writing
from sessiontui.store.reads import talk as kept

_MINUTE: Final = timedelta(minutes=1)

SAID: Final = (
    ("The room of last week was too small. Is the large one free?", None),
    ("Yes, I have booked it. The link stays the same.", 0),
    ("> The link stays the same.\nThanks! Then nobody has to be told.", 1),
    ("Two people asked for the slides in advance; they are in Files now.", None),
)
"""What is said, each with the place of what it answers."""

FILES: Final = (
    ("agenda.pdf", b"%PDF-1.7\n" + b"1 Welcome\n" * 400),
    ("agenda.pdf", b"%PDF-1.7\n" + b"1 Welcome, 2 Round\n" * 400),
    ("slides.pptx", b"PK\x03\x04[Content_Types].xml ppt/slides/slide1.xml" + b"\x00" * 240_000),
    ("invoice.pdf", b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 4_000),
    ("notes.txt", b"What we agreed on, in three lines.\n"),
)
"""What is attached, oldest first: a file in two versions, and one that is not what its name says."""


async def talk(context: Context, *, by: Actor, now: datetime) -> None:
    """Let people talk in the most urgent session, attach files to it, and invite somebody to work on it."""
    found = await boards.listing(context, "view:all -status:draft", now=now, by=by)
    line = found.lines[0] if found.lines else None
    if line is None:
        return
    numbers: list[int] = []
    detail = await boards.detail(context, line.id, now=now, by=by)
    host = next((one for one in await people.everyone(context) if one.id == detail.mentor_id), None)
    other = by if host is None else Actor(host.id, host.name, host.role)
    for place, (text, answered) in enumerate(SAID):
        parent = None if answered is None else numbers[answered]
        at = now - (70 - 12 * place) * _MINUTE
        await writing.comment(context, line.id, text, by=other if place % 2 else by, at=at, parent_id=parent)
        numbers.append(max(one.id for one in await kept.of_session(context.db.fetch, line.id)))
    for place, (name, content) in enumerate(FILES):
        draft = FileDraft(content=content, name=name)
        await keeping.attach(context, line.id, draft, by=by, at=now - (50 - 6 * place) * _MINUTE)
    await linking.add(
        context, line.id, "https://wiki.example.org/circles", by=by, at=now - 9 * _MINUTE, title="How circles work"
    )
    others = (one for one in await kept.callable_people(context.db.fetch, line.id) if one != by.id)
    guest = next((one for one in others if one not in (detail.author_id, detail.mentor_id)), None)
    if guest is not None:
        role = CollaboratorRole.COLLABORATOR
        await collaborating.invite(context, line.id, guest, role, by=by, at=now)

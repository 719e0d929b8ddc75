"""What tests about letters share: a published session with people, and what stands in the outbox."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Kind, RequestState, Source
from sessiontui.services import people, presence, requests, sessions, ticking
from sessiontui.services.delivery import posting
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

HOUR, MIN, SEC = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
START, END = NOON + HOUR, NOON + 2 * HOUR


async def make(
    stage: Stage, *names: int, title: str = "Circle", starts=START, ends=END, publish: bool = True, **told: object
) -> int:
    """Make a session in which these people are approved; without letters to them."""
    draft = SessionDraft(
        **{
            "title": title,
            "starts_at": starts,
            "ends_at": ends,
            "publish": publish,
            "kind": Kind.CONVERSATION,
            **told,
        }
    )
    session_id = (await sessions.create(stage.context, draft, by=stage.root, at=NOON - 5 * HOUR)).sessions[0]
    for person_id in names:
        await approve(stage, session_id, person_id)
    await hush(stage)
    return session_id


async def approve(stage: Stage, session_id: int, person_id: int) -> None:
    await requests.ask(stage.context, session_id, person_id, by=stage.root, at=NOON - 2 * HOUR)
    request_id = await requests.find(stage.context, session_id, person_id)
    await requests.decide(stage.context, [request_id], RequestState.APPROVED, by=stage.root, at=NOON - HOUR)


async def hush(stage: Stage) -> None:
    """Forget all letters so far."""
    async with stage.context.db.write(by=stage.root, at=NOON - HOUR) as tx:
        await tx.run("UPDATE follow_up SET notification_id = NULL")
        await tx.run("DELETE FROM notification")


async def be_there(stage: Stage, session_id: int, person_id: int, since, until=None) -> None:
    for signal, at in ((Signal.JOIN, since), (Signal.LEAVE, until)):
        if at is not None:
            report = PresenceReport(
                session_id=session_id, signal=signal, at=at, source=Source.MANUAL, person_id=person_id
            )
            await presence.record(stage.context, [report], by=stage.root, at=at)


async def person(stage: Stage, name: str, **told: str) -> int:
    return (await people.add(stage.context, name, by=stage.root, at=NOON - 5 * HOUR, **told)).people[0]


async def letters(stage: Stage, columns: str = "kind, name, state") -> list[tuple[object, ...]]:
    return await stage.rows(f"SELECT {columns} FROM notification ORDER BY id")


async def states(stage: Stage) -> list[str]:
    return [str(row[0]) for row in await letters(stage, "state")]


async def deliver(stage: Stage, at) -> int:
    await ticking.tick(stage.context, at=at)
    return await posting.deliver(stage.context, at=at)


def folder(stage: Stage) -> Path:
    return stage.context.outbox_folder


def mails(stage: Stage) -> list[EmailMessage]:
    """Everything that left, as a mail program reads it."""
    found = sorted(folder(stage).glob("*.eml"))
    return [BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes()) for path in found]


def words(mail: EmailMessage) -> str:
    """What a mail says, whatever goes with it."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())

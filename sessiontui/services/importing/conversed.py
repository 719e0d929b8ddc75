"""Comments and collaborators of outside files: each compared with what is kept already; nobody is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.intake import CollaboratorRecord, CommentRecord
from sessiontui.services import collaborating
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.talk.writing import checked, put
from sessiontui.store.reads import collaborators as kept_people
from sessiontui.store.reads import talk as kept
from sessiontui.store.reads.talk import CommentRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx

OWN: Final = "comment-"
"""How the ids of comments begin that were exported from here, and that no other system has named."""


async def take_comment(
    tx: Tx, register: Register, record: CommentRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Bring one comment up to what a file says of it; one that was edited or deleted here stays so."""
    held = await kept.by_outside_id(tx.fetch, source, record.id) or await _own(tx, record.id, session_id)
    author = None if record.person is None else await register.refer(source, record.person)
    parent = None
    if record.answers is not None:
        parent = await kept.by_outside_id(tx.fetch, source, record.answers)
        parent = parent or await _own(tx, record.answers, session_id)
    try:
        body = checked(record.text)
    except BadInput as error:
        outcome.refuse(record.line, error.detail)
        return
    if record.person is not None and author is None:
        outcome.refuse(record.line, "whoever wrote it is unknown")
        return
    if record.answers is not None and (parent is None or parent.session_id != session_id):
        outcome.refuse(record.line, f"comment {record.answers!r}, which it answers, is unknown here")
        return
    said: dict[str, Json] = {"text": body}
    if held is None:
        await put(
            tx,
            session_id,
            body,
            parent_id=None if parent is None else parent.id,
            author_id=author,
            created_at=record.at,
            source=source,
            external_id=record.id,
            imported=said,
        )
        outcome.counts[Verdict.ADDED] += 1
    elif held.session_id != session_id:
        outcome.refuse(record.line, f"comment {record.id!r} belongs to session #{held.session_id}")
    elif held.deleted_at is not None or said == held.imported or held.body == body:
        outcome.counts[Verdict.UNCHANGED] += 1
    else:
        await tx.insert(
            "comment_version",
            comment_id=held.id,
            session_id=session_id,
            body=held.body,
            at=held.edited_at or held.created_at,
        )
        await tx.update("comment", held.id, body=body, edited_at=tx.at, imported=said)
        tx.touch(session_id)
        outcome.counts[Verdict.UPDATED] += 1


async def take_collaborator(
    tx: Tx, register: Register, record: CollaboratorRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Let somebody work on a session as a file says."""
    person_id = await register.refer(source, record.person)
    if person_id is None:
        outcome.refuse(record.line, "somebody whom it names is unknown")
        return
    session = await tx.session(session_id)
    held = await kept_people.role_of(tx.fetch, session_id, person_id)
    if held is record.role or person_id in (session.author_id, session.mentor_id):
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    await collaborating.put(tx, session_id, person_id, record.role)
    outcome.counts[Verdict.ADDED if held is None else Verdict.UPDATED] += 1


async def _own(tx: Tx, outside: str, session_id: int) -> CommentRow | None:
    """Return the comment that was exported from here under an id."""
    number = outside.removeprefix(OWN)
    if number == outside or not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    found = await kept.one(tx.fetch, int(number))
    return found if found is not None and found.session_id == session_id and not found.external_id else None

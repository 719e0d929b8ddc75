"""Projects are made, edited, put away and brought back; sessions are put into them. All of it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query.folding import worded
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import ensure, require_project
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door, require_session
from sessiontui.store import visiting
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reads.project_rows import ProjectRow
    from sessiontui.store.tx import Tx

SUBJECT: Final = "project"
"""What an audit entry about a project is about."""

ADDED: Final = "project.add"
EDITED: Final = "project.edit"
ARCHIVED: Final = "project.archive"
RESTORED: Final = "project.restore"
PUT_IN: Final = "session.project"
"""The acts, as the audit trail names them."""

MAX_NAME: Final = 200
"""Characters of a name of a project, and of a title of an item."""


async def add(context: Context, name: str, *, by: Actor, at: datetime, description: str = "") -> Receipt:
    """Make a project; its word is made of its name."""
    await require_door(context, Action.CHANGE_PROJECTS, by=by, at=at, standing=Standing(authored=True))
    clean = named(name)
    async with context.db.write(by=by, at=at) as tx:
        project_id = await put(tx, clean, description=safe_block(description).strip(), author_id=by.id)
        sentence = f"made the project {clean}"
        entry = await audit(tx, ADDED, sentence, project_id)
    return Receipt(sentence=sentence, undo=entry, project=project_id)


async def edit(
    context: Context,
    project_id: int,
    *,
    by: Actor,
    at: datetime,
    name: str | None = None,
    description: str | None = None,
) -> Receipt:
    """Change name or description of a project; its word stays, so that queries keep their meaning."""
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, Action.CHANGE_PROJECTS, project_id)
        wanted: dict[str, Json] = {}
        if name is not None and named(name) != row.name:
            wanted["name"] = named(name)
        if description is not None and safe_block(description).strip() != row.description:
            wanted["description"] = safe_block(description).strip()
        if not wanted:
            raise BadInput("nothing to change was given")
        before: dict[str, Json] = {key: getattr(row, key) for key in wanted}
        await tx.update("project", project_id, **wanted, version=row.version + 1)
        sentence = f"changed {' and '.join(wanted)} of the project {wanted.get('name', row.name)}"
        entry = await audit(tx, EDITED, sentence, project_id, before=before, after=wanted)
    return Receipt(sentence=sentence, undo=entry, project=project_id)


async def archive(context: Context, project_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Put a project away: it leaves the lists, and nothing in it changes any more."""
    return await _settle(context, project_id, by=by, at=at, reason=reason, archived_at=at)


async def restore(context: Context, project_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Bring a project back that was put away."""
    return await _settle(context, project_id, by=by, at=at, reason=reason, archived_at=None)


async def put_in(context: Context, session_id: int, project_id: int | None, *, by: Actor, at: datetime) -> Receipt:
    """Let a session belong to a project, or to none; what is decided in it then appears there."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.EDIT, session)
        row = None if project_id is None else await ensure(tx, Action.CHANGE_PROJECTS, project_id)
        if session.project_id == project_id:
            raise Refused(f"{session.title} belongs to {'no project' if row is None else row.name} already")
        if row is None and session.project_id is not None:
            await require_project(tx.fetch, Action.CHANGE_PROJECTS, session.project_id, by=by)
        await tx.claim(session_id)
        await tx.update("session", session_id, project_id=project_id)
        sentence = (
            f"put {session.title} into the project {row.name}" if row else f"took {session.title} out of its project"
        )
        entry = await tx.audit(
            PUT_IN,
            sentence,
            subject_id=session_id,
            detail={"before": session.project_id, "after": project_id},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id, project=project_id)


async def put(tx: Tx, name: str, **values: object) -> int:
    """Make a project inside a transaction, with a word that is free; return its id."""
    given = {"created_at": tx.at, "active_at": tx.at, **values}
    return await tx.insert("project", slug=await _free(tx, name), name=name, **given)


async def audit(
    tx: Tx,
    act: str,
    sentence: str,
    project_id: int,
    *,
    reason: str = "",
    reversible: bool = True,
    session_id: int | None = None,
    **detail: Json,
) -> int:
    """Write the audit entry of an act on a project."""
    entry = await tx.audit(
        act,
        sentence,
        subject=SUBJECT,
        subject_id=project_id,
        reason=safe_block(reason).strip(),
        detail={"project": project_id, **detail, **({} if session_id is None else {"session": session_id})},
        reversible=reversible,
    )
    return entry.id


async def stir(tx: Tx, project_id: int, at: datetime | None = None) -> None:
    """Note that something happened in a project, now or at an instant, unless something later did."""
    await visiting.stir(tx, project_id, tx.now if at is None else to_ms(at))


def named(name: str) -> str:
    """Return a name or title fit to be kept; ``BadInput`` where nothing is left of it."""
    clean = safe_line(name, MAX_NAME).strip()
    if not clean:
        raise BadInput("a name is missing")
    return clean


async def _settle(
    context: Context, project_id: int, *, by: Actor, at: datetime, reason: str, archived_at: datetime | None
) -> Receipt:
    async with context.db.write(by=by, at=at) as tx:
        row: ProjectRow = await ensure(tx, Action.CHANGE_PROJECTS, project_id, archived=True)
        if (row.archived_at is not None) == (archived_at is not None):
            raise Refused(f"{row.name} was put away already" if archived_at else f"{row.name} was not put away")
        await tx.update("project", project_id, archived_at=archived_at)
        act, verb = (ARCHIVED, "put away") if archived_at else (RESTORED, "brought back")
        sentence = f"{verb} the project {row.name}"
        entry = await audit(tx, act, sentence, project_id, reason=reason)
    return Receipt(sentence=sentence, undo=entry, project=project_id)


async def _free(tx: Tx, name: str) -> str:
    """Return the word of a name, with a number behind it where it is taken; there may be no letters in it."""
    word = worded(name) or SUBJECT
    if word.isdigit():  # a bare number means an id
        word = f"{SUBJECT}-{word}"
    taken = await kept.slugs_like(tx.fetch, word)
    if word not in taken:
        return word
    number = 2
    while f"{word}-{number}" in taken:
        number += 1
    return f"{word}-{number}"


async def require_there(tx: Tx, session_id: int) -> None:
    """Raise ``NotFound`` where there is no such session, ``NotAllowed`` where one may not change what is in it."""
    session = await tx.session(session_id)
    if session.id is None:
        raise NotFound(f"there is no session #{session_id}")
    await require_session(tx, Action.EDIT, session)

"""Who may do what to one session: the table of rights, asked with the facts of that session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Reach, Standing, Verdict, may, reach, require
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.store.reads import sessions
from sessiontui.store.viewing import Viewer

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

ACTION_OF = {move: Action(move.value) for move in Move}
"""The right that each move asks for."""


def viewer_of(actor: Actor) -> Viewer:
    """Return with whose eyes a list of sessions is read: what of it is hidden, and whose presence is."""
    return Viewer(
        person_id=actor.id,
        sees_drafts=may(actor, Action.SEE_SESSIONS, Standing(is_draft=True)).allowed,
        sees_people=reach(actor, Action.SEE_ATTENDANCE) is Reach.YES,
    )


async def standing(fetch: Fetch, actor: Actor, session_id: int) -> Standing:
    """Return how an actor stands to one session."""
    row = await sessions.standing(fetch, session_id, actor.id)
    if row is None or actor.id is None:
        return Standing()
    author_id, mentor_id, control, approved, role = row
    return Standing(
        hosts=actor.id == (mentor_id or author_id),
        authored=actor.id == author_id or role == CollaboratorRole.OWNER,
        collaborates=role == CollaboratorRole.COLLABORATOR,
        watches=role == CollaboratorRole.VIEWER,
        approved=approved,
        is_draft=control == Control.DRAFT,
    )


async def verdict(fetch: Fetch, actor: Actor, action: Action, session_id: int) -> Verdict:
    """Return whether an actor may do something to one session, and why not."""
    return may(actor, action, await standing(fetch, actor, session_id))


async def require_door(
    context: Context, action: Action, *, by: Actor, at: datetime, standing: Standing | None = None
) -> Verdict:
    """Return the verdict if the actor may do this; otherwise write the refusal down and raise ``NotAllowed``.

    It is for the doors of services that judge before they have a transaction; inside one, refusals are written
    down by themselves.
    """
    try:
        return require(by, action, standing)
    except NotAllowed as refusal:
        await context.db.refuse(refusal, by=by, at=at)
        raise


async def require_session(tx: Tx, action: Action, session: Session) -> None:
    """Raise ``NotAllowed`` with the reason unless the one who acts has the right to it."""
    if session.id is None:
        return
    answer = await verdict(tx.fetch, tx.by, action, session.id)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint, action=action, session_id=session.id)

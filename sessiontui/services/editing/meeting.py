"""Where two edits of one session meet: what goes together is kept, what does not is a ``Conflict`` that says all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.editing.fields import Reconciled, base_of, reconcile
from sessiontui.domain.editing.telling import aside, quarrel
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound
from sessiontui.services.context import Context
from sessiontui.services.rights import verdict
from sessiontui.store.reads import editing as kept
from sessiontui.store.reads.editing import MENTOR as MENTOR
from sessiontui.store.reads.editing import SCHEDULE as SCHEDULE

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx

_DECIDE: Final = "look at both, then save again with what it is to be"


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What became of one's changes beside those of others, and the version that this holds for."""

    version: int
    reconciled: Reconciled

    @property
    def told(self) -> str:
        """What a receipt adds about the changes of others; empty where there were none."""
        return aside(self.reconciled)


async def compare(
    context: Context, session_id: int, mine: Mapping[str, Json], *, base: Mapping[str, Json], since: int, by: Actor
) -> Met:
    """Return what would become of changes to a session that one began to make when it had the version ``since``.

    ``base`` is how the changed fields were then. Beside what is written about a session there may be ``SCHEDULE``,
    its start and end in RFC 3339, and ``MENTOR``, a name. Nothing is written.
    """
    answer = await verdict(context.db.fetch, by, Action.EDIT, session_id)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint, action=Action.EDIT, session_id=session_id)
    return await _met(context.db.fetch, session_id, mine, base=base, since=since)


async def meet(
    tx: Tx, session_id: int, mine: Mapping[str, Json], *, since: int, base: Mapping[str, Json] | None = None
) -> Met:
    """Return what becomes of changes inside a transaction; ``Conflict`` says who changed the same, and to what.

    Without ``base``, how it was at the version ``since`` is read off the audit trail, and two who came to the same
    number or object are in conflict: whoever knows only a version may be counting.
    """
    met = await _met(tx.fetch, session_id, mine, base=base, since=since)
    if since > met.version:
        raise Conflict(f"it is at version {met.version}, not yet at {since}", hint="look again, then decide")
    if met.reconciled.conflicts:
        raise refusal(met)
    return met


def refusal(met: Met) -> Conflict:
    """Return the error that tells of conflicts, with all that is needed to decide them."""
    conflicts = met.reconciled.conflicts
    return Conflict(quarrel(conflicts), hint=_DECIDE, fields=conflicts, version=met.version)


async def _met(
    fetch: Fetch, session_id: int, mine: Mapping[str, Json], *, base: Mapping[str, Json] | None, since: int
) -> Met:
    found = await kept.current(fetch, session_id)
    if found is None:
        raise NotFound(f"there is no session #{session_id}")
    version, theirs = found
    if version == since and base is None:
        return Met(version=version, reconciled=Reconciled(values=dict(mine)))
    changes = await kept.edits(fetch, session_id, since=since)
    before = base_of(theirs, changes) if base is None else base
    if SCHEDULE in mine or MENTOR in mine:
        changes += [one for one in await kept.moves(fetch, session_id) if one.field in mine]
    changes = [one for one in changes if one.field in mine or theirs.get(one.field) != one.before]
    reconciled = reconcile(base=before, mine=mine, theirs=theirs, changes=changes, agreeing=base is not None)
    return Met(version=version, reconciled=reconciled)

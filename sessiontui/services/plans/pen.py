"""The pen that writes plans: every row it touches is noted with before and after, so that the act can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action
from sessiontui.domain.errors import Conflict, NotFound, Refused
from sessiontui.domain.instants import maybe_ms
from sessiontui.domain.planning.tree import require_no_circle
from sessiontui.services.plans.settling import settle
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.reads import plans as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tables import AuditEntry, Session
    from sessiontui.store.tx import Tx

ACTS: Final = ("goal.", "milestone.", "check.", "blocker.")
"""How the acts on plans begin, as the audit trail names them."""

_LINK: Final = "goal_need"

_MEASURED: Final = frozenset({"reached_at", "reached_by", "look_at"})
"""What of a milestone with a rule nobody writes by hand."""


class Pen:
    """Writes to the plan of one session inside one transaction."""

    def __init__(self, tx: Tx, session: Session) -> None:
        self.tx = tx
        self.session = session
        self.session_id = cast("int", session.id)
        self._noted: list[Json] = []

    @classmethod
    async def on(cls, tx: Tx, session_id: int) -> Pen:
        """Return the pen for a session; ``NotAllowed`` and ``Refused`` say why its plan stays as it is."""
        session = await tx.session(session_id)
        await require_session(tx, Action.EDIT, session)
        if session.archived_at is not None:
            raise Refused(f"{session.title} was put away: its plan stays as it is", hint="restore it first")
        return cls(tx, session)

    async def add(self, table: str, **values: object) -> int:
        """Insert a row and return its id."""
        row_id = await self.tx.insert(table, session_id=self.session_id, **values)
        self._noted.append({"table": table, "id": row_id, "before": None, "after": {"removed_at": None}})
        return row_id

    async def change(self, table: str, row_id: int, **values: object) -> None:
        """Change columns of a row."""
        names = tuple(values)
        row = await kept.columns(self.tx.fetch, table, row_id, names) or ()
        before = dict(zip(names, cast("tuple[Json, ...]", row), strict=True))
        after = {name: _plain(value) for name, value in values.items()}
        if before != after:
            await self.tx.update(table, row_id, **values)
            self._noted.append({"table": table, "id": row_id, "before": before, "after": after})

    async def link(self, goal_id: int, needs_id: int, *, on: bool) -> None:
        """Let a goal need another one, or no longer."""
        await kept.set_need(self.tx, goal_id, needs_id, on=on)
        self._noted.append({"table": _LINK, "id": goal_id, "needs": needs_id, "on": on})

    async def work(self, goal_id: int, since: datetime) -> None:
        """Keep that a goal was in work up to now."""
        row_id = await self.tx.insert("goal_work", goal_id=goal_id, from_at=since, to_at=self.tx.at)
        self._noted.append({"table": "goal_work", "id": row_id})

    async def seal(self, action: str, sentence: str, *, reason: str = "", **detail: Json) -> Receipt:
        """Settle what follows, write the audit entry, and return the receipt."""
        told = await settle(self.tx, self.session_id)
        entry = await self.tx.audit(
            action,
            sentence,
            subject_id=self.session_id,
            reason=reason,
            detail={**detail, "rows": self._noted},
            reversible=True,
        )
        return Receipt(sentence=sentence + told, sessions=(self.session_id,), undo=entry.id)


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one act on a plan, for ``services.undo``; ``Conflict`` where it was changed since."""
    del seal
    pen = await Pen.on(tx, cast("int", act.subject_id))
    for noted in reversed(cast("list[dict[str, Json]]", act.detail["rows"])):
        await _restore(tx, noted)
    goals = [row.goal for row in await kept.goals(tx.fetch, pen.session_id)]
    ids = {goal.id for goal in goals}
    if any(goal.parent_id is not None and goal.parent_id not in ids for goal in goals):
        raise Conflict("other goals were put under it since", hint="move or remove those first")
    require_no_circle(goals)
    await settle(tx, pen.session_id)


async def _restore(tx: Tx, noted: Mapping[str, Json]) -> None:
    table, row_id = str(noted["table"]), cast("int", noted["id"])
    if table == _LINK:
        await kept.set_need(tx, row_id, cast("int", noted["needs"]), on=not noted["on"])
        return
    if table == "goal_work":
        await kept.forget_work(tx, row_id)
        return
    after = cast("dict[str, Json]", noted["after"])
    row = await kept.columns(tx.fetch, table, row_id, tuple(after))
    if row is None:
        raise NotFound(f"there is no {table.replace('_', ' ')} #{row_id} any more")
    # A milestone that has validated itself meanwhile was changed by nobody: its rule may still be taken back.
    measured = _MEASURED if "rule" in after else frozenset()
    now = dict(zip(after, row, strict=True))
    if any(now[name] != value for name, value in after.items() if name not in measured):
        raise Conflict(f"the {table.replace('_', ' ')} was changed since")
    before = noted["before"]
    await tx.update(table, row_id, **(cast("dict[str, object]", before) or {"removed_at": tx.at}))


def _plain(value: object) -> Json:
    return maybe_ms(value) if isinstance(value, datetime) else cast("Json", value)

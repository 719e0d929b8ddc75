"""What is in a project as it is written out: one object a line, in the shapes in which it can be imported again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import from_ms, maybe_rfc3339, rfc3339

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reads.project_rows import ActivityRow, ChangeRow, ItemRow, ProjectRow, QuestionRow
    from sessiontui.store.reads.visits import VisitRow

OWN: Final = {kind: f"{kind}-" for kind in ("project", "item", "question", "visit", "activity")}
"""How the ids of what no other system has named begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How the parts of one project are written: what each is called, and whether people are named.

    A part of another source than its project, or its item, calls that by its own number.
    """

    row: ProjectRow
    items: dict[int, ItemRow]
    names: bool

    def project(self) -> dict[str, Json]:
        """Return the project itself."""
        row = self.row
        return {
            "type": "project",
            "source": row.source,
            "id": _called("project", row.id, row.external_id),
            "name": row.name,
            "description": row.description or None,
            "author": self._person(row.author_id, ""),
            "created_at": rfc3339(row.created_at),
            "archived_at": maybe_rfc3339(row.archived_at),
        }

    def item(self, one: ItemRow, history: Iterable[ChangeRow]) -> dict[str, Json]:
        """Return something that is to be decided, with how it came to its state."""
        return {
            **self._base("item", one),
            "title": one.title,
            "note": one.note or None,
            "state": one.state,
            "at": rfc3339(one.since),
            "history": [self._step(step) for step in history],
        }

    def question(self, one: QuestionRow) -> dict[str, Json]:
        """Return a question with its answer."""
        return {
            **self._base("question", one),
            "item": self._item(one.item_id, one.source),
            "text": one.text,
            "asked_at": rfc3339(one.asked_at),
            "asked_by": self._person(one.asked_by_id, one.asked_by),
            "answer": one.answer or None,
            "answered_at": maybe_rfc3339(one.answered_at),
            "answered_by": self._person(one.answered_by_id, one.answered_by),
        }

    def visit(self, one: VisitRow) -> dict[str, Json]:
        """Return a visit."""
        return {
            **self._base("visit", one),
            "person": self._person(one.person_id, ""),
            "started_at": rfc3339(one.started_at),
            "ended_at": maybe_rfc3339(one.ended_at),
            "last_activity": rfc3339(one.last_activity),
            "activities": one.activities,
        }

    def activity(self, one: ActivityRow) -> dict[str, Json]:
        """Return a sign that somebody was at work, or what stood in the way."""
        return {
            **self._base("activity", one),
            "person": self._person(one.person_id, ""),
            "agent": one.agent or None,
            "kind": one.kind,
            "text": one.text or None,
            "at": rfc3339(one.at),
            "item": self._item(one.item_id, one.source),
            "settled_at": maybe_rfc3339(one.settled_at),
            "settled_by": one.settled_by or None,
        }

    def _base(self, kind: str, one: ItemRow | QuestionRow | VisitRow | ActivityRow) -> dict[str, Json]:
        row = self.row
        project = _called("project", row.id, row.external_id if one.source == row.source else None)
        return {
            "type": kind,
            "source": one.source,
            "id": _called(kind, one.id, one.external_id),
            "project": project,
        }

    def _item(self, number: int | None, source: str) -> str | None:
        one = None if number is None else self.items.get(number)
        return None if one is None else _called("item", one.id, one.external_id if one.source == source else None)

    def _person(self, number: int | None, name: str) -> str | None:
        if not self.names:
            return None
        return f"#{number}" if number is not None else name or None

    def _step(self, step: ChangeRow) -> dict[str, Json]:
        return {
            "state": step.state,
            "at": rfc3339(from_ms(step.at)),
            "by": self._person(step.by_id, step.by_name),
            "session": None if step.session_id is None else f"#{step.session_id}",
            "reason": step.reason or None,
        }


def script_of(row: ProjectRow, items: Sequence[ItemRow], *, names: bool) -> Script:
    """Return how the parts of a project are written."""
    return Script(row=row, items={one.id: one for one in items}, names=names)


def _called(kind: str, number: int, outside: str | None) -> str:
    return outside or f"{OWN[kind]}{number}"

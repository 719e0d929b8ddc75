"""What one import of projects knows: which ids mean what, who may be told of, and what was touched when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, may
from sessiontui.domain.errors import NotFound
from sessiontui.services.importing.persons import Register
from sessiontui.services.projects.knowing import standing
from sessiontui.services.projects.portable import SOURCE
from sessiontui.services.projects.written import OWN
from sessiontui.store.reads import imports as kept_sessions
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


class Known:
    """Projects, items, sessions and people of outside ids; ``touched`` is the newest instant of each project."""

    def __init__(self, tx: Tx, register: Register) -> None:
        self._tx = tx
        self._register = register
        self._refusals: dict[int, str] = {}
        self.projects: dict[tuple[str, str], int] = {}
        self.items: dict[tuple[str, str], int] = {}
        self.touched: dict[int, datetime] = {}

    def allow(self, project_id: int) -> None:
        """Note that a project was made here and now, so that all of it may be taken."""
        self._refusals[project_id] = ""

    async def project(self, source: str, outside: str) -> int:
        """Return the project of an id; ``NotFound`` says why its rows cannot be taken."""
        found = self.projects.get((source, outside))
        if found is None:
            row = await kept.by_outside_id(self._tx.fetch, source, outside)
            number = _number("project", outside)
            if row is None and number is not None:
                row = await kept.one(self._tx.fetch, number)
            if row is None:
                raise NotFound(f"project {outside!r} of {source!r} is unknown")
            found = self.projects[source, outside] = row.id
        if found not in self._refusals:
            answer = may(self._tx.by, Action.CHANGE_PROJECTS, await standing(self._tx.fetch, self._tx.by, found))
            self._refusals[found] = answer.reason
        if self._refusals[found]:
            raise NotFound(self._refusals[found])
        return found

    async def item(self, source: str, outside: str | None) -> int | None:
        """Return the item of an id, ``None`` for none; ``NotFound`` where nobody knows it."""
        if outside is None:
            return None
        found = self.items.get((source, outside)) or self.items.get((SOURCE, outside))
        if found is None:
            row = await kept.item_by_outside_id(self._tx.fetch, source, outside)
            found = None if row is None else row.id
        if found is None:
            raise NotFound(f"item {outside!r} of {source!r} is unknown")
        return found

    async def session(self, source: str, outside: str | None) -> int | None:
        """Return the session of an id, ``#12`` for one of here; a step in one that nobody knows was taken in none."""
        if outside is None:
            return None
        found = await kept_sessions.session_of(self._tx.fetch, source, outside)
        digits = outside.removeprefix("#")
        if found is None and digits != outside and digits.isascii() and digits.isdigit() and len(digits) < 16:
            found = await kept_sessions.session_of(self._tx.fetch, kept_sessions.LOCAL, digits)
        return found

    async def who(self, source: str, outside: str | None) -> tuple[int | None, str]:
        """Return the person of an id, with the name by which they are known here."""
        person_id = await self._register.refer(source, outside)
        return person_id, "" if person_id is None else self._register.known(person_id).name

    def own(self, kind: str, source: str, outside: str) -> int | None:
        """Return the number under which something made here may have been exported."""
        return _number(kind, outside) if source in (SOURCE, "activity") else None

    def touch(self, project_id: int, at: datetime) -> None:
        """Note that something happened in a project at an instant."""
        self.touched[project_id] = max(at, self.touched.get(project_id, at))


def _number(kind: str, outside: str) -> int | None:
    digits = outside.removeprefix(OWN[kind])
    is_number = digits != outside and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if is_number else None

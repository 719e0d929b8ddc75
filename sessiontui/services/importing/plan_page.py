"""The plan of one session while files are taken into it: what is known under which id, and how a part is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sessiontui.domain.instants import to_ms
from sessiontui.domain.text import safe_line
from sessiontui.intake import PlanRecord
from sessiontui.services.importing.persons import Register
from sessiontui.store.reads import plans_told as kept
from sessiontui.store.reads.plans_told import ToldRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx

_WHICH: Final = frozenset({"line", "id", "session", "source"})
"""Fields of a record that say which part is meant, not what it is."""

Part: TypeAlias = PlanRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan of one session inside one import."""

    tx: Tx
    register: Register
    source: str
    session_id: int

    async def held(self, table: str, outside: str, names: Sequence[str]) -> ToldRow | None:
        """Return the part that is known under an id, with some columns as they are kept."""
        return await kept.told(
            self.tx.fetch,
            table,
            source=self.source,
            outside=outside,
            session_id=self.session_id,
            names=names,
        )

    def who(self, told: str | None) -> str:
        """Return the name of somebody who is told by an outside id, or by name."""
        found = self.register.meant(self.source, told) if told else None
        return self.register.known(found).name if found is not None else safe_line(told or "")

    async def add(self, table: str, record: Part, values: Mapping[str, object], **made: object) -> int:
        """Insert a part as a file tells it, and return its id."""
        return await self.tx.insert(
            table,
            session_id=self.session_id,
            source=self.source,
            external_id=record.id,
            imported=said_of(record),
            **values,
            **made,
        )


def said_of(record: Part) -> dict[str, Json]:
    """Return all that a record says of its part, so that the same again is known to be the same."""
    said = {one.name: _plain(getattr(record, one.name)) for one in fields(record) if one.name not in _WHICH}
    return {name: value for name, value in said.items() if value is not None}


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, tuple):
        return sorted(str(one) for one in value)
    return str(value) if isinstance(value, str) else cast("Json", value)

"""What a question about sessions stands on: less than a use case is handed, so that the first rows can be early."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sessiontui.domain.rules import Rules
    from sessiontui.store.engine import Database


class Footing(Protocol):
    """The database, the rules and the zone of whoever reads; every ``Context`` is one."""

    @property
    def db(self) -> Database:
        """Where the question is asked."""
        ...

    @property
    def rules(self) -> Rules:
        """The thresholds that sentences tell of."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read times."""
        ...


class Foothold(NamedTuple):
    """A footing and nothing else."""

    db: Database
    rules: Rules
    zone: ZoneInfo

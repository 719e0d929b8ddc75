"""What every use case is handed: the database, the rules and the zone in which people read times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.rules import DEFAULT_RULES, Rules

if TYPE_CHECKING:
    from sessiontui.store.engine import Database

UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An open database and the settings that use cases read; made once by the composition root."""

    db: Database
    rules: Rules = DEFAULT_RULES
    zone: ZoneInfo = UTC

"""What every use case is handed: the database, the rules and the zone in which people read times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.delivery import DEFAULT_DELIVERY, Delivery, Secret
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.rules import DEFAULT_RULES, KEYS_KEPT, Rules

if TYPE_CHECKING:
    from sessiontui.store.engine import Database

UTC: Final = ZoneInfo("UTC")


def no_secret(secret: Secret) -> str:
    """Refuse: nobody handed over any secret."""
    raise Unavailable(f"there is no {secret}", hint="set it as a credential or in a private file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An open database and the settings that use cases read; made once by the composition root."""

    db: Database
    rules: Rules = DEFAULT_RULES
    zone: ZoneInfo = UTC
    delivery: Delivery = DEFAULT_DELIVERY
    keys_kept: timedelta = KEYS_KEPT
    """How long the answer to an idempotency key can be asked for again."""
    secret: Callable[[Secret], str] = no_secret
    """What a channel must know; it is looked up when it is needed and kept nowhere."""

    @property
    def outbox_folder(self) -> Path:
        """Where the channel ``file`` writes: as set, else ``outbox`` beside the database."""
        return self.delivery.folder or self.db.path.absolute().parent / "outbox"

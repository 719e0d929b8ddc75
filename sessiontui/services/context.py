"""What every use case is handed: the database, the rules and the zone in which people read times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.care import DEFAULT_CARE, Care
from sessiontui.domain.clashes import DEFAULT_CLASHES, Clashes
from sessiontui.domain.delivery import DEFAULT_DELIVERY, Delivery, Secret
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.files.rules import DEFAULT_FILES, FileRules
from sessiontui.domain.letters import BUILT_IN, Wordings
from sessiontui.domain.logins.settings import DEFAULT_LOGINS, LoginRules
from sessiontui.domain.places.settings import NO_PLATFORMS, PlatformSecret, PlatformSettings
from sessiontui.domain.records import record
from sessiontui.domain.rules import DEFAULT_RULES, KEYS_KEPT, Rules
from sessiontui.domain.seats import BY_HAND, RequestSettings
from sessiontui.domain.visits.rules import DEFAULT_VISITS, VisitRules
from sessiontui.services.keys import NO_KEYS, KeySource

if TYPE_CHECKING:
    from sessiontui.store.engine import Database

UTC: Final = ZoneInfo("UTC")


def no_secret(secret: Secret | PlatformSecret) -> str:
    """Refuse: nobody handed over any secret."""
    raise Unavailable(f"there is no {secret}", hint="set it as a credential or in a private file")


@record(kw_only=True)
class Context:
    """An open database and the settings that use cases read; made once by the composition root."""

    db: Database
    rules: Rules = DEFAULT_RULES
    zone: ZoneInfo = UTC
    delivery: Delivery = DEFAULT_DELIVERY
    clashes: Clashes = DEFAULT_CLASHES
    requests: RequestSettings = BY_HAND
    visits: VisitRules = DEFAULT_VISITS
    """The lengths of time that the rules of projects and visits go by."""
    keys_kept: timedelta = KEYS_KEPT
    """How long the answer to an idempotency key can be asked for again."""
    wordings: Wordings = BUILT_IN
    """How letters are worded."""
    secret: Callable[[Secret], str] = no_secret
    """What a channel must know; it is looked up when it is needed and kept nowhere."""

    files: FileRules = DEFAULT_FILES
    """How large files may be, and how long the bytes of those that nobody needs are kept."""

    care: Care = DEFAULT_CARE
    """How often there is a backup, and how long books and measurements are kept."""

    logins: LoginRules = DEFAULT_LOGINS
    """How long logins and their tokens live, and what becomes of those who fail to sign in."""

    exchange: Path | None = None
    """The only folder from which files are taken and to which they are written; ``None`` for anywhere."""

    platforms: PlatformSettings = NO_PLATFORMS
    platform_secret: Callable[[PlatformSecret], str] = no_secret
    """What a meeting platform must know; it is looked up when it is needed and kept nowhere."""
    key_source: KeySource = NO_KEYS
    """Where the keys come from with which passcodes are sealed."""

    @property
    def files_folder(self) -> Path:
        """Where the bytes of files lie: beside the database."""
        return self.db.path.absolute().parent / "files"

    @property
    def outbox_folder(self) -> Path:
        """Where the channel ``file`` writes: as set, else ``outbox`` beside the database."""
        return self.delivery.folder or self.db.path.absolute().parent / "outbox"

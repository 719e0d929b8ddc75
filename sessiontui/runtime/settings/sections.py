"""What can be set, section by section, with the defaults where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.care import DEFAULT_CARE, Care
from sessiontui.domain.clashes import DEFAULT_CLASHES, Clashes
from sessiontui.domain.delivery import DEFAULT_DELIVERY, Delivery
from sessiontui.domain.files.rules import DEFAULT_FILES, FileRules
from sessiontui.domain.logins.settings import DEFAULT_LOGINS, LoginRules
from sessiontui.domain.places.settings import NO_PLATFORMS, PlatformSettings
from sessiontui.domain.records import field, record
from sessiontui.domain.rules import DEFAULT_RULES, KEYS_KEPT, Rules
from sessiontui.domain.seats import BY_HAND, RequestSettings
from sessiontui.domain.serving import DEFAULT_SERVER, ServerRules
from sessiontui.domain.visits.rules import DEFAULT_VISITS, VisitRules

UTC: Final = ZoneInfo("UTC")


@record(kw_only=True)
class Storage:
    """Where the data lies and who shares it; ``group`` and ``service_account`` come from the system's file alone."""

    database: Path = Path("sessiontui.db")
    group: str = ""
    service_account: str = ""
    keyring: bool = False
    """Whether the keys that seal secrets are in the keyring, not in a file beside the database."""
    keys_kept: timedelta = KEYS_KEPT
    """How long the answer to an idempotency key is kept."""


@record(kw_only=True)
class Display:
    """How the console looks and how times are read; an empty ``theme`` is the remembered one.

    ``platform`` is what the platform is called, shown beside the person. ``diff`` writes only the cells that
    differ from what the terminal shows.
    """

    platform: str = ""
    zone: ZoneInfo = UTC
    theme: str = ""
    ascii: bool = False
    bell: bool = False
    diff: bool = True


@record(kw_only=True)
class Settings:
    """Everything that can be set, with the defaults where nothing is."""

    storage: Storage = Storage()
    rules: Rules = DEFAULT_RULES
    display: Display = Display()
    delivery: Delivery = DEFAULT_DELIVERY
    platforms: PlatformSettings = NO_PLATFORMS
    clashes: Clashes = DEFAULT_CLASHES
    files: FileRules = DEFAULT_FILES
    logins: LoginRules = DEFAULT_LOGINS
    care: Care = DEFAULT_CARE
    requests: RequestSettings = BY_HAND
    visits: VisitRules = DEFAULT_VISITS
    server: ServerRules = DEFAULT_SERVER
    keys: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False

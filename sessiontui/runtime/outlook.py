"""What the first page must know of the settings; where nothing is set, it is known without reading them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.homes import from_home
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.runtime.paths import HOME, SYSTEM_FILE, config_file, data_folder

if TYPE_CHECKING:
    from sessiontui.runtime.settings import Settings

PREFIX: Final = "SESSIONTUI_"
DATABASE: Final = f"{PREFIX}DATABASE"


class Outlook(NamedTuple):
    """As much of the settings as the first page shows; ``own_keys`` tells whether any key is another than usual."""

    database: Path
    rules: Rules = DEFAULT_RULES
    zone: ZoneInfo = ZoneInfo("UTC")
    theme: str = ""
    ascii: bool = False
    platform: str = ""
    read_only: bool = False
    own_keys: bool = False
    service_account: str = ""


def outlook_of(settings: Settings) -> Outlook:
    """Return what the settings say."""
    return Outlook(
        database=settings.storage.database,
        rules=settings.rules,
        zone=settings.display.zone,
        theme=settings.display.theme,
        ascii=settings.display.ascii,
        platform=settings.display.platform,
        read_only=settings.read_only,
        own_keys=bool(settings.keys),
        service_account=settings.storage.service_account,
    )


def unset_outlook(
    database: str | None,
    *,
    ascii_only: bool,
    read_only: bool,
    environ: Mapping[str, str],
    system_file: Path = SYSTEM_FILE,
) -> Outlook | None:
    """Return what holds where nothing is set but these options; ``None`` where something may be set.

    A ``database`` that is no plain path is for those who read settings to understand.
    """
    if any(value for name, value in environ.items() if name.startswith(PREFIX) and name not in (HOME, DATABASE)):
        return None
    named = (environ.get(DATABASE) or "") if database is None else database
    if database == "" or "://" in named or named != named.strip() or "\0" in named:
        return None
    try:
        if system_file.exists() or config_file(environ).exists():
            return None
        path = from_home(named) if named else data_folder(environ) / "sessiontui.db"
    except (OSError, BadInput):  # a file that may not be looked at; a home that nobody knows
        return None
    return Outlook(database=path, ascii=ascii_only, read_only=read_only)

"""Where files lie when nothing else is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.domain.homes import from_home

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

HOME: Final = "SESSIONTUI_HOME"

SYSTEM_FILE: Final = Path("/etc/sessiontui/config.toml")
"""The settings file of the whole host."""

_APP: Final = "sessiontui"


def data_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the data: ``$SESSIONTUI_HOME``, else the platform's user data directory."""
    if environ.get(HOME):
        return from_home(environ[HOME])
    return _folder(environ, "XDG_DATA_HOME", ".local/share", lambda dirs: dirs.user_data_dir)


def config_file(environ: Mapping[str, str]) -> Path:
    """Return the user's settings file: in ``$SESSIONTUI_HOME``, else in the platform's user config directory."""
    if environ.get(HOME):
        return data_folder(environ) / "config.toml"
    return _folder(environ, "XDG_CONFIG_HOME", ".config", lambda dirs: dirs.user_config_dir) / "config.toml"


def _folder(environ: Mapping[str, str], variable: str, usual: str, otherwise: Callable[[PlatformDirs], str]) -> Path:
    """Return a folder of the user's, below what a variable names, else in its usual place at home.

    So it is on Linux, where it takes no time. All else is left to ``platformdirs``, for which the first page would
    have to wait as long as for a fifth of all that it needs.
    """
    home = environ.get("HOME", "")
    if home.startswith("/") and sys.platform == "linux" and not hasattr(sys, "getandroidapilevel"):
        named = environ.get(variable, "")
        return (Path(named) if named.startswith("/") else Path(home) / usual) / _APP
    from platformdirs import PlatformDirs

    return Path(otherwise(PlatformDirs(_APP)))

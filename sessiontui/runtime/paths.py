"""Where files lie when nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

HOME: Final = "SESSIONTUI_HOME"

SYSTEM_FILE: Final = Path("/etc/sessiontui/config.toml")
"""The settings file of the whole host."""

_APP: Final = "sessiontui"


def data_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the data: ``$SESSIONTUI_HOME``, else the platform's user data directory."""
    if environ.get(HOME):
        return Path(environ[HOME]).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir(_APP))


def config_file(environ: Mapping[str, str]) -> Path:
    """Return the user's settings file: in ``$SESSIONTUI_HOME``, else in the platform's user config directory."""
    if environ.get(HOME):
        return data_folder(environ) / "config.toml"
    import platformdirs

    return Path(platformdirs.user_config_dir(_APP)) / "config.toml"

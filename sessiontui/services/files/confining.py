"""Where files may be read from and written to: anywhere, or in one folder where people share an account.

Under a shared account the account may read what the person may not, so that no path of theirs can be trusted.
"""

from __future__ import annotations

from pathlib import Path

from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.homes import from_home
from sessiontui.services.context import Context
from sessiontui.store.files import create_folder


def allowed(context: Context, path: Path) -> Path:
    """Return a path that may be used; ``NotAllowed`` names the folder where files are exchanged, if there is one.

    ``BadInput`` for a path that begins at the home of somebody who has none.
    """
    if context.exchange is None:
        return from_home(str(path))
    create_folder(context.exchange)
    home = context.exchange.resolve()
    asked = (home / path).resolve()
    if asked != home and home not in asked.parents:
        raise NotAllowed(
            f"{path} lies outside {home}", hint="under a shared account files are taken from and written to it alone"
        )
    return asked

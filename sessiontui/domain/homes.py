"""Paths that begin at somebody's home, as people write them."""

from __future__ import annotations

from pathlib import Path

from sessiontui.domain.errors import BadInput


def from_home(text: str) -> Path:
    """Return a path that may begin with ``~`` or ``~somebody``; ``BadInput`` for somebody who has no home here.

    >>> from_home("/srv/data")
    PosixPath('/srv/data')
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise BadInput(
            f"{text[:60]!r} begins at a home that nobody has here", hint="begin it with / or ~/"
        ) from error

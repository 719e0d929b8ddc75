"""How large files may be, and how long the bytes of those that nobody needs any more are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.records import record

_STEP: Final = 1024


@record(kw_only=True)
class FileRules:
    """What the settings say of files; sizes are in bytes.

    ``largest`` is the most of one file, ``session`` of all versions in one session together. ``kept_removed`` and
    ``kept_archived`` are how long the bytes stay after a file was removed, and after its session was archived.
    """

    largest: int = 25 * _STEP * _STEP
    session: int = 500 * _STEP * _STEP
    kept_removed: timedelta = timedelta(days=30)
    kept_archived: timedelta = timedelta(days=180)


DEFAULT_FILES: Final = FileRules()


def size_words(size: int) -> str:
    """Return a size as people read it.

    >>> size_words(0), size_words(1), size_words(1536), size_words(26214400), size_words(1048575)
    ('0 bytes', '1 byte', '1.5 KB', '25 MB', '1 MB')
    """
    if size < _STEP:
        return f"{size} byte{'' if size == 1 else 's'}"
    value, units = size / _STEP, ["KB", "MB", "GB", "TB"]
    while round(value, 1) >= _STEP and len(units) > 1:
        value /= _STEP
        units.pop(0)
    shown = f"{value:.1f}" if value < 10 else f"{value:.0f}"
    return f"{shown.removesuffix('.0')} {units[0]}"

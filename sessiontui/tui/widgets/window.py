"""Which stretch of its rows a table asks for, so that scrolling in either direction finds them there."""

from __future__ import annotations

from typing import Final

AHEAD: Final = 50
"""Rows that are asked for above and below what is seen."""


def wanted_window(top: int, height: int, there: tuple[int, int], total: int) -> tuple[int, int] | None:
    """Return offset and limit of the rows to ask for, or nothing while those at hand reach far enough.

    ``top`` is the first row seen, ``there`` the first row at hand and the one after the last.

    >>> wanted_window(0, 30, (0, 200), 1000) is None
    True
    >>> wanted_window(150, 30, (0, 200), 1000)
    (100, 130)
    >>> wanted_window(970, 30, (0, 200), 1000)
    (920, 130)
    """
    start, end = there
    bottom = min(top + height, total)
    near_top = start > 0 and top < start + AHEAD // 2
    near_end = end < total and bottom > end - AHEAD // 2
    return (max(0, top - AHEAD), height + 2 * AHEAD) if near_top or near_end else None

"""Memory that nobody uses any more is given back to the system.

The C library keeps what was freed for whoever asks next: ten megabytes after a console has begun, and as much as a
large job has used after each of these. Where it is another library that cannot be asked, nothing is done.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> bool:
    """Give back what is free, and return whether there was any; it takes a few milliseconds at most."""
    trim = _trim()
    return trim is not None and bool(trim(0))


@cache
def _trim() -> Callable[[int], int] | None:
    """Return how the C library is asked; musl and other systems' know no such thing."""
    if sys.platform != "linux":
        return None
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except AttributeError:
        return None
    return trim

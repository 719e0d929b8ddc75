"""The clocks of the host."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC, with the precision of a millisecond that storage keeps."""
    instant = datetime.now(UTC)  # noqa: TID251 - the one place
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Return seconds that never go back; only differences mean something."""
    return time.monotonic()

"""What the statements of this room are sent by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from sessiontui.store.reader import Value

Run: TypeAlias = "Callable[[str, Sequence[Value]], Awaitable[int]]"
"""What runs one statement and returns how many rows it changed."""

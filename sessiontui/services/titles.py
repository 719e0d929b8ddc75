"""The titles of what people write down: cleaned, and never empty."""

from __future__ import annotations

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import safe_line


def title_of(text: str, *, of: str) -> str:
    """Return a title as it is kept; ``BadInput`` where nothing is left of it, with ``of`` what it is the title of.

    >>> title_of("  Read chapter one ", of="a goal")
    'Read chapter one'
    """
    title = safe_line(text).strip()
    if not title:
        raise BadInput(f"{of} needs a title", place="title")
    return title

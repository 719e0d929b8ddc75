"""What a wrong query is answered with: where it is wrong, why, and what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sessiontui.domain.errors import BadInput
from sessiontui.domain.query.folding import closed_key


class QueryError(BadInput):
    """A query cannot be understood; ``start`` and ``end`` are the span of the wrong term in characters."""

    title = "The filter cannot be read"

    def __init__(self, detail: str, *, start: int, end: int, hint: str = "") -> None:
        super().__init__(detail, hint=hint, place=f"character {start + 1}")
        self.start = start
        self.end = end


def closest(wrong: str, known: Iterable[str]) -> str:
    """Return the known word that is most like the wrong one, or nothing.

    >>> closest("statsu", ["status", "starts"])
    'status'
    """
    by_key = {closed_key(word): word for word in known}
    # Long garbage is like nothing, and comparing it is what costs.
    found = difflib.get_close_matches(closed_key(wrong)[:40], by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else ""

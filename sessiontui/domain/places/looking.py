"""Looking whether links work: which are looked at, how often, and when a failure counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

AHEAD: Final = timedelta(hours=1)
"""Links are looked at from so long before the start on."""

EVERY: Final = timedelta(minutes=10)
AGAIN: Final = timedelta(minutes=1)
"""How soon a link is looked at again that works, and one that does not."""

ENOUGH: Final = 2
"""Failures in a row that make a link count as broken: one alone is often the network's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was last seen of a link: ``since`` when it has been so, and how many ``failures`` came in a row."""

    link: str
    works: bool
    fact: str
    at: datetime
    since: datetime
    failures: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether the link counts as broken."""
        return self.failures >= ENOUGH


def next_look(before: Look | None, *, link: str, works: bool, fact: str, at: datetime) -> Look:
    """Return what is known of a link after looking at it once more.

    >>> from datetime import UTC
    >>> at = datetime(2026, 5, 4, tzinfo=UTC)
    >>> first = next_look(None, link="x", works=False, fact="no answer", at=at)
    >>> first.is_broken, next_look(first, link="x", works=False, fact="no answer", at=at).is_broken
    (False, True)
    """
    same = before is not None and before.link == link
    failures = 0 if works else 1 + (before.failures if before is not None and same else 0)
    since = before.since if before is not None and same and before.works == works else at
    return Look(link=link, works=works, fact=fact, at=at, since=since, failures=failures)


def verdict_of(look: Look) -> str:
    """Return in a word what is known of a link."""
    if look.works:
        return "works"
    return "broken" if look.is_broken else "failed once"

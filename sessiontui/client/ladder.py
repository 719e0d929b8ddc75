"""The ways to a login, from the cheapest to the last resort, and how often each was taken with what success.

A rung that the server *refuses* leads to the next one. A rung that only meets *trouble* (no answer, 5xx, locked
out) ends the climb: nobody is asked to sign in because a network is down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Rung(StrEnum):
    """One way to a login, in the order in which they are tried."""

    REFRESH = "refresh"
    """The refresh token of the present login."""
    SECOND = "second"
    """A second valid credential of its own: the login that another process of this platform put on the shelf."""
    KEY = "key"
    """Signing in anew and silently by client key; each key in turn, so that a key can be exchanged in peace."""
    ASK = "ask"
    """Asking whoever uses the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungCount:
    """How often a rung was tried: ``tried`` is the sum of the other three and of a try that is under way."""

    tried: int = 0
    succeeded: int = 0
    refused: int = 0
    troubled: int = 0


@dataclass(slots=True)
class _Tally:
    tried: int = 0
    succeeded: int = 0
    refused: int = 0
    troubled: int = 0


@dataclass(slots=True)
class LadderCounts:
    """What has been counted, rung by rung."""

    _tallies: dict[Rung, _Tally] = field(default_factory=lambda: {rung: _Tally() for rung in Rung})

    def try_(self, rung: Rung) -> None:
        """Count that a rung is tried."""
        self._tallies[rung].tried += 1

    def succeed(self, rung: Rung) -> None:
        """Count that it led to a login."""
        self._tallies[rung].succeeded += 1

    def refuse(self, rung: Rung) -> None:
        """Count that the server, or whoever was asked, refused it."""
        self._tallies[rung].refused += 1

    def trouble(self, rung: Rung) -> None:
        """Count that nobody knows, because network or server failed."""
        self._tallies[rung].troubled += 1

    def read(self) -> Mapping[Rung, RungCount]:
        """Return the counts as they are now."""
        return MappingProxyType(
            {
                rung: RungCount(
                    tried=tally.tried, succeeded=tally.succeeded, refused=tally.refused, troubled=tally.troubled
                )
                for rung, tally in self._tallies.items()
            }
        )

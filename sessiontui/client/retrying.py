"""When a call is repeated, and after which pause: one strategy for each class of error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sessiontui.client.errors import Trouble

BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 507})
"""Answers after which the same call may do better later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How one class of error is repeated: how often at most, and with which pauses, in seconds.

    The pause before repetition n is drawn evenly between 0 and a ceiling that doubles up to ``cap``: full jitter,
    so that a thousand clients that lost one server do not come back in step.

    >>> [Strategy(repeats=9, first=0.5, cap=6).ceiling(number) for number in range(1, 6)]
    [0.5, 1.0, 2.0, 4.0, 6]
    """

    repeats: int
    first: float = 0.25
    cap: float = 30.0

    def ceiling(self, number: int) -> float:
        """Return the longest pause in seconds before repetition ``number``, which counts from 1."""
        doubled = self.first * 2.0 ** min(number - 1, 64)
        return min(doubled, self.cap)

    def pause(self, number: int, luck: float) -> float:
        """Return the pause in seconds for a ``luck`` between 0 and 1."""
        return luck * self.ceiling(number)


_BY_TROUBLE: Final = {
    # After a renewed login nothing has to calm down; a second 401 in a row is no chance.
    Trouble.AUTH: Strategy(repeats=2, first=0.0, cap=0.0),
    # A server that is restarted is back within seconds: many short pauses find it sooner than few long ones.
    Trouble.NETWORK: Strategy(repeats=12, first=0.1, cap=5.0),
    Trouble.SERVER: Strategy(repeats=8, first=0.5, cap=30.0),
    Trouble.REFUSED: Strategy(repeats=0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The strategies, and the ``patience`` in seconds after which no further repetition is begun.

    ``Retry-After`` wins over the drawn pause; where it goes beyond the patience, the error is raised at once and
    carries it.
    """

    auth: Strategy = _BY_TROUBLE[Trouble.AUTH]
    network: Strategy = _BY_TROUBLE[Trouble.NETWORK]
    server: Strategy = _BY_TROUBLE[Trouble.SERVER]
    patience: float = 60.0

    def strategy(self, trouble: Trouble) -> Strategy:
        """Return the strategy for a class of error."""
        match trouble:
            case Trouble.AUTH:
                return self.auth
            case Trouble.NETWORK:
                return self.network
            case Trouble.SERVER:
                return self.server
            case Trouble.REFUSED:
                return _BY_TROUBLE[Trouble.REFUSED]


NEVER: Final = RetryPolicy(auth=Strategy(repeats=0), network=Strategy(repeats=0), server=Strategy(repeats=0))
"""For who has a schedule of their own: every call is tried once."""


@dataclass(slots=True, kw_only=True)
class Repeating:
    """The memory of one call: how often each class of error has been repeated, and since when it goes on."""

    policy: RetryPolicy
    began: float
    luck: Callable[[], float]
    repeated: Counter[Trouble] = field(default_factory=Counter)

    def after(self, trouble: Trouble, *, now: float, retry_after: float | None = None) -> float | None:
        """Return the pause in seconds before the next try, or ``None`` when there is none."""
        strategy = self.policy.strategy(trouble)
        if self.repeated[trouble] >= strategy.repeats:
            return None
        number = self.repeated[trouble] + 1
        pause = strategy.pause(number, self.luck()) if retry_after is None else max(retry_after, 0.0)
        if now - self.began + pause > self.policy.patience:
            return None
        self.repeated[trouble] = number
        return pause

"""Long calculations in small steps, so that whoever has more to do can pause between two of them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Final, TypeAlias, TypeVar

_T = TypeVar("_T")

Steps: TypeAlias = "Generator[None, None, _T]"
"""A calculation that can be paused wherever it yields, and returns its result at the end."""

STEP: Final = 64
"""Things of one step: well below a millisecond each time."""


def whole(steps: Steps[_T]) -> _T:
    """Return the result of a calculation, made without a pause.

    >>> def added(numbers):
    ...     yield
    ...     return sum(numbers)
    >>> whole(added([1, 2]))
    3
    """
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _T = end.value
            return result


def parted(things: Iterable[_T]) -> Iterator[tuple[bool, _T]]:
    """Yield things one by one, with whether a step ends before this one.

    >>> [place for place, (ends, _) in enumerate(parted(range(130))) if ends]
    [64, 128]
    """
    for place, thing in enumerate(things):
        yield place > 0 and place % STEP == 0, thing

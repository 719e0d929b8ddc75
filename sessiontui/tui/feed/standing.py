"""Whether the rows of a window still stand right after some of their sessions changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sessiontui.domain.instants import to_ms

if TYPE_CHECKING:
    from sessiontui.services.boards import Judged
    from sessiontui.services.pictures import Board, SessionLine

Key: TypeAlias = "int"
"""By what a row stands in an order, before its id."""

_KEYS: Final[Mapping[str, Callable[[SessionLine], Key]]] = {
    "urgency": lambda line: line.rank,
    "start": lambda line: to_ms(line.starts_at),
    "latest": lambda line: to_ms(line.starts_at),
    "pending": lambda line: line.pending,
}
"""The keys that a row tells itself; a title's is made in the database."""

_DOWNWARDS: Final = frozenset({"latest", "pending"})


class Verdict(NamedTuple):
    """What became of a window: whether a row came, went or moved, and whether one beyond its end may have."""

    moved: bool
    beyond: bool


class Standing:
    """The rows of a window by the keys of its order; it begins at row ``offset`` of all that match."""

    def __init__(self, board: Board, *, offset: int, order: str) -> None:
        self._key = _KEYS.get(order)
        self._sign = -1 if order in _DOWNWARDS else 1
        self._offset = offset
        self._ids = [line.id for line in board.lines]
        self._places = {session_id: place for place, session_id in enumerate(self._ids)}
        self._keys = [] if self._key is None else [(self._sign * self._key(line), line.id) for line in board.lines]
        self._is_whole = not offset and board.matched_exact and len(self._ids) >= board.matched

    def judge(self, ids: Iterable[int], judged: Judged) -> Verdict:
        """Return what changed sessions do to the window, and take their new keys over."""
        moved = beyond = False
        touched: list[int] = []
        for session_id in ids:
            place, at = self._places.get(session_id), judged.places.get(session_id)
            if place is not None:
                if not isinstance(at, int) or not judged.orders or self._key is None:
                    moved = True  # it left, or nobody here can tell where it stands
                else:
                    key = self._sign * at, session_id
                    moved = moved or (key != self._keys[place] and self._is_at_an_edge(place))
                    self._keys[place] = key
                    touched.append(place)
            elif session_id not in judged.places:
                beyond = beyond or not self._is_whole
            elif self._would_be_in(at if isinstance(at, int) else None, session_id, orders=judged.orders):
                moved = True
            else:
                beyond = True
        return Verdict(moved or not all(map(self._stands, touched)), beyond)

    def _is_at_an_edge(self, place: int) -> bool:
        """Tell whether a row's neighbour is not in the window, so that nobody knows what it would stand behind."""
        return not self._is_whole and (place == len(self._ids) - 1 or (not place and bool(self._offset)))

    def _stands(self, place: int) -> bool:
        keys = self._keys
        return (not place or keys[place - 1] < keys[place]) and (
            place + 1 == len(keys) or keys[place] < keys[place + 1]
        )

    def _would_be_in(self, at: Key | None, session_id: int, *, orders: bool) -> bool:
        if self._is_whole or not self._keys or at is None or not orders:
            return True
        return (self._sign * at, session_id) < self._keys[-1]


def with_counts(board: Board, judged: Judged) -> Board:
    """Return a board with the counts as they are now; how many match is only known where the counts tell."""
    return replace(
        board,
        counts=judged.counts,
        total=judged.total,
        pending_requests=judged.pending_requests,
        alerts=judged.alerts,
        matched=board.matched if judged.matched is None else judged.matched,
        matched_exact=board.matched_exact or judged.matched is not None,
    )


def with_lines(board: Board, news: Sequence[SessionLine]) -> tuple[SessionLine, ...]:
    """Return the lines of a board with some of them as they are now, in the places where they stand."""
    fresh = {line.id: line for line in news}
    return tuple(fresh.get(line.id, line) for line in board.lines) if fresh else board.lines

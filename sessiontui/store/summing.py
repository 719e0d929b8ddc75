"""What a session adds to each figure, as SQL, and the statements that sum it up by pieces of time and dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sessiontui.domain.analytics.outcomes import BIN_NAMES, BINS, COARSE, MOST, SUM_NAMES, UNIT
from sessiontui.domain.analytics.periods import HOUR, QUARTER, Level

COUNTED: Final = "s.status NOT IN ('draft', '')"
"""The sessions that figures are about."""

_ENDED: Final = "s.status IN ('ended_complete', 'ended_early', 'ended_no_show') AND NOT s.provisional"

_MET: Final = "s.status IN ('ended_complete', 'ended_early') AND NOT s.provisional"

_SPAN: Final = "max(s.ends_at - s.starts_at, 1)"


def _bins() -> dict[str, str]:
    """Return the test of each bar of the efficiency histogram."""
    edges = [f"s.actual_ms {{}} {edge!r} * {_SPAN}" for edge in BINS]
    tests = []
    for number in range(len(BINS) + 1):
        low = [edges[number - 1].format(">=")] if number else []
        high = [edges[number].format("<")] if number < len(BINS) else []
        tests.append(" AND ".join([_MET, *low, *high]))
    return dict(zip(BIN_NAMES, tests, strict=True))


PARTS: Final = {
    "sessions": "1",
    "complete": "s.status = 'ended_complete' AND NOT s.provisional",
    "early": "s.status = 'ended_early' AND NOT s.provisional",
    "no_show": "s.status = 'ended_no_show' AND NOT s.provisional",
    "cancelled": "s.status = 'cancelled'",
    "seen": "s.seen",
    "asked": "max(s.asked, 0)",
    "joined": "s.joined",
    "approved": "s.approved",
    "rejected": "s.rejected",
    "ended_asked": f"CASE WHEN {_ENDED} THEN s.asked ELSE 0 END",
    "ended_approved": f"CASE WHEN {_ENDED} THEN s.approved ELSE 0 END",
    "came": "s.came",
    "answered": "s.answered",
    "slow": "s.slow",
    "actual_ms": f"CASE WHEN {_MET} THEN s.actual_ms ELSE 0 END",
    "efficiency": (
        f"CASE WHEN {_MET} THEN min(CAST(s.actual_ms * {UNIT} / {_SPAN} AS INTEGER), {MOST * UNIT}) ELSE 0 END"
    ),
    "squares": (
        f"CASE WHEN {_MET} THEN min(s.actual_ms * {COARSE} / {_SPAN}, {MOST * COARSE})"
        f" * min(s.actual_ms * {COARSE} / {_SPAN}, {MOST * COARSE}) ELSE 0 END"
    ),
    **_bins(),
}
"""What one session adds, as the domain's ``Outcome.sums`` says it."""


def summed(names: Iterable[str]) -> str:
    """Return the sums of some names over sessions ``s``."""
    return ", ".join(f"ifnull(sum({PARTS[name]}), 0)" for name in names)


def kept(names: Iterable[str]) -> str:
    """Return the sums of some names over kept rows."""
    return ", ".join(f"ifnull(sum({name}), 0)" for name in names)


SUMMED: Final = summed(SUM_NAMES)
"""The sums over sessions ``s``, in the order of the domain."""

KEPT: Final = kept(SUM_NAMES)
"""The sums over kept rows, in the same order."""

NAMES: Final = ", ".join(SUM_NAMES)

FROM_TAGS: Final = (
    "session s, json_each(s.tags) t WHERE NOT EXISTS"
    " (SELECT 1 FROM json_each(s.tags) u WHERE u.id < t.id AND u.value = t.value) AND"
)
"""Sessions once for each of their tags."""

GROUPS: Final = {
    "all": ("''", "session s WHERE"),
    "kind": ("s.kind", "session s WHERE"),
    "tag": ("t.value", FROM_TAGS),
    "mentor": ("ifnull(CAST(s.mentor_id AS TEXT), '')", "session s WHERE"),
    "reason": ("s.ended_reason", "session s WHERE s.status = 'cancelled' AND"),
}
"""The dimensions that sums are kept for: what tells their values apart, and where it is found."""

BETWEEN: Final = "|"
"""What stands between kind and value in the keys of a dimension, so that either can be asked for."""

BY_HOUR: Final = ("all", "kind", "tag")
"""The dimensions that are kept by hour too; of the others there are about as many rows a day as sessions."""

WAITED: Final = (
    "CASE WHEN r.state IN ('approved', 'rejected') AND r.decided_at <= ?1"
    " THEN max(r.decided_at - r.requested_at, 0) END"
)
"""How long a request ``r`` waited for its decision, unless one of both instants is unknown, or lies ahead of ?1."""


def floored(instant: str, length: int) -> str:
    """Return the expression for when the piece of a length begins that an instant lies in, before 1970 as well.

    >>> floored("x", 60)
    '(x - (x % 60 + 60) % 60)'
    """
    return f"({instant} - ({instant} % {length} + {length}) % {length})"


def summing(dim: str, level: Level, length: int) -> str:
    """Return the statement that sums up the sessions of a stretch of time by one dimension, in pieces of a length."""
    key, source = GROUPS[dim]
    told = key if dim in ("all", "kind") else f"s.kind || '{BETWEEN}' || {key}"
    return (
        f"INSERT INTO rollup (dim, level, slot, \"key\", {NAMES}) SELECT '{dim}', {level:d},"
        f" {floored('s.starts_at', length)}, {told}, {SUMMED} FROM {source} {COUNTED}"
        " AND s.starts_at >= ? AND s.starts_at < ? GROUP BY 3, 4"
    )


def _from_quarters(dim: str, level: Level, length: int) -> str:
    """Return the statement that sums up the quarters of kinds in pieces of a length."""
    key = '"key"' if dim == "kind" else "''"
    return (
        f"INSERT INTO rollup (dim, level, slot, \"key\", {NAMES}) SELECT '{dim}', {level:d},"
        f" {floored('slot', length)} AS piece, {key} AS told, {KEPT} FROM rollup WHERE dim = 'kind'"
        f" AND level = {Level.QUARTER:d} AND slot >= ? AND slot < ? GROUP BY piece, told"
    )


def signed(sign: str) -> str:
    """Return the sums, each with a sign before it."""
    return ", ".join(f"{sign}{name}" for name in SUM_NAMES)


FROM_HOURS: Final = (
    f'INSERT INTO rollup (dim, level, slot, "key", {NAMES}) SELECT dim, {Level.DAY:d}, ?, "key", {KEPT}'
    f' FROM rollup WHERE dim = ? AND level = {Level.HOUR:d} AND slot >= ? AND slot < ? GROUP BY "key"'
)

FROM_QUARTERS: Final = (
    _from_quarters("all", Level.QUARTER, QUARTER),
    _from_quarters("all", Level.HOUR, HOUR),
    _from_quarters("kind", Level.HOUR, HOUR),
    f"DELETE FROM rollup WHERE dim = 'kind' AND level = {Level.QUARTER:d} AND slot >= ? AND slot < ?",
)
"""Makes the shorter pieces of all and of kinds from quarters of kinds, which are then no longer needed."""

MOVE: Final = (
    f'INSERT INTO rollup (dim, level, slot, "key", {NAMES})'
    ' SELECT dim, ?, ?, "key", {sums} FROM rollup'
    f" WHERE dim = ? AND level = {Level.DAY:d} AND slot = ?"
    ' ON CONFLICT (dim, level, slot, "key") DO UPDATE SET '
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in SUM_NAMES)
)

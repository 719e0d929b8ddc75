"""Rules that say what becomes of dates that do not exist, such as the 31st of April (RFC 7529).

Only the calendar that everybody uses is read. ``SKIP=BACKWARD`` takes the last day there is, which a rule without it
can say as well; ``SKIP=FORWARD`` takes the first day of the next month, which no such rule can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

_ALWAYS_THERE: Final = 28  # days that every month has
_TELLS_DAYS: Final = frozenset({"BYDAY", "BYWEEKNO"})
_ELSE: Final = frozenset({"BYDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"})  # what a position in a month goes ill with
_BY_MONTH: Final = frozenset({"MONTHLY", "YEARLY"})


def without_skips(rule: str, starts: date) -> str:
    """Return a rule that gives the same dates without parts of RFC 7529; ``BadInput`` where there is none.

    >>> from datetime import date
    >>> without_skips("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", date(2026, 1, 30))
    'FREQ=MONTHLY;COUNT=4;BYMONTHDAY=28,29,30;BYSETPOS=-1'
    """
    parts = [part.strip() for part in rule.strip().upper().split(";")]
    told = dict(part.partition("=")[::2] for part in parts)
    if told.get("RSCALE") != "GREGORIAN":
        return ";".join(parts)
    rest = [part for part in parts if not part.startswith(("RSCALE=", "SKIP="))]
    skip = told.get("SKIP", "OMIT")
    if skip == "OMIT" or not _may_skip(told, starts):
        return ";".join(rest)
    day = told.get("BYMONTHDAY", str(starts.day))
    month = told.get("BYMONTH", str(starts.month) if told["FREQ"] == "YEARLY" and "BYMONTHDAY" not in told else "")
    is_one_a_year = told["FREQ"] != "YEARLY" or month.isdecimal()
    if skip != "BACKWARD" or not day.isdecimal() or not is_one_a_year or told.keys() & _ELSE:
        raise BadInput(f"SKIP={skip[:20]} moves its dates in a way that cannot be kept")
    kept = [part for part in rest if not part.startswith(("BYMONTHDAY=", "BYMONTH="))]
    kept += [f"BYMONTH={month}"] if month else []
    days = ",".join(str(number) for number in range(_ALWAYS_THERE, int(day) + 1))
    return ";".join([*kept, f"BYMONTHDAY={days}", "BYSETPOS=-1"])


def _may_skip(told: dict[str, str], starts: date) -> bool:
    """Return whether a rule can name a day that some month or year has not."""
    if told.get("FREQ") not in _BY_MONTH:
        return False
    if "BYYEARDAY" in told:
        return True
    if "BYMONTHDAY" in told:
        days = told["BYMONTHDAY"].split(",")
        return not all(day.isdecimal() and 1 <= int(day) <= _ALWAYS_THERE for day in days)
    return not told.keys() & _TELLS_DAYS and starts.day > _ALWAYS_THERE

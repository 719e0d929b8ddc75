"""A series cut in two at one of its dates: what is left before it, and what goes on from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import DAYS, Pattern, read_rule, until_before, until_of, write_rule
from sessiontui.services.series.dates import dates_before


def before_and_after(pattern: Pattern, wall: datetime) -> tuple[Pattern, Pattern]:
    """Return the dates before one date, and those from it on, together all that there were."""
    rule = read_rule(pattern.rule) if pattern.rule else {}
    if "COUNT" in rule:
        rule["COUNT"] = str(max(1, int(rule["COUNT"]) - dates_before(pattern, wall)))
    earlier = replace(
        pattern,
        rule=until_before(pattern.rule, wall, pattern.zone) if pattern.rule else "",
        added=tuple(one for one in pattern.added if one < wall),
        excluded=frozenset(one for one in pattern.excluded if one < wall),
    )
    later = replace(
        pattern,
        starts=wall,
        rule=write_rule(rule) if rule else "",
        added=tuple(one for one in pattern.added if one > wall),
        excluded=frozenset(one for one in pattern.excluded if one >= wall),
    )
    return earlier, later


def shifted(pattern: Pattern, shift: timedelta) -> Pattern:
    """Return a pattern all of whose dates are moved by as much, its last one as well."""
    rule = shifted_rule(pattern.rule, pattern.starts, shift)
    parts = read_rule(rule) if rule else {}
    until = until_of(parts, pattern.zone)
    if until is not None:
        parts["UNTIL"] = f"{until + shift:%Y%m%dT%H%M%S}"
    return replace(
        pattern,
        starts=pattern.starts + shift,
        rule=write_rule(parts) if parts else "",
        added=tuple(one + shift for one in pattern.added),
        excluded=frozenset(one + shift for one in pattern.excluded),
    )


def shifted_rule(rule: str, starts: datetime, shift: timedelta) -> str:
    """Return the rule for dates that all move by as much; a day that the rule names moves along.

    >>> shifted_rule("FREQ=WEEKLY;BYDAY=TU,SU", datetime(2026, 5, 5, 18), timedelta(days=1))
    'FREQ=WEEKLY;BYDAY=WE,MO'
    """
    days = (starts + shift).date() - starts.date()
    parts = read_rule(rule) if rule else {}
    if not days or not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}:
        return rule
    if parts["FREQ"] in ("WEEKLY", "DAILY") and "BYSETPOS" not in parts and "BYMONTHDAY" not in parts:
        moved = (DAYS[(DAYS.index(day.strip()) + days.days) % 7] for day in parts["BYDAY"].split(","))
        return write_rule({**parts, "BYDAY": ",".join(moved)})
    raise BadInput("the rule names the day itself", hint="give the new rule as well", place="rule")

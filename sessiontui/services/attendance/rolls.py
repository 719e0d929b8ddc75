"""The attendance of a session as it is shown: verdicts with names, and what was set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sessiontui.domain.attendance import Correction, Roll, call_roll
from sessiontui.domain.engagement import UNTOLD, Engagement
from sessiontui.domain.history import History
from sessiontui.domain.lifecycle import Derived, Facts
from sessiontui.domain.rules import Rules
from sessiontui.domain.vocabulary import Kind, RequestState
from sessiontui.services.pictures import AttendanceLine
from sessiontui.store.histories import person_id_of


def roll_of(
    history: History,
    facts: Facts,
    derived: Derived,
    at: datetime,
    *,
    corrections: Mapping[str, Correction],
    rules: Rules,
) -> Roll:
    """Return the roll of one session as of the instant at which its facts were derived."""
    return call_roll(
        facts,
        at,
        expected=[request.who for request in history.requests if request.state_at(at) is RequestState.APPROVED],
        host=host_of(history, facts),
        unmatched=history.unmatched,
        corrections=corrections,
        rules=rules,
        derived=derived,
    )


def host_of(history: History, facts: Facts) -> str:
    """Return the key of the one who hosts a session, empty for work, which has no host."""
    return "" if history.kind is Kind.WORK else facts.mentor or history.author


def attendance_lines(
    roll: Roll, names: Mapping[int, str], engagement: Mapping[str, Engagement]
) -> tuple[AttendanceLine, ...]:
    """Return a roll with names, and how each took part as far as a platform tells it.

    Attendees nobody has identified are named under the negative of their id.
    """
    found = []
    for one in roll.attended:
        person_id = person_id_of(one.who)
        name = names.get(person_id if person_id is not None else -int(one.who[1:] or 0), "")
        mark = one.correction
        found.append(
            AttendanceLine(
                person_id=person_id,
                person=name or "someone",
                verdict=one.verdict,
                stayed=one.stayed,
                first_join=one.first_join,
                last_leave=one.last_leave,
                here=one.is_here,
                expected=one.is_expected,
                walk_in=one.is_walk_in,
                why=one.why,
                corrected_by="" if mark is None else mark.by,
                corrected_at=None if mark is None else mark.at,
                reason="" if mark is None else mark.reason,
                provisional=roll.is_provisional,
                engagement=engagement.get(one.who, UNTOLD),
            )
        )
    return tuple(found)

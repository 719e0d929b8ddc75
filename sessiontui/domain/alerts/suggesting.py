"""What an alert proposes: at most three acts that help, in order, and work now; what is impossible is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from sessiontui.domain.alerts.words import AlertRule, Suggestion
from sessiontui.domain.lifecycle import Facts, why_not
from sessiontui.domain.records import record
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.seats import is_full
from sessiontui.domain.vocabulary import Control, Kind, Move

MOST: Final = 3

SUGGESTED: Final[Mapping[AlertRule, tuple[Suggestion, ...]]] = {
    AlertRule.NOBODY_JOINED: (Suggestion.REMIND, Suggestion.CALL_MENTOR, Suggestion.CANCEL),
    AlertRule.UPCOMING_EMPTY: (Suggestion.APPROVE, Suggestion.ALERT_AUTHOR, Suggestion.RESCHEDULE, Suggestion.CANCEL),
    AlertRule.REQUEST_BACKLOG: (Suggestion.APPROVE, Suggestion.ALERT_AUTHOR),
    AlertRule.SEAT_FREE: (Suggestion.PROMOTE,),
    AlertRule.NO_SHOW_RISK: (Suggestion.REMIND, Suggestion.CONFIRM, Suggestion.RESCHEDULE),
    AlertRule.HOST_MISSING: (Suggestion.CALL_MENTOR, Suggestion.REASSIGN, Suggestion.MODERATE),
    AlertRule.NO_MENTOR: (Suggestion.ASSIGN,),
    AlertRule.CLASH: (Suggestion.REASSIGN, Suggestion.RESCHEDULE),
    AlertRule.OVERTIME: (Suggestion.EXTEND, Suggestion.COMPLETE),
    AlertRule.FORGOTTEN_TIMER: (Suggestion.STOP_AT, Suggestion.STILL_AT_IT, Suggestion.EXTEND),
    AlertRule.UNSTABLE: (Suggestion.CHECK_PLATFORM, Suggestion.SEND_BACKUP_LINK),
    AlertRule.LINK_BROKEN: (Suggestion.USE_BACKUP, Suggestion.ALERT_AUTHOR, Suggestion.CALL_MENTOR),
    AlertRule.DELIVERY_FAILED: (Suggestion.RESEND,),
    AlertRule.FEED_SILENT: (Suggestion.CHECK_PLATFORM,),
    AlertRule.LOGIN_STUCK: (Suggestion.REVOKE, Suggestion.CALL_OWNER),
    AlertRule.TOKEN_REUSE: (Suggestion.REVOKE, Suggestion.CALL_OWNER),
    AlertRule.WORKER_LATE: (Suggestion.OPEN_HEALTH,),
    AlertRule.DISK_LOW: (Suggestion.OPEN_HEALTH,),
    AlertRule.BACKUP_OLD: (Suggestion.OPEN_HEALTH,),
}
"""What helps against what, best first; the fourth of a rule stands in where one before it is impossible."""


@record(kw_only=True)
class Means:
    """What there is to act with: the facts of the session (none for the installation), and whom one can reach.

    ``link`` says that there is a way in, ``backup`` that it can meet elsewhere.
    """

    facts: Facts | None = None
    mentor_phone: bool = False
    link: bool = False
    backup: bool = False
    author: bool = False


def suggestions(
    rule: AlertRule, means: Means, now: datetime, *, able: Collection[Suggestion], rules: Rules = DEFAULT_RULES
) -> tuple[Suggestion, ...]:
    """Return what to propose, best first: what the product is ``able`` to do and the moment allows."""
    wanted = (one for one in SUGGESTED[rule] if one in able and _is_possible(one, means, now, rules))
    return tuple(wanted)[:MOST]


def _is_possible(one: Suggestion, means: Means, now: datetime, rules: Rules) -> bool:
    if one in _ANYWHERE:
        return True
    if means.facts is None:
        return False
    move = _MOVES.get(one)
    if move is not None:
        return not why_not(move, means.facts, now, rules)
    return _POSSIBLE[one](means, means.facts)


_ANYWHERE: Final = frozenset(
    {Suggestion.CHECK_PLATFORM, Suggestion.OPEN_HEALTH, Suggestion.RESEND, Suggestion.REVOKE, Suggestion.CALL_OWNER}
)
"""What needs nothing of the session."""

_MOVES: Final = {
    Suggestion.CANCEL: Move.CANCEL,
    Suggestion.RESCHEDULE: Move.RESCHEDULE,
    Suggestion.REASSIGN: Move.REASSIGN,
    Suggestion.ASSIGN: Move.REASSIGN,
    Suggestion.EXTEND: Move.EXTEND,
    Suggestion.COMPLETE: Move.COMPLETE,
}

_POSSIBLE: Final[Mapping[Suggestion, Callable[[Means, Facts], bool]]] = {
    Suggestion.REMIND: lambda _, facts: facts.approved > 0,
    Suggestion.CONFIRM: lambda _, facts: facts.approved > 0,
    Suggestion.CALL_MENTOR: lambda means, facts: bool(facts.mentor) and means.mentor_phone,
    Suggestion.APPROVE: lambda _, facts: facts.pending > 0 and not is_full(facts.capacity, facts.approved),
    Suggestion.PROMOTE: lambda _, facts: facts.pending > 0 and facts.approved < facts.capacity,
    Suggestion.ALERT_AUTHOR: lambda means, _: means.author,
    Suggestion.MODERATE: lambda means, _: means.link,
    Suggestion.SEND_BACKUP_LINK: lambda means, facts: means.backup and facts.approved > 0,
    Suggestion.USE_BACKUP: lambda means, _: means.backup,
    Suggestion.STOP_AT: lambda _, facts: facts.kind is Kind.WORK,
    Suggestion.STILL_AT_IT: lambda _, facts: facts.kind is Kind.WORK and facts.control is Control.RUNNING,
}

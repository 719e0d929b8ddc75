"""Which sessions may be copied: those of which the rules say the same at any other time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, cast

from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.rules import Rules
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import Priority
from sessiontui.store.histories import Fetch, load

_OVER: Final = "s.final_end_at IS NOT NULL AND s.next_transition_at IS NULL"

_AHEAD: Final = (
    "s.final_end_at IS NULL AND s.status IN ('created', 'approved', 'has_requests', 'draft')"
    " AND NOT EXISTS (SELECT 1 FROM presence_signal v WHERE v.session_id = s.id)"
    " AND NOT EXISTS (SELECT 1 FROM session_change c WHERE c.session_id = s.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A session that may be copied; ``rank_step`` is by how much its rank grows with each millisecond."""

    id: int
    title: str
    rank_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Originals:
    """What may be copied: what is ``over`` to earlier times, what lies ``ahead`` to later ones."""

    over: tuple[Original, ...]
    ahead: tuple[Original, ...]


async def originals(fetch: Fetch, *, now: datetime, rules: Rules) -> Originals:
    """Return the sessions that may be copied: what the rules say of them at ``now`` they say at any other time.

    What is over must wait for nothing; a copy of it is moved to the past. What lies ahead has requests alone and no
    alert, and changes later than now; the window of its copy is moved to the future.
    """
    waits = f"{_AHEAD} AND ifnull(s.next_transition_at > {to_ms(now)}, s.status = 'draft')"
    over = await _originals(fetch, _OVER, now=now, rules=rules)
    return Originals(over=over, ahead=await _originals(fetch, waits, now=now, rules=rules))


async def _originals(fetch: Fetch, condition: str, *, now: datetime, rules: Rules) -> tuple[Original, ...]:
    """Return the sessions of a condition, none that is archived or has attendees nobody identified."""
    rows = await fetch(
        f"SELECT s.id, s.title, s.priority FROM session s WHERE {condition} AND s.archived_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM attendee a WHERE a.session_id = s.id) AND s.flags = ''"
        " AND NOT EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL) ORDER BY s.id",
        (),
    )
    histories = await load(fetch, [cast("int", row[0]) for row in rows])
    found = []
    for row in rows:
        session_id = cast("int", row[0])
        facts = facts_at(histories[session_id], now, rules=rules)
        derived = derive(facts, now, rules)
        later = derived if derived.final_end is None else replace(derived, final_end=derived.final_end + _TICK)
        priority = Priority(str(row[2]))
        step = rank(later, starts_at=facts.starts_at + _TICK, priority=priority) - rank(
            derived, starts_at=facts.starts_at, priority=priority
        )
        found.append(Original(id=session_id, title=str(row[1]), rank_step=step))
    return tuple(found)


_TICK: Final = timedelta(milliseconds=1)

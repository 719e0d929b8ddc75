"""What bears on the alerts of sessions and is not in a history, read with one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, cast

from sessiontui.domain.alerts.case import NO_SURROUNDINGS, BrokenLink, Chance, Overlap, Surroundings, Undelivered
from sessiontui.domain.instants import from_ms
from sessiontui.domain.places.looking import ENOUGH
from sessiontui.store.histories import CHUNK, Fetch
from sessiontui.store.reader import Value
from sessiontui.store.reads import outbox, risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An alert as it is, or will be, stored: of one rule and subject, open until ``resolved_at``; ``id`` 0 is new."""

    id: int
    rule: str
    level: int
    facts: str
    opened_at: int
    acknowledged_by_id: int | None = None
    acknowledged_by: str = ""
    acknowledged_at: int | None = None
    snoozed_by: str = ""
    snoozed_at: int | None = None
    snoozed_until: int | None = None
    resolved_at: int | None = None

    def presses(self, now: int) -> bool:
        """Return whether nobody has taken it up: it is neither acknowledged nor put off."""
        return self.acknowledged_at is None and (self.snoozed_until is None or self.snoozed_until <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """What is known beside the history of one session: its open alerts and what bears on them."""

    standing: tuple[Standing, ...] = ()
    around: Surroundings = NO_SURROUNDINGS


@dataclass(slots=True)
class _Gathered:
    """The parts of what is nearby, as rows bring them."""

    standing: list[Standing] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    active_at: datetime | None = None
    has_room: bool = False
    broken: BrokenLink | None = None
    has_chance: bool = False
    has_lost: bool = False


async def nearby(fetch: Fetch, sessions: Mapping[int, tuple[str, str]]) -> dict[int, Nearby]:
    """Return what bears on the alerts of sessions, by id; given are the link and the source of each."""
    found: dict[int, Nearby] = {}
    ids = list(sessions)
    for start in range(0, len(ids), CHUNK):
        found.update(await _nearby(fetch, {one: sessions[one] for one in ids[start : start + CHUNK]}))
    return found


async def _nearby(fetch: Fetch, sessions: Mapping[int, tuple[str, str]]) -> dict[int, Nearby]:
    silent: set[str] = set()
    gathered: defaultdict[int, _Gathered] = defaultdict(_Gathered)
    for row in await fetch(_question(len(sessions)), tuple(sessions)):
        kind, session_id = row[0], cast("int", row[1])
        if kind == "silent":
            silent.add(str(row[3]).removeprefix("source:"))
        elif kind == "alert":
            gathered[session_id].standing.append(standing_of(row[2:]))
        elif kind == "clash":
            other, who, since = cast("int", row[2]), str(row[4]), from_ms(cast("int", row[6]))
            gathered[session_id].overlaps.append(Overlap(who=who, other_id=other, other=str(row[3]), since=since))
        elif kind == "room":
            gathered[session_id].has_room = True
        elif kind == "broken":
            since = from_ms(cast("int", row[6]))
            gathered[session_id].broken = BrokenLink(fact=str(row[3]), since=since)
        elif kind == "active":
            gathered[session_id].active_at = from_ms(cast("int", row[6]))
        elif kind == "risk":
            gathered[session_id].has_chance = True
        else:
            gathered[session_id].has_lost = True
    chances = await _chances(fetch, [one for one, parts in gathered.items() if parts.has_chance])
    lost = await _lost(fetch, [one for one, parts in gathered.items() if parts.has_lost])
    found = {}
    for session_id, (link, source) in sessions.items():
        parts = gathered[session_id]
        around = Surroundings(
            link=link,
            has_room=parts.has_room,
            broken=parts.broken,
            feed_silent=source in silent,
            overlaps=tuple(parts.overlaps),
            chance=chances.get(session_id),
            undelivered=lost.get(session_id, ()),
            active_at=parts.active_at,
        )
        found[session_id] = Nearby(standing=tuple(parts.standing), around=around)
    return found


_NEARBY: Final = (
    "SELECT 'alert', session_id, id, rule, level, facts, opened_at, acknowledged_by_id, acknowledged_by,"
    " acknowledged_at, snoozed_by, snoozed_at, snoozed_until FROM alert"
    " WHERE session_id IN ({ids}) AND resolved_at IS NULL"
    " UNION ALL SELECT 'clash', c.session_id, c.other_id, o.title, p.name, 0, c.since, 0, 0, 0, 0, 0, 0 FROM clash c"
    " JOIN session o ON o.id = c.other_id JOIN person p ON p.id = c.person_id WHERE c.session_id IN ({ids})"
    " UNION ALL SELECT 'room', s.id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM session s JOIN place p"
    " ON p.id = s.place_id AND p.state = 'there' AND p.link = '' WHERE s.id IN ({ids})"
    " UNION ALL SELECT 'broken', l.session_id, 0, l.fact, 0, 0, l.since, 0, 0, 0, 0, 0, 0 FROM link_look l"
    f" JOIN session s ON s.id = l.session_id LEFT JOIN place p ON p.id = s.place_id"
    f" WHERE l.session_id IN ({{ids}}) AND l.failures >= {ENOUGH}"
    " AND l.link = CASE WHEN s.link = '' THEN p.platform || ':' || p.room_id ELSE s.link END"
    " UNION ALL SELECT 'active', s.id, 0, 0, 0, 0, max(e.at), 0, 0, 0, 0, 0, 0 FROM session s JOIN audit_entry e"
    " ON e.subject = 'session' AND e.subject_id = s.id AND e.by_id IS NOT NULL AND e.action != 'refused'"
    " AND e.action NOT IN ('undo', 'session.stop-at')"
    " WHERE s.id IN ({ids}) AND s.kind = 'work' AND s.control IN ('running', 'completed')"
    " AND (s.ended_at IS NULL OR e.at <= s.ended_at) GROUP BY s.id"
    " UNION ALL SELECT 'risk', session_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM session_risk"
    " WHERE session_id IN ({ids})"
    " UNION ALL SELECT 'lost', session_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM notification"
    " WHERE session_id IN ({ids}) AND state IN ('dead', 'uncertain')"
    " UNION ALL SELECT 'silent', 0, 0, subject, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM alert"
    " WHERE rule = 'feed_silent' AND resolved_at IS NULL"
)


@lru_cache(maxsize=4)
def _question(number: int) -> str:
    """Return the question about so many sessions: the same text is the same prepared statement."""
    return _NEARBY.format(ids=",".join(f"?{place}" for place in range(1, number + 1)))


def standing_of(values: Sequence[Value]) -> Standing:
    """Return an alert from its columns: the id, the rule, and so on in the order of the fields of ``Standing``."""
    return Standing(
        id=cast("int", values[0]),
        rule=str(values[1]),
        level=cast("int", values[2]),
        facts=str(values[3]),
        opened_at=cast("int", values[4]),
        acknowledged_by_id=cast("int | None", values[5]),
        acknowledged_by=str(values[6]),
        acknowledged_at=cast("int | None", values[7]),
        snoozed_by=str(values[8]),
        snoozed_at=cast("int | None", values[9]),
        snoozed_until=cast("int | None", values[10]),
    )


async def _chances(fetch: Fetch, ids: Sequence[int]) -> dict[int, Chance]:
    if not ids:
        return {}
    return {
        session_id: Chance(nobody=said.chance, at=from_ms(said.at), base_rate=said.base_rate, cases=said.cases)
        for session_id, said in (await risk.chances(fetch, ids)).items()
    }


_LETTERS: Final = {
    "scheduled": "invitation",
    "changed": "notice of a change",
    "cancelled": "cancellation",
    "confirm": "request to confirm",
    "decided": "decision letter",
    "author": "letter",
    "no_show": "question",
}
"""What letters are called, where their kind is no noun."""


async def _lost(fetch: Fetch, ids: Sequence[int]) -> dict[int, tuple[Undelivered, ...]]:
    if not ids:
        return {}
    return {
        session_id: tuple(
            Undelivered(
                what=f"{_LETTERS.get(letter.kind, letter.kind.replace('_', ' '))} to {letter.name}",
                state=letter.state,
                since=from_ms(letter.created_at),
            )
            for letter in letters
        )
        for session_id, letters in (await outbox.undelivered(fetch, ids)).items()
    }

"""Ten thousand random lives of sessions: no reminder is stale, none comes twice, none is missing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sessiontui.domain.reminders import LEADS, is_due, latest, occurrence, window

ZERO = datetime(2026, 5, 4, tzinfo=UTC)
MIN = timedelta(minutes=1)
ROUNDS = 4_000


@dataclass
class World:
    """One session and one person, as they stand; ``known_since`` is when the person last learnt of the start."""

    starts_at: datetime
    published: bool = False
    cancelled: bool = False
    approved: bool = False
    known: list[datetime] = field(default_factory=list)

    @property
    def expects(self) -> bool:
        return self.published and self.approved and not self.cancelled


def events(chance: random.Random) -> list[tuple[datetime, str, timedelta]]:
    """Moves, cancellations and decisions of two days, in their order."""
    found = [(ZERO, "publish", 0 * MIN), (ZERO, "approve", 0 * MIN)] if chance.random() < 0.7 else []
    kinds = ("publish", "approve", "withdraw", "cancel", "reopen", "move", "move", "back")
    for _ in range(chance.randrange(8)):
        at = ZERO + chance.randrange(0, 2 * 24 * 60) * MIN
        found.append((at, chance.choice(kinds), chance.randrange(-30 * 60, 30 * 60) * MIN))
    return sorted(found, key=lambda event: event[0])


def apply(world: World, at: datetime, what: str, by: timedelta, first: datetime) -> None:
    match what:
        case "publish":
            world.published = True
        case "approve":
            world.approved = True
        case "withdraw":
            world.approved = False
            return
        case "cancel":
            world.cancelled = True
            return
        case "reopen":
            world.cancelled = False
        case "move":
            world.starts_at += by
        case "back":
            world.starts_at = first
    world.known.append(at)


def test_no_reminder_is_stale_doubled_or_missing():
    chance = random.Random(1)
    sent = expected_in_all = 0
    for number in range(ROUNDS):
        first = ZERO + chance.randrange(60, 2 * 24 * 60) * MIN
        world, life = World(first), events(chance)
        down = ZERO + chance.randrange(0, 3 * 24 * 60) * MIN
        outage = (down, down + chance.randrange(0, 180) * MIN) if chance.random() < 0.3 else (ZERO, ZERO)
        told: dict[str, datetime] = {}
        awaited: dict[str, datetime] = {}
        now = ZERO + number % 6 * MIN
        while now < ZERO + timedelta(days=3):
            now += 6 * MIN if -30 * MIN < world.starts_at - now < 150 * MIN else 30 * MIN
            while life and life[0][0] <= now:
                apply(world, *life.pop(0), first)
            works = not outage[0] <= now < outage[1]
            ahead = world.starts_at - now
            for lead in LEADS if ahead < timedelta(days=1, minutes=30) else ():
                if not lead / 2 - 30 * MIN < ahead < lead + 30 * MIN:
                    continue  # far away; what is_due says there, the other test asks
                low, high = window(lead, now)
                key = occurrence(lead, world.starts_at)
                known = max(world.known, default=ZERO)
                # Told apart by hand: the instant of the lead has come, was known before it came, is not long past.
                due = world.starts_at - lead
                if world.expects and works and known <= due <= now <= due + lead / 2:
                    awaited.setdefault(key, now)
                if not (low <= world.starts_at <= high and world.expects and works) or key in told:
                    continue
                if is_due(lead, world.starts_at, known_since=known, now=now):
                    assert world.expects, "stale"
                    assert now < world.starts_at, "after the start"
                    told[key] = now
        assert told == awaited, f"round {number}: {set(awaited) ^ set(told)}"
        sent += len(told)
        expected_in_all += len(awaited)
    assert sent == expected_in_all
    assert sent > ROUNDS


def test_at_one_instant_only_one_lead_time_is_due():
    chance = random.Random(2)
    for _ in range(10_000):
        start = ZERO + timedelta(seconds=chance.randrange(2 * 86_400))
        now = ZERO + timedelta(seconds=chance.randrange(2 * 86_400))
        due = [lead for lead in LEADS if is_due(lead, start, known_since=None, now=now)]
        assert len(due) <= 1
        for lead in due:
            assert lead - latest(lead) <= start - now <= lead

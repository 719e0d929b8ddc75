"""Small worlds of plain facts, and their figures counted by brute force from those facts alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.services.import_stage import jsonl

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)

PEOPLE = tuple(f"p{number}" for number in range(6))
MENTORS = ("m1", "m2")


def stamp(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Ask:
    """One request; minutes count from the start of its session."""

    who: str
    state: str
    asked: int
    wait: int


@dataclass(frozen=True)
class Stay:
    """One closed presence; minutes count from the start of its session."""

    who: str
    joined: int
    length: int


@dataclass(frozen=True)
class One:
    """One session as a platform would tell of it."""

    start: int
    length: int
    kind: str
    control: str
    mentor: str | None
    tags: tuple[str, ...]
    reason: str
    asks: tuple[Ask, ...] = ()
    stays: tuple[Stay, ...] = field(default=())

    @property
    def starts_at(self) -> datetime:
        return NOW + self.start * MIN

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.length * MIN

    def at(self, minute: int) -> datetime:
        return self.starts_at + minute * MIN

    @property
    def seen(self) -> set[str]:
        return {stay.who for stay in self.stays if stay.joined + stay.length > 0}

    @property
    def actual(self) -> int:
        """Whole minutes in which somebody was there."""
        there = {minute for stay in self.stays for minute in range(max(0, stay.joined), stay.joined + stay.length)}
        return len(there)

    @property
    def status(self) -> str:
        """Where it stands at ``NOW``; every session here is far from ``NOW`` or over for good."""
        if self.control in ("draft", "cancelled"):
            return self.control
        if self.ends_at > NOW:
            return "open"
        if not self.seen:
            return "no_show"
        return "early" if self.actual * 2 < self.length else "complete"

    @property
    def over(self) -> bool:
        return self.status in ("no_show", "early", "complete", "cancelled")


@st.composite
def ones(draw: st.DrawFn) -> One:
    """A session that ended before ``NOW``, or begins well after it."""
    past = draw(st.integers(0, 3)) > 0
    length = draw(st.sampled_from((30, 45, 60)))
    start = -draw(st.integers(length, 60 * 24 * 80)) if past else draw(st.integers(60, 60 * 24 * 20))
    asks = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4))
    stays = draw(st.lists(st.sampled_from(PEOPLE), max_size=4)) if past else []
    return One(
        start=start,
        length=length,
        kind=draw(st.sampled_from(("conversation", "mentoring", "coaching"))),
        control=draw(st.sampled_from(("scheduled",) * 5 + ("cancelled", "draft"))),
        mentor=draw(st.sampled_from((None, *MENTORS))),
        tags=tuple(draw(st.lists(st.sampled_from(("grief", "code", "b c")), unique=True, max_size=2))),
        reason=draw(st.sampled_from(("mentor ill", "", "holiday"))),
        asks=tuple(
            Ask(
                who,
                draw(st.sampled_from(("pending", "approved", "approved", "rejected", "withdrawn"))),
                min(-draw(st.integers(1, 5000)), -start - 3000),
                draw(st.sampled_from((0, 1, 59, 700, 1441, 2000))),
            )
            for who in asks
        ),
        stays=tuple(
            Stay(who, draw(st.integers(-10, 25)), draw(st.integers(1, min(60, max(1, -start - 26))))) for who in stays
        )
        if start < -60
        else (),
    )


def told(world: list[One]):
    """Return a world as lines that can be imported."""
    lines: list[dict[str, object]] = [
        {"type": "person", "id": who, "name": f"Person {who}", "zone": "Europe/Madrid" if who == "m1" else "UTC"}
        for who in dict.fromkeys((*PEOPLE, *MENTORS, *(ask.who for one in world for ask in one.asks)))
    ]
    for number, one in enumerate(world):
        end = {"cancelled_at": stamp(min(one.at(-1), NOW)), "cancel_reason": one.reason}
        lines.append(
            {
                "type": "session",
                "id": f"s{number}",
                "title": f"Session {number}",
                "kind": one.kind,
                "control": one.control,
                "mentor": one.mentor,
                "tags": list(one.tags),
                "starts_at": stamp(one.starts_at),
                "ends_at": stamp(one.ends_at),
                **(end if one.control == "cancelled" else {}),
            }
        )
        lines += [
            {
                "type": "request",
                "session": f"s{number}",
                "person": ask.who,
                "state": ask.state,
                "requested_at": stamp(one.at(ask.asked)),
                **({} if ask.state == "pending" else {"decided_at": stamp(one.at(ask.asked + ask.wait))}),
            }
            for ask in one.asks
        ]
        lines += [
            {
                "type": "presence",
                "session": f"s{number}",
                "person": stay.who,
                "joined_at": stamp(one.at(stay.joined)),
                "left_at": stamp(one.at(stay.joined + stay.length)),
            }
            for stay in one.stays
        ]
    return jsonl(*lines)


def between(values: list[int], share: float) -> float | None:
    """Return a quantile, on a straight line between neighbours."""
    if not values:
        return None
    ordered, place = sorted(values), (len(values) - 1) * share
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(values) - 1)]
    return low + (high - low) * (place - int(place))


def brute(world: list[One]) -> dict[str, object]:
    """Return the figures of a world, counted one by one."""
    world = [one for one in world if one.control != "draft"]
    ended = [one for one in world if one.status in ("no_show", "early", "complete")]
    met = [one for one in ended if one.status != "no_show"]
    asks = [(one, ask) for one in world for ask in one.asks]
    decided = [(one, ask) for one, ask in asks if ask.state in ("approved", "rejected")]
    invited = [(one, ask) for one in ended for ask in one.asks if ask.state == "approved"]
    visits = Counter(who for one in world if one.over for who in one.seen)
    waits = [ask.wait for _, ask in decided]
    leads = [-ask.asked for _, ask in asks]
    count = Counter(one.status for one in world)

    def rate(hits: int, n: int) -> tuple[float | None, int]:
        return (hits / n if n else None), n

    return {
        "completion_rate": rate(count["complete"], len(ended)),
        "no_show_rate": rate(count["no_show"], len(ended)),
        "early_end_rate": rate(count["early"], len(ended)),
        "cancellation_rate": rate(count["cancelled"], len(ended) + count["cancelled"]),
        "show_up_rate": rate(sum(ask.who in one.seen for one, ask in invited), len(invited)),
        "duration_efficiency": (sum(one.actual / one.length for one in met) / len(met) if met else None, len(met)),
        "request_to_join": rate(sum(one.over and ask.who in one.seen for one, ask in asks), len(asks)),
        "approval_rate": rate(sum(ask.state == "approved" for _, ask in decided), len(decided)),
        "response_time": (median(waits) if waits else None, len(waits)),
        "response_p90": (between(waits, 0.9), len(waits)),
        "slow_answers": rate(sum(wait > 24 * 60 for wait in waits), len(waits)),
        "request_lead": (median(leads) if leads else None, len(leads)),
        "repeat_participation": rate(sum(times > 1 for times in visits.values()), len(visits)),
    }


def week(world: list[One], zone: ZoneInfo) -> Counter[tuple[int, int]]:
    """Return how many sessions start in each hour of the week."""
    starts = (one.starts_at.astimezone(zone) for one in world if one.control == "scheduled")
    return Counter((start.weekday(), start.hour) for start in starts)


def seen_by_day(world: list[One], zone: ZoneInfo) -> Counter[object]:
    """Return how many people were seen on each day."""
    found: Counter[object] = Counter()
    for one in world:
        if one.over and one.starts_at <= NOW:
            found[one.starts_at.astimezone(zone).date()] += len(one.seen)
    return +found

"""Whether people fall out of a session: one who comes back again and again, or half of all lost at once.

Both look back over a window that slides with the instant, so both begin with an event and end by time alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sessiontui.domain.alerts.case import Case
from sessiontui.domain.alerts.settings import AlertSettings
from sessiontui.domain.presence import closed_at
from sessiontui.domain.rules import Rules
from sessiontui.domain.vocabulary import Source, Status

MOST_MARKS: Final = 200
"""Instants that are tried for a change; beyond, the session is judged again at the next one, changed or not."""

_Span: TypeAlias = "tuple[str, datetime, datetime | None]"
"""Who, from when, and until when; ``None`` while they are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is seen at one instant: ``rejoins`` of the one who came back most, ``lost`` of ``present`` people."""

    since: datetime
    rejoins: int = 0
    lost: int = 0
    present: int = 0


def trouble(case: Case, now: datetime, rules: Rules) -> Trouble | None:
    """Return what is unstable about a session at ``now``, or ``None``."""
    spans = _spans(case, now, rules)
    return None if spans is None else _seen(spans, case, now, rules)


def next_trouble_at(case: Case, now: datetime, rules: Rules) -> datetime | None:
    """Return the first instant after ``now`` at which time alone makes the session look more or less stable."""
    spans = _spans(case, now, rules)
    if spans is None:
        return None
    marks = sorted(mark for mark in _marks(spans, case, now, rules) if mark > now)
    current = _key(_seen(spans, case, now, rules))
    nearest = marks[:MOST_MARKS]
    changed = next((mark for mark in nearest if _key(_seen(spans, case, mark, rules)) != current), None)
    return marks[MOST_MARKS] if changed is None and len(marks) > MOST_MARKS else changed


def _marks(spans: Sequence[_Span], case: Case, now: datetime, rules: Rules) -> set[datetime]:
    """Return every instant at which the windows may show something else, none where time alone can show nothing."""
    settings = rules.alerts
    marks: set[datetime] = set()
    times = Counter(who for who, _, _ in spans)
    for who, joined, _ in spans:
        if times[who] > settings.unstable_rejoins:
            marks.add(joined + settings.unstable_within)
    lately = now - settings.unstable_lost_within
    here = {who for who, _, left in spans if left is None}
    left = {who for who, _, end in spans if end is not None and end > lately} - here
    if left and len(left) >= settings.unstable_lost * len(here):
        marks |= {case.facts.ends_at - settings.unstable_before_end, case.facts.begin + settings.unstable_lost_within}
        for _, joined, end in spans:
            # Who joined slides into the crowd of the past, who left slides out of it.
            marks |= {joined + settings.unstable_lost_within}
            marks |= set() if end is None else {end + settings.unstable_lost_within}
    return marks


def might_be_lost(settings: AlertSettings, *, left_lately: int, here: int) -> bool:
    """Return whether too many can be lost, where so many have left within the window and so many are here.

    It is what can be told without knowing who: a cheap question whose no is certain.

    >>> [might_be_lost(AlertSettings(), left_lately=left, here=here) for left, here in ((1, 2), (2, 2), (5, 20))]
    [False, True, False]
    """
    return left_lately + here >= settings.unstable_people and left_lately >= settings.unstable_lost * here


def _spans(case: Case, now: datetime, rules: Rules) -> list[_Span] | None:
    """Return who was there when, or ``None`` where nothing can be said: it does not go on, or nobody knows times."""
    facts = case.facts
    stays = (*facts.guests, *facts.hosts)
    live = case.derived.status in (Status.ACTIVE, Status.WAITING)
    if not live or any(stay.approximate or stay.source is Source.IMPORT for stay in stays):
        return None
    spans: list[_Span] = []
    for stay in stays:
        if stay.joined_at > now or stay.is_contradictory:
            continue
        end = closed_at(stay, now, rules)
        open_end = None if end is None or end > now else end
        spans.append((stay.who, stay.joined_at, open_end))
    return spans


def _seen(spans: Sequence[_Span], case: Case, now: datetime, rules: Rules) -> Trouble | None:
    rejoins, back_at = _most_rejoins(spans, now, rules)
    lost, present, gone_at = _lost(spans, case, now, rules)
    since = [at for at in (back_at, gone_at) if at is not None]
    return Trouble(since=min(since), rejoins=rejoins, lost=lost, present=present) if since else None


def _key(seen: Trouble | None) -> tuple[int, int, int] | None:
    return None if seen is None else (seen.rejoins, seen.lost, seen.present)


def _most_rejoins(spans: Sequence[_Span], now: datetime, rules: Rules) -> tuple[int, datetime | None]:
    """Return how often the one who came back most did so, and when that became too often; zero if it did not."""
    within, most = rules.alerts.unstable_within, rules.alerts.unstable_rejoins
    own: defaultdict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for who, joined, left in spans:
        own[who].append((joined, left))
    worst, since = 0, None
    for stays in own.values():
        if len(stays) <= most:
            continue
        back = sorted(
            joined
            for joined, _ in stays
            if now - within < joined <= now
            and any(left is not None and left <= joined for _, left in stays)
            and not any(start < joined and (left is None or left > joined) for start, left in stays)
        )
        if len(back) >= most:
            since = back[most - 1] if since is None else min(since, back[most - 1])
            worst = max(worst, len(back))
    return worst, since


def _lost(spans: Sequence[_Span], case: Case, now: datetime, rules: Rules) -> tuple[int, int, datetime | None]:
    """Return how many of those present one window ago are gone, of how many, and when it became too many."""
    settings = rules.alerts
    if case.derived.status is not Status.ACTIVE or now >= case.facts.ends_at - settings.unstable_before_end:
        return 0, 0, None
    then = now - settings.unstable_lost_within
    if then < case.facts.begin:
        return 0, 0, None
    there = {who for who, joined, left in spans if joined <= then and (left is None or left > then)}
    here = {who for who, _, left in spans if left is None or left > now}
    gone = there - here
    enough = max(len(there) * settings.unstable_lost, 1)
    if len(there) < settings.unstable_people or len(gone) < enough or len(here) > len(there):
        return 0, 0, None
    ends = sorted(max(left for who, _, left in spans if who == one and left is not None) for one in gone)
    needed = next(place for place in range(1, len(ends) + 1) if place >= enough)
    return len(gone), len(there), ends[needed - 1]

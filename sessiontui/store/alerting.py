"""Alerts of sessions follow their rows: opened, changed and resolved in the transaction that derives the session.

What bears on them and is not in a history is read with one question. A row that waited for its turn is judged at
every instant at which it was due, so that what opened and what was resolved meanwhile bears its own instant.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.alerts import LEVELS, NO_LIFT, AlertState, Finding, Judgement, level_of
from sessiontui.domain.alerts.case import NO_SURROUNDINGS, Chance, Overlap, Surroundings, Undelivered, case_of
from sessiontui.domain.alerts.judging import judge
from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive, next_transition_at
from sessiontui.domain.rules import Rules
from sessiontui.domain.urgency import LIFT_SHIFT
from sessiontui.domain.vocabulary import Severity
from sessiontui.store.compact import dump
from sessiontui.store.histories import CHUNK, Fetch, load, marks
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads import outbox, risk
from sessiontui.store.reads.alerts import AlertRow

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

MOST_STEPS: Final = 64
"""Instants at which a row that waited for long is judged on its way to the present."""

ON_TIME: Final = timedelta(seconds=2)
"""A row that is derived this soon after it was due missed nothing: it is judged once, at the present."""

SAME_AFFAIR: Final = timedelta(minutes=10)
"""An alert that comes back this soon is still the affair of whoever took it up."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What became of the alerts of one subject: those that stand, those that were resolved, and when to look again.

    ``touched`` are the rules of those that stand and are not stored so.
    """

    standing: tuple[Standing, ...] = ()
    resolved: tuple[Standing, ...] = ()
    touched: frozenset[str] = frozenset()
    next_at: int | None = None

    @property
    def changed(self) -> tuple[Standing, ...]:
        """What has to be written."""
        return (*self.resolved, *(one for one in self.standing if one.rule in self.touched))

    def due(self, now: int) -> int | None:
        """Return when to look again, also because an alert is no longer put off."""
        snoozed = (one.snoozed_until for one in self.standing)
        due = [until for until in snoozed if until is not None and until > now]
        return min((*due, *(() if self.next_at is None else (self.next_at,))), default=None)


@dataclass(slots=True)
class _Gathered:
    """The parts of what is nearby, as rows bring them."""

    standing: list[Standing] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    has_chance: bool = False
    has_lost: bool = False


async def nearby(fetch: Fetch, sessions: Mapping[int, tuple[str, str]]) -> dict[int, Nearby]:
    """Return what bears on the alerts of sessions, by id; given are the link and the source of each."""
    found: dict[int, Nearby] = {}
    ids = list(sessions)
    for start in range(0, len(ids), CHUNK):
        found.update(await _nearby(fetch, {one: sessions[one] for one in ids[start : start + CHUNK]}))
    return found


def follow(
    history: History,
    near: Nearby,
    facts: Facts,
    derived: Derived,
    *,
    now: datetime,
    due: datetime | None,
    rules: Rules,
) -> Followed:
    """Return what becomes of the alerts of a session derived at ``now`` whose row was due at ``due``."""
    walk = _Walk(near)
    here = _judged(history, near, facts, derived, now, rules)
    is_late = due is not None and due < now
    if due is not None and is_late and (now - due > ON_TIME or walk.would_change(here.findings)):
        _catch_up(walk, history, near, due, now, rules)
    walk.take(here.findings, now)
    return walk.end(here.next_at)


async def carry_over(fetch: Fetch, subjects: Mapping[str, Followed]) -> dict[str, Followed]:
    """Let alerts that come back begin after their last end, and stay with whoever had taken them up."""
    fresh = [subject for subject, followed in subjects.items() if any(not one.id for one in followed.changed)]
    last: dict[tuple[str, str], Row] = {}
    for start in range(0, len(fresh), CHUNK):
        chunk = fresh[start : start + CHUNK]
        there = ",".join("?" * len(chunk))
        for row in await fetch(
            "SELECT subject, rule, max(resolved_at), acknowledged_by_id, acknowledged_by, acknowledged_at,"
            " snoozed_by, snoozed_at, snoozed_until FROM alert"
            f" WHERE subject IN ({there}) AND resolved_at IS NOT NULL GROUP BY subject, rule",
            chunk,
        ):
            last[str(row[0]), str(row[1])] = row
    return {
        subject: replace(
            followed,
            standing=tuple(_carried(one, last.get((subject, one.rule))) for one in followed.standing),
            resolved=tuple(_carried(one, last.get((subject, one.rule))) for one in followed.resolved),
        )
        for subject, followed in subjects.items()
    }


async def judged_rows(fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules) -> list[AlertRow]:
    """Return the open alerts of sessions as they are at ``now``, for reading alone; new ones have the id 0."""
    titles: dict[int, str] = {}
    given: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await fetch(f"SELECT id, link, source, title FROM session WHERE id IN ({marks(chunk)})", chunk):
            session_id = cast("int", row[0])
            given[session_id], titles[session_id] = (str(row[1]), str(row[2])), str(row[3])
    near, histories = await nearby(fetch, given), await load(fetch, list(given))
    followed = {}
    for session_id, history in histories.items():
        facts = facts_at(history, now, rules=rules)
        derived = derive(facts, now, rules)
        followed[subject_of(session_id)] = follow(
            history, near[session_id], facts, derived, now=now, due=None, rules=rules
        )
    found = []
    for subject, one in (await carry_over(fetch, followed)).items():
        session_id = int(subject.rpartition(":")[2])
        found += [_row(alert, subject, session_id, titles[session_id]) for alert in one.standing]
    return found


def _row(alert: Standing, subject: str, session_id: int, title: str) -> AlertRow:
    return AlertRow(
        id=alert.id,
        rule=alert.rule,
        subject=subject,
        session_id=session_id,
        level=alert.level,
        facts=alert.facts,
        opened_at=alert.opened_at,
        acknowledged_by_id=alert.acknowledged_by_id,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        snoozed_by=alert.snoozed_by,
        snoozed_at=alert.snoozed_at,
        snoozed_until=alert.snoozed_until,
        note="",
        escalated_at=None,
        resolved_at=None,
        title=title,
    )


async def follow_subjects(
    tx: Tx, findings: Mapping[str, Sequence[Finding]], *, rules_about: Sequence[str]
) -> dict[str, Followed]:
    """Let the alerts of some rules, which are about no session, be what was found of each subject.

    The answer is what changed, by subject.
    """
    names = ",".join("?" * len(rules_about))
    standing: defaultdict[str, list[Standing]] = defaultdict(list)
    for row in await tx.fetch(
        "SELECT id, rule, level, facts, opened_at, acknowledged_by_id, acknowledged_by, acknowledged_at, snoozed_by,"
        f" snoozed_at, snoozed_until, subject FROM alert WHERE rule IN ({names}) AND resolved_at IS NULL",
        list(rules_about),
    ):
        standing[str(row[-1])].append(_standing(row[:-1]))
    changed: dict[str, Followed] = {}
    for subject in dict.fromkeys((*standing, *findings)):
        walk = _Walk(Nearby(standing=tuple(standing[subject])))
        walk.take(findings.get(subject, ()), tx.at)
        followed = walk.end(None)
        if followed.changed:
            changed[subject] = followed
    changed = await carry_over(tx.fetch, changed)
    await store(tx, {subject: (None, followed.changed) for subject, followed in changed.items()})
    if changed:
        await tell(tx)
    return changed


async def tell(tx: Tx) -> None:
    """Let those who follow the change log know that something changed that is about no session."""
    await tx.run("INSERT INTO change_log (session_id, at) VALUES (0, ?)", (tx.now,))


def lifted(standing: Iterable[Standing], now: int) -> int:
    """Return how much open alerts lift their session: the level of the worst that presses, 2 for none."""
    return min((one.level for one in standing if one.resolved_at is None and one.presses(now)), default=NO_LIFT)


def lifted_by(rows: Iterable[AlertRow], now: int) -> Severity | None:
    """Return the severity by which alerts that are read lift their session at an instant, ``None`` for none."""
    level = min((row.level for row in rows if row.state_at(now) == AlertState.OPEN), default=NO_LIFT)
    return LEVELS[level] if level < NO_LIFT else None


async def store(tx: Tx, subjects: Mapping[str, tuple[int | None, Sequence[Standing]]]) -> None:
    """Write alerts that changed, by subject, with the session that each is about."""
    opened: list[tuple[Value, ...]] = []
    changed: list[tuple[Value, ...]] = []
    for subject, (session_id, alerts) in subjects.items():
        for one in alerts:
            if one.id:
                changed.append((one.level, one.facts, one.resolved_at, one.id))
            else:
                opened.append(
                    (
                        one.rule, subject, session_id, one.level, one.facts, one.opened_at, one.acknowledged_by_id,
                        one.acknowledged_by, one.acknowledged_at, one.snoozed_by, one.snoozed_at, one.snoozed_until,
                        one.resolved_at,
                    )
                )  # fmt: skip
    await tx.run_many(
        "UPDATE alert SET level = ?, facts = ?, resolved_at = ?, version = version + 1 WHERE id = ?", changed
    )
    await tx.run_many(
        "INSERT INTO alert (rule, subject, session_id, level, facts, opened_at, acknowledged_by_id, acknowledged_by,"
        " acknowledged_at, snoozed_by, snoozed_at, snoozed_until, resolved_at, note, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 1)",
        opened,
    )


async def relift(tx: Tx, ids: Sequence[int]) -> None:
    """Let alerts that were taken up, put off or brought back move their sessions in the order of urgency.

    The place of a session in the order is its lift above all else, so that nothing has to be derived; a session
    is due when an alert comes back.
    """
    rows = [(one,) for one in ids]
    await tx.run_many(_RELIFT.format(now=tx.now), rows)
    await tx.run_many("INSERT INTO change_log (session_id, at) VALUES (?, ?)", [(one, tx.now) for one in ids])
    if not ids:
        await tell(tx)


_NEVER: Final = 1 << 62

_UNTAKEN: Final = (
    "SELECT min(a.level) FROM alert a WHERE a.session_id = session.id AND a.resolved_at IS NULL"
    " AND a.acknowledged_at IS NULL AND ifnull(a.snoozed_until <= {now}, 1)"
)

_BACK: Final = (
    "SELECT min(a.snoozed_until) FROM alert a WHERE a.session_id = session.id AND a.resolved_at IS NULL"
    " AND a.snoozed_until > {now}"
)

_RELIFT: Final = (
    f"UPDATE session SET lift = min(ifnull(({_UNTAKEN}), {NO_LIFT}), {NO_LIFT}),"
    f" rank = (rank & {(1 << LIFT_SHIFT) - 1}) | (min(ifnull(({_UNTAKEN}), {NO_LIFT}), {NO_LIFT}) << {LIFT_SHIFT}),"
    f" next_transition_at = nullif(min(ifnull(next_transition_at, {_NEVER}), ifnull(({_BACK}), {_NEVER})), {_NEVER})"
    " WHERE id = ?"
)


def subject_of(session_id: int) -> str:
    """Return how alerts name a session.

    >>> subject_of(4711)
    'session:4711'
    """
    return f"session:{session_id}"


class _Walk:
    """The alerts of one session on their way from the instant at which it was due to the present."""

    def __init__(self, near: Nearby) -> None:
        self._standing = {one.rule: one for one in near.standing}
        self._resolved: list[Standing] = []
        self._touched: set[str] = set()

    def would_change(self, findings: Sequence[Finding]) -> bool:
        """Return whether findings are other ones than those that stand."""
        return {finding.rule.value for finding in findings} != set(self._standing)

    def take(self, findings: Sequence[Finding], at: datetime) -> None:
        """Let the findings of an instant be what stands."""
        there = {finding.rule.value: finding for finding in findings}
        for rule in [rule for rule in self._standing if rule not in there]:
            over = self._standing.pop(rule)
            self._touched.discard(rule)
            self._resolved.append(replace(over, resolved_at=max(to_ms(at), over.opened_at)))
        for rule, finding in there.items():
            level, told = level_of(finding.severity), dump(finding.facts)
            known = self._standing.get(rule)
            if known is None:
                since = to_ms(min(finding.since, at))
                known = Standing(id=0, rule=rule, level=level, facts=told, opened_at=since)
            elif (known.level, known.facts) == (level, told):
                continue
            self._standing[rule] = replace(known, level=level, facts=told)
            self._touched.add(rule)

    def end(self, next_at: datetime | None) -> Followed:
        """Return what came of it."""
        return Followed(
            standing=tuple(self._standing.values()),
            resolved=tuple(self._resolved),
            touched=frozenset(self._touched),
            next_at=None if next_at is None else to_ms(next_at),
        )


def _catch_up(walk: _Walk, history: History, near: Nearby, due: datetime, now: datetime, rules: Rules) -> None:
    """Judge at every instant from ``due`` on at which something was due, as far as the present."""
    at: datetime | None = due
    marks_of_history = instants(history)
    for _ in range(MOST_STEPS):
        if at is None or at >= now:
            return
        facts = facts_at(history, at, known=now, rules=rules)
        derived = derive(facts, at, rules)
        judgement = _judged(history, near, facts, derived, at, rules)
        walk.take(judgement.findings, at)
        following = (next_transition_at(facts, at, rules, marks=marks_of_history), judgement.next_at)
        at = min((instant for instant in following if instant is not None), default=None)


def _judged(history: History, near: Nearby, facts: Facts, derived: Derived, at: datetime, rules: Rules) -> Judgement:
    """Return the alerts of a session at an instant; one that is put away, or not there yet, has none."""
    if facts.archived_at is not None or not history.exists_at(at):
        return Judgement()
    return judge(case_of(history, facts, derived, at, near.around), at, rules)


def _carried(one: Standing, last: Row | None) -> Standing:
    """Return a new alert that knows of the last one of its rule and subject."""
    if one.id or last is None:
        return one
    ended = cast("int", last[2])
    begun = replace(one, opened_at=max(one.opened_at, ended))
    if begun.resolved_at is not None:
        return replace(begun, resolved_at=max(begun.resolved_at, begun.opened_at))
    acknowledged_at, until = cast("int | None", last[5]), cast("int | None", last[8])
    if acknowledged_at is not None and begun.opened_at - ended <= SAME_AFFAIR / timedelta(milliseconds=1):
        begun = replace(
            begun,
            acknowledged_by_id=cast("int | None", last[3]),
            acknowledged_by=str(last[4]),
            acknowledged_at=acknowledged_at,
        )
    if until is not None and until > begun.opened_at:
        begun = replace(begun, snoozed_by=str(last[6]), snoozed_at=cast("int | None", last[7]), snoozed_until=until)
    return begun


# -- reading -------------------------------------------------------------------------------------------------


async def _nearby(fetch: Fetch, sessions: Mapping[int, tuple[str, str]]) -> dict[int, Nearby]:
    ids = list(sessions)
    there = ",".join(f"?{place}" for place in range(1, len(ids) + 1))
    silent: set[str] = set()
    gathered: defaultdict[int, _Gathered] = defaultdict(_Gathered)
    for row in await fetch(_NEARBY.format(ids=there), ids):
        kind, session_id = row[0], cast("int", row[1])
        if kind == "silent":
            silent.add(str(row[3]).removeprefix("source:"))
        elif kind == "alert":
            gathered[session_id].standing.append(_standing(row[2:]))
        elif kind == "clash":
            other, who, since = cast("int", row[2]), str(row[4]), from_ms(cast("int", row[6]))
            gathered[session_id].overlaps.append(Overlap(who=who, other_id=other, other=str(row[3]), since=since))
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
            feed_silent=source in silent,
            overlaps=tuple(parts.overlaps),
            chance=chances.get(session_id),
            undelivered=lost.get(session_id, ()),
        )
        found[session_id] = Nearby(standing=tuple(parts.standing), around=around)
    return found


_NEARBY: Final = (
    "SELECT 'alert', session_id, id, rule, level, facts, opened_at, acknowledged_by_id, acknowledged_by,"
    " acknowledged_at, snoozed_by, snoozed_at, snoozed_until FROM alert"
    " WHERE session_id IN ({ids}) AND resolved_at IS NULL"
    " UNION ALL SELECT 'clash', c.session_id, c.other_id, o.title, p.name, 0, c.since, 0, 0, 0, 0, 0, 0 FROM clash c"
    " JOIN session o ON o.id = c.other_id JOIN person p ON p.id = c.person_id WHERE c.session_id IN ({ids})"
    " UNION ALL SELECT 'risk', session_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM session_risk"
    " WHERE session_id IN ({ids})"
    " UNION ALL SELECT 'lost', session_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM notification"
    " WHERE session_id IN ({ids}) AND state IN ('dead', 'uncertain')"
    " UNION ALL SELECT 'silent', 0, 0, subject, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM alert"
    " WHERE rule = 'feed_silent' AND resolved_at IS NULL"
)


def _standing(values: Sequence[Value]) -> Standing:
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


def facts_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the facts that an alert is stored with.

    >>> facts_of('[["approved","3"]]')
    (('approved', '3'),)
    """
    return tuple((str(name), str(value)) for name, value in json.loads(text))

"""How alerts are kept: written in the transaction that judged them, moved in the order of urgency, told of.

An alert that comes back begins after its last end, and stays with whoever had taken it up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.alerts import NO_LIFT, Finding
from sessiontui.domain.urgency import LIFT_SHIFT
from sessiontui.store.alert_walk import Followed, Walk
from sessiontui.store.histories import CHUNK, Fetch
from sessiontui.store.nearby import Nearby, Standing, standing_of
from sessiontui.store.reader import Row, Value

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

SAME_AFFAIR: Final = timedelta(minutes=10)
"""An alert that comes back this soon is still the affair of whoever took it up."""

BY_LEVEL: Final = (
    "SELECT level, count(*), count(acknowledged_at) FROM alert WHERE resolved_at IS NULL"
    " GROUP BY level ORDER BY level"
)
"""What the maintained counts of alerts are to be: how many are open by level, and how many of them were taken up."""


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
        standing[str(row[-1])].append(standing_of(row[:-1]))
    changed: dict[str, Followed] = {}
    for subject in dict.fromkeys((*standing, *findings)):
        walk = Walk(Nearby(standing=tuple(standing[subject])))
        walk.take(findings.get(subject, ()), tx.at)
        followed = walk.end(None)
        if followed.changed:
            changed[subject] = followed
    changed = await carry_over(tx.fetch, changed)
    await store(tx, {subject: (None, followed.changed) for subject, followed in changed.items()})
    if changed:
        await tell(tx)
    return changed


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
    if not last:
        return dict(subjects)
    return {
        subject: replace(
            followed,
            standing=tuple(_carried(one, last.get((subject, one.rule))) for one in followed.standing),
            resolved=tuple(_carried(one, last.get((subject, one.rule))) for one in followed.resolved),
        )
        for subject, followed in subjects.items()
    }


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


async def tell(tx: Tx) -> None:
    """Let those who follow the change log know that something changed that is about no session."""
    await tx.run("INSERT INTO change_log (session_id, at) VALUES (0, ?)", (tx.now,))


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

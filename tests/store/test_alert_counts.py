"""The counts of alerts by level are those of the rows, whatever is done to alerts and whoever does it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.store import migrations
from sessiontui.store.reader import Look, made
from sessiontui.store.reads import alerts, soundness

NOW = 1_000

LEVELS = st.integers(0, 2)
WHEN = st.sampled_from([None, NOW - 1, NOW, NOW + 1])
DEEDS = st.one_of(
    st.tuples(st.just("open"), LEVELS, WHEN, WHEN),
    st.tuples(st.just("level"), st.integers(0, 9), LEVELS),
    st.tuples(st.just("resolved_at"), st.integers(0, 9), WHEN),
    st.tuples(st.just("acknowledged_at"), st.integers(0, 9), WHEN),
    st.tuples(st.just("snoozed_until"), st.integers(0, 9), WHEN),
    st.tuples(st.just("delete"), st.integers(0, 9)),
)

COUNTED = (
    "SELECT level, count(*), sum(acknowledged_at IS NULL AND ifnull(snoozed_until <= ?, 1)) FROM alert"
    " WHERE resolved_at IS NULL GROUP BY level"
)


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for number in range(1, migrations.HEAD + 1):
        for statement in migrations.statements(number):
            connection.execute(statement)
    yield connection
    connection.close()


@given(st.lists(DEEDS, max_size=30))
@settings(max_examples=150, deadline=None)
def test_what_is_kept_is_what_is_counted(connection: sqlite3.Connection, deeds: list[tuple[object, ...]]) -> None:
    connection.execute("DELETE FROM alert")
    ids: list[int] = []
    for deed, *told in deeds:
        if deed == "open":
            ids.append(opened(connection, *told))
        elif ids and deed == "delete":
            connection.execute("DELETE FROM alert WHERE id = ?", (ids.pop(told[0] % len(ids)),))
        elif ids:
            connection.execute(f"UPDATE alert SET {deed} = ? WHERE id = ?", (told[1], ids[told[0] % len(ids)]))
    fetch = Look(connection).fetch
    counted = {level: (number, pressing) for level, number, pressing in connection.execute(COUNTED, (NOW,))}
    found = made(alerts.counts(fetch, now=NOW))
    kept = {
        level: (found.get((level, True), 0) + found.get((level, False), 0), found.get((level, True), 0))
        for level in {level for level, _ in found}
    }
    assert kept == counted
    assert [one for one in made(soundness.miscounted(fetch)) if "alerts" in one] == []
    if counted:
        connection.execute("UPDATE alert_count SET n = n + 1 WHERE level = ?", (min(counted),))
        assert any("alerts are counted" in one for one in made(soundness.miscounted(fetch)))
        connection.execute("UPDATE alert_count SET n = n - 1 WHERE level = ?", (min(counted),))


def opened(connection: sqlite3.Connection, level: object, acknowledged: object, snoozed: object) -> int:
    row = connection.execute(
        "INSERT INTO alert (rule, subject, level, facts, opened_at, acknowledged_by, acknowledged_at, snoozed_by,"
        " snoozed_until, note, version) VALUES ('silent', ?, ?, '[]', 0, '', ?, '', ?, '', 1) RETURNING id",
        (f"installation:{connection.total_changes}", level, acknowledged, snoozed),
    ).fetchone()
    return int(row[0])

"""What is read again and again while nobody does anything goes by indexes, however large the tables are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from sessiontui.store import feeds
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads import talk
from tests.conftest import Stage

NOON = int(datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp()) * 1000


class Plans:
    """Stands in the place of a reading and answers with the plan of what is asked."""

    def __init__(self, stage: Stage) -> None:
        self._plain = sqlite3.connect(stage.path)
        self.steps: list[str] = []

    async def __call__(
        self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None
    ) -> list[Row]:
        del deadline
        self.steps += [row[3] for row in self._plain.execute(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters))]
        return []


async def test_whether_somebody_was_inside_is_asked_of_the_sessions_that_go_on(stage: Stage) -> None:
    plans = Plans(stage)
    await feeds._were_inside(plans, "zoom", NOON, NOON)
    first, *others = plans.steps
    assert first.startswith("SEARCH s USING INDEX session_start (starts_at>? AND starts_at<?)"), plans.steps
    assert [step.startswith("SEARCH p USING INDEX presence_session") for step in others] == [True], plans.steps


async def test_who_may_be_named_in_a_talk_is_found_without_looking_at_everyone(stage: Stage) -> None:
    plans = Plans(stage)
    await talk.callable_people(plans, 1)
    assert "SEARCH p USING INDEX person_staff (role=?)" in plans.steps
    assert not [step for step in plans.steps if step.startswith("SCAN")], plans.steps

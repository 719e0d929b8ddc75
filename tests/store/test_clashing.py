"""Double bookings are found through indexes: the job asks for each session anew, however many requests there are."""

from __future__ import annotations

from sessiontui.store import clashing
from tests.conftest import Stage


async def test_no_index_is_made_for_a_question(stage: Stage):
    rows = await stage.context.db.fetch(f"EXPLAIN QUERY PLAN {clashing._BOOKINGS}", (1, 1))
    steps = [str(row[3]) for row in rows]
    assert any("join_request_person (person_id=?)" in step for step in steps), steps
    assert not [step for step in steps if "AUTOMATIC PARTIAL" in step], steps
    # what is scanned are the one session and its few people
    assert {step for step in steps if step.startswith("SCAN")} <= {"SCAN x", "SCAN w"}, steps

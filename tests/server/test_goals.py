"""The goals of a session over HTTP: what is changed of one in one call is one act, whole or not at all."""

from __future__ import annotations

from sessiontui.services import undo
from tests.server.conftest import House
from tests.server.test_sessions import me


async def plan_of(house: House) -> str:
    """Return where the plan of a new session with one goal is."""
    made = await house.session()
    where = f"/api/sessions/{made['id']}/goals"
    answer = await house.http.post(where, json={"title": "Reproduce"})
    assert answer.status_code == 201
    return where


async def acts(house: House) -> list[tuple[object, ...]]:
    return await house.stage.rows("SELECT action, sentence FROM audit_entry WHERE action LIKE 'goal.%' ORDER BY id")


async def test_a_goal_is_renamed_and_finished_in_one_act_that_is_undone_as_one(house: House) -> None:
    where = await plan_of(house)
    changed = await house.http.patch(f"{where}/1", json={"title": "Reproduce it", "weight": 3, "state": "done"})
    assert changed.status_code == 200
    assert (await acts(house))[1:] == [
        ("goal.edit", "changed title and weight of the goal #1 Reproduce; finished the goal #1 Reproduce")
    ]
    row = "SELECT title, weight, state FROM goal"
    assert await house.stage.rows(row) == [("Reproduce it", 3, "done")]
    taken_back = changed.json()["receipt"]["undo"]
    await undo.undo(house.stage.context, by=await me(house), at=house.clock.now, entry=taken_back)
    assert await house.stage.rows(row) == [("Reproduce", 1, "open")]


async def test_where_the_goal_cannot_be_finished_nothing_of_it_changes(house: House) -> None:
    where = await plan_of(house)
    await house.http.post(where, json={"title": "Part", "parent": 1})
    before = await acts(house)
    refused = await house.http.patch(f"{where}/1", json={"title": "Other", "state": "done"})
    assert refused.status_code == 409
    assert "1 part of Reproduce open" in refused.json()["detail"]
    assert await house.stage.rows("SELECT title FROM goal WHERE id = 1") == [("Reproduce",)]
    assert await acts(house) == before


async def test_a_goal_is_taken_up_again_and_set_back_in_one_call(house: House) -> None:
    where = await plan_of(house)
    await house.http.patch(f"{where}/1", json={"state": "dropped", "reason": "no longer asked for"})
    again = await house.http.patch(f"{where}/1", json={"state": "open", "progress": 40})
    assert again.status_code == 200
    assert await house.stage.rows("SELECT state, progress FROM goal") == [("open", 40)]


async def test_the_same_key_changes_a_goal_once(house: House) -> None:
    where = await plan_of(house)
    body, key = {"title": "Other", "state": "done"}, {"Idempotency-Key": "k1"}
    first = await house.http.patch(f"{where}/1", json=body, headers=key)
    second = await house.http.patch(f"{where}/1", json=body, headers=key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json()["receipt"]["repeated"], second.json()["receipt"]["repeated"]) == (False, True)
    assert len(await acts(house)) == 2

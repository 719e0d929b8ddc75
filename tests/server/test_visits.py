"""Visits and projects over HTTP: every route of the older system, and what makes a project."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.vocabulary import Role
from tests.conftest import NOON
from tests.server.conftest import House, bearer

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def project(house: House) -> int:
    made = await house.http.post("/api/projects", json={"name": "Harbour app"})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


async def test_a_visit_is_begun_followed_and_ended(house: House):
    await project(house)
    who = {"user": house.stage.ana, "project": "harbour-app"}
    begun = await house.http.post("/api/sessions/start", json={**who, "metadata": {"tab": 3}})
    assert (begun.status_code, begun.json()["ended_at"]) == (201, None)
    again = await house.http.post("/api/sessions/start", json=who)
    assert again.json()["id"] != begun.json()["id"]
    assert await house.stage.rows("SELECT count(*) FROM user_sessions WHERE is_active") == [(1,)]
    await house.move_to(NOON + 5 * MINUTE)
    tracked = await house.http.post("/api/sessions/track-activity", json={**who, "kind": "message"})
    assert (tracked.status_code, tracked.json()) == (202, {"acknowledged": 1, "dropped": 0})
    await house.serving.tracker.close()
    rows = await house.stage.rows("SELECT activities, last_activity FROM user_sessions WHERE is_active")
    assert rows == [(1, int((NOON + 5 * MINUTE).timestamp() * 1000))]
    ended = await house.http.post("/api/sessions/end", json=who)
    assert ended.json()["ended_at"] == "2026-05-04T12:05:00Z"
    assert (await house.http.post("/api/sessions/end", json=who)).status_code == 409
    assert await house.stage.rows("SELECT metadata FROM user_sessions WHERE id = 1") == [('{"tab":3}',)]


async def test_the_same_start_sent_twice_begins_one_visit(house: House):
    await project(house)
    body, key = {"user": house.stage.ana, "project": 1}, {"Idempotency-Key": "k-1"}
    first = await house.http.post("/api/sessions/start", json=body, headers=key)
    second = await house.http.post("/api/sessions/start", json=body, headers=key)
    assert (first.json()["id"], second.json()["receipt"]["repeated"]) == (second.json()["id"], True)
    assert await house.stage.rows("SELECT count(*) FROM user_sessions") == [(1,)]


async def test_the_summary_with_steps_and_blockers_and_what_is_kept(house: House):
    number = await project(house)
    ana = house.stage.ana
    who = {"user": ana, "project": number}
    made = await house.http.post(f"/api/projects/{number}/items", json={"title": "Ferry"})
    item = made.json()["id"]
    await house.http.post("/api/sessions/start", json=who)
    await house.http.post("/api/sessions/end", json=who)
    await house.move_to(NOON + HOUR)
    moved = await house.http.patch(f"/api/projects/{number}/items/{item}", json={"state": "decided"})
    assert moved.status_code == 200, moved.text
    await house.http.post(f"/api/projects/{number}/questions", json={"text": "Why?", "item": item})
    report = {"project": number, "agent": "planner", "kind": "missing", "text": "the key", "item": item}
    assert (await house.http.post("/api/sessions/track-activity", json={"activities": [report]})).status_code == 202
    await house.serving.tracker.close()
    await house.move_to(NOON + 3 * HOUR)
    told = (await house.http.get(f"/api/sessions/summary/{ana}/{number}")).json()
    assert (told["time_since"], told["decided_since"], told["pending_questions"]) == ("3 hours ago", 1, 1)
    assert told["sentence"] == "1 decided since last • 0 exploring • 0 parked • 1 pending question"
    assert [one["title"] for one in told["items"]["decided_since"]] == ["Ferry"]
    steps = (await house.http.get(f"/api/sessions/suggested-steps/{number}")).json()["steps"]
    assert [(one["priority"], one["text"]) for one in steps] == [
        ("high", "Find out: the key"),
        ("medium", "Answer: Why?"),
    ]
    assert all(one["fact"] for one in steps)
    (blocker,) = (await house.http.get(f"/api/sessions/blockers/{number}")).json()["blockers"]
    assert (blocker["type"], blocker["sentence"]) == ("missing", "Missing: the key")
    kept = (await house.http.get(f"/api/sessions/analytics/{ana}/{number}")).json()
    assert (kept["items_decided_since"], kept["pending_questions"], len(kept["active_blockers"])) == (1, 1, 1)
    settled = await house.http.post(f"/api/projects/{number}/blockers/{blocker['activity']}/settle")
    assert settled.status_code == 200
    assert (await house.http.get(f"/api/sessions/blockers/{number}")).json()["blockers"] == []


async def test_a_project_is_made_changed_listed_and_put_away(house: House):
    number = await project(house)
    session = (await house.session())["id"]
    put = await house.http.post(f"/api/projects/{number}/sessions", json={"session": session})
    assert put.status_code == 200, put.text
    asked = await house.http.post("/api/projects/harbour-app/questions", json={"text": "Who?"})
    question = asked.json()["id"]
    told = await house.http.post(f"/api/projects/{number}/questions/{question}/answer", json={"answer": "Ana"})
    assert told.status_code == 200
    item = (await house.http.post(f"/api/projects/{number}/items", json={"title": "T", "session": session})).json()[
        "id"
    ]
    await house.http.patch(f"/api/projects/{number}/items/{item}", json={"state": "parked", "title": "Tides"})
    whole = (await house.http.get(f"/api/projects/{number}")).json()
    assert [(one["title"], one["state"]) for one in whole["items"]] == [("Tides", "parked")]
    assert (whole["questions"][0]["answer"], whole["sessions"][0]["id"]) == ("Ana", session)
    assert (await house.http.delete(f"/api/projects/{number}/items/{item}")).status_code == 200
    renamed = await house.http.patch(f"/api/projects/{number}", json={"name": "Port app"})
    assert renamed.status_code == 200
    assert (await house.http.patch(f"/api/projects/{number}", json={"archived": True})).status_code == 200
    assert (await house.http.get("/api/projects")).json()["projects"] == []
    (line,) = (await house.http.get("/api/projects", params={"archived": True})).json()["projects"]
    assert (line["name"], line["slug"]) == ("Port app", "harbour-app")
    assert (await house.http.post(f"/api/projects/{number}/items", json={"title": "T"})).status_code == 409


async def test_what_cannot_be_meant_is_a_problem_with_its_place(house: House):
    await project(house)
    for path, body, status in (
        ("start", {"user": house.stage.ana, "project": "nothing"}, 404),
        ("start", {"user": "nobody", "project": 1}, 400),
        ("start", {"user": house.stage.ana, "project": 1, "other": 1}, 422),
        ("track-activity", {"user": house.stage.ana, "project": 1, "kind": "sleep"}, 422),
        ("track-activity", {"activities": []}, 422),
    ):
        found = await house.http.post(f"/api/sessions/{path}", json=body)
        assert found.status_code == status, found.text
        assert found.headers["content-type"] == "application/problem+json"
    assert (await house.http.get("/api/sessions/summary/99/1")).status_code in (400, 404)
    # What nobody knows is taken in, and counted as refused: the sender is not kept waiting to be told.
    taken = await house.http.post("/api/sessions/track-activity", json={"user": "nobody", "project": "nothing"})
    assert taken.status_code == 202
    await house.serving.tracker.close()
    assert house.serving.tracker.counts.refused == 1


async def test_a_person_sees_and_tells_of_their_own_visits_alone(house: House):
    await project(house)
    ana, bob = house.stage.ana, house.stage.bob
    for person in (ana, bob):
        await house.http.post("/api/sessions/start", json={"user": person, "project": 1})
    mine = bearer(await house.person_token(ana, Role.PARTICIPANT))
    assert (await house.http.get("/api/sessions/summary/me/1", headers=mine)).status_code == 200
    assert (await house.http.get(f"/api/sessions/summary/{bob}/1", headers=mine)).status_code == 403
    assert (
        await house.http.post("/api/sessions/end", json={"user": bob, "project": 1}, headers=mine)
    ).status_code == 403
    assert (
        await house.http.post("/api/sessions/end", json={"user": "me", "project": 1}, headers=mine)
    ).status_code == 200
    reader = bearer(await house.token("reader", "read"))
    who = {"user": ana, "project": 1}
    assert (await house.http.post("/api/sessions/track-activity", json=who, headers=reader)).status_code == 403
    nobody = await house.http.post("/api/sessions/track-activity", json=who, headers={"Authorization": ""})
    assert nobody.status_code == 401


async def test_what_is_made_twice_under_one_key_is_made_once_with_one_number(house: House):
    sent = {
        "/api/projects": {"name": "Harbour app"},
        "/api/projects/1/items": {"title": "Ferry"},
        "/api/projects/1/questions": {"text": "Why?"},
        "/api/projects/1/blockers": {"kind": "missing", "text": "the key"},
    }
    await house.http.post("/api/projects/1/items", json={"title": "nowhere"})
    for number, (path, body) in enumerate(sent.items()):
        key = {"Idempotency-Key": f"twice-{number}"}
        first = await house.http.post(path, json=body, headers=key)
        second = await house.http.post(path, json=body, headers=key)
        assert first.status_code == second.status_code == 201, first.text
        assert (first.json()["id"], second.json()["receipt"]["repeated"]) == (second.json()["id"], True), path
        assert isinstance(first.json()["id"], int)
    for table in ("project", "item", "question", "activity"):
        assert await house.stage.rows(f"SELECT count(*) FROM {table}") == [(1,)], table

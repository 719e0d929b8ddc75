"""Sessions over HTTP: made, listed page by page, shown, changed, moved, put away, and changed only once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.templates.shape import Template
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.services import logins, undo
from sessiontui.services.exporting import COLUMNS, Noun
from sessiontui.services.logins import passwords
from sessiontui.services.templates import changing
from tests.conftest import NOON
from tests.server.conftest import House, bearer

HOUR = timedelta(hours=1)


async def test_a_session_is_made_shown_changed_moved_and_put_away(house: House) -> None:
    made = await house.session(id="s1", source="harthio", tags=["grief"], mentor=house.stage.bob, capacity=8)
    assert made["status"] == "created"
    assert made["external_id"] == "s1"
    assert made["mentor"] == "Bob"
    found = await house.http.get("/api/sessions/harthio:s1")
    assert found.status_code == 200
    assert found.headers["etag"] == f'"{found.json()["version"]}"'
    assert found.json()["capacity"] == 8
    changed = await house.http.patch("/api/sessions/harthio:s1", json={"title": "Evening circle", "capacity": 4})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["title"], changed.json()["capacity"]) == ("Evening circle", 4)
    assert changed.json()["receipts"][0]["sentence"] == "changed capacity, title of Grief circle"
    moved = await house.http.patch(f"/api/sessions/{made['id']}", json={"starts_at": "2026-05-05T14:00:00Z"})
    assert moved.json()["starts_at"] == "2026-05-05T14:00:00Z"
    assert moved.json()["ends_at"] == "2026-05-05T15:00:00Z"
    cancelled = await house.http.post(f"/api/sessions/{made['id']}/cancel", json={"reason": "ill"})
    assert cancelled.json()["status"] == "cancelled"
    gone = await house.http.delete(f"/api/sessions/{made['id']}")
    assert gone.json()["archived_at"]
    assert (await house.http.post(f"/api/sessions/{made['id']}", json={"action": "restore"})).json()[
        "archived_at"
    ] is None


async def test_pages_follow_each_other_without_a_gap_whatever_is_made_meanwhile(house: House) -> None:
    for number in range(7):
        await house.session(
            title=f"Circle {number}", starts_at=(NOON + (number + 1) * HOUR).isoformat(), ends_at=None
        )
    seen, cursor = [], ""
    for _ in range(4):
        page = (await house.http.get("/api/sessions", params={"limit": 3, "cursor": cursor, "sort": "start"})).json()
        seen += [one["title"] for one in page["sessions"]]
        cursor = page["next"]
        if cursor is None:
            break
        if len(seen) == 3:  # somebody makes one before what was seen: nothing is told twice
            await house.session(title="Early", starts_at=(NOON + HOUR / 2).isoformat(), ends_at=None)
    assert seen == [f"Circle {number}" for number in range(7)]
    assert page["counts"]["created"] + page["counts"]["upcoming"] == 8
    assert (await house.http.get("/api/sessions", params={"cursor": "bm9uZQ"})).json()[
        "type"
    ] == "/problems/bad_input"


async def test_the_filter_language_is_that_of_the_console_and_points_at_what_is_wrong(house: House) -> None:
    await house.session(title="One")
    await house.session(title="Two", kind="mentoring")
    found = (await house.http.get("/api/sessions", params={"q": "kind:mentoring"})).json()
    assert [one["title"] for one in found["sessions"]] == ["Two"]
    wrong = await house.http.get("/api/sessions", params={"q": "statsu:live"})
    assert wrong.status_code == 400
    assert wrong.headers["content-type"] == "application/problem+json"
    assert "status" in wrong.json()["hint"] + wrong.json()["detail"]


async def test_the_same_key_does_it_once_and_answers_the_same(house: House) -> None:
    body = {"title": "Circle", "starts_at": "2026-05-04T14:00:00Z"}
    first, again = [
        await house.http.post("/api/sessions", json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert [one.json()["receipts"][0]["repeated"] for one in (first, again)] == [False, True]
    other = await house.http.post("/api/sessions", json={**body, "title": "X"}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 409
    assert other.json()["type"] == "/problems/conflict"
    assert await house.stage.rows("SELECT count(*) FROM session") == [(1,)]
    moved = [
        await house.http.post(f"/api/sessions/{first.json()['id']}/start", headers={"Idempotency-Key": "k2"})
        for _ in range(2)
    ]
    assert [one.status_code for one in moved] == [200, 200], moved[1].text


async def test_people_who_send_the_same_key_do_not_meet(house: House) -> None:
    context, at = house.stage.context, house.clock.now
    made = []
    for person_id, name in ((house.stage.ana, "ana"), (house.stage.bob, "bob")):
        async with context.db.write(by=house.stage.root, at=at) as tx:
            await tx.run("UPDATE person SET role = 'admin' WHERE id = ?", (person_id,))
        await passwords.set_password(context, person_id, "a long and good one", by=house.stage.root, at=at)
        tokens = await logins.sign_in(context, email=f"{name}@example.org", password="a long and good one", at=at)
        answer = await house.http.post(
            "/api/sessions",
            json={"title": "Circle", "starts_at": "2026-05-04T14:00:00Z"},
            headers={**bearer(tokens.access_token), "Idempotency-Key": "1"},
        )
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    assert made[0] != made[1]


async def test_a_write_to_what_one_has_not_seen_says_who_and_when(house: House) -> None:
    made = await house.session()
    where = f"/api/sessions/{made['id']}"
    seen = (await house.http.get(where)).headers["etag"]
    other = bearer(await house.token("other", "admin"))
    await house.http.patch(where, json={"title": "Theirs"}, headers=other)
    lost = await house.http.patch(where, json={"title": "Mine"}, headers={"If-Match": seen})
    assert lost.status_code == 409
    problem = lost.json()
    assert (problem["type"], problem["by"], problem["at"]) == ("/problems/conflict", "other", "2026-05-04T12:00:00Z")
    assert [(one["field"], one["theirs"], one["yours"]) for one in problem["fields"]] == [("title", "Theirs", "Mine")]
    together = await house.http.patch(where, json={"capacity": 3}, headers={"If-Match": seen})
    assert together.status_code == 200
    start = await house.http.post(f"{where}/start", headers={"If-Match": seen})
    assert (start.status_code, start.json()["by"]) == (409, "platform")
    fresh = (await house.http.get(where)).headers["etag"]
    assert (await house.http.post(f"{where}/start", headers={"If-Match": fresh})).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"title": "x", "starts_at": "2026-05-04T14:00:00"}, 422),
        ({"title": "x", "starts_at": "2026-05-04T14:00:00Z", "what": 1}, 422),
        ({"title": "x", "starts_at": "2026-05-04T14:00:00Z", "capacity": -1}, 422),
        ({"title": "x", "starts_at": "2026-05-04T14:00:00Z", "author": 99}, 400),
        ({"title": "x", "starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T13:00:00Z"}, 400),
        ({"title": " ", "starts_at": "2026-05-04T14:00:00Z"}, 400),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(house: House, body: dict[str, object], status: int) -> None:
    answer = await house.http.post("/api/sessions", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_row_has_what_the_command_line_lists_and_the_template_it_was_made_from(house: House) -> None:
    context, at = house.stage.context, house.clock.now
    evening = Template(slug="evening", name="Evening", kind=Kind.WORK, minutes=60)
    await changing.add(context, evening, by=house.stage.root, at=at)
    made = await house.session(template="evening")
    assert (made["template"], made["template_version"]) == ("evening", 1)
    plain = await house.session(title="Plain")
    rows = {one["id"]: one for one in (await house.http.get("/api/sessions")).json()["sessions"]}
    assert set(COLUMNS[Noun.SESSIONS]) - {"platform", "link"} <= set(rows[made["id"]])
    assert (rows[made["id"]]["template"], rows[plain["id"]]["template"]) == ("evening", None)


# -- several things at once ---------------------------------------------------------------------------------


async def audited(house: House, session: object) -> list[tuple[object, ...]]:
    return await house.stage.rows(
        "SELECT action, sentence FROM audit_entry WHERE subject = 'session' AND subject_id = ? ORDER BY id",
        int(str(session)),
    )


ALL_AT_ONCE = {
    "title": "Evening circle",
    "capacity": 9,
    "starts_at": (NOON + 3 * HOUR).isoformat(),
    "ends_at": (NOON + 4 * HOUR).isoformat(),
}


async def test_several_changes_at_once_are_one_act(house: House) -> None:
    made = await house.session(mentor=house.stage.ana)
    where = f"/api/sessions/{made['id']}"
    await house.http.post(f"{where}/requests", json={"person": house.stage.cyd})
    await house.http.post(f"{where}/requests/{house.stage.cyd}/approve")
    before = (await house.http.get(where)).json()
    entries = len(await audited(house, made["id"]))
    body = {**ALL_AT_ONCE, "mentor": house.stage.bob, "reason": "the room is taken", "confirm": True}
    answer = await house.http.patch(where, json=body, headers={"If-Match": f'"{before["version"]}"'})
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["title"], now["capacity"], now["mentor"]) == ("Evening circle", 9, "Bob")
    assert (now["starts_at"], now["ends_at"]) == ("2026-05-04T15:00:00Z", "2026-05-04T16:00:00Z")
    assert now["version"] == before["version"] + 1
    told = await audited(house, made["id"])
    assert len(told) == entries + 1
    assert told[-1][0] == "session.edit"
    (receipt,) = now["receipts"]
    for part in ("rescheduled Grief circle", "reassigned Grief circle to Bob", "changed capacity, title"):
        assert part in receipt["sentence"]
    letters = await house.stage.rows("SELECT name, subject FROM notification WHERE kind != 'decided' ORDER BY id")
    assert letters == [
        ("Cyd", "Evening circle has moved"),
        ("Bob", "Evening circle has moved"),
        ("Bob", "You lead Evening circle"),
        ("Cyd", "Evening circle: another mentor"),
        ("Ana", "Evening circle: another mentor"),
    ]
    again = await house.http.patch(where, json=body, headers={"If-Match": f'"{before["version"]}"'})
    assert again.status_code == 409
    await undo.undo(house.stage.context, by=(await me(house)), at=house.clock.now, entry=receipt["undo"])
    back = (await house.http.get(where)).json()
    for name in ("title", "capacity", "mentor", "starts_at", "ends_at"):
        assert back[name] == before[name], name


async def test_of_several_changes_none_is_made_where_one_may_not_be(house: House) -> None:
    made = await house.session()
    where = f"/api/sessions/{made['id']}"
    seen = made["version"]
    await house.http.patch(where, json={"tags": ["grief"]})  # somebody was quicker
    before, entries = (await house.http.get(where)).json(), await audited(house, made["id"])
    refusals = (
        ({**ALL_AT_ONCE}, {"If-Match": f'"{seen}"'}, 409),
        ({**ALL_AT_ONCE, "mentor": 4711}, {}, 400),
        ({**ALL_AT_ONCE, "ends_at": (NOON - HOUR).isoformat()}, {}, 400),
        ({**ALL_AT_ONCE, "title": " "}, {}, 400),
    )
    for body, headers, status in refusals:
        answer = await house.http.patch(where, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        after = (await house.http.get(where)).json()
        assert {**after, "taken_at": ""} == {**before, "taken_at": ""}
    assert await audited(house, made["id"]) == entries


async def test_several_changes_are_sent_again_under_one_key(house: House) -> None:
    made = await house.session()
    where = f"/api/sessions/{made['id']}"
    first, again = [
        await house.http.patch(where, json=ALL_AT_ONCE, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["receipts"][0]["repeated"]
    assert first.json()["version"] == again.json()["version"]


async def me(house: House) -> Actor:
    told = (await house.http.get("/api/people/me")).json()
    return Actor(told["id"], told["name"], Role(told["role"]))


async def test_a_program_is_nobodys_mentor(house: House) -> None:
    made = await house.session(mentor=house.stage.bob)
    ((program,),) = await house.stage.rows("SELECT person_id FROM client")
    refused = await house.http.patch(f"/api/sessions/{made['id']}", json={"mentor": program})
    assert refused.status_code == 400, refused.text
    assert "it can be nobody's mentor" in refused.json()["detail"]
    assert (await house.http.get(f"/api/sessions/{made['id']}")).json()["mentor"] == "Bob"

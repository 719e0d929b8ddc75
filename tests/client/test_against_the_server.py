"""The library against the real server: every route that there is, over a real socket."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.client import (
    ActivityCounts,
    Client,
    Conflict,
    LoginNeeded,
    LoginState,
    NotAllowed,
    NotFound,
    Refused,
    Rung,
)
from sessiontui.client.clock import rfc3339
from tests.faults.serving import Ground, RealDesk, instant, prepare

LOGIN = "/auth/token"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    path: Path = tmp_path_factory.mktemp("real") / "desk.db"
    return asyncio.run(prepare(path, crowd=5))


@pytest.fixture(scope="module")
def url(ground: Ground) -> Iterator[str]:
    with RealDesk(ground.path) as desk:
        yield desk.url


@pytest.fixture(scope="module")
def client(ground: Ground, url: str) -> Iterator[Client]:
    with Client(url, key=ground.key, device="tests") as client:
        yield client


def window(hours: float = 0) -> tuple[str, str]:
    start = instant() + timedelta(hours=hours)
    return rfc3339(start), rfc3339(start + timedelta(hours=1))


def make(client: Client, title: str, *, hours: float = 1, **more: object) -> int:
    starts_at, ends_at = window(hours)
    new = {"title": title, "starts_at": starts_at, "ends_at": ends_at, **more}
    return client.create_session(new)["id"]  # type: ignore[arg-type]


def test_a_session_through_its_life(client: Client) -> None:
    id_ = make(client, "Grief circle", hours=-0.2, link="https://meet.example.org/1", id="s1", source="demo")
    read = client.session(id_)
    assert (read["title"], read["external_id"], read["etag"]) == ("Grief circle", "s1", f'"{read["version"]}"')
    assert client.session("demo:s1")["id"] == id_
    edited = client.edit_session(id_, {"title": "Grief circle, second part"}, if_match=read["etag"])
    assert edited["receipts"][0]["sentence"]
    assert client.session(id_)["title"] == "Grief circle, second part"
    assert client.move_session(id_, "start")["control"] == "running"
    assert client.move_session(id_, "pause", reason="break")["status"] == "paused"
    assert client.move_session(id_, "resume")["control"] == "running"
    _, ends_at = window(2)
    assert client.extend_session(id_, ends_at)["ends_at"][:16] == ends_at[:16]
    assert client.move_session(id_, "complete", confirm=True)["control"] == "completed"
    assert client.archive_session(id_)["id"] == id_
    assert "archived_at" in client.move_session(id_, "restore")


def test_what_the_rules_forbid_is_refused_in_the_servers_words(client: Client) -> None:
    id_ = make(client, "Early")
    with pytest.raises(Refused) as raised:
        client.move_session(id_, "resume")
    assert raised.value.status == 409
    assert not isinstance(raised.value, Conflict)
    with pytest.raises(NotFound):
        client.session(999_999)
    with pytest.raises(Refused, match="starts_at"):
        client.create_session({"title": "x", "starts_at": "soon"})


def test_two_who_change_the_same_are_told(client: Client) -> None:
    id_ = make(client, "Two hands")
    seen = client.session(id_)["etag"]
    client.edit_session(id_, {"title": "Mine"}, if_match=seen)
    with pytest.raises(Conflict) as raised:
        client.edit_session(id_, {"title": "Theirs"}, if_match=seen)
    assert raised.value.word == "conflict"


def test_the_same_key_makes_one_session(client: Client) -> None:
    starts_at, ends_at = window(3)
    new = {"title": "Once", "starts_at": starts_at, "ends_at": ends_at}
    first, second = [client.create_session(new, key="once-1") for _ in range(2)]  # type: ignore[arg-type]
    assert first["id"] == second["id"]
    assert second["receipts"][0]["repeated"]


def test_sessions_are_listed_page_by_page(client: Client) -> None:
    for number in range(3):
        make(client, f"Listed {number}", tags=["paged"])
    page = client.sessions("tag:paged", limit=2)
    rest = client.sessions("tag:paged", limit=2, cursor=page["next"])
    titles = [one["title"] for one in (*page["sessions"], *rest["sessions"])]
    assert sorted(titles) == ["Listed 0", "Listed 1", "Listed 2"]
    assert rest["next"] is None


def test_people_ask_are_let_in_come_and_leave(client: Client) -> None:
    id_ = make(client, "Circle", hours=-0.1, link="https://meet.example.org/2")
    assert client.ask_to_join(id_, "demo:p1", message="May I?")["state"] == "pending"
    assert client.decide_request(id_, "demo:p1", "approve")["state"] == "approved"
    assert [one["state"] for one in client.join_requests(id_)] == ["approved"]
    joined = client.signal(id_, "demo:p1", "join", event="j1")
    assert (joined["acknowledged"], joined["link"]) == (1, "https://meet.example.org/2")
    assert client.signal(id_, "demo:p1", "join", event="j1")["repeated"] == 1
    assert client.session(id_)["status"] == "active"
    told = client.report_presence(
        [
            {"session": id_, "person": "demo:p1", "kind": "heartbeat", "key": "h1"},
            {"session": id_, "person": "demo:p1", "kind": "leave", "key": "l1", "at": rfc3339(client.now())},
            {"session": id_, "person": "nobody", "kind": "leave"},
        ]
    )
    assert (told["acknowledged"], told["repeated"]) == (2, 0)
    assert [one["place"] for one in told["refused"]] == [2]
    assert [len(one["stays"]) for one in client.session(id_)["presence"]] == [1]
    assert client.ask_to_join(id_, "demo:p2")["state"] == "pending"
    assert client.decide_request(id_, "demo:p2", "withdraw")["state"] == "withdrawn"


def test_comments_goals_links_and_files(client: Client) -> None:
    id_ = make(client, "Parts")
    first = client.add_comment(id_, "Bring the book")["comment"]
    client.add_comment(id_, "Which one?", answers=first)
    client.edit_part(id_, "comments", first, {"text": "Bring the blue book"})
    assert [one["text"] for one in client.comments(id_)] == ["Bring the blue book", "Which one?"]
    goal = client.add_goal(id_, {"title": "Read chapter one"})["goal"]
    client.edit_part(id_, "goals", goal, {"state": "done"})
    assert client.plan(id_)["goals"][0]["title"] == "Read chapter one"
    client.add_link(id_, "https://example.org/book", title="Book")
    file = client.attach_file(id_, "notes.txt", b"some notes\x00\xff")["file"]
    assert client.file(id_, file) == b"some notes\x00\xff"
    held = client.attachments(id_)
    assert (len(held["files"]), len(held["links"])) == (1, 1)
    client.remove_part(id_, "attachments", file)
    client.remove_part(id_, "goals", goal)
    assert client.plan(id_)["goals"] == []


def test_people_are_made_known(client: Client) -> None:
    made = client.add_person({"name": "Zoë", "id": "z1", "source": "demo"})
    assert made["external_ids"] == ["demo:z1"]
    assert client.edit_person("demo:z1", {"email": "zoe@example.org"})["email"] == "zoe@example.org"
    assert [one["name"] for one in client.people("Zo")] == ["Zoë"]
    assert client.person("me")["name"] == "platform"


def test_changes_are_told_as_they_happen(client: Client) -> None:
    stream = client.changes()
    assert next(stream).event == "hello"
    id_ = make(client, "News")
    change = next(stream)
    assert change.event == "session"
    assert isinstance(change.content, dict)
    assert change.content["id"] == id_
    stream.close()  # type: ignore[attr-defined]
    later = client.changes(after=str(int(change.id) - 1))
    assert [next(later).event for _ in range(2)] == ["hello", "session"]
    later.close()  # type: ignore[attr-defined]


def test_a_login_is_refreshed_revoked_and_comes_back_by_key(ground: Ground, url: str) -> None:
    with Client(url, key=ground.spare) as client:
        client.sessions()
        client.renew()
        assert client.statistics().rungs[Rung.REFRESH].succeeded == 1
        other = Client(url, tokens=client._core.renewal.login.tokens)
        client.call(_revocation(client))
        with pytest.raises(LoginNeeded):
            other.sessions("x")
        assert other.statistics().rungs[Rung.REFRESH].refused == 1
        other.close()
        client.forget()
        client.sessions()
        assert client.statistics().state is LoginState.FRESH
        assert client.statistics().rungs[Rung.KEY].succeeded == 2


def _revocation(client: Client) -> object:
    from sessiontui.client.calls import Answer, Call

    tokens = client._core.renewal.login.tokens
    assert tokens is not None
    return Call(method="POST", path="/auth/revoke", body={"refresh_token": tokens.refresh}, read=Answer.members)


def test_a_heartbeat_tells_the_rungs(ground: Ground, client: Client) -> None:
    client._drive(client._core.chores())
    client.sessions()
    assert client.statistics().heartbeats_missed == 0


def test_a_wrong_key_leads_nowhere(url: str) -> None:
    client = Client(url, key="stk_wrong")
    with pytest.raises(LoginNeeded):
        client.sessions()
    client.close()


def test_what_the_scope_does_not_allow_is_said(ground: Ground, url: str) -> None:
    with Client(url, key=ground.reader) as client:
        client.sessions()
        with pytest.raises(NotAllowed):
            make(client, "Not mine")


# -- projects and visits ----------------------------------------------------------------------------------------


def test_a_visit_from_its_start_to_what_it_left_behind(client: Client) -> None:
    project = client.add_project("Garden")["project"]
    item = client.add_item(project, {"title": "Beds"})["id"]
    assert client.start_visit("demo:p1", project)["ended_at"] is None
    question = client.ask_question(project, "Who has the key?", item=item)["id"]
    blocker = client.report_blocker(project, "missing", "the water bill")["id"]
    assert [one["type"] for one in client.blockers(project)] == ["missing"]
    assert any("water bill" in one["text"] for one in client.suggested_steps(project))
    assert client.end_visit("demo:p1", project)["ended_at"] is not None
    client.edit_item(project, item, {"state": "decided", "reason": "south side"})
    client.answer_question(project, question, "Bob")
    client.settle_blocker(project, blocker)
    client.start_visit("demo:p1", project)
    found = client.summary("demo:p1", project)
    assert (found["decided_since"], found["exploring"], found["pending_questions"]) == (1, 0, 0)
    assert found["time_since"] == "just now"
    assert client.analytics("demo:p1", project)["items_decided_since"] == 1
    assert project in [one["id"] for one in client.projects()]
    assert client.project(project)["decided"] == 1


def test_activity_is_tracked_on_the_side(ground: Ground, url: str) -> None:
    with Client(url, key=ground.spare) as client:
        project = client.add_project("Tracked")["project"]
        for number in range(50):
            client.track_activity("demo:p2", project, text=f"message {number}")
        client._reporter.drain(5)
        assert client.activities() == ActivityCounts(taken=50, acknowledged=50)
        told = client.report_activity([{"user": "demo:p2", "project": project, "kind": "edit", "key": "e1"}])
        assert told == {"acknowledged": 1, "dropped": 0}


def test_the_platform_of_the_readme_runs_as_it_stands(ground: Ground, url: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(ground.key + "\n")
    script = Path(__file__).parents[2] / "data" / "garden_platform.py"
    assert sum(bool(line.strip()) for line in script.read_text().splitlines()) <= 25
    readme = (script.parents[1] / "README.md").read_text(encoding="utf-8")
    assert readme.partition("```python\n")[2].partition("```")[0].strip() in script.read_text(encoding="utf-8")
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", str(script), url, str(key)],
            capture_output=True, text=True, check=False, timeout=60, cwd=script.parents[1],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-600:]
        first, *steps = done.stdout.splitlines()
        assert first.startswith("Last active: just now. 1 decided since last")
        assert any("water bill" in step for step in steps)

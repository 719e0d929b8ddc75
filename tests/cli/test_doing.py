"""``do``: every intervention through the services, with its questions, its receipts and its refusals."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from sessiontui.cli import talk

if TYPE_CHECKING:
    from tests.cli.conftest import Ran, Run


def status(run: Run, session: str = "1") -> str:
    return str(run("show", session, "--json").json["status"])


def receipt(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return str(ran.json["receipts"][0]["sentence"])


def test_a_request_is_approved_withdrawn_and_asked_anew(circle: Run) -> None:
    assert receipt(circle("do", "approve", "--all-pending", "s1", "--json")) == "approved Ana"
    assert status(circle) == "approved"
    assert receipt(circle("do", "undo", "--json")).startswith("undid")
    assert receipt(circle("do", "approve", "1", "--person", "ana@example.org", "--json")) == "approved Ana"
    late = circle("do", "approve", "1")
    assert (late.code, "Changed meanwhile: approved by" in late.err) == (1, True)
    assert circle("do", "reject", "1", "--revise", "approved", "--yes", "--reason", "full").code == 0
    assert circle("do", "ask", "1", "--person", "Ana", "--message", "please").code == 0
    assert circle("do", "withdraw", "1").code == 0
    assert circle("show", "1", "--json").json["requests"][0]["state"] == "withdrawn"


def test_approving_beyond_capacity_names_the_seats(circle: Run) -> None:
    assert circle("people", "add", "Ben").code == 0
    assert circle("do", "ask", "1", "--person", "Ben").code == 0
    ran = circle("do", "approve", "--all-pending", "1", "--json")
    assert ran.code == 1
    assert [part["sentence"] for part in ran.json["receipts"]] == ["approved Ana"]
    assert "the only seat" in ran.json["refused"][0]["detail"]
    assert circle("people", "add", "Cyd").code == 0
    assert circle("do", "ask", "1", "--person", "Cyd").code == 0
    told = circle("do", "approve", "--all-pending", "1").err
    assert "sessiontui: request 2: Refused: the only seat of Grief circle is taken" in told


def test_nothing_pending_is_said(circle: Run) -> None:
    circle("do", "approve", "1")
    assert "Nothing to do" in circle("do", "approve", "--all-pending", "1").err


def test_the_window_is_moved(circle: Run) -> None:
    assert circle("do", "extend", "1", "--by-minutes", "15").code == 0
    assert circle("show", "1", "--json").json["ends_at"] == "2036-05-04T15:15:00Z"
    assert circle("do", "extend", "1", "--until", "2036-05-04T15:30Z").code == 0
    assert circle("do", "reschedule", "1", "--starts", "2036-05-05T10:00+02:00").code == 0
    row = circle("show", "1", "--json").json
    assert (row["starts_at"], row["ends_at"]) == ("2036-05-05T08:00:00Z", "2036-05-05T09:30:00Z")
    assert circle("do", "extend", "1", "--until", "2036-05-05T08:30Z").code == 1


def test_a_mentor_is_given_and_taken(circle: Run) -> None:
    assert circle("do", "reassign", "1", "--mentor", "Dr Lee").code == 0
    assert circle("show", "1", "--json").json["mentor"] == "Dr Lee"
    assert circle("do", "reassign", "1", "--mentor", "none").code == 0
    assert circle("show", "1", "--json").json["mentor"] is None


def test_a_session_is_made_edited_and_lived(circle: Run) -> None:
    made = circle(
        "do", "create", "Pairing", "--starts", "2036-05-04T14:00Z", "--minutes", "90", "--kind", "work",
        "--tag", "code", "--field", "room=12", "--field", "colour=blue", "--json",
    )  # fmt: skip
    (session,) = made.json["receipts"][0]["sessions"]
    name = str(session)
    assert status(circle, name) == "draft"
    assert circle("do", "edit", name, "--title", "Pairing: parser", "--field", "room=14", "--capacity", "3").code == 0
    row = circle("show", name, "--json").json
    assert (row["title"], row["fields"], row["capacity"]) == ("Pairing: parser", {"room": 14, "colour": "blue"}, 3)
    assert (row["scheduled_minutes"], row["tags"], row["kind"]) == (90, ["code"], "work")
    assert circle("do", "publish", name).code == 0
    assert circle("do", "start", name).code == 0
    assert circle("do", "join", name, "--person", "Ana").code == 0
    assert status(circle, name) == "active"
    assert circle("do", "heartbeat", name, "--person", "Ana").code == 0
    assert circle("do", "pause", name).code == 0
    assert status(circle, name) == "paused"
    assert circle("do", "resume", name).code == 0
    assert circle("do", "leave", name, "--person", "Ana").code == 0
    assert circle("do", "complete", name, "--yes").code == 0
    assert circle("do", "archive", name).code == 0
    assert [row["id"] for row in circle("list", "--json").json["sessions"]] == [1]
    assert circle("do", "restore", name).code == 0
    assert circle("do", "reopen", name).code == 0


def test_presence_by_hand_has_its_own_time_and_never_lies_ahead(circle: Run) -> None:
    circle("do", "create", "Past", "--starts", "2026-05-04T14:00Z", "--publish")
    assert circle("do", "join", "2", "--person", "Ana", "--at", "2026-05-04T14:00Z").code == 0
    assert circle("do", "leave", "2", "--person", "Ana", "--at", "2026-05-04T14:45Z").code == 0
    row = circle("show", "2", "--json").json
    assert (row["actual_minutes"], row["presence"][0]["stays"][0]["source"]) == (45, "manual")
    ahead = circle("do", "join", "1", "--person", "Ana", "--at", "2036-05-04T14:00Z")
    assert (ahead.code, "lies ahead" in ahead.err) == (1, True)


def test_one_refusal_keeps_nothing_else_from_being_done(circle: Run) -> None:
    ran = circle("do", "edit", "99", "1", "--priority", "high", "--json")
    assert ran.code == 1
    assert [part["id"] for part in ran.json["refused"]] == ["99"]
    assert circle("show", "1", "--json").json["priority"] == "high"


@pytest.mark.parametrize("action", ["cancel", "complete"])
def test_what_is_grave_needs_yes_where_nobody_can_be_asked(circle: Run, action: str) -> None:
    before = status(circle)
    ran = circle("do", action, "1")
    assert (ran.code, "--yes" in ran.err) == (1, True)
    assert status(circle) == before


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> object:
    def give(text: str) -> None:
        monkeypatch.setattr(talk, "is_conversation", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    return give


def test_a_person_is_asked_before_a_cancellation(circle: Run, answer: object) -> None:
    answer("")  # type: ignore[operator]
    kept = circle("do", "cancel", "1")
    assert (kept.code, "Cancel Grief circle #1? [y/N]" in kept.err) == (1, True)
    answer("y")  # type: ignore[operator]
    assert circle("do", "cancel", "1", "--reason", "mentor ill").code == 0
    assert "mentor ill" in circle("show", "1", "--json").json["why"]


def test_with_people_inside_the_title_must_be_typed(circle: Run, answer: object) -> None:
    circle("do", "start", "1")
    circle("do", "join", "1", "--person", "Ana")
    for wrong in ("y", "grief circle", ""):
        answer(wrong)  # type: ignore[operator]
        assert circle("do", "cancel", "1", "--yes").code == 1
    answer("Grief circle")  # type: ignore[operator]
    ran = circle("do", "cancel", "1")
    assert (ran.code, "1 guest inside" in ran.err) == (0, True)


def test_more_than_ten_must_be_counted(circle: Run, answer: object) -> None:
    for number in range(11):
        circle("do", "create", f"S{number}", "--starts", "2036-05-04T14:00Z")
    ids = [str(number) for number in range(2, 13)]
    answer("10")  # type: ignore[operator]
    assert circle("do", "cancel", *ids).code == 1
    answer("11")  # type: ignore[operator]
    assert circle("do", "cancel", *ids).code == 0

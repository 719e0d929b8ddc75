"""``do`` for what reaches people: previews, refusals with hints, and what is printed."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def approved(circle: Run) -> Run:
    assert circle("do", "approve", "1", "--all-pending").code == 0
    return circle


def test_remind_one_person_leaves_at_once_and_says_whom(circle: Run):
    ran = approved(circle)("do", "remind", "1")
    assert (ran.code, ran.out) == (0, "reminded Ana of Grief circle (#1)\n")
    again = circle("do", "remind", "1")
    assert again.code == 1
    assert "Ana: was written to" in again.err


def test_more_than_one_person_is_listed_and_asked_about(circle: Run):
    assert circle("people", "add", "Bea", "--email", "bea@example.org").code == 0
    assert circle("people", "add", "Mute").code == 0
    assert circle("do", "edit", "1", "--capacity", "5").code == 0
    approved(circle)
    for name in ("Bea", "Mute"):
        assert circle("do", "add", "1", "--person", name).code == 0
    asked = circle("do", "message", "1", "--text", "Bring a pen")
    assert asked.code == 1
    assert "  Ana <ana@example.org>: Grief circle\n" in asked.err
    assert "Not done: Write to 2 people?\n" in asked.err
    assert "not Mute: no address" in asked.err
    assert "--yes" in asked.err
    sent = circle("do", "message", "1", "--text", "Bring a pen", "--yes")
    assert "wrote to Ana, Bea about Grief circle; the letters leave in 15 s; left out: Mute (no address)" in sent.out
    assert "undo with" in sent.out
    back = circle("do", "undo")
    assert "2 letters held back" in back.out


def test_a_message_to_one_person_and_without_a_text(circle: Run):
    ran = circle("do", "message", "1", "--text", "Hi", "--person", "Ana")
    assert ran.out == "wrote to Ana about Grief circle (#1)\n"
    assert circle("do", "message", "1", "--text", " ").code == 1
    assert circle("do", "message", "1").code == 2


def test_calling_and_moderating_print_what_is_needed(circle: Run):
    refused = circle("do", "call-mentor", "1")
    assert refused.code == 1
    assert "sessiontui people edit" in refused.err
    assert circle("people", "edit", "Dr Lee", "--phone", "+34 600 000 000").code == 0
    called = circle("do", "call-mentor", "1", "--reason", "no answer")
    assert called.code == 0
    assert called.out.splitlines()[-1] == "+34 600 000 000"
    assert "no join link" in circle("do", "moderate", "1").err
    circle("do", "edit", "1", "--link", "https://meet.example.org/x")
    shown = circle("do", "moderate", "1", "--json").json["receipts"][0]
    assert shown["shown"] == "https://meet.example.org/x"


def test_adding_removing_and_assigning(circle: Run):
    assert circle("people", "add", "Bea", "--email", "bea@example.org").code == 0
    added = circle("do", "add", "1", "--person", "Bea", "--reason", "asked by phone")
    assert added.out.startswith("added Bea to Grief circle")
    assert circle("do", "add", "1", "--person", "Bea").code == 1
    assert circle("do", "remove", "1", "--person", "Bea").out.startswith("removed Bea from Grief circle")
    assert circle("do", "assign", "1", "--mentor", "Dr Lee").out.startswith("reassigned Grief circle to Dr Lee")


def test_what_comes_after_needs_an_end(circle: Run):
    for act in ("survey", "follow-up", "story", "close-task"):
        ran = circle("do", act, "1")
        assert ran.code == 1, act
    assert "not ended" in circle("do", "survey-answer", "1", "--person", "Ana", "--rating", "5").err


def test_answers_by_hand_and_by_file(run: Run, own: Callable[..., str]):
    file = own(
        {"type": "person", "id": "p1", "name": "Ana"},
        {"type": "session", "id": "s1", "title": "Past", "starts_at": "2026-05-03T10:00:00Z",
         "ends_at": "2026-05-03T11:00:00Z"},
        {"type": "presence", "session": "s1", "person": "p1", "joined_at": "2026-05-03T10:00:00Z",
         "left_at": "2026-05-03T11:00:00Z"},
        {"type": "survey", "session": "s1", "person": "p1", "rating": 3},
    )  # fmt: skip
    assert run("import", file).code == 0
    ran = run(
        "do", "survey-answer", "1", "--person", "Ana", "--rating", "5", "--comment", "good", "--may-tell", "yes"
    )
    assert ran.out == "Ana answered about Past with 5 of 5 (#1)\n"
    assert run("do", "survey-answer", "1", "--person", "Ana", "--rating", "9").code == 1
    assert run("do", "story", "1", "--text", "It helped").out.startswith("marked Past as a success story")


def test_letters_are_named_by_number_or_by_session(circle: Run):
    assert circle("do", "resend", "x").code == 2
    assert "no letter #99" in circle("do", "resend", "99").err
    assert "has arrived or is on its way" in circle("do", "resend", "1", "--session").err

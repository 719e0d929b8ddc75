"""``mail``, and what ``people edit`` knows of letters: the outbox, one letter whole, what people want."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Run

ANA = {"type": "person", "id": "p1", "name": "Ana\x1b[31m", "email": "ana@example.org", "zone": "Europe/Madrid"}
SOON = {
    "type": "session", "id": "s1", "title": "Grief circle", "control": "scheduled",
    "starts_at": "2099-05-05T16:00:00Z", "ends_at": "2099-05-05T17:00:00Z", "link": "https://meet.example.org/x",
}  # fmt: skip
ASKED = {"type": "request", "session": "s1", "person": "p1", "state": "approved"}


@pytest.fixture
def world(run: Run, own: Callable[..., str]) -> Run:
    assert run("import", own(ANA, SOON, ASKED)).code == 0
    return run


def test_the_outbox_is_listed_and_a_letter_is_shown_whole(world: Run):
    assert world("do", "message", "s1", "--text", "Bring a pen").code == 0
    found = world("mail", "list", "--json").json
    (letter,) = found["letters"]
    assert (letter["kind"], letter["state"], found["counts"]["pending"]) == ("message", "pending", 1)
    listed = world("mail", "list", "pending")
    assert "Bring" not in listed.out
    assert "About Grief circle" in listed.out
    assert "\x1b" not in listed.out
    shown = world("mail", "show", f"#{letter['id']}").out
    for line in ("From: sessiontui <sessiontui@localhost>", "Subject: About Grief circle", "Bring a pen"):
        assert line in shown
    assert "When: Tuesday 5 May 2099, 18:00 to 19:00 (Europe/Madrid)" in shown
    assert "\x1b" not in shown
    headers = world("mail", "show", str(letter["id"]), "--json").json["headers"]
    assert headers["To"].endswith("<ana@example.org>")
    assert world("mail", "show", "4711").code == 1
    assert world("mail", "show", "x").code == 2


def test_how_a_letter_would_read(world: Run):
    plain = world("mail", "preview", "reminder").out
    assert "Subject: Reminder: Grief circle starts in" in plain
    about = world("mail", "preview", "changed", "s1", "--to", "p1").out
    assert "18:00 to 19:00 (Europe/Madrid)" in about
    assert world("mail", "list", "--json").json["letters"] == []
    assert world("mail", "preview", "digest", "--json").json["headers"]["Subject"].startswith("Your day")
    refused = world("mail", "preview", "hello")
    assert (refused.code, "there are: scheduled" in refused.err) == (1, True)


def test_wordings_are_printed_taken_from_a_folder_and_checked(world: Run, home: Path, tmp_path: Path):
    printed = world("mail", "wordings", "reminder").out
    assert printed.startswith("Subject: Reminder: $title starts $left\n\n$greeting\n")
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "reminder.de.txt").write_text("Subject: $title beginnt $left\n\nHallo $name\n")
    (folder / "survey.txt").write_text("Subject: How was $heading?\n\nHi\n")
    config = tmp_path / "own.toml"
    config.write_text(f'[delivery]\ntemplates = "{folder}"\n')
    told = world("--config", str(config), "mail", "wordings")
    assert told.code == 1
    assert "survey.txt:1: $heading is no name here" in told.err
    assert "$" in told.out
    german = world("--config", str(config), "mail", "preview", "reminder", "--language", "de").out
    assert "Subject: Grief circle beginnt in" in german
    doctor = world("--config", str(config), "doctor")
    assert doctor.code == 1
    assert "survey.txt:1: $heading is no name here" in doctor.out
    (folder / "survey.txt").unlink()
    assert "worded in" in world("--config", str(config), "doctor").out
    assert world("--config", str(config), "mail", "wordings", "reminder", "--language", "de").out.startswith(
        "Subject: $title beginnt"
    )


def test_what_somebody_wants_is_said_shown_and_taken_back(world: Run):
    said = world(
        "people", "edit", "p1", "--no-mail", "survey", "--no-mail", "no-show", "--quiet", "22:00-07:00", "--json"
    )
    assert said.code == 0
    shown = world("people", "show", "p1").out
    assert "no show, survey" in shown
    assert "22:00-07:00" in shown
    found = world("people", "show", "p1", "--json").json
    assert (found["no_mail"], found["quiet"], found["language"]) == (["no_show", "survey"], "22:00-07:00", None)
    assert world("people", "edit", "p1", "--mail", "all", "--quiet", "none", "--language", "de").code == 0
    found = world("people", "show", "p1", "--json").json
    assert (found["no_mail"], found["quiet"], found["language"]) == ([], None, "de")
    assert world("do", "undo").code == 0
    assert world("people", "show", "p1", "--json").json["quiet"] == "22:00-07:00"
    for wrong in (("--no-mail", "letters"), ("--quiet", "22"), ("--language", "../x"), ("--channel", "pigeon")):
        refused = world("people", "edit", "p1", *wrong)
        assert refused.code == 1
        assert refused.err
    both = world("people", "edit", "p1", "--name", "Ana Ruiz", "--no-mail", "digest")
    assert both.code == 0
    found = world("people", "show", "p1", "--json").json
    assert (found["name"], found["no_mail"]) == ("Ana Ruiz", ["digest", "no_show", "survey"])


def test_lines_tell_what_people_want_and_what_is_wrong_there(run: Run, own: Callable[..., str]):
    wants = {"no_mail": ["survey"], "quiet": "22:00-7:00", "channel": "webhook", "language": "pt-BR"}
    assert run("import", own({**ANA, **wants})).code == 0
    found = run("people", "show", "p1", "--json").json
    assert {name: found[name] for name in wants} == {**wants, "quiet": "22:00-07:00", "language": "pt-br"}
    again = run("import", own({**ANA, **wants}), "--json").json
    assert json.dumps(again).count('"unchanged": 1') >= 1
    assert run("people", "edit", "p1", "--quiet", "none").code == 0
    assert run("import", own({**ANA, **wants, "quiet": "21:00-07:00"})).code == 0
    assert run("people", "show", "p1", "--json").json["quiet"] is None  # what was said by hand stays
    for wrong in ({"no_mail": ["x"]}, {"quiet": "late"}, {"channel": "pigeon"}, {"language": "."}):
        refused = run("import", own({**ANA, "id": "p2", **wrong}))
        assert next(iter(wrong)) in refused.out + refused.err

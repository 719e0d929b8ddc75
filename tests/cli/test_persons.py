"""``people`` on the command line: shown whole, duplicates, merge, note, export, erase; and choosing mentors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run


def test_one_person_is_shown_whole(circle: Run):
    told = circle("people", "show", "Dr Lee", "--json").json
    assert told["name"] == "Dr Lee"
    assert [one["title"] for one in told["sessions"]] == ["Grief circle"]
    assert told["mentor"]["figures"]["completion_rate"]["n"] == 0
    text = circle("people", "show", "Dr Lee").out
    for part in ("Last seen:   never", "author", "Grief circle #1", "As a mentor", "free all week"):
        assert part in text


def test_a_note_is_written_listed_edited_and_removed(circle: Run):
    assert circle("people", "note", "Ana", "prefers", "mornings").code == 0
    listed = circle("people", "note", "Ana", "--json").json
    assert [one["text"] for one in listed["notes"]] == ["prefers mornings"]
    number = str(listed["notes"][0]["id"])
    assert circle("people", "note", "Ana", "evenings", "--edit", number).code == 0
    text = circle("people", "note", "Ana").out
    assert "evenings" in text
    assert "before" in text
    assert circle("people", "note", "Ana", "x", "--remove", number).code == 2
    assert circle("people", "note", "Ana", "--remove", number).code == 0
    assert circle("people", "note", "Ana", "--json").json["notes"] == []
    assert circle("do", "undo").code == 0
    assert len(circle("people", "note", "Ana", "--json").json["notes"]) == 1


def test_duplicates_are_told_previewed_merged_and_parted_again(circle: Run):
    assert circle("people", "add", "Anna", "--email", "ana+work@example.org").code == 0
    (pair,) = circle("people", "duplicates", "--json").json["duplicates"]
    assert pair["reasons"] == ["same address"]
    assert "same address" in circle("people", "duplicates").out
    both = ("people", "merge", "Ana", "Anna")
    assert "becomes Ana" in circle(*both, "--dry-run").out
    refused = circle(*both)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert circle(*both, "--yes").code == 0
    assert circle("people", "show", "ana+work@example.org", "--json").json["name"] == "Ana"
    assert circle("do", "undo").code == 0
    assert circle("people", "show", "Anna", "--json").json["email"] == "ana+work@example.org"


def test_everything_of_a_person_is_exported(circle: Run, tmp_path: Path):
    file = tmp_path / "ana.json"
    assert circle("people", "export", "Ana", "-o", str(file)).code == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["person"]["email"] == "ana@example.org"
    assert [one["title"] for one in told["requests"]] == ["Grief circle"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert circle("people", "export", "Ana").json["person"]["name"] == "Ana"


def test_a_person_is_forgotten_and_the_chain_stays_whole(circle: Run):
    assert "gone for good" in circle("people", "erase", "Ana", "--dry-run").out
    assert circle("people", "erase", "Ana").code == 1
    assert circle("people", "erase", "Ana", "--yes").code == 0
    assert "ana@example.org" not in circle("people", "list", "--json").out
    assert circle("export", "requests", "--format", "json").json["requests"][0]["person"] == "erased person"
    assert circle("db", "check").code == 0


def test_a_double_booking_asks_and_yes_agrees(circle: Run):
    twice = (
        "do", "create", "Twice", "--starts", "2036-05-04T14:30Z", "--mentor", "Dr Lee", "--publish",
    )  # fmt: skip
    refused = circle(*twice)
    assert refused.code == 1
    assert "Dr Lee is booked in Grief circle #1 (14:00 to 15:00 UTC)" in refused.err
    agreed = circle(*twice, "--yes")
    assert agreed.code == 0
    assert "double booking: Dr Lee is booked in Grief circle" in agreed.out


def test_the_levels_are_set_in_a_file(circle: Run, tmp_path: Path):
    config = tmp_path / "sessiontui.toml"
    create = ("do", "create", "Twice", "--starts", "2036-05-04T14:30Z", "--mentor", "Dr Lee", "--yes")
    config.write_text('[clashes]\nmentor = "block"\n', encoding="utf-8")
    refused = circle(*create, "--config", str(config))
    assert refused.code == 1
    assert "[clashes]" in refused.err
    config.write_text('[clashes]\nmentor = "ignore"\n', encoding="utf-8")
    assert "double" not in circle(*create, "--config", str(config)).out
    config.write_text('[clashes]\nmentor = "perhaps"\n', encoding="utf-8")
    assert "block, confirm, warn, ignore" in circle("list", "--config", str(config)).err


def test_without_a_name_the_candidates_are_told(circle: Run):
    assert circle("do", "create", "Twice", "--starts", "2036-05-04T14:30Z", "--publish").code == 0
    told = circle("do", "assign", "2", "--json")
    assert told.code == 1
    assert "--mentor" in told.err
    lee = next(one for one in told.json["candidates"] if one["name"] == "Dr Lee")
    assert lee["free"] is False
    assert lee["clashes"][0]["title"] == "Grief circle"
    assert lee["sessions_day"] == 1
    assert "busy: Grief circle #1" in circle("do", "assign", "2").out


def test_who_may_not_manage_people_is_refused(circle: Run, own: Callable[..., str]):
    for words in (("people", "merge", "Ana", "Ana", "--yes"), ("people", "erase", "Nobody", "--yes")):
        assert circle(*words).code == 1

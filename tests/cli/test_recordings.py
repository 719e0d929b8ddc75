"""``do recording``, ``do promote``, ``export recordings`` and what ``show`` says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LINK = "https://rec.example.org/p/secret-7"


def test_a_recording_is_added_shown_opened_changed_and_removed(circle: Run):
    added = circle("do", "recording", "add", "s1", "--link", LINK, "--title", "Whole", "--minutes", "58", "--json")
    assert added.code == 0
    (receipt,) = added.json["receipts"]
    assert receipt["sentence"] == "added the recording #1 Whole to Grief circle, for everyone approved"
    assert "secret-7" not in added.out
    shown = circle("show", "s1", "--json").json
    (one,) = shown["recordings"]
    assert (one["id"], one["title"], one["minutes"], one["audience"], one["opened"]) == (
        1,
        "Whole",
        58,
        "approved",
        0,
    )
    assert "secret-7" not in json.dumps(shown)
    opened = circle("do", "recording", "open", "1")
    assert (opened.code, opened.out.splitlines()[-1]) == (0, LINK)
    text = circle("show", "s1").out
    assert "Recordings (1)" in text
    assert "1 time, last by" in text
    assert "secret-7" not in text
    named = circle("do", "recording", "edit", "#1", "--person", "ana@example.org")
    assert "changed who may see it of the recording #1 Whole of Grief circle" in named.out
    assert circle("show", "s1", "--json").json["recordings"][0]["people"] == [{"id": 1, "name": "Ana"}] or (
        circle("show", "s1", "--json").json["recordings"][0]["people"][0]["name"] == "Ana"
    )
    removed = circle("do", "recording", "remove", "1", "--reason", "asked to")
    assert removed.code == 0
    assert circle("do", "recording", "open", "1").code == 1
    assert circle("do", "undo").code == 0
    assert circle("do", "recording", "open", "1").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "s1", "--link", "nowhere"), 1, "is not a link to a page"),
        (("add", "s1", "--link", LINK, "--audience", "named"), 1, "nobody is named"),
        (("add", "s1", "--link", LINK, "--audience", "friends"), 2, "invalid choice"),
        (("open", "seven"), 2, "is not the number of a recording"),
        (("open", "7"), 1, "there is no recording #7"),
        (("edit", "7", "--title", "x"), 1, "there is no recording #7"),
    ],
)
def test_what_cannot_be_done_says_why(circle: Run, arguments, code, said):
    ran = circle("do", "recording", *arguments)
    assert ran.code == code
    assert said in ran.err


def test_a_past_or_read_only_database_hands_out_no_link(circle: Run):
    circle("do", "recording", "add", "s1", "--link", LINK)
    refused = circle("--read-only", "do", "recording", "open", "1")
    assert refused.code == 1
    assert "secret-7" not in refused.out + refused.err
    assert circle("show", "s1", "--at", "2026-05-03T12:00Z", "--json").json["recordings"] == []


@pytest.mark.parametrize("shape", ["jsonl", "csv"])
def test_what_was_exported_is_imported_again_without_a_change(circle: Run, tmp_path: Path, shape: str):
    circle("do", "recording", "add", "s1", "--link", LINK, "--title", "Whole", "--person", "ana@example.org")
    file = tmp_path / f"recordings.{shape}"
    assert circle("export", "recordings", "--format", shape, "-o", str(file)).code == 0
    told = circle("import", str(file), "--json").json
    assert (told["added"], told["updated"], told["unchanged"], told["refused"]) == (0, 0, 1, 0)


def test_a_seat_is_given_to_who_waits(circle: Run, own: Callable[..., str]):
    file = own(
        {"type": "person", "id": "p2", "name": "Bo"},
        {"type": "request", "session": "s1", "person": "p2", "requested_at": "2026-05-03T11:00:00Z"},
    )
    assert circle("import", file).code == 0
    given = circle("do", "promote", "s1", "--json").json["receipts"][0]
    assert given["sentence"] == "approved Ana for Grief circle, who was next in the waiting list"
    shown = circle("show", "s1")
    assert "Seats:       1 of 1 seat, 1 waiting (Bo first, since 05-03 11:00)" in shown.out
    assert circle("show", "s1", "--json").json["seats"] == {
        "capacity": 1, "approved": 1, "free": 0, "waiting": 1, "next": "Bo", "since": "2026-05-03T11:00:00Z",
    }  # fmt: skip
    full = circle("do", "promote", "s1")
    assert (full.code, "the only seat of Grief circle is taken, 1 wait" in full.err) == (1, True)


def test_free_seats_move_people_up_where_that_is_set(circle: Run, home: Path, own: Callable[..., str]):
    file = own(
        {"type": "person", "id": "p2", "name": "Bo"},
        {"type": "request", "session": "s1", "person": "p2", "requested_at": "2026-05-03T11:00:00Z"},
    )
    assert circle("import", file).code == 0
    assert circle("do", "promote", "s1").code == 0
    settings = home / "settings.toml"
    settings.write_text("[requests]\npromote = true\n")
    done = circle("--config", str(settings), "do", "withdraw", "s1", "--person", "ana@example.org")
    assert "Ana withdrew from Grief circle; Bo moved up from the waiting list" in done.out

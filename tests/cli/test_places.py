"""Where sessions meet, on the command line: rooms, spare links, passcodes, doctor, and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def circle(run: Run, home: Path) -> Run:
    home.mkdir(parents=True, exist_ok=True)
    home.joinpath("config.toml").write_text('[platforms.jitsi]\nurl = "https://meet.invalid"\n')
    assert run("do", "create", "Circle", "--starts", "2036-05-04T14:00Z", "--publish").code == 0
    return run


def test_a_room_is_wished_for_and_shown(circle: Run):
    assert "asked Jitsi for a room for Circle" in circle("do", "room", "1").out
    assert "is asked for a room already" in circle("do", "room", "1").err
    shown = circle("show", "1", "--json").json["place"]
    assert (shown["platform"], shown["room"], shown["waiting"]["order"]) == ("jitsi", "wanted", "make")
    assert "Jitsi is asked to make the room" in circle("show", "1").out
    assert "BigBlueButton is not set up" in circle("do", "room", "1", "--platform", "bbb").err
    assert circle("do", "undo").code == 0
    assert circle("show", "1", "--json").json["place"]["room"] is None


def test_spare_links_by_hand(circle: Run):
    assert circle("do", "edit", "1", "--link", "https://meet.example.org/a").code == 0
    assert "that is no web address" in circle("do", "backup", "1", "--link", "javascript:alert(1)").err
    assert circle("do", "backup", "1", "--link", "https://meet.example.org/b").code == 0
    assert circle("do", "use-backup", "1").code == 1
    assert circle("do", "use-backup", "1", "--yes").code == 0
    place = circle("show", "1", "--json").json
    assert (place["link"], place["place"]["backup_link"]) == (
        "https://meet.example.org/b",
        "https://meet.example.org/a",
    )
    assert "Nothing to reveal" in circle("do", "reveal", "1").err


def test_doctor_tells_of_keys_links_and_platforms(circle: Run):
    told = {one["about"]: one for one in json.loads(circle("doctor", "--json").out)["remarks"]}
    assert told["keys"]["problem"] is False
    assert told["Jitsi"]["problem"] is True
    told = {one["about"]: one for one in circle("doctor", "1", "--json").json["remarks"]}
    assert told["link"]["fact"] == "missing"
    assert "check-platform 1" in told["probe"]["fact"]


def test_keys_are_exchanged_by_a_superadmin(circle: Run, home: Path):
    assert "sealed 0 secrets with the new key" in circle("db", "rotate-key").out
    assert oct(home.joinpath("sessiontui.key").stat().st_mode)[-3:] == "600"
    home.joinpath("sessiontui.key").chmod(0o644)
    assert "others can read it" in circle("db", "rotate-key").err


def test_the_platform_of_the_own_format_is_kept(circle: Run, home: Path):
    path = home / "in.jsonl"
    line = {
        "type": "session",
        "id": "s1",
        "title": "Far",
        "starts_at": "2036-05-04T14:00:00Z",
        "ends_at": "2036-05-04T15:00:00Z",
        "link": "https://meet.example.org/x",
        "platform": "Google Meet",
    }
    path.write_text(json.dumps(line) + "\n")
    assert circle("import", str(path)).code == 0
    assert "1 unchanged" in circle("import", str(path)).out
    rows = circle("export", "sessions", "Far", "--format", "json").json
    found = rows if isinstance(rows, list) else next(value for value in rows.values() if isinstance(value, list))
    assert [(row["platform"], row["link"]) for row in found] == [("google meet", "https://meet.example.org/x")]

"""What goes in and out: import reports, exports, JSON in ASCII, CSV that nothing acts on, hostile text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessiontui.intake.cells import unquote_cell

if TYPE_CHECKING:
    from tests.cli.conftest import Run

HOSTILE = [
    "\x1b[31mred\x1b]52;c;eA==\x07",
    "=cmd|' /C calc'!A0",
    "\u202eevil",
    "\x9b31m C1",
    "[@click=app.quit]x[/]",
    "tab\there",
    "a\nb",
    "\x7fdel",
    "日本語の会",
]

ACTING = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"}


def session(number: int, title: str) -> dict[str, object]:
    window = {"starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T15:00:00Z"}
    return {"type": "session", "id": f"h{number}", "title": title, "author": f"p{number}", **window}


@pytest.fixture
def hostile(run: Run, own: Callable[..., str]) -> Run:
    people: list[dict[str, object]] = [
        {"type": "person", "id": f"p{number}", "name": text} for number, text in enumerate(HOSTILE)
    ]
    assert run("import", own(*people, *(session(number, text) for number, text in enumerate(HOSTILE)))).code == 0
    return run


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"], ["list", "--json"], ["list", "--csv"], ["show", "1"], ["show", "1", "--json"], ["people", "list"],
        ["people", "list", "--json"], ["export", "audit"], ["export", "sessions", "--format", "json"],
        ["doctor", "1"],
    ],
)  # fmt: skip
def test_nothing_raw_reaches_the_terminal(hostile: Run, arguments: list[str]) -> None:
    ran = hostile(*arguments)
    assert ran.out
    assert {char for char in ran.out + ran.err if char in ACTING} == {"\n"}


def test_json_is_ascii_and_whole(hostile: Run) -> None:
    ran = hostile("list", "--json")
    assert ran.out.isascii()
    assert {row["title"] for row in ran.json["sessions"]} == set(HOSTILE)


def test_csv_is_read_back_unchanged(hostile: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(hostile("export", "sessions").out)))
    assert {unquote_cell(row["title"]) for row in rows} == set(HOSTILE)
    assert not any(row["title"].startswith(("=", "+", "-", "@")) for row in rows)


def test_the_object_of_list_is_complete(circle: Run) -> None:
    board = circle("list", "--json").json
    assert list(board) == ["taken_at", "counts", "sessions"]
    assert set(board["counts"]) == {
        "draft", "created", "has_requests", "approved", "upcoming", "waiting", "active", "paused", "ended_complete",
        "ended_early", "ended_no_show", "cancelled",
    }  # fmt: skip
    assert list(board["sessions"][0]) == [
        "id", "external_id", "source", "title", "kind", "priority", "status", "why", "badges", "starts_at", "ends_at",
        "scheduled_minutes", "actual_minutes", "efficiency", "pending", "approved", "rejected", "active", "left",
        "mentor", "author", "live_status", "work_status", "rank", "template", "template_version",
    ]  # fmt: skip


def test_limit_shortens_the_list_and_not_the_counts(run: Run, own: Callable[..., str]) -> None:
    run("import", own(*(session(number, f"S{number}") for number in range(5))))
    board = run("list", "--json", "--limit", "2").json
    assert (len(board["sessions"]), sum(board["counts"].values())) == (2, 5)
    assert run("list", "--limit", "2").err.startswith("2 of 5 sessions")


def test_archived_sessions_are_left_out(circle: Run) -> None:
    circle("do", "cancel", "1", "--yes")
    circle("do", "archive", "1")
    assert circle("list", "--json").json["sessions"] == []
    assert [row["id"] for row in circle("list", "archived:yes", "--json").json["sessions"]] == [1]


def test_import_counts_add_up_and_each_refusal_has_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    lines = [
        json.dumps(session(1, "Good")),
        "{not json",
        json.dumps({"type": "session", "id": "x"}),
        json.dumps({"type": "presence", "session": "nowhere", "person": "p1", "joined_at": "2026-05-04T14:00:00Z"}),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = run("import", str(file))
    assert ran.code == 1
    assert "mixed.jsonl (jsonl): 4 read = 1 added + 0 updated + 0 unchanged + 3 refused" in ran.out
    for line in (2, 3, 4):
        assert f"  mixed.jsonl:{line}: " in ran.out
    again = run("import", str(file), "--json").json
    assert (again["read"], again["unchanged"], again["refused"], again["done"]) == (4, 1, 3, True)


def test_a_preview_changes_nothing(run: Run, own: Callable[..., str]) -> None:
    ran = run("import", own(session(1, "Good")), "--dry-run", "--json")
    assert (ran.code, ran.json["done"], ran.json["added"]) == (0, False, 1)
    assert run("list", "--json").json["sessions"] == []


def test_a_file_that_is_not_there_is_said(run: Run) -> None:
    ran = run("import", "nowhere.ics")
    assert (ran.code, ran.err) == (1, "sessiontui: Cannot be read: nowhere.ics: No such file or directory\n")


def test_an_export_into_a_file_is_private_and_whole(circle: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    ran = circle("export", "requests", "--format", "json", "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert target.stat().st_mode & 0o777 == 0o600
    assert json.loads(target.read_text())["requests"][0]["person"] == "Ana"
    assert [path.name for path in tmp_path.glob(".*partial")] == []


def test_people_are_listed_added_and_edited(circle: Run) -> None:
    added = circle(
        "people", "add", "Bo", "--email", "bo@example.org", "--role", "mentor", "--home-zone", "Europe/Oslo"
    )
    assert added.out.startswith("added Bo as mentor (#")
    assert circle("people", "edit", "Bo", "--phone", "555 0100", "--json").code == 0
    listed = circle("people", "list", "bo", "--json").json
    assert list(listed) == ["taken_at", "people"]
    (person,) = listed["people"]
    assert (person["phone"], person["zone"], person["role"]) == ("555 0100", "Europe/Oslo", "mentor")
    assert "Bo  #" in circle("people", "show", "bo@example.org").out


def test_an_export_that_fails_leaves_no_litter_and_the_old_file_as_it_was(
    circle: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "requests.csv"
    target.write_text("as it was")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sessiontui.cli.output.CsvWriter.add", broken)
    ran = circle("export", "requests", "-o", str(target))
    assert (ran.code, "No space left" in ran.err) == (1, True)
    assert [path.name for path in folder.iterdir()] == ["requests.csv"]
    assert target.read_text() == "as it was"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sessiontui.cli.output.CsvWriter.add", stopped)
    assert circle("export", "requests", "-o", str(target)).code == 130
    assert [path.name for path in folder.iterdir()] == ["requests.csv"]
    assert circle("export", "requests", "-o", str(folder / "none" / "x.csv")).code == 1


def test_the_lines_of_the_readme_go_in_whole_and_show_what_it_shows(run: Run, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^## JSON Lines\n.*?```\n(\{.*?)```", readme, re.MULTILINE | re.DOTALL)
    file = tmp_path / "own.jsonl"
    file.write_text(lines, encoding="utf-8")
    for told in ("19 added, 0 updated, 0 unchanged, 0 refused", "0 added, 0 updated, 19 unchanged, 0 refused"):
        ran = run("import", str(file))
        assert (ran.code, told in ran.out) == (0, True), ran.out + ran.err
    listed = run("list", "--at", "2026-05-04T14:10Z").out
    assert f"$ sessiontui list --at 2026-05-04T14:10Z\n{listed}" in readme

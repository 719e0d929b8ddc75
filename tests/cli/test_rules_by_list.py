"""``import own.jsonl`` and ``list --at T --json`` give status, why and minutes of every rule and its boundaries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessiontui.__main__ import main

DAY = "2026-05-04T"
START, END = f"{DAY}14:00:00Z", f"{DAY}15:00:00Z"


def at(clock: str) -> str:
    return f"{DAY}{clock}Z"


def session(name: str, **more: object) -> dict[str, object]:
    return {
        "type": "session",
        "id": name,
        "title": name,
        "starts_at": START,
        "ends_at": END,
        "author": "host",
        **more,
    }


def stay(name: str, joined: str, left: str | None = None, who: str = "ana") -> dict[str, object]:
    times = {"joined_at": at(joined), "left_at": None if left is None else at(left)}
    return {"type": "presence", "session": name, "person": who, **times}


def move(name: str, what: str, when: str, **more: object) -> dict[str, object]:
    return {"type": "move", "session": name, "move": what, "at": at(when), "by": "host", **more}


def ask(name: str, who: str, state: str, **more: object) -> dict[str, object]:
    return {"type": "request", "session": name, "person": who, "state": state, **more}


LINES: list[dict[str, object]] = [
    {"type": "person", "id": "ana", "name": "Ana"},
    {"type": "person", "id": "ben", "name": "Ben"},
    {"type": "person", "id": "host", "name": "Amara"},
    session("cancelled"), move("cancelled", "cancel", "14:10:00", reason="mentor ill"),
    session("draft", control="draft"),
    session("paused"), stay("paused", "14:00:00", "15:00:00"),
    move("paused", "pause", "14:20:00"), move("paused", "resume", "14:30:00"),
    session("paused-on"), stay("paused-on", "14:00:00", "14:20:00"), move("paused-on", "pause", "14:20:00"),
    session("done"), stay("done", "14:00:00", "14:40:00"), move("done", "complete", "14:40:00"),
    session("done-early"), stay("done-early", "14:00:00", "14:10:00"), move("done-early", "complete", "14:10:00"),
    session("done-empty"), move("done-empty", "complete", "14:40:00"),
    session("active"), stay("active", "14:05:00", "15:20:00"),
    session("early-bird"), stay("early-bird", "13:50:00", "14:50:00"),
    session("started"), move("started", "start", "13:40:00"), stay("started", "13:45:00", "15:00:00"),
    session("nobody"),
    session("half"), stay("half", "14:00:00", "14:30:00"),
    session("under-half"), stay("under-half", "14:00:00", "14:29:59"),
    session("tried-link"), stay("tried-link", "13:40:00", "13:50:00"),
    session("left-at-begin"), stay("left-at-begin", "13:50:00", "14:00:00"),
    session("left-past-begin"), stay("left-past-begin", "13:50:00", "14:00:01"),
    session("everyone-left"), stay("everyone-left", "14:00:00", "14:20:00"),
    session("came-back"), stay("came-back", "14:00:00", "14:20:00"), stay("came-back", "14:40:00", "15:00:00"),
    session("host-only"), stay("host-only", "13:55:00", "15:00:00", "host"),
    session("two-devices"), stay("two-devices", "14:00:00", "14:30:00"), stay("two-devices", "14:10:00", "14:40:00"),
    stay("two-devices", "14:20:00", "14:50:00", "ben"),
    session("pending"), ask("pending", "ana", "pending", requested_at="2026-05-04T10:00:00Z"),
    session("decided"),
    ask("decided", "ana", "approved", requested_at="2026-05-04T10:00:00Z", decided_at="2026-05-04T11:00:00Z"),
    session("both"), ask("both", "ana", "approved"), ask("both", "ben", "pending"),
    session("rejected"), ask("rejected", "ana", "rejected"),
    session("work", kind="work"), stay("work", "14:00:00", "14:50:00", "host"),
    session("backwards"), stay("backwards", "14:30:00", "14:10:00"),
]  # fmt: skip

CASES: list[tuple[str, str, str, float, str]] = [
    # session, instant, status, actual minutes, part of why
    ("cancelled", "14:09:59.999", "waiting", 0, "started 14:00, no guest present"),
    ("cancelled", "14:10:00", "cancelled", 0, "cancelled by Amara at 14:10: mentor ill"),
    ("cancelled", "16:00:00", "cancelled", 0, "mentor ill"),
    ("draft", "10:00:00", "draft", 0, "not published"),
    ("draft", "16:00:00", "draft", 0, "not published"),
    ("paused", "14:19:59", "active", 19.98, "1 guest present since 14:00"),
    ("paused", "14:20:00", "paused", 20, "paused since 14:20"),
    ("paused", "14:29:59", "paused", 20, "paused since 14:20"),
    ("paused", "14:30:00", "active", 20, "present"),
    ("paused", "15:00:00", "ended_complete", 50, "at least 50%"),
    ("paused-on", "15:10:00", "paused", 20, "paused since 14:20"),
    ("done", "14:39:59", "active", 39.98, "present"),
    ("done", "14:40:00", "ended_complete", 40, "completed by Amara at 14:40"),
    ("done-early", "14:10:00", "ended_early", 10, "less than 50%"),
    ("done-empty", "14:40:00", "ended_no_show", 0, "no guest was seen"),
    ("active", "14:04:59.999", "waiting", 0, "no guest present"),
    ("active", "14:05:00", "active", 0, "1 guest present since 14:05"),
    ("active", "15:00:00", "active", 55, "past its end"),
    ("active", "15:19:59", "active", 74.98, "past its end"),
    ("active", "15:20:00", "ended_complete", 75, "75 of 60 min"),
    ("early-bird", "13:55:00", "upcoming", 0, "starts 14:00"),
    ("early-bird", "13:59:59.999", "upcoming", 0, "starts 14:00"),
    ("early-bird", "14:00:00", "active", 0, "present"),
    ("early-bird", "15:00:00", "ended_complete", 50, "at least"),
    ("started", "13:39:59", "upcoming", 0, "starts 14:00"),
    ("started", "13:40:00", "waiting", 0, "started 13:40"),
    ("started", "13:45:00", "active", 0, "present since 13:45"),
    ("started", "15:00:00", "ended_complete", 75, "75 of 60 min"),
    ("nobody", "14:00:00", "waiting", 0, "started 14:00"),
    ("nobody", "14:59:59.999", "waiting", 0, "started 14:00"),
    ("nobody", "15:00:00", "ended_no_show", 0, "the window ended 15:00; no guest was seen"),
    ("half", "15:00:00", "ended_complete", 30, "30 of 60 min, at least 50%"),
    ("under-half", "15:00:00", "ended_early", 29.98, "less than 50%"),
    ("tried-link", "14:10:00", "waiting", 0, "no guest present"),
    ("tried-link", "15:00:00", "ended_no_show", 0, "no guest was seen"),
    ("left-at-begin", "14:00:00", "waiting", 0, "no guest present"),
    ("left-at-begin", "15:00:00", "ended_no_show", 0, "no guest was seen"),
    ("left-past-begin", "15:00:00", "ended_early", 0.02, "less than 50%"),
    ("everyone-left", "14:20:00", "waiting", 20, "everyone who came has left"),
    ("everyone-left", "14:24:59.999", "waiting", 20, "everyone who came has left"),
    ("everyone-left", "14:25:00", "ended_early", 20, "provisional until 15:00"),
    ("everyone-left", "15:00:00", "ended_early", 20, "the window ended 15:00"),
    ("came-back", "14:39:59", "ended_early", 20, "provisional"),
    ("came-back", "14:40:00", "active", 20, "present since 14:40"),
    ("came-back", "15:00:00", "ended_complete", 40, "40 of 60"),
    ("host-only", "13:57:00", "upcoming", 0, "starts 14:00"),
    ("host-only", "14:30:00", "waiting", 0, "no guest present"),
    ("host-only", "15:00:00", "ended_no_show", 0, "no guest was seen"),
    ("two-devices", "14:25:00", "active", 25, "2 guests present since 14:00"),
    ("two-devices", "15:00:00", "ended_complete", 50, "50 of 60"),
    ("nobody", "13:29:59.999", "created", 0, "no requests yet"),
    ("nobody", "13:30:00", "upcoming", 0, "within 30 min"),
    ("pending", "09:59:59.999", "created", 0, "no requests yet"),
    ("pending", "10:00:00", "has_requests", 0, "1 pending request"),
    ("pending", "13:30:00", "upcoming", 0, "starts 14:00"),
    ("decided", "10:59:59.999", "has_requests", 0, "1 pending request"),
    ("decided", "11:00:00", "approved", 0, "1 approved"),
    ("both", "12:00:00", "has_requests", 0, "1 pending request, 1 approved"),
    ("rejected", "12:00:00", "created", 0, "no requests yet"),
    ("work", "14:10:00", "active", 10, "1 guest present since 14:00"),
    ("work", "15:00:00", "ended_complete", 50, "50 of 60"),
    ("backwards", "15:00:00", "ended_early", 0, "0 of 60 min"),
]

BADGES: list[tuple[str, str, set[str]]] = [
    ("paused-on", "15:10:00", {"Overtime"}),
    ("active", "15:10:00", {"Overtime", "No host"}),
    ("half", "14:04:59.999", set()),
    ("half", "14:05:00", {"No host"}),
    ("early-bird", "13:55:00", {"Early join"}),
    ("everyone-left", "14:21:00", {"Everyone left"}),
    ("everyone-left", "14:25:00", {"Everyone left", "Early end"}),
    ("host-only", "14:30:00", {"Host waiting"}),
    ("host-only", "15:30:00", {"Host only", "No show"}),
    ("nobody", "15:00:00", {"No show"}),
    ("half", "15:00:00", set()),
    ("pending", "13:40:00", {"Pending"}),
    ("pending", "12:00:00", set()),
    ("work", "14:10:00", set()),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("rules")
    file = folder / "own.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    database = folder / "home" / "rules.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESSIONTUI_HOME", str(folder / "home"))
        assert main(["import", str(file), "--database", str(database)]) == 0
        yield database


@pytest.fixture
def seen(database: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def look(clock: str) -> dict[str, dict[str, Any]]:
        capsys.readouterr()
        assert main(["list", "--at", at(clock), "--json", "--database", str(database)]) == 0
        board = json.loads(capsys.readouterr().out)
        assert board["taken_at"] == at(clock).replace(".000Z", "Z")
        assert sum(board["counts"].values()) == len(board["sessions"])
        return {row["external_id"]: row for row in board["sessions"]}

    return look


@pytest.mark.parametrize(("name", "clock", "status", "minutes", "why"), CASES)
def test_status_minutes_and_why(seen: Any, name: str, clock: str, status: str, minutes: float, why: str) -> None:
    row = seen(clock)[name]
    assert (row["status"], row["actual_minutes"]) == (status, minutes)
    assert why in row["why"]
    assert row["scheduled_minutes"] == 60
    assert row["efficiency"] == pytest.approx(minutes / 60, abs=0.001)


@pytest.mark.parametrize(("name", "clock", "badges"), BADGES)
def test_badges(seen: Any, name: str, clock: str, badges: set[str]) -> None:
    assert set(seen(clock)[name]["badges"]) == badges


def test_a_second_import_changes_nothing(
    database: Path, tmp_path: Path, seen: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = seen("14:25:00")
    file = tmp_path / "again.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in reversed(LINES)), encoding="utf-8")
    assert main(["import", str(file), "--json", "--database", str(database)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["read"], report["unchanged"]) == (len(LINES), len(LINES))
    assert seen("14:25:00") == before

"""``projects`` and ``stats visits`` on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_a_project_is_worked_on_from_its_making_to_its_export(circle: Run, tmp_path: Path) -> None:
    made = circle("projects", "add", "Harbour app", "--description", "Ferries", "--json")
    assert made.json["project"] == 1
    assert circle("projects", "item", "harbour-app", "add", "Ferry", "times").out.startswith("added Ferry times")
    assert circle("projects", "item", "1", "add", "Tides", "--state", "parked").code == 0
    assert circle("projects", "visit", "1", "start").code == 0
    assert circle("projects", "visit", "1", "end").code == 0
    assert "decided Ferry times" in circle("projects", "item", "1", "move", "1", "decided").out
    asked = circle("projects", "question", "1", "ask", "Who", "signs?", "--item", "1", "--json").json
    assert asked["id"] == 1
    assert circle("projects", "blocker", "1", "report", "the", "key", "--type", "missing").code == 0
    told = circle("projects", "summary", "1", "--json").json
    assert (told["decided_since"], told["parked"], told["time_since"]) == (1, 1, "just now")
    text = circle("projects", "summary", "1").out
    assert "1 decided since last • 0 exploring • 1 parked • 1 pending question" in text
    assert "HIGH   Find out: the key" in text
    assert circle("projects", "steps", "1", "--json").json["steps"][0]["priority"] == "high"
    assert circle("projects", "blockers", "1").out.startswith("Missing: the key #1")
    assert circle("projects", "blocker", "1", "settle", "1").code == 0
    assert circle("projects", "question", "1", "answer", "1", "Ana").code == 0
    assert circle("projects", "question", "1").out == ""
    assert "Ana" in circle("projects", "question", "1", "--all").out
    kept = circle("projects", "analytics", "1", "--json").json
    assert (kept["items_decided_since"], kept["pending_questions"]) == (1, 0)
    shown = circle("projects", "show", "harbour-app").out
    for word in ("Last active: just now", "Health: 100 excellent", "Decided (1)", "Visits (1)"):
        assert word in shown
    assert circle("projects", "list", "--json").json["projects"][0]["health"] == 100
    lines = circle("projects", "export").out.splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "project", "item", "item", "question", "visit", "activity",
    ]  # fmt: skip
    file = tmp_path / "p.jsonl"
    assert circle("projects", "export", "1", "-o", str(file)).code == 0
    assert "6 unchanged" in circle("import", str(file)).out + circle("import", str(file)).err


def test_a_project_is_told_as_it_was_at_an_instant(circle: Run) -> None:
    circle("projects", "add", "Harbour app")
    circle("projects", "item", "1", "add", "Ferry times")
    circle("projects", "blocker", "1", "report", "the", "key", "--type", "missing")
    then = circle("projects", "list", "--json").json["taken_at"]
    circle("projects", "item", "1", "move", "1", "decided")
    circle("projects", "blocker", "1", "settle", "1")
    circle("projects", "edit", "1", "--archive")
    assert circle("projects", "list", "--json").json["projects"] == []
    found = circle("projects", "list", "--json", "--at", then).json
    assert (found["taken_at"], [line["name"] for line in found["projects"]]) == (then, ["Harbour app"])
    assert "Exploring (1)" in circle("projects", "show", "1", "--at", then).out
    told = circle("projects", "summary", "1", "--json", "--at", then).json
    assert (told["exploring"], told["taken_at"]) == (1, then)
    assert [line["priority"] for line in circle("projects", "steps", "1", "--json", "--at", then).json["steps"]]
    assert circle("projects", "blockers", "1", "--at", then).out.startswith("Missing: the key #1")
    assert circle("projects", "blockers", "1").out == ""
    before = circle("projects", "show", "1", "--at", "2020-01-01T00:00Z")
    assert (before.code, "no project #1 then" in before.err) == (1, True)


def test_what_cannot_be_meant_is_told(circle: Run) -> None:
    circle("projects", "add", "Harbour app")
    assert circle("projects", "show", "nothing").code == 1
    assert circle("projects", "item", "1", "move", "x", "decided").code == 2
    assert circle("projects", "item", "1", "move", "9", "decided").code == 1
    assert circle("projects", "edit", "1").code == 2
    assert circle("projects", "visit", "1", "end").code == 1
    assert circle("projects", "edit", "1", "--archive").code == 0
    assert "put away" in circle("projects", "item", "1", "add", "T").err
    assert circle("projects", "list").out.count("Harbour") == 0
    assert circle("projects", "edit", "1", "--restore").code == 0


def test_a_session_belongs_to_a_project_and_its_filter_finds_it(circle: Run) -> None:
    circle("projects", "add", "Harbour app")
    listed = circle("list", "--json").json["sessions"]
    number = str(listed[0]["id"])
    assert circle("projects", "session", "harbour-app", number).code == 0
    assert circle("projects", "session", "harbour-app", number).code == 1
    circle("projects", "item", "1", "add", "Ferry")
    circle("projects", "item", "1", "move", "1", "decided", "--session", number)
    assert [one["id"] for one in circle("list", "project:harbour-app", "--json").json["sessions"]] == [int(number)]
    shown = circle("show", number, "--json").json["project"]
    assert (shown["slug"], shown["decided"]) == ("harbour-app", ["Ferry"])
    assert "Harbour app (harbour-app)" in circle("show", number).out
    assert circle("projects", "session", "1", number, "--out").code == 0
    assert circle("list", "project:harbour-app", "--json").json["sessions"] == []


def test_the_figures_of_visits(circle: Run) -> None:
    assert "none was tracked" in circle("stats", "visits").out
    circle("projects", "add", "Harbour app")
    for act in ("start", "track", "end"):
        assert circle("projects", "visit", "1", act).code == 0
    told = circle("stats", "visits", "harbour-app", "--json").json
    assert (told["visits"], told["metrics"]["activity_success_rate"]["value"]) == (1, 1.0)
    assert set(told["metrics"]) == {
        "visit_duration", "visits_per_person_day", "items_decided_per_visit", "time_between_visits",
        "activity_success_rate",
    }  # fmt: skip
    assert circle("stats", "visits", "--by", "kind").code == 2
    assert circle("stats", "visits", "--since", "-30d", "--json").json["visits"] == 1

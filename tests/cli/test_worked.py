"""``stats work``, ``stats learning``, ``stats predict``, ``do learned`` and what ``show`` tells of how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.fixture
def done(run: Run, own: Callable[..., str]) -> Run:
    """Nine work sessions that somebody came to, and one that is to come."""
    told: list[dict[str, object]] = [{"type": "person", "id": "p1", "name": "Ana"}]
    for day in range(1, 10):
        window = {"starts_at": f"2026-03-{day:02}T14:00:00Z", "ends_at": f"2026-03-{day:02}T15:00:00Z"}
        told.append(
            {"type": "session", "id": f"s{day}", "title": f"S{day}", "kind": "work", "tags": ["code"], **window}
        )
        told.append(
            {"type": "presence", "session": f"s{day}", "person": "p1",
             "joined_at": f"2026-03-{day:02}T14:00:00Z", "left_at": f"2026-03-{day:02}T14:4{day % 5}:00Z"}
        )  # fmt: skip
    told.append(
        {"type": "session", "id": "next", "title": "Next", "kind": "work",
         "starts_at": "2030-03-20T14:00:00Z", "ends_at": "2030-03-20T15:00:00Z"}
    )  # fmt: skip
    assert run("import", own(*told)).code == 0
    return run


def test_work_is_told_as_text_and_json(done: Run):
    told = done("stats", "work", "--by", "week")
    assert told.code == 0, told.err
    assert "9 ended sessions" in told.out
    assert "productivity = 60 goals + 25 focus + 15 calm" in told.out
    assert "By week" in told.out
    assert max(map(len, told.out.splitlines())) <= 80
    found = done("stats", "work", "--by", "person", "--json").json
    assert found["sessions"] == 9
    assert found["metrics"]["focus_share"]["n"] == 9
    assert {"value", "n", "low", "high", "of"} <= found["metrics"]["estimate_ratio"].keys()
    assert sum(group["sessions"] for group in found["groups"]) == 9
    assert done("stats", "work", "kind:coaching", "--json").json["sessions"] == 0
    assert done("stats", "work", "--at", "2026-03-05T00:00Z", "--json").json["sessions"] == 4


def test_learning_is_written_down_and_told(done: Run):
    kept = done("do", "learned", "s1", "--person", "Ana", "--skill", "code", "--before", "2", "--after", "4")
    assert kept.code == 0, kept.err
    assert "Ana learned code in S1: 25 before, 75 after, of 100" in kept.out + kept.err
    told = done("stats", "learning", "--by", "person")
    assert "+50 points gained in 1 answer" in told.out
    assert "code" in told.out
    assert "Nothing stands out beyond chance: no recommendation is made." in told.out
    assert max(map(len, told.out.splitlines())) <= 80
    found = done("stats", "learning", "--json").json
    assert found["skills"][0]["gain"] == {"value": 50, "n": 1, "low": None, "high": None, "interval": "t"}
    assert {line["aspect"] for line in found["patterns"]} == {"hour", "length", "weekday"}
    shown = done("show", "s1", "--json").json
    assert [(one["person"], one["before"], one["after"]) for one in shown["learned"]] == [("Ana", 25, 75)]
    assert done("do", "undo").code == 0
    assert done("show", "s1", "--json").json["learned"] == []
    wrong = done("do", "learned", "s1", "--person", "Ana", "--skill", "code", "--before", "1/5", "--after", "70 %")
    assert wrong.code == 1
    assert "two scales" in wrong.err


def test_predictions_are_told_with_what_they_rest_on(done: Run):
    told = done("stats", "predict", "--evaluate")
    assert "Learned from 9 sessions" in told.out
    assert "kind:work" in told.out
    assert "too short to test on" in told.out
    assert done("stats", "predict", "--json").json["cases"] == 9
    likely = done("show", "next", "--json").json["prediction"]
    assert likely["low"] <= likely["minutes"] <= likely["high"]
    assert likely["said"].startswith("likely ")
    assert "Takes:" in done("show", "next").out


def test_wrong_words_are_told_apart(done: Run):
    assert "stats work" in done("stats", "--by", "person").err
    assert "not told apart by kind" in done("stats", "work", "--by", "kind").err
    assert "needs a table" in done("stats", "risk", "--evaluate").err
    assert "neither --at nor --by" in done("stats", "predict", "--by", "week").err
    assert done("stats", "--by", "series", "--medians").code == 0


def test_plain_signs_are_used_where_they_are_wanted(done: Run):
    for subject in ("work", "learning", "predict"):
        told = done("stats", subject, "--by", "week", "--ascii") if subject != "predict" else done(
            "stats", subject, "--evaluate", "--ascii"
        )  # fmt: skip
        assert told.code == 0, told.err
        assert told.out.isascii()

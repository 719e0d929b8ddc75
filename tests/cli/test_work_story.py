"""The story of one work session by ``do``: the same as ``tests/terminal/test_work_story.py`` does by keys.

Parts of other rooms (goals, blockers, comments, files, scores) have their place between *resume* and *extend*.
"""

from __future__ import annotations

from datetime import timedelta

from sessiontui.runtime import now
from tests.cli.conftest import Run


def do(run: Run, action: str, session: str, *more: str) -> str:
    """Act on a session, and return the sentence of the receipt."""
    done = run("do", action, session, *more, "--json")
    assert done.code == 0, done.err
    (receipt,) = done.json["receipts"]
    return str(receipt["sentence"])


def test_a_work_session_lives_by_do(run: Run) -> None:
    soon = (now() + timedelta(minutes=10)).isoformat()
    made = run("do", "create", "Fix the parser", "--starts", soon, "--minutes", "90", "--kind", "work", "--json")
    session = str(made.json["receipts"][0]["sessions"][0])
    refused = run("do", "stop-at", session, "--yes")
    assert (refused.code, "no timer runs here" in refused.err) == (1, True)
    assert do(run, "publish", session) == "published Fix the parser"
    assert do(run, "start", session) == "started Fix the parser"
    assert do(run, "pause", session) == "paused Fix the parser"
    assert do(run, "resume", session) == "resumed Fix the parser"
    # Here the plan, the talk and the files of the session have their place.
    assert do(run, "extend", session, "--by-minutes", "30") == "extended Fix the parser by 30 min"
    assert do(run, "still-at-it", session) == "noted that Fix the parser is still at work"
    assert do(run, "stop-at", session, "--yes").startswith("stopped Fix the parser at")
    assert run("show", session, "--json").json["control"] == "completed"
    # Here the scores of the session have their place.
    assert do(run, "reopen", session) == "reopened Fix the parser"
    assert do(run, "start", session) == "started Fix the parser"
    assert do(run, "complete", session, "--yes") == "completed Fix the parser"
    assert do(run, "archive", session) == "archived Fix the parser"
    assert do(run, "restore", session) == "restored Fix the parser"


def test_an_edit_that_met_another_tells_both_values(circle: Run) -> None:
    version = str(circle("show", "s1", "--json").json["version"])
    assert circle("do", "edit", "s1", "--title", "Loss circle").code == 0
    beside = circle("do", "edit", "s1", "--capacity", "9", "--expected", version, "--json")
    assert beside.code == 0
    assert "changed title meanwhile, which stays" in beside.json["receipts"][0]["sentence"]
    refused = circle("do", "edit", "s1", "--title", "Night circle", "--expected", version, "--json")
    assert refused.code == 1
    (part,) = refused.json["refused"]
    (field,) = part["conflict"]["fields"]
    assert (field["field"], field["before"], field["mine"], field["theirs"]) == (
        "title",
        "Grief circle",
        "Night circle",
        "Loss circle",
    )
    assert field["by"]
    assert field["at"]
    again = circle(
        "do", "edit", "s1", "--title", "Night circle", "--expected", str(part["conflict"]["version"]), "--json"
    )
    assert again.code == 0


def test_a_wrong_word_is_answered_with_the_nearest(run: Run) -> None:
    wrong = run("do", "strat", "1")
    assert wrong.code == 2
    assert "did you mean start" in wrong.err
    assert "heartbeat" not in wrong.err
    lost = run("do", "frobnicate", "1")
    assert lost.code == 2
    assert len(lost.err) < 200


def test_a_time_that_is_none_names_its_option(circle: Run) -> None:
    for option in ("--since", "--until"):
        wrong = circle("stats", option, "2026")
        assert wrong.code == 1
        assert f"{option}: '2026' is not a time" in wrong.err
        assert "filter" not in wrong.err
        assert "character" not in wrong.err


def test_doctor_names_open_alerts(run: Run) -> None:
    soon = (now() + timedelta(hours=1)).isoformat()
    made = run("do", "create", "Who leads", "--starts", soon, "--kind", "mentoring", "--publish", "--json")
    told = run("doctor", str(made.json["receipts"][0]["sessions"][0]))
    assert "No mentor (warning, since" in told.out

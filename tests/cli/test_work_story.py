"""The story of one work session by ``do``: the same as ``tests/terminal/test_work_story.py`` does by keys.

It begins with a template and goes through plan, pause, talk and files to the scores.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sessiontui.runtime import now
from tests.cli.conftest import Run


def do(run: Run, action: str, session: str, *more: str) -> str:
    """Act on a session, and return the sentence of the receipt."""
    done = run("do", action, session, *more, "--json")
    assert done.code == 0, done.err
    (receipt,) = done.json["receipts"]
    return str(receipt["sentence"])


def test_a_work_session_lives_by_do(run: Run, tmp_path: Path) -> None:
    soon = (now() + timedelta(minutes=10)).isoformat()
    assert run("people", "add", "Bo Lind", "--role", "admin", "--email", "bo@example.org").code == 0
    made = run("do", "create", "parser", "--starts", soon, "--template", "bug-fix", "--json")
    session = str(made.json["receipts"][0]["sessions"][0])
    refused = run("do", "stop-at", session, "--yes")
    assert (refused.code, "no timer runs here" in refused.err) == (1, True)
    assert do(run, "publish", session) == "published Fix: parser"
    assert do(run, "start", session) == "started Fix: parser"
    goals = [goal["id"] for goal in run("show", session, "--json").json["plan"]["goals"]]
    assert do(run, "goal", "work", str(goals[0])).startswith("took up the goal")
    assert "milestone The fault can be shown reached" in do(run, "goal", "done", str(goals[0]))
    assert do(run, "goal", "done", str(goals[1])).startswith("finished the goal")
    early = run("do", "goal", "done", str(goals[3]))
    assert (early.code, "needs Name the cause first" in early.err) == (1, True)
    assert do(run, "check", "tick", "1").startswith("ticked #1")
    opened = do(run, "blocker", "open", session, "No access to the logs", "--kind", "dependency")
    assert opened.startswith("opened the major blocker #1")
    assert do(run, "pause", session) == "paused Fix: parser"
    assert "Blocked" in run("list", "--json").json["sessions"][0]["badges"]
    assert do(run, "blocker", "resolve", "1", "--reason", "asked for it").startswith("resolved the blocker #1")
    assert do(run, "comment", "add", session, "Found it, @Bo Lind please look").endswith("; 1 told by mail")
    (tmp_path / "trace.txt").write_text("Traceback", encoding="utf-8")
    assert do(run, "attach", session, str(tmp_path / "trace.txt")).startswith("attached trace.txt")
    assert do(run, "link", "add", session, "https://wiki.example.org/parser").startswith("added the link #1")
    assert do(run, "resume", session) == "resumed Fix: parser"
    assert do(run, "extend", session, "--by-minutes", "30") == "extended Fix: parser by 30 min"
    assert do(run, "still-at-it", session) == "noted that Fix: parser is still at work"
    assert do(run, "stop-at", session, "--yes").startswith("stopped Fix: parser at")
    shown = run("show", session, "--json").json
    assert (shown["control"], shown["template"], shown["template_version"]) == ("completed", "bug-fix", 1)
    assert (shown["plan"]["goals_done"], len(shown["pauses"]), len(shown["files"])) == (2, 1, 1)
    for score in ("productivity", "efficiency", "quality"):
        told = shown["scores"][score]
        assert told["value"] is None or 0 <= told["value"] <= 100
        assert told["formula"]
        assert told["parts"]
    assert "Scores" in run("show", session).out
    assert do(run, "reopen", session) == "reopened Fix: parser"
    assert do(run, "start", session) == "started Fix: parser"
    again = do(run, "complete", session, "--yes")
    scores = run("show", session, "--json").json["scores"]
    values = {name: scores[name]["value"] for name in ("productivity", "efficiency", "quality")}
    known = [f"{name} {value}" for name, value in values.items() if value is not None]
    assert known, "goals are done, so something is known of how it went"
    assert again == f"completed Fix: parser; {', '.join(known)}"
    assert do(run, "archive", session) == "archived Fix: parser"
    put_away = run("do", "goal", "done", str(goals[2]))
    assert (put_away.code, "was put away" in put_away.err) == (1, True)
    assert do(run, "restore", session) == "restored Fix: parser"
    assert do(run, "goal", "done", str(goals[2])).startswith("finished the goal")


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
        assert wrong.code == 2
        assert f"{option}: '2026' is not a time" in wrong.err
        assert "filter" not in wrong.err
        assert "character" not in wrong.err


def test_doctor_names_open_alerts(run: Run) -> None:
    soon = (now() + timedelta(hours=1)).isoformat()
    made = run("do", "create", "Who leads", "--starts", soon, "--kind", "mentoring", "--publish", "--json")
    told = run("doctor", str(made.json["receipts"][0]["sessions"][0]))
    assert "No mentor (warning, since" in told.out

"""``templates`` and ``do create --template`` on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_templates_are_listed_exported_added_changed_and_retired(circle: Run, tmp_path: Path) -> None:
    listed = circle("templates", "list", "--json").json["templates"]
    assert [one["minutes"] for one in listed] == [90, 180, 120, 60, 60, 30]
    text = circle("templates", "export", "mentoring").out
    file = tmp_path / "pair.toml"
    file.write_text(text.replace('name = "Mentoring"\nslug = "mentoring"', 'name = "Pair"').replace("60", "sixty", 1))
    wrong = circle("templates", "add", str(file))
    assert wrong.code == 1
    assert "line" in wrong.err
    file.write_text(file.read_text().replace("sixty", "55"))
    assert circle("templates", "add", str(file)).out.startswith("added the template Pair (pair)")
    assert circle("templates", "edit", "pair", "--minutes", "50", "--tag", "two").code == 0
    shown = circle("templates", "show", "pair", "--json").json
    assert (shown["version"], shown["minutes"], shown["tags"], shown["success_rate"]) == (2, 50, ["two"], None)
    assert circle("templates", "show", "pair", "--version", "1", "--json").json["minutes"] == 55
    assert circle("templates", "retire", "pair", "--json").json["template"] == "pair"
    assert "pair" not in circle("templates", "list").out
    assert circle("templates", "edit", "pair").code == 2
    lines = circle("templates", "export").out.splitlines()
    assert [json.loads(line)["slug"] for line in lines][-1] == "pair"


def test_the_best_template_is_named_with_its_reasons(circle: Run) -> None:
    best = circle("templates", "suggest", "fix", "the", "parser", "--kind", "work", "--json").json["suggestions"][0]
    assert best["slug"] == "bug-fix"
    assert {part["part"] for part in best["parts"]} >= {"kind", "words"}


def test_a_session_takes_from_its_template_what_is_not_said(circle: Run) -> None:
    made = circle(
        "do", "create", "--template", "bug-fix", "--title", "crash in parser", "--starts", "2036-05-06T10:00Z",
        "--without", "alike", "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    (found,) = circle("list", "template:bug-fix", "--json").json["sessions"]
    assert (found["title"], found["kind"], found["scheduled_minutes"]) == ("Fix: crash in parser", "work", 90)
    wrong = circle("do", "create", "--template", "bug-fiks", "X", "--starts", "2036-05-06T10:00Z")
    assert "do you mean bug-fix?" in wrong.err
    assert circle("do", "create", "--starts", "2036-05-06T10:00Z").code == 2

"""``do comment|attach|detach|open-file|link|collaborator`` and what ``show`` tells of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_comment_is_written_answered_edited_deleted_and_shown(circle: Run):
    assert "(comment #1)" in circle("do", "comment", "add", "s1", "We start late.\nTell @Ana").out
    assert circle("do", "comment", "add", "s1", "Fine", "--answer", "#1").code == 0
    assert circle("do", "comment", "edit", "2", "Fine by me").code == 0
    shown = circle("show", "s1", "--json").json["comments"]
    assert [(one["text"], one["answers"]) for one in shown] == [
        ("We start late.\nTell @Ana", None),
        ("Fine by me", 1),
    ]
    assert shown[1]["before"][0]["text"] == "Fine"
    assert circle("do", "comment", "delete", "1", "--reason", "wrong session").code == 0
    text = circle("show", "s1").out
    assert "Talk (1 comment)" in text
    assert "#1 " in text
    assert "deleted by" in text
    assert "We start late" not in text
    assert circle("do", "undo").code == 0
    assert "    Tell @Ana" not in text
    assert "  Tell @Ana" in circle("show", "s1").out


def test_a_file_is_attached_in_versions_opened_and_taken_away(circle: Run, tmp_path: Path):
    path = tmp_path / "plan.txt"
    for text in ("one", "two"):
        path.write_text(text, encoding="utf-8")
        assert circle("do", "attach", "s1", str(path)).code == 0
    newest, first = circle("show", "s1", "--json").json["files"]
    assert [(one["name"], one["version"], one["media_type"]) for one in (newest, first)] == [
        ("plan.txt", 2, "text/plain"),
        ("plan.txt", 1, "text/plain"),
    ]
    opened = circle("do", "open-file", str(first["id"]), "--to", str(tmp_path / "old.txt"))
    assert opened.out.splitlines()[-1] == str(tmp_path / "old.txt")
    assert (tmp_path / "old.txt").read_text(encoding="utf-8") == "one"
    assert circle("do", "open-file", str(first["id"]), "--to", str(tmp_path / "old.txt")).code == 1
    shown = circle("show", "s1").out
    assert "Files (2)" in shown
    assert "2 times" in shown
    assert "all 2 versions" in circle("do", "detach", "1", "--all-versions").out
    assert circle("show", "s1", "--json").json["files"] == []


def test_links_and_people(circle: Run):
    assert circle("do", "link", "add", "s1", "https://wiki.example.org/x", "--title", "Wiki").code == 0
    assert circle("do", "collaborator", "set", "s1", "--person", "ana@example.org", "--role", "viewer").code == 0
    shown = circle("show", "s1", "--json").json
    assert [one["title"] for one in shown["links"]] == ["Wiki"]
    assert [(one["name"], one["role"]) for one in shown["collaborators"]] == [("Ana", "viewer")]
    assert "Collaborators (1)" in circle("show", "s1").out
    assert circle("do", "collaborator", "remove", "s1", "--person", "ana@example.org").code == 0
    assert circle("do", "link", "remove", "1").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("comment", "add", "s1", "  "), 1, "says something"),
        (("comment", "edit", "x", "y"), 2, "is not the number of a comment"),
        (("comment", "delete", "77"), 1, "there is no comment #77"),
        (("attach", "s1", "/dev/zero"), 1, "is not a file"),
        (("attach", "s1", "-"), 2, "has no name"),
        (("detach", "9"), 1, "there is no file #9"),
        (("open-file", "9"), 1, "there is no file #9"),
        (("link", "add", "s1", "ftp://x"), 1, "is not a link"),
    ],
)
def test_what_is_wrong_is_told(circle: Run, words: tuple[str, ...], code: int, said: str):
    ran = circle("do", *words)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_what_is_there_already_is_said_to_be_there(circle: Run):
    link = ("do", "link", "add", "s1", "https://wiki.example.org/x")
    assert circle(*link).code == 0
    again = circle(*link)
    assert (again.code, "Already there: Grief circle has this link already" in again.err) == (1, True), again.err


def test_whoever_shares_an_account_exchanges_files_in_one_folder(
    circle: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "")
    secret = tmp_path / "secret.txt"
    secret.write_text("s", encoding="utf-8")
    for path in (str(secret), "../sessiontui.db", "/etc/passwd"):
        ran = circle("do", "attach", "s1", path)
        assert ran.code == 1
        assert "lies outside" in ran.err
    (home / "exchange" / "in.txt").write_text("in", encoding="utf-8")
    assert circle("do", "attach", "s1", "in.txt").code == 0
    assert circle("do", "open-file", "1", "--to", str(tmp_path)).code == 1
    assert circle("do", "open-file", "1", "--to", "out.txt").code == 0
    assert (home / "exchange" / "out.txt").read_text(encoding="utf-8") == "in"
    (home / "exchange" / "link").symlink_to(secret)
    assert circle("do", "attach", "s1", "link").code == 1


def test_nothing_is_changed_where_it_is_only_read(circle: Run):
    assert circle("do", "comment", "add", "s1", "x").code == 0
    assert circle("--read-only", "do", "comment", "edit", "1", "y").code == 1
    assert circle("--read-only", "show", "s1", "--json").json["comments"][0]["text"] == "x"


def test_talk_and_people_go_out_and_come_back_in(circle: Run, run: Run, tmp_path: Path):
    circle("do", "comment", "add", "s1", "first")
    circle("do", "comment", "add", "s1", "answer", "--answer", "1")
    circle("do", "collaborator", "set", "s1", "--person", "ana@example.org", "--role", "viewer")
    path = tmp_path / "talk.jsonl"
    assert circle("export", "talk", "--format", "jsonl", "-o", str(path)).code == 0
    assert [json.loads(row)["type"] for row in path.read_text().splitlines()] == [
        "comment",
        "comment",
        "collaborator",
    ]
    assert circle("import", str(path)).code == 0
    assert len(circle("show", "s1", "--json").json["comments"]) == 2, "what came from here is known here"
    path.write_text(path.read_text().replace("comment-", "other-"), encoding="utf-8")
    for number in (4, 4):
        assert circle("import", str(path)).code == 0
        shown = circle("show", "s1", "--json").json
        assert len(shown["comments"]) == number
    assert [(one["text"], one["answers"]) for one in shown["comments"]][2:] == [("first", None), ("answer", 3)]
    assert [one["role"] for one in shown["collaborators"]] == ["viewer"]

"""``db``, ``doctor`` and ``health``: what is wrong is found, what was lost comes back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Run


def alter(home: Path, *statements: str) -> None:
    connection = sqlite3.connect(home / "sessiontui.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_sound_database_is_called_so(circle: Run) -> None:
    ran = circle("db", "check", "--json")
    assert (ran.code, ran.json["sound"], ran.json["sessions"]) == (0, True, 1)


def test_a_changed_audit_entry_is_found(circle: Run, home: Path) -> None:
    circle("do", "edit", "1", "--priority", "high")
    alter(home, "UPDATE audit_entry SET sentence = 'nothing happened' WHERE id = 2")
    ran = circle("db", "check")
    assert (ran.code, "the audit trail does not hold from entry 2 on" in ran.out) == (1, True)


def test_a_row_that_differs_from_the_rules_is_found_and_rebuilt(circle: Run, home: Path) -> None:
    alter(home, "UPDATE session SET status = 'active', pending = 7", "UPDATE status_count SET n = n + 5")
    ran = circle("db", "check", "--json")
    assert ran.code == 1
    assert any("derived row" in problem for problem in ran.json["problems"])
    assert any("counted as" in problem for problem in ran.json["problems"])
    assert circle("db", "rebuild").code == 0
    assert circle("db", "check").code == 0


def test_broken_references_are_found(circle: Run, home: Path) -> None:
    alter(home, "PRAGMA foreign_keys = OFF", "DELETE FROM person WHERE name = 'Ana'")
    ran = circle("db", "check", "--json")
    assert (ran.code, any("missing row of person" in problem for problem in ran.json["problems"])) == (1, True)


def test_a_backup_comes_back_and_the_one_before_is_kept(circle: Run, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert circle("db", "backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    circle("do", "edit", "1", "--title", "After")
    refused = circle("db", "restore", str(copy))
    assert (refused.code, "--yes" in refused.err) == (1, True)
    missing = circle("db", "restore", str(tmp_path / "none.db"))
    assert (missing.code, "there is no file" in missing.err, "--yes" in missing.err) == (1, True, False)
    assert circle("db", "restore", str(copy), "--yes").code == 0
    assert circle("show", "1", "--json").json["title"] == "Grief circle"
    assert circle("db", "check").code == 0
    assert "database.restore" in circle("export", "audit").out
    (kept,) = home.glob("sessiontui-before-restore-*.db")
    assert circle("show", "1", "--json", "--database", str(kept)).json["title"] == "After"


def test_a_damaged_database_is_replaced(circle: Run, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    circle("db", "backup", str(copy))
    for path in home.glob("sessiontui.db-*"):
        path.unlink()
    (home / "sessiontui.db").write_bytes(b"not a database at all" * 1000)
    broken = circle("list")
    assert (broken.code, "not a database" in broken.err) == (1, True)
    assert circle("doctor").code == 1
    assert circle("db", "restore", str(copy), "--yes").code == 0
    assert circle("show", "1", "--json").json["title"] == "Grief circle"


def test_what_is_no_backup_changes_nothing(circle: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE x (y)")
    connection.commit()
    connection.close()
    text = tmp_path / "text.db"
    text.write_text("no database")
    for source in (other, text, tmp_path / "missing.db"):
        assert circle("db", "restore", str(source), "--yes").code == 1
    assert circle("show", "1", "--json").json["title"] == "Grief circle"


def test_a_backup_is_written_over_only_when_agreed(circle: Run, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    circle("db", "backup", str(copy))
    assert circle("db", "backup", str(copy)).code == 1
    assert circle("db", "backup", str(copy), "--yes").code == 0
    itself = circle("db", "backup", str(home / "sessiontui.db"), "--yes")
    assert (itself.code, "the database itself" in itself.err) == (1, True)


def test_upgrade_says_what_it_did(run: Run) -> None:
    assert "made" in run("db", "upgrade").out
    assert "newest already" in run("db", "upgrade").out


def test_doctor_names_rights_that_are_too_wide(circle: Run, home: Path) -> None:
    (home / "sessiontui.db").chmod(0o644)
    remarks = circle("doctor", "--json").json["remarks"]
    assert any(remark["about"] == "rights" and remark["problem"] for remark in remarks)


def test_doctor_without_a_database_makes_none(run: Run, home: Path) -> None:
    ran = run("doctor")
    assert (ran.code, "not there yet" in ran.out, home.exists()) == (0, True, False)


def test_doctor_tells_why_a_session_is_not_shown(circle: Run) -> None:
    assert "! link" in circle("doctor", "1").out
    for link, problem in (("javascript:alert(1)", True), ("https://meet.example.org/x", False), ("https://", True)):
        circle("do", "edit", "1", "--link", link)
        (remark,) = [one for one in circle("doctor", "1", "--json").json["remarks"] if one["about"] == "link"]
        assert remark["problem"] is problem
    assert "in the view Now" in circle("doctor", "1").out  # a request has waited for long
    circle("do", "approve", "1", "--all-pending")
    assert "not in the view Now" in circle("doctor", "1").out
    circle("do", "cancel", "1", "--yes")
    circle("do", "archive", "1")
    ran = circle("doctor", "1")
    assert (ran.code, "lists and counts leave it out" in ran.out) == (1, True)


def test_doctor_tells_why_attendance_or_letters_are_missed(circle: Run, own: Callable[..., str]) -> None:
    def told(session: str = "1") -> dict[str, list[tuple[str, bool]]]:
        found: dict[str, list[tuple[str, bool]]] = {}
        for one in circle("doctor", session, "--json").json["remarks"]:
            found.setdefault(one["about"], []).append((one["fact"], one["problem"]))
        return found

    before = told()
    assert before["attendance"] == [("nobody has come yet: it has not begun", False)]
    assert ("nobody was written to about it yet", False) in before["letters"]
    assert ("they are written as files and leave for nobody", False) in before["letters"]
    circle("do", "approve", "1", "--all-pending")
    circle("people", "add", "Bo", "--role", "participant")
    circle("do", "edit", "1", "--capacity", "2")
    circle("do", "add", "1", "--person", "Bo")
    approved = told()["letters"]
    assert ("1 of 2 approved people without an address", True) in approved
    assert any("pending" in fact for fact, _ in approved)
    past = {"starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T15:00:00Z"}
    circle("import", own({"type": "session", "id": "s2", "title": "Over", **past}))
    assert told("2")["attendance"] == [("no source has told of anybody who came", True)]
    circle("do", "join", "2", "--person", "Ana", "--at", "2026-05-04T14:05:00Z")
    ((fact, is_problem),) = told("2")["attendance"]
    assert (fact.startswith("manual told of it 1 time, last at "), is_problem) == (True, False)


def test_health_is_critical_without_a_worker(circle: Run) -> None:
    ran = circle("health", "--json")
    assert ran.code == 1
    worker = next(part for part in ran.json["parts"] if part["name"] == "worker")
    assert (worker["score"], ran.json["leader"]) == (0, None)
    assert "no worker leads" in circle("health").out


def test_attached_bytes_go_with_a_backup_and_come_back(circle: Run, home: Path, tmp_path: Path) -> None:
    for name, text in (("a.txt", "first"), ("b.txt", "second"), ("copy of a.txt", "first")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert circle("do", "attach", "s1", str(tmp_path / name)).code == 0
    checked = circle("db", "check", "--json").json
    assert (checked["sound"], checked["files"], checked["stray_files"]) == (True, 2, 0)
    copy = tmp_path / "copies" / "monday.db"
    made = circle("db", "backup", str(copy))
    assert "with the bytes of 2 files in monday.db.files" in made.out
    beside = copy.with_name("monday.db.files")
    assert beside.stat().st_mode & 0o777 == 0o700
    kept = sorted(path for path in beside.rglob("*") if path.is_file())
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600, 0o600]

    (first, second) = sorted(path for path in (home / "files").rglob("*") if path.is_file())
    first.unlink()
    second.write_text("secone" if second.read_text() == "second" else "firsy", encoding="utf-8")
    (home / "files" / "ab").mkdir(exist_ok=True)
    (home / "files" / "ab" / ("0" * 62)).write_text("stray", encoding="utf-8")
    wrong = circle("db", "check", "--json")
    assert (wrong.code, wrong.json["stray_files"]) == (1, 1)
    told = "\n".join(wrong.json["problems"])
    assert "are missing" in told
    assert "are damaged" in told
    assert told.count("file #") == 3, "every file that has those bytes is named"
    assert "2 files have no sound bytes any more" in circle("db", "backup", str(tmp_path / "late.db")).out

    restored = circle("db", "restore", str(copy), "--yes")
    assert "with the bytes of 2 files in their folder" in restored.out
    assert circle("db", "check", "--json").json["sound"], "what was damaged is mended as well"
    assert circle("do", "open-file", "1", "--to", str(tmp_path / "out.txt")).code == 0
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "first"

    assert circle("do", "detach", "2").code == 0
    alter(home, "UPDATE attachment SET cleared_at = 1 WHERE id = 2")
    assert "with the bytes of 1 file in" in circle("db", "backup", str(copy), "--yes").out
    assert len([path for path in beside.rglob("*") if path.is_file()]) == 1, "bytes that it needs no more are gone"

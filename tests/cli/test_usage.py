"""Exit codes, options before and after the command, stdout for data and stderr for talk."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.runtime import Settings
    from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["list", "--nonsense"],
        ["list", "--at", "yesterday"],
        ["list", "--at", "2026-05-04T14:00"],
        ["list", "--limit", "0"],
        ["list", "--zone", "Nowhere/Town"],
        ["list", "--json", "--csv"],
        ["list", "--watch", "--csv"],
        ["list", "statsu:waiting"],
        ["show"],
        ["do"],
        ["do", "explode", "1"],
        ["do", "extend", "1"],
        ["export", "secrets"],
        ["people"],
        ["db"],
        ["demo", "atlantis"],
        ["demo", "--build-only"],
        ["demo", "--speed", "-1"],
        ["stats", "--since", "noon or so"],
        ["stats", "attendance", "--until", "x"],
    ],
)
def test_wrong_usage_is_two_and_says_so_on_stderr(circle: Run, arguments: list[str]) -> None:
    ran = circle(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("sessiontui: ")


@pytest.mark.parametrize(
    ("arguments", "whose"),
    [
        (["--nonsense"], "sessiontui"),
        (["--nonsense", "list"], "sessiontui"),
        (["list", "--nonsense"], "sessiontui list"),
        (["--ascii", "list", "-x"], "sessiontui list"),
        (["db", "upgrade", "--nonsense"], "sessiontui db upgrade"),
        (["do", "start", "1", "--nonsense"], "sessiontui do start"),
        (["people", "list", "--nonsense"], "sessiontui people list"),
    ],
)
def test_a_wrong_option_points_to_the_help_of_its_command(circle: Run, arguments: list[str], whose: str) -> None:
    ran = circle(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("sessiontui: unrecognized arguments: -")
    assert ran.err.endswith(f"('{whose} --help' tells more)\n")


@pytest.mark.parametrize(
    "arguments", [["show", "99"], ["show", "nobody:1"], ["do", "start", "99"], ["people", "show", "Zoe"]]
)
def test_what_does_not_exist_is_one(circle: Run, arguments: list[str]) -> None:
    ran = circle(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "Not found" in ran.err


def test_common_options_stand_before_and_after_the_command(circle: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other" / "b.db")
    assert circle("db", "upgrade", "--database", other).code == 0
    before, after = circle("--database", other, "list", "--json"), circle("list", "--json", "--database", other)
    assert before.json["sessions"] == after.json["sessions"] == []
    assert len(circle("list", "--json").json["sessions"]) == 1


def test_an_instant_before_a_command_counts_for_it(circle: Run) -> None:
    then = "2026-05-03T10:00:00Z"
    before, after = circle("--at", then, "list", "--json"), circle("list", "--json", "--at", then)
    assert before.json["taken_at"] == after.json["taken_at"] == then
    ran = circle("--at", then, "worker")
    assert (ran.code, ran.out, "--at says nothing to 'worker'" in ran.err) == (2, "", True)


def test_an_instant_alone_opens_the_console_there(circle: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def run_console(settings: Settings, *, as_of: datetime | None, prepare: Callable[[Settings], None]) -> int:
        prepare(settings)
        opened.extend((settings.read_only, as_of))
        return 0

    monkeypatch.setattr("sessiontui.runtime.run_console", run_console)
    assert circle("--read-only", "--at", "2026-05-03T12:00:00+02:00").code == 0
    assert opened == [True, datetime(2026, 5, 3, 10, tzinfo=UTC)]
    ahead = circle("--at", "2040-01-01T00:00Z")
    assert (ahead.code, "that lies ahead" in ahead.err, len(opened)) == (2, True, 2)


def test_a_negated_term_may_stand_first(circle: Run) -> None:
    assert circle("list", "-tag:grief", "--json").json["sessions"] == []
    assert len(circle("list", "-tag:work", "--json").json["sessions"]) == 1


def test_a_wrong_term_is_pointed_at(circle: Run) -> None:
    assert circle("list", "grief", "statsu:x").err.splitlines()[-2:] == ["  grief statsu:x", "        ^^^^^^"]


def test_text_has_its_talk_on_stderr(circle: Run) -> None:
    ran = circle("list")
    assert ran.out.splitlines()[0].split() == ["ID", "Status", "Session", "Starts", "Min", "Signal"]
    assert "Grief circle" in ran.out
    assert ran.err.startswith("1 session, taken ")


def test_ascii_takes_the_glyphs_away(circle: Run) -> None:
    assert "? Requests" in circle("list", "--ascii").out
    assert circle("list", "--ascii").out.isascii()


def contents(home: Path) -> dict[str, bytes]:
    """Return every file but what SQLite's readers need: the memory that they share, and a log, which stays empty."""
    files = {path.name: path.read_bytes() for path in home.iterdir() if not path.name.endswith("-shm")}
    return {name: held for name, held in files.items() if held or not name.endswith("-wal")}


def test_read_only_reads_and_never_writes(circle: Run, home: Path) -> None:
    before = contents(home)
    assert circle("list", "--read-only", "--json").code == 0
    assert circle("doctor", "--read-only", "1").code in (0, 1)
    refused = circle("do", "publish", "1", "--read-only")
    assert (refused.code, "Read-only" in refused.err) == (1, True)
    assert circle("--read-only", "db", "rebuild").code == 1
    assert contents(home) == before


def test_read_only_makes_no_database(run: Run, home: Path) -> None:
    ran = run("list", "--read-only")
    assert (ran.code, "there is no database" in ran.err) == (1, True)
    assert not home.exists()


def test_the_first_opener_is_let_in_and_the_file_is_private(run: Run, home: Path) -> None:
    assert run("list").code == 0
    assert run("people", "list", "--json").json["people"][0]["role"] == "superadmin"
    assert (home.stat().st_mode & 0o777, (home / "sessiontui.db").stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_reader_that_goes_away_hears_no_complaint(circle: Run, home: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m sessiontui export audit | true; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_of_the_program_is_told_without_anything_raw(circle: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("\x1b[31mred")

    monkeypatch.setattr("sessiontui.services.boards.find", fail)
    ran = circle("show", "1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("sessiontui: a mistake of the program: RuntimeError: ␛[31mred")
    assert "\x1b" not in ran.err


def test_version_and_help(run: Run) -> None:
    from sessiontui import __version__

    assert run("--version").out == f"sessiontui {__version__}\n"
    assert "COMMAND" in run("--help").out
    assert "--by-minutes" in run("do", "extend", "--help").out


def test_hostile_words_on_the_command_line_come_back_harmless(run: Run) -> None:
    for arguments in (
        ["\x1b[31mx"],
        ["list", "--\x1b]52;c;eA==\x07"],
        ["show", "\x1b[2J"],
        ["list", "status:\x1b[2J"],
    ):
        ran = run(*arguments)
        assert ran.code
        assert "\x1b" not in ran.err + ran.out
        assert "\x07" not in ran.err + ran.out


def test_a_mistyped_path_makes_no_database_unless_something_is_to_be_put_into_it(
    run: Run, own: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "mistyped.db"
    for command in (["list"], ["show", "1"], ["export", "sessions"], ["db", "check"], ["do", "start", "1"]):
        ran = run(*command, "--database", str(path))
        assert (ran.code, "there is no database" in ran.err, path.exists()) == (1, True, False), command
    assert run("import", own({"type": "person", "id": "p1", "name": "Ana"}), "--database", str(path)).code == 0
    assert run("list", "--database", str(path)).code == 0


def test_wrong_words_are_wrong_usage(run: Run, circle: Run, tmp_path: Path) -> None:
    for words in (
        ["do", "edit", "1"], ["list", "--config", str(tmp_path / "none.toml")],
        ["list", "--database", "mysql://host/base"], ["do", "approve", "1", "abc"],
    ):  # fmt: skip
        assert run(*words).code == 2, words


def test_of_several_the_refused_one_is_named(circle: Run) -> None:
    ran = circle("do", "start", "1", "4711", "--yes")
    assert (ran.code, "sessiontui: 4711: " in ran.err) == (1, True)
    assert "4711: " not in circle("do", "start", "4711").err.split("\n")[0]


def test_a_full_output_is_told_in_a_sentence(circle: Run) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "sessiontui", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (ran.returncode, "No space left" in ran.stderr, "Traceback" in ran.stderr) == (1, True, False)


def test_a_closed_output_is_told_in_a_sentence(circle: Run) -> None:
    command = f"{sys.executable} -m sessiontui list >&-"
    ran = subprocess.run(["/bin/sh", "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, "stdout is closed" in ran.stderr, "Traceback" in ran.stderr) == (1, True, False)

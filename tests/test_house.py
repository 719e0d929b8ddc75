"""The rules of the house that no tool knows: the promises of the README, the cost of imports, SQL and markup."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sessiontui"

BELOW_THE_SCREEN = ("domain", "intake", "store", "services", "worker", "server", "demo", "runtime", "cli")

# A statement of SQL in a string, as opposed to the English words.
SQL = re.compile(
    r"\b(?:SELECT\s.+\sFROM\s|SELECT\s+(?:count|max|min|1|EXISTS)\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s"
    r"|DELETE\s+FROM\s|CREATE\s+(?:TABLE|INDEX|TRIGGER)\s|PRAGMA\s)",
    re.DOTALL,
)

SHOWING = {"Static", "Label", "notify", "Button", "update", "Checkbox", "Option"}
"""What parses a plain text as markup unless it is told not to."""

SAFE_TEXT = {"Content", "Text", "styled", "assemble", "from_text", "Segment"}
"""What makes a text that is not parsed."""


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and not path.is_relative_to(ROOT / ".venv")]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def loaded_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


# -- what the README says --------------------------------------------------------------------------------------


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def first_screen_commands() -> list[str]:
    return [line for line in readme().splitlines() if line.startswith("python3 -m venv")]


def test_the_readme_has_two_commands_and_ci_runs_the_second() -> None:
    demo, tests = first_screen_commands()
    assert demo.endswith("sessiontui demo")
    assert tests.endswith("python -m tests")
    assert tests in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def test_ci_is_executable_and_strict() -> None:
    run = ROOT / ".ci/run"
    assert run.stat().st_mode & 0o111
    assert "set -euo pipefail" in run.read_text(encoding="utf-8")


def test_the_key_table_of_the_readme_is_the_registry() -> None:
    commands = pytest.importorskip("sessiontui.tui.commands")
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", section("Keys"), re.MULTILINE)
    written = {key: what for keys, what in rows for key in keys.split("` `")}
    wanted = {key: command.title for command in commands.REGISTRY for key in command.keys}
    assert written == wanted


def test_every_command_of_the_command_line_stands_in_the_readme() -> None:
    from sessiontui.cli.arguments import parser

    (action,) = [part for part in parser()._actions if isinstance(part.choices, dict) and "list" in part.choices]
    text = section("Command line")
    assert [name for name in action.choices if f"sessiontui {name}" not in text] == []


def test_the_ways_of_a_command_stand_in_the_readme() -> None:
    from sessiontui.cli.arguments import NOUNS, parser

    (action,) = [part for part in parser()._actions if isinstance(part.choices, dict) and "list" in part.choices]
    written: dict[str, set[str]] = {}
    for name, rest in re.findall(r"^\| `sessiontui (\w+) (.+?)`", section("Command line"), re.MULTILINE):
        written.setdefault(name, set()).update(re.findall(r"[a-z-]+", rest))
    ways = {
        name: {word for part in one._actions if isinstance(part.choices, dict) for word in part.choices}
        for name, one in action.choices.items()
        if name != "do"  # its own help lists them
    }
    ways["export"] = set(NOUNS)
    missing = {name: words - written.get(name, set()) for name, words in ways.items()}
    assert {name: words for name, words in missing.items() if words} == {}


def test_the_worlds_of_the_readme_are_those_there_are() -> None:
    worlds = pytest.importorskip("sessiontui.demo.worlds")
    assert re.findall(r"^\| `(.+?)` \|", section("Worlds"), re.MULTILINE) == list(worlds.WORLDS)


def test_the_signs_of_the_readme_are_those_that_are_shown() -> None:
    from sessiontui.domain.signs import SIGNS

    rows = re.findall(r"^\| `(.)` \| `(.)` \| (.+?) \|", section("Tour"), re.MULTILINE)
    assert sorted(rows) == sorted((sign.glyph, sign.plain, sign.word) for sign in SIGNS.values())


def test_the_examples_of_own_lines_are_taken_as_they_stand() -> None:
    from sessiontui.intake import read

    (lines,) = re.findall(r"```\n(\{.*?)```", section("JSON Lines"), re.DOTALL)
    intake = read("own.jsonl", lines.encode())
    assert (intake.accepted, intake.refusals, intake.notes) == (len(lines.splitlines()), (), ())


def section(title: str) -> str:
    found = re.search(rf"^##+ {title}\n(.*?)(?=^## |\Z)", readme(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"the README has no section {title!r}"
    return found[1]


# -- what imports cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", BELOW_THE_SCREEN)
def test_importing_a_room_below_the_screen_loads_no_screen(room: str) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in sources(room)
    ]
    if not modules:
        pytest.skip("this room is not there yet")
    loaded = loaded_after("\n".join(f"import {module}" for module in modules))
    assert {name for name in loaded if name.partition(".")[0] in {"textual", "rich"}} == set()


def test_importing_the_package_touches_no_disk_and_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "opened = []\n"
        "def hook(event, arguments):\n"
        "    told = str(arguments[0]) if arguments else ''\n"
        "    if event in ('open', 'os.mkdir', 'sqlite3.connect') and not told.endswith(('.py', '.pyc')):\n"
        "        opened.append((event, told))\n"
        "import importlib.util\n"
        "sys.addaudithook(hook)\n"
        "import sessiontui, sessiontui.__main__\n"
        "print([what for what in opened if 'sessiontui' not in what[1] or what[0] != 'open'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_listing_loads_no_screen(tmp_path: Path) -> None:
    arguments = ["list", "--json", "--database", str(tmp_path / "own" / "a.db")]
    made = [sys.executable, "-m", "sessiontui", "db", "upgrade", *arguments[2:]]
    subprocess.run(made, check=True, capture_output=True)
    loaded = loaded_after(
        "import contextlib, io\nfrom sessiontui.__main__ import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()): assert main({arguments!r}) == 0"
    )
    assert {name for name in loaded if name.partition(".")[0] in {"textual", "apscheduler"}} == set()


def test_a_wrong_word_costs_no_library() -> None:
    loaded = loaded_after("from sessiontui.__main__ import main\nassert main(['no-such-command']) == 2")
    assert {name.partition(".")[0] for name in loaded} & {"textual", "rich", "sqlalchemy", "apscheduler"} == set()


# -- where things stand ----------------------------------------------------------------------------------------


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that are no docstrings, f-strings with their parts put together."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    apart = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    apart |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def test_only_the_store_speaks_sql() -> None:
    rooms = [room.name for room in PACKAGE.iterdir() if room.is_dir() and room.name not in {"store", "__pycache__"}]
    spoken = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources(*rooms)
        for line, text in strings(path)
        if SQL.search(text)
    ]
    assert spoken == []


def test_the_sql_scan_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text('"""SELECT a FROM b."""\nx = f"SELECT id FROM {x}"\ny = "Select one from the list"\n')
    assert [line for line, text in strings(path) if SQL.search(text)] == [2]


def risky(path: Path) -> Iterator[str]:
    """Yield the places where something other than a literal may be parsed as markup."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or _name(node.func) not in SHOWING or not node.args:
            continue
        if any(word.arg == "markup" and _is(word.value, False) for word in node.keywords):
            continue
        if isinstance(node.args[0], ast.JoinedStr) or _is_composed(node.args[0]):
            yield f"{path.name}:{node.lineno}"


def _is_composed(value: ast.expr) -> bool:
    """Whether a text is put together here from parts that may come from outside."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mod):
        return any(
            isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (value.left, value.right)
        )
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Attribute):  # "…".format(x) and ", ".join(x), but not Content(…).join(x)
        return value.func.attr in {"format", "join"} and isinstance(value.func.value, ast.Constant)
    return _name(value.func) == "str"


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is(value: ast.expr, wanted: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is wanted


def test_no_text_from_outside_is_parsed_as_markup() -> None:
    assert [place for path in sources("tui") for place in risky(path)] == []


def test_the_markup_lint_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        'Static(f"{name}")\nLabel(Content(name))\nself.notify(f"{x}", markup=False)\nlabel.update("a" + name)\n'
        'Static("fixed")\nself.notify("{}".format(x))\n'
    )
    assert list(risky(path)) == ["a.py:1", "a.py:4", "a.py:6"]


# Written in parts, so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        (
            "(?:files|test)" + r"\.pythonhosted\.org",
            r"pypi" + r"\.(?:org|python\.org)",
            r"registry" + r"\.npmjs",
            r"raw\.github" + r"usercontent",
            "/" + r"(?:home|Users)/(?!demo\b)[a-z]",
            "/" + r"work/(?:main|shared)",
            "realdata" + r"\.(?:zip|tar)",
        )
    )
)


def test_no_registry_and_no_path_of_a_machine_is_written_anywhere() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".svg", ".png", ".raw"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FORBIDDEN.finditer(text)]
    assert found == []


def test_the_words_of_the_command_line_are_those_of_the_domain() -> None:
    from sessiontui.cli import arguments
    from sessiontui.cli.arguments import do as arguments_do
    from sessiontui.cli.exporting import CALENDAR
    from sessiontui.domain.vocabulary import Kind, Move, Priority, Role
    from sessiontui.intake import KNOWN_FORMATS
    from sessiontui.services.exporting import Noun

    assert list(arguments.ROLES) == list(Role)
    assert [noun for noun in arguments.NOUNS if noun != CALENDAR] == list(Noun)  # events are no rows
    assert set(arguments.FORMATS) == set(KNOWN_FORMATS)
    assert list(arguments_do.KINDS) == list(Kind)
    assert list(arguments_do.PRIORITIES) == list(Priority)
    assert {*arguments_do.MOVES, "extend", "reschedule", "reassign"} == set(Move)

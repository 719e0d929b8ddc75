"""A bare command line is read without a parser, and to the same end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sessiontui.cli.arguments import parse
from sessiontui.cli.bare import bare

BARE = (
    [], ["--ascii"], ["--read-only", "--no-diff"], ["--database", "desk.db"], ["--config", "x", "--database", ""],
)  # fmt: skip

OTHERS = (
    ["list"], ["--zone", "UTC"], ["--database"], ["--database", "--ascii"], ["--database=x"], ["--asc"], ["-h"],
    ["--"], ["--config", "x", "health"],
)  # fmt: skip


@pytest.mark.parametrize("words", BARE)
def test_it_comes_to_what_the_parser_makes_of_it(words: list[str]) -> None:
    found = bare(words)
    assert found is not None
    assert vars(found) == vars(parse(words))


@pytest.mark.parametrize("words", OTHERS)
def test_anything_else_is_left_to_the_parser(words: list[str]) -> None:
    assert bare(words) is None


def test_no_parser_is_loaded_for_it() -> None:
    code = (
        "import sys, sessiontui.cli.app, sessiontui.cli.console; from sessiontui.cli.bare import bare; bare([]);"
        "print([name for name in ('argparse', 'sessiontui.cli.arguments', 'sessiontui.cli.talk')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

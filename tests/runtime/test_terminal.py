from __future__ import annotations

import io
import os
import pty

import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.runtime.terminal import cut_environment, is_gone, require_terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("term", ["xterm-256color", "linux", "screen", "vt100"])
def test_a_terminal_that_draws_is_taken(term: str) -> None:
    require_terminal(Terminal(), Terminal(), {"TERM": term})


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"TERM": ""}, {"TERM": "unknown"}, {}])
def test_a_dumb_terminal_is_refused_with_the_way_that_works(environ: dict[str, str]) -> None:
    with pytest.raises(Unavailable) as caught:
        require_terminal(Terminal(), Terminal(), environ)
    assert "sessiontui list --watch" in caught.value.hint


def test_a_pipe_on_either_side_is_refused() -> None:
    for stdin, stdout in ((io.StringIO(), Terminal()), (Terminal(), io.StringIO())):
        with pytest.raises(Unavailable) as caught:
            require_terminal(stdin, stdout, {"TERM": "xterm"})
        assert "sessiontui list --watch" in caught.value.hint


def test_only_what_is_needed_stays_in_the_environment() -> None:
    kept = {"TERM": "x", "LC_ALL": "C", "SSH_TTY": "/dev/pts/1", "SESSIONTUI_ZONE": "UTC", "PYTHONPATH": "", "TZ": ""}
    kept["ESCDELAY"] = "500"
    environ = {**kept, "PAGER": "sh", "EDITOR": "vi", "BROWSER": "sh", "LD_PRELOAD": "x", "AWS_SECRET": "x"}
    cut_environment(environ)
    assert environ == kept


def test_a_closed_terminal_is_noticed() -> None:
    ours, theirs = pty.openpty()
    assert not is_gone(theirs)
    os.write(ours, b"x")
    assert not is_gone(theirs)
    os.close(ours)
    assert is_gone(theirs)
    os.close(theirs)

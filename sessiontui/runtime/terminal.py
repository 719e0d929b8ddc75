"""What the console asks of its surroundings: a terminal that can draw, and no variable that it does not need."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping, MutableMapping
from typing import Final, TextIO

from sessiontui.domain.errors import Unavailable

KEPT: Final = frozenset(
    {"TERM", "COLORTERM", "TERM_PROGRAM", "LANG", "LANGUAGE", "NO_COLOR", "TZ", "HOME", "PATH", "TMUX", "STY"}
    | {"COLUMNS", "LINES", "TMPDIR", "ESCDELAY"}
)
KEPT_PREFIXES: Final = ("LC_", "SSH_", "SESSIONTUI_", "PYTHON", "TEXTUAL")
"""What the console, the terminal and their tests need; everything else could only make them do something else."""

INSTEAD: Final = "use 'sessiontui list --watch', which needs none"

_GONE: Final = select.POLLHUP | select.POLLERR | select.POLLNVAL if hasattr(select, "POLLHUP") else 0


def require_terminal(stdin: TextIO, stdout: TextIO, environ: Mapping[str, str] | None = None) -> None:
    """Raise ``Unavailable`` unless the console can draw on this terminal."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    if not stdin.isatty() or not stdout.isatty():
        raise Unavailable("the console needs a terminal for input and output", hint=INSTEAD)
    if environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        raise Unavailable("the console cannot draw on a dumb terminal", hint=INSTEAD)


def cut_environment(environ: MutableMapping[str, str] | None = None) -> None:
    """Take every variable away that is not on the list; called before the toolkit is imported."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    for name in list(environ):
        if name not in KEPT and not name.startswith(KEPT_PREFIXES):
            del environ[name]


def is_gone(descriptor: int) -> bool:
    """Tell whether the terminal behind a descriptor was closed; asks and never waits."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return any(happened & _GONE for _, happened in poll.poll(0))

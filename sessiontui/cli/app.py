"""One run of the program: arguments, the command's function, errors as sentences, exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from sessiontui.cli import talk
from sessiontui.cli.arguments import parse
from sessiontui.domain.errors import SessiontuiError, Unavailable

if TYPE_CHECKING:
    import argparse

OK: Final = 0
PROBLEM: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
"""What shells expect of a program that Ctrl+C ended."""

_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What the system says where an output takes nothing more."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    _settle_streams()
    try:
        options = parse(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else PROBLEM
    try:
        code = _command(options)
        sys.stdout.flush()
    except BrokenPipeError:
        return _hush()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            talk.confess(error)
            return PROBLEM
        _hush()
        talk.complain(Unavailable(f"stdout cannot be written: {error.strerror}", hint="write somewhere else"))
        return PROBLEM
    except KeyboardInterrupt:
        return INTERRUPTED
    except SessiontuiError as error:
        talk.complain(error)
        if not _is_usage(error):
            return PROBLEM
        talk.point(" ".join(getattr(options, "query", ())).strip(), error)
        return WRONG_USAGE
    except Exception as error:  # noqa: BLE001 - the frontier: a mistake of the program is told, cleaned, without variables
        talk.confess(error)
        return PROBLEM
    return code


def _command(options: argparse.Namespace) -> int:
    module, _, function = str(options.run).partition(":")
    command = getattr(import_module(f"sessiontui.cli.{module}"), function)
    return cast("Callable[[argparse.Namespace], int]", command)(options)


def _is_usage(error: SessiontuiError) -> bool:
    """Tell whether the words of the command line were wrong, not what they were about."""
    from sessiontui.cli.usage import WrongUsage
    from sessiontui.domain.query import QueryError

    return isinstance(error, WrongUsage | QueryError)


def _settle_streams() -> None:
    """Let no character that an output cannot carry end the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _hush() -> int:
    """End quietly when whoever read stdout has gone; what is buffered must not complain at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return OK

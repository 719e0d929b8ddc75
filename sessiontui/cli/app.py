"""One run of the program: arguments, the command's function, errors as sentences, exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from sessiontui.cli.bare import bare
from sessiontui.domain.errors import SessiontuiError, Unavailable

if TYPE_CHECKING:
    import argparse
    from types import SimpleNamespace

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
        options = bare(arguments) or _parsed(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else PROBLEM
    try:
        _require_stdout()
        code = _command(options)
        sys.stdout.flush()
    except BrokenPipeError:
        return _hush()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            return _confessed(error)
        _hush()
        _complain(Unavailable(f"stdout cannot be written: {error.strerror}", hint="write somewhere else"))
        return PROBLEM
    except KeyboardInterrupt:
        return INTERRUPTED
    except SessiontuiError as error:
        _complain(error)
        if not _is_usage(error):
            return PROBLEM
        from sessiontui.cli import talk

        talk.point(" ".join(getattr(options, "query", ())).strip(), error)
        return WRONG_USAGE
    except Exception as error:  # noqa: BLE001 - the frontier: a mistake of the program is told, cleaned, without variables
        return _confessed(error)
    return code


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    from sessiontui.cli.arguments import parse  # most often nothing is asked but the console

    return parse(arguments)


def _command(options: argparse.Namespace | SimpleNamespace) -> int:
    module, _, function = str(options.run).partition(":")
    if module != "console":
        gc.enable()  # the console does so itself, once its first rows are seen
    command = getattr(import_module(f"sessiontui.cli.{module}"), function)
    return cast("Callable[[argparse.Namespace | SimpleNamespace], int]", command)(options)


def _complain(error: SessiontuiError) -> None:
    from sessiontui.cli import talk  # whoever makes no mistake waits for none of it

    talk.complain(error)


def _confessed(error: Exception) -> int:
    from sessiontui.cli import talk

    talk.confess(error)
    return PROBLEM


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


def _require_stdout() -> None:
    """Require that there is somewhere to write to: a shell may have closed it."""
    if sys.stdout is None:
        raise Unavailable("stdout is closed", hint="write somewhere, if only to /dev/null")


def _hush() -> int:
    """End quietly when whoever read stdout has gone; what is buffered must not complain at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return OK

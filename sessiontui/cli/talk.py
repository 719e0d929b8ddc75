"""Talk: everything said to a person goes to stderr, cleaned, so that stdout holds data alone."""

from __future__ import annotations

import sys
import traceback

from sessiontui.cli.table import cells
from sessiontui.domain.errors import Refused, SessiontuiError
from sessiontui.domain.text import visible, visible_block


def say(text: str) -> None:
    """Say something, on as many lines as it has."""
    print(visible_block(text), file=sys.stderr, flush=True)  # noqa: T201 - talk is what this module is for


def complain(error: SessiontuiError) -> None:
    """Say what went wrong, why, and what to do about it."""
    title, detail = visible(error.title), visible(error.detail)
    say(f"sessiontui: {title}: {detail}" if detail else f"sessiontui: {title}")
    if error.hint:
        say(f"  {visible(error.hint)}")


def confess(error: Exception) -> None:
    """Say that the program made a mistake, with the places where; nothing of what variables held."""
    say(f"sessiontui: a mistake of the program: {type(error).__name__}: {visible(str(error))}")
    say("".join(traceback.format_exception(error)).rstrip())
    say("  'sessiontui doctor' may tell more; please report this with the lines above")


def point(query: str, error: SessiontuiError) -> None:
    """Show which term of a query is wrong, where the error knows that."""
    start, end = getattr(error, "start", None), getattr(error, "end", None)
    if query and isinstance(start, int) and isinstance(end, int):
        before, wrong = visible(query[:start]), visible(query[start:end])
        say(f"  {visible(query)}\n  {' ' * cells(before)}{'^' * max(1, cells(wrong))}")


def is_conversation() -> bool:
    """Tell whether somebody is there to be asked: both ends of the talk are terminals."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, yes: bool, expected: str = "") -> None:
    """Go on only if the person agrees; ``expected`` is what they must type for the gravest acts.

    ``yes`` was said on the command line. It stands for a plain agreement and for a typed one where nobody can
    be asked. Raises ``Refused`` otherwise, with nothing done.
    """
    if not is_conversation():
        if yes:
            return
        raise Refused(question, title="Not done", hint="add --yes to agree; nobody can be asked here")
    if yes and not expected:
        return
    wanted = f" Type {visible(expected)} to go on: " if expected else " [y/N] "
    sys.stderr.write(visible_block(question) + wanted)
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    agreed = answer == visible(expected).strip() if expected else answer.casefold() in ("y", "yes")
    if not agreed:
        raise Refused("nothing was changed", title="Not done")


class ProgressLine:
    """How far long work is, rewritten in place where stderr is a terminal, else silent."""

    def __init__(self, what: str) -> None:
        self._what = visible(what)
        self._shown = 0

    def __call__(self, done: int, total: int) -> None:
        """Show how much of how much is done."""
        if not sys.stderr.isatty():
            return
        text = f"{self._what} {done} of {total}"
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0

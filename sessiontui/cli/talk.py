"""Talk: everything said to a person goes to stderr, cleaned, so that stdout holds data alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from typing import Final

from sessiontui.domain.errors import Refused, SessiontuiError
from sessiontui.domain.text import visible, visible_block

_EVERY: Final = 0.1
"""Seconds between two rewritings of a line of progress."""


def say(text: str) -> None:
    """Say something, on as many lines as it has."""
    print(visible_block(text), file=sys.stderr, flush=True)  # noqa: T201 - talk is what this module is for


def complain(error: SessiontuiError, *, about: str = "") -> None:
    """Say what went wrong, why, and what to do about it; ``about`` names what, where several were asked for."""
    title, detail = visible(error.title), visible(error.detail)
    whom = f"{visible(about)}: " if about else ""
    say(f"sessiontui: {whom}{title}: {detail}" if detail else f"sessiontui: {whom}{title}")
    if error.hint:
        say(f"  {visible(error.hint)}")


def confess(error: Exception) -> None:
    """Say that the program made a mistake, with the places where; nothing of what variables held."""
    import traceback

    say(f"sessiontui: a mistake of the program: {type(error).__name__}: {visible(str(error))}")
    say("".join(traceback.format_exception(error)).rstrip())
    say("  'sessiontui doctor' may tell more; please report this with the lines above")


def point(query: str, error: SessiontuiError) -> None:
    """Show which term of a query is wrong, where the error knows that."""
    from sessiontui.cli.table import cells

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
    be asked. Raises ``Refused`` otherwise, with nothing done, and says before what stands above the question.
    """
    if not is_conversation():
        if yes:
            return
        shown, _, asked = question.rpartition("\n")
        if shown:
            say(shown)
        raise Refused(asked, title="Not done", hint="add --yes to agree; nobody can be asked here")
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
    """How far long work is, at what rate, and how long it will take; rewritten in place on a terminal, else silent.

    ``clock`` returns seconds that never step back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._what = ""
        self._began = self._told = 0.0
        self._shown = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how much of how much is done of one part of the work."""
        if not sys.stderr.isatty():
            return
        now = self._clock()
        if what != self._what:
            self._what, self._began, self._told = what, now, 0.0
        elif now < self._told + _EVERY and done < total:
            return
        self._told = now
        text = visible(f"{what}: {done:,} of {total:,}{pace(done, total, now - self._began)}".replace(",", " "))
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0


def pace(done: int, total: int, seconds: float) -> str:
    """Return the rate of work and how long the rest takes at it; nothing before there is anything to tell.

    >>> pace(400, 1000, 2.0), pace(0, 10, 1.0), pace(10, 10, 5.0)
    ('; 200/s; 3 s left', '', '; 2/s')
    """
    if seconds <= 0 or not done:
        return ""
    rate = done / seconds
    left = (total - done) / rate
    told = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
    return f"; {rate:.0f}/s" + (f"; {told} left" if done < total else "")

"""What a person is told when something fails."""

from __future__ import annotations

from sessiontui.domain.errors import SessiontuiError


def describe(error: Exception) -> tuple[str, str]:
    """Return what a person is told about an error, and what to do about it."""
    if isinstance(error, SessiontuiError):
        return (f"{error.title}: {error.detail}" if error.detail else error.title), error.hint
    return f"{type(error).__name__}: {error}", "sessiontui doctor looks for the cause"


def sentence(error: Exception) -> str:
    """Return both in one line.

    >>> sentence(SessiontuiError("no such person", hint="look in the list"))
    'Something went wrong: no such person. look in the list'
    """
    said, hint = describe(error)
    return f"{said}. {hint}" if hint else said

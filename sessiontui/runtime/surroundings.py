"""What a doctor wants to know of the terminal; nothing here decides anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The terminal as it describes itself; ``colours`` in words."""

    is_terminal: bool
    term: str
    colours: str
    columns: int
    rows: int
    encoding: str


def surroundings(stdin: TextIO, stdout: TextIO, environ: Mapping[str, str] | None = None) -> Surroundings:
    """Return what is known of the terminal of this process."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    size = shutil.get_terminal_size()
    return Surroundings(
        is_terminal=stdin.isatty() and stdout.isatty(),
        term=environ.get("TERM", ""),
        colours=_colours(environ),
        columns=size.columns,
        rows=size.lines,
        encoding=stdout.encoding or "unknown",
    )


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "true colour"
    return "256 colours" if "256color" in environ.get("TERM", "") else "16 colours"

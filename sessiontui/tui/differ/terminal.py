"""What is known of a terminal that decides how it may be written to; what is not known is not used."""

from __future__ import annotations

from collections.abc import Mapping

from sessiontui.domain.records import record
from sessiontui.tui.terminals import erases_in_colour


@record(kw_only=True)
class Terminal:
    """``erases_in_colour``: erased cells take the pen's ground; ``moves_rows``: margins and line deletion work."""

    erases_in_colour: bool = False
    moves_rows: bool = True


def known(environ: Mapping[str, str]) -> Terminal:
    """Return what the variables of the terminal tell; nothing under a multiplexer.

    >>> known({"TERM": "xterm-kitty"}).erases_in_colour
    True
    """
    return Terminal(erases_in_colour=erases_in_colour(environ))

"""What is known of a terminal that decides how it may be written to; what is not known is not used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_COLOURING: Final = (
    *("alacritty", "contour", "foot", "gnome", "konsole", "linux", "putty", "rio", "rxvt", "st-", "vte", "wezterm"),
    "xterm",
)
"""Names that promise to erase with the background colour: their entries in terminfo say ``bce``, on which every
program with a full screen relies. No multiplexer gives itself one of them."""

_PROGRAMS: Final = frozenset({"WezTerm", "ghostty", "iTerm.app", "vscode"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """``erases_in_colour``: erased cells take the pen's ground; ``moves_rows``: margins and line deletion work."""

    erases_in_colour: bool = False
    moves_rows: bool = True


def known(environ: Mapping[str, str]) -> Terminal:
    """Return what the variables ``TERM``, ``TERM_PROGRAM``, ``TMUX`` and ``STY`` tell; nothing under a multiplexer.

    >>> known({"TERM": "xterm-kitty"}).erases_in_colour
    True
    >>> known({"TERM": "screen-256color"}).erases_in_colour
    False
    >>> known({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}).erases_in_colour
    False
    """
    name = environ.get("TERM", "")
    inside = bool(environ.get("TMUX") or environ.get("STY")) or name.startswith(("screen", "tmux"))
    in_colour = name.startswith(_COLOURING) or environ.get("TERM_PROGRAM", "") in _PROGRAMS
    return Terminal(erases_in_colour=in_colour and not inside)

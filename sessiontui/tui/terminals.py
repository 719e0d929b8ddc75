"""What the names of terminals tell of them; what is not known is not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_COLOURING: Final = (
    *("alacritty", "contour", "foot", "gnome", "konsole", "linux", "putty", "rio", "rxvt", "st-", "vte", "wezterm"),
    "xterm",
)
"""Names that promise to erase with the background colour: their entries in terminfo say ``bce``, on which every
program with a full screen relies. No multiplexer gives itself one of them."""

_PROGRAMS: Final = frozenset({"WezTerm", "ghostty", "iTerm.app", "vscode"})


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Tell by ``TERM``, ``TERM_PROGRAM``, ``TMUX`` and ``STY`` whether erased cells surely take the pen's ground.

    >>> erases_in_colour({"TERM": "xterm-kitty"}), erases_in_colour({"TERM": "screen-256color"})
    (True, False)
    >>> erases_in_colour({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"})
    False
    """
    name = environ.get("TERM", "")
    inside = bool(environ.get("TMUX") or environ.get("STY")) or name.startswith(("screen", "tmux"))
    in_colour = name.startswith(_COLOURING) or environ.get("TERM_PROGRAM", "") in _PROGRAMS
    return in_colour and not inside

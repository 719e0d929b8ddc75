"""How a cell is drawn, and the shortest sequence that leads a terminal from one way of drawing to another.

Only what Textual and the first page write is understood: attributes that are switched on or off, and the three forms
of a colour. Anything else makes a style unknown, and with it the frame it stands in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

CSI: Final = "\x1b["

MARKING: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
"""Attributes that show on a blank: underlines, reverse, strike, frames, overline. The others need a letter."""

_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "53": "55",
}
_KNOWN: Final = frozenset(_OFF) | MARKING
_LIFTED: Final = {"22": frozenset({"1", "2"}), "27": frozenset({"7"})}
"""What switches attributes off, as far as the first page uses it."""
_TOGETHER: Final = frozenset({"1", "2"})


class Style(NamedTuple):
    """Attributes by their numbers, the colours as the parameters that set them, and a link as ``parameters;address``.

    An empty colour is the terminal's own.
    """

    attributes: frozenset[str] = frozenset()
    colour: str = ""
    ground: str = ""
    link: str = ""

    @property
    def blank(self) -> Style:
        """What of the style a space shows; the style itself where a mark is drawn on it."""
        if self.attributes & MARKING:
            return self
        return Style(ground=self.ground, link=self.link)


PLAIN: Final = Style()
"""The style after a reset."""

UNKNOWN: Final = Style(frozenset({"?"}), "?", "?")
"""A style nothing is known of; every transition from it begins with a reset."""


@lru_cache(maxsize=2048)
def styled(parameters: str, before: Style) -> Style | None:
    """Return the style after ``CSI parameters m``; ``None`` where a parameter is not understood.

    >>> styled("1;38;5;9", PLAIN)
    Style(attributes=frozenset({'1'}), colour='38;5;9', ground='', link='')
    >>> styled("1;77", PLAIN) is None
    True
    """
    style = before
    codes = parameters.split(";")
    place = 0
    while place < len(codes):
        code = codes[place]
        taken = 1
        if code in {"", "0"}:
            style = Style(link=style.link)
        elif code in _KNOWN:
            style = style._replace(attributes=style.attributes | {code})
        elif code in _LIFTED:
            style = style._replace(attributes=style.attributes - _LIFTED[code])
        elif code in {"38", "48"}:
            taken = {"5": 3, "2": 5}.get(codes[place + 1] if place + 1 < len(codes) else "", 0)
            parts = codes[place : place + taken]
            if not taken or len(parts) < taken or not all(part.isdigit() for part in parts):
                return None
            style = _coloured(style, ";".join(parts), ground=code == "48")
        elif code in {"39", "49"}:
            style = _coloured(style, "", ground=code == "49")
        elif len(code) in {2, 3} and code.isdigit() and code[:-1] in {"3", "4", "9", "10"} and code[-1] < "8":
            style = _coloured(style, code, ground=code[:-1] in {"4", "10"})
        else:
            return None
        place += taken
    return style


@lru_cache(maxsize=4096)
def transition(before: Style, after: Style) -> str:
    r"""Return the shortest sequence from one style to another.

    >>> transition(PLAIN, Style(frozenset({"1"}), "31"))
    '\x1b[1;31m'
    >>> transition(Style(frozenset({"1"}), "31"), Style(frozenset(), "31"))
    '\x1b[22m'
    >>> transition(Style(frozenset({"1"}), "31"), PLAIN)
    '\x1b[m'
    """
    link = "" if before.link == after.link else f"\x1b]8;{after.link or ';'}\x1b\\"
    if before[:3] == after[:3]:
        return link
    if after[:3] == PLAIN[:3]:
        return f"{CSI}m{link}"
    anew = [*sorted(after.attributes), *filter(None, (after.colour, after.ground))]
    ways = [f"{CSI}{';'.join(anew if before[:3] == PLAIN[:3] else ['0', *anew])}m"]
    gone, come = before.attributes - after.attributes, after.attributes - before.attributes
    if all(code in _OFF for code in gone):
        codes = sorted({_OFF[code] for code in gone})
        if gone & _TOGETHER:
            come |= after.attributes & _TOGETHER
        codes += sorted(come)
        if before.colour != after.colour:
            codes.append(after.colour or "39")
        if before.ground != after.ground:
            codes.append(after.ground or "49")
        ways.append(f"{CSI}{';'.join(codes)}m")
    return min(ways, key=len) + link


def _coloured(style: Style, parameters: str, *, ground: bool) -> Style:
    return style._replace(ground=parameters) if ground else style._replace(colour=parameters)

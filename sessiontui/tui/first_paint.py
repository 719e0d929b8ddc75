"""Parts of lines for the first page: fitted, wrapped, and written in a theme's colours with few bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from sessiontui.domain.text import strip_controls
from sessiontui.tui.palettes import Palette
from sessiontui.tui.present.look import Words

Parts: TypeAlias = "list[tuple[str, str]]"
"""Texts side by side with their styles, in which ``@name`` is the colour of the ground."""

_SURE: Final = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0400-\u0482"
    "\u2010-\u2027\u203a\u2190-\u2193\u2212\u2260-\u2265\u2500-\u25fc\u26a0\u2713\u2715]*"
)
"""Letters and signs that are one cell wide everywhere."""

_ATTRIBUTES: Final = {"bold": "1", "reverse": "7"}
_WORD: Final = re.compile(r"\s*\S+\s*")


class Unsure(Exception):
    """A text is not surely as wide as it is long."""


def length_of(words: Sequence[tuple[str, str]]) -> int:
    """Return how many cells a text takes; ``Unsure`` where terminals may disagree."""
    text = "".join([text for text, _ in words])
    if not _SURE.fullmatch(text):
        raise Unsure
    return len(text)


def fitted(words: Sequence[tuple[str, str]], width: int, *, right: bool = False) -> Parts:
    """Return words in exactly ``width`` cells: padded, or cut with a sign that something is missing.

    >>> fitted((("Grief circle", ""),), 8)
    [('Grief c', ''), ('…', '')]
    """
    length = length_of(words)
    if length <= width:
        room = (" " * (width - length), "")
        return [room, *words] if right else [*words, room]
    kept: Parts = []
    left = width - 1
    for text, style in words:
        kept.append((text[:left], style))
        left -= len(kept[-1][0])
    return [*kept, ("…", "")]


def wrapped(words: Words, width: int) -> list[Parts]:
    """Return words in lines of at most ``width`` cells, broken where the toolkit breaks them.

    >>> wrapped((("Why: ", "dim"), ("nobody came", "")), 11)
    [[('Why: ', 'dim'), ('nobody', '')], [('came', '')]]
    """
    length_of(words)
    text = "".join([text for text, _ in words])
    ends = [*_breaks(text, width), len(text)]
    lines: list[Parts] = []
    begin = 0
    for end in ends:
        last = begin + len(text[begin:end].rstrip()) if end < len(text) else end
        lines.append(_between(words, begin, last))
        begin = end
    return lines


def _breaks(text: str, width: int) -> list[int]:
    breaks: list[int] = []
    taken = 0
    for found in _WORD.finditer(text):
        start, word = found.start(), found[0]
        needed = len(word.rstrip())
        if needed <= width - taken:
            taken += len(word)
        elif needed > width:
            pieces = range(start, found.end(), width)
            breaks += [piece for piece in pieces if piece]
            taken = found.end() - pieces[-1]
        elif taken and start:
            breaks.append(start)
            taken = len(word)
    return breaks


def _between(words: Words, begin: int, end: int) -> Parts:
    parts: Parts = []
    place = 0
    for text, style in words:
        piece = text[max(0, begin - place) : max(0, end - place)]
        if piece:
            parts.append((piece, style))
        place += len(text)
    return parts


class _Worn(NamedTuple):
    """How the terminal writes at a moment: attributes, ink and ground, as the parameters that set them."""

    attributes: str = ""
    ink: str = ""
    ground: str = ""


class Painter:
    """Writes lines in the colours of a theme, with few changes of style."""

    def __init__(self, palette: Palette) -> None:
        self.colours: Mapping[str, str] = {
            **palette.variables,
            "accent": palette.accent,
            "foreground": palette.foreground,
            "ground": palette.ground,
            "panel": palette.panel,
        }
        self._worn = _Worn()
        self._ground = f"48;2;{_rgb(palette.ground)}"

    def line_by_line(self, lines: Sequence[Parts], width: int) -> str:
        """Return what paints lines from the first cell of each on, in nothing but places, styles and text."""
        written: list[str] = []
        for y, line in enumerate(lines):
            written.append(f"\x1b[{y + 1};1H")
            for text, style in _whole(line, width):
                written += (self._wear(style, is_blank=text.isspace()), text)
        return "".join([*written, "\x1b[m"])

    def style_by_style(self, lines: Sequence[Parts], width: int) -> str:
        """Return the same in fewer bytes, for a terminal that erases in the colour of the ground.

        A place takes less than half of what a colour takes. So all that is written in one style comes at once.
        """
        written = ["\x1b[H"]
        found: dict[str, list[tuple[int, int, str]]] = {}
        for y, line in enumerate(lines):
            parts = _whole(line, width)
            under = _ground_of(parts[-1][1])
            written += ("\r\n" if y else "", self._wear(under, is_blank=True), "\x1b[K")
            x = 0
            for text, style in parts:
                if not text.isspace() or _ground_of(style) != under or "reverse" in style:
                    _add(found.setdefault(style, []), y, x, text)
                x += len(text)
        for style, places in found.items():
            for y, x, text in places:
                written += (f"\x1b[{y + 1};{x + 1}H", self._wear(style, is_blank=text.isspace()), text)
        return "".join([*written, "\x1b[m"])

    def _wear(self, style: str, *, is_blank: bool) -> str:
        """Return what leads to a style; blanks need no ink, and reversed ones are no blanks."""
        before, ink, ground, attributes = self._worn, "foreground", self._ground, ""
        for word in style.split():
            if word in _ATTRIBUTES:
                attributes += f"{_ATTRIBUTES[word]};"
            elif word[0] == "@":
                ground = f"48;2;{_rgb(self.colours[word[1:]])}"
            else:
                ink = word.removeprefix("$")
        if is_blank and "7" not in before.attributes and "7" not in attributes:
            wanted = before._replace(ground=ground)
        else:
            wanted = _Worn(attributes, f"38;2;{_rgb(self.colours[ink])}", ground)
        if wanted == before:
            return ""
        self._worn = wanted
        codes = []
        if before.attributes != wanted.attributes:
            codes += [*(["22;27"] if before.attributes else []), *filter(None, [wanted.attributes.removesuffix(";")])]
        codes += [after for now, after in ((before.ink, wanted.ink), (before.ground, wanted.ground)) if now != after]
        return f"\x1b[{';'.join(codes)}m"


def _whole(parts: Parts, width: int) -> Parts:
    """Return the parts of a line, cleaned, with what is left of its width."""
    cleaned = [(strip_controls(text), style) for text, style in parts if text]
    rest = width - length_of(cleaned)
    return [*cleaned, (" " * rest, "")] if rest > 0 else cleaned


def _add(places: list[tuple[int, int, str]], y: int, x: int, text: str) -> None:
    """Add a text to those of its style, to the last one where it goes on from there."""
    if places:
        line, begin, before = places[-1]
        if (line, begin + len(before)) == (y, x):
            places[-1] = (y, begin, before + text)
            return
    places.append((y, x, text))


def _ground_of(style: str) -> str:
    return next((word for word in style.split() if word[0] == "@"), "")


def on(ground: str, parts: Sequence[tuple[str, str]]) -> Parts:
    """Return parts on a ground of their own."""
    return [(text, f"{style} @{ground}" if style else f"@{ground}") for text, style in parts]


def _rgb(colour: str) -> str:
    return ";".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))

"""What Textual writes, read into cells; a frame that is not understood to its last character is none.

A frame is a row of fragments, each a cursor address and what is written from there: text, style changes, links, a
line end that the next address makes void. The same fragment comes again and again, so what it was read into is kept;
and where a line has changed, most of its pieces between two resets have not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple, TypeAlias, cast

from rich.cells import split_graphemes

from sessiontui.tui.differ.style import MARKING, PLAIN, Style, styled

KEPT_FRAGMENTS: Final = 512
"""Fragments whose cells are kept, before all are forgotten: a dozen screens full of lines."""

KEPT_PIECES: Final = 4_096
"""Pieces of fragments whose cells are kept, before all are forgotten: as many lines of ten cells each."""

KEPT_STYLES: Final = 2_048
"""Styles whose cells are kept, before all are forgotten; only animated colours come near."""

_ADDRESS: Final = re.compile(r"\x1b\[([0-9]+);([0-9]+)H")
_TOKEN: Final = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m"
    r"|\x1b\]8;(?P<link>[^\x00-\x1f\x7f-\x9f;]*;[^\x00-\x1f\x7f-\x9f]*)\x1b\\"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+)"
)
_RESET: Final = "\x1b[0m"
"""What the toolkit ends every style with; only a link goes on behind it."""

_LINK: Final = "\x1b]8;"

_SIMPLE: Final = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0400-\u0482\u2500-\u25fc\u2800-\u28ff]*")
"""Letters, boxes and Braille that all terminals draw one cell wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One place of the screen, the same object whenever text and style are the same.

    A character two cells wide is followed by its ``tail``, which holds no text. Where a cell is not ``sure``,
    terminals disagree about how wide it is. Of a ``blank`` nothing but the ground shows; ``size`` is in bytes.
    """

    text: str
    style: Style
    width: int = 1
    sure: bool = True
    blank: bool = False
    size: int = 1
    tail: Cell | None = field(default=None, repr=False)

    @property
    def is_tail(self) -> bool:
        """Whether this is the second half of the character before it."""
        return self.width == 0


class Fragment(NamedTuple):
    """Cells to be put from a place on, counted from zero."""

    y: int
    x: int
    cells: Line


Line: TypeAlias = tuple[Cell, ...]


class _Palette(dict[str, Cell]):
    """The cells of one style by their text."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = _cell(text, self._style)
        return cell


class Reader:
    """Reads frames; equal text in an equal style becomes the same cell."""

    def __init__(self) -> None:
        self._fragments: dict[str, Line | None] = {}
        self._pieces: dict[str, Line | None] = {}
        self._palettes: dict[Style, _Palette] = {}

    def read(self, data: str) -> list[Fragment] | None:
        """Return the fragments of a frame; ``None`` where anything in it is not understood."""
        before, *parts = _ADDRESS.split(data)
        if before or not parts:
            return None
        frame: list[Fragment] = []
        for y, x, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            cells = self._line(content.rstrip("\n"))
            if cells is None or y == "0" or x == "0":
                return None
            frame.append(Fragment(int(y) - 1, int(x) - 1, cells))
        return frame

    def read_page(self, data: str) -> list[Fragment] | None:
        """Return the lines of a page, whose styles go on from line to line; ``None`` where it is not understood."""
        before, *parts = _ADDRESS.split(data)
        if before:
            return None
        page: list[Fragment] = []
        style = PLAIN
        for y, x, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            cells: list[Cell] = []
            after = self._read_on(content, style, cells)
            if after is None:
                return None
            style = after
            page.append(Fragment(int(y) - 1, int(x) - 1, tuple(cells)))
        return page

    def read_piece(self, content: str) -> Line | None:
        """Return the cells of a text that begins and ends without a style; ``None`` where it is not understood."""
        if len(self._palettes) >= KEPT_STYLES:
            self._palettes.clear()
            self._pieces.clear()
        return self._parse(content)

    def letters(self, text: str, style: Style) -> Line:
        """Return the cells of letters and digits of ASCII in a style."""
        return tuple(map(self._palette(style).__getitem__, text))

    def _line(self, content: str) -> Line | None:
        try:
            return self._fragments[content]
        except KeyError:
            if len(self._fragments) >= KEPT_FRAGMENTS:
                self._fragments.clear()
            if len(self._palettes) >= KEPT_STYLES:
                self._palettes.clear()
                self._pieces.clear()
            line = self._fragments[content] = self._parse(content)
            return line

    def _parse(self, content: str) -> Line | None:
        if _LINK not in content:
            *pieces, rest = content.split(_RESET)
            lines = [self._piece(piece) for piece in pieces]
            if not rest and None not in lines:
                return tuple(chain.from_iterable(cast("list[Line]", lines)))
        cells: list[Cell] = []
        return tuple(cells) if self._read_on(content, PLAIN, cells) == PLAIN else None

    def _piece(self, piece: str) -> Line | None:
        """Return the cells between two resets; ``None`` where they cannot be told without what stands before."""
        try:
            return self._pieces[piece]
        except KeyError:
            if len(self._pieces) >= KEPT_PIECES:
                self._pieces.clear()
            cells: list[Cell] = []
            read = self._read_on(piece, PLAIN, cells) is not None
            line = self._pieces[piece] = tuple(cells) if read else None
            return line

    def _read_on(self, content: str, style: Style, cells: list[Cell]) -> Style | None:
        """Append what is written in a style to begin with, and return the one it ends with."""
        place = 0
        while place < len(content):
            token = _TOKEN.match(content, place)
            if token is None:
                return None
            place = token.end()
            if token["text"] is not None:
                if not self._put(token["text"], style, cells):
                    return None
            elif token["style"] is not None:
                changed = styled(token["style"], style)
                if changed is None:
                    return None
                style = changed
            else:
                style = style._replace(link="" if token["link"] == ";" else token["link"])
        return style

    def _put(self, text: str, style: Style, cells: list[Cell]) -> bool:
        """Append the cells of a text; false where its first character belongs to a cell that is not there."""
        palette = self._palette(style)
        if _SIMPLE.fullmatch(text):
            cells += map(palette.__getitem__, text)
            return True
        spans, _ = split_graphemes(text)
        for start, end, width in spans:
            cluster = text[start:end]
            if width:
                cell = palette[cluster]
            else:
                while cells and cells[-1].is_tail:
                    cells.pop()
                if not cells:
                    return False
                base = cells.pop()
                joined = base.text + cluster
                cell = self._palette(base.style)[joined]
                if base.blank or cell.width != base.width:
                    return False
            cells.append(cell)
            if cell.tail is not None:
                cells.append(cell.tail)
        return True

    def _palette(self, style: Style) -> _Palette:
        palette = self._palettes.get(style)
        if palette is None:
            palette = self._palettes[style] = _Palette(style)
            if style.blank != style:
                palette[" "] = self._palette(style.blank)[" "]
        return palette


def is_simple(text: str) -> bool:
    """Tell whether a text is made of letters that stand for themselves, whatever stands beside them."""
    return _SIMPLE.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_sure(cluster: str) -> bool:
    """Tell whether terminals agree on the width: one letter that is no mark, joiner, emoji or newcomer.

    >>> is_sure("é"), is_sure("漢"), is_sure("e\u0301"), is_sure("🙂"), is_sure("⌚")
    (True, True, False, False, False)
    """
    if len(cluster) != 1:
        return False
    if unicodedata.category(cluster)[0] in "MC":
        return False
    if unicodedata.east_asian_width(cluster) in "WF":
        return "\u2e80" <= cluster < "\U0001f000" or cluster >= "\U00020000"
    return cluster < "\U0001f000"


def _cell(text: str, style: Style) -> Cell:
    if text == " ":
        return Cell(text, style, blank=not style.attributes & MARKING)
    _, width = split_graphemes(text)
    sure = is_sure(text)
    tail = Cell("", style, width=0, sure=sure, size=0) if width == 2 else None
    return Cell(text, style, width, sure, size=len(text.encode(errors="surrogatepass")), tail=tail)

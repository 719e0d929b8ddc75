"""What Textual paints, read into cells without a detour over the text that a terminal would be sent.

The pieces of a line come again and again: the same words in the same style. Each is rendered and read once, by the
reader of text itself, so that both ways come to the same cells; from then on it is one look into a dictionary, as it
is for a whole line that is painted again. Where
a piece cannot be read without what stands beside it, the whole frame goes the way of text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from textual.strip import Strip

from sessiontui.tui.differ.cells import Cell, Fragment, Line, Reader, is_simple

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.style import Style

KEPT: Final = 4_096
"""Pieces whose cells are kept, before all are forgotten."""

KEPT_LINES: Final = 256
"""Strips whose cells are kept, before all are forgotten: those of some screens, which a table paints again."""

FEW: Final = 8
"""Letters that are written over others one and all; among more there are some that need not be."""

Part: TypeAlias = "tuple[int, int, Strip]"
"""A stretch of a line with the row and the column it begins at, counted from zero."""


class StripReader:
    """Reads strips; it shares its cells with the reader of text."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pieces: dict[tuple[str, Style | None], Line | None] = {}
        self._lines: dict[int, tuple[Strip, Line]] = {}
        """Lines by the identity of their strip, which nothing else can have as long as it is kept beside."""
        self._colours: ColorSystem | None = None

    def read(self, parts: Iterable[Part], colours: ColorSystem) -> list[Fragment] | None:
        """Return the fragments of a frame; ``None`` where anything in it has to be read as text."""
        if colours is not self._colours:
            self._colours = colours
            self._pieces.clear()
            self._lines.clear()
        frame: list[Fragment] = []
        for y, x, strip in parts:
            known = self._lines.get(id(strip))
            line = self._line(strip, colours) if known is None else known[1]
            if line is None:
                return None
            frame.append(Fragment(y, x, line))
        return frame

    def other_letters(
        self, wanted: Sequence[Cell | None], shown: Sequence[Cell | None], text: str
    ) -> tuple[int, Line] | None:
        """Return from where on a few cells become others by a text, in the style that they have, and which.

        ``None`` where not all of them are plain letters and digits of one style, shown as they are wanted.
        """
        if len(wanted) != len(text) or wanted != shown:
            return None
        other = [at for at, cell in enumerate(wanted) if cell is None or cell.text != text[at]]
        if not other:
            return 0, ()
        first, end = other[0], other[-1] + 1
        head, letters = wanted[first], text[first:end]
        if end - first > FEW or head is None or not (letters.isascii() and letters.isalnum()):
            return None
        if any(cell is None or cell.width != 1 or cell.style is not head.style for cell in wanted[first:end]):
            return None
        return first, self._reader.letters(letters, head.style)

    def _line(self, strip: Strip, colours: ColorSystem) -> Line | None:
        cells: list[Cell] = []
        for text, style, control in strip:
            if control:
                return None
            try:
                piece = self._pieces[text, style]
            except KeyError:
                piece = self._keep(text, style, colours)
            if piece is None:
                return None
            cells += piece
        if len(self._lines) >= KEPT_LINES:
            self._lines.clear()
        line = tuple(cells)
        self._lines[id(strip)] = strip, line
        return line

    def _keep(self, text: str, style: Style | None, colours: ColorSystem) -> Line | None:
        if len(self._pieces) >= KEPT:
            self._pieces.clear()
        rendered = text if style is None else Strip.render_style(style, text, colours)
        # What has no style of its own is not parted from its neighbours, with which it may be one sign.
        is_apart = rendered != text or is_simple(text)
        piece = self._pieces[text, style] = self._reader.read_piece(rendered) if is_apart else None
        return piece

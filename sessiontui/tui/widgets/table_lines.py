"""How the lines of a table are painted: header, rows, and the places where rows are still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content, Span
from textual.strip import Strip
from textual.style import Style

from sessiontui.tui.present.columns import GAP, Column, Row, gutter, layout
from sessiontui.tui.present.look import Look, fitted

_KEPT: Final = 2_048
"""Looks of styles that are kept, before all are forgotten."""


class LinePainter:
    """Paints one line at a time, in the styles that ``parse`` makes of their names."""

    def __init__(self, columns: Sequence[Column], look: Look, parse: Callable[[str], Style]) -> None:
        self.hidden: frozenset[str] = frozenset()
        self._columns: Final = tuple(columns)
        self._look = look
        self._parse = parse
        self._styles: dict[str, Style] = {}
        self._worn: dict[tuple[Style, str | Style], RichStyle] = {}
        """What a style looks like on a ground, as the terminal is told."""
        self._drawn: dict[tuple[str, tuple[Span, ...], Style], list[Segment]] = {}
        """Cells of several styles, as they were drawn."""

    def forget(self) -> None:
        """Forget the styles of another theme."""
        self._styles.clear()
        self._worn.clear()
        self._drawn.clear()

    def header(self, base: Style, width: int, *, sorted_by: str, upwards: bool) -> Strip:
        """Return the line of titles, with a sign at the column that the rows are sorted by."""
        arrow = self._look.of("▴", " ^") if upwards else self._look.of("▾", " v")
        titles = [
            Content.styled(
                column.title + (arrow if column.key == sorted_by and column.title else ""), "bold $text-muted"
            )
            for column in self._columns
        ]
        return self._cells(titles, base, width, sign=" " * gutter(width), tints=None)

    def void(self, base: Style, width: int, *, expected: bool) -> Strip:
        """Return a line without a row, which may still be expected."""
        text = self._look.ellipsis if expected else ""
        line = self._segments(fitted(Content.styled(f"  {text}", "$text-muted"), width, self._look), base)
        return Strip(line).adjust_cell_length(width, base.rich_style)

    def row(
        self,
        row: Row,
        base: Style,
        width: int,
        *,
        at_cursor: bool,
        focused: bool,
        marked: bool,
        tints: frozenset[int] | None,
    ) -> Strip:
        """Return a row; cells whose places are in ``tints`` stand out."""
        if at_cursor:
            base += self._style("on $row-cursor" if focused else "on $panel")
        cursor = self._look.of("▌", ">") if at_cursor else ""
        mark = self._look.of("◆", "#") if marked else ""
        sign = (mark or cursor or " ") if gutter(width) == 1 else f"{cursor or ' '}{mark or ' '}"
        return self._cells(row.cells, base, width, sign=sign, tints=tints)

    def column_at(self, x: int, width: int) -> str:
        """Return the key of the column at a cell of the line, or an empty string."""
        left = gutter(width)
        for place, wide in layout(self._columns, width, self.hidden):
            if left <= x < left + wide + GAP:
                return self._columns[place].key
            left += wide + GAP
        return ""

    def changed(self, before: Row | None, row: Row) -> frozenset[int]:
        """Return the places of the cells in which a row differs from what it was, where that is news."""
        if before is None or before is row:
            return frozenset()
        return frozenset(
            place
            for place, column in enumerate(self._columns)
            if column.tinted and before.cells[place].plain != row.cells[place].plain
        )

    def _cells(
        self, cells: Sequence[Content], base: Style, width: int, *, sign: str, tints: frozenset[int] | None
    ) -> Strip:
        line = [Segment(sign, (base + self._style("bold $accent")).rich_style)]
        plain = base.rich_style
        for number, (place, wide) in enumerate(layout(self._columns, width, self.hidden)):
            if number:
                line.append(Segment(" " * GAP, plain))
            cell = cells[place]
            if self._columns[place].right and cell.cell_length < wide:
                cell = cell.pad_left(wide - cell.cell_length)
            under = base + self._style("on $row-changed") if tints and place in tints else base
            line += self._segments(fitted(cell, wide, self._look), under)
        return Strip(line).adjust_cell_length(width, plain)

    def _segments(self, content: Content, base: Style) -> list[Segment]:
        spans = content.spans
        if not spans:
            return [Segment(content.plain, self._wear(base, ""))]
        if len(spans) == 1 and spans[0].start <= 0 and spans[0].end >= len(content.plain):
            return [Segment(content.plain, self._wear(base, spans[0].style))]
        key = content.plain, tuple(spans), base
        drawn = self._drawn.get(key)
        if drawn is None:
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            rendered = content.render(base, end="", parse_style=self._style)
            drawn = self._drawn[key] = [Segment(text, self._wear(style, "")) for text, style in rendered]
        return drawn

    def _wear(self, base: Style, style: str | Style) -> RichStyle:
        """Return a style on a ground, the same object each time: making one takes longer than painting with it."""
        worn = self._worn.get((base, style))
        if worn is None:
            if len(self._worn) >= _KEPT:
                self._worn.clear()
            worn = self._worn[base, style] = (base + self._style(style) if style else base).rich_style
        return worn

    def _style(self, text: str | Style) -> Style:
        if isinstance(text, Style):
            return text
        style = self._styles.get(text)
        if style is None:
            style = self._styles[text] = self._parse(text)
        return style

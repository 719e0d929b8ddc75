"""How the lines of a table are painted: header, rows, and the places where rows are still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.strip import Strip
from textual.style import Style

from sessiontui.tui.present.columns import GAP, Column, Row, gutter, layout
from sessiontui.tui.present.look import Look, fitted

_KEPT: Final = 2_048
"""Looks of styles, and cells on each ground, that are kept before all are forgotten."""


class _Drawn(NamedTuple):
    """A cell as it was drawn: what of, so that nothing else can have its identity, and how many columns it takes."""

    content: Content
    segments: list[Segment]
    width: int


class _Ground:
    """What was drawn on one style: the gap between two cells, signs, and cells.

    A cell is known by its identity, its place among the columns and the width that it has there.
    """

    def __init__(self, style: Style, gap: list[Segment]) -> None:
        self.style = style
        self.gap = gap
        self.signs: dict[str, list[Segment]] = {}
        self.cells: dict[tuple[int, int, int], _Drawn] = {}


class LinePainter:
    """Paints one line at a time, in the styles that ``parse`` makes of their names.

    Of a row that changed most cells did not: what a cell is drawn as is kept, and a line put together of that.
    """

    def __init__(self, columns: Sequence[Column], look: Look, parse: Callable[[str], Style]) -> None:
        self.hidden: frozenset[str] = frozenset()
        self._columns: Final = tuple(columns)
        self._look = look
        self._parse = parse
        self._filters: tuple[LineFilter, ...] = ()
        self._ground = Color(0, 0, 0)
        self._styles: dict[str, Style] = {}
        self._worn: dict[tuple[Style, str | Style], RichStyle] = {}
        """What a style looks like on a ground, as the terminal is told."""
        self._grounds: dict[Style, _Ground] = {}
        self._laid_out: tuple[tuple[int, frozenset[str]], tuple[tuple[int, int], ...]] = (0, frozenset()), ()
        """For which width, and without which columns, what the layout was."""

    def forget(self) -> None:
        """Forget the styles of another theme."""
        self._styles.clear()
        self._worn.clear()
        self._grounds.clear()

    def filter_by(self, filters: Sequence[LineFilter], ground: Color) -> bool:
        """Let whatever is painted from now on go through filters; tell whether they are others than before."""
        if (tuple(filters), ground) == (self._filters, self._ground):
            return False
        self._filters, self._ground = tuple(filters), ground
        self._grounds.clear()
        return True

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
        line = fitted(Content.styled(f"  {text}", "$text-muted"), width, self._look)
        return Strip(self._filtered(self._segments(line, base))).adjust_cell_length(width, base.rich_style)

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
        for place, wide in self._layout(width):
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
        ground = self._ground_of(base)
        places = self._layout(width)
        line = list(ground.signs.get(sign) or self._sign(sign, ground))
        taken = gutter(width) + GAP * (len(places) - 1)
        for number, (place, wide) in enumerate(places):
            if number:
                line += ground.gap
            cell = cells[place]
            on = self._ground_of(base + self._style("on $row-changed")) if tints and place in tints else ground
            drawn = on.cells.get((id(cell), place, wide)) or self._draw(cell, on, place, wide)
            line += drawn.segments
            taken += drawn.width
        return Strip(line, taken).adjust_cell_length(width, base.rich_style)

    def _layout(self, width: int) -> tuple[tuple[int, int], ...]:
        asked = width, self.hidden
        if self._laid_out[0] != asked:
            self._laid_out = asked, layout(self._columns, width, self.hidden)
        return self._laid_out[1]

    def _ground_of(self, style: Style) -> _Ground:
        ground = self._grounds.get(style)
        if ground is None:
            gap = self._filtered([Segment(" " * GAP, style.rich_style)])
            ground = self._grounds[style] = _Ground(style, gap)
        return ground

    def _sign(self, sign: str, ground: _Ground) -> list[Segment]:
        style = (ground.style + self._style("bold $accent")).rich_style
        drawn = ground.signs[sign] = self._filtered([Segment(sign, style)])
        return drawn

    def _draw(self, cell: Content, ground: _Ground, place: int, wide: int) -> _Drawn:
        shown = cell
        if self._columns[place].right and cell.cell_length < wide:
            shown = cell.pad_left(wide - cell.cell_length)
        segments = self._filtered(self._segments(fitted(shown, wide, self._look), ground.style))
        if len(ground.cells) >= _KEPT:
            ground.cells.clear()
        width = sum(segment.cell_length for segment in segments)
        drawn = ground.cells[id(cell), place, wide] = _Drawn(cell, segments, width)
        return drawn

    def _filtered(self, segments: list[Segment]) -> list[Segment]:
        for line_filter in self._filters:
            segments = line_filter.apply(segments, self._ground)
        return segments

    def _segments(self, content: Content, base: Style) -> list[Segment]:
        spans = content.spans
        if not spans:
            return [Segment(content.plain, self._wear(base, ""))]
        if len(spans) == 1 and spans[0].start <= 0 and spans[0].end >= len(content.plain):
            return [Segment(content.plain, self._wear(base, spans[0].style))]
        rendered = content.render(base, end="", parse_style=self._style)
        return [Segment(text, self._wear(style, "")) for text, style in rendered]

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

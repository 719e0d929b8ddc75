"""Textual's compositor, made to ask only what a change touches.

Textual's own draws a change of fourteen cells from all lines of every widget whose container they lie in, which is
most of the screen. A clock that ticks then costs more than everything else the console does while it rests. And what
is hidden behind other widgets is drawn all the same; here the widgets in front are asked first, and who has nothing
to add to a line is not asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region

from sessiontui.tui.widgets.finished_lines import FinishedLines

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.widget import Widget


class LeanCompositor(Compositor):
    """Renders of each widget the lines that a change touches and nothing in front covers."""

    def bare(self, widget: Widget, part: Region) -> Region | None:
        """Return where on the screen a part of a widget is; ``None`` where not all of it is seen."""
        widgets = self.visible_widgets
        if widget not in widgets:
            return None
        place, clip = widgets[widget]
        there = part.translate(place.offset)
        if not place.intersection(clip).contains_region(there):
            return None
        for other, (region, other_clip) in widgets.items():
            if other is widget:
                break
            if region.intersection(other_clip).overlaps(there):
                return None
        return there

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        """Return what each line of a change shows, by the columns at which widgets begin and end."""
        cuts = self.cuts
        lines: list[dict[int, Strip | None]] = [{}] * len(cuts)
        lacking: dict[int, set[int]] = {}
        touched: dict[tuple[int, ...], set[int]] = {}
        """By its cuts, which parts of a line the change touches; most lines are cut as their neighbours are."""
        for y in crop.line_range:
            if y < len(cuts) and is_rendered_line(y):
                cut = tuple(cuts[y])
                if cut not in touched:
                    parts = pairwise(cut)
                    touched[cut] = {left for left, right in parts if left < crop.right and right > crop.x}
                lines[y] = dict.fromkeys(cut[:-1])
                lacking[y] = touched[cut].copy()
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            first, last = seen.x, seen.right
            if first >= crop.right or last <= crop.x:
                continue
            height = range(seen.y, seen.bottom)
            asked = [y for y, cut in lacking.items() if y in height and any(first <= left < last for left in cut)]
            if not asked:
                continue
            for y, strip in zip(asked, _lines(widget, region, seen, asked), strict=True):
                within = [cut for cut in cuts[y] if first <= cut <= last]
                lacks = lacking[y]
                end = first + strip.cell_length
                if end < last and any(right > end and left in lacks for left, right in pairwise(within)):
                    strip = strip.adjust_cell_length(last - first)
                is_enough = strip.cell_length == within[1] - first and lacks.isdisjoint(within[1:-1])
                divided = (strip,) if is_enough else strip.divide([cut - first for cut in within[1:]])
                line = lines[y]
                for left, part in zip(within, divided, strict=False):
                    if line[left] is None:
                        line[left] = part
                lacks.difference_update(within[:-1])
                if not lacks:
                    del lacking[y]
            if not lacking:
                break
        return cast("Sequence[Mapping[int, Strip]]", lines)  # as the toolkit has it: what is not drawn is ``None``


def _lines(widget: Widget, region: Region, seen: Region, asked: Sequence[int]) -> list[Strip]:
    """Return some lines of the screen as a widget shows them in the part of it that is seen.

    Those of one that keeps its lines may end at its scroll bar, which is in front of it and was asked before; a bar
    that has just come is not there yet.
    """
    kept = widget._styles_cache  # noqa: SLF001 - where the toolkit keeps lines
    if isinstance(kept, FinishedLines) and seen.column_span == region.column_span:
        finished = kept.some(widget, [y - region.y for y in asked])
        if finished is not None:
            return finished
    # One question for all lines between: it costs as much as twenty lines that are kept.
    part = Region(seen.x, asked[0], seen.width, asked[-1] + 1 - asked[0])
    strips = widget.render_lines(part.translate(-region.offset))
    return [strips[y - part.y] for y in asked]


def parts_of(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the strips of a change with the row and the column of each, as the toolkit would render them."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > right or end <= left:
                continue
            is_whole = left <= x < right and end <= right
            yield y, x, strip if is_whole else strip.crop(0, min(end, right) - x)

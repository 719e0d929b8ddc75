"""Textual's compositor, made to ask only what a change touches.

Textual's own draws a change of fourteen cells from all lines of every widget whose container they lie in, which is
most of the screen. A clock that ticks then costs more than everything else the console does while it rests. And what
is hidden behind other widgets is drawn all the same; here the widgets in front are asked first, and who has nothing
to add to a line is not asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region

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
        for y in crop.line_range:
            if y < len(cuts) and is_rendered_line(y):
                lines[y] = dict.fromkeys(cuts[y][:-1])
                parts = zip(cuts[y], cuts[y][1:], strict=False)
                lacking[y] = {left for left, right in parts if left < crop.right and right > crop.x}
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            first, last = seen.x, seen.right
            height = range(max(seen.y, crop.y), min(seen.bottom, crop.bottom))
            asked = [y for y in height if any(first <= left < last for left in lacking.get(y, ()))]
            if not asked:
                continue
            # One question for all lines between: it costs as much as twenty lines that are kept.
            part = Region(first, asked[0], seen.width, asked[-1] + 1 - asked[0])
            strips = widget.render_lines(part.translate(-region.offset))
            for y in asked:
                within = [cut for cut in cuts[y] if first <= cut <= last]
                divided = strips[y - part.y].divide([cut - first for cut in within[1:]])
                for left, strip in zip(within, divided, strict=False):
                    if lines[y][left] is None:
                        lines[y][left] = strip
                lacking[y].difference_update(within[:-1])
                if not lacking[y]:
                    del lacking[y]
            if not lacking:
                break
        return cast("Sequence[Mapping[int, Strip]]", lines)  # as the toolkit has it: what is not drawn is ``None``


def parts_of(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the strips of a change with the row and the column of each, as the toolkit would render them."""
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > right or end <= left:
                continue
            is_whole = left <= x < right and end <= right
            yield y, x, strip if is_whole else strip.crop(0, min(end, right) - x)

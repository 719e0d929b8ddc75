"""Textual's compositor, made to ask only what a change touches.

Textual's own draws a change of fourteen cells from all lines of every widget whose container they lie in, which is
most of the screen. A clock that ticks then costs more than everything else the console does while it rests.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._compositor import Compositor
from textual.geometry import Region

if TYPE_CHECKING:
    from textual.strip import Strip


class LeanCompositor(Compositor):
    """Renders of each widget the lines that lie inside of a change, and of all others nothing."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Return the parts of widgets that a change touches: their place, their clip, and their lines."""
        if crop is None:
            yield from super()._get_renders()
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            top, bottom = max(seen.y, crop.y), min(seen.bottom, crop.bottom)
            if top >= bottom or seen.right <= crop.x or crop.right <= seen.x:
                continue
            part = Region(seen.x, top, seen.width, bottom - top)
            yield part, part, widget.render_lines(part.translate(-region.offset))

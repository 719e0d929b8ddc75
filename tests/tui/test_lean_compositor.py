"""The lean compositor paints what Textual's own paints, and asks fewer widgets for it."""

from __future__ import annotations

import pytest
from textual._compositor import Compositor
from textual.geometry import Region

from sessiontui.tui.lean_compositor import LeanCompositor
from tests.tui.test_desk import opened, settled

CROPS = (
    Region(70, 0, 14, 1),
    Region(0, 5, 40, 3),
    Region(60, 2, 30, 30),
    Region(0, 0, 120, 36),
    Region(119, 35, 1, 1),
)


@pytest.mark.parametrize("crop", CROPS, ids=str)
async def test_a_change_is_painted_as_by_the_compositor_of_the_toolkit(crop: Region) -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        lean = app.screen._compositor
        assert isinstance(lean, LeanCompositor)

        def painted(compositor: type[Compositor]) -> list[str]:
            lean.__class__ = compositor
            chops = lean._render_chops(crop, lambda y: crop.y <= y < crop.bottom)
            lean.__class__ = LeanCompositor
            ends = [cut_set[1:] for cut_set in lean.cuts]
            return [
                "".join(
                    segment.text
                    for (left, strip), end in zip(chops[y].items(), ends[y], strict=True)
                    if strip is not None and left < crop.right and end > crop.x
                    for segment in strip
                )
                for y in range(crop.y, crop.bottom)
            ]

        assert painted(LeanCompositor) == painted(Compositor)


async def test_a_clock_that_ticks_asks_next_to_nobody() -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        asked = list(app.screen._compositor._get_renders(CROPS[0]))
        assert len(asked) <= 3
        assert all(len(strips) == 1 for _, _, strips in asked)

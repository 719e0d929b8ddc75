"""The lean compositor paints what Textual's own paints, and asks fewer widgets for it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from sessiontui.tui.lean_compositor import LeanCompositor
from sessiontui.tui.widgets.finished_lines import FinishedLines
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


async def test_a_clock_that_ticks_asks_nobody_but_the_top_line(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        asked = _asked(monkeypatch)
        app.screen._compositor._render_chops(CROPS[0], lambda y: y == 0)
        assert asked == [("TopLine", 1)]


async def test_lines_far_apart_are_asked_of_who_is_in_front_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        table = app.desk.table
        region = table.region
        asked = _asked(monkeypatch)
        wanted = {region.y + 2, region.y + 5}
        chops = app.screen._compositor._render_chops(Region(region.x, 0, 20, region.bottom), wanted.__contains__)
        assert asked == [("Table", 2)], "and not the lines between them"
        assert {y for y, line in enumerate(chops) if any(line.values())} == wanted


def _asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return a list that grows by the kind of every widget that is asked for lines, and by how many."""
    asked: list[tuple[str, int]] = []
    render_lines = Widget.render_lines

    def noted(widget: Widget, crop: Region) -> list[Strip]:
        asked.append((type(widget).__name__, crop.height))
        return render_lines(widget, crop)

    some = FinishedLines.some

    def noted_some(kept: FinishedLines, widget: Widget, numbers: Iterable[int]) -> list[Strip] | None:
        lines = some(kept, widget, numbers)
        asked.extend([(type(widget).__name__, len(lines))] if lines is not None else [])
        return lines

    monkeypatch.setattr(Widget, "render_lines", noted)
    monkeypatch.setattr(FinishedLines, "some", noted_some)
    return asked


async def test_what_is_covered_is_not_bare() -> None:
    async with opened() as (app, pilot, _):
        await settled(pilot)
        lean = app.screen._compositor
        assert isinstance(lean, LeanCompositor)
        top = app.desk.top
        assert lean.bare(top, Region(10, 0, 14, 1)) == Region(10, 0, 14, 1)
        assert lean.bare(top, Region(10, 0, 400, 1)) is None
        assert lean.bare(app.desk.query_one("#main"), Region(3, 3, 5, 1)) is None  # the table is in front

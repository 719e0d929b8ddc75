"""The feed of the pane: it asks again for what was touched, and for what it was told long ago."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.tui.detail_feed import LONG, DetailTaken
from tests.tui.desk_fakes import NOW, FakePort
from tests.tui.test_desk import opened, refreshed, settled


async def test_a_board_that_changed_elsewhere_leaves_the_detail_as_it_is() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, reads):
        here = app.desk.table.cursor_key
        assert reads.details[-1] == here
        reads.details.clear()
        await app.desk.feed.look()
        for touched in (frozenset({999}), frozenset({here})):
            reads.touched, reads.beat = touched, reads.beat + 1  # type: ignore[assignment]
            await app.desk.feed.look()
            await refreshed(app, pilot)
            await settled(pilot)
            assert reads.details == ([] if here not in touched else [here])


async def test_a_detail_that_is_old_is_read_again_though_nothing_was_touched() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, reads):
        reads.details.clear()
        port.now = NOW + LONG - timedelta(seconds=1)
        await refreshed(app, pilot)
        await settled(pilot)
        assert reads.details == []
        port.now = NOW + LONG
        await refreshed(app, pilot)
        await settled(pilot)
        assert reads.details == [app.desk.table.cursor_key]


async def test_a_detail_that_comes_while_the_console_closes_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(port=FakePort()) as (app, _pilot, _reads):
        pane = app.desk.pane
        assert pane.detail is not None
        await pane.remove_children()
        monkeypatch.setattr(app, "_running", False)
        app.desk.on_detail_taken(DetailTaken(pane.detail))
        monkeypatch.setattr(app, "_running", True)

"""What ticks or counts is painted at once, and only what of it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.vocabulary import Severity, Status
from sessiontui.services.lines import AlertCounts, AlertLine
from sessiontui.tui.screens.alike import asks_alike
from sessiontui.tui.widgets.top_line import Freshness, TopLine
from tests.tui.desk_fakes import NOW, FakePort, FakeReads, line
from tests.tui.test_differ_app import TappedConsole, board, check, opened, settle


async def test_counts_that_change_without_a_row_are_painted_at_once_and_alone() -> None:
    app = TappedConsole(FakePort(), reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        last = app.desk.feed.last
        app.desk.quiet_second(replace(last, counts={Status.WAITING: 6, Status.ACTIVE: 3}))
        await settle(pilot)
        app.tap.spent()
        app.desk.quiet_second(replace(last, counts={Status.WAITING: 7, Status.ACTIVE: 3}))
        check(app)
        assert 0 < app.tap.spent()[1] <= 40
        app.desk.quiet_second(replace(last, counts={Status.WAITING: 7, Status.ACTIVE: 3}))
        await settle(pilot)
        assert app.tap.spent()[1] == 0


async def test_alerts_that_press_are_painted_at_once() -> None:
    app = TappedConsole(FakePort(), reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        last = app.desk.feed.last
        app.desk.quiet_second(replace(last, alerts=AlertCounts(pressing={Severity.WARNING: 3})))
        await settle(pilot)
        check(app)
        app.tap.spent()
        app.desk.quiet_second(replace(last, alerts=AlertCounts(pressing={Severity.WARNING: 4})))
        check(app)
        assert 0 < app.tap.spent()[1] <= 40


async def test_the_clock_ticks_in_the_colours_of_the_theme_that_was_chosen() -> None:
    port = FakePort()
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        for theme in ("sessiontui-light", "sessiontui-dark"):
            for _ in range(3):
                port.now += timedelta(seconds=1)
                app.desk.quiet_second(replace(app.desk.feed.last, taken_at=port.now))
                await settle(pilot)
                check(app)
            app.theme = theme
            await settle(pilot)


@pytest.mark.parametrize("begin", ["13:59:55", "09:08:57"])
async def test_the_seconds_are_written_over_each_other_and_minutes_and_hours_are_told_in_time(begin: str) -> None:
    port = FakePort()
    hour, minute, second = map(int, begin.split(":"))
    port.now = NOW.replace(hour=hour, minute=minute, second=second)
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        await settle(pilot)
        app.tap.lettered, seconds = 0, 80
        for _ in range(seconds):
            port.now += timedelta(seconds=1)
            app.desk.quiet_second(replace(app.desk.feed.last, taken_at=port.now))
            assert f"{port.now:%H:%M:%S} UTC" in app.desk.top.render().plain
            assert f"{port.now:%H:%M:%S} UTC" in "".join(cell[0] for cell in app.tap.emulator.row(0))
        assert app.tap.lettered >= seconds - 4
        await settle(pilot)
        check(app)


async def test_the_top_line_is_drawn_for_what_it_tells_and_not_for_each_telling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = FakePort()
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with opened(app) as pilot:
        await app.desk.feed.second()
        await settle(pilot)
        app.show_alerts(app.desk.feed.last.alerts)
        app.desk.show_health(await port.health())
        drawn: list[TopLine] = []
        draw = TopLine._draw
        monkeypatch.setattr(TopLine, "_draw", lambda top: (drawn.append(top), draw(top)))
        app.show_alerts(app.desk.feed.last.alerts)
        app.desk.show_health(replace(await port.health(), taken_at=port.now + timedelta(seconds=5)))
        assert not drawn
        app.desk.show_health(replace(await port.health(), score=12, band="critical"))
        assert drawn == [app.desk.top]


async def test_a_picture_that_cannot_be_refreshed_grows_older_in_the_top_line() -> None:
    port = FakePort()
    app = TappedConsole(port, reads=FakeReads(board(80)), interval=None)
    async with opened(app):
        stale, told = Freshness(taken_at=port.now, failed=True), []
        for seconds in (20, 20, 40):
            port.now += timedelta(seconds=seconds)
            app.desk.top.follow(selected="", freshness=stale)
            told.append(app.desk.top.render().plain)
        assert len(set(told)) == 3


async def test_what_is_in_view_is_found_anew_after_a_scroll_and_in_another_size() -> None:
    app = TappedConsole(FakePort(), reads=FakeReads(board(200)), interval=None)
    async with opened(app) as pilot:
        for act in ("pagedown", "j", "G", "g", ""):
            if act:
                await pilot.press(act)
            else:
                await pilot.resize_terminal(100, 16)
            await settle(pilot)
            assert app.desk._in_view() == app.desk.table.in_view
            assert app.desk._in_view() is app.desk._in_view()


def test_an_alert_that_only_counts_on_asks_for_no_other_keys() -> None:
    def alerted(**changes: object) -> AlertLine:
        alert = AlertLine(
            id=1, rule=AlertRule.HOST_MISSING, severity=Severity.CRITICAL, session_id=4711, title="", subject="",
            opened_at=NOW, facts=(("guests", "125"),), sentence="125 guests inside",
        )  # fmt: skip
        return replace(alert, **changes)  # type: ignore[arg-type]

    before = line(alerts=(alerted(),))
    assert asks_alike(before, line(alerts=(alerted(facts=(("guests", "126"),), sentence="126 guests inside"),)))
    assert not asks_alike(before, line(alerts=(alerted(acknowledged_by="amara", acknowledged_at=NOW),)))
    assert not asks_alike(before, line(alerts=()))

"""The desk in flows: what an admin sees and does, over boards made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.vocabulary import Status
from sessiontui.services.pictures import SessionLine
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.screens import desk
from sessiontui.tui.screens.desk import HOME
from sessiontui.tui.widgets.detail import Tab
from sessiontui.tui.widgets.filter_bar import FilterInput
from tests.tui.at_rest import at_rest, until
from tests.tui.desk_fakes import FakePort, FakeReads, every_status, line


@asynccontextmanager
async def opened(
    lines: tuple[SessionLine, ...] | None = None, *, size: tuple[int, int] = (120, 36), port: FakePort | None = None
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None], FakeReads]]:
    reads = FakeReads(every_status() if lines is None else lines)
    app = ConsoleApp(port or FakePort(), reads=reads, interval=None)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot, reads


async def settled(pilot: Pilot[None]) -> None:
    """Wait for what was asked, and for the cursor to have rested."""
    await at_rest(pilot)


async def refreshed(app: ConsoleApp, pilot: Pilot[None]) -> None:
    app.desk.feed.refresh()
    await at_rest(pilot)


def screen_text(app: ConsoleApp) -> str:
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.screen.size)
    assert len(strips) <= height
    assert all(strip.cell_length <= width for strip in strips)
    return "\n".join(strip.text for strip in strips)


async def test_the_desk_opens_on_now_with_the_keys_in_the_table() -> None:
    async with opened() as (app, _, reads):
        assert reads.asked[0] == HOME
        assert app.focused is app.desk.table
        text = screen_text(app)
        for shown in ("! Waiting", "Grief circle", "−4 min", "16 of 16", "harthio · amara (admin)", "● live"):
            assert shown in text
        assert "14:02:31 UTC 16:02" in text
        assert "health 96 excellent" in text


async def test_the_first_frame_comes_before_the_first_question() -> None:
    asked: list[str] = []
    reads = FakeReads(every_status())
    app = ConsoleApp(FakePort(), reads=reads, interval=None)

    async def before() -> None:
        asked.append(screen_text(app))

    reads.before = before
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
    assert "Reading the sessions" in asked[0]
    assert "loading" in asked[0]


async def test_the_detail_is_read_once_the_cursor_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (app, pilot, reads):
        monkeypatch.setattr(desk, "REST", 2.0)
        reads.details.clear()
        await pilot.press("j", "j", "j", "j")
        await until(pilot, lambda: reads.details)
        await settled(pilot)
        assert reads.details == [4690]
        assert "2 guests present since 13:37" in screen_text(app)


async def test_an_older_detail_never_replaces_a_newer_one() -> None:
    async with opened() as (app, pilot, reads):
        gate = asyncio.Event()
        plain = reads.detail

        async def slow(session_id: int, *, now: datetime) -> object:
            if session_id == 4702:
                await gate.wait()
            return await plain(session_id, now=now)

        reads.detail = slow  # type: ignore[method-assign, assignment]
        app.desk.details.ask(4702)
        await pilot.press("j", "j")
        await asyncio.sleep(0.2)
        gate.set()
        await settled(pilot)
        assert app.desk.pane.detail is not None
        assert app.desk.pane.detail.line.id == 4720


async def test_an_answer_to_an_older_query_is_dropped() -> None:
    async with opened() as (app, pilot, reads):
        gate = asyncio.Event()

        async def before() -> None:
            if reads.asked[-1] == "grief":
                await gate.wait()

        reads.before = before
        app.set_query("grief")
        await pilot.pause()
        app.set_query("mentoring")
        gate.set()
        await settled(pilot)
        assert reads.asked[-2:] == ["grief", "mentoring"]
        assert {row.key for row in app.desk.table.rows} == {4679, 4603}


async def test_one_question_at_a_time_and_the_newest_wins() -> None:
    async with opened() as (app, pilot, reads):
        reads.asked.clear()
        for _ in range(20):
            app.desk.feed.refresh()
        await settled(pilot)
        assert 1 <= len(reads.asked) <= 2


async def test_a_commit_elsewhere_brings_a_new_board_and_the_cursor_stays() -> None:
    async with opened() as (app, pilot, reads):
        await pilot.press("j", "j")
        await app.desk.feed.look()
        await settled(pilot)
        reads.lines = (line(9, title="Newcomer"), *reads.lines)
        reads.beat += 1
        await app.desk.feed.look()
        await settled(pilot)
        assert app.desk.table.cursor_key == 4720
        assert app.desk.table.cursor_row == 3
        assert "Newcomer" in screen_text(app)


async def test_a_session_that_leaves_the_list_is_named() -> None:
    async with opened() as (app, pilot, reads):
        reads.lines = reads.lines[1:]
        await refreshed(app, pilot)
        assert app.told[-1] == "Grief circle left this list, the cursor is on CV review"


async def test_a_failed_refresh_keeps_the_board_with_its_age() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, reads):
        reads.error = Unavailable("the disk is full", hint="free some space")
        port.now += timedelta(seconds=12)
        await refreshed(app, pilot)
        text = screen_text(app)
        assert "shown as of 12 s ago · Unavailable: the disk is full · free some space" in text
        assert "✖ stale 12 s" in text
        assert "CV review" in text
        reads.error = None
        await refreshed(app, pilot)
        assert "stale" not in screen_text(app)


async def test_loading_empty_and_failed_are_three_pictures() -> None:
    async with opened(()) as (app, _, _reads):
        assert "There are no sessions yet." in screen_text(app)
        assert "sessiontui import" in screen_text(app)
    reads = FakeReads()
    reads.error = ValueError("unheard of")
    app = ConsoleApp(FakePort(), reads=reads, interval=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "The sessions cannot be read." in screen_text(app)
        assert "ValueError: unheard of" in screen_text(app)
        assert "✖ failed" in screen_text(app)


async def test_the_filter_applies_while_one_types() -> None:
    async with opened() as (app, pilot, _):
        await pilot.press("slash")
        assert isinstance(app.focused, FilterInput)
        app.desk.filter._input.value = ""
        await pilot.press(*"grief")
        await asyncio.sleep(0.2)
        await settled(pilot)
        assert {row.key for row in app.desk.table.rows} == {4711, 4602}
        assert "2 of 16" in screen_text(app)
        await pilot.press("enter")
        assert app.focused is app.desk.table
        await pilot.press("escape")
        await settled(pilot)
        assert len(app.desk.table.rows) == 16


async def test_a_wrong_term_is_pointed_at_and_the_rows_stay() -> None:
    async with opened() as (app, pilot, reads):
        await pilot.press("slash")
        app.desk.filter._input.value = "statsu:x"
        await asyncio.sleep(0.2)
        await settled(pilot)
        text = screen_text(app)
        assert "^^^^^^" in text
        assert "status" in text.split("^^^^^^")[1].split("\n")[0]
        assert len(app.desk.table.rows) == 16
        assert "statsu:x" not in reads.asked
        await pilot.press("escape")
        assert app.desk.filter._input.value == HOME


async def test_tab_takes_the_first_offer() -> None:
    async with opened() as (app, pilot, _):
        await pilot.press("slash")
        app.desk.filter._input.value = ""
        await pilot.press(*"stat", "tab")
        assert app.desk.filter._input.value == "status:"
        assert isinstance(app.focused, FilterInput)


async def test_a_click_on_a_count_filters_and_a_second_clears() -> None:
    async with opened() as (app, pilot, _):
        await pilot.click("CountsStrip", offset=(3, 0))
        await settled(pilot)
        assert app.desk.feed.question.query == "status:waiting"
        assert {row.key for row in app.desk.table.rows} == {4711, 4702}
        await pilot.click("CountsStrip", offset=(3, 0))
        await settled(pilot)
        assert app.desk.feed.question.query == HOME


async def test_holding_keeps_the_picture_and_letting_go_brings_the_present() -> None:
    async with opened() as (app, pilot, reads):
        await pilot.press("p")
        reads.lines = (line(9, title="Newcomer"), *reads.lines)
        await refreshed(app, pilot)
        assert "Newcomer" not in screen_text(app)
        assert "❄ held" in screen_text(app)
        await pilot.press("p")
        await settled(pilot)
        assert "Newcomer" in screen_text(app)


async def test_sorting_by_key_and_by_title() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, _):
        await pilot.press("o", "o", "o")
        await settled(pilot)
        assert app.desk.feed.question.order == "title"
        assert port.memory["desk.order"] == "title"
        assert app.desk.table.cursor_key == 4711
        await pilot.click("#sessions", offset=(4, 0))
        await settled(pilot)
        assert app.desk.feed.question.order == "urgency"


async def test_a_second_click_on_a_title_turns_the_order() -> None:
    async with opened() as (app, pilot, _):
        app.sort("start")
        await settled(pilot)
        assert "Starts▴" in screen_text(app)
        assert app.desk.columns == ()
        app.desk.on_table_header_pressed(app.desk.table.HeaderPressed(app.desk.table, "start"))
        await settled(pilot)
        assert app.desk.feed.question.order == "latest"
        assert "Starts▾" in screen_text(app)


async def test_columns_are_chosen_remembered_and_given_back() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, _):
        app.choose_columns(("status", "title"))
        await settled(pilot)
        text = screen_text(app)
        assert "Starts" not in text
        assert "Session " in text
        assert port.memory["desk.columns"] == "status title"
        assert app.desk.scene().columns == ("status", "title")
    async with opened(port=port) as (app, pilot, _):
        assert "Starts" not in screen_text(app)
        app.choose_columns(())
        await settled(pilot)
        assert "Starts" in screen_text(app)


async def test_the_desk_comes_back_as_it_was_left() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, _):
        app.set_query("grief")
        app.sort("title")
        app.resize_pane(-4)
        app.set_query("id:4711")
        await settled(pilot)
        width = app.desk.pane.outer_size.width
    async with opened(port=port) as (app, _pilot, reads):
        assert reads.asked[0] == "grief"
        assert app.desk.feed.question.order == "title"
        assert app.desk.pane.outer_size.width == width
        assert "grief" in app.desk.filter._input.value
    port.memory["desk.query"] = "statsu:x"
    port.memory["desk.order"] = "nonsense"
    async with opened(port=port) as (app, _pilot, reads):
        assert (reads.asked[0], app.desk.feed.question.order) == (HOME, "urgency")


async def test_the_pane_is_resized_and_remembered() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, _):
        before = app.desk.pane.outer_size.width
        await pilot.press("plus")
        await settled(pilot)
        assert app.desk.pane.outer_size.width > before
        assert port.memory["desk.pane"] == str(app.desk.pane.outer_size.width)
        for _ in range(40):
            await pilot.press("plus")
        await settled(pilot)
        assert app.desk.table.size.width >= 40


async def test_tabs_by_keys_and_by_click() -> None:
    async with opened() as (app, pilot, _):
        await pilot.press("l")
        assert app.desk.pane.tab is Tab.REQUESTS
        await pilot.press("h", "h")
        assert app.desk.pane.tab is Tab.HISTORY
        await settled(pilot)
        assert "Extended to 15:10" in screen_text(app)
        await pilot.click("TabLine", offset=(2, 0))
        assert app.desk.pane.tab is Tab.REQUESTS, "the mark at the end stands for the tab beyond it"
        await settled(pilot)
        await pilot.click("TabLine", offset=(2, 0))
        assert app.desk.pane.tab is Tab.OVERVIEW


async def test_the_request_under_the_cursor_is_in_the_scene_only_while_it_has_the_keys() -> None:
    async with opened() as (app, pilot, _):
        await pilot.press("l")
        await settled(pilot)
        assert app.desk.scene().request is None
        await pilot.press("enter")
        await settled(pilot)
        request = app.desk.scene().request
        assert request is not None
        assert request.person == "Ana Silva"
        assert "I lost my father in March." in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert app.desk.scene().request is None
        assert app.focused is app.desk.table


async def test_narrow_screens_show_one_thing_at_a_time() -> None:
    async with opened(size=(80, 24)) as (app, pilot, _):
        assert not app.desk.pane.display or app.desk.pane.outer_size.width == 0
        await pilot.press("enter")
        await settled(pilot)
        text = screen_text(app)
        assert "Why: started 13:58" in text
        assert "CV review" not in text
        assert "esc back" in text
        await pilot.press("escape")
        await settled(pilot)
        assert "CV review" in screen_text(app)


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 2), (10, 4), (20, 8), (40, 12), (60, 24), (99, 30), (100, 30), (300, 90)]
)
async def test_the_desk_goes_on_at_any_size(size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot, _):
        await pilot.press("j", "l", "l", "l", "l", "enter", "escape", "slash", "escape")
        await settled(pilot)
        assert app.is_running
        screen_text(app)


async def test_the_marked_stay_in_the_scene_though_their_rows_leave() -> None:
    async with opened() as (app, pilot, _):
        await pilot.press("space", "space")
        app.set_query("mentoring")
        await settled(pilot)
        assert [session.id for session in app.desk.scene().marked] == [4711, 4702]
        await pilot.press("escape")
        assert app.desk.scene().marked == ()


async def test_a_screen_that_is_not_there_is_said() -> None:
    async with opened() as (app, pilot, _):
        app.go("elsewhere")
        assert app.told[-1].startswith("The screen elsewhere is not there yet. There are: 1 Desk, 2 Alerts, ")
        await pilot.press("8")
        await settled(pilot)
        assert app.screen.name == "health"
        await pilot.press("1")
        await settled(pilot)
        assert app.screen is app.desk


async def test_a_key_that_is_impossible_says_why() -> None:
    async with opened(port=FakePort(read_only=True)) as (app, pilot, _):
        await pilot.press("X")
        await settled(pilot)
        assert "reading only" in app.told[-1]
        assert "read-only" in screen_text(app)


async def test_the_past_is_named_and_its_times_are_its_own() -> None:
    past = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    async with opened(port=FakePort(as_of=past)) as (app, _pilot, _):
        assert "as of 2026-05-01 09:30 UTC, valid time" in screen_text(app)


async def test_ten_thousand_sentences_become_a_count() -> None:
    async with opened() as (app, pilot, _):
        for number in range(10_000):
            app.tell(f"sentence {number}")
        await settled(pilot)
        assert len(app._notifications) == 1
        assert "10000 messages, the last: sentence 9999" in next(iter(app._notifications)).message
        assert len(app.told) == 200


async def test_undo_is_offered_beside_the_sentence() -> None:
    async with opened() as (app, _, _reads):
        app.tell("Approved Ana.", undo=True)
        assert app.told[-1] == "Approved Ana.  ·  z undo"


async def test_nothing_is_opened_saved_or_suspended() -> None:
    async with opened() as (app, pilot, _):
        app.open_url("https://example.org")
        app.action_screenshot()
        app.action_suspend_process()
        with app.suspend():
            pass
        assert app.deliver_screenshot() is None
        assert app.deliver_text("a.txt") is None
        assert app.deliver_binary("a.bin") is None
        await settled(pilot)
        assert len(app.told) == 7
        assert all("The console" in sentence for sentence in app.told)


async def test_the_theme_is_remembered() -> None:
    port = FakePort(memory={"theme": "sessiontui-light"})
    async with opened(port=port) as (app, pilot, _):
        assert app.theme == "sessiontui-light"
        app.theme = "sessiontui-safe"
        await settled(pilot)
        assert port.memory["theme"] == "sessiontui-safe"


async def test_no_worker_is_said_on_every_screen() -> None:
    async with opened(port=FakePort(leader="", score=31)) as (app, pilot, _):
        assert "no worker" in screen_text(app)
        await pilot.press("8")
        await settled(pilot)
        assert "No worker leads" in screen_text(app)


async def test_jobs_are_run_paused_and_resumed() -> None:
    port = FakePort()
    async with opened(port=port) as (_app, pilot, _):
        await pilot.press("8")
        await settled(pilot)
        await pilot.press("r", "P", "G", "P")
        await settled(pilot)
        assert port.jobs == [("run", "tick"), ("pause", "tick"), ("resume", "backup")]


async def test_ascii_draws_nothing_of_its_own_beyond_ascii() -> None:
    plain = tuple(replace(each, title="Plain") for each in every_status())
    for size in ((120, 36), (60, 20)):
        async with opened(plain, size=size, port=FakePort(ascii=True, zone=ZoneInfo("UTC"))) as (app, pilot, _):
            for keys in (("l",), ("l",), ("l",), ("l",), ("8",)):
                await pilot.press(*keys)
                await settled(pilot)
                text = screen_text(app)
                assert text.isascii(), {char for char in text if not char.isascii()}


async def test_ascii_holds_in_dialogs_as_well() -> None:
    plain = tuple(replace(each, title="Plain", mentor="Lee") for each in every_status())
    async with opened(plain, port=FakePort(ascii=True, zone=ZoneInfo("UTC"))) as (app, pilot, _):
        app.tell("there is no command “x” – type on …")
        for key in ("question_mark", "ctrl+p", "colon", "X", "n"):
            await pilot.press(key)
            await until(pilot, lambda: app.screen is not app.desk)
            await settled(pilot)
            text = screen_text(app)
            assert text.isascii(), (key, {char for char in text if not char.isascii()})
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.desk)


async def test_the_strip_counts_all_rows_not_the_window() -> None:
    many = tuple(line(number, status=Status.APPROVED) for number in range(1, 1001))
    async with opened(many) as (app, pilot, _):
        assert "○ 1000 approved" in screen_text(app)
        assert "1 000 of 1 000" in screen_text(app)
        await pilot.press("G")
        await settled(pilot)
        assert app.desk.table.cursor_key == 1000
        await pilot.press("g")
        await settled(pilot)
        assert app.desk.table.cursor_key == 1


@pytest.mark.parametrize(
    ("first", "line"), [("colon", "#command"), ("slash", "FilterInput"), ("ctrl+p", "CommandInput")]
)
async def test_what_is_typed_right_after_the_key_of_a_line_goes_into_it(first: str, line: str) -> None:
    async with opened() as (app, pilot, _):
        app.post_message(events.Key(first, {"colon": ":", "slash": "/"}.get(first)))
        for key in "atq":  # approve, time bar, quit
            app.post_message(events.Key(key, key))
        await until(
            pilot, lambda: [one for one in app.screen.query(line).results(Input) if one.value.endswith("atq")]
        )
        assert app.return_code is None

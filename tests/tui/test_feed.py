"""The feed: what is read again when something was committed, and when nothing was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.vocabulary import Status
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.feed.asking import PATIENCE, STORM_EVERY, WHOLE_EVERY
from sessiontui.tui.feed.changes import FEW
from sessiontui.tui.feed.rest import SECOND
from tests.tui.desk_fakes import NOW, FakePort, FakeReads
from tests.tui.test_desk import opened, screen_text, settled


@asynccontextmanager
async def committing() -> AsyncIterator[tuple[ConsoleApp, Pilot[None], FakeReads]]:
    """Open a desk that has looked once, so that the next pulse is news."""
    async with opened() as (app, pilot, reads):
        await app.desk.feed.look()
        reads.asked.clear()
        reads.derivations.clear()
        reads.beat += 1
        yield app, pilot, reads


def with_title(reads: FakeReads, number: int, title: str) -> None:
    reads.lines = tuple(replace(line, title=title) if line.id == number else line for line in reads.lines)


async def test_a_lease_that_is_renewed_reads_nothing_again() -> None:
    async with committing() as (app, pilot, reads):
        reads.touched = frozenset()
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [])


def with_rank(reads: FakeReads, number: int, rank: int) -> None:
    moved = (replace(line, rank=rank) if line.id == number else line for line in reads.lines)
    reads.lines = tuple(sorted(moved, key=lambda line: line.rank))


async def test_a_commit_that_moves_nothing_reads_no_window() -> None:
    async with committing() as (app, pilot, reads):
        reads.touched = frozenset({4702, 999_999})
        with_title(reads, 4702, "Curriculum review")
        app.desk.feed._age = SECOND
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [(4702,)])
        assert "Curriculum review" in screen_text(app)


@pytest.mark.parametrize("what", ["moved", "left", "came"])
async def test_after_a_quiet_second_a_row_that_moved_came_or_went_reads_the_window(what: str) -> None:
    async with committing() as (app, pilot, reads):
        reads.touched = frozenset({4702})
        if what == "moved":
            with_rank(reads, 4702, 99)
        elif what == "left":
            reads.lines = tuple(line for line in reads.lines if line.id != 4702)
        else:
            reads.lines = (*reads.lines, replace(reads.lines[0], id=5000, rank=99))
            reads.touched = frozenset({5000})
        app.desk.feed._age = SECOND
        await app.desk.feed.look()
        await settled(pilot)
        assert len(reads.asked) == 1
        assert [row.key for row in app.desk.table.rows] == [line.id for line in reads.lines]


async def test_counts_follow_a_commit_though_no_window_is_read() -> None:
    async with committing() as (app, pilot, reads):
        reads.touched, reads.total = frozenset({999_999}), 51_515
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [])
        assert app.desk.feed.last.total == 51_515
        assert app.desk.shown.board is app.desk.feed.last


async def test_under_steady_commits_only_the_rows_that_changed_are_read() -> None:
    async with committing() as (app, pilot, reads):
        with_title(reads, 4702, "Curriculum review")
        with_title(reads, 4711, "Not told of")
        reads.touched = frozenset({4702, 999_999})
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [(4702,)])
        text = screen_text(app)
        assert "Curriculum review" in text
        assert "Not told of" not in text
        assert not app.desk.feed._changes.behind
        reads.touched = frozenset({4702})
        with_rank(reads, 4702, 99)
        reads.beat += 1
        await app.desk.feed.look()
        assert app.desk.feed._changes.behind  # the window is read when the second is over


async def test_a_status_is_derived_as_time_passes_though_nothing_was_committed() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, reads):
        port.now = NOW + timedelta(minutes=12)
        reads.lines = tuple(replace(line, status=Status.WAITING) if line.id == 4720 else line for line in reads.lines)
        reads.asked.clear()
        near = app.desk.feed._moving(port.now)
        assert 4720 in near
        assert not {4602, 4603, 4732, 4733} & set(near)  # over, cancelled, tomorrow, a draft
        await app.desk.feed.derive(near)
        await settled(pilot)
        assert reads.asked == []
        row = next(line for line in screen_text(app).splitlines() if "Bereavement" in line)
        assert "! Waiting" in row
        assert "14:14:31 UTC" in screen_text(app)


async def test_the_order_stays_while_rows_change() -> None:
    async with opened() as (app, pilot, reads):
        before = [row.key for row in app.desk.table.rows]
        reads.lines = tuple(reversed(reads.lines))
        await app.desk.feed.derive(before)  # type: ignore[arg-type]
        await settled(pilot)
        assert [row.key for row in app.desk.table.rows] == before


async def test_a_second_that_cannot_be_read_is_said_and_forgotten_with_the_next() -> None:
    async with opened() as (app, pilot, reads):
        reads.error = Unavailable("the disk is gone")
        await app.desk.feed.derive([4711])
        await settled(pilot)
        assert "the disk is gone" in screen_text(app)
        reads.error = None
        await app.desk.feed.derive([4711])
        await settled(pilot)
        assert "stale" not in screen_text(app)


async def test_while_held_nothing_moves() -> None:
    async with opened() as (app, pilot, reads):
        await pilot.press("p")
        with_title(reads, 4711, "Moved")
        await app.desk.feed.derive([4711])
        await settled(pilot)
        assert "Moved" not in screen_text(app)


async def test_the_past_reads_the_window_or_nothing() -> None:
    async with opened(port=FakePort(as_of=NOW)) as (app, pilot, reads):
        await app.desk.feed.look()
        reads.beat += 1
        reads.touched = frozenset({4711})
        reads.asked.clear()
        await app.desk.feed.look()
        await settled(pilot)
        assert (len(reads.asked), reads.derivations) == (1, [])


async def test_changes_in_numbers_wait_for_the_second_and_leave_the_order_alone() -> None:
    async with committing() as (app, pilot, reads):
        with_title(reads, 4702, "Curriculum review")
        with_rank(reads, 4702, 99)
        reads.touched = frozenset({4702, *range(900_000, 900_000 + FEW)})
        await app.desk.feed.look()
        reads.beat += 1
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [])
        await app.desk.feed.second()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [(4702,)])
        assert "Curriculum review" in screen_text(app)
        reads.touched = frozenset()
        app.desk.feed._age = STORM_EVERY
        await app.desk.feed.second()
        await settled(pilot)
        assert len(reads.asked) == 1  # rows that came, went or moved are seen some seconds later


async def test_what_changed_out_of_sight_is_read_when_it_is_seen() -> None:
    async with committing() as (app, pilot, reads):
        seen = app.desk.feed._in_view
        app.desk.feed._in_view = lambda: ()
        reads.touched = frozenset({4702})
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [])
        app.desk.feed._in_view = seen
        await app.desk.feed.look()
        await settled(pilot)
        assert (reads.asked, reads.derivations) == ([], [(4702,)])


async def test_a_second_reads_only_what_time_has_changed() -> None:
    port = FakePort()
    async with opened(port=port) as (app, _, reads):
        reads.derivations.clear()
        reads.coming_at = {4720: NOW + timedelta(seconds=2), 999: NOW}
        port.now = NOW + timedelta(seconds=1)
        await app.desk.feed.second()
        assert reads.derivations == []
        port.now = NOW + timedelta(seconds=2)
        await app.desk.feed.second()
        assert reads.derivations == [(4720,)]
        reads.coming_at = {}
        reads.derivations.clear()
        port.now = NOW + timedelta(seconds=59)
        await app.desk.feed.second()
        ticked = {line.id for line in reads.lines if line.status is Status.ACTIVE}
        assert ticked <= set(reads.derivations[-1])  # another minute is to be told


async def test_minutes_go_on_though_nothing_is_read_again() -> None:
    port = FakePort()
    async with opened(port=port) as (app, pilot, reads):
        row = next(line for line in screen_text(app).splitlines() if "Bereavement" in line)
        assert " 12 min" in row
        reads.derivations.clear()
        port.now = NOW + timedelta(seconds=2)
        for seconds in (2, 4):
            port.now = NOW + timedelta(minutes=1, seconds=seconds)
            app.desk.feed._passing.tell(list(app.desk.feed._passing.told_at), port.now)
            await app.desk.feed.second()
            await settled(pilot)
        row = next(line for line in screen_text(app).splitlines() if "Bereavement" in line)
        assert reads.derivations == []
        assert " 10 min" in row


async def test_a_window_is_asked_for_with_the_lines_that_only_a_commit_can_change() -> None:
    async with committing() as (app, pilot, reads):
        reads.touched = frozenset({4733})
        with_rank(reads, 4733, 99)
        app.desk.feed._age = SECOND
        await app.desk.feed.look()
        await settled(pilot)
        assert reads.known is not None
        known = {line.id for line in reads.known.lines}
        assert 4732 in known  # tomorrow
        assert next(line.rank for line in reads.known.lines if line.id == 4733) == 99  # it was touched, and read
        assert 4711 not in known  # it is waiting: the minutes pass
        app.desk.feed._whole_age = WHOLE_EVERY
        app.desk.feed.refresh()
        await settled(pilot)
        assert reads.known is None


async def test_a_search_that_takes_long_shows_its_first_rows_and_then_all() -> None:
    async with opened() as (app, pilot, reads):
        reads.glimpsed = 1
        reads.asked.clear()
        reads.patiences.clear()
        shown: list[int] = []
        keep = app.desk.feed._keep
        app.desk.feed._keep = lambda board, known: (shown.append(len(board.lines)), keep(board, known))[1]  # type: ignore[method-assign]
        app.desk.feed.ask(query="a")
        await settled(pilot)
        assert reads.patiences[0] == PATIENCE
        assert {*reads.patiences[1:]} == {None}
        assert shown[0] == 1 < shown[1]
        reads.patiences.clear()
        app.desk.feed.refresh()  # the same question again may take its time: what is shown stays meanwhile
        await settled(pilot)
        assert {*reads.patiences} == {None}

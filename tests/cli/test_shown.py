"""Tables by cells, and the lines of ``list --watch``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.cli.table import Column, cells, cut, lay_out
from sessiontui.cli.watching import changes
from sessiontui.domain.vocabulary import Badge, Control, Kind, Priority, Status
from sessiontui.services.pictures import SessionLine

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

LINE = SessionLine(
    id=1, external_id="", source="", title="Grief circle", kind=Kind.CONVERSATION, priority=Priority.NORMAL,
    control=Control.SCHEDULED, status=Status.UPCOMING, provisional=False, badges=(),
    beside="starts in 12 min", why="",
    starts_at=NOON, ends_at=NOON + timedelta(hours=1), scheduled=timedelta(hours=1), actual=timedelta(),
    together=None, efficiency=0.0, pending=0, approved=2, rejected=0, active=0, left=0, capacity=0, mentor="",
    author="", tags=(), archived_at=None, rank=1, version=1,
)  # fmt: skip


def told(before: SessionLine, after: SessionLine) -> list[str]:
    return [change.told for change in changes({1: before}, {1: after})]


def test_minutes_that_go_by_are_no_change() -> None:
    assert told(LINE, replace(LINE, beside="starts in 11 min", actual=timedelta(minutes=1), rank=7, version=2)) == []


def test_what_a_listener_wants_to_hear() -> None:
    assert told(LINE, replace(LINE, status=Status.WAITING)) == ["was Upcoming"]
    assert told(LINE, replace(LINE, approved=3, badges=(Badge.PENDING,))) == ["Pending; 3 approved, was 2"]
    assert told(replace(LINE, badges=(Badge.STALE,)), LINE) == ["no longer Stale"]
    assert told(LINE, replace(LINE, ends_at=NOON + timedelta(hours=2)))[0].startswith("now from 2026-05-04T12:00:00Z")


def test_the_first_look_tells_all_and_later_ones_what_came_and_went() -> None:
    assert [change.told for change in changes({}, {1: LINE}, first=True)] == [""]
    assert [change.told for change in changes({}, {1: LINE})] == ["new"]
    assert [change.told for change in changes({1: LINE}, {})] == ["no longer in this list"]


COLUMNS = (Column(heading="ID", right=True), Column(heading="Title", least=5), Column(heading="Signal", least=6))


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=5), st.integers(30, 120))
def test_a_table_fits_the_terminal_and_holds_no_control(rows: list[tuple[str, str]], width: int) -> None:
    lines = lay_out(COLUMNS, [["1", *row] for row in rows], width=width)
    assert len(lines) == len(rows) + 1
    assert all(cells(line) <= width for line in lines)
    assert not any(ord(char) < 32 or ord(char) == 127 for line in lines for char in line)


@given(st.text(max_size=40), st.integers(1, 40))
def test_cutting_never_widens(text: str, width: int) -> None:
    from sessiontui.domain.text import visible

    assert cells(cut(visible(text), width)) <= max(width, 1)


def test_without_a_terminal_nothing_is_cut_and_one_long_title_moves_no_other_line() -> None:
    lines = lay_out(COLUMNS, [["1", "x" * 300, "a"], ["2", "short", "b"]])
    assert "x" * 300 in lines[1]
    assert len(lines[2]) < 80

"""What keeps a key from doing what was not meant: marks, slips of the list, old acts, keys that do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input

from sessiontui.domain.matching import Candidate
from sessiontui.domain.vocabulary import Attendance, Badge, Move, RequestState, Status
from sessiontui.services.attendance.identifying import Stranger
from sessiontui.services.pictures import AttendanceLine, HistoryLine
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands import REGISTRY, Command, Needs, acts, by_id
from sessiontui.tui.commands.command import Group
from sessiontui.tui.commands.rescheduling import shift_of
from sessiontui.tui.screens import desk
from tests.tui.commands.command_stage import NOW, Calls, Stage, detail, line, request, scene
from tests.tui.commands.test_command_runs import SIZE, begin, settle, shown
from tests.tui.desk_fakes import line as row
from tests.tui.test_desk import opened, refreshed, screen_text, settled

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)


# Undo


async def test_an_act_of_this_console_is_undone_at_once(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "undo", scene())
        assert calls.undone == 1


async def test_an_act_from_before_is_named_and_asked_about(calls: Calls) -> None:
    calls.last_at = NOW - 26 * HOUR
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "undo", scene())
        app = pilot.app
        assert isinstance(app, Stage)
        assert calls.undone == 0
        text = "\n".join(shown(app))
        assert "Undo what was done before this console was opened?" in text
        assert "cancelled it" in text
        assert "1 d 2 h ago" in text
        await pilot.press("enter")  # the focus is on Keep
        await settle(pilot)
        assert calls.undone == 0
        await begin(pilot, "undo", scene())
        await pilot.press("right", "enter")
        await settle(pilot)
        assert calls.undone == 1


async def test_an_act_behind_one_that_cannot_be_undone_is_named_and_asked_about(calls: Calls) -> None:
    calls.since = HistoryLine(
        id=78, at=NOW, by="Amara", action="session.message", sentence="wrote to Ana", reason="", undone=False
    )
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "undo", scene())
        app = pilot.app
        assert isinstance(app, Stage)
        text = "\n".join(shown(app))
        assert "cannot be undone: wrote to Ana" in text
        assert "cancelled it" in text
        await pilot.press("enter")  # the focus is on Keep
        await settle(pilot)
        assert calls.undone == 0


async def test_with_nothing_to_undo_it_says_so(calls: Calls) -> None:
    calls.last_at = None
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "undo", scene())
        assert isinstance(pilot.app, Stage)
        assert pilot.app.told == [("there is nothing of yours to undo", False, "warning")]


# Marks


@pytest.mark.parametrize("command", REGISTRY, ids=lambda one: one.id)
def test_every_key_honours_marks_or_says_why_it_cannot(command: Command) -> None:
    marked = (line(1, Status.CREATED), line(2, Status.CREATED))
    reason = command.why_not(scene(line(3, Status.CREATED), marked=marked))
    if command.needs is Needs.SESSION and not command.bulk and command.group is not Group.LOOK:
        assert reason == "2 sessions marked, and this takes one: esc unmarks"
    elif command.bulk:
        assert "takes one" not in reason
        assert [one.id for one in command.targets(scene(line(3), marked=marked))] == [1, 2]


def test_one_marked_session_under_the_cursor_is_no_doubt() -> None:
    one = line(1)
    command = by_id("edit")
    assert command is not None
    assert command.why_not(scene(one, marked=(one,))) == ""
    assert "takes one" in command.why_not(scene(line(2), marked=(one,)))


async def test_marked_sessions_are_moved_by_one_length_and_keep_theirs(calls: Calls) -> None:
    lines = (line(1), line(2, ends_at=NOW + 3 * HOUR), line(3, Status.ENDED_COMPLETE))
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "reschedule", scene(lines[0], marked=lines))
        app = pilot.app
        assert isinstance(app, Stage)
        assert any("left out" in text and "#3" in text for text in shown(app))
        await pilot.press("right", "enter")
        await settle(pilot)
        await pilot.press(*"soon", "enter")
        await settle(pilot)
        assert "write +30m, -1h or +1d" in shown(app)
        app.screen.query_one("#text", Input).value = "-30m"
        await pilot.press("enter")
        await settle(pilot)
        assert [(call["move"], call["id"]) for call in calls.moves] == [(Move.RESCHEDULE, 1), (Move.RESCHEDULE, 2)]
        for call, of in zip(calls.moves, lines, strict=False):
            assert (call["starts_at"], call["ends_at"]) == (of.starts_at - 30 * MIN, of.ends_at - 30 * MIN)


@pytest.mark.parametrize(
    ("text", "by"),
    [("+30m", 30 * MIN), ("90", 90 * MIN), ("-1d", -24 * HOUR), ("−2h", -2 * HOUR), ("soon", None), ("", None)],
)
def test_a_length_with_a_sign_is_read(text: str, by: timedelta | None) -> None:
    assert shift_of(text) == by


async def test_approving_many_says_whom_it_leaves_out(calls: Calls) -> None:
    asked, quiet, gone = line(1, pending=1), line(2), line(3, archived_at=NOW)
    calls.details = {1: detail(asked, requests=(request(1, "Ana"),))}
    async with Stage().run_test(size=(100, 30)) as pilot:
        await begin(pilot, "approve", scene(asked, marked=(asked, quiet, gone)))
        assert isinstance(pilot.app, Stage)
        text = "\n".join(shown(pilot.app))
        assert "left out: Grief circle #2: no request is pending" in text
        assert "left out: Grief circle #3: the session is archived" in text
        await pilot.press("right", "enter")
        await settle(pilot)
        assert [call["ids"] for call in calls.decisions] == [[1]]
        assert calls.decisions[0]["state"] is RequestState.APPROVED


# Typed confirmation


async def test_enter_in_the_typed_word_confirms_when_it_matches_and_says_what_is_missing(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "cancel", scene(line(status=Status.ACTIVE, active=2)))
        app = pilot.app
        assert isinstance(app, Stage)
        app.screen.query_one("#reason", Input).focus()
        await pilot.press(*"fire", "enter")
        assert app.focused is app.screen.query_one("#typed", Input)
        await pilot.press("enter")
        await settle(pilot)
        assert "type Grief circle here to go on" in shown(app)
        await pilot.press(*"Grief", "enter")
        await settle(pilot)
        assert "that is not “Grief circle”" in shown(app)
        assert calls.moves == []
        await pilot.press(*" circle", "enter")
        await settle(pilot)
        assert [call["reason"] for call in calls.moves] == ["fire"]


async def test_enter_in_the_typed_word_still_wants_the_reason(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "cancel", scene(line(status=Status.ACTIVE, active=2)))
        app = pilot.app
        assert isinstance(app, Stage)
        app.screen.query_one("#typed", Input).focus()
        await pilot.press(*"Grief circle", "enter")
        await settle(pilot)
        assert calls.moves == []
        assert app.focused is app.screen.query_one("#reason", Input)


# Slips and idle keys


def test_a_slip_refuses_what_acts_on_the_row_and_nothing_else() -> None:
    from sessiontui.tui.commands.command import _slip

    slipped = scene(line(status=Status.ACTIVE), slipped="Grief circle")
    for command in REGISTRY:
        refused = _slip(command, slipped)
        assert bool(refused) is (command.writes and command.needs in (Needs.SESSION, Needs.REQUEST)), command.id
        assert not _slip(command, replace(slipped, marked=(line(9),)))


async def test_a_second_press_does_not_hit_the_row_that_came_under_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "GUARD", 60)
    moved: list[int] = []

    async def move(console: Any, here: Any, which: Move, of: Any, **named: Any) -> Receipt:
        moved.append(of.id)
        return Receipt(sentence=f"paused {of.id}", sessions=(of.id,), undo=1)

    monkeypatch.setattr(acts, "move", move)
    first, second = (row(number, status=Status.ACTIVE, title=f"Circle {number}") for number in (1, 2))
    async with opened((first, second)) as (app, pilot, reads):
        await pilot.press("P")
        await app.workers.wait_for_complete()
        assert moved == [1]
        reads.lines = (second,)  # the first one is paused now, and no longer on this list
        await refreshed(app, pilot)
        await pilot.press("P")
        await app.workers.wait_for_complete()
        assert moved == [1]
        assert "Circle 1 has just left, and another session is under the cursor" in app.told[-1]
        await settled(pilot)
        app.desk._unguard()
        await pilot.press("P")
        await app.workers.wait_for_complete()
        assert moved == [1, 2]


async def test_a_key_that_does_nothing_says_so() -> None:
    async with opened() as (app, pilot, _):
        for key in ("w", "Z", "f5"):
            await pilot.press(key)
            assert app.told[-1] == f"{key} does nothing here: ? lists the keys"
        told = len(app.told)
        await pilot.press("j", "slash", "b")
        assert len(app.told) == told


async def test_orders_are_told_in_words_with_an_arrow_that_rises() -> None:
    async with opened() as (app, pilot, _):
        titles = ("by start, earliest first", "by start, latest first", "by title", "by pending requests, most first")
        for words in titles:
            await pilot.press("o")
            await settled(pilot)
            assert f"Sessions, {words}" in screen_text(app)
            assert ("Starts▴" in screen_text(app)) is (words == titles[0])
            assert ("Starts▾" in screen_text(app)) is (words == titles[1])
        await pilot.press("o")
        await settled(pilot)
        assert "Sessions, by" not in screen_text(app)
        assert "Status▾" in screen_text(app)


# Who was there


async def test_an_attendee_is_identified_by_evidence_and_only_after_a_last_question(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[tuple[int, int]] = []
    stranger = Stranger(
        attendee_id=7,
        session_id=4711,
        name="iPhone von Uli",
        email="",
        candidates=(Candidate(3, "Uli Berg", 0.9, "name of the device"), Candidate(4, "Ulla", 0.6, "similar name")),
    )

    async def strangers(*given: Any) -> tuple[Stranger, ...]:
        return (stranger,)

    async def identify(console: Any, here: Any, one: Stranger, person_id: int) -> Receipt:
        chosen.append((one.attendee_id, person_id))
        return Receipt(sentence="took them", undo=3)

    monkeypatch.setattr(acts, "strangers", strangers)
    monkeypatch.setattr(acts, "identify", identify)
    of = line(status=Status.ACTIVE, badges=(Badge.UNMATCHED,))
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "identify", scene(of))
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app, Stage)
        text = "\n".join(shown(pilot.app))
        assert "Take “iPhone von Uli” for Uli Berg?" in text
        assert "evidence: name of the device" in text
        await pilot.press("enter")  # the focus is on Keep
        await settle(pilot)
        assert chosen == []
        await begin(pilot, "identify", scene(of))
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        assert chosen == [(7, 4)]


def test_identifying_needs_somebody_unknown() -> None:
    command = by_id("identify")
    assert command is not None
    assert command.why_not(scene(line(status=Status.ACTIVE))) == "everybody who was there is known"
    assert not command.why_not(scene(line(status=Status.ACTIVE, badges=(Badge.UNMATCHED,))))


async def test_attendance_is_set_by_hand_with_a_reason(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []

    async def correct(console: Any, here: Any, of: Any, person_id: int, verdict: Any, *, reason: str) -> Receipt:
        told.append({"of": of.id, "person": person_id, "verdict": verdict, "reason": reason})
        return Receipt(sentence="set it", undo=4)

    monkeypatch.setattr(acts, "correct", correct)
    of = line(status=Status.ENDED_COMPLETE)
    ana = AttendanceLine(
        person_id=5, person="Ana", verdict=Attendance.ABSENT, stayed=timedelta(), first_join=None, last_leave=None,
        here=False, expected=True, walk_in=False, why="never seen", corrected_by="", corrected_at=None, reason="",
        provisional=False,
    )  # fmt: skip
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "attendance", scene(of, detail=detail(of, attendance=(ana,))))
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"excu", "enter")
        await settle(pilot)
        await pilot.press(*"was ill", "enter")
        await settle(pilot)
        assert told == [{"of": 4711, "person": 5, "verdict": Attendance.EXCUSED, "reason": "was ill"}]

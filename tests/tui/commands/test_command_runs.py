"""Commands at work: what is asked first, what the services are told, what the admin is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import Conflict, Refused
from sessiontui.domain.vocabulary import Control, Move, RequestState, Status
from sessiontui.services import views
from sessiontui.services.views import NamedView
from sessiontui.tui.commands import Command, Scene, by_id
from sessiontui.tui.commands.cancelling import expected_for
from sessiontui.tui.dialogs import drafts
from sessiontui.tui.dialogs.session_entry import Typed
from tests.tui.at_rest import at_rest
from tests.tui.commands.command_stage import NOW, Calls, Stage, detail, line, request, scene

SIZE = (80, 24)


async def begin(pilot: Pilot[None], name: str, here: Scene, argument: str = "") -> None:
    command = by_id(name)
    assert isinstance(command, Command)
    pilot.app.do(command, here, argument)  # type: ignore[attr-defined]
    await pilot.pause()
    await pilot.pause()


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


def shown(app: Stage) -> list[str]:
    """Return the lines of the dialog on top."""
    return [str(one.content) for one in app.screen.query("#panel Static").results(Static)]


@pytest.mark.parametrize(
    ("name", "status", "move"),
    [
        ("start", Status.CREATED, Move.START),
        ("pause", Status.ACTIVE, Move.PAUSE),
        ("pause", Status.PAUSED, Move.RESUME),
        ("publish", Status.DRAFT, Move.PUBLISH),
        ("archive", Status.ENDED_COMPLETE, Move.ARCHIVE),
    ],
)
async def test_what_can_be_undone_is_done_at_once(name: str, status: Status, move: Move, calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, name, scene(line(status=status)))
        assert [(call["move"], call["id"], call["at"]) for call in calls.moves] == [(move, 4711, NOW)]
        app = pilot.app
        assert isinstance(app, Stage)
        assert app.told == [(f"{str(move).capitalize()} 4711", True, "information")]
        assert app.asked == ["refresh"]


@pytest.mark.parametrize(("name", "status"), [("cancel", Status.CREATED), ("complete", Status.ACTIVE)])
async def test_no_destructive_act_on_one_key_and_enter_keeps(name: str, status: Status, calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, name, scene(line(status=status, active=0)))
        assert isinstance(pilot.app.focused, Button)
        assert str(pilot.app.focused.label) == "Keep"
        await pilot.press("enter")
        await settle(pilot)
        assert calls.moves == []
        assert len(pilot.app.screen_stack) == 1


async def test_cancelling_asks_why_and_keeps_the_version_that_was_seen(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "cancel", scene(line()))
        await pilot.press("right", "enter")
        await settle(pilot)
        assert calls.moves == []
        assert isinstance(pilot.app.focused, Input)
        await pilot.press(*"mentor ill", "enter", "enter")
        await settle(pilot)
        (call,) = calls.moves
        assert (call["move"], call["id"], call["reason"], call["expected"]) == (Move.CANCEL, 4711, "mentor ill", 3)


async def test_cancelling_with_people_inside_wants_the_title_typed(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "cancel", scene(line(status=Status.ACTIVE, active=2)))
        app = pilot.app
        assert isinstance(app, Stage)
        assert any("Emergency" in text and "2 inside" in text for text in shown(app))
        app.screen.query_one("#reason", Input).value = "fire"
        app.screen.query_one("#typed", Input).value = "grief"
        await pilot.press("right", "enter")
        await settle(pilot)
        assert calls.moves == []
        assert "that is not “Grief circle”" in shown(app)
        app.screen.query_one("#typed", Input).value = " Grief  circle "
        app.screen.query_one("#yes", Button).press()
        await settle(pilot)
        assert [call["id"] for call in calls.moves] == [4711]


async def test_cancelling_more_than_ten_lists_exactly_whom_and_wants_the_count(calls: Calls) -> None:
    marked = tuple(line(number, title=f"Session {number}") for number in range(1, 12))
    over = line(99, Status.CANCELLED, title="Gone")
    calls.refuse[4] = Conflict("changed by Bob at 14:02")
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "cancel", scene(marked[0], marked=(*marked, over)))
        app = pilot.app
        assert isinstance(app, Stage)
        listed = [text for text in shown(app) if "#" in text]
        assert [text.split("#")[1].split()[0] for text in listed] == [*map(str, range(1, 12)), "99:"]
        assert listed[-1].startswith("left out: Gone #99: a cancelled session cannot be cancelled")
        app.screen.query_one("#reason", Input).value = "snow"
        app.screen.query_one("#typed", Input).value = "11"
        app.screen.query_one("#yes", Button).press()
        await settle(pilot)
        assert [call["id"] for call in calls.moves] == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
        assert any("changed by Bob" in text for text in shown(app))
        await pilot.press("enter")
        await settle(pilot)
        assert app.told[-1] == (
            "Cancel: 10 of 11 done, 1 refused (Session 4 #4: changed by Bob at 14:02)",
            True,
            "warning",
        )


async def test_the_session_of_the_key_press_is_the_one_that_is_cancelled(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        here = scene(line(1, Status.DRAFT))
        await begin(pilot, "cancel", here)
        # Meanwhile the board moves: another session is under the cursor, and what is listed stays.
        here = replace(here, line=line(2), board=replace(here.board, lines=(line(2),)))
        await pilot.press("right", "enter")
        await settle(pilot)
        assert [call["id"] for call in calls.moves] == [1]


async def test_a_refusal_is_told_with_title_detail_and_hint(calls: Calls) -> None:
    calls.refuse[4711] = Refused("no\x1b[2J", title="Cannot start", hint="wait")
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "start", scene(line()))
        app = pilot.app
        assert isinstance(app, Stage)
        assert app.told == [("Cannot start: no␛[2J – wait", False, "error")]


async def test_what_is_impossible_is_not_begun_but_says_why(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "start", scene(line(), read_only=True))
        app = pilot.app
        assert isinstance(app, Stage)
        assert app.told == [("Start: the console was opened for reading only", False, "warning")]
        assert calls.moves == []


async def test_one_request_is_approved_at_once_but_all_only_after_naming_them(calls: Calls) -> None:
    of = line(pending=2)
    asking = (request(1, "Ana"), request(2, "Ben", waiting=True), request(3, "Eve", RequestState.REJECTED))
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "approve", scene(of, request=asking[0]))
        assert [call["ids"] for call in calls.decisions] == [[1]]
        await begin(pilot, "approve", scene(of, detail=detail(of, requests=asking)))
        app = pilot.app
        assert isinstance(app, Stage)
        named = [text for text in shown(app) if "#4711" in text][1:]
        assert [text.split()[0] for text in named] == ["Ana", "Ben"]
        assert "waiting list" in named[1]
        await pilot.press("right", "enter")
        await settle(pilot)
        assert calls.decisions[-1]["ids"] == [1, 2]
        assert calls.decisions[-1]["expected"] is RequestState.PENDING


async def test_rejecting_asks_first_and_takes_a_reason(calls: Calls) -> None:
    of = line(pending=1)
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "reject", scene(of, request=request(1, "Ana")))
        assert calls.decisions == []
        pilot.app.screen.query_one("#reason", Input).value = "full"
        await pilot.press("right", "enter")
        await settle(pilot)
        assert calls.decisions[0]["state"] is RequestState.REJECTED
        assert calls.decisions[0]["reason"] == "full"


async def test_requests_of_marked_sessions_are_looked_up_and_named(calls: Calls) -> None:
    first, second = line(1, pending=1), line(2, pending=1)
    calls.details = {
        1: detail(first, requests=(request(1, "Ana"),)),
        2: detail(second, requests=(request(2, "Ben"),)),
    }
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "approve", scene(first, marked=(first, second)))
        app = pilot.app
        assert isinstance(app, Stage)
        assert [text.split()[0] for text in shown(app) if text[:3] in ("Ana", "Ben")] == ["Ana", "Ben"]
        await pilot.press("right", "enter")
        await settle(pilot)
        assert [call["ids"] for call in calls.decisions] == [[1], [2]]


async def test_extending_counts_from_the_end_or_from_now_if_that_is_past(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "extend", scene(line(status=Status.ACTIVE)))
        await pilot.press(*"30", "enter")
        await settle(pilot)
        assert calls.moves[-1]["ends_at"] == NOW + timedelta(minutes=70)
        late = line(status=Status.ACTIVE, starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
        await begin(pilot, "extend", scene(late))
        await pilot.press("alt+1")
        await settle(pilot)
        assert calls.moves[-1]["ends_at"] == NOW + timedelta(minutes=16)


async def test_rescheduling_and_reassigning(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "reschedule", scene(line()))
        await pilot.press("ctrl+u", *"+30m", "enter", "enter")
        await settle(pilot)
        assert calls.moves[-1]["starts_at"] == NOW + timedelta(minutes=90)
        assert calls.moves[-1]["ends_at"] == NOW + timedelta(minutes=150)
        await begin(pilot, "reassign", scene(line()))
        await settle(pilot)
        await pilot.press(*"jun")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert (calls.moves[-1]["move"], calls.moves[-1]["mentor_id"]) == (Move.REASSIGN, 4)


async def test_a_new_session_is_saved_from_the_form(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "new", scene())
        screen = pilot.app.screen
        screen.query_one("#title-text", Input).value = "Grief circle"
        screen.query_one("#start-text", Input).value = "tomorrow 9:00"
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        (draft,) = calls.created
        assert (draft.title, draft.author_id, draft.publish) == ("Grief circle", 1, True)
        assert draft.starts_at.isoformat() == "2026-05-05T07:00:00+00:00"
        app = pilot.app
        assert isinstance(app, Stage)
        assert app.told == [("Created it", True, "information")]


async def test_editing_changes_only_what_differs(calls: Calls) -> None:
    of = line(title="Grief\x07 circle", starts_at=NOW + timedelta(seconds=3630))
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "edit", scene(of, detail=detail(of)))
        pilot.app.screen.query_one("#capacity-text", Input).value = "12"
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        ((session_id, edit),) = calls.edited
        assert session_id == 4711
        given: dict[str, Any] = {name: getattr(edit, name) for name in ("title", "tags", "link", "capacity")}
        assert given == {"title": None, "tags": None, "link": None, "capacity": 12}
        assert calls.moves == []


async def test_editing_the_start_moves_the_session(calls: Calls) -> None:
    of = line()
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "edit", scene(of, detail=detail(of)))
        pilot.app.screen.query_one("#start-text", Input).value = "+1h"
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert [(call["move"], call["starts_at"]) for call in calls.moves] == [
            (Move.RESCHEDULE, of.starts_at + timedelta(hours=1))
        ]
        assert calls.edited == []


async def test_the_parts_of_one_edit_follow_each_other(calls: Calls) -> None:
    of = line(version=3)
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "edit", scene(of, detail=detail(of)))
        pilot.app.screen.query_one("#start-text", Input).value = "+1h"
        pilot.app.screen.query_one("#title-text", Input).value = "Later"
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert [call["expected"] for call in calls.moves] == [3]
        assert calls.expected == [4]


async def test_views_are_kept_shown_and_forgotten_by_name(calls: Calls) -> None:
    kept: list[NamedView] = []

    async def everyone(context: object, *, by: object) -> tuple[NamedView, ...]:
        return tuple(kept)

    async def save(context: object, view: NamedView, **named: Any) -> NamedView:
        kept.append(view)
        return view

    async def find(context: object, name: str, **named: Any) -> NamedView:
        return next(view for view in kept if view.name == name)

    async def remove(context: object, name: str, **named: Any) -> NamedView:
        return kept.pop()

    with pytest.MonkeyPatch.context() as patch:
        for function in (everyone, save, find, remove):
            patch.setattr(views, function.__name__, function)
        async with Stage().run_test(size=SIZE) as pilot:
            app = pilot.app
            assert isinstance(app, Stage)
            here = scene(line(), query="mentor:lee", order="start", columns=("title",))
            await begin(pilot, "view", here, "save Lee")
            assert kept == [NamedView(name="Lee", query="mentor:lee", order="start", columns=("title",))]
            await begin(pilot, "view", here, "Lee")
            assert app.asked == [("query", "mentor:lee"), ("sort", "start"), ("columns", ("title",))]
            await begin(pilot, "view", here)
            await settle(pilot)
            await pilot.press("l", "e", "e", "enter")
            await settle(pilot)
            assert app.asked[3:] == app.asked[:3]
            await begin(pilot, "view", here, "remove Lee")
            assert kept == []
            assert app.told[-1][0] == "forgot the view Lee"


async def test_orders_and_columns_are_named_or_refused() -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        await begin(pilot, "sort", scene(line()), "Latest")
        await begin(pilot, "columns", scene(line()), "title, mentor")
        await begin(pilot, "columns", scene(line()))
        assert app.asked == [("sort", "latest"), ("columns", ("title", "mentor")), ("columns", ())]
        for name in ("sort", "columns"):
            await begin(pilot, name, scene(line()), "nonsense")
            assert "there are" in app.told[-1][0]


async def test_links_and_numbers_are_copied_clean(calls: Calls) -> None:
    of = line()
    here = scene(of, detail=detail(of, link="https://x.org/\x1b]52;c;eA==\x07a\nrm"))
    async with Stage().run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        await begin(pilot, "copy_link", here)
        assert app.clipboards == ["https://x.org/␛]52;c;eA==␇a rm"]


async def test_looking_commands_ask_the_console(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        here = scene(line())
        for name in ("open", "mark", "sort", "hold", "wider", "narrower", "filter", "alerts"):
            await begin(pilot, name, here)
        await begin(pilot, "filter", here, "status:live")
        await begin(pilot, "goto", here, "#12")
        await begin(pilot, "view", here, "today")
        assert app.asked == [
            "open", "mark", ("sort", ""), "hold", ("pane", 4), ("pane", -4), "filter", ("go", "alerts"),
            ("query", "status:live"), ("query", "id:12"), ("query", "view:today"),
        ]  # fmt: skip
        await begin(pilot, "undo", here)
        assert calls.undone == 1
        before = app.theme
        await begin(pilot, "theme", here)
        assert app.theme != before
        await begin(pilot, "theme", here, "light")
        assert app.theme == "sessiontui-light"


async def test_the_bar_runs_what_is_typed_with_the_scene_of_the_key_press(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        await begin(pilot, "command_bar", scene(line()))
        await pilot.press(*"star", "tab", "enter")
        await settle(pilot)
        assert [call["move"] for call in calls.moves] == [Move.START]
        await begin(pilot, "command_bar", scene(line()))
        await pilot.press(*"vie", "tab", *"tod", "tab", "enter")
        await settle(pilot)
        assert app.asked[-1] == ("query", "view:today")
        await begin(pilot, "command_bar", scene(line()))
        await pilot.press(*"nonsense", "enter")
        await settle(pilot)
        assert app.told[-1][0].startswith("Cannot be read: there is no command “nonsense”")


async def test_the_palette_runs_what_is_found(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "palette", scene(line()))
        await pilot.press(*"start")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert [call["move"] for call in calls.moves] == [Move.START]


async def test_quitting_asks_only_when_something_is_typed(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        drafts.keep(pilot.app, "new", Typed(title="half"))
        await begin(pilot, "quit", scene())
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("enter")
        await settle(pilot)
        assert pilot.app.is_running
        drafts.forget(pilot.app, "new")
        await begin(pilot, "quit", scene())
        assert len(pilot.app.screen_stack) == 1


def test_what_has_to_be_typed_can_be_typed() -> None:
    assert expected_for([line(title="Grief  circle")]) == "Grief circle"
    assert expected_for([line(7, title="👪 circle")]) == "#7"
    assert expected_for([line(7, title="x" * 80)]) == "#7"
    assert expected_for([line(1), line(2)]) == "2"
    assert line(1, Status.DRAFT).control is Control.DRAFT

"""The dialogs under keys and mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, TextArea

from sessiontui.domain.clashes import Booking
from sessiontui.domain.errors import BadInput, Refused, Unavailable
from sessiontui.domain.text import MAX_BLOCK, MAX_LINE
from sessiontui.services.candidates import Candidate
from sessiontui.services.pictures import PersonLine
from sessiontui.services.receipt import Receipt
from sessiontui.store.reads.hosting import Coming
from sessiontui.tui.dialogs import (
    Ask,
    Choose,
    CommandBar,
    Confirm,
    Confirmation,
    Extend,
    Facts,
    Help,
    Option,
    PickMentor,
    PickPerson,
    Running,
    SessionForm,
    Step,
    Tally,
    TypedConfirm,
    When,
    Window,
    Word,
    drafts,
)
from sessiontui.tui.dialogs.compose import Compose
from sessiontui.tui.dialogs.confirm import Reason
from sessiontui.tui.dialogs.palette import Entry, Palette
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.present.manual import HelpRow
from tests.tui.dialogs.dialog_stage import MADRID, NOW, PEOPLE, SIZES, Stage, find, settle, texts

HOSTILE = "Grief [@click=app.boom]circle[/] \x1b]52;c;eA==\x07 \u202eevil"
PLANNED = Window(NOW + timedelta(hours=1), NOW + timedelta(hours=2))


async def saved(entry: object) -> Receipt:
    return Receipt(sentence="saved")


def find_mentor(window: object) -> Any:
    async def look_up(text: str) -> tuple[Candidate, ...]:
        found = await find(text)
        busy = Booking(person_id=2, person="", session_id=7, title=HOSTILE, starts_at=NOW, ends_at=NOW, hosts=True)
        return tuple(
            Candidate(
                person=one,
                day="today",
                on_day=2,
                in_week=5,
                booked=timedelta(hours=4),
                local="03:12",
                clashes=(busy,) if one.id == 2 else (),
                next=Coming(7, HOSTILE, NOW),
            )
            for one in found
        )

    return look_up


def form(save: Any = saved, **changes: Any) -> SessionForm:
    typed = Typed(zone="Europe/Madrid", title=changes.pop("title", ""), description=changes.pop("description", ""))
    return SessionForm(
        f"New {HOSTILE}",
        form="new",
        typed=typed,
        now=NOW,
        save=save,
        find_mentor=find_mentor,
        find_author=find,
        **changes,
    )


async def never() -> Receipt:
    await asyncio.Event().wait()
    raise AssertionError


MAKERS: dict[str, Callable[[], Any]] = {
    "confirm": lambda: Confirm(
        HOSTILE, [f"{HOSTILE} {number}" for number in range(40)], yes="Go", danger=True, reason=Reason.REQUIRED
    ),
    "typed": lambda: TypedConfirm(HOSTILE, [HOSTILE] * 40, expected=HOSTILE, yes="Go", reason=Reason.OPTIONAL),
    "ask": lambda: Ask(HOSTILE, value=HOSTILE, hint=HOSTILE),
    "pick": lambda: PickPerson(HOSTILE, find, load={2: HOSTILE}),
    "mentor": lambda: PickMentor(HOSTILE, find_mentor(None), now=NOW, zone=MADRID, current=2, asks_why=True),
    "when": lambda: When(HOSTILE, planned=PLANNED, now=NOW, zone=MADRID),
    "extend": lambda: Extend(HOSTILE, end=NOW, now=NOW, zone=MADRID),
    "form": lambda: form(title=HOSTILE, description=HOSTILE),
    "help": lambda: Help([HelpRow("Group", "x", HOSTILE, HOSTILE, "word", HOSTILE)] * 30),
    "facts": lambda: Facts(HOSTILE, [("Link", HOSTILE)] * 20, copies="x"),
    "choose": lambda: Choose(HOSTILE, [Option(str(number), HOSTILE, HOSTILE) for number in range(40)]),
    "compose": lambda: Compose(HOSTILE, [HOSTILE] * 40, value=HOSTILE),
    "running": lambda: Running(HOSTILE, [Step(HOSTILE, never)]),
    "bar": lambda: CommandBar([Word("go", HOSTILE, reason=HOSTILE)] * 30),
    "palette": lambda: Palette([Entry(HOSTILE + str(number), HOSTILE, "x", HOSTILE) for number in range(30)]),
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", MAKERS)
async def test_every_dialog_fits_caps_its_inputs_and_shows_hostile_text_as_text(
    name: str, size: tuple[int, int]
) -> None:
    async with Stage().run_test(size=size) as pilot:
        pilot.app.show(MAKERS[name]())  # type: ignore[attr-defined]
        await settle(pilot)
        screen = pilot.app.screen
        whole = screen.region
        for button in screen.query(Button):
            assert button.region.width > 0
            assert whole.contains_region(button.region), button
        for box in screen.query(Input):
            assert box.max_length is not None
            assert box.max_length <= MAX_BLOCK
        assert screen.focused is not None
        assert whole.contains_region(screen.focused.region)
        drawn = "\n".join(strip.text for strip in screen._compositor.render_strips())
        assert not {"\x1b", "\x07", "\u202e"} & set(drawn)
        await pilot.press("escape")
        await settle(pilot)


@pytest.mark.parametrize("name", MAKERS)
async def test_whoever_types_fast_types_where_the_focus_will_be(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Widget] = []
    set_focus = Screen.set_focus

    def note(screen: Screen[Any], widget: Widget | None, *given: Any, **named: Any) -> None:
        if widget is not None:
            held.append(widget)
        set_focus(screen, widget, *given, **named)

    monkeypatch.setattr(Screen, "set_focus", note)
    async with Stage().run_test(size=(80, 24)) as pilot:
        pilot.app.show(MAKERS[name]())  # type: ignore[attr-defined]
        await settle(pilot)
        assert held[0] is pilot.app.screen.focused
        await pilot.press("escape")
        await settle(pilot)


async def test_a_confirmation_keeps_by_default_and_goes_on_by_arrows_or_mouse() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        for keys, answer in ((["enter"], None), (["escape"], None), (["right", "enter"], Confirmation())):
            answers = app.show(Confirm("Sure?", yes="Go"))
            await settle(pilot)
            assert isinstance(app.focused, Button)
            assert app.focused.id == "keep"
            await pilot.press(*keys)
            await settle(pilot)
            assert answers == [answer]
        answers = app.show(Confirm("Sure?", yes="Go"))
        await settle(pilot)
        await pilot.click("#yes")
        await settle(pilot)
        assert answers == [Confirmation()]


async def test_two_quick_presses_answer_once_and_leave_the_screen_below() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        below = app.show(Confirm("Below?", yes="Go"))
        answers = app.show(Confirm("Sure?", yes="Go"))
        await settle(pilot)
        top = app.screen.query_one("#keep", Button)
        top.press()
        top.press()
        await settle(pilot)
        assert (answers, below) == ([None], [])


async def test_a_typed_confirmation_refuses_the_wrong_word() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(TypedConfirm("Sure?", expected="Grief circle", yes="Go"))
        await settle(pilot)
        for wrong in ("", "grief circle", "Grief"):
            app.screen.query_one("#typed", Input).value = wrong
            await settle(pilot)
            app.screen.query_one("#yes", Button).press()
            await settle(pilot)
            assert answers == []
        assert "that is not “Grief circle”" in texts(app)
        app.screen.query_one("#typed", Input).value = "Grief circle"
        app.screen.query_one("#yes", Button).press()
        await settle(pilot)
        assert answers == [Confirmation()]


async def test_asking_judges_while_typing() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(Ask("Name?", validate=lambda text: "" if len(text) > 2 else "too short"))
        await settle(pilot)
        await pilot.press("a", "enter")
        await settle(pilot)
        assert "too short" in texts(app)
        await pilot.press("b", "c", "enter")
        await settle(pilot)
        assert answers == ["abc"]


async def test_a_pasted_megabyte_is_cut() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(form())
        await settle(pilot)
        for widget, cap in (
            (app.screen.query_one("#title-text"), MAX_LINE),
            (app.screen.query_one(TextArea), MAX_BLOCK),
        ):
            widget.focus()
            await settle(pilot)
            widget.post_message(events.Paste("x" * 1_000_000))
            await settle(pilot)
            text = widget.text if isinstance(widget, TextArea) else widget.value  # type: ignore[attr-defined]
            assert len(text) == cap


async def test_a_person_is_found_by_typing_and_failing_is_said() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(PickPerson("Who?", find, current=4))
        await settle(pilot)
        assert app.screen.query_one(OptionList).highlighted == 2
        await pilot.press(*"noor")
        await settle(pilot)
        assert app.screen.query_one(OptionList).option_count == 1
        await pilot.press("enter")
        await settle(pilot)
        assert answers == [PEOPLE[1]]

        async def broken(text: str) -> Sequence[PersonLine]:
            raise Unavailable("the disk is gone")

        answers = app.show(PickPerson("Who?", broken))
        await settle(pilot)
        assert any("the disk is gone" in text for text in texts(app))
        await pilot.press("enter")
        assert answers == []
        await pilot.press("escape")
        app.show(PickPerson("Who?", find))
        await pilot.press(*"zz")
        await settle(pilot)
        assert "nobody is called “zz”" in texts(app)


async def test_when_shows_both_zones_and_keeps_what_is_not_touched() -> None:
    exact = Window(PLANNED.starts_at + timedelta(seconds=7), PLANNED.ends_at + timedelta(seconds=9))
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(When("When?", planned=exact, now=NOW, zone=MADRID))
        await settle(pilot)
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert answers == [exact]
        answers = app.show(When("When?", planned=exact, now=NOW, zone=MADRID))
        await settle(pilot)
        await pilot.press("ctrl+u", *"tomorrow 9:00")
        await settle(pilot)
        meaning = next(text for text in texts(app) if "UTC:" in text)
        assert "Europe/Madrid: Tue 5 May 2026 09:00 – 10:00" in meaning
        assert "UTC: Tue 5 May 2026 07:00 – 08:00" in meaning
        await pilot.press("ctrl+u", *"soon", "enter", "enter")
        await settle(pilot)
        assert answers == []
        assert any("“soon” is not a time" in text for text in texts(app))


async def test_extending_shows_the_new_end() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(Extend("Extend?", end=NOW, now=NOW, zone=MADRID))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert answers == []
        assert any("Its end has passed: longer counts from now" in one for one in texts(app))
        await pilot.press(*"14:20")
        await settle(pilot)
        assert any(
            "New end: Mon 4 May 2026 14:20 Europe/Madrid (Mon 4 May 2026 12:20 UTC)" in one for one in texts(app)
        )
        await pilot.press("enter")
        await settle(pilot)
        assert answers == [timedelta(minutes=20)]
        answers = app.show(Extend("Extend?", end=NOW, now=NOW, zone=MADRID))
        await settle(pilot)
        await pilot.click("#add-30")
        await settle(pilot)
        assert answers == [timedelta(minutes=30)]


async def test_running_stops_between_steps_and_tells_what_was_refused() -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    def step(number: int) -> Step:
        async def act() -> Receipt:
            begun.append(number)
            if number == 2:
                raise Refused("no")
            if number == 3:
                await gate.wait()
            return Receipt(sentence=str(number))

        return Step(f"Session {number}", act)

    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(Running("Work", [step(number) for number in range(1, 6)]))
        await settle(pilot)
        await pilot.press("escape")
        gate.set()
        await settle(pilot)
        assert begun == [1, 2, 3]
        assert "1 refused" in " ".join(texts(app))
        await pilot.press("enter")
        await settle(pilot)
        assert answers == [Tally((Receipt(sentence="1"), Receipt(sentence="3")), (("Session 2", "no"),), 2)]


async def test_the_form_judges_beside_its_fields_and_stays_when_refused() -> None:
    refusals: list[Exception] = [BadInput("taken", place="title"), Refused("the calendar is full")]

    async def save(entry: object) -> Receipt:
        if refusals:
            raise refusals.pop(0)
        return Receipt(sentence="saved")

    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(form(save))
        await settle(pilot)
        assert "a session needs a title" not in texts(app)  # an untouched field is not scolded
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "a session needs a title" in texts(app)
        assert app.focused is app.screen.query_one("#title-text")
        await pilot.press(*"Circle")
        app.screen.query_one("#start-text", Input).value = "tomorrow 9:00"
        await settle(pilot)
        assert "a session needs a title" not in texts(app)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "taken" in texts(app)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert any("the calendar is full" in text for text in texts(app))
        assert answers == []
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert answers == [Receipt(sentence="saved")]
        assert drafts.how_many(app) == 0


async def test_the_errors_of_the_form_stay_beside_their_fields_until_they_are_mended() -> None:
    async with Stage().run_test(size=(100, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(form())
        await settle(pilot)
        await pilot.press("ctrl+s")  # nothing was touched yet
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, SessionForm)
        wrong = {"title-field": "a session needs a title", "start-field": "no time is given"}
        for place, said in wrong.items():
            assert said in dialog.field(place).error
        await pilot.press("tab", "tab", "tab")  # going on to other fields takes nothing away
        await settle(pilot)
        for place, said in wrong.items():
            assert said in dialog.field(place).error
        dialog.query_one("#title-text", Input).value = "Circle"
        await settle(pilot)
        assert dialog.field("title-field").error == ""
        assert "no time is given" in dialog.field("start-field").error


async def test_what_the_service_refused_stays_beside_its_field_until_that_changes() -> None:
    async def save(entry: object) -> Receipt:
        raise BadInput("10000000 seats are not possible", place="capacity")

    async with Stage().run_test(size=(100, 40)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(form(save, title="Circle"))
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, SessionForm)
        dialog.query_one("#start-text", Input).value = "tomorrow 9:00"
        dialog.query_one("#capacity-text", Input).value = "99"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "seats are not possible" in dialog.field("capacity-field").error
        dialog.query_one("#title-text", Input).value = "Other circle"
        await pilot.press("tab", "tab")
        await settle(pilot)
        assert "seats are not possible" in dialog.field("capacity-field").error
        dialog.query_one("#capacity-text", Input).value = "9"
        await settle(pilot)
        assert dialog.field("capacity-field").error == ""


async def test_extending_has_a_limit_beside_its_field() -> None:
    async with Stage().run_test(size=(100, 30)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(Extend("Extend Circle", end=NOW + timedelta(hours=1), now=NOW, zone=MADRID))
        await settle(pilot)
        await pilot.press(*"25h", "enter")
        await settle(pilot)
        assert answers == []
        assert "at most 24 h at once: extend it again later, or make another session" in texts(app)
        app.screen.query_one("#length-text", Input).value = "24h"
        await pilot.press("enter")
        await settle(pilot)
        assert answers == [timedelta(hours=24)]


async def test_a_form_left_half_typed_comes_back() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        answers = app.show(form())
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert answers == [None]  # nothing typed, nothing asked
        answers = app.show(form())
        await settle(pilot)
        await pilot.press(*"Half", "escape")
        await settle(pilot)
        await pilot.press("enter")  # keep typing
        await settle(pilot)
        assert answers == []
        await pilot.press("escape")
        await settle(pilot)
        await pilot.click("#other")
        await settle(pilot)
        assert answers == [None]
        assert drafts.how_many(app) == 1
        app.show(form())
        await settle(pilot)
        assert app.screen.query_one("#title-text", Input).value == "Half"
        assert "what was typed before is back" in texts(app)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.click("#yes")
        await settle(pilot)
        assert drafts.how_many(app) == 0


async def test_people_are_picked_from_the_form() -> None:
    entries: list[Any] = []

    async def save(entry: object) -> Receipt:
        entries.append(entry)
        return Receipt(sentence="saved")

    async with Stage().run_test(size=(120, 36)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(form(save, title="Circle"))
        await settle(pilot)
        app.screen.query_one("#start-text", Input).value = "tomorrow 9:00"
        await settle(pilot)
        await pilot.click("#mentor")
        await settle(pilot)
        await pilot.press(*"jun", "enter")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert [entry.mentor_id for entry in entries] == [4]


async def test_help_narrows_down_and_scrolls() -> None:
    rows = [
        HelpRow("Move", "X", "Cancel", "Cancels.", "cancel"),
        HelpRow("Find", "/", "Filter", "Filters.", "filter"),
    ]
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(Help(rows * 20))
        await settle(pilot)
        await pilot.press("pagedown")
        await settle(pilot)
        assert app.screen.query_one("#list").scroll_offset.y > 0
        await pilot.press("/")
        await settle(pilot)
        drawn = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Filters." in drawn
        assert "Cancels." not in drawn


async def test_the_bar_completes_words_and_arguments() -> None:
    words = [Word("view", "Views", takes="view", offers=("now", "today")), Word("quit", "Quit")]
    async with Stage().run_test(size=(60, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        for keys, answer in (
            (["v", "tab", "t", "tab", "enter"], "view today"),
            (["down", "enter"], "view"),
            (["q", "u", "i", "t", "enter"], "quit"),
            (["enter"], None),
            (["escape"], None),
        ):
            answers = app.show(CommandBar(words))
            await settle(pilot)
            await pilot.press(*keys)
            await settle(pilot)
            assert answers == [answer]


async def test_facts_copy_again() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        app.show(Facts("Call", [("Phone", "+34 600")], copies="+34 600"))
        await settle(pilot)
        await pilot.click("#copy")
        await settle(pilot)
        assert app.clipboard == "+34 600"


async def test_the_frame_keeps_to_ascii_where_the_console_does() -> None:
    app = Stage()
    app.port = SimpleNamespace(ascii=True)  # type: ignore[attr-defined]
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Confirm("Sure?", ["One"], yes="Go", reason=Reason.REQUIRED))
        await settle(pilot)
        drawn = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert drawn.isascii()

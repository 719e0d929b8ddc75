"""Two edit one session at the same time: what goes together is saved and said, what does not is asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from textual.pilot import Pilot
from textual.widgets import Input

from sessiontui.domain.vocabulary import Status
from sessiontui.services.editing.drafts import Draft
from sessiontui.tui.commands import by_id
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.differing import Differing
from sessiontui.tui.dialogs.drafts import as_json
from sessiontui.tui.dialogs.session_entry import Typed
from sessiontui.tui.dialogs.session_form import SessionForm
from sessiontui.tui.widgets.block import Block
from tests.tui.commands.command_stage import NOW, Calls, Stage, detail, line, scene
from tests.tui.commands.test_command_runs import SIZE, begin, settle, shown

BOTH = "Bring tea.\nThe room is upstairs.\nRing twice."


async def edit(pilot: Pilot[None], calls: Calls, *, description: str = "") -> None:
    of = line(version=3)
    calls.details[of.id] = detail(replace(of, version=7), description=description)
    await begin(pilot, "edit", scene(of, detail=detail(of, description=description)))
    assert isinstance(pilot.app.screen, SessionForm)


async def type_and_save(pilot: Pilot[None], place: str, value: str) -> None:
    if place == "description":
        pilot.app.screen.query_one(Block).text = value
    else:
        pilot.app.screen.query_one(f"#{place}-text", Input).value = value
    await settle(pilot)
    await pilot.press("ctrl+s")
    await settle(pilot)


async def test_edits_of_different_fields_merge_by_themselves_and_say_so(calls: Calls) -> None:
    calls.theirs["capacity"] = 20
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls)
        await type_and_save(pilot, "title", "What I typed")
        assert calls.expected == [7]
        ((_, changes),) = calls.edited
        assert (changes.title, changes.capacity) == ("What I typed", None)
        assert "Bob changed seats meanwhile, which stays" in pilot.app.told[-1][0]  # type: ignore[attr-defined]


async def test_texts_merge_by_lines_where_they_do_not_overlap(calls: Calls) -> None:
    calls.theirs["description"] = BOTH.replace("Bring tea.", "Bring coffee.")
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls, description=BOTH)
        await type_and_save(pilot, "description", BOTH.replace("twice", "once"))
        ((_, changes),) = calls.edited
        assert changes.description == "Bring coffee.\nThe room is upstairs.\nRing once."
        assert "your description and theirs were put together" in pilot.app.told[-1][0]  # type: ignore[attr-defined]


async def test_one_field_changed_by_both_is_shown_with_who_and_when(calls: Calls) -> None:
    calls.theirs["title"] = "What Bob typed"
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls)
        await type_and_save(pilot, "title", "What I typed")
        assert isinstance(pilot.app.screen, Differing)
        said = "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        assert "Bob changed it" in said
        assert "3 min ago" in said
        assert "What I typed" in said
        assert "What Bob typed" in said
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SessionForm)
        assert pilot.app.screen.query_one("#title-text", Input).value == "What I typed"
        assert "Bob changed title to “What Bob typed”" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        assert calls.edited == []


async def test_mine_is_written_over_theirs_once_that_is_decided(calls: Calls) -> None:
    calls.theirs["title"] = "What Bob typed"
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls)
        await type_and_save(pilot, "title", "What I typed")
        await pilot.click("#mine")
        await settle(pilot)
        ((_, changes),) = calls.edited
        assert changes.title == "What I typed"


async def test_the_text_that_was_given_up_is_kept(calls: Calls) -> None:
    calls.theirs["title"] = "What Bob typed"
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls)
        await type_and_save(pilot, "title", "What I typed")
        await pilot.click("#theirs")
        await settle(pilot)
        assert [changes.title for _, changes in calls.edited] in ([], ["What Bob typed"])
        assert calls.drafts["aside-4711"].body == {"texts": {"title": "What I typed"}}
        await begin(pilot, "edit", scene(line(), detail=detail(line())))
        assert isinstance(pilot.app.screen, Confirm)
        assert "title: What I typed" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]


async def test_both_together_can_be_edited_first(calls: Calls) -> None:
    calls.theirs["description"] = "Bring coffee."
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls, description="Bring tea.")
        await type_and_save(pilot, "description", "Bring milk.")
        assert isinstance(pilot.app.screen, Differing)
        assert pilot.app.screen.query_one(Block).text == "Bring milk.\nBring coffee."
        pilot.app.screen.query_one(Block).text = "Bring milk and coffee."
        await pilot.click("#together")
        await settle(pilot)
        ((_, changes),) = calls.edited
        assert changes.description == "Bring milk and coffee."


async def test_a_draft_is_offered_again_on_top_of_what_others_changed(calls: Calls) -> None:
    of = line(version=3)
    before = Typed(title="Grief circle", capacity="8", start="2026-05-04 15:00", zone="Europe/Madrid")
    body = {"typed": as_json(replace(before, title="Half typed")), "fresh": as_json(before), "base": {}}
    calls.drafts["edit-4711"] = Draft(form="edit-4711", at=NOW - timedelta(days=2), body=body)
    async with Stage().run_test(size=SIZE) as pilot:
        await begin(pilot, "edit", scene(of, detail=detail(replace(of, capacity=20))))
        form = pilot.app.screen
        assert isinstance(form, SessionForm)
        assert form.query_one("#title-text", Input).value == "Half typed"
        assert form.query_one("#capacity-text", Input).value == "20"
        assert "what was typed before is back" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "edit-4711" not in calls.drafts


async def test_what_is_typed_is_kept_when_the_form_is_left(calls: Calls) -> None:
    async with Stage().run_test(size=SIZE) as pilot:
        await edit(pilot, calls)
        pilot.app.screen.query_one("#title-text", Input).value = "Half"
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "kept for a month" in "\n".join(shown(pilot.app))  # type: ignore[arg-type]
        await pilot.click("#other")
        await settle(pilot)
        typed = calls.drafts["edit-4711"].body["typed"]
        assert isinstance(typed, dict)
        assert typed["title"] == "Half"


def test_an_archived_session_is_not_edited() -> None:
    command = by_id("edit")
    assert command is not None
    archived = replace(line(status=Status.ENDED_COMPLETE), archived_at=NOW)
    assert "restore it first" in command.why_not(scene(archived))

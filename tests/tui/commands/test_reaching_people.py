"""Commands that reach people, on a real database: what is shown first, what is written, what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, followups
from sessiontui.tui.commands import REGISTRY, Scene, by_id
from tests.conftest import NOON
from tests.conftest import Stage as Desk
from tests.services.post_stage import END, HOUR, MIN, START, be_there, letters, make, person
from tests.tui.at_rest import at_rest
from tests.tui.commands.command_stage import Port, Stage

SIZE = (100, 30)


async def here(desk: Desk, *session_ids: int, at=NOON, marked: bool = False, **changes: object) -> Scene:
    lines = await boards.lines(desk.context, session_ids, now=at, by=desk.root)
    detail = await boards.detail(desk.context, session_ids[0], now=at, by=desk.root)
    board = await boards.board(desk.context, "view:all", now=at, by=desk.root)
    return Scene(
        board=board, line=lines[0], detail=detail, marked=tuple(lines) if marked else (), actor=desk.root, **changes
    )


class At(Port):
    """A port at an instant of the test's own."""

    at = NOON

    def clock(self):
        return self.at


def stage(desk: Desk, at=NOON) -> Stage:
    app = Stage()
    app.port = At(context=desk.context, actor=desk.root)
    app.port.at = at
    return app


async def begin(pilot: Pilot[None], name: str, scene: Scene, argument: str = "") -> None:
    pilot.app.do(by_id(name), scene, argument)  # type: ignore[attr-defined]
    await settle(pilot)


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


def shown(app: Stage) -> str:
    return "\n".join(str(one.content) for one in app.screen.query("#panel Static").results(Static))


async def test_remind_shows_exactly_whom_and_whom_not_and_keeping_writes_nothing(stage_: Desk):
    mute = await person(stage_, "Mute")
    session_id = await make(stage_, stage_.ana, stage_.bob, mute)
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "remind", await here(stage_, session_id))
        assert "Remind 2 people of Circle #1?" in shown(app)
        assert "Ana <ana@example.org>" in shown(app)
        assert "left out: Mute: no address" in shown(app)
        await pilot.press("enter")  # the focus is on what keeps everything as it is
        await settle(pilot)
        assert await letters(stage_) == []
        await begin(pilot, "remind", await here(stage_, session_id))
        await pilot.press("right", "enter")
        await settle(pilot)
    assert len(await letters(stage_)) == 2
    sentence, undo, _ = app.told[-1]
    assert sentence.startswith("Reminded Ana, Bob of Circle")
    assert undo


async def test_where_nobody_can_be_written_to_each_reason_is_told_once(stage_: Desk):
    cyd, mute = await person(stage_, "Cyd"), await person(stage_, "Mute")
    session_id = await make(stage_, stage_.ana, stage_.bob, cyd, mute)
    for who in (stage_.ana, stage_.bob, cyd):
        await be_there(stage_, session_id, who, START)
    app = stage(stage_, at=START + MIN)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "remind", await here(stage_, session_id, at=START + MIN))
    (told,) = app.told
    assert told[0] == "Remind participants: nobody to write to, Ana and 2 more: is here; Mute: no address"


async def test_a_message_needs_a_text_and_goes_to_all_marked(stage_: Desk):
    one, two = await make(stage_, stage_.ana), await make(stage_, stage_.bob, title="Two")
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "message", await here(stage_, one, two, marked=True))
        assert "Write to 2 people about 2 sessions" in shown(app)
        assert "Bob <bob@example.org>  Two" in shown(app)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "write what to send" in shown(app)
        await pilot.press(*"Hello")
        await pilot.press("ctrl+s")
        await settle(pilot)
    assert {row[0] for row in await letters(stage_, "body LIKE '%Hello%'")} == {1}
    assert len(await letters(stage_)) == 2


async def test_a_message_from_the_requests_goes_to_that_person_alone(stage_: Desk):
    session_id = await make(stage_, stage_.ana, stage_.bob)
    scene = await here(stage_, session_id)
    request = next(one for one in scene.detail.requests if one.person == "Bob")
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "message", await here(stage_, session_id, request=request), "Hi")
        assert "Write to Bob" in shown(app)
        await pilot.press("ctrl+s")
        await settle(pilot)
    assert [row[1] for row in await letters(stage_)] == ["Bob"]


async def test_calling_shows_number_and_local_time_and_logs_only_when_told(stage_: Desk):
    lee = await person(stage_, "Dr Lee", phone="+34 600 000 000", zone="America/New_York")
    session_id = await make(stage_, mentor_id=lee)
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "call", await here(stage_, session_id))
        assert app.clipboards == ["+34 600 000 000"]
        assert "08:00 for Dr Lee (America/New_York)" in shown(app)
        await pilot.press("enter")
        await settle(pilot)
        logged = "SELECT reason FROM audit_entry WHERE action = 'session.call-mentor'"
        assert await stage_.rows(logged) == []
        await begin(pilot, "call", await here(stage_, session_id))
        await pilot.press("shift+tab", *"late", "enter", "enter")
        await settle(pilot)
        assert await stage_.rows(logged) == [("late",)]
        app.told.clear()
        await begin(pilot, "call", await here(stage_, session_id, read_only=True))
        assert "Copy again" in [str(button.label) for button in app.screen.query("Button").results()]


async def test_taking_the_join_link_is_logged(stage_: Desk):
    session_id = await make(stage_, link="https://x.org/\x1b]52;c;eA==\x07a")
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "moderate", await here(stage_, session_id))
        assert app.clipboards == ["https://x.org/␛]52;c;eA==␇a"]
    assert await stage_.rows("SELECT count(*) FROM audit_entry WHERE action = 'session.moderate'") == [(1,)]


async def test_an_answer_by_hand_a_story_and_a_closed_task(stage_: Desk):
    session_id = await make(stage_, stage_.ana)
    await be_there(stage_, session_id, stage_.ana, START, END)
    later = END + HOUR
    from sessiontui.services.ticking import tick

    await tick(stage_.context, at=later)
    await followups.follow_up_ended(stage_.context, at=later)
    app = stage(stage_, at=later)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "answer", await here(stage_, session_id, at=later))
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"2", "enter")
        await settle(pilot)
        await pilot.press(*"meh", "enter")
        await settle(pilot)
        await pilot.press(*"yes", "enter")
        await settle(pilot)
        rows = await stage_.rows("SELECT kind, rating, answer, may_tell FROM follow_up ORDER BY id")
        assert rows == [("survey", 2, "meh", 1), ("poor_rating", None, "", None)]
        await begin(pilot, "close_task", await here(stage_, session_id, at=later))
        assert "Poor rating: Ana" in shown(app)
        await pilot.press("right", "enter")
        await settle(pilot)
        await begin(pilot, "story", await here(stage_, session_id, at=later), "It went well")
    after = await followups.aftermath(stage_.context, session_id, by=stage_.root)
    assert (after.open_tasks, after.story) == (0, "It went well")


async def test_adding_and_removing(stage_: Desk):
    session_id = await make(stage_, stage_.bob)
    app = stage(stage_)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "add", await here(stage_, session_id))
        await pilot.press(*"Ana")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await begin(pilot, "remove", await here(stage_, session_id))
        await pilot.press(*"Bob", "enter")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
    rows = await stage_.rows("SELECT person_id, state FROM join_request ORDER BY person_id")
    assert rows == [(stage_.ana, "approved"), (stage_.bob, "rejected")]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT])
async def test_who_may_not_write_finds_the_keys_dimmed_with_a_reason(stage_: Desk, role: Role):
    session_id = await make(stage_, stage_.ana)
    scene = await here(stage_, session_id)
    stranger = Scene(board=scene.board, line=scene.line, actor=Actor(99, "Eve", role))
    for command in REGISTRY:
        if command.id in ("remind", "message", "confirm", "alert_author", "call", "add", "remove"):
            assert command.why_not(stranger), command.id


async def test_what_is_past_or_over_dims_the_key(stage_: Desk):
    session_id = await make(stage_, stage_.ana)
    remind, answer = by_id("remind"), by_id("answer")
    assert "past" in remind.why_not(await here(stage_, session_id, as_of=NOON))
    assert "not ended" in answer.why_not(await here(stage_, session_id))
    assert "over" in remind.why_not(await here(stage_, session_id, at=END + timedelta(hours=1)))
    assert "begun" in by_id("confirm").why_not(await here(stage_, session_id, at=START + MIN))

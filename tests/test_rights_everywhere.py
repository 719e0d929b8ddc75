"""Role × action × way in: key, palette, click and service give the cell of the one table, each and every one.

The command line has its own in ``cli/test_rights``, HTTP in ``server/test_rights``.
"""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from sessiontui import tui
from sessiontui.domain.access import MATRIX, Action, Actor, Reach, Standing, may
from sessiontui.domain.errors import NotAllowed, SessiontuiError
from sessiontui.domain.vocabulary import Attendance, Badge, Move, RequestState, Role
from sessiontui.services import boards, people, presence, requests, sessions
from sessiontui.services.attendance import correcting, identifying
from sessiontui.services.recordings import keeping, opening
from sessiontui.services.rights import ACTION_OF
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.tui.commands import REGISTRY, Console, Scene, perform
from sessiontui.tui.commands.finding import bar_words, palette_entries
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.key_line import KeyLine
from tests.conftest import NOON, Stage, build_stage

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
START, END = NOON + HOUR, NOON + 2 * HOUR
RELATIONS = ("nobody", "host", "author", "approved", "draft")
"""How the one who acts stands to the session; a draft is one's own."""


@dataclass(frozen=True)
class Case:
    """One session, its request, and an actor of a role who stands to it in one way."""

    stage: Stage
    actor: Actor
    session: int
    request: int
    own: Standing


async def case(folder: Path, role: Role, relation: str) -> Case:
    stage = await build_stage(folder)
    me = stage.ana
    host, author = (me if relation == one else stage.bob for one in ("host", "author"))
    if relation == "draft":
        host = author = me
    draft = SessionDraft(
        title="Circle",
        starts_at=START,
        ends_at=END,
        mentor_id=host,
        author_id=author,
        publish=relation != "draft",
        link="https://meet.example.org/x",
    )
    (session,) = (await sessions.create(stage.context, draft, by=stage.root, at=NOON - 9 * HOUR)).sessions
    request = 0
    if relation != "draft":
        await requests.ask(stage.context, session, stage.cyd, by=stage.root, at=NOON - 8 * HOUR)
        request = await requests.find(stage.context, session, stage.cyd)
    if relation == "approved":
        await requests.ask(stage.context, session, me, by=stage.root, at=NOON - 8 * HOUR)
        mine = await requests.find(stage.context, session, me)
        await requests.decide(stage.context, [mine], RequestState.APPROVED, by=stage.root, at=NOON - 8 * HOUR)
    own = Standing(
        hosts=relation in ("host", "draft"),
        authored=relation in ("author", "draft"),
        approved=relation == "approved",
        is_draft=relation == "draft",
    )
    return Case(stage, Actor(me, "Ana", role), session, request, own)


def doors(one: Case) -> dict[Action, Callable[[], Awaitable[object]]]:
    """Return the service of each action that exists, called as this actor."""
    context, told = one.stage.context, {"by": one.actor, "at": NOON}

    def move(which: Move) -> Callable[[], Awaitable[object]]:
        extra = {
            Move.EXTEND: {"ends_at": END + HOUR},
            Move.RESCHEDULE: {"starts_at": START + HOUR, "ends_at": END + HOUR},
            Move.REASSIGN: {"mentor_id": one.stage.cyd},
        }.get(which, {})
        return lambda: sessions.move(context, which, one.session, **extra, **told)

    async def attendee() -> object:
        return await identifying.strangers(context, one.session, by=one.actor)

    async def opened() -> object:
        """Open a recording that is meant for everyone approved."""
        draft = keeping.RecordingDraft(link="https://rec.example.org/p/7")
        await keeping.add(context, one.session, draft, by=one.stage.root, at=NOON)
        return await opening.open_recording(context, 1, **told)

    return {
        **{ACTION_OF[which]: move(which) for which in Move},
        Action.OPEN_RECORDING: opened,
        Action.EDIT: lambda: sessions.edit(context, one.session, SessionEdit(title="Other"), **told),
        Action.DECIDE: lambda: requests.decide(context, [one.request], RequestState.APPROVED, **told),
        Action.CORRECT_ATTENDANCE: attendee,
        Action.SEE_SESSIONS: lambda: boards.detail(context, one.session, now=NOON, by=one.actor),
    }


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", list(Role))
async def test_every_service_asks_the_table(tmp_path: Path, role: Role, relation: str) -> None:
    one = await case(tmp_path, role, relation)
    wrong = []
    for action in doors(one):
        door = doors(one)[action]
        if action is Action.DECIDE and not one.request:
            continue
        allowed = may(one.actor, action, one.own).allowed
        try:
            await door()
            refused = False
        except NotAllowed:
            refused = True
        except SessiontuiError as error:  # the lifecycle's own no: the right was there
            refused = action is Action.SEE_SESSIONS and error.title == "Not found"
        if refused is allowed:
            wrong.append((str(action), allowed))
        if not refused and allowed and action not in (Action.SEE_SESSIONS, Action.CORRECT_ATTENDANCE):
            await one.stage.context.db.close()
            one = await case(tmp_path / str(action), role, relation)  # what was done must not bear on the next
    await one.stage.context.db.close()
    assert wrong == []


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("role", list(Role))
async def test_every_key_and_the_palette_ask_the_table(tmp_path: Path, role: Role, relation: str) -> None:
    one = await case(tmp_path, role, relation)
    detail = await boards.detail(one.stage.context, one.session, now=NOON, by=one.stage.root)
    requested = next((line for line in detail.requests if line.id == one.request), None)
    line = replace(detail.line, badges=(Badge.UNMATCHED,))
    scene = Scene(line=line, detail=replace(detail, line=line), actor=one.actor, request=requested)
    offered = {entry.title: entry.reason for entry in palette_entries(REGISTRY, scene)}
    spoken = {word.word: word.reason for word in bar_words(REGISTRY, scene)}
    await one.stage.context.db.close()
    wrong = []
    for command in REGISTRY:
        if command.action is None or command.needs.value == "nothing":
            continue
        verdict = may(one.actor, command.action, one.own)
        reason = command.why_not(scene)
        says_right = bool(verdict.reason) and reason.startswith(verdict.reason)
        if says_right is verdict.allowed:
            wrong.append((command.id, verdict.allowed, reason))
        assert offered[command.title] == reason
        assert spoken[command.id] == reason
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
async def test_what_one_may_not_is_not_run_whichever_way_it_was_asked_for(tmp_path: Path, role: Role) -> None:
    """Keys, palette, command bar and clicks all end in ``perform``: it is the one who asks, and tells the reason."""
    one = await case(tmp_path, role, "nobody")
    detail = await boards.detail(one.stage.context, one.session, now=NOON, by=one.stage.root)
    scene = Scene(line=detail.line, detail=detail, actor=one.actor, request=detail.requests[0])
    await one.stage.context.db.close()
    refused = 0
    for command in REGISTRY:
        if command.action is None or may(one.actor, command.action, one.own).allowed or not command.why_not(scene):
            continue
        told: list[str] = []
        # A console with nothing but a voice: whatever ran would miss the rest of it.
        voice = SimpleNamespace(tell=lambda text, told=told, **_: told.append(text))
        await perform(cast("Console", voice), command, scene)
        assert len(told) == 1
        assert command.why_not(scene).split(":")[0] in told[0]
        refused += 1
    assert refused >= {Role.ADMIN: 0, Role.SUPERADMIN: 0}.get(role, 20)


def test_a_click_on_a_key_is_that_key() -> None:
    for command in REGISTRY:
        asked: list[str] = []
        screen = SimpleNamespace(console=SimpleNamespace(action_command=asked.append))
        ConsoleScreen.on_key_line_pressed(cast("ConsoleScreen", screen), KeyLine.Pressed(command.id))
        assert asked == [command.id]


def test_nothing_runs_a_command_but_the_one_door() -> None:
    """Of all modules of the screen one alone calls ``run`` of a command; others call it of what they extend."""
    callers = [
        (path.name, ast.unparse(node.func.value))
        for path in Path(tui.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run"
        and [ast.unparse(one) for one in node.args[:2]] == ["console", "scene"]
    ]
    assert sorted(set(callers)) == [("cancelling.py", "super()"), ("command.py", "command")]


@pytest.mark.parametrize("role", list(Role))
async def test_what_makes_something_new_and_what_is_about_people_ask_the_table(tmp_path: Path, role: Role) -> None:
    one = await case(tmp_path, role, "nobody")
    context, told = one.stage.context, {"by": one.actor, "at": NOON}
    draft = SessionDraft(title="Mine", starts_at=START, ends_at=END)
    me, other = one.stage.ana, one.stage.cyd
    checks = {
        (Action.CREATE, ""): (lambda: sessions.create(context, draft, **told), None),
        (Action.ASK, "self"): (lambda: requests.ask(context, one.session, me, **told), Standing(is_self=True)),
        (Action.PRESENCE, "other"): (lambda: presence.join(context, one.session, other, **told), Standing()),
        (Action.MANAGE_PEOPLE, ""): (lambda: people.add(context, "Zoe", **told), None),
    }
    for (action, _), (door, own) in checks.items():
        try:
            await door()
            refused = False
        except NotAllowed:
            refused = True
        assert refused is not may(one.actor, action, own).allowed, action
    await context.db.close()


async def test_correcting_asks_the_table_too(tmp_path: Path) -> None:
    for role in Role:
        one = await case(tmp_path / role, role, "nobody")
        with pytest.raises(SessiontuiError) as error:
            await correcting.correct(
                one.stage.context, one.session, one.stage.cyd, Attendance.PRESENT, by=one.actor, at=NOON
            )
        allowed = MATRIX[role][Action.CORRECT_ATTENDANCE] is Reach.YES
        assert isinstance(error.value, NotAllowed) is not allowed
        await one.stage.context.db.close()


def test_every_action_has_a_cell_for_every_role() -> None:
    for role in Role:
        assert set(MATRIX[role]) == set(Action)

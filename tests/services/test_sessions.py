"""Sessions through the services: made, edited, moved; refusals leave no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Kind, Move, Role, Status
from sessiontui.services import boards, presence, sessions
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage
from tests.services.test_requests import HOUR, make

START, END = NOON + 3 * HOUR, NOON + 4 * HOUR
MIN = timedelta(minutes=1)


async def line(stage: Stage, now=NOON):
    return (await boards.board(stage.context, "archived:yes,no", now=now, by=stage.root)).lines[0]


async def test_a_session_is_a_draft_unless_published(stage: Stage):
    await make(stage, publish=False)
    assert (await line(stage)).status is Status.DRAFT
    assert (await line(stage)).author == "Root"
    await sessions.move(stage.context, Move.PUBLISH, 1, by=stage.root, at=NOON)
    assert (await line(stage)).status is Status.CREATED


@pytest.mark.parametrize("wrong", [{"title": " "}, {"ends_at": START}, {"ends_at": NOON}, {"capacity": -1}])
async def test_what_cannot_be_a_session_is_refused(stage: Stage, wrong: dict[str, object]):
    with pytest.raises(BadInput):
        await make(stage, **wrong)
    assert await stage.rows("SELECT count(*) FROM session") == [(0,)]


async def test_nobody_can_be_mentor(stage: Stage):
    with pytest.raises(NotFound):
        await make(stage, mentor_id=4711)


async def test_an_edit_says_what_changed_and_keeps_before_and_after(stage: Stage):
    await make(stage)
    edit = SessionEdit(title="Grief circle", capacity=4, tags=("a", "a", " "))
    receipt = await sessions.edit(stage.context, 1, edit, by=stage.root, at=NOON + HOUR)
    assert receipt.sentence == "changed capacity, tags, title of Circle"
    shown = await line(stage, NOON + HOUR)
    assert (shown.title, shown.capacity, shown.tags) == ("Grief circle", 4, ("a",))
    assert (await boards.listing(stage.context, "", now=NOON + HOUR, as_of=NOON, by=stage.root)).lines[
        0
    ].capacity == 0
    with pytest.raises(BadInput):
        await sessions.edit(stage.context, 1, SessionEdit(), by=stage.root, at=NOON)


async def test_a_whole_life(stage: Stage):
    await make(stage)
    steps = [
        (Move.START, START - 10 * MIN, Status.WAITING),
        (Move.PAUSE, START, Status.PAUSED),
        (Move.RESUME, START + 5 * MIN, Status.WAITING),
        (Move.COMPLETE, START + 30 * MIN, Status.ENDED_NO_SHOW),
        (Move.REOPEN, START + 31 * MIN, Status.WAITING),
        (Move.CANCEL, START + 32 * MIN, Status.CANCELLED),
        (Move.ARCHIVE, START + 33 * MIN, Status.CANCELLED),
        (Move.RESTORE, START + 34 * MIN, Status.CANCELLED),
    ]
    for name, at, expected in steps:
        await sessions.move(stage.context, name, 1, by=stage.root, at=at)
        assert (await line(stage, at)).status is expected, name
    told = (await boards.detail(stage.context, 1, now=END, by=stage.root)).history
    assert [one.action for one in reversed(told)][1:] == [f"session.{name}" for name, _, _ in steps]


async def test_a_refused_move_names_both_ends_and_leaves_no_trace(stage: Stage):
    await make(stage)
    before = await stage.rows("SELECT version, changed_at FROM session")
    with pytest.raises(
        Refused, match=r"scheduled session cannot be resumed: only a paused one can, and is running then"
    ):
        await sessions.move(stage.context, Move.RESUME, 1, by=stage.root, at=NOON)
    assert await stage.rows("SELECT version, changed_at FROM session") == before
    assert await stage.rows("SELECT count(*) FROM session_change") == [(0,)]


async def test_extend_reschedule_and_reassign_bring_what_they_need(stage: Stage):
    await make(stage)
    for name, options in (
        (Move.EXTEND, {}),
        (Move.EXTEND, {"ends_at": END}),
        (Move.RESCHEDULE, {"starts_at": END}),
        (Move.RESCHEDULE, {"starts_at": END, "ends_at": END}),
        (Move.REASSIGN, {}),
        (Move.START, {"ends_at": END + HOUR}),
        (Move.START, {"mentor_id": stage.ana}),
    ):
        with pytest.raises(BadInput):
            await sessions.move(stage.context, name, 1, by=stage.root, at=NOON, **options)
    with pytest.raises(BadInput, match="at most 24 h at once"):
        await sessions.move(stage.context, Move.EXTEND, 1, by=stage.root, at=NOON, ends_at=END + 24 * HOUR + MIN)
    await sessions.move(stage.context, Move.EXTEND, 1, by=stage.root, at=NOON, ends_at=END + HOUR)
    await sessions.move(stage.context, Move.REASSIGN, 1, by=stage.root, at=NOON, mentor_id=stage.ana)
    shown = await line(stage)
    assert (shown.ends_at, shown.mentor) == (END + HOUR, "Ana")


async def test_the_new_mentor_is_found_by_free_words_at_once_and_the_old_one_is_not(stage: Stage):
    await make(stage, mentor_id=stage.ana)
    await sessions.move(stage.context, Move.REASSIGN, 1, by=stage.root, at=NOON, mentor_id=stage.bob)
    assert (await boards.board(stage.context, "bob", now=NOON, by=stage.root)).matched == 1
    assert (await boards.board(stage.context, "ana", now=NOON, by=stage.root)).matched == 0
    await sessions.move(stage.context, Move.REASSIGN, 1, by=stage.root, at=NOON, mentor_id=0)
    assert (await boards.board(stage.context, "bob", now=NOON, by=stage.root)).matched == 0


async def test_work_opens_and_closes_the_presence_of_the_one_who_acts(stage: Stage):
    await make(stage, kind=Kind.WORK)
    ana = Actor(stage.ana, "Ana", Role.ADMIN)
    await sessions.move(stage.context, Move.START, 1, by=ana, at=NOON)
    assert (await line(stage)).status is Status.ACTIVE
    assert ((await line(stage)).starts_at, (await line(stage)).ends_at) == (NOON, NOON + HOUR)
    detail = await boards.detail(stage.context, 1, now=NOON, by=stage.root)
    assert [(one.person, one.here) for one in detail.presence] == [("Ana", True)]
    await sessions.move(stage.context, Move.PAUSE, 1, by=ana, at=NOON + 20 * MIN)
    await sessions.move(stage.context, Move.RESUME, 1, by=stage.root, at=NOON + 30 * MIN)
    await sessions.move(stage.context, Move.COMPLETE, 1, by=ana, at=NOON + 50 * MIN)
    shown = await line(stage, END)
    assert (shown.status, shown.actual, shown.left) == (Status.ENDED_COMPLETE, 40 * MIN, 2)


async def test_a_mentor_moves_and_edits_own_sessions_alone(stage: Stage):
    await make(stage, mentor_id=stage.ana)
    mine, other = Actor(stage.ana, "Ana", Role.MENTOR), Actor(stage.bob, "Bob", Role.MENTOR)
    for by in (other, Actor(stage.bob, "Bob", Role.PARTICIPANT), Actor(stage.bob, "Bob", Role.VIEWER)):
        for name in (Move.START, Move.CANCEL):
            with pytest.raises(NotAllowed):
                await sessions.move(stage.context, name, 1, by=by, at=NOON)
        with pytest.raises(NotAllowed):
            await sessions.edit(stage.context, 1, SessionEdit(title="Mine"), by=by, at=NOON)
    await sessions.move(stage.context, Move.CANCEL, 1, by=mine, at=NOON)


async def test_a_participant_cancels_an_own_draft_only(stage: Stage):
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    draft = SessionDraft(title="Mine", starts_at=START, ends_at=END)
    await sessions.create(stage.context, draft, by=ana, at=NOON)
    await sessions.move(stage.context, Move.PUBLISH, 1, by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        await sessions.move(stage.context, Move.CANCEL, 1, by=ana, at=NOON)


async def test_who_has_a_right_to_their_own_creates_nothing_in_the_name_of_others(stage: Stage):
    draft = SessionDraft(title="Hers", starts_at=START, ends_at=END, author_id=stage.bob)
    for role in (Role.PARTICIPANT, Role.MENTOR):
        with pytest.raises(NotAllowed):
            await sessions.create(stage.context, draft, by=Actor(stage.ana, "Ana", role), at=NOON)
    await sessions.create(stage.context, draft, by=Actor(stage.ana, "Ana", Role.ADMIN), at=NOON)
    hosted = SessionDraft(title="Hers", starts_at=START, ends_at=END, author_id=stage.bob, mentor_id=stage.ana)
    await sessions.create(stage.context, hosted, by=Actor(stage.ana, "Ana", Role.MENTOR), at=NOON)


async def test_an_ended_session_keeps_its_history(stage: Stage):
    await make(stage)
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=START)
    await presence.leave(stage.context, 1, stage.ana, by=stage.root, at=START + 40 * MIN)
    for name in (Move.START, Move.PAUSE, Move.CANCEL):
        with pytest.raises(Refused, match="history"):
            await sessions.move(stage.context, name, 1, by=stage.root, at=END)

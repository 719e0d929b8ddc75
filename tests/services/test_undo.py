"""Undo: each reversible act is taken back exactly, unless somebody has built on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Kind, Move, Priority, RequestState, Role, Source
from sessiontui.services import audit, boards, people, presence, requests, sessions, ticking
from sessiontui.services import undo as undoing
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.services.undo import undo
from tests.conftest import NOON, Stage

from .import_stage import dump

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
START, END = NOON + HOUR, NOON + 2 * HOUR
YES, NO = RequestState.APPROVED, RequestState.REJECTED
PASSING = {"version", "changed_at", "derived_at", "heads_at", "alerted"}
"""What goes on by itself: a seat that an undo sets free is told of, as any other is."""


async def make(
    stage: Stage, *, publish: bool = True, by: Actor | None = None, at=NOON - 5 * HOUR, **told: object
) -> int:
    draft = SessionDraft(
        **{"title": "Circle", "starts_at": START, "ends_at": END, "publish": publish, "tags": ("a",), **told}
    )
    return (await sessions.create(stage.context, draft, by=by or stage.root, at=at)).sessions[0]


async def state(stage: Stage, at) -> object:
    """Everything that an undo has to bring back."""
    await ticking.rebuild(stage.context, at=at)
    rows = await stage.context.db.fetch("SELECT * FROM session ORDER BY id")
    names = [str(row[1]) for row in await stage.context.db.fetch("PRAGMA table_info(session)")]
    kept = [{name: value for name, value in zip(names, row, strict=True) if name not in PASSING} for row in rows]
    held = await stage.context.db.fetch(
        "SELECT id, session_id, person_id, state, message, requested_at, decided_at, decided_by, reason"
        " FROM join_request"
    )
    counted = [row for row in dump(stage.path, ["status_count"])["status_count"] if row[1]]
    return (
        kept,
        held,
        counted,
        [line.why for line in (await boards.listing(stage.context, "", now=at, by=stage.root)).lines],
    )


async def ask(stage: Stage, session_id: int, person_id: int) -> int:
    await requests.ask(stage.context, session_id, person_id, by=stage.root, at=NOON - 2 * HOUR, message="hello")
    return await requests.find(stage.context, session_id, person_id)


BEFORE = {
    Move.PUBLISH: ("draft",),
    Move.START: (),
    Move.PAUSE: ("start",),
    Move.RESUME: ("start", "pause"),
    Move.EXTEND: (),
    Move.COMPLETE: ("start",),
    Move.CANCEL: (),
    Move.REOPEN: ("cancel",),
    Move.ARCHIVE: ("cancel",),
    Move.RESTORE: ("cancel", "archive"),
    Move.RESCHEDULE: (),
    Move.REASSIGN: (),
}


@pytest.mark.parametrize("kind", [Kind.CONVERSATION, Kind.WORK])
@pytest.mark.parametrize("move", list(Move))
async def test_every_move_is_taken_back_exactly(stage: Stage, move: Move, kind: Kind):
    session_id = await make(stage, publish="draft" not in BEFORE[move], kind=kind)
    now = START + 5 * MIN
    for step in BEFORE[move]:
        if step != "draft":
            await sessions.move(stage.context, Move(step), session_id, by=stage.root, at=now)
    if move is Move.PUBLISH or move is Move.RESCHEDULE:
        now = NOON
    extra = {
        Move.EXTEND: {"ends_at": END + HOUR},
        Move.RESCHEDULE: {"starts_at": START + HOUR, "ends_at": END + HOUR},
        Move.REASSIGN: {"mentor_id": stage.bob},
    }.get(move, {})
    before = await state(stage, now + MIN)
    receipt = await sessions.move(stage.context, move, session_id, by=stage.root, at=now, reason="why", **extra)
    assert await state(stage, now + MIN) != before
    back = await undo(stage.context, by=stage.root, at=now + MIN)
    assert back.sentence.startswith(f"undid: {receipt.sentence}")
    assert await state(stage, now + MIN) == before
    trail = await boards.trail(stage.context, session_id=session_id)
    assert [line.undone for line in trail[:2]] == [False, True]
    assert (await audit.verify(stage.context)).is_whole


@pytest.mark.parametrize(
    "change",
    [
        SessionEdit(title="New"),
        SessionEdit(capacity=3),
        SessionEdit(tags=("x", "y")),
        SessionEdit(fields={"a": [1, {"b": None}]}),
        SessionEdit(
            title="New", capacity=9, description="d", link="https://x", kind=Kind.COACHING, priority=Priority.HIGH
        ),
    ],
)
async def test_every_edit_is_taken_back_exactly(stage: Stage, change: SessionEdit):
    session_id = await make(stage)
    before = await state(stage, NOON)
    await sessions.edit(stage.context, session_id, change, by=stage.root, at=NOON)
    assert await state(stage, NOON) != before
    await undo(stage.context, by=stage.root, at=NOON)
    assert await state(stage, NOON) == before


async def test_a_creation_is_taken_back_and_the_one_before_it_next(stage: Stage):
    empty = await state(stage, NOON)
    first = await make(stage, title="One")
    before = await state(stage, NOON)
    await make(stage, title="Two", publish=False)
    await undo(stage.context, by=stage.root, at=NOON)
    assert await state(stage, NOON) == before
    assert (await undo(stage.context, by=stage.root, at=NOON)).sessions == (first,)
    assert await state(stage, NOON) == empty
    with pytest.raises(NotFound):
        await undo(stage.context, by=stage.root, at=NOON)
    assert (await audit.verify(stage.context)).is_whole


@pytest.mark.parametrize("step", ["approve", "reject", "withdraw", "withdraw approved", "revise"])
async def test_every_decision_is_taken_back_exactly(stage: Stage, step: str):
    session_id = await make(stage, capacity=1)
    request_id = await ask(stage, session_id, stage.ana)
    context, by = stage.context, stage.root
    if step in ("withdraw approved", "revise"):
        await requests.decide(context, [request_id], YES, by=by, at=NOON - HOUR, reason="first")
    before = await state(stage, NOON)
    if step.startswith("withdraw"):
        await requests.withdraw(context, request_id, by=by, at=NOON - MIN, reason="ill")
    elif step == "revise":
        await requests.decide(context, [request_id], NO, by=by, at=NOON - MIN, reason="no", expected=YES)
    else:
        await requests.decide(
            context, [request_id], YES if step == "approve" else NO, by=by, at=NOON - MIN, reason="r"
        )
    assert await state(stage, NOON) != before
    await undo(context, by=by, at=NOON)
    assert await state(stage, NOON) == before
    assert (await audit.verify(context)).is_whole


async def test_one_after_the_other(stage: Stage):
    session_id = await make(stage, publish=False)
    states = [await state(stage, NOON)]
    for act in (
        lambda: sessions.move(stage.context, Move.PUBLISH, session_id, by=stage.root, at=NOON),
        lambda: sessions.edit(stage.context, session_id, SessionEdit(title="B", capacity=4), by=stage.root, at=NOON),
        lambda: sessions.move(stage.context, Move.EXTEND, session_id, by=stage.root, at=NOON, ends_at=END + HOUR),
        lambda: sessions.edit(stage.context, session_id, SessionEdit(capacity=6), by=stage.root, at=NOON),
    ):
        await act()
        states.append(await state(stage, NOON))
    for expected in reversed(states[:-1]):
        await undo(stage.context, by=stage.root, at=NOON)
        assert await state(stage, NOON) == expected


async def test_what_was_done_since_and_stays_is_known(stage: Stage):
    session_id = await make(stage)
    moved = await sessions.move(stage.context, Move.EXTEND, session_id, by=stage.root, at=NOON, ends_at=END + HOUR)
    assert moved.undo is not None
    assert await undoing.passed_over(stage.context, by=stage.root, act=moved.undo) is None
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON + MIN, phone="+34 600 000 000")
    since = await undoing.passed_over(stage.context, by=stage.root, act=moved.undo)
    assert since is not None
    assert since.action == "person.edit"
    await undo(stage.context, by=stage.root, at=NOON + MIN, entry=moved.undo)
    again = await undoing.passed_over(stage.context, by=stage.root, act=since.id)
    assert again is None  # an undo is no act to be warned of


async def test_what_cannot_be_undone(stage: Stage):
    session_id = await make(stage)
    bob = Actor(stage.bob, "Bob", Role.ADMIN)
    receipt = await sessions.move(stage.context, Move.EXTEND, session_id, by=stage.root, at=NOON, ends_at=END + HOUR)
    with pytest.raises(NotAllowed, match="Root did that"):
        await undo(stage.context, by=bob, at=NOON, entry=receipt.undo)
    with pytest.raises(NotFound):
        await undo(stage.context, by=bob, at=NOON)
    with pytest.raises(NotFound):
        await undo(stage.context, by=stage.root, at=NOON, entry=9999)
    await undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)
    with pytest.raises(Refused, match="undone already"):
        await undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)
    newest = (await boards.trail(stage.context))[0]
    with pytest.raises(Refused, match="cannot be undone"):
        await undo(stage.context, by=stage.root, at=NOON, entry=newest.id)


async def test_what_others_built_on_stays(stage: Stage):
    context, root, bob = stage.context, stage.root, Actor(stage.bob, "Bob", Role.ADMIN)
    session_id = await make(stage)
    made = (await boards.trail(context))[0].id
    extended = await sessions.move(context, Move.EXTEND, session_id, by=root, at=NOON, ends_at=END + HOUR)
    titled = await sessions.edit(context, session_id, SessionEdit(title="Mine"), by=root, at=NOON)
    await sessions.move(context, Move.CANCEL, session_id, by=bob, at=NOON)
    await sessions.edit(context, session_id, SessionEdit(title="His"), by=bob, at=NOON)
    before = dump(stage.path)
    for entry in (extended.undo, titled.undo, made):
        with pytest.raises(Conflict):
            await undo(context, by=root, at=NOON, entry=entry)
    assert dump(stage.path) == before


async def test_a_creation_that_another_has_edited_stays(stage: Stage):
    session_id = await make(stage)
    await sessions.edit(
        stage.context, session_id, SessionEdit(title="His"), by=Actor(stage.bob, "Bob", Role.ADMIN), at=NOON
    )
    with pytest.raises(Conflict, match="Bob"):
        await undo(stage.context, by=stage.root, at=NOON)


async def test_a_creation_with_presence_stays(stage: Stage):
    session_id = await make(stage)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    with pytest.raises((Conflict, Refused)):
        await undo(stage.context, by=stage.root, at=START)


async def test_publishing_stays_once_somebody_has_asked(stage: Stage):
    session_id = await make(stage, publish=False)
    receipt = await sessions.move(stage.context, Move.PUBLISH, session_id, by=stage.root, at=NOON - 3 * HOUR)
    await ask(stage, session_id, stage.ana)
    with pytest.raises(Conflict, match="Ana asked"):
        await undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)


async def test_a_raised_capacity_stays_once_its_seats_are_taken(stage: Stage):
    session_id = await make(stage, capacity=0)
    context, root = stage.context, stage.root
    await sessions.edit(context, session_id, SessionEdit(capacity=1), by=root, at=NOON - 3 * HOUR)
    raised = await sessions.edit(context, session_id, SessionEdit(capacity=2), by=root, at=NOON - 3 * HOUR)
    for person_id in (stage.ana, stage.bob):
        await requests.decide(context, [await ask(stage, session_id, person_id)], YES, by=root, at=NOON)
    with pytest.raises(Refused, match="2 are approved"):
        await undo(context, by=root, at=NOON, entry=raised.undo)


async def test_a_decision_that_was_decided_again_stays(stage: Stage):
    context, root, bob = stage.context, stage.root, Actor(stage.bob, "Bob", Role.ADMIN)
    session_id = await make(stage)
    request_id = await ask(stage, session_id, stage.ana)
    first = await requests.decide(context, [request_id], YES, by=root, at=NOON)
    await requests.decide(context, [request_id], NO, by=bob, at=NOON, expected=YES)
    with pytest.raises(Conflict, match="Bob decided it since"):
        await undo(context, by=root, at=NOON, entry=first.undo)
    await undo(context, by=bob, at=NOON)
    await undo(context, by=root, at=NOON, entry=first.undo)
    assert (await boards.listing(context, "", now=NOON, by=Actor.system())).lines[0].pending == 1


async def test_a_withdrawal_stays_when_the_seat_was_given_away(stage: Stage):
    context, root = stage.context, stage.root
    session_id = await make(stage, capacity=1)
    ana, bob = [await ask(stage, session_id, person_id) for person_id in (stage.ana, stage.bob)]
    await requests.decide(context, [ana], YES, by=root, at=NOON)
    gone = await requests.withdraw(context, ana, by=root, at=NOON)
    await requests.decide(context, [bob], YES, by=root, at=NOON)
    with pytest.raises(Refused, match="the only seat"):
        await undo(context, by=root, at=NOON, entry=gone.undo)


async def test_who_withdrew_can_take_that_back(stage: Stage):
    session_id = await make(stage)
    request_id = await ask(stage, session_id, stage.ana)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    await requests.withdraw(stage.context, request_id, by=ana, at=NOON)
    await undo(stage.context, by=ana, at=NOON)
    assert (await boards.listing(stage.context, "", now=NOON, by=stage.root)).lines[0].pending == 1


# -- presence noted by hand -----------------------------------------------------------------------------------


async def stays(stage: Stage) -> list[tuple[object, ...]]:
    rows = await stage.rows("SELECT joined_at, left_at, source FROM presence ORDER BY joined_at")
    return [(from_ms(row[0]), None if row[1] is None else from_ms(row[1]), row[2]) for row in rows]  # type: ignore


async def imported(stage: Stage) -> int:
    session_id = await make(stage)
    report = PresenceReport(
        session_id=session_id, signal=Signal.STAY, at=START, until=END, source=Source.IMPORT, person_id=stage.ana
    )
    await presence.record(stage.context, [report], by=stage.root, at=END)
    return session_id


async def test_a_leave_noted_by_hand_shortens_an_imported_stay_and_can_be_undone(stage: Stage):
    session_id = await imported(stage)
    before = await state(stage, END + HOUR)
    receipt = await presence.leave(
        stage.context, session_id, stage.ana, by=stage.root, at=START + 20 * MIN, source=Source.MANUAL
    )
    assert receipt.sentence == "noted that Ana left Circle at 13:20 UTC"
    assert await stays(stage) == [(START, START + 20 * MIN, "manual")]
    told = await undo(stage.context, by=stage.root, at=END + MIN, entry=receipt.undo)
    assert told.sentence == "undid: noted that Ana left Circle at 13:20 UTC"
    assert await stays(stage) == [(START, END, "import")]
    assert await state(stage, END + HOUR) == before
    with pytest.raises(Refused, match="already"):
        await undo(stage.context, by=stage.root, at=END + MIN, entry=receipt.undo)


async def test_a_join_noted_by_hand_is_taken_back_and_others_stay(stage: Stage):
    session_id = await imported(stage)
    receipt = await presence.join(
        stage.context, session_id, stage.bob, by=stage.root, at=START + MIN, source=Source.MANUAL
    )
    assert len(await stays(stage)) == 2
    await undo(stage.context, by=stage.root, at=START + 2 * MIN, entry=receipt.undo)
    assert await stays(stage) == [(START, END, "import")]
    assert (await audit.verify(stage.context)).is_whole

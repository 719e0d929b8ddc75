"""Double bookings at the door: four levels, for mentors and participants, at every act that books somebody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.clashes import Clashes, Level
from sessiontui.domain.errors import NeedsConsent, Refused
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import people, requests, sessions
from sessiontui.services.alerts import jobs as alert_jobs
from sessiontui.services.context import Context
from sessiontui.services.interventions import taking_part
from sessiontui.services.receipt import Receipt
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

AT = datetime(2026, 5, 5, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)

Act = Callable[[Context, bool], Awaitable[Receipt]]


async def make(
    stage: Stage, title: str, *, mentor: int | None = None, at: datetime = AT, publish: bool = True
) -> int:
    draft = SessionDraft(title=title, starts_at=at, ends_at=at + HOUR, mentor_id=mentor, publish=publish)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]


async def put_in(stage: Stage, session_id: int, person_id: int) -> None:
    await taking_part.add_participant(stage.context, session_id, person_id, by=stage.root, at=NOON, confirm=True)


async def as_mentor(stage: Stage) -> dict[str, Act]:
    """Every act that would book Ana as a mentor while she mentors Grief circle."""
    by = {"by": stage.root, "at": NOON}
    await make(stage, "Grief circle", mentor=stage.ana)
    later = await make(stage, "Later", mentor=stage.ana, at=AT + 3 * HOUR)
    before = await make(stage, "Before", mentor=stage.ana, at=AT - HOUR)
    free = await make(stage, "Free", mentor=stage.bob)
    draft = await make(stage, "Draft", mentor=stage.ana, publish=False)
    closed = await make(stage, "Closed", mentor=stage.ana)
    await sessions.move(stage.context, Move.CANCEL, closed, **by)
    new = SessionDraft(title="New", starts_at=AT + HOUR / 2, ends_at=AT + 2 * HOUR, mentor_id=stage.ana)
    window = {"starts_at": AT + HOUR / 2, "ends_at": AT + 2 * HOUR}
    return {
        "create": lambda context, yes: sessions.create(context, new, confirm=yes, **by),
        "reschedule": lambda context, yes: sessions.move(
            context, Move.RESCHEDULE, later, confirm=yes, **window, **by
        ),
        "extend": lambda context, yes: sessions.move(
            context, Move.EXTEND, before, ends_at=AT + HOUR / 2, confirm=yes, **by
        ),
        "reassign": lambda context, yes: sessions.move(
            context, Move.REASSIGN, free, mentor_id=stage.ana, confirm=yes, **by
        ),
        "publish": lambda context, yes: sessions.move(context, Move.PUBLISH, draft, confirm=yes, **by),
        "reopen": lambda context, yes: sessions.move(context, Move.REOPEN, closed, confirm=yes, **by),
    }


async def as_participant(stage: Stage) -> dict[str, Act]:
    """Every act that would book Ana as a participant while she takes part in Grief circle."""
    by = {"by": stage.root, "at": NOON}
    await put_in(stage, await make(stage, "Grief circle"), stage.ana)
    asked, added, moved = await make(stage, "Asked"), await make(stage, "Added"), await make(stage, "M", at=AT + HOUR)
    await put_in(stage, moved, stage.ana)
    await requests.ask(stage.context, asked, stage.ana, **by)
    request = await requests.find(stage.context, asked, stage.ana)
    return {
        "approve": lambda context, yes: requests.decide(context, [request], RequestState.APPROVED, confirm=yes, **by),
        "add": lambda context, yes: taking_part.add_participant(context, added, stage.ana, confirm=yes, **by),
        "reschedule": lambda context, yes: sessions.move(
            context, Move.RESCHEDULE, moved, starts_at=AT, ends_at=AT + HOUR, confirm=yes, **by
        ),
    }


AS_MENTOR = ("create", "reschedule", "extend", "reassign", "publish", "reopen")
AS_PARTICIPANT = ("approve", "add", "reschedule")


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("act", AS_MENTOR)
async def test_every_act_that_books_a_mentor_heeds_the_level(stage: Stage, level: Level, act: str):
    context = replace(stage.context, clashes=Clashes(mentor=level, participant=Level.IGNORE))
    await _check((await as_mentor(stage))[act], context, level, blocks=act != "extend")


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("act", AS_PARTICIPANT)
async def test_every_act_that_books_a_participant_heeds_the_level(stage: Stage, level: Level, act: str):
    context = replace(stage.context, clashes=Clashes(mentor=Level.IGNORE, participant=level))
    await _check((await as_participant(stage))[act], context, level)


async def _check(act: Act, context: Context, level: Level, *, blocks: bool = True) -> None:
    named = "Ana is booked in Grief circle #1 (14:00 to 15:00 UTC)"
    before = await context.db.fetch("SELECT count(*) FROM audit_entry", ())
    if level is Level.BLOCK and blocks:
        for agrees in (False, True):
            with pytest.raises(Refused, match="Ana is booked in Grief circle") as refusal:
                await act(context, agrees)
            assert not isinstance(refusal.value, NeedsConsent)
        assert named in refusal.value.detail
    elif level in (Level.BLOCK, Level.CONFIRM):
        with pytest.raises(NeedsConsent) as asks:
            await act(context, False)
        assert named in asks.value.detail
        assert await context.db.fetch("SELECT count(*) FROM audit_entry", ()) == before, "nothing was done yet"
        assert named in (await act(context, True)).sentence
    elif level is Level.WARN:
        assert f"double booking: {named}" in (await act(context, False)).sentence
    else:
        assert "Ana is booked" not in (await act(context, False)).sentence


async def test_windows_that_only_touch_are_no_clash(stage: Stage):
    await make(stage, "Grief circle", mentor=stage.ana)
    for at in (AT - HOUR, AT + HOUR):
        draft = SessionDraft(title="Next", starts_at=at, ends_at=at + HOUR, mentor_id=stage.ana, publish=True)
        assert "double" not in (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sentence


async def test_a_mentor_who_takes_part_elsewhere_clashes_as_a_mentor(stage: Stage):
    await put_in(stage, await make(stage, "Grief circle"), stage.ana)
    draft = SessionDraft(title="Hosted", starts_at=AT, ends_at=AT + HOUR, mentor_id=stage.ana)
    with pytest.raises(NeedsConsent):
        await sessions.create(stage.context, draft, by=stage.root, at=NOON)


async def test_the_product_itself_is_not_asked_but_is_told(stage: Stage):
    await make(stage, "Grief circle", mentor=stage.ana)
    other = await make(stage, "Other", mentor=stage.bob)
    worker = Actor.system()
    receipt = await sessions.move(stage.context, Move.REASSIGN, other, mentor_id=stage.ana, by=worker, at=NOON)
    assert "double booking" in receipt.sentence


async def test_who_takes_part_in_what_is_not_ones_own_stays_untold(stage: Stage):
    await put_in(stage, await make(stage, "Secret circle", mentor=stage.cyd), stage.ana)
    await people.edit(stage.context, stage.bob, by=stage.root, at=NOON, role=Role.MENTOR)
    own = await make(stage, "Bob's", mentor=stage.bob)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    receipt = await taking_part.add_participant(stage.context, own, stage.ana, by=bob, at=NOON)
    assert "Ana is booked in another session (14:00 to 15:00 UTC)" in receipt.sentence
    assert "Secret" not in receipt.sentence


async def test_one_of_many_is_refused_with_the_clash_and_the_rest_is_done(stage: Stage):
    context = replace(stage.context, clashes=Clashes(participant=Level.CONFIRM))
    await put_in(stage, await make(stage, "Grief circle"), stage.ana)
    other = await make(stage, "Other")
    for person in (stage.ana, stage.bob):
        await requests.ask(context, other, person, by=stage.root, at=NOON)
    pending = await requests.pending_of(context, [other])
    receipt = await requests.decide(context, pending, RequestState.APPROVED, by=stage.root, at=NOON)
    assert len(receipt.refused) == 1
    assert "Ana is booked in Grief circle" in receipt.refused[0][1]
    assert receipt.people == (stage.bob,)


async def test_the_badge_and_the_alert_follow_the_booking(stage: Stage):
    await make(stage, "Grief circle", mentor=stage.ana)
    twice = SessionDraft(title="Twice", starts_at=AT, ends_at=AT + HOUR, mentor_id=stage.ana, publish=True)
    made = await sessions.create(stage.context, twice, by=stage.root, at=NOON, confirm=True)
    await alert_jobs.clashes(stage.context, at=NOON)
    assert await stage.rows("SELECT flags FROM session ORDER BY id") == [("CLASH",), ("CLASH",)]
    assert len(await stage.rows("SELECT 1 FROM alert WHERE rule = 'clash' AND resolved_at IS NULL")) == 2
    await sessions.move(stage.context, Move.REASSIGN, made.sessions[0], mentor_id=stage.bob, by=stage.root, at=NOON)
    await alert_jobs.clashes(stage.context, at=NOON)
    assert await stage.rows("SELECT flags FROM session ORDER BY id") == [("",), ("",)]


async def test_the_question_reads_indexes_alone(stage: Stage):
    from sessiontui.store.reads import bookings, hosting

    for sql, values in ((bookings._BOOKED, 5), (hosting._LOADS, 5), (hosting._COMING, 2)):
        steps = [str(row[3]) for row in await stage.context.db.fetch(f"EXPLAIN QUERY PLAN {sql}", (1,) * values)]
        scans = {step for step in steps if step.startswith("SCAN")}
        assert not [step for step in steps if "AUTOMATIC" in step], steps
        assert not [step for step in scans if step.split()[1] in ("s", "o", "session", "r", "join_request")], steps


async def test_what_is_ignored_bears_no_badge_and_comes_back_when_the_levels_change(stage: Stage):
    for title in ("Grief circle", "Twice"):
        await make(stage, title, mentor=stage.ana)
    for level, flag in ((Level.IGNORE, ""), (Level.WARN, "CLASH")):
        context = replace(stage.context, clashes=Clashes(mentor=level))
        assert await alert_jobs.heed_levels(context, at=NOON) == 1
        assert await alert_jobs.heed_levels(context, at=NOON) == 0
        await alert_jobs.clashes(context, at=NOON)
        assert await stage.rows("SELECT flags FROM session ORDER BY id") == [(flag,), (flag,)]

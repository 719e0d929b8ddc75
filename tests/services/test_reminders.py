"""Reminders by the worker, in a real database: through moves, cancellations, outages and a second worker."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services import requests, sessions, undo
from sessiontui.services.delivery import reminders
from tests.conftest import NOON, Stage

from .post_stage import HOUR, MIN, START, be_there, deliver, hush, letters, mails, make, person

DAY = timedelta(days=1)


async def later(stage: Stage, *names: int, **told: object) -> int:
    """A session two days ahead."""
    return await make(stage, *names, starts=START + 2 * DAY, ends=START + 2 * DAY + HOUR, **told)


async def run(stage: Stage, at) -> int:
    found = await reminders.remind_due(stage.context, at=at)
    await deliver(stage, at)
    return found


async def sent(stage: Stage) -> list[str]:
    rows = await stage.rows(
        "SELECT occurrence FROM notification WHERE kind = 'reminder' AND state = 'sent' ORDER BY id"
    )
    return [str(row[0]) for row in rows]


async def test_each_lead_time_reminds_each_approved_person_once(stage: Stage):
    session_id = await later(stage, stage.ana, stage.bob)
    await requests.ask(stage.context, session_id, stage.cyd, by=stage.root, at=NOON)  # and never decided
    start = START + 2 * DAY
    for minutes in range(26 * 60, -30, -5):
        await run(stage, start - minutes * MIN)
    key = [
        f"reminder:{session_id}:{who}:{lead}:{to_ms(start)}"
        for lead in (1440, 60, 15)
        for who in (stage.ana, stage.bob)
    ]
    assert await sent(stage) == key
    subjects = [mail["Subject"] for mail in mails(stage)]
    assert sorted(set(subjects)) == [f"Reminder: Circle starts in {ahead}" for ahead in ("1 d", "1 h", "15 min")]
    assert len(subjects) == 6


async def test_a_moved_session_reminds_of_its_new_start_alone(stage: Stage):
    session_id = await later(stage, stage.ana)
    old, new = START + 2 * DAY, START + 3 * DAY
    await run(stage, old - DAY)
    await sessions.move(
        stage.context,
        Move.RESCHEDULE,
        session_id,
        by=stage.root,
        at=old - 2 * HOUR,
        starts_at=new,
        ends_at=new + HOUR,
    )
    for minutes in range(120, -30, -5):
        await run(stage, old - minutes * MIN)
    for minutes in range(23 * 60, -30, -5):
        await run(stage, new - minutes * MIN)
    leads = [key.split(":")[3:] for key in await sent(stage)]
    # The one of a day before is not made up for: two hours ahead of the old start the mail of the move told them.
    assert leads == [
        ["1440", str(to_ms(old))],
        ["1440", str(to_ms(new))],
        *([n, str(to_ms(new))] for n in ("60", "15")),
    ]


@pytest.mark.parametrize("what", ["cancel", "withdraw", "complete", "there", "draft", "off"])
async def test_nobody_is_reminded_of_what_is_not_to_come(stage: Stage, what: str):
    session_id = await later(stage, stage.ana, publish=what != "draft")
    start, at = START + 2 * DAY, START + 2 * DAY - 2 * HOUR
    if what == "cancel":
        await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=at)
    elif what == "complete":
        await sessions.move(stage.context, Move.START, session_id, by=stage.root, at=at)
        await sessions.move(stage.context, Move.COMPLETE, session_id, by=stage.root, at=at + MIN)
    elif what == "withdraw":
        request_id = await requests.find(stage.context, session_id, stage.ana)
        await requests.withdraw(stage.context, request_id, by=stage.root, at=at)
    elif what == "there":
        await be_there(stage, session_id, stage.ana, start - 61 * MIN)
    context = replace(stage.context, delivery=replace(stage.context.delivery, reminders=what != "off"))
    for minutes in range(61, -30, -1):
        assert await reminders.remind_due(context, at=start - minutes * MIN) == 0
    assert await sent(stage) == []


async def test_who_was_approved_after_the_hour_is_not_reminded_of_it(stage: Stage):
    session_id = await later(stage)
    start = START + 2 * DAY
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=start - 2 * HOUR)
    request_id = await requests.find(stage.context, session_id, stage.ana)
    await requests.decide(stage.context, [request_id], RequestState.APPROVED, by=stage.root, at=start - 40 * MIN)
    for minutes in range(60, -10, -1):
        await run(stage, start - minutes * MIN)
    assert [key.split(":")[3] for key in await sent(stage)] == ["15"]


async def test_one_held_back_leaves_after_all_when_it_is_true_again(stage: Stage):
    session_id = await later(stage, stage.ana)
    start = START + 2 * DAY
    assert await reminders.remind_due(stage.context, at=start - HOUR) == 1
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=start - HOUR)
    await deliver(stage, start - HOUR + MIN)
    assert await sent(stage) == []
    await undo.undo(stage.context, by=stage.root, at=start - 58 * MIN)
    await run(stage, start - 57 * MIN)
    await run(stage, start - 56 * MIN)
    assert [key.split(":")[3] for key in await sent(stage)] == ["60"]


async def test_after_an_outage_only_the_newest_leaves(stage: Stage):
    await later(stage, stage.ana)
    start = START + 2 * DAY
    for ahead in (DAY, HOUR, 15 * MIN):
        await reminders.remind_due(stage.context, at=start - ahead)  # and nothing can leave
    await deliver(stage, start - 14 * MIN)
    assert [key.split(":")[3] for key in await sent(stage)] == ["15"]
    assert [row[0] for row in await letters(stage, "state")] == ["cancelled", "cancelled", "sent"]


async def test_two_workers_write_one_reminder(stage: Stage):
    await later(stage, stage.ana)
    at = START + 2 * DAY - HOUR
    assert [await reminders.remind_due(stage.context, at=at) for _ in range(2)] == [1, 0]


async def test_who_has_no_address_is_left_out_without_an_end(stage: Stage):
    nobody = await person(stage, "Nil")
    await later(stage, nobody)
    assert await run(stage, START + 2 * DAY - HOUR) == 0


async def test_random_lives_of_sessions_bring_no_stale_and_no_double_reminder(stage: Stage):
    chance = random.Random(7)
    ids = [await later(stage, stage.ana, title=f"S{number}") for number in range(6)]
    await hush(stage)
    at, starts = START + DAY - HOUR, dict.fromkeys(ids, START + 2 * DAY)
    off: set[int] = set()
    told = 0
    while at < START + 3 * DAY:
        at += chance.randrange(2, 20) * MIN
        if chance.random() < 0.15:
            session_id = chance.choice(ids)
            if session_id in off:
                if at < starts[session_id]:
                    await sessions.move(stage.context, Move.REOPEN, session_id, by=stage.root, at=at)
                    off.discard(session_id)
            elif at < starts[session_id] - MIN and chance.random() < 0.4:
                await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=at)
                off.add(session_id)
            elif at < starts[session_id] - MIN:
                new = at + chance.randrange(5, 1600) * MIN
                await sessions.move(
                    stage.context,
                    Move.RESCHEDULE,
                    session_id,
                    by=stage.root,
                    at=at,
                    starts_at=new,
                    ends_at=new + HOUR,
                )
                starts[session_id] = new
        await reminders.remind_due(stage.context, at=at)
        if chance.random() < 0.8:
            await deliver(stage, at)
        rows = await stage.rows(
            "SELECT session_id, about_start, sent_at FROM notification WHERE kind = 'reminder' AND state = 'sent'"
            " ORDER BY sent_at, id LIMIT -1 OFFSET ?",
            told,
        )
        told += len(rows)
        for session_id, about, _ in rows:
            assert session_id not in off, "a reminder of a cancelled session"
            assert about == to_ms(starts[int(str(session_id))]), "a reminder of an old start"
    keys = await sent(stage)
    assert len(keys) == len(set(keys))
    assert told >= 10

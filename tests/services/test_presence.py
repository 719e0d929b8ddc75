"""Signals of presence: repeated, late, out of order, from people and platforms."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import RequestState, Role, Source, Status
from sessiontui.services import boards, presence, requests, ticking
from sessiontui.services.presence import PresenceReport
from tests.conftest import NOON, Stage
from tests.services.test_requests import make

MIN, S = timedelta(minutes=1), timedelta(seconds=1)
START = NOON + timedelta(hours=3)


async def status(stage: Stage, now: datetime) -> Status:
    await ticking.tick(stage.context, at=now)
    (line,) = (await boards.board(stage.context, "", now=now, by=stage.root)).lines
    assert await stage.rows("SELECT status, active FROM session") == [(str(line.status), line.active)]
    return line.status


async def test_join_beat_fall_silent_and_leave_late(stage: Stage):
    session_id = await make(stage)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    await presence.heartbeat(stage.context, session_id, stage.ana, by=stage.root, at=START + 30 * S)
    assert await status(stage, START + 120 * S - timedelta(milliseconds=1)) is Status.ACTIVE
    assert await status(stage, START + 120 * S) is Status.WAITING
    assert await ticking.sweep(stage.context, at=START + 120 * S) == 1
    assert await stage.rows("SELECT left_at - joined_at, source FROM presence") == [(30_000, "inferred")]
    report = PresenceReport(
        session_id=session_id, signal=Signal.LEAVE, at=START + 110 * S, source=Source.WEBHOOK, person_id=stage.ana
    )
    await presence.record(stage.context, [report], by=stage.root, at=START + 10 * MIN)
    assert await stage.rows("SELECT left_at - joined_at, source FROM presence") == [(110_000, "api")]


async def test_a_repeated_signal_changes_nothing_and_is_not_audited_again(stage: Stage):
    session_id = await make(stage)
    for _ in range(3):
        await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    assert await stage.rows("SELECT count(*) FROM presence_signal") == [(1,)]
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'presence.record'") == [(1,)]


async def test_any_order_of_arrival_stores_the_same_stays(stage: Stage):
    steps = [(Signal.JOIN, 0), (Signal.LEAVE, 10), (Signal.JOIN, 20), (Signal.LEAVE, 30), (Signal.END, 40)]
    orders = Random(3).sample(list(permutations(steps)), 12)
    found = set()
    for order in orders:
        session_id = await make(stage)
        for signal, minute in [*order, *order[::2]]:
            report = PresenceReport(
                session_id=session_id, signal=signal, at=START + minute * MIN, source=Source.WEBHOOK,
                person_id=None if signal is Signal.END else stage.ana,
            )  # fmt: skip
            await presence.record(stage.context, [report], by=stage.root, at=START + 50 * MIN)
        found.add(
            tuple(
                await stage.rows("SELECT joined_at, left_at, source FROM presence WHERE session_id = ?", session_id)
            )
        )
    assert len(found) == 1
    assert len(found.pop()) == 2


async def test_the_end_of_the_platform_closes_presences_and_not_the_session(stage: Stage):
    session_id = await make(stage)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    await presence.end(stage.context, session_id, by=stage.root, at=START + 20 * MIN)
    assert await status(stage, START + 20 * MIN) is Status.WAITING
    assert await stage.rows("SELECT control FROM session") == [("scheduled",)]


async def test_one_batch_is_one_entry(stage: Stage):
    session_id = await make(stage)
    reports = [
        PresenceReport(session_id=session_id, signal=Signal.JOIN, at=START, source=Source.API, person_id=person)
        for person in (stage.ana, stage.bob, stage.cyd)
    ]
    before = await stage.rows("SELECT count(*) FROM audit_entry")
    receipt = await presence.record(stage.context, reports, by=stage.root, at=START)
    assert receipt.sentence == "recorded 3 presence signals"
    after = await stage.rows("SELECT count(*) FROM audit_entry")
    assert after[0][0] == before[0][0] + 1  # type: ignore[operator]
    with pytest.raises(BadInput):
        await presence.record(stage.context, [], by=stage.root, at=START)


async def test_participants_join_for_themselves_once_approved(stage: Stage):
    session_id = await make(stage)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    with pytest.raises(NotAllowed):
        await presence.join(stage.context, session_id, stage.ana, by=ana, at=START)
    await requests.ask(stage.context, session_id, stage.ana, by=ana, at=NOON)
    request = await requests.find(stage.context, session_id, stage.ana)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON)
    await presence.join(stage.context, session_id, stage.ana, by=ana, at=START)
    for other in (stage.bob,):
        with pytest.raises(NotAllowed):
            await presence.leave(stage.context, session_id, other, by=ana, at=START)
    with pytest.raises(NotAllowed):
        await presence.end(stage.context, session_id, by=ana, at=START)


async def test_nobody_and_nothing_are_not_found(stage: Stage):
    session_id = await make(stage)
    with pytest.raises(NotFound):
        await presence.join(stage.context, 4711, stage.ana, by=stage.root, at=START)
    with pytest.raises(NotFound):
        await presence.join(stage.context, session_id, 4711, by=stage.root, at=START)


async def test_hosts_and_authors_record_anyone_in_their_own_sessions_and_nobody_elsewhere(stage: Stage):
    hosted, foreign = await make(stage, mentor_id=stage.bob), await make(stage)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    await presence.join(stage.context, hosted, stage.ana, by=bob, at=START)
    await presence.heartbeat(stage.context, hosted, stage.ana, by=bob, at=START + 30 * S)
    await presence.leave(stage.context, hosted, stage.ana, by=bob, at=START + MIN)
    await presence.join(stage.context, hosted, stage.bob, by=bob, at=START + MIN)
    await presence.end(stage.context, hosted, by=bob, at=START + 2 * MIN)
    assert await stage.rows("SELECT count(*), count(left_at) FROM presence") == [(2, 2)]
    for who in (stage.ana, stage.bob):
        with pytest.raises(NotAllowed, match="host or author"):
            await presence.join(stage.context, foreign, who, by=bob, at=START)
    with pytest.raises(NotAllowed):
        await presence.end(stage.context, foreign, by=bob, at=START)


async def test_a_mentor_joins_the_session_of_another_once_approved_and_only_for_themselves(stage: Stage):
    session_id = await make(stage)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    await requests.ask(stage.context, session_id, stage.bob, by=bob, at=NOON)
    request = await requests.find(stage.context, session_id, stage.bob)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON)
    await presence.join(stage.context, session_id, stage.bob, by=bob, at=START)
    with pytest.raises(NotAllowed):
        await presence.leave(stage.context, session_id, stage.ana, by=bob, at=START)


async def test_a_viewer_records_nobody(stage: Stage):
    session_id = await make(stage)
    with pytest.raises(NotAllowed, match="a viewer may not"):
        await presence.join(stage.context, session_id, stage.ana, by=Actor(stage.ana, "Ana", Role.VIEWER), at=START)


async def test_one_signal_without_the_right_keeps_its_whole_report_out_and_no_other(stage: Stage):
    mine, other = await make(stage, mentor_id=stage.bob), await make(stage)
    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    reports = [
        PresenceReport(session_id=session_id, signal=Signal.JOIN, at=START, source=Source.API, person_id=stage.ana)
        for session_id in (mine, other)
    ]
    told = await asyncio.gather(
        presence.record(stage.context, reports, by=bob, at=START),
        presence.record(stage.context, reports[:1], by=bob, at=START + S),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in told] == ["NotAllowed", "Receipt"]
    assert await stage.rows("SELECT session_id, received_at FROM presence_signal") == [
        (mine, int((START + S).timestamp()) * 1000)
    ]


async def test_a_signal_may_carry_a_key_and_is_answered_once(stage: Stage):
    session_id = await make(stage)
    first = await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START, key="j")
    again = await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START, key="j")
    assert again == first
    assert first.sentence == "recorded 1 presence signal"
    unkeyed = await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    assert unkeyed.sentence == "recorded 0 presence signals"
    with pytest.raises(BadInput):
        await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START, key="k" * 201)

"""The path of events: batches in one commit, each event for itself, and rows as the rules say after any sequence."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotFound, ReadOnly, SessiontuiError, Unavailable
from sessiontui.domain.history import facts_at, instants
from sessiontui.domain.instants import from_ms, maybe_ms, to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.presence import Signal, Stay, closed_at
from sessiontui.domain.rules import KEYS_KEPT
from sessiontui.domain.transitions import next_transition_at
from sessiontui.domain.vocabulary import Control, Move, Priority, RequestState, Source
from sessiontui.services import events, presence, requests, sessions, ticking
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.alert_walk import follow, lifted
from sessiontui.store.deriving import derived_row, stored_counts
from sessiontui.store.engine import Database, connect
from sessiontui.store.folding import refold
from sessiontui.store.haystack import haystacks
from sessiontui.store.histories import load
from sessiontui.store.nearby import nearby
from sessiontui.store.sights import MOVING
from sessiontui.store.tx import Tx
from sessiontui.store.widths import COLUMNS
from sessiontui.store.writer import Writer
from tests.conftest import NOON, Stage, build_stage
from tests.store.test_write_path import words_of

S, MIN = timedelta(seconds=1), timedelta(minutes=1)
START = NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def foreseen_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for all events of a batch at once where there are three, so that small batches go both ways."""
    for module in ("foresight", "events"):
        monkeypatch.setattr(f"sessiontui.store.{module}.WORTH_IT", 3)


async def make(stage: Stage, **changes: object) -> int:
    draft = {"title": "Circle", "starts_at": START, "ends_at": START + 60 * MIN, "publish": True}
    receipt = await sessions.create(stage.context, SessionDraft(**{**draft, **changes}), by=stage.root, at=NOON)
    return receipt.sessions[0]


async def join(stage: Stage, session_id: int, person_id: int, at: datetime = START, **more: str) -> str:
    receipt = await presence.join(stage.context, session_id, person_id, by=stage.root, at=at, **more)
    return receipt.sentence


async def number(stage: Stage, table: str) -> int:
    return cast("int", (await stage.rows(f"SELECT count(*) FROM {table}"))[0][0])


# -- batches ------------------------------------------------------------------------------------------------


async def test_events_at_one_moment_share_a_commit_and_its_audit_entry(stage: Stage):
    session_id = await make(stage)
    before, pulse = await number(stage, "audit_entry"), await number(stage, "change_log")
    told = await asyncio.gather(*(join(stage, session_id, person) for person in (stage.ana, stage.bob, stage.cyd)))
    assert told == ["recorded 1 presence signal"] * 3
    assert await number(stage, "audit_entry") == before + 1
    assert await number(stage, "change_log") == pulse + 1
    rows = await stage.rows("SELECT sentence, subject_id, by_name FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert rows == [("recorded 3 presence signals", session_id, "Root")]
    assert await stage.rows("SELECT active FROM session") == [(3,)]


async def test_several_senders_are_named_in_the_entry_of_their_batch(stage: Stage):
    session_id = await make(stage, mentor_id=stage.bob)
    from sessiontui.domain.access import Actor
    from sessiontui.domain.vocabulary import Role

    bob = Actor(stage.bob, "Bob", Role.MENTOR)
    await asyncio.gather(
        join(stage, session_id, stage.ana),
        presence.join(stage.context, session_id, stage.cyd, by=bob, at=START),
    )
    rows = await stage.rows("SELECT sentence, by_id, json_extract(detail, '$.by') FROM audit_entry ORDER BY id DESC")
    assert rows[0] == ("recorded 2 presence signals of 2 senders", None, f"[{stage.root.id},{stage.bob}]")


async def test_heartbeats_alone_are_not_audited(stage: Stage):
    session_id = await make(stage)
    await join(stage, session_id, stage.ana)
    before = await number(stage, "audit_entry")
    await presence.heartbeat(stage.context, session_id, stage.ana, by=stage.root, at=START + 30 * S)
    assert await number(stage, "audit_entry") == before
    assert await number(stage, "presence_signal") == 2


async def test_an_event_that_fails_leaves_the_others_alone(stage: Stage):
    session_id = await make(stage)
    told = await asyncio.gather(
        join(stage, session_id, stage.ana),
        join(stage, 4711, stage.ana),
        join(stage, session_id, 4712),
        presence.record(
            stage.context,
            [
                PresenceReport(session_id=session_id, signal=Signal.JOIN, at=START, source=Source.API, person_id=who)
                for who in (stage.cyd, 4713)
            ],
            by=stage.root,
            at=START,
        ),
        join(stage, session_id, stage.bob),
        return_exceptions=True,
    )
    assert [type(answer) for answer in told] == [str, NotFound, NotFound, NotFound, str]
    assert await stage.rows("SELECT person_id FROM presence ORDER BY id") == [(stage.ana,), (stage.bob,)]
    assert await number(stage, "presence_signal") == 2


async def test_what_an_event_wrote_before_it_failed_is_undone(stage: Stage):
    session_id = await make(stage)

    async def half(tx: Tx) -> None:
        await tx.update("session", session_id, title="Half")
        tx.touch(session_id)
        await tx.audit("test", "half")
        raise Conflict("no")

    async def whole(tx: Tx) -> int:
        return (await tx.audit("test", "whole")).id

    db = stage.context.db
    told = await asyncio.gather(
        db.event(half, by=stage.root, at=START),
        db.event(whole, by=stage.root, at=START),
        db.event(half, by=stage.root, at=START),
        return_exceptions=True,
    )
    assert [type(answer) for answer in told] == [Conflict, int, Conflict]
    assert await stage.rows("SELECT title FROM session") == [("Circle",)]
    assert await stage.rows("SELECT sentence FROM audit_entry WHERE action = 'test'") == [("whole",)]


async def test_a_batch_that_cannot_be_settled_is_taken_apart(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    session_id, poisoned = await make(stage), await make(stage)
    finish = Tx.finish

    async def picky(tx: Tx) -> None:
        if tx.is_touched(poisoned):
            raise ArithmeticError
        await finish(tx)

    monkeypatch.setattr(Tx, "finish", picky)
    told = await asyncio.gather(
        join(stage, session_id, stage.ana),
        join(stage, poisoned, stage.ana),
        join(stage, session_id, stage.bob),
        return_exceptions=True,
    )
    assert [type(answer) for answer in told] == [str, ArithmeticError, str]
    assert await stage.rows("SELECT session_id FROM presence") == [(session_id,)] * 2


async def test_a_cancelled_sender_does_not_break_the_batch(stage: Stage):
    session_id = await make(stage)
    async with stage.context.db.write(by=stage.root, at=START):  # nobody gets a turn meanwhile
        tasks = [asyncio.create_task(join(stage, session_id, who)) for who in (stage.ana, stage.bob, stage.cyd)]
        await asyncio.sleep(0.02)
        tasks[1].cancel()
        await asyncio.sleep(0)
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in told] == [str, asyncio.CancelledError, str]
    assert await stage.rows("SELECT person_id FROM presence") == [(stage.ana,), (stage.cyd,)]


class LoudError(BaseException):
    """One that ``except Exception`` lets through."""


@pytest.mark.parametrize("loud", [LoudError, asyncio.CancelledError])
async def test_a_deed_may_fail_with_anything_and_nobody_waits_for_ever(stage: Stage, loud: type[BaseException]):
    session_id = await make(stage)

    async def shout(tx: Tx) -> None:
        await tx.audit("test", "half")
        raise loud

    async def together() -> list[object]:
        return await asyncio.gather(
            join(stage, session_id, stage.ana),
            stage.context.db.event(shout, by=stage.root, at=START),
            join(stage, session_id, stage.bob),
            return_exceptions=True,
        )

    told = await asyncio.wait_for(together(), 30)
    assert [type(answer) for answer in told] == [str, loud, str]
    assert await stage.rows("SELECT sentence FROM audit_entry WHERE action = 'test'") == []
    assert await asyncio.wait_for(join(stage, session_id, stage.cyd), 30) == "recorded 1 presence signal"


async def test_a_queue_that_is_ended_lets_everybody_go(stage: Stage):
    session_id = await make(stage)
    started = asyncio.Event()

    async def linger(tx: Tx) -> None:
        started.set()
        await asyncio.sleep(30)

    first = asyncio.create_task(stage.context.db.event(linger, by=stage.root, at=START))
    await started.wait()
    second = asyncio.create_task(join(stage, session_id, stage.ana))
    await asyncio.sleep(0)
    (pump,) = [task for task in asyncio.all_tasks() if "_write_all" in repr(task)]
    pump.cancel()
    told = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 30)
    assert [type(answer) for answer in told] == [asyncio.CancelledError] * 2
    assert await asyncio.wait_for(join(stage, session_id, stage.bob), 30) == "recorded 1 presence signal"
    assert await stage.rows("SELECT person_id FROM presence") == [(stage.bob,)]


async def test_transactions_and_events_take_turns(stage: Stage):
    """Neither a flood of events nor one of transactions keeps the other from being written."""
    session_id = await make(stage)
    over = asyncio.Event()
    done = {"events": 0, "transactions": 0}

    async def flood(seed: int) -> None:
        while not over.is_set():
            at = START + done["events"] * timedelta(milliseconds=1)
            await presence.heartbeat(stage.context, session_id, stage.ana, by=stage.root, at=at + seed * MIN)
            done["events"] += 1

    async def change() -> None:
        while not over.is_set():
            async with stage.context.db.write(by=stage.root, at=START) as tx:
                await tx.audit("test", "took its turn")
            done["transactions"] += 1

    tasks = [asyncio.create_task(flood(seed)) for seed in range(8)] + [
        asyncio.create_task(change()) for _ in range(4)
    ]
    try:
        async with asyncio.timeout(60):
            while min(done.values()) < 20:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def test_who_is_told_goes_on_before_the_next_batch_is_written(stage: Stage):
    """Those whose event is on the disk do not wait for the work of those who came after them."""
    started = asyncio.Event()
    order: list[str] = []

    async def first(tx: Tx) -> None:
        await tx.audit("test", "is written first")
        started.set()

    async def second(tx: Tx) -> None:
        order.append("next")
        await tx.audit("test", "is written next")

    async def send() -> None:
        await stage.context.db.event(first, by=stage.root, at=START)
        order.append("told")

    sending = asyncio.create_task(send())
    await started.wait()
    await asyncio.gather(sending, stage.context.db.event(second, by=stage.root, at=START))
    assert order == ["told", "next"]


async def test_a_batch_that_begins_anew_waits_for_the_lock_and_is_not_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    """Between taking a failed batch back and beginning it anew, another process may have the lock for a moment."""
    session_id = await make(stage)
    lock = connect(stage.path)

    async def poison(tx: Tx) -> None:
        await tx.audit("test", "half")
        raise Conflict("poisoned")

    again = Writer.again

    async def overtaken(self: Writer, connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        lock.execute("BEGIN IMMEDIATE")
        connection.execute("BEGIN")
        asyncio.get_running_loop().call_later(0.05, lock.execute, "ROLLBACK")
        await again(self, connection)

    monkeypatch.setattr(Writer, "again", overtaken)
    told = await asyncio.gather(
        join(stage, session_id, stage.ana),
        stage.context.db.event(poison, by=stage.root, at=START),
        return_exceptions=True,
    )
    lock.close()
    assert [type(answer) for answer in told] == [str, Conflict]
    assert await stage.rows("SELECT person_id FROM presence") == [(stage.ana,)]
    assert await stage.rows("SELECT sentence FROM audit_entry WHERE action = 'test'") == []


async def test_a_busy_database_is_told_to_everyone_and_nothing_is_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    pragmas = ("PRAGMA busy_timeout = 20", "PRAGMA foreign_keys = ON")
    monkeypatch.setattr("sessiontui.store.connecting.WRITE_PRAGMAS", pragmas)
    monkeypatch.setattr("sessiontui.store.writer.PATIENCE", (0.01,))
    session_id = await make(stage)
    await stage.context.db.close()
    other = Stage(await _context(stage), stage.root, stage.ana, stage.bob, stage.cyd, stage.path)
    lock = connect(stage.path)
    lock.execute("BEGIN IMMEDIATE")
    told = await asyncio.gather(
        join(other, session_id, stage.ana), join(other, session_id, stage.bob), return_exceptions=True
    )
    lock.execute("ROLLBACK")
    lock.close()
    assert [type(answer) for answer in told] == [Unavailable] * 2
    assert await join(other, session_id, stage.ana) == "recorded 1 presence signal"
    assert await number(other, "presence") == 1
    await other.context.db.close()


async def test_what_was_sent_is_written_before_the_database_closes(stage: Stage):
    session_id = await make(stage)
    tasks = [asyncio.create_task(join(stage, session_id, who)) for who in (stage.ana, stage.bob)]
    await asyncio.sleep(0)
    await stage.context.db.close()
    assert await asyncio.gather(*tasks) == ["recorded 1 presence signal"] * 2


async def test_a_database_open_for_reading_takes_no_events(stage: Stage):
    db = await Database.open(stage.path, read_only=True)
    with pytest.raises(ReadOnly):
        await db.event(lambda tx: tx.finish(), by=stage.root, at=START)
    await db.close()


async def _context(stage: Stage) -> events.Context:
    return events.Context(db=await Database.open(stage.path))


# -- keys ---------------------------------------------------------------------------------------------------


async def test_a_repeated_key_is_told_the_first_answer(stage: Stage):
    session_id = await make(stage)
    first = await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON, key="k1")
    again = await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON + MIN, key="k1")
    assert again == first
    assert await number(stage, "join_request") == 1
    with pytest.raises(Conflict, match="asked already"):
        await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON, key="k2")
    with pytest.raises(Conflict, match="something else"):
        await requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=NOON, key="k1")


async def test_a_key_that_comes_twice_in_one_batch_is_done_once(stage: Stage):
    session_id = await make(stage)
    asked = [requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON, key="k") for _ in range(8)]
    assert len({receipt.sentence for receipt in await asyncio.gather(*asked)}) == 1
    assert await number(stage, "request_change") == 1


async def test_what_failed_keeps_no_answer_and_keys_are_ones_own(stage: Stage):
    with pytest.raises(NotFound):
        await join(stage, 1, stage.ana, key="k")
    session_id = await make(stage)
    assert session_id == 1
    assert await join(stage, 1, stage.ana, key="k") == "recorded 1 presence signal"
    from sessiontui.domain.access import Actor

    told = await presence.leave(stage.context, 1, stage.ana, by=Actor.system("api"), at=START + MIN, key="k")
    assert told.sessions == (1,)
    assert await stage.rows("SELECT left_at IS NULL FROM presence") == [(0,)]


async def test_old_keys_are_forgotten(stage: Stage):
    session_id = await make(stage)
    await join(stage, session_id, stage.ana, key="old", at=START)
    await join(stage, session_id, stage.bob, key="new", at=START + MIN)
    assert await events.forget_keys(stage.context, at=START + KEYS_KEPT) == 0
    assert await events.forget_keys(stage.context, at=START + KEYS_KEPT + S) == 1
    assert await stage.rows("SELECT key FROM idempotency_key") == [("new",)]


# -- rows as the rules say ----------------------------------------------------------------------------------


async def stored_stays(stage: Stage, now: datetime) -> list[tuple[object, ...]]:
    """Return the stays as they count at an instant, whether or not a sweep has come by."""
    rules = stage.context.rules
    found: list[tuple[object, ...]] = []
    for session_id, person_id, joined_at, left_at, beat, source in await stage.rows(
        "SELECT session_id, person_id, joined_at, left_at, heartbeat_at, source FROM presence"
    ):
        stay = Stay(
            who="",
            joined_at=from_ms(cast("int", joined_at)),
            left_at=None if left_at is None else from_ms(cast("int", left_at)),
            heartbeat_at=None if beat is None else from_ms(cast("int", beat)),
        )
        end = closed_at(stay, now, rules)
        silent = left_at is None and end is not None
        found.append((session_id, person_id, joined_at, end and to_ms(end), beat, "inferred" if silent else source))
    return sorted(found, key=repr)


async def folded_stays(stage: Stage, now: datetime) -> list[tuple[object, ...]]:
    """Return the stays that all signals fold into, by folding them in a transaction that is then given up."""

    class GivenUpError(Exception):
        pass

    found: list[tuple[object, ...]] = []
    try:
        async with stage.context.db.write(by=stage.root, at=now) as tx:
            for (session_id,) in await tx.fetch("SELECT id FROM session"):
                await refold(tx, cast("int", session_id))
            found += await tx.fetch(
                "SELECT session_id, person_id, joined_at, left_at, heartbeat_at, source FROM presence"
            )
            raise GivenUpError
    except GivenUpError:
        return sorted(found, key=repr)


async def check_rows(stage: Stage, now: datetime, *, exact: bool) -> None:
    """Compare every row with the rules; between ticks, those that are due may look as they did."""
    await stage.context.db.drained()
    fetch, rules = stage.context.db.fetch, stage.context.rules
    rows = await fetch(f"SELECT id, priority, flags, link, source, {', '.join(COLUMNS)} FROM session")
    histories = await load(fetch, [cast("int", row[0]) for row in rows])
    near = await nearby(fetch, {cast("int", row[0]): (str(row[3]), str(row[4])) for row in rows})
    for row in rows:
        stored_due = row[5 + COLUMNS.index("next_transition_at")]
        if not exact and stored_due is not None and cast("int", stored_due) <= to_ms(now):
            continue
        history = histories[cast("int", row[0])]
        facts = facts_at(history, now, rules=rules)
        derived = derive(facts, now, rules)
        followed = follow(history, near[cast("int", row[0])], facts, derived, now=now, due=None, rules=rules)
        due = (maybe_ms(next_transition_at(facts, now, rules, marks=instants(history))), followed.due(to_ms(now)))
        wanted = derived_row(
            facts,
            derived,
            now,
            priority=Priority(str(row[1])),
            flags=str(row[2]),
            lift=lifted(followed.standing, to_ms(now)),
            due=min((instant for instant in due if instant is not None), default=None),
        )
        for name, stored, right in zip(COLUMNS, row[5:], wanted, strict=True):
            if name == "next_transition_at":
                assert right is None or (stored is not None and stored <= right), f"#{row[0]} is due late at {now}"
            elif name not in ("actual_ms", *MOVING):
                assert stored == right, f"{name} of #{row[0]} at {now}"
    counted = {str(row[0]): row[1:] for row in await fetch("SELECT status, n, pending FROM status_count") if row[1]}
    assert counted == await stored_counts(fetch)
    texts = await fetch("SELECT haystack, title_words, tag_keys, id FROM session ORDER BY id")
    wanted = sorted(await haystacks(fetch, [cast("int", row[0]) for row in rows]), key=lambda row: row[3])
    assert [(words_of(row), *row[1:]) for row in texts] == [(words_of(row), *row[1:]) for row in wanted]
    owed = {row[0] for row in await fetch("SELECT session_id FROM words_due")}
    assert [row for row in texts if row[3] not in owed] == [row for row in wanted if row[3] not in owed]


@pytest.mark.parametrize("seed", range(12))
async def test_stays_and_rows_are_what_all_signals_fold_into_after_any_sequence(stage: Stage, seed: int):
    pick = Random(seed)
    crowd = [stage.ana, stage.bob, stage.cyd, cast("int", stage.root.id)]
    ids = [
        await make(stage, mentor_id=stage.bob),
        await make(stage, title="No host", starts_at=START - 20 * MIN),
        await make(stage, starts_at=START + 10 * MIN, ends_at=START + 20 * MIN),
    ]
    await sessions.move(stage.context, Move.START, ids[2], by=stage.root, at=START - MIN)
    ids.append(await make(stage, title="Paused", starts_at=START - 30 * MIN, ends_at=START + 5 * MIN))
    for what in (Move.START, Move.PAUSE):
        await sessions.move(stage.context, what, ids[3], by=stage.root, at=START - 2 * MIN)
    await requests.ask(stage.context, ids[0], stage.ana, by=stage.root, at=NOON)
    now, sent = START - MIN, []
    calm = seed % 2 == 0  # what mostly happens: everything in its order, beats in time
    for step in range(70):
        now += timedelta(seconds=pick.choice((0.001, 1, 5, 15) if calm else (0.001, 1, 20, 30, 60, 90, 200)))
        reports = []
        for _ in range(pick.randint(1, 5)):
            late = timedelta() if pick.random() < (0.97 if calm else 0.6) else pick.choice((1, 29, 61, 95)) * S
            signal = pick.choices([*Signal][:4], (3, 8, 2, 0.15))[0]
            report = PresenceReport(
                session_id=pick.choice(ids),
                signal=signal,
                at=now - late,
                source=pick.choice((Source.API, Source.WEBHOOK)),
                person_id=None if signal is Signal.END else pick.choice(crowd),
                connection=pick.choice(("", "", "", "phone")),
            )
            reports.append(report)
        sent += reports
        if pick.random() < 0.1:
            reports.append(pick.choice(sent))
        split = pick.randint(0, len(reports))
        parts = [part for part in (reports[:split], *([one] for one in reports[split:])) if part]
        await asyncio.gather(*(presence.record(stage.context, part, by=stage.root, at=now) for part in parts))
        assert await stored_stays(stage, now) == await folded_stays(stage, now), step
        await check_rows(stage, now, exact=False)
        if pick.random() < 0.3:
            await ticking.tick(stage.context, at=now)
            await check_rows(stage, now, exact=True)
        if pick.random() < 0.1:
            await ticking.sweep(stage.context, at=now)
            assert await stored_stays(stage, now) == await folded_stays(stage, now), step
    await ticking.tick(stage.context, at=now)
    assert await ticking.rebuild(stage.context, at=now) == 0


async def test_a_status_is_never_late_with_heartbeats_alone(stage: Stage):
    """Between two heartbeats nothing is derived; yet silence is shown to the millisecond, and taken back at once."""
    session_id = await make(stage)
    await join(stage, session_id, stage.ana)
    await join(stage, session_id, stage.bob)

    async def beat(at: datetime) -> None:
        await presence.heartbeat(stage.context, session_id, stage.ana, by=stage.root, at=at)

    async def shown(at: datetime) -> tuple[object, ...]:
        await ticking.tick(stage.context, at=at)
        return (await stage.rows("SELECT status, badges, active FROM session"))[0]

    for number_of in range(1, 20):
        await beat(START + number_of * 30 * S)
        assert await shown(START + number_of * 30 * S + 29 * S) == ("active", "NO_HOST" if number_of > 9 else "", 2)
    last = START + 19 * 30 * S
    assert await shown(last + 60 * S) == ("active", "NO_HOST", 2)
    assert await shown(last + 60 * S + timedelta(milliseconds=1)) == ("active", "NO_HOST,STALE", 2)
    await beat(last + 70 * S)
    assert (await stage.rows("SELECT badges FROM session"))[0] == ("NO_HOST",)
    assert await shown(last + 160 * S - timedelta(milliseconds=1)) == ("active", "NO_HOST,STALE", 2)
    assert await shown(last + 160 * S) == ("active", "NO_HOST", 1)
    await beat(last + 200 * S)
    assert (await stage.rows("SELECT active FROM session"))[0] == (2,)


async def test_a_crowd_is_counted_without_deriving_the_session_each_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    db = stage.context.db  # of so few, one who leaves may be half of them, which the rule wants to look at
    db.rules = replace(db.rules, alerts=replace(db.rules.alerts, unstable=None))
    session_id = await make(stage)
    await join(stage, session_id, stage.ana)

    async def never(*_: object, **__: object) -> None:
        raise AssertionError("a session was derived")

    monkeypatch.setattr("sessiontui.store.finishing.recompute", never)
    await join(stage, session_id, stage.bob, START + S)
    await join(stage, session_id, stage.cyd, START + S)
    for who in (stage.ana, stage.bob, stage.ana):
        await presence.heartbeat(stage.context, session_id, who, by=stage.root, at=START + 2 * S)
    await presence.leave(stage.context, session_id, stage.bob, by=stage.root, at=START + 3 * S)
    await join(stage, session_id, stage.bob, START + 4 * S)
    await presence.leave(stage.context, session_id, stage.cyd, by=stage.root, at=START + 5 * S)
    assert await stage.rows("SELECT active, departed FROM session") == [(2, 1)]
    monkeypatch.undo()
    await check_rows(stage, START + 6 * S, exact=True)


@pytest.mark.parametrize("what", ["paused", "over"])
async def test_heads_alone_are_counted_also_in_a_pause_and_past_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, what: str
):
    db = stage.context.db
    db.rules = replace(db.rules, alerts=replace(db.rules.alerts, unstable=None))
    session_id = await make(stage)
    await join(stage, session_id, stage.ana)
    now = START + 10 * MIN
    if what == "paused":
        await sessions.move(stage.context, Move.START, session_id, by=stage.root, at=START + MIN)
        await sessions.move(stage.context, Move.PAUSE, session_id, by=stage.root, at=START + 2 * MIN)
    else:
        now = START + 180 * MIN
    await ticking.tick(stage.context, at=now)

    async def never(*_: object, **__: object) -> None:
        raise AssertionError("a session was derived")

    monkeypatch.setattr("sessiontui.store.finishing.recompute", never)
    await join(stage, session_id, stage.bob, now + S / 10)
    await join(stage, session_id, stage.cyd, now + S / 10)
    await presence.heartbeat(stage.context, session_id, stage.cyd, by=stage.root, at=now + S / 5)
    await presence.leave(stage.context, session_id, stage.bob, by=stage.root, at=now + S / 2)
    assert await stage.rows("SELECT active, departed FROM session") == [(2, 1)]
    monkeypatch.undo()
    await check_rows(stage, now + S / 2, exact=True)
    assert (await stage.rows("SELECT status FROM session"))[0][0] == ("paused" if what == "paused" else "active")


async def test_who_came_or_left_before_the_others_is_told_late_and_changes_since_when_someone_is_there(stage: Stage):
    db = stage.context.db
    db.rules = replace(db.rules, alerts=replace(db.rules.alerts, unstable=None))
    session_id = await make(stage)
    await join(stage, session_id, stage.cyd, START + 60 * S)
    report = PresenceReport(
        session_id=session_id, signal=Signal.JOIN, at=START + 30 * S, source=Source.API, person_id=stage.ana
    )
    await presence.record(stage.context, [report], by=stage.root, at=START + 61 * S)
    since = "SELECT present_since FROM session"
    assert await stage.rows(since) == [(to_ms(START + 30 * S),)]
    left = replace(report, signal=Signal.LEAVE, at=START + 50 * S)
    await presence.record(stage.context, [left], by=stage.root, at=START + 62 * S)
    assert await stage.rows(since) == [(to_ms(START + 60 * S),)]
    await check_rows(stage, START + 62 * S, exact=True)


async def test_an_alert_that_counts_heads_is_written_anew_once_a_second_and_not_for_each(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    """Who comes is on the desk at once; the number in the words of the alert follows with the next tick."""
    session_id = await make(stage)
    await join(stage, session_id, stage.ana)
    late = START + 10 * MIN
    await ticking.tick(stage.context, at=late)

    async def told() -> str:
        rows = await stage.rows("SELECT facts FROM alert WHERE rule = 'host_missing' AND resolved_at IS NULL")
        return str(dict(json.loads(str(rows[0][0])))["guests"])

    async def never(*_: object, **__: object) -> None:
        raise AssertionError("a session was derived")

    assert await told() == "1"
    monkeypatch.setattr("sessiontui.store.finishing.recompute", never)
    await join(stage, session_id, stage.bob, late + S)
    await join(stage, session_id, stage.cyd, late + S + S / 2)
    assert await stage.rows("SELECT active FROM session") == [(3,)]
    monkeypatch.undo()
    await check_rows(stage, late + S + S / 2, exact=True)
    await ticking.tick(stage.context, at=late + 2 * S)
    assert await told() == "3"


async def test_decisions_and_events_agree_on_one_session(stage: Stage):
    session_id = await make(stage)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    wanted = await requests.pending_of(stage.context, [session_id])
    await asyncio.gather(
        requests.decide(stage.context, wanted, RequestState.APPROVED, by=stage.root, at=START),
        join(stage, session_id, stage.ana),
        requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=START),
        sessions.move(stage.context, Move.START, session_id, by=stage.root, at=START),
    )
    await check_rows(stage, START, exact=True)
    assert await stage.rows("SELECT control, pending, approved, active FROM session") == [
        (str(Control.RUNNING), 1, 1, 1)
    ]


@pytest.mark.parametrize("seed", range(8))
async def test_a_batch_writes_what_its_events_would_have_written_one_by_one(stage: Stage, tmp_path: Path, seed: int):
    pick = Random(seed)
    single = await build_stage(tmp_path / "single")
    crowd = [stage.ana, stage.bob, stage.cyd, cast("int", stage.root.id), 4711]
    pair = (stage, single)
    for each in pair:
        await make(each, mentor_id=each.bob)
        await make(each, starts_at=START + 10 * MIN, ends_at=START + 20 * MIN)
    now = START - MIN
    for step in range(25):
        now += timedelta(seconds=pick.choice((0.001, 1, 20, 40, 100)))
        sent: list[tuple[PresenceReport, str]] = []
        for number_of in range(pick.randint(3, 14)):
            signal = pick.choices([*Signal][:4], (4, 6, 3, 0.2))[0]
            report = PresenceReport(
                session_id=pick.choice((1, 2, 2, 1, 4711)),
                signal=signal,
                at=now - pick.choice((0, 0, 0, 1, 61)) * S,
                source=pick.choice((Source.API, Source.API, Source.WEBHOOK, Source.MANUAL)),
                person_id=None if signal is Signal.END else pick.choices(crowd, (5, 5, 5, 3, 1))[0],
                connection=pick.choice(("", "", "phone")),
                key=pick.choice(("", "", f"k{step}", f"k{step}:{number_of}")),
            )
            sent.append((report, pick.choice(("", f"a{step}:{number_of}", f"a{step}"))))
        told = await asyncio.gather(*(_send(stage, *one, at=now) for one in sent))
        assert told == [await _send(single, *one, at=now) for one in sent], step
        for each in pair:
            await each.context.db.drained()
        for table, columns in _COMPARED.items():
            rows = [await each.rows(f"SELECT {columns} FROM {table} ORDER BY {columns}") for each in pair]
            assert rows[0] == rows[1], (step, table)
    await single.context.db.close()


_COMPARED = {
    "presence_signal": "session_id, key, person_id, signal, at, source, connection, received_at",
    "presence": "session_id, person_id, joined_at, left_at, heartbeat_at, source",
    "session": "id, status, badges, rank, active, departed, haystack",
    "idempotency_key": "key, by_id, asked, json_extract(answer, '$.sentence'), at",
}


async def _send(stage: Stage, report: PresenceReport, key: str, *, at: datetime) -> str:
    try:
        receipt = await presence.record(stage.context, [report], by=Actor.system("platform"), at=at, key=key)
    except SessiontuiError as error:
        return f"{type(error).__name__}: {error.detail}"
    return receipt.sentence

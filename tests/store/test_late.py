"""Signals that come late: one fold of each stream, from its last settled point, whatever the order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, cast

import pytest

from sessiontui.domain.errors import NotFound, SessiontuiError
from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal, Step
from sessiontui.domain.vocabulary import Source
from sessiontui.services import presence, ticking
from sessiontui.services.presence import PresenceReport
from sessiontui.store import late
from sessiontui.store.foresight import key_of
from sessiontui.store.tx import Tx
from tests.conftest import Stage
from tests.store.test_events import START, S, check_rows, folded_stays, make, stored_stays
from tests.store.test_events import foreseen_early as foreseen_early

if TYPE_CHECKING:
    from sessiontui.store.ledger import Ledger
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.writer import Direct

MIN = timedelta(minutes=1)


def told(
    session_id: int, signal: Signal, at: datetime, person_id: int | None = None, **more: object
) -> PresenceReport:
    report = {"session_id": session_id, "signal": signal, "at": at, "source": Source.API, "person_id": person_id}
    return PresenceReport(**{**report, **more})  # type: ignore[arg-type]


async def send(stage: Stage, reports: Sequence[PresenceReport], at: datetime) -> type[BaseException] | None:
    """Send reports as one event; return what kind of refusal came back, if any."""
    try:
        await presence.record(stage.context, reports, by=stage.root, at=at)
    except SessiontuiError as error:
        return type(error)
    return None


async def test_all_orders_of_five_events_each_one_to_three_times_store_one_answer(stage: Stage):
    """Bar 7, through the database: in whatever order, batches and repetition they arrive."""
    kinds = (Signal.JOIN, Signal.LEAVE, Signal.JOIN, Signal.LEAVE, Signal.END)
    pick, now = Random(7), START + 60 * MIN
    answers = set()
    for order in permutations(range(5)):
        session_id = await make(stage)
        five = [
            told(session_id, kind, START + place * 10 * MIN, None if kind is Signal.END else stage.ana)
            for place, kind in enumerate(kinds)
        ]
        events = [five[place] for place in order for _ in range(pick.randint(1, 3))]
        while events:
            size = pick.randint(1, 5)
            await asyncio.gather(*(send(stage, [one], now) for one in events[:size]))
            events = events[size:]
        rows = await stage.rows("SELECT joined_at, left_at, source FROM presence WHERE session_id = ?", session_id)
        answers.add(tuple(sorted(rows)))
    assert len(answers) == 1
    assert len(answers.pop()) == 2


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_comes_late_is_stored_as_the_whole_set_folds(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
):
    """A model: random batches, late, repeated, refused, across transactions, with every reading cut short."""
    pick = Random(seed)
    if seed % 4:
        monkeypatch.setattr(late, "_BACK", (1, 3, -1))
        monkeypatch.setattr(late, "_ON", seed % 4)
    session_id, other = await make(stage, mentor_id=stage.bob), await make(stage)
    attendee = await _attendee(stage, session_id)
    now, sent = START + 40 * MIN, set[tuple[object, ...]]()
    spread = pick.choice((40, 400, 2_000))
    grain = pick.choice((1, 10, 30))
    kinds = pick.choice(((3, 8, 2, 0), (5, 1, 5, 0.1), (2, 2, 2, 0.4), (1, 12, 1, 0)))
    for step in range(24):
        now += pick.choice((0, 1, 20, 100)) * S
        events = []
        for _ in range(pick.randint(1, 12)):
            signal = pick.choices([*Signal][:4], kinds)[0]
            where, who, stranger = session_id, pick.choice((stage.ana, stage.ana, stage.cyd)), None
            if pick.random() < 0.1:
                where = other
            elif pick.random() < 0.15:
                who, stranger = None, attendee
            at = now - pick.randint(0, spread) // grain * grain * S
            events.append(
                told(
                    where,
                    signal,
                    at,
                    None if signal is Signal.END else who,
                    attendee_id=None if signal is Signal.END else stranger,
                    connection="" if signal is Signal.END else pick.choice(("", "", "phone", "tablet")),
                    source=pick.choice((Source.API, Source.WEBHOOK, Source.MANUAL)),
                    key=pick.choice(("", "", f"k{step}")),
                )
            )
        events += pick.sample(events, pick.randint(0, len(events)))
        parts, wrong = _parted(events, pick), told(session_id, Signal.JOIN, now, 4711)
        bad = pick.sample(range(len(parts)), pick.choice((0, 0, 1))) if parts else []
        asked = [[*part, wrong] if place in bad else part for place, part in enumerate(parts)]
        answers = await asyncio.gather(*(send(stage, part, now) for part in asked))
        assert [place for place, one in enumerate(answers) if one is NotFound] == bad
        sent |= {_key(one) for place, part in enumerate(parts) if place not in bad for one in part}
        assert await stage.rows("SELECT count(*) FROM presence_signal") == [(len(sent),)], "a refusal leaves no trace"
        assert await stored_stays(stage, now) == await folded_stays(stage, now), step
        await check_rows(stage, now, exact=False)
        if pick.random() < 0.2:
            await ticking.sweep(stage.context, at=now)
            assert await stored_stays(stage, now) == await folded_stays(stage, now), step


def _parted(events: list[PresenceReport], pick: Random) -> list[list[PresenceReport]]:
    parts = []
    while events:
        size = pick.choice((1, 1, 2, 5))
        parts.append(events[:size])
        events = events[size:]
    return parts


def _key(report: PresenceReport) -> tuple[object, ...]:
    return (report.session_id, key_of(report, to_ms(report.at)))


async def _attendee(stage: Stage, session_id: int) -> int:
    async with stage.context.db.write(by=stage.root, at=START) as tx:
        return await tx.insert("attendee", session_id=session_id, key="n:zoe", name="Zoe", name_key=" zoe ")


# -- the price of a signal ------------------------------------------------------------------------------------


class Price:
    """What folding late signals costs: instants walked, rows read, and steps of the database's own machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.walked = self.read = self.machine = self.folds = 0
        walk, fold_anew, fetch = late.walk, late.fold_anew, Tx.fetch

        def walking(*args: object, **named: object) -> Iterator[Step]:
            for step in walk(*args, **named):  # type: ignore[arg-type]
                self.walked += 1
                yield step

        def ticking_on() -> int:
            self.machine += 1
            return 0

        async def reading(tx: Tx, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
            rows = await fetch(tx, sql, parameters)
            self.read += len(rows)
            return rows

        async def folding(tx: Tx, ledger: Ledger) -> None:
            connection = cast("Direct", tx._statements)._execute.__self__.connection  # type: ignore[attr-defined]
            connection.set_progress_handler(ticking_on, 1)
            monkeypatch.setattr(Tx, "fetch", reading)
            try:
                self.folds += sum(len(anew.streams) for anew in ledger.anew.values())
                await fold_anew(tx, ledger)
            finally:
                monkeypatch.setattr(Tx, "fetch", fetch)
                connection.set_progress_handler(None, 1)

        monkeypatch.setattr(late, "walk", walking)
        monkeypatch.setattr(late, "fold_anew", folding)

    def all(self) -> int:
        """Return everything that was done."""
        return self.walked + self.read + self.machine


async def lived(stage: Stage, session_id: int, kinds: Sequence[Signal], number: int) -> None:
    """Let somebody have a long history on one device, ten seconds apart, beside another that came and stayed."""
    whole = [
        told(session_id, kinds[place % len(kinds)], START + place * 10 * S, stage.ana) for place in range(number)
    ]
    whole.append(told(session_id, Signal.JOIN, START, stage.ana, connection="phone"))

    async def deed(tx: Tx) -> None:
        await presence.store(tx, whole[:1])
        tx.fold_later(session_id)  # all at once
        await presence.store(tx, whole[1:])

    await stage.context.db.event(deed, by=stage.root, at=START + number * 10 * S)


@pytest.mark.parametrize(
    ("kinds", "late_one"),
    [
        ((Signal.HEARTBEAT,), Signal.HEARTBEAT),
        ((Signal.HEARTBEAT,), Signal.LEAVE),
        ((Signal.JOIN, Signal.LEAVE), Signal.HEARTBEAT),
        ((Signal.JOIN,), Signal.LEAVE),
    ],
)
async def test_a_late_signal_costs_what_lies_about_it_however_long_the_history_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kinds: tuple[Signal, ...], late_one: Signal
):
    """The figures of a history of ten thousand are those of one of a thousand, at its start, middle and end."""
    prices: dict[int, list[int]] = {}
    price = Price(monkeypatch)
    for number in (1_000, 10_000):
        session_id = await make(stage, ends_at=START + timedelta(days=2))
        await lived(stage, session_id, kinds, number)
        now = START + number * 10 * S
        for place in (50, number // 2, number - 50):
            before, folds = price.all(), price.folds
            await send(stage, [told(session_id, late_one, START + place * 10 * S + 3 * S, stage.ana)], now)
            assert price.folds == folds + 1
            prices.setdefault(number, []).append(price.all() - before)
        assert await stored_stays(stage, now) == await folded_stays(stage, now)
    assert max(prices[10_000]) < 1.2 * max(prices[1_000]), prices
    assert max(prices[10_000]) < 5_000, prices


async def test_many_late_signals_of_one_stream_are_folded_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    price = Price(monkeypatch)
    session_id = await make(stage)
    await send(stage, [told(session_id, Signal.HEARTBEAT, START + 1_000 * S, stage.ana)], START + 1_000 * S)
    beats = [told(session_id, Signal.HEARTBEAT, START + place * S, stage.ana) for place in range(500)]
    Random(3).shuffle(beats)
    await asyncio.gather(*(send(stage, [beat], START + 1_000 * S) for beat in beats))
    assert price.folds <= 3, "one for each commit"
    assert price.walked < 3 * 600, "and not one for each signal"
    assert await stored_stays(stage, START + 1_000 * S) == await folded_stays(stage, START + 1_000 * S)


async def test_the_newest_signal_of_somebody_with_many_stays_reads_few_rows(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    session_id = await make(stage, ends_at=START + timedelta(days=2))
    await lived(stage, session_id, (Signal.JOIN, Signal.LEAVE), 2_000)
    now = START + 20_000 * S
    await send(stage, [told(session_id, Signal.JOIN, now, stage.ana)], now)
    read, folds = 0, Price(monkeypatch)
    fetch = Tx.fetch

    async def reading(tx: Tx, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        nonlocal read
        rows = await fetch(tx, sql, parameters)
        read += len(rows)
        return rows

    monkeypatch.setattr(Tx, "fetch", reading)
    for place in (1, 2):
        await send(stage, [told(session_id, Signal.HEARTBEAT, now + place * S, stage.ana)], now + place * S)
    now += 9 * S
    beats = [told(session_id, Signal.HEARTBEAT, now, stage.ana, connection=one) for one in ("", "tablet", "tv")]
    await asyncio.gather(*(send(stage, [beat], now) for beat in beats))
    assert (folds.folds, read < 5 * 60) == (2, True), read
    monkeypatch.undo()
    assert await stored_stays(stage, now) == await folded_stays(stage, now)

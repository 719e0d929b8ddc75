"""Calls, errors and scores are noted in memory, written together, added up over processes, and forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.care import Care
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.vocabulary import Role
from sessiontui.services import health, jobs, leading
from sessiontui.services.context import Context
from sessiontui.services.jobs import Books, Ran
from sessiontui.services.measuring import checking, desk, endpoints
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def lines(stage: Stage, at=NOON) -> dict[str, endpoints.EndpointLine]:
    found = await stage.context.db.look(lambda fetch: endpoints.figures(fetch, now=at))
    return {line.endpoint: line for line in found}


def call(context: Context, took: float, status: int = 200, name: str = "GET /x", at=NOON) -> None:
    endpoints.note(context, name, status=status, took_ms=took, at=at)


async def test_calls_of_two_processes_add_up(stage: Stage):
    other = await Database.open(stage.path)
    try:
        second = Context(db=other)
        for took in range(1, 51):
            call(stage.context, took)
            call(second, took + 50, status=500 if took > 48 else 404 if took > 40 else 200)
        for context in (stage.context, second):
            await endpoints.flush(context, at=NOON)
        line = (await lines(stage))["GET /x"]
        assert (line.calls, line.refused, line.errors) == (100, 8, 2)
        assert 44 <= line.p50_ms <= 57
        assert 83 <= line.p95_ms <= 108
        assert await endpoints.flush(stage.context, at=NOON) == 0
    finally:
        await other.close()


async def test_only_the_last_hour_is_shown_and_failing_ones_first(stage: Stage):
    call(stage.context, 5, name="GET /old", at=NOON - HOUR)
    call(stage.context, 5_000, name="GET /slow")
    call(stage.context, 1, status=503, name="GET /bad")
    await endpoints.flush(stage.context, at=NOON)
    assert list(await lines(stage)) == ["GET /bad", "GET /slow"]


async def test_invented_paths_do_not_fill_the_table(stage: Stage):
    for number in range(endpoints.MOST_ENDPOINTS + 50):
        call(stage.context, 1, name=f"GET /{number}")
    await endpoints.flush(stage.context, at=NOON)
    found = await lines(stage)
    assert len(found) == endpoints.MOST_ENDPOINTS + 1
    assert found["other"].calls == 50


async def test_what_cannot_be_written_is_noted_again(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    call(stage.context, 1)
    endpoints.note_error(stage.context, "api", "server", "first", at=NOON)

    async def full(*_: object) -> None:
        raise Refused("the disk is full")

    monkeypatch.setattr(endpoints.kept, "add_errors", full)
    with pytest.raises(Refused):
        await endpoints.flush(stage.context, at=NOON)
    monkeypatch.undo()
    call(stage.context, 1)
    endpoints.note_error(stage.context, "api", "server", "second", at=NOON + MIN)
    await endpoints.flush(stage.context, at=NOON + MIN)
    assert (await lines(stage))["GET /x"].calls == 2
    (error,) = await stage.context.db.look(lambda fetch: endpoints.errors(fetch, now=NOON + MIN))
    assert (error.number, error.message, error.last_at) == (2, "second", NOON + MIN)


async def test_failures_of_jobs_stand_in_the_report(stage: Stage):
    lease = await leading.take(stage.context, holder="w", at=NOON)
    assert lease is not None
    runs = tuple(Ran(job="outbox", at=NOON, took=MIN, error="Unavailable: the disk is full") for _ in range(3))
    async with stage.context.db.write(by=Actor.system(), at=NOON) as tx:
        await jobs.write_books(tx, Books(runs=runs))
    (error,) = await stage.context.db.look(lambda fetch: endpoints.errors(fetch, now=NOON))
    assert (error.place, error.kind, error.number) == ("job outbox", "Unavailable", 3)


async def test_the_health_is_kept_and_shown_as_a_trend(stage: Stage):
    await checking.check(stage.context, at=NOON - 5 * MIN)
    await checking.check(stage.context, at=NOON)
    found = await desk.measured(stage.context, by=stage.root, now=NOON)
    assert [(point.at, point.worst) for point in found.points] == [(NOON - 5 * MIN, "worker"), (NOON, "worker")]
    assert checking.spread(found.points, now=NOON, slots=24)[-2:] == [None, 0]
    with pytest.raises(NotAllowed):
        await desk.measured(stage.context, by=Actor(stage.ana, "Ana", Role.PARTICIPANT), now=NOON)


async def test_what_is_old_is_forgotten_as_it_is_set(stage: Stage):
    for age in (0, 1, 3, 20, 40):
        at = NOON - age * DAY
        call(stage.context, 1, at=at)
        endpoints.note_error(stage.context, "api", "server", "x", at=at)
        await checking.keep_point(stage.context, score=90, worst="", at=at)
    await endpoints.flush(stage.context, at=NOON)

    async def left() -> list[tuple[object, ...]]:
        return await stage.rows(
            "SELECT (SELECT count(*) FROM endpoint_minute), (SELECT count(*) FROM error_tally),"
            " (SELECT count(*) FROM health_point)"
        )

    assert await left() == [(5, 5, 5)]
    await checking.tidy(stage.context, at=NOON)
    assert await left() == [(2, 3, 4)]
    await checking.tidy(
        replace(stage.context, care=Care(calls_kept=HOUR, errors_kept=HOUR, health_kept=HOUR)), at=NOON
    )
    assert await left() == [(1, 1, 1)]


async def test_the_api_and_the_logins_weigh_on_the_score(stage: Stage):
    async def score(name: str) -> int:
        found = await health.health(stage.context, now=NOON)
        return next(part.score for part in found.parts if part.name == name)

    assert await score("api") == 100
    for number in range(100):
        call(stage.context, 20, status=500 if number < 5 else 200)
    await endpoints.flush(stage.context, at=NOON)
    assert await score("api") == 50


async def test_query_times_are_counted(stage: Stage):
    await stage.context.db.fetch("SELECT 1")
    paces = {line.kind: line for line in stage.context.db.pace.lines()}
    assert paces["reads"].number >= 1
    assert paces["writes"].number >= 4
    assert 0 < paces["reads"].p50_ms <= paces["reads"].p95_ms

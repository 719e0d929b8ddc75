from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessiontui.domain.errors import NotFound, ReadOnly
from sessiontui.runtime import Settings, Storage, actor, opened
from sessiontui.runtime import port as port_module
from sessiontui.runtime.port import ConsolePort, Opened
from sessiontui.runtime.settings import Display
from sessiontui.runtime.work import make_worker
from sessiontui.services import jobs, leading, remembering

if TYPE_CHECKING:
    from sessiontui.tui.port import Port

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "a.db"


@pytest.fixture
async def port(path: Path) -> AsyncIterator[ConsolePort]:
    async with opened(Settings(storage=Storage(database=path))) as context:
        yield ConsolePort(context, await actor(context, NOON), display=Display(), clock=lambda: NOON)


def closed_port(path: Path, stack: AsyncExitStack) -> ConsolePort:
    """Return a port that opens a database when the console is ready for it."""

    async def opener() -> Opened:
        context = await stack.enter_async_context(opened(Settings(storage=Storage(database=path))))
        remembered = {"theme": "sessiontui-light", "desk.order": "title"}
        return Opened(context=context, actor=await actor(context, NOON), remembered=remembered)

    return ConsolePort(display=Display(), clock=lambda: NOON, opener=opener)


async def test_it_opens_when_it_is_asked_to_and_once(path: Path) -> None:
    async with AsyncExitStack() as stack:
        port = closed_port(path, stack)
        assert (port.is_open, port.actor.name, port.recall("theme")) == (False, "", None)
        with pytest.raises(RuntimeError, match="not open"):
            _ = port.context
        await port.flush()
        port.remember("desk.order", "start")
        await port.ready()
        context = port.context
        await port.ready()
        assert port.context is context
        assert port.actor.id is not None
        assert (port.recall("theme"), port.recall("desk.order")) == ("sessiontui-light", "start")


async def test_an_opening_whose_asker_went_away_is_finished(path: Path) -> None:
    async with AsyncExitStack() as stack:
        port = closed_port(path, stack)
        asker = asyncio.create_task(port.ready())
        await asyncio.sleep(0)
        asker.cancel()
        await port.settle_opening()
        await port.ready()
        assert port.is_open


async def test_it_is_what_the_console_asks_for(port: ConsolePort) -> None:
    seen: Port = port
    assert seen.clock() == NOON
    assert seen.host
    assert not seen.read_only


async def test_the_first_answer_waits_until_it_is_known_who_leads(port: ConsolePort) -> None:
    answer = asyncio.create_task(port.health())
    await asyncio.wait_for(port.first_frame.wait(), 1)
    worker = port.worker = await make_worker(port.context, kind="console")
    worker.start()
    try:
        await worker.settled.wait()
        port.settled.set()
        found = await answer
        assert found.leads_here
        assert found.leader.startswith("console ")
        assert found.taken_at == NOON
    finally:
        await worker.stop()


async def test_it_answers_though_nobody_ever_leads(port: ConsolePort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_module, "SETTLE_WITHIN", 0.05)
    found = await port.health()
    assert (found.leader, found.leads_here) == ("", False)


async def test_jobs_are_steered_through_it(port: ConsolePort) -> None:
    lease = await leading.take(port.context, holder="a", at=NOON)
    assert lease is not None
    await jobs.name_all(port.context, [("tick", timedelta(seconds=1))], at=NOON, epoch=lease.epoch)
    await port.pause_job("tick")
    assert (await jobs.lines(port.context))[0].paused
    await port.resume_job("tick")
    await port.run_job("tick")
    wish = (await jobs.wishes(port.context))[0]
    assert (wish.paused, wish.wanted_at) == (False, NOON)
    with pytest.raises(NotFound):
        await port.run_job("none")


async def test_view_state_is_kept_per_person(port: ConsolePort) -> None:
    assert port.recall("theme") is None
    port.remember("theme", "sessiontui-light")
    port.remember("desk.query", "status:live\x00")
    assert port.recall("theme") == "sessiontui-light"
    await port.flush()
    kept = await remembering.recall(port.context, port.actor)
    assert kept["theme"] == "sessiontui-light"
    assert "\x00" not in kept["desk.query"]
    again = ConsolePort(port.context, port.actor, display=Display(), remembered=kept)
    assert again.recall("theme") == "sessiontui-light"
    set_by_option = ConsolePort(port.context, port.actor, display=Display(theme="safe"), remembered=kept)
    assert set_by_option.recall("theme") == "sessiontui-safe"


async def test_looking_is_no_act(port: ConsolePort) -> None:
    before = await port.context.db.fetch("SELECT count(*) FROM audit_entry")
    port.remember("theme", "sessiontui-light")
    await port.flush()
    assert await port.context.db.fetch("SELECT count(*) FROM audit_entry") == before


async def test_reading_alone_steers_and_keeps_nothing(port: ConsolePort, path: Path) -> None:
    async with opened(Settings(storage=Storage(database=path), read_only=True)) as context:
        reading = ConsolePort(context, port.actor, display=Display(), clock=lambda: NOON)
        for steer in (reading.run_job, reading.pause_job, reading.resume_job):
            with pytest.raises(ReadOnly):
                await steer("tick")
        reading.remember("theme", "sessiontui-light")
        await reading.flush()
    assert await remembering.recall(port.context, port.actor) == {}

"""The workshop: large imports hold nobody up, undo nothing that others did meanwhile, and leave nothing by half."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from sessiontui.domain.errors import Conflict
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import importing, people, presence, requests, ticking
from sessiontui.services.importing import ImportOptions, Phase
from sessiontui.store import following
from sessiontui.store.deriving import stored_counts
from tests.conftest import Stage
from tests.services.import_stage import LATER, counts, dump, jsonl, person, request, session, take
from tests.services.import_stage import presence as came


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessiontui.services.importing.FEW", -1)
    monkeypatch.setattr("sessiontui.store.workshop.delivering.FEW", 0)


CROWD = [
    *(person(f"p{number}", f"Guest {number}") for number in range(6)),
    *(session(f"s{number}", title=f"Circle {number}") for number in range(12)),
    *(request(f"s{number}", f"p{number % 6}", "approved", requested_at="2026-05-01T10:00:00Z",
              decided_at="2026-05-02T10:00:00Z") for number in range(12)),
    *(came("14:00", "14:50", f"s{number}", f"p{number % 6}") for number in range(12)),
]  # fmt: skip


async def meanwhile(stage: Stage, act: Callable[[], object], *lines: dict[str, object], times: int = 1) -> object:
    """Import, and let something happen each time the rows are taken, before they are delivered."""
    left = times

    def progress(phase: Phase, done: int, of: int) -> None:
        nonlocal left
        if phase is Phase.ROWS and done == of and left:
            left -= 1
            acts.append(asyncio.ensure_future(act()))  # type: ignore[arg-type]

    acts: list[asyncio.Future[object]] = []
    report = await importing.apply(
        stage.context, [jsonl(*lines)], ImportOptions(), by=stage.root, at=LATER, progress=progress
    )
    await asyncio.gather(*acts)
    return report


async def test_a_delivery_is_what_one_transaction_would_have_written(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await take(stage, *CROWD)
    assert await ticking.rebuild(stage.context, at=LATER) == 0
    fetch = stage.context.db.fetch
    kept = await fetch("SELECT status, n, pending FROM status_count WHERE n != 0")
    assert {str(row[0]): row[1:] for row in kept} == await stored_counts(fetch)
    assert await following.unsettled(fetch) == 0
    assert await stage.rows("SELECT count(*) FROM session_words WHERE session_words MATCH 'guest'") == [(12,)]
    assert await stage.rows("PRAGMA foreign_key_check") == []
    assert counts(await take(stage, *CROWD)) == (0, 0, len(CROWD), 0)


async def test_ids_that_others_took_meanwhile_are_left_to_them(stage: Stage):
    window = {"starts_at": "2026-12-04T14:00:00Z", "ends_at": "2026-12-04T15:00:00Z"}
    await take(stage, session("old", title="Old", **window))

    async def others() -> None:
        added = await people.add(stage.context, "Late Comer", by=stage.root, at=LATER)
        await requests.ask(stage.context, 1, added.people[0], by=stage.root, at=LATER)
        await presence.join(stage.context, 1, added.people[0], by=stage.root, at=LATER)

    report = await meanwhile(stage, others, *CROWD)
    assert counts(report) == (len(CROWD), 0, 0, 0)  # type: ignore[arg-type]
    rows = await stage.rows(
        "SELECT s.title, p.name FROM presence v JOIN session s ON s.id = v.session_id"
        " JOIN person p ON p.id = v.person_id"
    )
    assert sorted(rows) == sorted(
        [("Old", "Late Comer"), *((f"Circle {number}", f"Guest {number % 6}") for number in range(12))]
    )
    assert await stage.rows("PRAGMA foreign_key_check") == []
    assert counts(await take(stage, *CROWD)) == (0, 0, len(CROWD), 0)


async def test_what_was_decided_meanwhile_stays(stage: Stage):
    await take(stage, session(), person(), request())
    (wanted,) = await requests.pending_of(stage.context, [1])

    async def decide() -> None:
        await requests.decide(
            stage.context, [wanted], RequestState.REJECTED, by=stage.root, at=LATER, reason="by hand"
        )

    told = [session(title="New title"), person(), request(state="withdrawn", decided_at="2026-05-03T10:00:00Z")]
    report = await meanwhile(stage, decide, *told)
    assert counts(report) == (0, 2, 1, 0)  # type: ignore[arg-type]
    assert await stage.rows("SELECT state, reason FROM join_request") == [("rejected", "by hand")]
    assert await stage.rows("SELECT title FROM session") == [("New title",)]


async def test_an_import_that_is_overtaken_again_and_again_gives_up_whole(stage: Stage):
    await take(stage, session(), person())
    seconds = iter(range(100))

    async def join() -> None:
        from datetime import timedelta

        at = LATER + timedelta(seconds=next(seconds))
        await presence.join(stage.context, 1, stage.ana, by=stage.root, at=at)

    with pytest.raises(Conflict, match="keep changing"):
        await meanwhile(stage, join, session(title="New title"), times=9)
    assert await stage.rows("SELECT title FROM session") == [("Grief circle",)]


async def test_a_heartbeat_during_an_import_is_not_lost(stage: Stage):
    await take(stage, session(), person())
    await presence.join(stage.context, 1, stage.ana, by=stage.root, at=LATER)

    async def beat() -> None:
        await presence.heartbeat(stage.context, 1, stage.ana, by=stage.root, at=LATER)

    await meanwhile(stage, beat, came("14:00", "14:20"))
    rows = await stage.rows("SELECT source, heartbeat_at IS NOT NULL FROM presence ORDER BY joined_at")
    assert rows == [("import", 0), ("api", 1)]


async def test_others_write_while_a_large_import_is_at_work(stage: Stage):
    """The lock is held for the delivery alone: whoever comes meanwhile is written at once."""
    waited: list[float] = []
    over = asyncio.Event()

    async def neighbour() -> None:
        clock = asyncio.get_running_loop().time
        while not over.is_set():
            began = clock()
            async with stage.context.db.write(by=stage.root, at=LATER) as tx:
                await tx.audit("test", "wrote")
            waited.append(clock() - began)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(neighbour())
    began = asyncio.get_running_loop().time()
    await take(stage, *(session(f"s{number}", title=f"T{number}") for number in range(1500)))
    took = asyncio.get_running_loop().time() - began
    over.set()
    await task
    assert max(waited) < took / 2, (max(waited), took)


async def test_what_a_killed_import_left_to_follow_is_done_by_the_worker(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    async def never(*_: object, **__: object) -> int:
        return 0

    monkeypatch.setattr("sessiontui.services.importing.settle", never)
    await take(stage, *CROWD)
    fetch = stage.context.db.fetch
    assert await following.unsettled(fetch) == 12
    shown = await stage.rows("SELECT status, count(*) FROM session GROUP BY status")
    assert shown == [("ended_complete", 12)]
    assert await ticking.catch_up(stage.context, at=LATER) == 12
    assert await ticking.catch_up(stage.context, at=LATER) == 0
    assert await stage.rows("SELECT n FROM status_count WHERE status = 'ended_complete'") == [(12,)]
    assert await ticking.rebuild(stage.context, at=LATER) == 0


async def test_a_preview_is_had_from_a_database_open_for_reading(stage: Stage):
    from sessiontui.services.context import Context
    from sessiontui.store.engine import Database

    await take(stage, *CROWD)
    before = dump(stage.path)
    context = Context(db=await Database.open(stage.path, read_only=True))
    files = [jsonl(*CROWD, session("new"), session("s1", title="Other"))]
    seen = await importing.preview(context, files, ImportOptions(), by=stage.root, at=LATER)
    assert cast("int", counts(seen)[0]) == 1
    await context.db.close()
    assert dump(stage.path) == before

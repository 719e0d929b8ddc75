"""Changes as they happen: what one may see, from where one left off, and to the end when the server stops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.server import streaming
from sessiontui.services import sessions
from tests.conftest import NOON
from tests.server.conftest import House


async def told(stream: AsyncIterator[bytes], until: int) -> list[tuple[str, dict[str, object]]]:
    """Return the next events."""
    found = []
    while len(found) < until:
        part = (await asyncio.wait_for(anext(stream), 60)).decode()
        if part.startswith("id:"):
            _, name, data, *_ = part.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


async def test_a_listener_is_told_each_change_and_goes_on_where_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "LOOK_EVERY", 0.01)
    made = await house.session()
    stream = house.serving.changes.listen(None, by=house.stage.root)
    ((hello, first),) = await told(stream, 1)
    assert hello == "hello"
    await house.http.post(f"/api/sessions/{made['id']}/start")
    ((name, row),) = await told(stream, 1)
    assert (name, row["id"], row["status"]) == ("session", made["id"], "waiting")
    await stream.aclose()  # type: ignore[attr-defined]
    await house.http.post(f"/api/sessions/{made['id']}/complete")
    again = house.serving.changes.listen(int(str(first["sequence"])), by=house.stage.root)
    (_, (name, row)) = await told(again, 2)
    assert (name, row["status"]) == ("session", "ended_no_show")
    house.serving.stopping.set()
    async with asyncio.timeout(60):
        assert [part async for part in again] == []


async def test_it_ends_with_the_login_of_the_listener(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "KEEP_ALIVE", 0.01)
    alive = [True, True, False]

    async def lives() -> bool:
        return alive.pop(0)

    stream = house.serving.changes.listen(None, by=house.stage.root, lives=lives)
    async with asyncio.timeout(60):
        assert len([part async for part in stream]) == 3
    assert alive == []


async def test_a_draft_of_others_is_told_to_nobody_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LOOK_EVERY", 0.01)
    stream = house.serving.changes.listen(None, by=Actor(house.stage.ana, "Ana", Role.PARTICIPANT))
    await told(stream, 1)
    hidden = await house.session(control="draft")
    shown = await house.session()
    ((_, row),) = await told(stream, 1)
    assert row["id"] == shown["id"]
    await sessions.move(house.stage.context, Move.PUBLISH, int(str(hidden["id"])), by=house.stage.root, at=NOON)
    ((_, row),) = await told(stream, 1)
    assert row["id"] == hidden["id"]
    await stream.aclose()  # type: ignore[attr-defined]


async def test_who_missed_too_much_is_told_to_read_anew(house: House) -> None:
    for _ in range(3):
        await house.session(starts_at=(NOON + timedelta(hours=3)).isoformat(), ends_at=None)
    async with house.stage.context.db.write(by=house.stage.root, at=NOON) as tx:
        await tx.run_many("INSERT INTO change_log (session_id, at) VALUES (1, ?)", [(n,) for n in range(3_000)])
    stream = house.serving.changes.listen(0, by=house.stage.root)
    (_, (name, _)) = await told(stream, 2)
    assert name == "reset"
    await stream.aclose()  # type: ignore[attr-defined]


async def test_an_id_that_is_none_is_refused(house: House) -> None:
    answer = await house.http.get("/api/changes", headers={"Last-Event-ID": "x"})
    assert answer.status_code == 400

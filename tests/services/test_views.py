"""Named views: kept per person, found by name, never in the way of the built-in ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound, ReadOnly
from sessiontui.services import people, views
from sessiontui.services.context import Context
from sessiontui.services.views import NamedView
from sessiontui.store.engine import Database

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINE = NamedView(name="My Day", query="mentor:lee status:live", order="start", columns=("status", "title"))


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    db = await Database.open(tmp_path / "a.db")
    yield Context(db=db)
    await db.close()


@pytest.fixture
async def amara(context: Context) -> Actor:
    return await people.identify(context, os_user="amara", name="Amara", at=NOON)


async def test_a_view_is_kept_found_and_forgotten(context: Context, amara: Actor) -> None:
    assert await views.everyone(context, by=amara) == ()
    assert await views.save(context, MINE, by=amara, at=NOON) == MINE
    assert await views.everyone(context, by=amara) == (MINE,)
    assert await views.find(context, " my  day ", by=amara) == MINE
    again = NamedView(name="my day", query="grief")
    await views.save(context, again, by=amara, at=NOON)
    assert await views.everyone(context, by=amara) == (again,)
    assert await views.remove(context, "MY DAY", by=amara, at=NOON) == again
    assert await views.everyone(context, by=amara) == ()
    with pytest.raises(NotFound, match="there is no view"):
        await views.find(context, "my day", by=amara)


async def test_views_are_no_acts_and_nobody_elses(context: Context, amara: Actor) -> None:
    before = await context.db.fetch("SELECT count(*) FROM audit_entry")
    await views.save(context, MINE, by=amara, at=NOON)
    assert await context.db.fetch("SELECT count(*) FROM audit_entry") == before
    other = Actor(id=(amara.id or 0) + 1, name="Bob", role=amara.role)
    assert await views.everyone(context, by=other) == ()


@pytest.mark.parametrize(
    "view",
    [
        NamedView(name="", query=""),
        NamedView(name=" \t ", query=""),
        NamedView(name="x" * 41, query=""),
        NamedView(name="Today", query=""),
        NamedView(name="save", query=""),
        NamedView(name="wrong", query="statsu:x"),
    ],
)
async def test_what_cannot_be_kept_is_refused(context: Context, amara: Actor, view: NamedView) -> None:
    with pytest.raises(BadInput):
        await views.save(context, view, by=amara, at=NOON)
    assert await views.everyone(context, by=amara) == ()


async def test_there_is_an_end_to_views(context: Context, amara: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 1)
    await views.save(context, MINE, by=amara, at=NOON)
    await views.save(context, MINE, by=amara, at=NOON)
    with pytest.raises(BadInput, match="already"):
        await views.save(context, NamedView(name="other", query=""), by=amara, at=NOON)


async def test_reading_alone_keeps_nothing(context: Context, amara: Actor, tmp_path: Path) -> None:
    await views.save(context, MINE, by=amara, at=NOON)
    db = await Database.open(tmp_path / "a.db", read_only=True)
    try:
        reading = Context(db=db)
        assert await views.everyone(reading, by=amara) == (MINE,)
        with pytest.raises(ReadOnly):
            await views.save(reading, MINE, by=amara, at=NOON)
        with pytest.raises(ReadOnly):
            await views.remove(reading, "my day", by=amara, at=NOON)
    finally:
        await db.close()

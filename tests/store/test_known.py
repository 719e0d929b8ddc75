"""What a filter names is looked up first; the words of the index stand in for what they begin with."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sessiontui.domain.query import parse
from sessiontui.services import boards
from sessiontui.services.context import UTC
from sessiontui.store.narrowing import sources
from sessiontui.store.reader import OutOfTime, Row, Value
from sessiontui.store.reads import known, windows
from sessiontui.store.reads.known import look_up
from tests.conftest import NOON, Stage
from tests.services.test_sessions import make


@pytest.fixture
async def titled(stage: Stage) -> Stage:
    for title in ("Grief circle", "Griefs shared", "Grieving well", "Circles", "Group 12", "Group 127"):
        await make(stage, title=title)
    return stage


async def begun(stage: Stage, text: str) -> dict[str, tuple[str, ...]]:
    return dict((await look_up(stage.context.db.fetch, parse(text, now=NOON, zone=UTC))).begun)


async def test_the_words_that_go_on_from_a_beginning_are_named(titled: Stage, monkeypatch: pytest.MonkeyPatch):
    assert await begun(titled, "grief") == {"grief": ("griefs",)}
    assert await begun(titled, "grie circle title:group") == {
        "grie": ("grief", "griefs", "grieving"),
        "circle": ("circles",),
        "group": (),
    }
    # Whole words, beginnings that the index keeps itself, and signs that it may spell in another way.
    assert await begun(titled, '"grief circle" gr группа tag:group') == {}
    monkeypatch.setattr(known, "SPELLED", 2)
    assert await begun(titled, "grie grief") == {"grief": ("griefs",)}


async def test_the_index_is_asked_for_words_where_they_are_known(titled: Stage):
    query = parse("grief group", now=NOON, zone=UTC)
    (asked,) = [
        one.parameters for one in sources(query, await look_up(titled.context.db.fetch, query)) if one.is_words
    ]
    assert asked == ('("grief" OR "griefs") AND ("group")',)
    assert len([one for one in sources(query) if one.is_words]) > 1


async def test_a_word_that_came_since_is_found_by_what_it_begins_with(titled: Stage):
    """Texts are brought up to date without a change that a reader would hear of."""

    async def found(text: str) -> int:
        return len((await boards.board(titled.context, text, now=NOON, by=titled.root)).lines)

    assert await found("grief") == 2
    async with titled.context.db.write(by=titled.root, at=NOON) as tx:
        (row,) = await tx.fetch("SELECT id, haystack FROM session WHERE title = 'Group 12'", ())
        text = f"{row[1]}griefstricken "
        await tx.run(
            "INSERT INTO session_words (session_words, rowid, haystack) VALUES ('delete', ?, ?)", (row[0], row[1])
        )
        await tx.run("UPDATE session SET haystack = ? WHERE id = ?", (text, row[0]))
        await tx.run("INSERT INTO session_words (rowid, haystack) VALUES (?, ?)", (row[0], text))
    assert await found("grief") == 3


async def test_a_walk_that_has_found_much_goes_on_from_there(titled: Stage, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    async def fetch(sql: str, values: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        rows = await titled.context.db.fetch(sql, values)
        asked.append(sql)
        if deadline is not None and "INDEXED BY session_rank" in sql and len(rows) > 3:
            raise OutOfTime(deadline, rows[:3])
        return rows

    monkeypatch.setattr("sessiontui.store.reads.planning.GATHERED", -1)
    monkeypatch.setattr("sessiontui.store.reads.planning.TESTED", -1)
    query = parse("-title:nothing", now=NOON, zone=UTC)
    db = titled.context.db
    whole = await windows.window(db, db.fetch, query, order="urgency", offset=0, limit=6, head=1)
    found = await windows.window(db, fetch, query, order="urgency", offset=0, limit=6, head=2)
    assert found.ids == whole.ids
    assert len(whole.ids) == 6
    assert not any("named" in sql or "NOT INDEXED" in sql for sql in asked)

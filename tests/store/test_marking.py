"""The marks in the index of words: one sign of a trait at the most, brought up to date by whatever moves it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from sessiontui.domain.query import parse, words
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.services import boards, requests, sessions, ticking
from sessiontui.services.context import UTC
from sessiontui.services.sessions import SessionEdit
from sessiontui.store import migrations
from sessiontui.store.marking import APPROVED, CAME, CAPACITY, KIND, MARKS, PRIORITY, STATUS, TRAITS, Trait, sign
from sessiontui.store.narrowing import by_marks, sources, terms_of
from sessiontui.store.reader import Value
from sessiontui.store.reads import planning
from sessiontui.store.reads.known import look_up
from tests.conftest import NOON, Stage
from tests.services.test_sessions import make

MARKING = migrations.SCRIPTS.index("0034_marks.sql") + 1


async def marks_of(stage: Stage, session_id: int) -> str:
    rows = await stage.rows("SELECT haystack FROM session WHERE id = ?", session_id)
    return str(rows[0][0]).rpartition("|")[2]


async def settled(stage: Stage, session_id: int) -> str:
    """Return the marks of a session once what it owes is paid; it owed its words."""
    assert (session_id,) in await stage.rows("SELECT session_id FROM words_due")
    await ticking.catch_up(stage.context, at=NOON)
    assert await stage.rows("SELECT session_id FROM words_due") == []
    return await marks_of(stage, session_id)


def every_sign(trait: Trait) -> list[str]:
    return [sign(trait, sort) for sort in range(len(trait.sorts))]


def test_no_two_signs_are_alike_and_none_is_a_word():
    every = [one for trait in TRAITS for one in every_sign(trait)]
    assert len(set(every)) == len(every)
    assert words(" ".join(every)) == ()


def test_the_migration_marks_as_the_program_does():
    """Who adds a trait, or moves one, has to word all sessions anew in a migration of their own."""
    (update,) = [text for text in migrations.statements(MARKING) if text.startswith("UPDATE session")]
    assert "".join(MARKS.split()) in "".join(update.split())


def test_a_database_of_before_is_marked_when_it_is_opened():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as plain:
        for number in range(1, MARKING):
            for statement in migrations.statements(number):
                plain.execute(statement)
        columns = [row for row in plain.execute("PRAGMA table_info(session)") if row[3] and not row[5]]
        given = {"kind": "work", "haystack": " grief ", "status": "cancelled", "ends_at": 3_600_000}
        values: list[Value] = [
            given.get(row[1], 0 if "INT" in row[2] or row[2] == "BOOLEAN" else "") for row in columns
        ]
        names = ", ".join(f'"{row[1]}"' for row in columns)
        plain.execute(f"INSERT INTO session ({names}) VALUES ({', '.join('?' * len(columns))})", values)
        for statement in migrations.statements(MARKING):
            plain.execute(statement)
        asked = f'"grief" AND "{sign(KIND, list(Kind).index(Kind.WORK))}" AND "{sign(STATUS, 0)}"'
        found = plain.execute("SELECT rowid FROM session_words WHERE session_words MATCH ?", (asked,)).fetchall()
        assert found == [(1,)]


async def test_a_session_has_one_sign_of_each_trait_at_the_most(stage: Stage):
    made = await make(stage, title="Grief circle", kind=Kind.WORK, priority=Priority.URGENT, capacity=3)
    marks = await marks_of(stage, made)
    for trait in TRAITS:
        assert sum(one in marks for one in every_sign(trait)) <= 1
    assert sign(KIND, list(Kind).index(Kind.WORK)) in marks
    assert sign(PRIORITY, [one for one in Priority if one is not Priority.NORMAL].index(Priority.URGENT)) in marks
    assert sign(CAPACITY, 2) in marks
    assert not any(one in marks for one in every_sign(APPROVED)), "it is not over"


async def test_what_an_act_moves_is_marked_at_once(stage: Stage):
    made = await make(stage, title="Grief circle")
    await sessions.edit(stage.context, made, SessionEdit(priority=Priority.LOW), by=stage.root, at=NOON)
    assert sign(PRIORITY, 0) in await marks_of(stage, made)
    assert await stage.rows("SELECT session_id FROM words_due") == []


async def test_what_time_alone_moves_is_owed(stage: Stage):
    made = await make(stage, title="Grief circle")
    later = NOON + timedelta(days=30)
    while await ticking.tick(stage.context, at=later):
        pass
    marks = await settled(stage, made)
    assert sign(STATUS, 2) in marks, "nobody came"
    assert sign(APPROVED, 0) in marks


async def test_events_of_what_is_not_over_owe_nothing(stage: Stage):
    made = await make(stage, title="Grief circle")
    await ticking.catch_up(stage.context, at=NOON)
    await requests.ask(stage.context, made, stage.ana, by=stage.root, at=NOON)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE session SET approved = 9, active = 3, status = 'waiting' WHERE id = ?", (made,))
    assert await stage.rows("SELECT session_id FROM words_due") == []
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE session SET status = 'cancelled' WHERE id = ?", (made,))
    assert await stage.rows("SELECT session_id FROM words_due") == [(made,)]
    await ticking.catch_up(stage.context, at=NOON)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE session SET departed = 4, final_end_at = 9 WHERE id = ?", (made,))
    assert sign(CAME, 2) in await settled(stage, made)


async def test_one_question_tells_a_word_from_a_kind_without_looking_at_sessions(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    for number in range(12):
        await make(stage, title=f"Grief {number}", kind=Kind.CONVERSATION)
        await make(stage, title=f"Parser {number}", kind=Kind.WORK)
    monkeypatch.setattr(planning, "GATHERED", 3)
    fetch = stage.context.db.fetch
    for text in ("grief kind:work", "grief is:work", "parser has:mentor", "tag:grief kind:work", "grief minutes:<10"):
        plan = await planning.planned(fetch, parse(text, now=NOON, zone=UTC))
        assert (plan.is_few, plan.named) == (True, 0), text
        assert (await boards.board(stage.context, text, now=NOON, by=stage.root)).lines == ()


ASKED = {
    "grief kind:work": f'("grief") AND ("{sign(KIND, 3)}")',
    "parser -kind:work": f'(("parser")) NOT ("{sign(KIND, 3)}")',
    "grief -kind:work priority:urgent": f'(("grief") AND ("{sign(PRIORITY, 2)}")) NOT ("{sign(KIND, 3)}")',
}


@pytest.mark.parametrize("text", ASKED)
async def test_how_the_index_is_asked(stage: Stage, text: str):
    await make(stage, title="Grief")
    await make(stage, title="Parser")
    query = parse(text, now=NOON, zone=UTC)
    known = await look_up(stage.context.db.fetch, query)
    (asked,) = [one for one in sources(query, known) if one.is_words]
    assert asked.parameters == (ASKED[text],)
    assert by_marks(terms_of(query.where), known) is None, "it is asked with the words already"


def test_counters_are_asked_of_what_is_over_alone_where_the_rest_is_asked_for_besides():
    query = parse("approved:0 kind:work", now=NOON, zone=UTC)
    whole, apart = (by_marks(terms_of(query.where), apart=apart) for apart in (False, True))
    ahead = sign(STATUS, len(STATUS.sorts) - 1)
    assert whole is not None
    assert apart is not None
    assert (whole.lacks_ahead, apart.lacks_ahead) == (False, True)
    assert ahead in str(whole.parameters[0])
    assert ahead not in str(apart.parameters[0])
    in_vain = by_marks(terms_of(parse("approved:0 approved:>3 status:ended", now=NOON, zone=UTC).where))
    assert in_vain is not None
    assert not in_vain.is_words


async def test_what_the_trigger_heeds_is_what_the_marks_are_made_of(stage: Stage):
    """A column that a mark is made of and that the trigger forgets would leave the index wrong for good."""
    rows = await stage.rows("SELECT sql FROM sqlite_schema WHERE name IN ('session_marked', 'session_heads_marked')")
    heeded = {
        name for (sql,) in rows for name in re.findall(r"\w+", str(sql).partition(" OF ")[2].partition(" ON ")[0])
    }
    columns = {str(row[1]) for row in await stage.rows("PRAGMA table_info(session)")}
    asked = {name for name in re.findall(r"\b[a-z_]+\b", MARKS) if name in columns}
    assert asked - heeded == {"description"}, "whoever writes that words the session anew"

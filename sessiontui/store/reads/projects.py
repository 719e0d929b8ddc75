"""Questions about projects: which there are, what is in them, and what was in them at an instant of the past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reads.operations import Run
from sessiontui.store.reads.project_rows import (
    ActivityRow,
    ChangeRow,
    ItemRow,
    ProjectRow,
    QuestionRow,
    activity_row,
    item_row,
    project_row,
    question_row,
)

_COLUMNS: Final = (
    "p.id, p.slug, p.name, p.description, p.author_id, p.created_at, p.active_at, p.archived_at, p.version, p.source,"
    " p.external_id, p.imported"
)


async def everything(fetch: Fetch, *, archived: bool = False, own: int | None = None) -> list[ProjectRow]:
    """Return the projects, those with the newest activity first; with ``own``, those that are a person's alone."""
    tests = ["1"]
    if not archived:
        tests.append("p.archived_at IS NULL")
    if own is not None:
        tests.append(f"p.id IN ({_OWN})")
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM project p WHERE {' AND '.join(tests)}"
        " ORDER BY p.archived_at IS NOT NULL, coalesce(p.active_at, p.created_at) DESC, p.id",
        () if own is None else (own,),
    )
    return [project_row(row) for row in rows]


async def one(fetch: Fetch, project_id: int) -> ProjectRow | None:
    """Return one project."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM project p WHERE p.id = ?", (project_id,))
    return project_row(rows[0]) if rows else None


async def meant(fetch: Fetch, text: str, *, slug: str, source: str | None = None) -> list[ProjectRow]:
    """Return the projects that a text may mean: by outside id, by word, or by exact name whatever its case."""
    test = "p.slug = ?2 OR p.external_id = ?1 OR lower(p.name) = lower(?1)"
    if source is not None:
        test = "p.source = ?3 AND p.external_id = ?1"
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM project p WHERE ({test}) AND ?3 IS ?3 ORDER BY p.slug != ?2, p.id",
        (text, slug, source),
    )
    return [project_row(row) for row in rows]


async def by_outside_id(fetch: Fetch, source: str, outside: str) -> ProjectRow | None:
    """Return the project that a platform knows by an id."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM project p WHERE p.source = ? AND p.external_id = ?", (source, outside)
    )
    return project_row(rows[0]) if rows else None


async def slugs_like(fetch: Fetch, slug: str) -> set[str]:
    """Return the words that are taken of those that begin so."""
    rows = await fetch("SELECT slug FROM project WHERE slug = ?1 OR slug LIKE ?1 || '-%'", (slug,))
    return {str(row[0]) for row in rows}


async def is_own(fetch: Fetch, project_id: int, person_id: int) -> bool:
    """Tell whether somebody made a project or was ever at work on it."""
    return bool(await fetch(f"SELECT 1 WHERE ?2 IN ({_OWN})", (person_id, project_id)))


async def items(fetch: Fetch, project_ids: Sequence[int], *, removed: bool = False) -> list[ItemRow]:
    """Return the items of projects, those that are in their state longest first."""
    gone = "" if removed else " AND i.removed_at IS NULL"
    rows = await fetch(
        f"{_ITEMS} WHERE i.project_id IN (SELECT value FROM json_each(?)){gone} ORDER BY i.since, i.id",
        (json.dumps(list(project_ids)),),
    )
    return [item_row(row) for row in rows]


async def item(fetch: Fetch, item_id: int) -> ItemRow | None:
    """Return one item, a removed one as well."""
    rows = await fetch(f"{_ITEMS} WHERE i.id = ?", (item_id,))
    return item_row(rows[0]) if rows else None


async def item_by_outside_id(fetch: Fetch, source: str, outside: str) -> ItemRow | None:
    """Return the item that a platform knows by an id."""
    rows = await fetch(f"{_ITEMS} WHERE i.source = ? AND i.external_id = ?", (source, outside))
    return item_row(rows[0]) if rows else None


async def decided_in(fetch: Fetch, session_id: int) -> list[ItemRow]:
    """Return the items that stand decided and were decided in a session."""
    rows = await fetch(
        f"{_ITEMS} WHERE i.session_id = ? AND i.state = 'decided' AND i.removed_at IS NULL ORDER BY i.since, i.id",
        (session_id,),
    )
    return [item_row(row) for row in rows]


async def questions(
    fetch: Fetch, project_ids: Sequence[int], *, pending: bool = True, removed: bool = False
) -> list[QuestionRow]:
    """Return the questions of projects, the oldest first; all of them, or those alone that nobody has answered."""
    tests = [*([] if removed else ["q.removed_at IS NULL"]), *(["q.answered_at IS NULL"] if pending else [])]
    such = "".join(f" AND {test}" for test in tests)
    rows = await fetch(
        f"{_QUESTIONS} WHERE q.project_id IN (SELECT value FROM json_each(?)){such} ORDER BY q.asked_at, q.id",
        (json.dumps(list(project_ids)),),
    )
    return [question_row(row) for row in rows]


async def question(fetch: Fetch, question_id: int) -> QuestionRow | None:
    """Return one question, a removed one as well."""
    rows = await fetch(f"{_QUESTIONS} WHERE q.id = ?", (question_id,))
    return question_row(rows[0]) if rows else None


async def question_by_outside_id(fetch: Fetch, source: str, outside: str) -> QuestionRow | None:
    """Return the question that a platform knows by an id."""
    rows = await fetch(f"{_QUESTIONS} WHERE q.source = ? AND q.external_id = ?", (source, outside))
    return question_row(rows[0]) if rows else None


async def activities(
    fetch: Fetch, project_ids: Sequence[int], *, standing: bool = False, limit: int = -1
) -> list[ActivityRow]:
    """Return reported activities of projects, the newest first; or those alone that stand in the way."""
    test = " AND a.blocks AND a.settled_at IS NULL" if standing else ""
    rows = await fetch(
        f"{_ACTIVITIES} WHERE a.project_id IN (SELECT value FROM json_each(?)){test}"
        " ORDER BY a.at DESC, a.id DESC LIMIT ?",
        (json.dumps(list(project_ids)), limit),
    )
    return [activity_row(row) for row in rows]


async def activity(fetch: Fetch, activity_id: int) -> ActivityRow | None:
    """Return one activity."""
    rows = await fetch(f"{_ACTIVITIES} WHERE a.id = ?", (activity_id,))
    return activity_row(rows[0]) if rows else None


async def activity_by_outside_id(fetch: Fetch, source: str, outside: str) -> ActivityRow | None:
    """Return the activity that a platform knows by an id."""
    rows = await fetch(f"{_ACTIVITIES} WHERE a.source = ? AND a.external_id = ?", (source, outside))
    return activity_row(rows[0]) if rows else None


async def changes(fetch: Fetch, item_ids: Iterable[int]) -> list[ChangeRow]:
    """Return the histories of items, without the steps that were taken back, each in its order."""
    rows = await fetch(
        "SELECT id, item_id, state, at, by_id, by_name, session_id, reason FROM item_change"
        " WHERE item_id IN (SELECT value FROM json_each(?)) AND voided_by IS NULL ORDER BY item_id, at, id",
        (json.dumps(list(item_ids)),),
    )
    return [ChangeRow._make(cast("tuple[int, int, str, int, int | None, str, int | None, str]", row)) for row in rows]


async def states_at(fetch: Fetch, project_id: int, at: int) -> list[tuple[int, str]]:
    """Return the items that a project had at an instant, in milliseconds, with the state that each was in."""
    rows = await fetch(
        "SELECT id, state FROM (SELECT i.id, (SELECT c.state FROM item_change c WHERE c.item_id = i.id"
        " AND c.voided_by IS NULL AND c.at <= ?2 ORDER BY c.at DESC, c.id DESC LIMIT 1) state"
        " FROM item i WHERE i.project_id = ?1 AND (i.removed_at IS NULL OR i.removed_at > ?2))"
        " WHERE state IS NOT NULL",
        (project_id, at),
    )
    return cast("list[tuple[int, str]]", rows)


async def questions_at(fetch: Fetch, project_id: int, at: int) -> list[int]:
    """Return the questions of a project that were open at an instant, in milliseconds."""
    rows = await fetch(
        "SELECT id FROM question WHERE project_id = ?1 AND asked_at <= ?2"
        " AND (answered_at IS NULL OR answered_at > ?2) AND (removed_at IS NULL OR removed_at > ?2)",
        (project_id, at),
    )
    return [cast("int", row[0]) for row in rows]


async def is_bare(fetch: Fetch, project_id: int) -> bool:
    """Tell whether nothing was ever put into a project."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM item WHERE project_id = ?1)"
        " OR EXISTS (SELECT 1 FROM question WHERE project_id = ?1)"
        " OR EXISTS (SELECT 1 FROM user_sessions WHERE project_id = ?1)"
        " OR EXISTS (SELECT 1 FROM activity WHERE project_id = ?1)"
        " OR EXISTS (SELECT 1 FROM session WHERE project_id = ?1)",
        (project_id,),
    )
    return not rows[0][0]


async def sessions_of(fetch: Fetch, project_id: int, *, limit: int) -> list[tuple[int, str, str, int, int]]:
    """Return the sessions of a project, the latest first: id, title, status, when it starts, items decided in it."""
    rows = await fetch(
        "SELECT s.id, s.title, s.status, s.starts_at, (SELECT count(*) FROM item i WHERE i.session_id = s.id"
        " AND i.state = 'decided' AND i.removed_at IS NULL) FROM session s"
        " WHERE s.project_id = ? ORDER BY s.starts_at DESC, s.id DESC LIMIT ?",
        (project_id, limit),
    )
    return cast("list[tuple[int, str, str, int, int]]", rows)


async def titles(fetch: Fetch, session_ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of sessions by their ids."""
    rows = await fetch(
        "SELECT id, title FROM session WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(session_ids)),)
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def of_session(fetch: Fetch, session_id: int) -> ProjectRow | None:
    """Return the project that a session belongs to."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM session s JOIN project p ON p.id = s.project_id WHERE s.id = ?", (session_id,)
    )
    return project_row(rows[0]) if rows else None


async def forget(run: Run, project_id: int) -> None:
    """Take away a project that nothing is in."""
    await run("DELETE FROM project WHERE id = ?", (project_id,))


_OWN: Final = (
    "SELECT id FROM project WHERE author_id = ?1 UNION SELECT project_id FROM user_sessions WHERE user_id = ?1"
)

_ITEMS: Final = (
    "SELECT i.id, i.project_id, i.title, i.note, i.state, i.since, i.session_id, coalesce(s.title, ''), i.created_at,"
    " i.created_by, i.touched_at, i.reopened_at, i.removed_at, i.source, i.external_id, i.imported"
    " FROM item i LEFT JOIN session s ON s.id = i.session_id"
)

_QUESTIONS: Final = (
    "SELECT q.id, q.project_id, q.item_id, q.text, q.asked_at, q.asked_by_id, q.asked_by, q.answer, q.answered_at,"
    " q.answered_by_id, q.answered_by, q.removed_at, q.source, q.external_id, q.imported FROM question q"
)

_ACTIVITIES: Final = (
    "SELECT a.id, a.project_id, a.person_id, a.agent, coalesce(p.name, a.agent), a.kind, a.blocks, a.text, a.at,"
    " a.item_id, a.settled_at, a.settled_by, a.source, a.external_id"
    " FROM activity a LEFT JOIN person p ON p.id = a.person_id"
)

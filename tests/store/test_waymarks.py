"""Rows by their numbers: whatever is written, marks tell how many stand between them, and a jump lands on its row."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import cast

import pytest

from sessiontui.domain.query import parse
from sessiontui.domain.query.now import all_query
from sessiontui.domain.urgency import tiers_of
from sessiontui.domain.vocabulary import Status
from sessiontui.services import maintenance
from sessiontui.services.context import UTC
from sessiontui.store import migrations
from sessiontui.store.engine import Database, connect
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads import keyset, walking, waymarks, windows
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.reads.walking import Key, Stretch
from sessiontui.store.viewing import EVERYONE, Viewer
from tests.conftest import NOON, Stage
from tests.services.test_sessions import make

(NUMBER,) = (number for number, name in enumerate(migrations.SCRIPTS, 1) if "waymarks" in name)

MOST, HALF = 16, 8
"""In place of 8192 and 4096, so that a few sessions are many."""

TITLES = ("alpha", "beta", "", "gamma delta", "çedille")

HOST = Viewer(person_id=1, sees_drafts=False, sees_people=False)


def parted_soon(path: Path) -> None:
    """Let the marks of a database stand as near each other as the sessions of a test need."""
    with closing(connect(path)) as plain:
        for sql in migrations.statements(NUMBER):
            if sql.startswith("CREATE TRIGGER waymark_moved"):
                plain.execute("DROP TRIGGER waymark_moved")
                plain.execute(sql.replace("8192", str(MOST)).replace("4096", str(HALF)))


class World:
    """Sessions written past all rules, with the counts that belong to them."""

    def __init__(self, path: Path, seed: int) -> None:
        self.plain = connect(path)
        self.plain.execute("PRAGMA synchronous = OFF")
        self.random = Random(seed)

    def add(self) -> None:
        pick = self.random
        self.plain.execute(
            "INSERT INTO session (source, title, description, kind, priority, tags, fields, link, meeting_key,"
            " meeting_id, imported, haystack, title_words, tag_keys, base_control, base_starts_at, base_ends_at,"
            " base_capacity, control, starts_at, ends_at, capacity, status, provisional, badges, rank, pending,"
            " approved, rejected, active, departed, actual_ms, version, tasks, archived_at, author_id)"
            " VALUES ('local', 't', '', 'work', 'normal', '[]', '{}', '', '', '', '{}', '', ?, '', 'scheduled', 0, 1,"
            " 0, 'scheduled', ?, 1, 0, 'created', 0, '', 0, ?, 0, 0, 0, 0, 0, 1, 0, ?, NULL)",
            (pick.choice(TITLES), pick.randint(0, 50), pick.choice((0, 0, 1, 2)), pick.choice((None, None, None, 5))),
        )
        self.place(cast("int", self.plain.execute("SELECT max(id) FROM session").fetchone()[0]))

    def place(self, session_id: int) -> None:
        """Give a session a status, and a rank such as it has."""
        pick = self.random
        status = pick.choice((*Status, *[Status.ENDED_COMPLETE] * 20))
        tier = pick.choice(sorted(tiers_of(status)))
        rank = ((pick.choice((0, 2, 2, 2)) << 4 | tier) << 42 | pick.randint(0, 90)) << 2
        self.plain.execute(
            "UPDATE session SET rank = ?, status = ?, control = ? WHERE id = ?",
            (rank, status, "draft" if status is Status.DRAFT else "scheduled", session_id),
        )

    def change(self) -> None:
        pick = self.random
        ids = [row[0] for row in self.plain.execute("SELECT id FROM session")]
        one = pick.choice(ids)
        match pick.randint(0, 7):
            case 0 | 1:
                self.place(one)
            case 2:
                self.plain.execute("UPDATE session SET archived_at = iif(archived_at, NULL, 5) WHERE id = ?", (one,))
            case 3:
                self.plain.execute(
                    "UPDATE session SET pending = ?, starts_at = starts_at + ? WHERE id = ?",
                    (pick.randint(0, 2), pick.randint(-3, 3), one),
                )
            case 4:
                self.plain.execute(
                    "UPDATE session SET title_words = ?, archived_at = NULL WHERE id = ?", (pick.choice(TITLES), one)
                )
            case 5:
                self.plain.execute("DELETE FROM session WHERE id = ?", (one,))
            case 6:
                self.plain.execute("UPDATE session SET starts_at = 7, rank = rank + 4 WHERE id % 7 = ?", (one % 7,))
            case _:
                self.add()

    def counted(self) -> None:
        """Bring the counts by status up to date, and the number of the last change on."""
        self.plain.execute("DELETE FROM status_count")
        self.plain.execute(
            "INSERT INTO status_count SELECT status, count(*), sum(pending) FROM session WHERE archived_at IS NULL"
            " GROUP BY status"
        )
        self.plain.execute("INSERT INTO change_log (session_id, at) VALUES (1, 1)")

    def standing(self, statuses: set[str], order: str, viewer: Viewer) -> list[int]:
        by = ORDERS[order]
        rows = self.plain.execute(
            f"SELECT s.id, s.status FROM session s WHERE s.archived_at IS NULL"
            f" ORDER BY {by.column} {'DESC' if by.backwards else ''}, s.id {'DESC' if by.backwards else ''}"
        )
        hidden = set() if viewer.sees_drafts else {"draft"}
        return [row[0] for row in rows if row[1] in statuses - hidden]


@pytest.fixture(params=range(2))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[World, Database]]:
    path = tmp_path / "desk.db"
    db = await Database.open(path)
    parted_soon(path)
    made = World(path, request.param)
    for _ in range(150):
        made.add()
    yield made, db
    made.plain.close()
    await db.close()


def marks_of(plain: sqlite3.Connection, road: str) -> Iterator[tuple[int, int]]:
    """Yield what each mark of an order says beside how many sessions there are."""
    keys = plain.execute(f"SELECT {road}, id FROM session WHERE archived_at IS NULL ORDER BY 1, 2").fetchall()
    marks = plain.execute("SELECT place, id, n FROM waymark WHERE road = ? ORDER BY place, id", (road,)).fetchall()
    for this, following in zip(marks, [*marks[1:], None], strict=True):
        between = [key for key in keys if key >= this[:2] and (following is None or key < following[:2])]
        yield this[2], len(between)


async def test_marks_tell_how_many_stand_between_them_whatever_is_written(world: tuple[World, Database]):
    made, db = world
    for turn in range(400):
        made.change()
        if turn % 40 == 0:
            for order in waymarks.ROADS:
                told = list(marks_of(made.plain, order.name))
                assert [said for said, _ in told] == [there for _, there in told]
                assert len(told) > 4
                assert max(said for said, _ in told) <= MOST
                assert await waymarks.miscounted(db.fetch, order) == 0
    made.plain.execute("DELETE FROM session")
    assert made.plain.execute("SELECT DISTINCT id, n FROM waymark").fetchall() == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "viewer"),
    [
        ("", EVERYONE), ("status:ended_complete", EVERYONE), ("-status:created,draft", EVERYONE),
        ("is:ended", EVERYONE), ("status:paused", EVERYONE), ("", HOST),
        ("status:ended_complete,draft,cancelled", HOST),
    ],
)  # fmt: skip
async def test_a_jump_lands_on_its_row(
    world: tuple[World, Database], monkeypatch: pytest.MonkeyPatch, text: str, viewer: Viewer
):
    made, db = world
    monkeypatch.setattr(walking, "STRIDE", 3)
    monkeypatch.setattr(waymarks, "NEAR", 4)
    monkeypatch.setattr(walking, "DRIFT", 0)  # what no mark tells is remembered, and may be off meanwhile
    query = parse(text, now=NOON, zone=UTC)
    statuses = {
        "": set(map(str, Status)), "status:ended_complete": {"ended_complete"}, "status:paused": {"paused"},
        "-status:created,draft": set(map(str, Status)) - {"created", "draft"},
        "is:ended": {"ended_complete", "ended_early", "ended_no_show"},
        "status:ended_complete,draft,cancelled": {"ended_complete", "draft", "cancelled"},
    }[text]  # fmt: skip
    for _ in range(4):
        for _ in range(20):
            made.change()
        made.counted()
        for order in ORDERS if not text else ("urgency", "start"):
            wanted = made.standing(statuses, order, viewer)
            for offset in range(0, len(wanted) + 5, 4):
                shown = await windows.window(
                    db, db.fetch, query, order=order, offset=offset, limit=5, head=_head(made), viewer=viewer
                )
                assert list(shown.ids) == wanted[offset : offset + 5], (order, offset)
                assert shown.matched == len(wanted)


async def test_marks_that_do_not_add_up_are_not_heeded(
    world: tuple[World, Database], monkeypatch: pytest.MonkeyPatch
):
    made, db = world
    monkeypatch.setattr(walking, "STRIDE", 3)
    made.counted()
    made.plain.execute("UPDATE waymark SET n = n + 1 WHERE road = 'rank' AND id = 0")
    wanted = made.standing(set(map(str, Status)), "urgency", EVERYONE)
    for offset in (10, 40, len(wanted) - 12):
        shown = await windows.window(
            db, db.fetch, all_query(), order="urgency", offset=offset, limit=4, head=_head(made), viewer=EVERYONE
        )
        assert list(shown.ids) == wanted[offset : offset + 4]
    assert await waymarks.miscounted(db.fetch, ORDERS["urgency"]) == 1


def _head(made: World) -> int:
    return cast("int", made.plain.execute("SELECT max(seq) FROM change_log").fetchone()[0])


async def test_a_check_finds_what_is_counted_wrongly_and_a_rebuild_mends_it(stage: Stage):
    for number in range(3):
        await make(stage, title=f"plan {number}")
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE waymark SET n = 7 WHERE road = 'title_words'")
        await tx.run("UPDATE session SET alerted = 3 WHERE id = 2")
    found = await maintenance.check(stage.context, by=stage.root, now=NOON)
    assert found.counts == (
        "open alerts of 1 session are counted wrongly",
        "rows are misnumbered in the order of title: 1 stretch counted wrongly",
    )
    await maintenance.rebuild(stage.context, by=stage.root, at=NOON)
    assert not (await maintenance.check(stage.context, by=stage.root, now=NOON)).counts


@pytest.mark.parametrize("order", list(ORDERS))
async def test_a_page_behind_a_key_looks_at_nothing_before_it(world: tuple[World, Database], order: str):
    made, db = world
    for _ in range(400):
        made.add()
    asked: list[tuple[str, tuple[Value, ...]]] = []

    async def fetch(sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        asked.append((sql, tuple(parameters)))
        return await db.fetch(sql, parameters, deadline=deadline)

    async def steps(after: Key | None) -> tuple[int, Key]:
        asked.clear()
        rows = await keyset.page(fetch, all_query(), order=order, after=after, limit=10, viewer=EVERYONE)
        return sum(_steps(made.plain, *one) for one in asked), rows[-1][1]

    first, key = await steps(None)
    for _ in range(30):
        most, key = await steps(key)
        assert most <= first + 200


def _steps(plain: sqlite3.Connection, sql: str, values: tuple[Value, ...]) -> int:
    """Return how many tens of steps a statement takes."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 10
        return 0

    plain.set_progress_handler(count, 10)
    plain.execute(sql, values).fetchall()
    plain.set_progress_handler(None, 0)
    return taken


def test_a_stretch_behind_a_place_begins_there() -> None:
    whole = Stretch("WHERE rank >= ? AND rank <= ?", (3, 9))
    assert whole.beyond(5, "rank", backwards=False) == ("WHERE rank > ? AND rank <= ?", (5, 9))
    assert whole.beyond(5, "rank", backwards=True) == ("WHERE rank >= ? AND rank < ?", (3, 5))
    assert whole.beyond(1, "rank", backwards=False) == whole == whole.beyond(11, "rank", backwards=True)
    assert whole.beyond(11, "rank", backwards=False) is None is whole.beyond(1, "rank", backwards=True)
    endless = Stretch("WHERE rank >= ?", (3,))
    assert endless.beyond(5, "rank", backwards=False) == ("WHERE rank > ?", (5,))
    assert endless.beyond(5, "rank", backwards=True) == ("WHERE rank >= ? AND rank < ?", (3, 5))


@pytest.mark.parametrize(
    ("sql", "step"),
    [
        (
            "SELECT n FROM waymark WHERE road = 'rank' AND (place, id) <= (+5, 6) ORDER BY place DESC, id DESC",
            "SEARCH waymark USING PRIMARY KEY (road=? AND (place,id)<(?,?))",
        ),
        (
            "SELECT place, id, n FROM waymark WHERE road = 'rank' ORDER BY place, id",
            "SEARCH waymark USING PRIMARY KEY (road=?)",
        ),
    ],
)
async def test_marks_are_found_by_their_key(world: tuple[World, Database], sql: str, step: str):
    assert [row[3] for row in world[0].plain.execute(f"EXPLAIN QUERY PLAN {sql}")] == [step]

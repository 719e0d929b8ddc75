"""Windows of the desk: whichever way is taken, they hold what the domain's measure says, in order, at any depth."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from math import inf
from random import Random
from typing import cast

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms
from sessiontui.domain.query import Query, Subject, matches, parse, words
from sessiontui.domain.query.now import all_query, now_query
from sessiontui.domain.query.terms import And, Needle, TextHas, Wording
from sessiontui.domain.vocabulary import Role
from sessiontui.services import analytics, boards, ticking
from sessiontui.services.context import UTC
from sessiontui.services.lines import SessionLine
from sessiontui.services.people import listing
from sessiontui.store import connections, reader
from sessiontui.store.haystack import REBUILD_WORDS, settle_words
from sessiontui.store.marking import OVER
from sessiontui.store.narrowing import by_marks, sources, terms_of
from sessiontui.store.ranking import spans, starting
from sessiontui.store.reader import OutOfTime, Row, Value
from sessiontui.store.reads import counting, gathering, pieced, planning, seeking, tallies, walking, windows
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.known import look_up
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.stretches import ASTRAY, ASTRAY_START, Reach
from sessiontui.store.wording import PUBLIC_WORDS, stands_in_public
from tests.benchmarks.questions import ROOMS
from tests.conftest import NOON, Stage
from tests.made_up import made_up
from tests.services.test_sessions import make
from tests.store.test_write_path import QUERIES, Walk

MARKED = (
    "grief kind:work", "grief -kind:work", "-kind:work -kind:mentoring grief", "kind:conversation priority:normal",
    "kind:work has:mentor", "-has:mentor kind:conversation", "is:work -has:mentor", "-is:work grief",
    "mentor:a is:work", "mentor:#2 kind:mentoring", "author:#1 grief", "author:#1 kind:work",
    "priority:>normal -has:capacity", "-priority:normal has:capacity", "has:description -has:tasks",
    "has:tasks kind:conversation", "has:goals -is:work", "minutes:<45 kind:work", "minutes:45..60 has:mentor",
    "minutes:>60 -minutes:>90", "-minutes:60 approved:0", "minutes:>100 minutes:<60", "capacity:1..4 has:guests",
    "capacity:<3 -has:guests", "capacity:>4 approved:>3", "approved:0 approved:>3", "approved:0 left:>0",
    "approved:1..3 rejected:0", "-approved:>3 rejected:>0", "left:0 has:guests", "left:0 approved:>0",
    "-left:0 status:ended", "left:>3 kind:conversation", "pending:>2 kind:conversation", "pending:0 status:ended",
    "pending:>0 status:cancelled", "actual:<5 has:guests", "actual:<=5 left:>0", "actual:>5 efficiency:<10%",
    "actual:0 left:>0", "efficiency:<10% left:>0", "efficiency:<=10% status:ended", "efficiency:>=10% kind:work",
    "-efficiency:>10% has:guests", "status:cancelled left:0", "status:live approved:0",
    "-status:ended,cancelled left:0", "control:completed left:0", "badge:no_show,early_end left:0",
    "has:guests kind:work", "has:guests starts:<1h", "has:guests -status:ended", "kind:work or left:>0",
    "status:cancelled or approved:>3", "-starts:<-1h kind:conversation", "-starts:>-1h", "-ends:<-1h",
    "-ends:>1h has:guests", "-finished:<-1h", "-finished:>-2h kind:conversation", "-created:<-1h", "grief left:0",
    "ana status:cancelled", "tag:grief approved:0",
)  # fmt: skip
"""What sessions are marked with in the index of words: together, with words, denied, and in vain."""

MORE = (
    "status:live,created grief", "status:ended finished:>-2h", "-status:created starts:>-1h", "gr", '"grief cir"',
    "title:gri", "mentor:nobody", "person:nobody", "source:nothing", "source:local status:created", "person:ana lee",
    "view:now grief", "-is:live", "-is:ended", "badge:no_show,early_end", "badge:pending", "is:alerted",
    "pending:>=1", "active:>=1", "active:>0 status:active", "tag:grief tag:cv", "id:nothing", "approved:>90",
    "approved:>4", "approved:>=5 kind:work", "rejected:>1", "left:>4", "actual:>180", "minutes:<20", "minutes:<=25",
    "minutes:>180", "minutes:>=181", "capacity:>20", "efficiency:>1", "efficiency:>=1", "-has:tags", "-has:link",
    "is:archived", "archived:yes", "pending:>0 kind:conversation", "pending:>0 priority:normal,high", "starts:<1h",
    "starts:>-1h starts:<3h", "status:created starts:>0h", "status:created,requests",
    "status:draft archived:yes,no", "finished:>-1h -is:provisional", "starts:>2h", "starts:<2h status:ended",
    "-actual:0 grief", "-left:0", "-pending:0", "-pending:0 grief", "-active:0", "-active:>0", "-approved:<2",
    "-approved:0 kind:work", "-approved:<2 -rejected:0", "-efficiency:0", "alert:critical", "has:alert grief",
    "alert:warning,request_backlog", "-alert:clash has:mentor", "is:alerted left:0", "person:lee -is:alerted",
    "person:lost", "ends:>-2h tag:grief",
    *MARKED,
)  # fmt: skip

PLACES = {
    "STRIDE": walking, "FEW": pieced, "MOST": pieced, "WALKING": seeking, "DEAR": gathering, "SIFTED": gathering,
    "PAGE": windows,
}  # fmt: skip
"""Where the bounds stand that decide which way is taken; the others stand with the plans."""

ROUNDABOUT = {"FEW": -1, "MOST": -1}
"""Nothing is put together of pieces."""

WAYS = {
    "pieced": {},
    "gathered": ROUNDABOUT,
    "sifted": {**ROUNDABOUT, "DEAR": -1, "SIFTED": 1, "PAGE": 60},
    "tested": {**ROUNDABOUT, "GATHERED": -1, "STRIDE": 2},
    "tested by asking": {**ROUNDABOUT, "GATHERED": -1, "VICINITY": -1},
    "walked": {**ROUNDABOUT, "GATHERED": -1, "TESTED": -1, "STRIDE": 3},
    "given up": {**ROUNDABOUT, "TESTED": -1, "WALKING": -1},
    "given up for few": {**ROUNDABOUT, "GATHERED": 3, "WALKING": -1, "DEAR": -1, "SIFTED": 2, "PAGE": 60},
    "nearby": {**ROUNDABOUT, "GATHERED": -1, "WALKING": -1},
}


async def subjects(stage: Stage, now: datetime) -> list[Subject]:
    """Return every session as the measure of queries takes it, as it is now."""
    ids = await kept.matching(stage.context.db.fetch, "1", ())
    return list((await boards.subjects(stage.context, ids, now=now, as_of=now)).values())


async def world(stage: Stage, seed: int, *, steps: int = 60) -> Walk:
    walk = Walk(stage, seed)
    await walk.begin()
    for _ in range(8):
        await walk.create()
    for _ in range(steps):
        await walk.step()
    await walk.tick()
    await ticking.rebuild(stage.context, at=walk.now)
    await settled(stage)
    return walk


async def settled(stage: Stage) -> None:
    """Bring every text up to date that owes it: people who come and go are found by their names soon, not at once."""
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        while await settle_words(tx, 1000):
            pass


def asked(pick: Random) -> list[str]:
    """Return some of the questions asked of a million sessions, of those of this file, and some by chance."""
    every = dict.fromkeys((*QUERIES, *MORE, *chain.from_iterable(ROOMS.values())))
    return [*pick.sample(list(every), 170), *made_up(pick.randrange(1000), 30)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("way", WAYS)
async def test_a_window_holds_what_the_measure_says(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, way: str, seed: int
):
    walk = await world(stage, seed)
    everyone = await subjects(stage, walk.now)
    for name, value in WAYS[way].items():
        monkeypatch.setattr(PLACES.get(name, planning), name, value)
    places = {row[0]: row[1:] for row in await stage.rows(
        "SELECT id, rank, starts_at, title_words, pending FROM session"
    )}  # fmt: skip
    orders = {
        "urgency": lambda row_id: (places[row_id][0], row_id),
        "start": lambda row_id: (places[row_id][1], row_id),
        "latest": lambda row_id: (-cast("int", places[row_id][1]), -row_id),
        "title": lambda row_id: (places[row_id][2], row_id),
        "pending": lambda row_id: (-cast("int", places[row_id][3]), -row_id),
    }
    assert set(orders) == set(ORDERS)
    pick = Random(f"{way} {seed}")
    for number, text in enumerate(asked(pick)):
        meant = {one.id for one in everyone if matches(parse(text, now=walk.now, zone=UTC), one)}
        for order in list(orders) if number % 4 == 0 else ["urgency", pick.choice(list(orders))]:
            wanted = sorted(meant, key=orders[order])
            for offset, limit in ((0, 100), (pick.randint(0, 6), pick.randint(1, 5)), (max(0, len(wanted) - 3), 3)):
                shown = await boards.board(
                    stage.context, text, now=walk.now, limit=limit, offset=offset, order=order, by=stage.root
                )
                found = [line.id for line in shown.lines]
                assert found == wanted[offset : offset + limit], (text, order, offset, limit)
                assert (shown.matched, shown.matched_exact) == (len(wanted), True), text


@pytest.mark.parametrize("order", list(ORDERS))
async def test_paging_and_jumping_agree_with_the_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch, order: str):
    walk = await world(stage, 5, steps=30)
    whole = [
        line.id for line in (await boards.board(stage.context, "", now=walk.now, order=order, by=stage.root)).lines
    ]
    monkeypatch.setattr(walking, "STRIDE", 2)
    pick = Random(1)
    for text in ("", "-status:draft,cancelled"):
        whole = [
            line.id
            for line in (await boards.board(stage.context, text, now=walk.now, order=order, by=stage.root)).lines
        ]
        jumps = [*range(0, len(whole) + 2, 3), *(pick.randint(0, len(whole)) for _ in range(20))]
        for offset in jumps:
            shown = await boards.board(
                stage.context, text, now=walk.now, order=order, offset=offset, limit=3, by=stage.root
            )
            assert [line.id for line in shown.lines] == whole[offset : offset + 3]


async def test_what_is_remembered_is_forgotten_when_much_has_changed(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    walk = await world(stage, 3, steps=20)
    monkeypatch.setattr(walking, "STRIDE", 1)
    monkeypatch.setattr(walking, "DRIFT", 0)
    for _ in range(15):
        await walk.step()
        await walk.tick()
        whole = [line.id for line in (await boards.board(stage.context, "", now=walk.now, by=stage.root)).lines]
        for offset in (len(whole) // 2, 2, len(whole) - 2):
            shown = await boards.board(stage.context, "", now=walk.now, offset=offset, limit=2, by=stage.root)
            assert [line.id for line in shown.lines] == whole[offset : offset + 2]


async def test_counting_that_takes_too_long_says_at_least(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    walk = await world(stage, 4, steps=5)
    for name, value in {"GATHERED": -1, "TESTED": -1}.items():
        monkeypatch.setattr(planning, name, value)
    monkeypatch.setattr(pieced, "FEW", -1)
    for name, value in {"SMALL": 0, "COUNTED": 3, "COUNTING": 5}.items():
        monkeypatch.setattr(counting, name, value)
    shown = await boards.board(stage.context, "has:tags,description kind:work,coaching,conversation,mentoring",
                               now=walk.now, limit=1, by=stage.root)  # fmt: skip
    assert (shown.matched, shown.matched_exact) == (3, False)

    monkeypatch.setattr(windows, "counted", lambda *_, **__: _gave_up())
    shown = await boards.board(stage.context, "-tag:nothing", now=walk.now, limit=2, offset=1, by=stage.root)
    assert (shown.matched, shown.matched_exact, len(shown.lines)) == (3, False, 2)
    shown = await boards.board(stage.context, "-tag:nothing", now=walk.now, limit=200, by=stage.root)
    assert (shown.matched, shown.matched_exact) == (len(shown.lines), True)


async def test_the_view_of_everything_is_told_by_the_maintained_counts(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    walk = await world(stage, 4, steps=5)
    for name, value in {"SMALL": 0, "COUNTED": 1, "COUNTING": 0}.items():
        monkeypatch.setattr(counting, name, value)
    every, view = [await boards.board(stage.context, text, now=walk.now, by=stage.root) for text in ("", "view:all")]
    assert len(every.lines) > 1
    assert (view.lines, view.matched, view.matched_exact) == (every.lines, len(every.lines), True)


async def test_queries_told_without_the_language_are_what_it_says():
    for text, told in (("view:now", now_query(NOON)), ("view:all", all_query())):
        assert parse(text, now=NOON, zone=UTC) == told


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("approved:>20", (21,)), ("approved:>=21", (21,)), ("approved:5..8", (5, 8)), ("rejected:>1", (2,)),
        ("left:>4", (5,)), ("actual:>300", (18_000_001,)), ("actual:>=300", (18_000_000,)),
        ("minutes:<20", (1_199_999,)), ("efficiency:>=100%", (1.0,)),
    ],
)  # fmt: skip
def test_rare_numbers_are_asked_between_their_tightest_bounds(text: str, bounds: tuple[float, ...]):
    (source,) = [one for one in sources(parse(text, now=NOON, zone=UTC)) if not one.is_order]
    assert source.parameters == bounds


async def test_a_row_is_drawn_anew_only_when_something_else_is_said_of_it(stage: Stage):
    session_id = await make(stage, starts_at=NOON + timedelta(hours=2), ends_at=NOON + timedelta(hours=3))

    async def drawn(at: datetime) -> SessionLine:
        return (await boards.lines(stage.context, [session_id], now=at, by=stage.root))[0]

    first = await drawn(NOON)
    assert await drawn(NOON) is first
    later = await drawn(NOON + timedelta(minutes=10))
    assert (later.why, later.beside) != (first.why, first.beside)
    assert await drawn(NOON) == first


async def _gave_up() -> tuple[int, bool]:
    return 0, False


@pytest.mark.parametrize("seed", range(2))
async def test_the_first_rows_found_are_the_first_rows(stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int):
    """With much patience a glimpse is the window; without any it is its beginning, and says that more may come."""
    walk = await world(stage, 60 + seed)
    monkeypatch.setattr(planning, "GATHERED", 3)
    monkeypatch.setattr(pieced, "FEW", 3)
    for text in (*QUERIES, *MORE):
        for order in ("urgency", "title", "latest"):
            for limit in (2, 100):
                asked = {"now": walk.now, "order": order, "limit": limit, "by": stage.root}
                whole = await boards.board(stage.context, text, **asked)
                found = await boards.board(stage.context, text, patience=5, **asked)
                assert (found.lines, found.whole) == (whole.lines, True), (text, order)
                assert found.matched == whole.matched if found.matched_exact else found.matched <= whole.matched
                hasty = await boards.board(stage.context, text, patience=0, **asked)
                assert hasty.lines == whole.lines[: len(hasty.lines)]
                assert hasty.whole or (len(hasty.lines) < limit and not hasty.matched_exact)


async def test_what_a_walk_found_before_it_was_broken_off_is_kept(stage: Stage):
    walk = await world(stage, 63)

    async def fetch(sql: str, values: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        rows = await stage.context.db.fetch(sql, values)
        if len(rows) > 1:
            raise OutOfTime(deadline, rows[:-1])
        return rows

    query = parse("title:grief,title:cv,title:x,title:uns archived:yes,no", now=walk.now, zone=UTC)
    whole = await windows.glimpse(stage.context.db.fetch, query, order="urgency", limit=99, patience=9)
    found = await windows.glimpse(fetch, query, order="urgency", limit=99, patience=9)
    assert not found.whole
    assert found.ids == whole.ids[: len(found.ids)]
    assert 0 < len(found.ids) < len(whole.ids)


@pytest.mark.parametrize("seed", range(2))
async def test_a_search_that_is_broken_off_at_every_turn_finds_what_a_walk_finds(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
):
    """Whatever was found by then is kept, and nothing is found twice or passed over when it goes on."""
    walk = await world(stage, 70 + seed)
    pick, ends = Random(seed), set[bool | None]()

    async def fetch(sql: str, values: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        rows = await stage.context.db.fetch(sql, values)
        if deadline is not None and (deadline < 0 or (" LIMIT ? OFFSET ?" in sql and pick.random() < 0.5)):
            raise OutOfTime(deadline, rows[: pick.randint(0, len(rows))])
        return rows

    for name, value in {"GATHERED": 2, "VICINITY": 99, "DEAR": -1, "SIFTED": 1}.items():
        monkeypatch.setattr(PLACES.get(name, planning), name, value)
    for text in pick.sample(asked(pick), 60):
        query = parse(text, now=walk.now, zone=UTC)
        plan = await planning.planned(stage.context.db.fetch, query)
        for order in ("urgency", pick.choice(("start", "latest", "title", "pending"))):
            for offset, limit in ((0, 4), (0, 99), (3, 4)):
                path = walking.Path(since=0)
                plain = await walking.Walk(stage.context.db.fetch, plan, ORDERS[order], path, 0).rows(offset, limit)
                rows, is_all = await seeking.sought(
                    fetch, plan, order, walking.Path(since=0), 0, offset=offset, limit=limit, until=0
                )
                ends.add(is_all)
                found = rows if is_all is None else rows[offset : offset + limit]
                assert found == plain, (text, order, offset, limit)
    assert ends >= {None, True}


async def test_what_is_dear_to_test_is_tested_until_enough_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    walk = await world(stage, 72)
    query = parse("gr archived:yes,no", now=walk.now, zone=UTC)
    for name, value in {"DEAR": -1, "SIFTED": 1}.items():
        monkeypatch.setattr(gathering, name, value)

    async def first(wanted: int, until: float) -> tuple[list[Row], bool]:
        async def reading(fetch: reader.Fetch) -> tuple[list[Row], bool]:
            plan = await planning.planned(fetch, query)
            assert plan.is_few
            return await gathering.first_gathered(fetch, plan, "urgency", wanted=wanted, until=until)

        return await stage.context.db.look(reading)

    whole, is_all = await first(1, inf)
    assert is_all
    rows, is_all = await first(2, -1)
    assert not is_all
    assert rows == whole[: len(rows)]
    assert 2 <= len(rows) < len(whole)


# -- the index of words ---------------------------------------------------------------------------------------


async def test_the_index_of_words_is_kept_by_every_write(stage: Stage):
    walk = await world(stage, 6)
    plain = sqlite3.connect(stage.path)
    plain.execute("INSERT INTO session_words (session_words, rank) VALUES ('integrity-check', 1)")
    texts = {str(row[0]) for row in plain.execute("SELECT haystack FROM session")}
    assert len(texts) > 3
    before = _postings(plain, texts)
    plain.execute(REBUILD_WORDS)
    assert _postings(plain, texts) == before
    plain.close()
    assert walk.done


def _postings(plain: sqlite3.Connection, texts: Iterable[str]) -> dict[str, list[int]]:
    """Return the sessions that the index names for every word of the texts."""
    every = {word for text in texts for word in text.split() if word != "|"}
    asked = "SELECT rowid FROM session_words WHERE session_words MATCH ? ORDER BY rowid"
    return {word: [row[0] for row in plain.execute(asked, (f'"{word}"',))] for word in every}


LETTERS = "aé ß Łø ıİ ﬁ ½² ٣ क्षि 한글 漢字 ﷺ ǆ Ωω ᾳ ℌ ₓ 𝒜 𞤀 ꟃ ᲊ 🙂 _-' a̐ ͅ ᅠ ١٢ 〇 Ⅷ ⓐ".replace(" ", "")


@pytest.mark.parametrize("seed", range(30))
async def test_signs_of_all_sorts_are_found_where_the_measure_finds_them(stage: Stage, seed: int):
    pick = Random(seed)
    titles = ["".join(pick.choices(LETTERS + "  ab", k=12)) for _ in range(4)]
    for title in titles:
        await make(stage, title=title or "x")
    everyone = await subjects(stage, NOON)
    found_any = False
    for title in titles:
        own = words(title)
        for size in (1, 2):
            for at in range(len(own) - size + 1):
                for prefix in (True, False):
                    last = own[at + size - 1]
                    cut = last[: pick.randint(1, len(last))] if prefix else last
                    needle = Needle((*own[at : at + size - 1], cut), prefix)
                    query = Query(And((TextHas(Wording.TITLE, needle),)), wants_archived=False)
                    wanted = {one.id for one in everyone if matches(query, one)}
                    shown = await windows.window(
                        stage.context.db, stage.context.db.fetch, query, order="start", offset=0, limit=9, head=0
                    )
                    assert set(shown.ids) == wanted
                    found_any |= bool(wanted)
    assert found_any


# -- narrowing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
async def test_what_narrows_never_loses_a_session(stage: Stage, seed: int):
    walk = await world(stage, 20 + seed)
    everyone = await subjects(stage, walk.now)
    ranks = dict(cast("list[tuple[int, int]]", await stage.rows("SELECT id, rank FROM session")))
    starts = dict(cast("list[tuple[int, int]]", await stage.rows("SELECT id, starts_at FROM session")))
    astray = {row[0] for row in await stage.rows(f"SELECT id FROM session WHERE {ASTRAY}")}
    astray_start = {row[0] for row in await stage.rows(f"SELECT id FROM session WHERE {ASTRAY_START}")}
    here = {row[0] for row in await stage.rows("SELECT id FROM session WHERE active > 0")}
    ahead = f"SELECT id FROM session WHERE status NOT IN ({', '.join(repr(str(status)) for status in OVER)})"

    def within(reach: Reach, place: int, row_id: int, *, astray: set[Value] = astray) -> bool:
        is_near = reach.low <= place <= reach.high
        return is_near and (not reach.astray or row_id in astray) and (not reach.here or row_id in here)

    for text in (*QUERIES, *MORE):
        query = parse(text, now=walk.now, zone=UTC)
        meant = {one.id for one in everyone if matches(query, one)}
        known = await look_up(stage.context.db.fetch, query)
        for source in sources(query, known):
            named = {row[0] for row in await stage.context.db.fetch(source.sql, source.parameters)}
            assert meant <= named, (text, source)
        for apart in (False, True):
            marks = by_marks(terms_of(query.where), known, apart=apart)
            if marks is not None:
                named = {row[0] for row in await stage.context.db.fetch(marks.sql, marks.parameters)}
                named |= {row[0] for row in await stage.rows(ahead)} if marks.lacks_ahead else set()
                assert meant <= named, (text, marks)
        stretches = spans(query)
        if stretches is not None:
            assert list(stretches) == sorted(stretches)
            inside = {row_id for row_id, rank in ranks.items() if any(within(one, rank, row_id) for one in stretches)}
            assert meant <= inside, text
        periods = starting(query.where)
        if periods is not None:
            assert list(periods) == sorted(periods)
            inside = {
                row_id
                for row_id, at in starts.items()
                if any(within(one, at, row_id, astray=astray_start) for one in periods)
            }
            assert meant <= inside, text


async def test_instants_beyond_what_ranks_hold_lose_nothing(stage: Stage):
    for at in (-(10**11), -1, 0, 1, (1 << 42) - 1, 1 << 42, (1 << 42) + 10**11):
        await make(stage, starts_at=from_ms(at), ends_at=from_ms(at) + timedelta(hours=1))
    everyone = await subjects(stage, NOON)
    for text in ("starts:>2110-01-01", "starts:<1970-01-01", "starts:<1969-01-01", "finished:<1970-01-02",
                 "finished:<1960-01-01", "starts:1969-12-31..1970-01-02", "starts:>2100-01-01"):  # fmt: skip
        query = parse(text, now=NOON, zone=UTC)
        wanted = {one.id for one in everyone if matches(query, one)}
        assert {
            line.id for line in (await boards.board(stage.context, text, now=NOON, by=stage.root)).lines
        } == wanted


# -- all of them, without a worker ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
async def test_a_listing_from_stored_rows_is_the_full_derivation(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
):
    """Nothing keeps the rows up to date here; the instant of the question lies before, at or after the last write."""
    walk = Walk(stage, 40 + seed)
    await walk.begin()
    pick = Random(seed)
    taken = 0
    for _ in range(12):
        for _ in range(7):
            await walk.step()
        await settled(stage)
        for now in (walk.now, walk.now + timedelta(seconds=pick.choice((0.001, 30, 90, 1800, 90000))), NOON):
            queries = ["", "status:live", "actual:>=1m", "archived:yes,no", *pick.sample((*QUERIES, *MORE), 6)]
            for text in queries:
                for limit in (None, pick.randint(1, 9)):
                    quick = await boards.listing(stage.context, text, now=now, limit=limit, by=stage.root)
                    with monkeypatch.context() as patched:
                        patched.setattr(tallies, "restless", _nobody)
                        slow = await boards.listing(stage.context, text, now=now, limit=limit, by=stage.root)
                    assert quick == slow, (text, now, limit)
        taken += await tallies.restless(stage.context.db.fetch, walk.now) is not None
    assert taken


async def _nobody(*_: object) -> None:
    return None


# -- query plans ----------------------------------------------------------------------------------------------

BIG = ("session", "s", "join_request", "r", "request_change", "c", "presence", "v", "presence_signal", "audit_entry",
       "session_change", "change_log", "attendee")  # fmt: skip

COUNTING = "SELECT count(*) FROM (SELECT 1 FROM session s WHERE"
"""Begins the one question that may: it has a limit, and a deadline of milliseconds."""


RARE = (
    "session_unfigured",
    "session_untagged",
    "session_unlinked",
    "session_overrun",
    "session_archived",
    "presence_open",
    "session_alerted",
)
"""Indexes that hold few rows, counted up to a limit before they are walked."""


class Watch:
    """Stands in the place of a database and keeps the plan of every question."""

    def __init__(self, stage: Stage) -> None:
        self._plain = sqlite3.connect(stage.path, check_same_thread=False)
        self._plain.create_function(PUBLIC_WORDS, 4, stands_in_public, deterministic=True)
        self._plain.execute(reader.VOCABULARY)
        self.scans: list[tuple[str, str]] = []
        self.asked = 0

    def look(self, sql: str, values: Sequence[Value]) -> None:
        if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
            return
        self.asked += 1
        for row in self._plain.execute(f"EXPLAIN QUERY PLAN {sql}", tuple(values)):
            part = str(row[3]).split()
            if part[0] == "SCAN" and part[1] in BIG and part[-1] not in RARE and not sql.startswith(COUNTING):
                self.scans.append((str(row[3]), sql))


@pytest.fixture
def watch(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Watch:
    seen = Watch(stage)
    answer, glance = reader.Look.answer, connections.Reader.glance

    def looked(look: reader.Look, sql: str, values: Sequence[Value]) -> list[Row]:
        seen.look(sql, values)
        return answer(look, sql, values)

    def glanced(reads: connections.Reader, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        seen.look(sql, values)
        return glance(reads, sql, values)

    monkeypatch.setattr(reader.Look, "answer", looked)
    monkeypatch.setattr(connections.Reader, "glance", glanced)
    monkeypatch.setattr(counting, "SMALL", 0)
    return seen


ANA = Actor(2, "Ana", Role.PARTICIPANT)

HOT = (
    "", "status:live", "status:created,draft", "-status:created", "is:provisional", "grief", "gr", "grief circle",
    '"grief circle"', "mentor:ana", "author:root", "person:bob", "person:#4", "tag:grief", "starts:today", "ends:<2h",
    "created:>-1h", "finished:>-3h", "view:now", "view:today", "view:week", "view:followup", "active:>0",
    "badge:no_host", "#2", "id:local:3", "id:x", "source:local", "kind:work", "priority:urgent", "status:live grief",
    "approved:>9", "rejected:>2", "left:>5", "actual:>200", "minutes:>600", "minutes:<10", "capacity:>99",
    "is:archived", "efficiency:>1", "-has:tags", "-has:link", "pending:>0 kind:work", "starts:>1d", "status:created",
)  # fmt: skip


@pytest.mark.parametrize("way", ["pieced", "gathered", "tested", "walked"])
async def test_no_hot_read_scans_a_big_table(stage: Stage, watch: Watch, monkeypatch: pytest.MonkeyPatch, way: str):
    walk = await world(stage, 8, steps=30)
    for name, value in WAYS[way].items():
        monkeypatch.setattr(PLACES.get(name, planning), name, value)
    watch.asked, watch.scans = 0, []
    for text in HOT:
        for order in ORDERS:
            for offset in (0, 7):
                await boards.board(
                    stage.context, text, now=walk.now, order=order, offset=offset, limit=3, by=stage.root
                )
            await boards.board(stage.context, text, now=walk.now, order=order, limit=3, patience=5, by=stage.root)
            await boards.board(stage.context, text, now=walk.now, order=order, limit=3, by=ANA)
    assert watch.asked > 1000
    assert watch.scans == []


async def test_no_other_read_of_the_desk_scans_a_big_table(stage: Stage, watch: Watch):
    walk = await world(stage, 9, steps=30)
    watch.asked, watch.scans = 0, []
    session_id = walk.sessions[0]
    await boards.detail(stage.context, session_id, now=walk.now, by=stage.root)
    await boards.lines(stage.context, walk.sessions, now=walk.now, by=stage.root)
    await boards.changed(stage.context, 1)
    await boards.coming(stage.context, walk.sessions)
    for query in ("view:now", "view:all", "grief", "mentor:lee"):
        for order in ORDERS:
            await boards.judged(
                stage.context, query, walk.sessions, seen=walk.sessions[:2], order=order, now=walk.now, by=stage.root
            )
    await ticking.tick(stage.context, at=walk.now + timedelta(days=1))
    await tallies.restless(stage.context.db.fetch, walk.now)
    await boards.find(stage.context, f"#{session_id}")
    await boards.trail(stage.context, session_id=session_id)
    await boards.trail(stage.context, limit=20)
    await kept.overdue(stage.context.db.fetch, 1 << 50, limit=500)
    await kept.by_outside_id(stage.context.db.fetch, "x")
    await kept.by_outside_id(stage.context.db.fetch, "x", "zoom")
    for order in listing.ORDERS:
        await listing.board(stage.context, by=stage.root, now=walk.now, order=order)
    for query in ("has:requests", "has:hosted", "is:here", "an"):
        await listing.board(stage.context, query, by=stage.root, now=walk.now)
    await analytics.figures(stage.context, query="mentor:#2", by=stage.root, now=walk.now + timedelta(days=2))
    assert watch.asked > 10
    # Some of the newest by the primary key, or by an index that knows which to pass over, are no scan that grows.
    newest = ("SCAN audit_entry", "SCAN change_log")
    latest = ("SCAN s USING INDEX session_start", " ORDER BY s.starts_at DESC LIMIT ?")
    others = [(step, sql) for step, sql in watch.scans if step not in newest]
    assert [sql for step, sql in others if not (step == latest[0] and sql.endswith(latest[1]))] == []


async def test_the_watch_sees_a_scan(stage: Stage, watch: Watch):
    await stage.context.db.fetch("SELECT count(*) FROM session s WHERE s.approved > 3")
    assert len(watch.scans) == 1

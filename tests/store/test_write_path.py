"""The write path: one audit entry each, a whole chain, and rows that say what a full recompute would say."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import fields as fields_of
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

import pytest

from sessiontui.domain import chain
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, SessiontuiError
from sessiontui.domain.history import facts_at, instants
from sessiontui.domain.instants import from_ms, maybe_ms, to_ms
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.moves import MOVES
from sessiontui.domain.query import matches, parse
from sessiontui.domain.transitions import next_transition_at
from sessiontui.domain.vocabulary import Kind, Move, Priority, RequestState, Role, Source
from sessiontui.services import boards, people, presence, requests, sessions, ticking
from sessiontui.services.context import UTC, Context
from sessiontui.services.sessions import SessionDraft, SessionEdit
from sessiontui.store.alert_walk import follow, lifted
from sessiontui.store.deriving import derived_row, stored_counts
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query
from sessiontui.store.haystack import haystacks
from sessiontui.store.histories import load
from sessiontui.store.nearby import nearby
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.soundness import miscounted
from sessiontui.store.sealing import sealed_part
from sessiontui.store.sights import MOVING
from sessiontui.store.widths import COLUMNS
from tests.conftest import NOON, Stage, build_stage

MIN = timedelta(minutes=1)
TAGS = ("grief", "First Time", "a|b", "100%", "über_uns", "CV")
TITLES = ("Grief circle", "CV-review, part 2", "Über | uns", "100% _Pairing_", "O'Neill \\ Söhne", "x")
NAMES = ("Ana Ruiz", "Bob Stone", "Dr Amélia Lee", "Łukasz Ångström", "Eve % _", "Ana Bobson")


async def entries(stage: Stage) -> int:
    return cast("int", (await stage.rows("SELECT count(*) FROM audit_entry"))[0][0])


async def sealed(stage: Stage) -> list[tuple[chain.Entry, str]]:
    """Return the audit trail as the chain reads it, from the raw rows."""
    names = ("at", "by_id", "by_name", "action", "subject", "subject_id", "sentence", "reason", "detail", "undoes")
    rows = await stage.rows(f"SELECT {', '.join(names)}, hash FROM audit_entry ORDER BY id")
    found = []
    for row in rows:
        values = dict(zip(names, row[:-1], strict=True))
        values["at"], values["detail"] = from_ms(cast("int", row[0])), json.loads(str(values["detail"]))
        found.append((sealed_part(values), str(row[-1])))  # type: ignore[arg-type]
    return found


async def check_rows(stage: Stage, now: datetime, *, fresh: bool = False) -> None:
    """Compare every derived column, count and search text with what the facts give now."""
    await stage.context.db.drained()
    fetch = stage.context.db.fetch
    rows = await fetch(f"SELECT id, priority, flags, link, source, {', '.join(COLUMNS)} FROM session ORDER BY id")
    histories = await load(fetch, [cast("int", row[0]) for row in rows])
    near = await nearby(fetch, {cast("int", row[0]): (str(row[3]), str(row[4])) for row in rows})
    for row in rows:
        session_id, rules = cast("int", row[0]), stage.context.rules
        history = histories[session_id]
        facts = facts_at(history, now, rules=rules)
        derived = derive(facts, now, rules)
        followed = follow(history, near[session_id], facts, derived, now=now, due=None, rules=rules)
        if fresh or row[5 + COLUMNS.index("next_transition_at")] is None:
            assert not followed.changed, f"the alerts of #{session_id} at {now}"
        due = (maybe_ms(next_transition_at(facts, now, rules, marks=instants(history))), followed.due(to_ms(now)))
        values = derived_row(
            facts,
            derived,
            now,
            priority=Priority(str(row[1])),
            flags=str(row[2]),
            lift=lifted(followed.standing, to_ms(now)),
            due=min((instant for instant in due if instant is not None), default=None),
        )
        for name, stored, wanted in zip(COLUMNS, row[5:], values, strict=True):
            if name == "next_transition_at" and not fresh:
                assert stored is not None or wanted is None
                assert wanted is None or stored <= wanted, f"#{row[0]} is due late at {now}"
            elif name not in ("actual_ms", *MOVING) or fresh:
                assert stored == wanted, f"{name} of #{row[0]} at {now}"
    counted = {str(row[0]): row[1:] for row in await fetch("SELECT status, n, pending FROM status_count") if row[1]}
    assert counted == await stored_counts(fetch)
    assert await miscounted(fetch) == []
    grouped = await fetch(
        "SELECT status, count(*), sum(pending) FROM session WHERE archived_at IS NULL GROUP BY status"
    )
    assert counted == {str(row[0]): row[1:] for row in grouped}
    states = await fetch(
        "SELECT s.id, s.pending, s.approved, s.rejected,"
        " sum(r.state = 'pending'), sum(r.state = 'approved'), sum(r.state = 'rejected')"
        " FROM session s JOIN join_request r ON r.session_id = s.id GROUP BY s.id"
    )
    assert [row[1:4] for row in states] == [row[4:] for row in states]
    texts = await fetch("SELECT haystack, title_words, tag_keys, id FROM session ORDER BY id")
    wanted = sorted(await haystacks(fetch, [cast("int", row[0]) for row in rows]), key=lambda row: row[3])
    assert [(words_of(row), *row[1:]) for row in texts] == [(words_of(row), *row[1:]) for row in wanted]
    owed = {row[0] for row in await fetch("SELECT session_id FROM words_due")}
    assert [row for row in texts if row[3] not in owed] == [row for row in wanted if row[3] not in owed]


def words_of(row: Sequence[object]) -> str:
    """Return the text of a session that begins a row, without its marks: these may follow soon."""
    return str(row[0]).rpartition("|")[0]


class Walk:
    """A seeded walk through the services: whatever may be asked, whether or not it is possible."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.context, self.random = stage, stage.context, Random(seed)
        self.now = NOON
        self.people: list[int] = []
        self.sessions: list[int] = []
        self.refused = self.done = 0
        self.was_heartbeat = False

    async def begin(self) -> None:
        for name in NAMES:
            receipt = await people.add(self.context, name, by=self.stage.root, at=self.now)
            self.people += receipt.people
        for _ in range(4):
            await self.create()

    async def create(self) -> None:
        pick = self.random
        starts = self.now + pick.choice((-40, -5, 0, 1, 20, 29, 30, 45, 300)) * MIN
        draft = SessionDraft(
            title=pick.choice(TITLES),
            kind=pick.choice(list(Kind)),
            starts_at=starts,
            ends_at=starts + pick.choice((1, 30, 60)) * MIN + pick.choice((0, 1, 3)) * timedelta(milliseconds=1),
            mentor_id=pick.choice((None, *self.people)),
            capacity=pick.choice((0, 0, 1, 2)),
            priority=pick.choice(list(Priority)),
            tags=tuple(pick.sample(TAGS, pick.randint(0, 3))),
            description=pick.choice(("", "For those who lost someone")),
            link=pick.choice(("", "https://meet.example.org/1")),
            publish=pick.random() < 0.8,
        )
        receipt = await sessions.create(self.context, draft, by=self.stage.root, at=self.now, confirm=True)
        self.sessions += receipt.sessions

    async def step(self) -> None:
        """Do one thing; a refusal must leave no trace."""
        pick = self.random
        if pick.random() < 0.6:
            jump = pick.choice((0.001, 1, 10, 29.999, 30, 60, 61, 90, 300, 300, 600, 1500, 3600))
            self.now += timedelta(seconds=jump)
        else:
            self.now += timedelta(milliseconds=1)
        act = pick.choice(
            (
                self.create,
                self.edit,
                self.ask,
                self.decide,
                self.withdraw,
                self.rename,
                *[self.move] * 5,
                *[self.signal] * 6,
            )
        )
        before, self.was_heartbeat = await entries(self.stage), False
        try:
            await act()
        except SessiontuiError:
            self.refused += 1
            assert await entries(self.stage) == before
        else:
            self.done += 1
            assert await entries(self.stage) == before + (not self.was_heartbeat), act.__name__

    async def tick(self) -> None:
        await ticking.tick(self.context, at=self.now)
        if self.random.random() < 0.5:
            await ticking.sweep(self.context, at=self.now)

    async def edit(self) -> None:
        pick = self.random
        options = {
            "title": pick.choice(TITLES),
            "kind": pick.choice(list(Kind)),
            "capacity": pick.randint(0, 3),
            "priority": pick.choice(list(Priority)),
            "tags": tuple(pick.sample(TAGS, 2)),
            "description": pick.choice(("", "Über den Verlust")),
            "link": "",
        }
        chosen = {name: options[name] for name in pick.sample(sorted(options), 2)}
        await sessions.edit(
            self.context, pick.choice(self.sessions), SessionEdit(**chosen), by=self.stage.root, at=self.now
        )

    async def rename(self) -> None:
        pick = self.random
        await people.edit(
            self.context, pick.choice(self.people), name=pick.choice(NAMES), by=self.stage.root, at=self.now
        )

    async def ask(self) -> None:
        pick = self.random
        await requests.ask(
            self.context, pick.choice(self.sessions), pick.choice(self.people), by=self.stage.root, at=self.now
        )

    async def decide(self) -> None:
        state = self.random.choice((RequestState.APPROVED, RequestState.APPROVED, RequestState.REJECTED))
        await requests.decide(
            self.context, [await self._request()], state, by=self.stage.root, at=self.now, confirm=True
        )

    async def withdraw(self) -> None:
        await requests.withdraw(self.context, await self._request(), by=self.stage.root, at=self.now)

    async def _request(self) -> int:
        rows = await self.stage.rows("SELECT id FROM join_request")
        return cast("int", self.random.choice(rows or [(1,)])[0])

    async def move(self) -> None:
        pick = self.random
        name, options = pick.choice(list(Move)), {}
        if name is Move.EXTEND:
            options = {"ends_at": self.now + pick.choice((5, 60)) * MIN}
        elif name is Move.RESCHEDULE:
            starts = self.now + pick.choice((10, 31, 200)) * MIN
            options = {"starts_at": starts, "ends_at": starts + 30 * MIN}
        elif name is Move.REASSIGN:
            options = {"mentor_id": pick.choice((0, *self.people))}
        await sessions.move(
            self.context, name, pick.choice(self.sessions), by=self.stage.root, at=self.now, confirm=True, **options
        )

    async def signal(self) -> None:
        pick = self.random
        session_id, person_id = pick.choice(self.sessions), pick.choice(self.people)
        if pick.random() < 0.1:
            await presence.end(self.context, session_id, by=self.stage.root, at=self.now)
            return
        act = pick.choice((presence.join, presence.join, presence.heartbeat, presence.heartbeat, presence.leave))
        self.was_heartbeat = act is presence.heartbeat
        await act(
            self.context, session_id, person_id, by=self.stage.root, at=self.now,
            connection=pick.choice(("", "phone")), source=pick.choice((Source.API, Source.WEBHOOK, Source.IMPORT)),
        )  # fmt: skip


QUERIES = (
    "", "status:live", "status:ended,draft", "-status:created", "kind:work,coaching", "control:running,paused",
    "priority:>=high", "badge:pending,overtime", "badge:no_host", "-badge:everyone_left", "badge:early_join,stale",
    "mentor:ana", 'mentor:"lee am"', "mentor:luk", "author:root", "person:bob", 'person:"ana r"', "person:#4",
    "-person:eve", "title:grief", "title:uber", 'title:"cv review"', 'title:"cv rev"', "title:100", "tag:grief",
    'tag:"first time"', "tag:a", "tag:b", 'tag:"a|b"', 'tag:"100%"', "-tag:cv", "id:1", "#2", "id:local:3",
    "source:local", "starts:<2h", "starts:>-2h", "ends:<=now", "starts:today", "created:>-1h", "finished:>-3h",
    "-finished:<now", "finished:>=today", "minutes:>30", "minutes:60", "minutes:1", "actual:>=1m", "actual:0",
    "actual:<5m", "efficiency:<50%", "efficiency:>=0.5", "efficiency:>1", "pending:>0", "approved:0..1",
    "rejected:>0", "active:>0", "left:>=1", "capacity:<=1", "-capacity:>0", "is:live", "is:ended", "is:provisional",
    "is:archived", "-is:archived", "archived:yes", "archived:yes,no", "is:overbooked", "has:mentor", "has:requests",
    "has:guests", "has:link", "has:tags", "has:capacity", "has:description", "-has:description", "has:alert",
    "view:now", "view:today", "view:week", "view:later", "view:followup", "view:all", "grief", "-grief", "lee",
    "ana", "rui", '"ana ruiz"', '"ruiz lee"', "lost", '"lost someone"', "uns", "100", "o", "neill", "angstrom",
    "live_status:live", "work_status:completed,draft", "is:live ana", "grief,cv", "starts:>now -has:mentor",
)  # fmt: skip


async def check_queries(stage: Stage, now: datetime, chosen: list[str]) -> None:
    """Compare what SQL finds with what the domain's measure finds."""
    fetch = stage.context.db.fetch
    ids = await kept.matching(fetch, "1", ())
    subjects = (await boards.subjects(stage.context, ids, now=now, as_of=now)).values()
    for text in chosen:
        asked = parse(text, now=now, zone=UTC)
        condition, parameters = compile_query(asked)
        found = await kept.matching(fetch, condition, parameters)
        assert set(found) == {subject.id for subject in subjects if matches(asked, subject)}, text
        assert await kept.number(fetch, condition, parameters) == len(found)


@pytest.mark.parametrize("seed", range(5))
async def test_rows_counts_texts_and_filters_agree_after_any_sequence_of_writes(stage: Stage, seed: int):
    walk = Walk(stage, seed)
    await walk.begin()
    for _ in range(12):
        for _ in range(8):
            await walk.step()
        await walk.tick()
        await check_rows(stage, walk.now)
        await ticking.rebuild(stage.context, at=walk.now)
        await check_rows(stage, walk.now, fresh=True)
        await check_queries(stage, walk.now, walk.random.sample(QUERIES, 25))
    walk.now += timedelta(hours=12)
    await walk.tick()
    await check_rows(stage, walk.now)
    await check_queries(stage, walk.now, list(QUERIES))
    assert walk.done > 20
    assert walk.refused > 5
    assert chain.verify(await sealed(stage)) is None
    controls = await stage.rows("SELECT count(*) FROM session WHERE control = 'running' AND archived_at IS NULL")
    assert controls == [(0,)]


async def test_a_full_recompute_never_finds_anything_to_change(stage: Stage):
    walk = Walk(stage, 99)
    await walk.begin()
    for _ in range(60):
        await walk.step()
        await walk.tick()
        assert await ticking.rebuild(stage.context, at=walk.now) == 0


async def test_the_order_of_the_desk_is_the_stored_rank(stage: Stage):
    walk = Walk(stage, 7)
    await walk.begin()
    for _ in range(60):
        await walk.step()
    await walk.tick()
    shown = await boards.board(stage.context, "", now=walk.now, by=stage.root)
    assert [line.rank for line in shown.lines] == sorted(line.rank for line in shown.lines)
    listed = await boards.listing(stage.context, "", now=walk.now, by=stage.root)
    assert [line.id for line in shown.lines] == [line.id for line in listed.lines]
    assert shown.counts == listed.counts
    assert shown.total == listed.total == shown.matched


async def test_the_chain_finds_an_edit_a_deletion_and_a_swap(stage: Stage):
    trail = await sealed(stage)
    assert chain.verify(trail) is None
    changed = [({**trail[1][0], "sentence": "nothing"}, trail[1][1])]
    assert chain.verify([trail[0], *changed, *trail[2:]]) == 1
    assert chain.verify([trail[0], *trail[2:]]) == 1
    assert chain.verify([trail[1], trail[0], *trail[2:]]) == 0


# -- several hands at once --------------------------------------------------------------------------------


async def one_session(stage: Stage, **changes: object) -> int:
    draft = {"title": "Circle", "starts_at": NOON + 60 * MIN, "ends_at": NOON + 120 * MIN, "publish": True}
    receipt = await sessions.create(stage.context, SessionDraft(**{**draft, **changes}), by=stage.root, at=NOON)
    return receipt.sessions[0]


async def add_to_counter(context: Context, root: Actor, session_id: int, times: int) -> None:
    """Read a session, then write what was read plus one, again whenever someone was quicker."""
    for _ in range(times):
        while True:
            rows = await context.db.fetch("SELECT version, fields FROM session WHERE id = ?", (session_id,))
            version, count = cast("int", rows[0][0]), json.loads(str(rows[0][1])).get("count", 0)
            edit = SessionEdit(fields={"count": count + 1})
            try:
                await sessions.edit(context, session_id, edit, by=root, at=NOON, expected=version)
            except Conflict:
                continue
            break


async def test_six_times_twenty_five_changes_through_two_databases_lose_nothing(stage: Stage):
    session_id = await one_session(stage)
    other = Context(db=await Database.open(stage.path))
    contexts = [stage.context, other] * 3
    await asyncio.gather(*(add_to_counter(context, stage.root, session_id, 25) for context in contexts))
    await other.db.close()
    rows = await stage.rows("SELECT fields, version FROM session WHERE id = ?", session_id)
    assert rows == [('{"count":150}', 151)]
    edits = await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'session.edit'")
    assert edits == [(150,)]
    assert chain.verify(await sealed(stage)) is None


PROCESS = """
import asyncio, sys
from pathlib import Path
from sessiontui.domain.access import Actor
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.store.engine import Database
from tests.store.test_write_path import add_to_counter

async def main() -> None:
    context = Context(db=await Database.open(Path(sys.argv[1])))
    await add_to_counter(context, Actor(1, "Root", Role.SUPERADMIN), int(sys.argv[2]), 10)
    await context.db.close()

asyncio.run(main())
"""


async def test_several_processes_lose_nothing(stage: Stage):
    session_id = await one_session(stage)
    root = Path(__file__).parents[2]
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, str(stage.path), str(session_id), cwd=root, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    await add_to_counter(stage.context, stage.root, session_id, 10)
    for process in running:
        _, said = await process.communicate()
        assert process.returncode == 0, said.decode()
    assert await stage.rows("SELECT fields FROM session WHERE id = ?", session_id) == [('{"count":30}',)]
    assert chain.verify(await sealed(stage)) is None


async def test_thirty_two_admins_decide_one_request_and_one_wins(stage: Stage):
    session_id = await one_session(stage)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    (request_id,) = await requests.pending_of(stage.context, [session_id])
    other = Context(db=await Database.open(stage.path))
    admins = [Actor(None, f"Admin {number}", Role.ADMIN) for number in range(32)]

    async def decide(number: int) -> str:
        state = RequestState.APPROVED if number % 2 else RequestState.REJECTED
        context = other if number % 4 < 2 else stage.context
        try:
            await requests.decide(context, [request_id], state, by=admins[number], at=NOON + 2 * MIN)
        except Conflict as error:
            return error.detail
        return ""

    answers = await asyncio.gather(*(decide(number) for number in range(32)))
    await other.db.close()
    (winner,) = [number for number, answer in enumerate(answers) if not answer]
    state = "approved" if winner % 2 else "rejected"
    assert set(answers) == {"", f"{state} by Admin {winner} at 12:02"}
    assert await stage.rows("SELECT state, decided_by FROM join_request") == [(state, f"Admin {winner}")]
    assert await stage.rows("SELECT count(*) FROM request_change") == [(2,)]
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action LIKE 'request.%'") == [(2,)]


async def test_an_old_version_is_a_conflict_that_says_who_and_when(stage: Stage):
    session_id = await one_session(stage)
    bob = Actor(stage.bob, "Bob", Role.ADMIN)
    await sessions.edit(stage.context, session_id, SessionEdit(title="New"), by=bob, at=NOON + 2 * MIN, expected=1)
    with pytest.raises(Conflict, match=r"Bob .*12:02"):
        await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON + 3 * MIN, expected=1)
    assert await stage.rows("SELECT control, title FROM session") == [("scheduled", "New")]


async def test_a_worker_that_no_longer_leads_cannot_write(stage: Stage):
    await one_session(stage)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.insert("lease", name="worker", holder="x", epoch=7)
    late = NOON + 60 * MIN
    with pytest.raises(Conflict):
        await ticking.tick(stage.context, at=late, epoch=6)
    assert await stage.rows("SELECT status FROM session") == [("created",)]
    assert await ticking.tick(stage.context, at=late, epoch=7) == 1


async def test_the_change_log_names_every_touched_session(stage: Stage):
    session_id = await one_session(stage)
    head = await kept.head(stage.context.db.fetch)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    changed = await kept.changed_since(stage.context.db.fetch, head, limit=10)
    assert [session for _, session in changed] == [session_id]


def test_the_walk_knows_every_field_that_can_be_edited():
    assert {field.name for field in fields_of(SessionEdit)} == {
        "title", "kind", "capacity", "priority", "tags", "description", "link", "fields"
    }  # fmt: skip
    assert set(MOVES) == set(Move)
    assert build_stage

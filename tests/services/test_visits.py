"""Projects and visits through the services: one open visit, snapshots, summary, idle close, undo, rights."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.domain.vocabulary import Role
from sessiontui.services import undo
from sessiontui.services.context import Context
from sessiontui.services.projects import changing, items, knowing, listing, questions
from sessiontui.services.visits import figures, going, summing
from sessiontui.services.visits.keeping import blocker_json, step_json
from sessiontui.services.visits.recording import Ping, record, track_activity
from sessiontui.services.visits.tracking import Tracker
from sessiontui.store.engine import Database
from sessiontui.store.reads import visits as kept
from tests.conftest import NOON, Stage
from tests.services.post_stage import make

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
D, E, P = ItemState.DECIDED, ItemState.EXPLORING, ItemState.PARKED


async def project(stage: Stage, name: str = "Harbour app") -> int:
    made = await changing.add(stage.context, name, by=stage.root, at=NOON - 30 * DAY)
    assert made.project is not None
    return made.project


async def item(stage: Stage, project_id: int, title: str, state: ItemState = E, **told: object) -> int:
    told = {"at": NOON - 3 * DAY, **told}
    made = await items.add(stage.context, project_id, title, by=stage.root, state=state, **told)  # type: ignore[arg-type]
    assert made.part is not None
    return made.part


async def open_visits(stage: Stage) -> int:
    return int(str((await stage.rows("SELECT count(*) FROM user_sessions WHERE is_active"))[0][0]))


async def test_a_start_ends_the_open_visit_and_stores_snapshots(stage: Stage):
    here = await project(stage)
    one = await item(stage, here, "Ferry times", D)
    two = await item(stage, here, "Tides")
    told = {"by": stage.root}
    await going.start(stage.context, stage.ana, here, at=NOON, **told)
    await items.move(stage.context, two, D, at=NOON + MIN, **told)
    await going.start(stage.context, stage.ana, here, at=NOON + 2 * MIN, **told)
    first, second = await kept.of_project(stage.context.db.fetch, here), await open_visits(stage)
    assert second == 1
    newest, oldest = first
    assert (oldest.ended_at, oldest.ended_by) == (NOON + 2 * MIN, "next")
    assert oldest.at_start == {"decided": [one], "exploring": [two], "parked": [], "questions": []}
    assert oldest.at_end["decided"] == newest.at_start["decided"] == [one, two]
    await going.end(stage.context, stage.ana, here, at=NOON + 9 * MIN, **told)
    with pytest.raises(Refused, match="no open visit"):
        await going.end(stage.context, stage.ana, here, at=NOON + 9 * MIN, **told)


async def test_many_starts_at_once_leave_one_open_visit(stage: Stage):
    here = await project(stage)
    other = Context(db=await Database.open(stage.path))
    try:
        await asyncio.gather(
            *(
                going.start(context, stage.ana, here, by=stage.root, at=NOON + n * timedelta(seconds=1))
                for n, context in enumerate([stage.context, other] * 6)
            )
        )
    finally:
        await other.db.close()
    assert await open_visits(stage) == 1
    assert await stage.rows("SELECT count(*) FROM user_sessions") == [(12,)]
    assert await stage.rows("SELECT count(*) FROM user_sessions WHERE is_active != (session_end IS NULL)") == [(0,)]


async def test_the_summary_tells_what_was_decided_since_and_how_long_ago_it_was(stage: Stage):
    here = await project(stage)
    told = {"by": stage.root}
    old = await item(stage, here, "Decided before", D)
    new = await item(stage, here, "Decided since")
    again = await item(stage, here, "Decided, opened, decided", D)
    await item(stage, here, "Put off", P)
    first = await summing.summary(stage.context, stage.ana, here, now=NOON, **told)
    assert (first.since, [one.id for one in first.decided]) == ("never", [old, again])
    await going.start(stage.context, stage.ana, here, at=NOON, **told)
    await going.end(stage.context, stage.ana, here, at=NOON + MIN, **told)
    await items.move(stage.context, new, D, at=NOON + HOUR, **told)
    await items.move(stage.context, again, E, at=NOON + HOUR, **told)
    await items.move(stage.context, again, D, at=NOON + 2 * HOUR, **told)
    await items.move(stage.context, old, P, at=NOON + 2 * HOUR, **told)
    await questions.ask(stage.context, here, "Who signs?", at=NOON + 2 * HOUR, **told)
    found = await summing.summary(stage.context, stage.ana, here, now=NOON + 3 * HOUR + MIN, **told)
    assert [one.title for one in found.decided] == ["Decided since"]
    assert found.since == "3 hours ago"
    assert found.counts == "1 decided since last • 0 exploring • 2 parked • 1 pending question"
    assert await summing.since_last(stage.context, stage.ana, here, now=NOON + 3 * DAY + MIN, **told) == "3 days ago"
    bob = await summing.summary(stage.context, stage.bob, here, now=NOON + 3 * HOUR, **told)
    assert len(bob.decided) == 2


async def test_an_idle_visit_is_over_at_its_last_activity_before_and_after_the_job(stage: Stage):
    here = await project(stage)
    told = {"by": stage.root}
    await going.start(stage.context, stage.ana, here, at=NOON, **told)
    await track_activity(stage.context, Ping(project_id=here, person_id=stage.ana), at=NOON + 10 * MIN, **told)
    await item(stage, here, "Decided while away", D, at=NOON + 20 * MIN)
    assert await going.close_idle(stage.context, at=NOON + 40 * MIN - timedelta(seconds=1)) == 0
    before = await summing.summary(stage.context, stage.ana, here, now=NOON + 41 * MIN, **told)
    assert (before.before, len(before.decided), before.visit_since) == (NOON + 10 * MIN, 1, None)
    assert await going.is_due(stage.context, at=NOON + 40 * MIN)
    assert await going.close_idle(stage.context, at=NOON + 40 * MIN) == 1
    (visit,) = await kept.of_project(stage.context.db.fetch, here)
    assert (visit.ended_at, visit.ended_by, visit.at_end["decided"]) == (NOON + 10 * MIN, "idle", [])
    after = await summing.summary(stage.context, stage.ana, here, now=NOON + 41 * MIN, **told)
    assert (after.before, after.decided) == (before.before, before.decided)
    assert await going.close_idle(stage.context, at=NOON + 50 * MIN) == 0


async def test_activity_after_a_long_silence_ends_one_visit_and_begins_the_next(stage: Stage):
    here = await project(stage)
    pings = [Ping(project_id=here, person_id=stage.ana, at=NOON + after * MIN) for after in (90, 0, 5, 36)]
    outcome = await record(stage.context, [(stage.root, ping) for ping in pings], at=NOON + 2 * HOUR)
    assert (outcome.done, outcome.refused) == (4, 0)
    rows = await stage.rows("SELECT session_start, session_end, is_active, activities FROM user_sessions ORDER BY id")
    start = int(NOON.timestamp() * 1000)
    minute = 60_000
    assert rows == [
        (start, start + 5 * minute, 0, 2),
        (start + 36 * minute, start + 36 * minute, 0, 1),
        (start + 90 * minute, None, 1, 1),
    ]
    late = Ping(project_id=here, person_id=stage.ana, at=NOON + 3 * MIN)
    await record(stage.context, [(stage.root, late)], at=NOON + 2 * HOUR)
    assert await stage.rows("SELECT count(*) FROM user_sessions") == [(3,)]


async def test_what_is_kept_of_a_person_is_always_what_would_be_derived(stage: Stage):
    here = await project(stage)
    told = {"by": stage.root}

    async def check(now_after: timedelta) -> None:
        now = NOON + now_after
        for person in (stage.ana, stage.bob):
            row = await kept.analytics(stage.context.db.fetch, person, here)
            if row is None:
                continue
            fresh = await summing.summary(stage.context, person, here, now=now, **told)
            assert (row.decided_since, row.exploring, row.parked, row.pending_questions) == (
                len(fresh.decided), len(fresh.exploring), len(fresh.parked), len(fresh.questions),
            )  # fmt: skip
            assert [{**step_json(one), "fact": ""} for one in fresh.steps] == list(row.steps)
            assert [{**blocker_json(one), "fact": ""} for one in fresh.blockers] == list(row.blockers)

    one = await item(stage, here, "Ferry", E, at=NOON)
    await going.start(stage.context, stage.ana, here, at=NOON, **told)
    await check(timedelta())
    acts = [
        lambda at: items.move(stage.context, one, D, at=at, **told),
        lambda at: questions.ask(stage.context, here, "Why?", at=at, **told),
        lambda at: going.start(stage.context, stage.bob, here, at=at, **told),
        lambda at: questions.report(stage.context, here, ActivityKind.MISSING, "the key", at=at, **told),
        lambda at: going.end(stage.context, stage.ana, here, at=at, **told),
        lambda at: items.move(stage.context, one, P, at=at, **told),
        lambda at: undo.undo(stage.context, at=at, **told),
        lambda at: questions.settle(stage.context, 1, at=at, **told),
        lambda at: questions.answer(stage.context, 1, "Because.", at=at, **told),
        lambda at: items.remove(stage.context, one, at=at, **told),
    ]
    for number, act in enumerate(acts, start=1):
        await act(NOON + number * MIN)
        await check(number * MIN)
    row = await summing.analytics(stage.context, stage.cyd, here, now=NOON + HOUR, **told)
    assert (row.person_id, row.last_activity) == (stage.cyd, None)
    assert row == await summing.analytics(stage.context, stage.cyd, here, now=NOON + HOUR, **told)


async def test_every_act_on_a_project_can_be_taken_back_and_none_twice(stage: Stage):
    context, told = stage.context, {"by": stage.root}
    here = await project(stage)
    one = await item(stage, here, "Ferry", E)
    session = await make(stage)
    asked = (await questions.ask(context, here, "Why?", at=NOON, **told)).part or 0
    blocked = (await questions.report(context, here, ActivityKind.DEPENDS, "the port", at=NOON, **told)).part or 0
    for act in (
        lambda at: changing.edit(context, here, name="Port app", at=at, **told),
        lambda at: items.move(context, one, D, session_id=session, at=at, **told),
        lambda at: items.edit(context, one, title="Ship", note="soon", at=at, **told),
        lambda at: items.remove(context, one, at=at, **told),
        lambda at: items.add(context, here, "Another", at=at, **told),
        lambda at: questions.ask(context, here, "When?", at=at, **told),
        lambda at: questions.answer(context, asked, "So.", at=at, **told),
        lambda at: questions.remove(context, asked, at=at, **told),
        lambda at: questions.report(context, here, ActivityKind.MISSING, "a map", at=at, **told),
        lambda at: questions.settle(context, blocked, at=at, **told),
        lambda at: changing.put_in(context, session, here, at=at, **told),
        lambda at: changing.archive(context, here, at=at, **told),
    ):
        before = await everything(stage, here)
        receipt = await act(NOON + HOUR)
        assert receipt.undo is not None
        assert await everything(stage, here) != before
        await undo.undo(context, entry=receipt.undo, at=NOON + 2 * HOUR, **told)
        assert await everything(stage, here) == before, receipt.sentence
        with pytest.raises(Refused):
            await undo.undo(context, entry=receipt.undo, at=NOON + 2 * HOUR, **told)
    moved = await items.move(context, one, D, at=NOON + 3 * HOUR, **told)
    await items.move(context, one, P, at=NOON + 4 * HOUR, **told)
    with pytest.raises(Conflict):
        await undo.undo(context, entry=moved.undo, at=NOON + 5 * HOUR, **told)
    bare = await changing.add(context, "Bare", at=NOON, **told)
    await undo.undo(context, entry=bare.undo, at=NOON, **told)
    with pytest.raises(NotFound):
        await knowing.find(context, "bare")


async def everything(stage: Stage, here: int) -> object:
    page = await listing.page(stage.context, here, by=stage.root, now=NOON + DAY)
    belongs = await stage.rows("SELECT id, project_id FROM session")
    line = page.line
    told = (
        line.name,
        line.archived_at,
        [(one.id, one.title, one.note, one.state, one.since, one.session_id) for one in page.items],
    )
    pending = [(one.id, one.answer) for one in page.questions]
    standing = [one.id for one in page.activities if one.blocks and one.settled_at is None]
    return told, pending, standing, belongs


async def test_what_a_session_decides_appears_in_its_project_and_the_other_way_round(stage: Stage):
    from sessiontui.services import boards

    here = await project(stage)
    session = await make(stage, title="Harbour round")
    await changing.put_in(stage.context, session, here, by=stage.root, at=NOON)
    one = await item(stage, here, "Ferry")
    await items.move(stage.context, one, D, by=stage.root, at=NOON, session_id=session)
    page = await listing.page(stage.context, here, by=stage.root, now=NOON)
    assert [(one.title, one.decided) for one in page.sessions] == [("Harbour round", 1)]
    assert page.items[0].session == "Harbour round"
    detail = await boards.detail(stage.context, session, now=NOON, by=stage.root)
    assert detail.project is not None
    assert (detail.project.name, detail.project.decided) == ("Harbour app", ("Ferry",))
    found = await boards.listing(stage.context, "project:harbour-app", now=NOON, by=stage.root)
    assert [line.id for line in found.lines] == [session]
    assert not (await boards.listing(stage.context, "project:other", now=NOON, by=stage.root)).lines


async def test_a_project_is_found_by_number_word_name_and_outside_id(stage: Stage):
    here = await project(stage)
    for text in (str(here), f"#{here}", "harbour-app", "Harbour App", " harbour app "):
        assert (await knowing.find(stage.context, text)).id == here
    again = await project(stage)
    assert (await knowing.find(stage.context, "harbour-app")).id == here
    assert (await knowing.find(stage.context, "harbour-app-2")).id == again
    with pytest.raises(NotFound):
        await knowing.find(stage.context, "nothing")
    assert (await knowing.find(stage.context, str(await project(stage, "2026")))).slug == "project-2026"


async def test_who_may_what(stage: Stage):
    here = await project(stage)
    context = stage.context
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    viewer = Actor(stage.bob, "Bob", Role.VIEWER)
    told = {"at": NOON}
    assert not (await listing.board(context, by=ana, now=NOON)).lines
    for refused in (
        lambda: listing.page(context, here, by=ana, now=NOON),
        lambda: items.add(context, here, "Mine", by=ana, **told),
        lambda: going.start(context, stage.ana, here, by=ana, **told),
        lambda: items.add(context, here, "Mine", by=viewer, **told),
        lambda: going.start(context, stage.bob, here, by=viewer, **told),
        lambda: changing.add(context, "Mine", by=viewer, **told),
    ):
        with pytest.raises(NotAllowed):
            await refused()
    await going.start(context, stage.ana, here, by=stage.root, **told)  # who was let in once is at home
    await going.start(context, stage.bob, here, by=stage.root, **told)
    assert [line.id for line in (await listing.board(context, by=ana, now=NOON)).lines] == [here]
    await items.add(context, here, "Mine", by=ana, **told)
    with pytest.raises(NotAllowed, match="visits of others"):
        await going.end(context, stage.bob, here, by=ana, **told)
    with pytest.raises(NotAllowed):
        await summing.summary(context, stage.bob, here, by=ana, now=NOON)
    page = await listing.page(context, here, by=ana, now=NOON)
    assert {one.person_id for one in page.visits} == {stage.ana}
    assert (await listing.page(context, here, by=viewer, now=NOON)).line.may_change is False
    own = await changing.add(context, "Own", by=ana, **told)
    await going.start(context, stage.ana, own.project or 0, by=ana, **told)
    with pytest.raises(BadInput):
        await changing.add(context, "  ", by=stage.root, **told)
    refusals = await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'")
    assert refusals != [(0,)]


async def test_nothing_changes_in_a_project_that_was_put_away(stage: Stage):
    here = await project(stage)
    await changing.archive(stage.context, here, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="put away"):
        await items.add(stage.context, here, "Late", by=stage.root, at=NOON)
    assert not (await listing.board(stage.context, by=stage.root, now=NOON)).lines
    assert len((await listing.board(stage.context, by=stage.root, now=NOON, archived=True)).lines) == 1
    with pytest.raises(Refused):
        await changing.archive(stage.context, here, by=stage.root, at=NOON)
    await changing.restore(stage.context, here, by=stage.root, at=NOON)
    assert len((await listing.board(stage.context, by=stage.root, now=NOON)).lines) == 1


# Activity


async def test_the_tracker_acknowledges_at_once_and_what_becomes_of_it_adds_up(stage: Stage):
    here = await project(stage)
    tracker = Tracker(stage.context, lambda: NOON, most=50, every=0.01)
    good = Ping(project_id=here, person_id=stage.ana)
    taken = [tracker.track(good, by=stage.root) for _ in range(45)]
    taken += [tracker.track(Ping(project_id=99, person_id=stage.ana), by=stage.root) for _ in range(5)]
    taken += [tracker.track(good, by=stage.root) for _ in range(7)]
    assert taken == [True] * 50 + [False] * 7
    await tracker.close()
    counts = tracker.counts
    assert (counts.accepted, counts.done, counts.refused, counts.lost, counts.waiting, counts.dropped) == (
        50, 45, 5, 0, 0, 7,
    )  # fmt: skip
    assert await stage.rows("SELECT done, refused, dropped FROM activity_tally") == [(45, 5, 7)]
    assert await stage.rows("SELECT activities FROM user_sessions") == [(45,)]
    assert tracker.track(good, by=stage.root) is False
    told = await figures.report(stage.context, by=stage.root, now=NOON)
    assert (told.figures.tracking.hits, told.figures.tracking.n) == (45, 57)


async def test_the_tracker_tries_again_while_the_database_is_busy(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    from sessiontui.domain.errors import Unavailable
    from sessiontui.services.visits import tracking

    here = await project(stage)
    real, failures = tracking.record, [Unavailable("busy"), Unavailable("busy")]

    async def failing(*args: object, **named: object) -> object:
        if failures:
            raise failures.pop()
        return await real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(tracking, "record", failing)
    monkeypatch.setattr(tracking, "_FIRST_REST", 0.0)
    tracker = Tracker(stage.context, lambda: NOON, every=0.0)
    assert tracker.track(Ping(project_id=here, person_id=stage.ana), by=stage.root)
    await tracker.drained()
    assert (tracker.counts.done, tracker.counts.lost) == (1, 0)
    failures += [Unavailable("gone")] * tracking.TRIES
    assert tracker.track(Ping(project_id=here, person_id=stage.ana), by=stage.root)
    await tracker.drained()
    assert (tracker.counts.done, tracker.counts.lost, tracker.counts.waiting) == (1, 1, 0)
    assert await stage.rows("SELECT sum(done), sum(dropped) FROM activity_tally") == [(1, 1)]


async def test_an_activity_with_a_key_counts_once_and_what_an_agent_reports_blocks(stage: Stage):
    here = await project(stage)
    missing = Ping(
        project_id=here, agent="planner", kind=ActivityKind.MISSING, text="the tide table", key="a-1", at=NOON
    )
    for _ in range(2):
        await record(stage.context, [(stage.root, missing)], at=NOON)
    assert await stage.rows("SELECT agent, blocks, person_id FROM activity") == [("planner", 1, None)]
    (one,) = await summing.standing_blockers(stage.context, here, by=stage.root, now=NOON + HOUR)
    assert (one.sentence, one.fact) == ("Missing: the tide table", "reported 1 h ago by planner")
    (step,) = [
        step
        for step in await summing.steps(stage.context, here, by=stage.root, now=NOON + HOUR)
        if step.activity_id is not None
    ]
    assert step.text == "Find out: the tide table"
    await questions.settle(stage.context, one.activity_id or 0, by=stage.root, at=NOON + HOUR)
    assert not await summing.standing_blockers(stage.context, here, by=stage.root, now=NOON + HOUR)
    with pytest.raises(BadInput):
        await track_activity(stage.context, Ping(project_id=99, person_id=stage.ana), by=stage.root, at=NOON)


async def test_a_participant_tracks_themselves_alone(stage: Stage):
    here = await project(stage)
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    await going.start(stage.context, stage.ana, here, by=stage.root, at=NOON)
    batch = [(ana, Ping(project_id=here, person_id=person)) for person in (stage.ana, stage.bob)]
    outcome = await record(stage.context, batch, at=NOON + MIN)
    assert (outcome.done, outcome.refused) == (1, 1)
    agent = Ping(project_id=here, agent="x", kind=ActivityKind.MISSING, text="y")
    assert (await record(stage.context, [(ana, agent)], at=NOON + MIN)).refused == 1


async def test_a_vast_list_of_visits_to_sum_up_stays_the_figures_by_hand(stage: Stage):
    here = await project(stage)
    one = await item(stage, here, "Ferry")
    ana = Actor(stage.ana, "Ana", Role.ADMIN)
    await going.start(stage.context, stage.ana, here, by=ana, at=NOON)
    await items.move(stage.context, one, D, by=ana, at=NOON + MIN)
    await going.end(stage.context, stage.ana, here, by=ana, at=NOON + 10 * MIN)
    found = (await figures.report(stage.context, by=stage.root, now=NOON + HOUR)).figures
    assert (found.visits, found.duration.mean, found.decided.mean) == (1, 10, 1)
    later = await figures.report(stage.context, by=stage.root, now=NOON + HOUR, since=NOON + HOUR)
    assert later.figures.visits == 0
    with pytest.raises(BadInput):
        await figures.report(stage.context, by=stage.root, now=NOON, since=NOON, until=NOON)

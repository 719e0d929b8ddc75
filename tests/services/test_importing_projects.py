"""Projects out and in: what is exported is imported as it was, and importing twice changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.domain.vocabulary import Role
from sessiontui.services import importing
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from sessiontui.services.projects import changing, items, listing, portable, questions
from sessiontui.services.visits import going, summing
from tests.conftest import NOON, Stage, build_stage
from tests.services.post_stage import make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + 2 * DAY

LINES = [
    {"type": "activity", "id": "a1", "project": "h", "agent": "planner", "kind": "missing", "text": "the key",
     "at": "2026-05-03T12:00:00Z"},
    {"type": "visit", "id": "v1", "project": "h", "person": "p1", "started_at": "2026-05-01T10:00:00Z",
     "ended_at": "2026-05-01T11:00:00Z"},
    {"type": "item", "id": "i1", "project": "h", "title": "Ferry times", "history": [
        {"state": "exploring", "at": "2026-04-20T10:00:00Z", "by": "p1"},
        {"state": "decided", "at": "2026-05-02T10:00:00Z", "by": "p1", "session": "s1"}]},
    {"type": "item", "id": "i2", "project": "h", "title": "Tides", "state": "parked", "at": "2026-04-30T10:00:00Z"},
    {"type": "question", "id": "q1", "project": "h", "item": "i1", "text": "Which feed?", "asked_by": "p1",
     "asked_at": "2026-05-02T12:00:00Z"},
    {"type": "project", "id": "h", "name": "Harbour app", "created_at": "2026-04-01T10:00:00Z"},
    {"type": "session", "id": "s1", "title": "Round", "starts_at": "2026-05-02T09:00:00Z", "project": "h"},
    {"type": "person", "id": "p1", "name": "Dina"},
]  # fmt: skip


def file(lines: list[dict[str, object]]) -> SourceFile:
    return SourceFile("projects.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())


async def take(stage: Stage, *files: SourceFile, by: Actor | None = None) -> importing.ImportReport:
    return await importing.apply(stage.context, files, ImportOptions(), by=by or stage.root, at=LATER)


async def test_a_file_makes_projects_with_all_that_is_in_them_in_any_order(stage: Stage):
    report = await take(stage, file(LINES))
    assert (report.total(Verdict.ADDED), report.total(Verdict.REFUSED)) == (8, 0), report.files[0].refusals
    page = await listing.page(stage.context, 1, by=stage.root, now=LATER)
    assert [(one.title, str(one.state), one.session) for one in page.items] == [
        ("Tides", "parked", ""), ("Ferry times", "decided", "Round"),
    ]  # fmt: skip
    assert [step[0] for step in page.items[1].history] == [ItemState.EXPLORING, ItemState.DECIDED]
    assert [(one.title, one.decided) for one in page.sessions] == [("Round", 1)]
    (visit,) = page.visits
    found = await summing.summary(stage.context, visit.person_id, 1, by=stage.root, now=LATER)
    assert [one.title for one in found.decided] == ["Ferry times"]  # decided after the visit, by the history
    assert found.since == "5 days ago"
    assert [one.sentence for one in found.blockers] == ["Missing: the key", "Needs clarification: Which feed?"]
    before = await stage.rows("SELECT * FROM item_change ORDER BY id")
    again = await take(stage, file(LINES))
    assert (again.total(Verdict.UNCHANGED), again.read) == (8, 8)
    assert await stage.rows("SELECT * FROM item_change ORDER BY id") == before


async def test_what_a_file_says_anew_is_taken_and_what_was_changed_by_hand_stays(stage: Stage):
    await take(stage, file(LINES))
    await items.move(stage.context, 1, ItemState.PARKED, by=stage.root, at=LATER)
    await items.edit(stage.context, 2, title="High water", by=stage.root, at=LATER)
    assert (await take(stage, file(LINES))).total(Verdict.UNCHANGED) == 8
    news = json.loads(json.dumps(LINES))
    news[3] |= {"state": "exploring", "at": "2026-05-04T11:00:00Z"}
    news[4] |= {"answer": "The port's.", "answered_by": "p1", "answered_at": "2026-05-04T11:00:00Z"}
    news[0] |= {"settled_at": "2026-05-04T11:00:00Z", "settled_by": "planner"}
    news[5] |= {"description": "Ferries"}
    report = await take(stage, file(news))
    assert (report.total(Verdict.UPDATED), report.total(Verdict.UNCHANGED)) == (4, 4)
    page = await listing.page(stage.context, 1, by=stage.root, now=LATER)
    assert {one.title: str(one.state) for one in page.items} == {"Ferry times": "parked", "High water": "exploring"}
    assert (page.questions[0].answered_by, page.line.blockers, page.line.description) == ("Dina", 0, "Ferries")


async def test_lines_that_cannot_be_taken_are_refused_one_by_one(stage: Stage):
    wrong = [
        {"type": "item", "id": "x", "project": "nowhere", "title": "T"},
        {"type": "item", "id": "y", "project": "h", "title": ""},
        {"type": "visit", "id": "z", "project": "h", "person": "p1", "started_at": "2026-05-01T10:00:00Z",
         "ended_at": "2026-05-01T09:00:00Z"},
        {"type": "activity", "id": "a", "project": "h", "kind": "missing", "agent": "x"},
        {"type": "activity", "id": "b", "project": "h"},
        {"type": "item", "id": "w", "project": "h", "title": "T",
         "history": [{"state": "over", "at": "2026-05-01T10:00:00Z"}]},
        {"type": "question", "id": "q", "project": "h", "text": "Why?", "item": "nothing"},
    ]  # fmt: skip
    report = await take(stage, file([LINES[5], *wrong]))
    assert (report.total(Verdict.ADDED), report.total(Verdict.REFUSED)) == (1, len(wrong))


async def whole(stage: Stage) -> str:
    return "".join([line async for line in portable.lines(stage.context, [], by=stage.root, now=LATER)])


async def furnish(stage: Stage) -> None:
    context, told = stage.context, {"by": stage.root}
    here = (await changing.add(context, "Harbour app", at=NOON - DAY, **told)).project or 0
    session = await make(stage)
    one = (await items.add(context, here, "Ferry", at=NOON - DAY, note="A note", **told)).part or 0
    await items.move(context, one, ItemState.DECIDED, at=NOON, session_id=session, **told)
    asked = (await questions.ask(context, here, "Why?", at=NOON, item_id=one, **told)).part or 0
    await questions.answer(context, asked, "So.", at=NOON + HOUR, **told)
    await questions.report(context, here, ActivityKind.DEPENDS, "the port", at=NOON, **told)
    await going.start(context, stage.ana, here, at=NOON, **told)
    await going.end(context, stage.ana, here, at=NOON + HOUR, **told)


async def test_an_export_taken_in_where_it_was_made_changes_nothing(stage: Stage):
    await furnish(stage)
    text = await whole(stage)
    report = await take(stage, SourceFile("x.jsonl", text.encode()))
    assert (report.total(Verdict.UNCHANGED), report.read) == (5, 5), report.files[0].refusals
    assert await whole(stage) == text


async def test_an_export_taken_in_elsewhere_is_the_same_again_even_where_numbers_are_taken(
    stage: Stage, tmp_path: Path
):
    await furnish(stage)
    text = await whole(stage)
    other = await build_stage(tmp_path / "other")
    try:
        await changing.add(other.context, "Something else", by=other.root, at=NOON)
        report = await take(other, SourceFile("x.jsonl", text.encode()))
        assert (report.total(Verdict.ADDED), report.read) == (5, 5), report.files[0].refusals
        page = await listing.page(other.context, 2, by=other.root, now=LATER)
        assert [(one.title, one.note, str(one.state)) for one in page.items] == [("Ferry", "A note", "decided")]
        assert [(one.person, one.ended_by) for one in page.visits] == [("Ana", "import")]
        assert (await take(other, SourceFile("x.jsonl", text.encode()))).total(Verdict.UNCHANGED) == 5
    finally:
        await other.context.db.close()


async def test_a_mentor_brings_in_their_own_projects_alone(stage: Stage):
    await take(stage, file(LINES))
    mentor = Actor(stage.bob, "Bob", Role.MENTOR)
    mine = [
        {"type": "project", "id": "m", "name": "Mine"},
        {"type": "item", "id": "mi", "project": "m", "title": "T"},
    ]
    foreign = {"type": "item", "id": "f", "project": "h", "title": "T"}
    report = await take(stage, file([*mine, foreign]), by=mentor)
    assert (report.total(Verdict.ADDED), report.total(Verdict.REFUSED)) == (2, 1)

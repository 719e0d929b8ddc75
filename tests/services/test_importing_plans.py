"""Plans, files, links and templates of outside files: taken once, refused with line and reason, exported and back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random

import pytest

from sessiontui.cli import output
from sessiontui.domain.planning.tree import DEEPEST, circle, ordered
from sessiontui.domain.planning.words import BlockerKind, MilestoneRule
from sessiontui.services import boards, exporting
from sessiontui.services.exporting import Cell, Noun
from sessiontui.services.files import linking
from sessiontui.services.importing import ImportOptions, ImportReport, SourceFile, preview
from sessiontui.services.plans import blockers, checks, goals, milestones
from sessiontui.services.plans.goal_steps import GoalEdit
from sessiontui.services.plans.picture import Plan
from sessiontui.services.talk import writing
from sessiontui.store.reads import plans as kept_plans
from tests.conftest import Stage
from tests.services.import_stage import LATER, counts, jsonl, person, session, take
from tests.services.post_stage import make

HASH = "0" * 63 + "a"


def goal(outside: str, title: str = "", **told: object) -> dict[str, object]:
    return {"type": "goal", "id": outside, "session": "s1", "title": title or f"Goal {outside}", **told}


def part(shape: str, outside: str, **told: object) -> dict[str, object]:
    return {"type": shape, "id": outside, "session": "s1", "title": f"The {shape} {outside}", **told}


async def plan(stage: Stage, session_id: int = 1) -> Plan:
    found = (await boards.detail(stage.context, session_id, now=LATER, by=stage.root)).plan
    assert found is not None
    return found


async def rows(stage: Stage, noun: Noun) -> list[dict[str, Cell]]:
    return [row async for row in exporting.rows(stage.context, noun, "view:all", by=stage.root, now=LATER)]


def refused(report: ImportReport) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for file in report.files for one in file.refusals]


WHOLE: Sequence[dict[str, object]] = (
    session(),
    person("p1", "Ina"),
    goal("g2", "Find it", parent="g1", phase="planning", weight=3, state="done", settled_by="p1"),
    goal("g1", "Fix it", criteria="no test is red"),
    goal("g3", "Tell of it", parent="g1", needs=["g2"], progress=40),
    part("milestone", "m1", rule="goals_done", threshold=1),
    part("milestone", "m2", reached_at="2026-05-04T14:30:00Z", reached_by="p1"),
    part("check", "c1", done_at="2026-05-04T14:10:00Z", done_by="Somebody else"),
    part("check", "c2"),
    part("blocker", "b1", goal="g3", kind="people", severity="critical", opened_at="2026-05-04T14:05:00Z"),
    part("blocker", "b2", opened_at="2026-05-04T14:05:00Z", resolved_at="2026-05-04T14:20:00Z", resolution="so"),
)


async def test_a_plan_comes_whole_in_any_order_and_once(stage: Stage):
    report = await take(stage, *WHOLE)
    assert (counts(report), refused(report)) == ((11, 0, 0, 0), [])
    found = await plan(stage)
    assert [(one.goal.title, one.depth, one.goal.state.value, one.settled_by) for one in found.goals] == [
        ("Fix it", 0, "open", ""),
        ("Find it", 1, "done", "Ina"),
        ("Tell of it", 1, "open", ""),
    ]
    assert found.goals[2].goal.needs == (found.goals[1].goal.id,)
    assert found.progress == (3 * 100 + 40) // 4
    assert [(one.reached_at is not None, one.reached_by) for one in found.milestones] == [(True, ""), (True, "Ina")]
    assert [one.done_by for one in found.checklist] == ["Somebody else", ""]
    assert [(one.title, one.goal_id) for one in found.open_blockers] == [("The blocker b1", found.goals[2].goal.id)]
    before = await stage.rows("SELECT count(*) FROM change_log")
    again = await take(stage, *WHOLE)
    assert counts(again) == (0, 0, 11, 0)
    assert await stage.rows("SELECT count(*) FROM change_log") == before
    assert await plan(stage) == found


async def test_what_was_changed_by_hand_stays_until_the_file_says_something_new(stage: Stage):
    await take(stage, *WHOLE)
    found = await plan(stage)
    tell, second = found.goals[2].goal.id, found.checklist[1].id
    await goals.edit(stage.context, tell, GoalEdit(title="Write it"), by=stage.root, at=LATER)
    await goals.need(stage.context, tell, found.goals[1].goal.id, by=stage.root, at=LATER, on=False)
    await checks.remove(stage.context, second, by=stage.root, at=LATER)
    assert counts(await take(stage, *WHOLE)) == (0, 0, 11, 0)
    kept = await plan(stage)
    assert (kept.goals[2].goal.title, kept.goals[2].goal.needs, len(kept.checklist)) == ("Write it", (), 1)
    changed = [*WHOLE[:4], goal("g3", "Tell all", parent="g1", needs=["g2"], progress=90), *WHOLE[5:]]
    assert counts(await take(stage, *changed)) == (0, 1, 10, 0)
    assert (await plan(stage)).goals[2].goal.title == "Tell all"


async def test_every_refusal_names_its_line_and_the_rest_stands(stage: Stage):
    await take(stage, session("s2"), goal("other") | {"session": "s2"})
    report = await take(
        stage,
        session(),
        goal("a", "A", needs=["b"]),
        goal("b", "B", needs=["c"]),
        goal("c", "C", needs=["a"]),
        goal("lost", parent="nowhere"),
        goal("hangs on it", parent="lost"),
        goal("other"),
        part("blocker", "b1", goal="lost"),
        {"type": "goal", "id": "x", "session": "s9", "title": "Of no session"},
        goal("fine"),
    )
    assert sorted(refused(report)) == [
        (2, "goal 'b', which it needs, is unknown here"),
        (3, "goal 'c', which it needs, is unknown here"),
        (4, "goals would wait for each other: A → B → C"),
        (5, "goal 'nowhere', which it is a part of, is unknown here"),
        (6, "goal 'lost', which it is a part of, is unknown here"),
        (7, "goal 'other' belongs to session #1"),
        (8, "goal 'lost', which it blocks, is unknown here"),
        (9, "session 's9' of 'import' is unknown"),
    ]
    assert [one.goal.title for one in (await plan(stage, 2)).goals] == ["Goal fine"]


async def test_a_plan_made_here_goes_out_and_comes_back_unchanged(stage: Stage):
    """Also of a session that no file has named, and by people whom no file knows."""
    made = await make(stage, title="Made here")
    await goals.add(stage.context, made, "Fix it", by=stage.root, at=LATER, criteria="green")
    top = (await plan(stage, made)).goals[0].goal.id
    await goals.add(stage.context, made, "Find it", by=stage.root, at=LATER, parent_id=top)
    await goals.finish(stage.context, (await plan(stage, made)).goals[1].goal.id, by=stage.root, at=LATER)
    await goals.add(stage.context, made, "Test it", by=stage.root, at=LATER, parent_id=top)
    found = await plan(stage, made)
    await goals.need(stage.context, found.goals[2].goal.id, found.goals[1].goal.id, by=stage.root, at=LATER)
    await checks.add(stage.context, made, "Told", by=stage.root, at=LATER)
    await checks.tick(stage.context, 1, by=stage.root, at=LATER)
    await milestones.add(
        stage.context, made, "First", by=stage.root, at=LATER, rule=MilestoneRule.GOALS_DONE, threshold=1
    )
    await blockers.open_blocker(stage.context, made, "No key", by=stage.root, at=LATER, kind=BlockerKind.PEOPLE)
    await blockers.resolve(stage.context, 1, by=stage.root, at=LATER, resolution="found")
    told = await rows(stage, Noun.PLANS)
    assert [row["type"] for row in told] == ["goal", "goal", "goal", "milestone", "check", "blocker"]
    lines = [{name: value for name, value in row.items() if value is not None} for row in told]
    before, people = await plan(stage, made), await stage.rows("SELECT count(*) FROM person")
    assert counts(await take(stage, jsonl(*lines))) == (0, 0, 6, 0)
    table = _csv(Noun.PLANS, told)
    assert counts(await take(stage, table)) == (0, 0, 6, 0)
    assert await plan(stage, made) == before
    assert await stage.rows("SELECT count(*) FROM person") == people
    elsewhere = [session("s7")] + [line | {"source": "import", "session": "s7"} for line in lines]
    assert counts(await take(stage, jsonl(*elsewhere))) == (7, 0, 0, 0)
    assert counts(await take(stage, jsonl(*elsewhere))) == (0, 0, 7, 0)
    copy = await plan(stage, made + 1)
    assert (copy.progress, len(copy.goals), copy.milestones[0].reached_at) == (
        before.progress,
        3,
        before.milestones[0].reached_at,
    )


async def test_a_preview_tells_the_same_as_the_import(stage: Stage):
    file = jsonl(*WHOLE)
    told = await preview(stage.context, [file], ImportOptions(), by=stage.root, at=LATER)
    assert counts(told) == counts(await take(stage, file)) == (11, 0, 0, 0)
    told = await preview(stage.context, [file], ImportOptions(), by=stage.root, at=LATER)
    assert counts(told) == (0, 0, 11, 0)


async def test_files_come_without_bytes_and_links_once(stage: Stage):
    lines = [
        session(),
        person(),
        {"type": "attachment", "session": "s1", "name": "../a.pdf", "version": 2, "size": 5, "sha256": HASH}
        | {"person": "p1", "media_type": "application/pdf", "at": "2026-05-04T14:00:00Z"},
        {"type": "attachment", "session": "s1", "name": "a.pdf", "version": 2, "size": 5, "sha256": "1" * 64},
        {"type": "link", "session": "s1", "link": "https://x.example/1", "title": "One"},
        {"type": "link", "session": "s1", "link": "https://x.example/2"},
    ]
    report = await take(stage, *lines)
    assert refused(report) == [(4, "version 2 of a.pdf holds other bytes here")]
    assert any("without their bytes" in note for note in report.files[0].notes)
    found = (await boards.detail(stage.context, 1, now=LATER, by=stage.root)).files
    assert found is not None
    assert [(one.name, one.version, one.added_by, one.cleared_at) for one in found.files] == [
        ("a.pdf", 2, "Ina", LATER)
    ]
    assert [(one.title, one.link[-1]) for one in found.links] == [("One", "1"), ("x.example", "2")]
    await linking.remove(stage.context, found.links[0].id, by=stage.root, at=LATER)
    assert counts(await take(stage, *lines)) == (0, 0, 5, 1)
    found = (await boards.detail(stage.context, 1, now=LATER, by=stage.root)).files
    assert found is not None
    assert [one.link[-1] for one in found.links] == ["2"], "what was removed stays removed"
    told = [{name: value for name, value in row.items() if value is not None} for row in await rows(stage, Noun.TALK)]
    assert counts(await take(stage, jsonl(*told))) == (0, 0, len(told), 0)


async def test_talk_of_people_whom_no_file_knows_comes_back_to_them(stage: Stage):
    await take(stage, session())
    await writing.comment(stage.context, 1, "I was there", by=stage.root, at=LATER)
    (told,) = await rows(stage, Noun.TALK)
    line = {name: value for name, value in told.items() if value is not None}
    people = await stage.rows("SELECT count(*) FROM person")
    assert counts(await take(stage, line)) == (0, 0, 1, 0)
    assert counts(await take(stage, line | {"id": "other"})) == (1, 0, 0, 0)
    assert await stage.rows("SELECT count(*) FROM person") == people
    authors = await stage.rows("SELECT DISTINCT author_id FROM comment")
    assert len(authors) == 1


async def test_a_new_session_gets_the_plan_of_its_template_unless_the_file_tells_one(stage: Stage):
    lines = [
        session("s1", template="bug-fix", kind="work"),
        session("s2", template="bug-fix", template_version=1),
        session("s3", template="nonsense"),
        session("s4", template="bug-fix", template_version=99),
        goal("own") | {"session": "s2"},
    ]
    report = await take(stage, *lines)
    assert counts(report) == (5, 0, 0, 0)
    assert report.files[0].notes[-2:] == [
        "line 3: there is no template 'nonsense'; the session was made without one",
        "line 4: the template bug-fix has no version 99; its newest was taken",
    ]
    details = [await boards.detail(stage.context, number, now=LATER, by=stage.root) for number in (1, 2, 3, 4)]
    assert [None if one.made_from is None else one.made_from.slug for one in details] == [
        "bug-fix",
        "bug-fix",
        None,
        "bug-fix",
    ]
    assert [0 if one.plan is None else len(one.plan.goals) > 1 for one in details] == [True, False, 0, True]
    assert counts(await take(stage, *lines)) == (0, 0, 5, 0)
    told = {
        row["external_id"]: (row["template"], row["template_version"]) for row in await rows(stage, Noun.SESSIONS)
    }
    assert told == {"s1": ("bug-fix", 1), "s2": ("bug-fix", 1), "s3": (None, None), "s4": ("bug-fix", 1)}


@pytest.mark.parametrize("seed", range(6))
async def test_random_goals_never_close_a_circle_and_come_once(stage: Stage, seed: int):
    """Whatever a file says: what stands is acyclic and shallow enough, and the same again changes nothing."""
    random = Random(seed)
    ids = [f"g{number}" for number in range(12)]
    lines = [session()]
    for outside in ids:
        told: dict[str, object] = {}
        if random.random() < 0.6:
            told["parent"] = random.choice([one for one in ids if one != outside])
        if random.random() < 0.4:
            told["needs"] = random.sample([one for one in ids if one != outside], random.randint(1, 2))
        lines.append(goal(outside, **told))
    first = await take(stage, *lines)
    there = [row.goal for row in await kept_plans.goals(stage.context.db.fetch, 1)]
    assert circle(there) == ()
    assert all(placed.depth < DEEPEST for placed in ordered(there))
    assert len(ordered(there)) == len(there) == counts(first)[0] - 1
    again = await take(stage, *lines)
    assert counts(again)[:2] == (0, 0)
    assert counts(again)[3] == counts(first)[3]


def _csv(noun: Noun, told: Sequence[dict[str, Cell]]) -> SourceFile:
    text = io.StringIO()
    output.put_csv(exporting.COLUMNS[noun], told, to=text)
    return SourceFile("told.csv", text.getvalue().encode())

"""What was learned: answers and their undo, skills, patterns by brute force, predictions, and who may know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, Refused
from sessiontui.domain.learning.patterns import Aspect
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.services import boards, exporting, importing, undo
from sessiontui.services.exporting import Noun
from sessiontui.services.importing import ImportOptions, Verdict
from sessiontui.services.learning import answering, predicting, reporting, rows
from sessiontui.services.learning.answering import Said
from sessiontui.services.learning.picture import LearningReport
from sessiontui.services.scoring.picture import By
from tests.conftest import NOON, Stage
from tests.services.import_stage import jsonl
from tests.services.post_stage import END, START, be_there, make
from tests.services.worked_world import NOW, Job, build

CODE = Said(skill="Code", before="2", after="4")
JOB = Job(day=3, estimate=60, length=60, goals=((1, 10),), stars=5, gain=(20, 60))


async def drawn(stage: Stage, **asked: object) -> LearningReport:
    return await reporting.report(stage.context, **{"by": stage.root, "now": NOW, **asked})  # type: ignore[arg-type]


async def held(stage: Stage) -> list[tuple[object, ...]]:
    return await stage.rows("SELECT person_id, skill, before, after FROM skill_practice ORDER BY id")


async def ended(stage: Stage, **told: object) -> int:
    session_id = await make(stage, stage.ana, stage.bob, **told)
    await be_there(stage, session_id, stage.ana, START, END)
    return session_id


async def test_an_answer_is_kept_once_for_each_skill_and_taken_back(stage: Stage):
    session_id = await ended(stage)
    context, by, at = stage.context, stage.root, END + timedelta(hours=1)
    receipt = await answering.answer(context, session_id, stage.ana, CODE, by=by, at=at)
    assert receipt.sentence == "Ana learned code in Circle: 25 before, 75 after, of 100"
    newer = await answering.answer(context, session_id, stage.ana, replace(CODE, after="5"), by=by, at=at)
    assert await held(stage) == [(stage.ana, "code", 25.0, 100.0)]
    await undo.undo(context, by=by, at=at, entry=newer.undo)
    assert await held(stage) == [(stage.ana, "code", 25.0, 75.0)]
    await undo.undo(context, by=by, at=at, entry=receipt.undo)
    assert await held(stage) == []


async def test_answers_are_refused_with_a_sentence(stage: Stage):
    session_id = await make(stage, stage.ana)
    context, at = stage.context, END + timedelta(hours=1)
    with pytest.raises(Refused, match="not ended with somebody there"):
        await answering.answer(context, session_id, stage.ana, CODE, by=stage.root, at=START)
    await be_there(stage, session_id, stage.ana, START, END)
    wrong = replace(CODE, before="1/5", after="70 %")
    with pytest.raises(BadInput, match="two scales"):
        await answering.answer(context, session_id, stage.ana, wrong, by=stage.root, at=at)
    ana, bob = Actor(stage.ana, "Ana", Role.PARTICIPANT), Actor(stage.bob, "Bob", Role.PARTICIPANT)
    with pytest.raises(NotAllowed):
        await answering.answer(context, session_id, stage.ana, CODE, by=bob, at=at)
    await answering.answer(context, session_id, stage.ana, CODE, by=ana, at=at)
    assert await held(stage) == [(stage.ana, "code", 25.0, 75.0)]


async def test_skills_are_tags_with_the_time_they_were_practised(stage: Stage):
    one = await ended(stage, tags=("Grief", "circle"))
    two = await make(
        stage, stage.bob, starts=START + timedelta(days=1), ends=END + timedelta(days=1), tags=("grief",)
    )
    await be_there(stage, two, stage.bob, START + timedelta(days=1), END + timedelta(days=1, minutes=-30))
    at = END + timedelta(days=2)
    for session_id, person_id, after in ((one, stage.ana, "5"), (two, stage.bob, "3")):
        said = Said(skill="grief", before="1", after=after)
        await answering.answer(stage.context, session_id, person_id, said, by=stage.root, at=at)
    found = await drawn(stage, by_dim=By.PERSON)
    grief, circle = (line.skill for line in found.skills)
    assert (grief.name, grief.sessions, grief.time, grief.people) == ("grief", 2, timedelta(minutes=90), 2)
    assert (circle.name, circle.sessions, circle.gain.n) == ("circle", 1, 0)
    assert (grief.gain.value, grief.gain.n) == (75, 2)
    assert grief.velocity.value == pytest.approx(150 / 1.5)
    assert {group.label: (group.n, group.gain.value) for group in found.groups} == {"Ana": (1, 100), "Bob": (1, 50)}
    for line in found.skills:
        listed = await boards.listing(stage.context, line.drill, now=NOW, by=stage.root)
        assert len(listed.lines) == line.skill.sessions
    assert len((await drawn(stage, as_of=END + timedelta(hours=3))).skills) == 2
    assert (await drawn(stage, as_of=END + timedelta(hours=3))).gain.n == 0


async def test_patterns_count_what_the_rows_say(stage: Stage):
    await build(stage, [JOB, replace(JOB, day=4, stars=1), replace(JOB, day=11, goals=((1, None),))])
    found = await drawn(stage)
    assert (found.n, found.well, found.people) == (3, 1, 1)
    patterns = {(line.pattern.aspect, line.label): line for line in found.patterns}
    hour = patterns[Aspect.HOUR, "12:00"].pattern
    assert (hour.hits, hour.n, hour.chance) == (1, 3, None)
    lengths = patterns[Aspect.LENGTH, "31–60 min"]
    listed = await boards.listing(stage.context, lengths.drill, now=NOW, by=stage.root)
    assert len(listed.lines) == lengths.pattern.n == 3
    for line in found.patterns:
        if line.pattern.aspect in (Aspect.HOUR, Aspect.WEEKDAY):
            listed = await boards.listing(stage.context, line.drill, now=NOW, by=stage.root)
            assert len(listed.lines) == line.pattern.n
    assert {label for aspect, label in patterns if aspect is Aspect.WEEKDAY} == {"Thu", "Fri"}
    assert found.lessons == ()
    assert rows.as_json(found)["went_well"] == 1


async def test_participants_see_what_they_came_to_and_their_own_answers_alone(stage: Stage):
    session_id = await ended(stage, tags=("grief",))
    await be_there(stage, session_id, stage.bob, START, END)
    at = END + timedelta(hours=1)
    for person_id, after in ((stage.ana, "5"), (stage.bob, "2")):
        said = Said(skill="grief", before="1", after=after)
        await answering.answer(stage.context, session_id, person_id, said, by=stage.root, at=at)
    found = await drawn(stage, by=Actor(stage.ana, "Ana", Role.PARTICIPANT), by_dim=By.PERSON)
    assert (found.n, found.gain.n, found.gain.value) == (1, 1, 100)
    assert [group.label for group in found.groups] == ["Ana"]
    assert (await drawn(stage, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT))).n == 0
    assert (await drawn(stage, by=Actor(stage.cyd, "Cyd", Role.MENTOR))).n == 0
    viewer = await drawn(stage, by=Actor(stage.cyd, "Cyd", Role.VIEWER), by_dim=By.PERSON)
    assert "Ana" not in str(rows.as_json(viewer))
    assert len(viewer.groups) == 2


async def test_what_is_to_come_is_predicted_from_what_was(stage: Stage):
    jobs = [Job(day=day, estimate=60, length=84 + day % 3) for day in range(12)]
    await build(stage, jobs)
    predicting.forget(stage.context)
    coming = await make(stage, starts=NOW + timedelta(days=1), ends=NOW + timedelta(days=1, hours=1), kind=Kind.WORK)
    detail = await boards.detail(stage.context, coming, now=NOW, by=stage.root)
    assert detail.went is not None
    assert detail.went.prediction is not None
    likely = detail.went.prediction
    assert 80 < likely.low <= likely.minutes <= likely.high < 92
    assert (likely.n, likely.own, likely.all, likely.said) == (12, 0, 12, "likely about 85 min, n 12")
    nobody = await boards.detail(stage.context, coming, now=NOW, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT))
    assert nobody.went is not None
    assert nobody.went.prediction is None
    found, tested = await predicting.trial(stage.context, by=stage.root, now=NOW)
    assert found is not None
    assert found.all.n == 12
    assert tested is None


async def test_nothing_ended_is_no_error(stage: Stage):
    await make(stage, stage.ana)
    found = await drawn(stage, now=NOON, by_dim=By.WEEK)
    assert (found.is_empty, list(rows.rows(found))) == (True, [])


async def test_answers_come_in_by_json_lines_once(stage: Stage):
    lines: list[dict[str, object]] = [
        {"type": "person", "id": "p1", "name": "Dee"},
        {"type": "session", "id": "s1", "title": "S", "kind": "coaching", "starts_at": "2026-05-01T10:00:00Z",
         "ends_at": "2026-05-01T11:00:00Z"},
        {"type": "presence", "session": "s1", "person": "p1", "joined_at": "2026-05-01T10:00:00Z",
         "left_at": "2026-05-01T11:00:00Z"},
        {"type": "survey", "session": "s1", "person": "p1", "rating": 5, "skill": "Talk", "before": 2, "after": 4},
        {"type": "survey", "session": "s1", "person": "p1", "skill": "code", "before": "20 %", "after": "60 %"},
        {"type": "survey", "session": "s1", "person": "p1", "skill": "code", "before": 3},
        {"type": "survey", "session": "s1", "person": "p1", "skill": "math", "before": "3/5", "after": "60 %"},
    ]  # fmt: skip
    await importing.apply(stage.context, [jsonl(*lines)], ImportOptions(), by=stage.root, at=NOW)
    again = await importing.apply(stage.context, [jsonl(*lines)], ImportOptions(), by=stage.root, at=NOW)
    assert (again.total(Verdict.ADDED), again.total(Verdict.UPDATED), again.total(Verdict.REFUSED)) == (0, 0, 2)
    assert [row[1:] for row in await held(stage)] == [("talk", 25.0, 75.0), ("code", 20.0, 60.0)]
    assert await stage.rows("SELECT rating FROM follow_up WHERE rating IS NOT NULL") == [(5,)]
    given = [row async for row in exporting.rows(stage.context, Noun.LEARNING, "", by=stage.root, now=NOW)]
    assert [(row["person"], row["skill"], row["before"], row["gain"]) for row in given] == [
        ("p1", "talk", "25 %", 50.0),
        ("p1", "code", "20 %", 40.0),
    ]
    before = await held(stage)
    told = await importing.apply(stage.context, [jsonl(*given)], ImportOptions(), by=stage.root, at=NOW)
    assert (told.total(Verdict.ADDED), told.total(Verdict.UPDATED), told.total(Verdict.REFUSED)) == (0, 0, 0)
    assert await held(stage) == before

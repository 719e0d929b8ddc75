"""How work went: the same as counting minute by minute says, from rows and as of an instant; who may know it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.scoring.figures import WorkMetric
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, exporting
from sessiontui.services.exporting import Noun
from sessiontui.services.scoring import reporting, rows
from sessiontui.services.scoring.picture import By, WorkReport
from tests.conftest import Stage, build_stage
from tests.services.worked_world import DAY, MIN, NOW, Job, build, jobs, worker_of

FULL = Job(
    day=3,
    estimate=60,
    length=80,
    pauses=((20, 30), (60, 62)),
    goals=((2, 10), (1, 70), (1, None)),
    checks=(True, False),
    milestone=True,
    blockers=((40, True),),
    stars=4,
    gain=(20, 60),
)
BARE = Job(day=10, estimate=60, length=20, worker=1)


async def drawn(stage: Stage, **asked: object) -> WorkReport:
    return await reporting.report(stage.context, **{"by": stage.root, "now": NOW, **asked})  # type: ignore[arg-type]


def agree(found: WorkReport, world: list[Job]) -> None:
    """Every figure is what it is by brute force."""
    assert found.n == len(world)
    planned = [job for job in world if job.progress is not None]
    done = [g for job in world for g in job.goals]
    counted = {
        WorkMetric.GOAL_COMPLETION: (sum(d is not None for _, d in done), len(done)),
        WorkMetric.SUCCESS_RATE: (sum(job.is_complete and job.progress == 100 for job in planned), len(planned)),
        WorkMetric.BLOCKERS_RESOLVED: (
            sum(ok for job in world for _, ok in job.blockers), sum(len(job.blockers) for job in world)
        ),
        WorkMetric.ESTIMATE_MET: (
            sum(0.8 <= len(job.worked) / job.estimate <= 1.2 for job in world), len(world)
        ),
    }  # fmt: skip
    for metric, (hits, n) in counted.items():
        figure = found.figure(metric)
        assert (figure.hits or 0, figure.n) == (hits, n), metric
    focused = [sum(p for p in job.pieces if p >= 25) for job in world]
    means = {
        WorkMetric.ESTIMATE_RATIO: [len(job.worked) / job.estimate for job in world],
        WorkMetric.FOCUS_SHARE: [f / len(job.worked) for f, job in zip(focused, world, strict=True)],
        WorkMetric.LONGEST_FOCUS: [max(job.pieces) for job in world],
        WorkMetric.INTERRUPTIONS: [(len(job.pieces) - 1) * 60 / len(job.worked) for job in world],
    }
    for metric, values in means.items():
        figure = found.figure(metric)
        assert (figure.n, figure.value) == (len(values), pytest.approx(sum(values) / len(values)) if values else None)
    phases = sum((one.time for one in found.phases), 0 * MIN)
    assert phases == sum(len(job.worked) for job in planned) * MIN
    assert sum(week.n for week in found.weeks) == len(world)


@settings(max_examples=10)
@given(world=st.lists(jobs(), max_size=4))
async def test_every_figure_is_what_brute_force_says(world: list[Job]):
    with TemporaryDirectory() as folder:
        stage = await build_stage(Path(folder))
        try:
            await build(stage, world)
            agree(await drawn(stage), world)
            agree(await drawn(stage, as_of=NOW), world)
            early = [job for job in world if job.day < 20]
            agree(await drawn(stage, until=FULL.at(0) - 3 * DAY + 20 * DAY), early)
            agree(await drawn(stage, as_of=FULL.at(0) - 3 * DAY + 20 * DAY), early)
            for worker, name in enumerate(("Ana", "Bob")):
                own = [job for job in world if job.worker == worker]
                agree(await drawn(stage, query=f"author:{name}"), own)
                agree(await drawn(stage, by=worker_of(stage, replace(FULL, worker=worker))), own)
            by_person = await drawn(stage, by_dim=By.PERSON)
            assert {group.label: group.n for group in by_person.groups} == {
                name: n for worker, name in enumerate(("Ana", "Bob")) if (n := sum(j.worker == worker for j in world))
            }
            for group in by_person.groups:
                found = await boards.listing(stage.context, group.drill, now=NOW, by=stage.root)
                assert len(found.lines) == group.n
        finally:
            await stage.context.db.close()


async def test_scores_of_one_session_stand_in_its_detail(stage: Stage):
    (session_id,) = await build(stage, [FULL])
    detail = await boards.detail(stage.context, session_id, now=NOW, by=stage.root)
    assert detail.went is not None
    assert detail.went.card is not None
    card = detail.went.card
    assert (card.effort.focus.total, card.effort.focus.longest) == (0 * MIN, 20 * MIN)
    assert card.effort.focus.interruptions == 3
    assert {str(one.score): one.value for one in card.scores} == {"productivity": 49, "efficiency": 75, "quality": 83}
    assert card.line == "productivity 49, efficiency 75, quality 83"
    assert [(one.person, one.skill, one.before, one.after) for one in detail.went.learned] == [
        ("Cyd", "code", 20, 60)
    ]
    told = rows.went_as_json(detail.went)
    assert told["scores"]["productivity"]["formula"] == "productivity = 60 goals + 25 focus + 15 calm"  # type: ignore[index,call-overload]
    guest = Actor(stage.cyd, "Cyd", Role.PARTICIPANT)
    hidden = await boards.detail(stage.context, session_id, now=NOW, by=guest)
    assert hidden.went is not None
    assert hidden.went.card is None
    before = await boards.detail(stage.context, session_id, now=NOW, as_of=FULL.at(50), by=stage.root)
    assert before.went is not None
    assert before.went.card is None


async def test_figures_equal_what_the_tables_say(stage: Stage):
    await build(stage, [FULL, BARE, replace(FULL, day=20, goals=((1, 5),))])
    found = await drawn(stage, by_dim=By.WEEK)
    ((done, goals),) = await stage.rows("SELECT sum(state = 'done'), count(*) FROM goal WHERE removed_at IS NULL")
    assert (found.figure(WorkMetric.GOAL_COMPLETION).hits, found.figure(WorkMetric.GOAL_COMPLETION).n) == (
        done,
        goals,
    )
    ((ratio,),) = await stage.rows("SELECT avg(1.0 * actual_ms / (base_ends_at - base_starts_at)) FROM session")
    assert found.figure(WorkMetric.ESTIMATE_RATIO).value == pytest.approx(ratio)
    for figure in found.figures:
        lines = await boards.listing(
            stage.context, f"{found.drill} {figure.definition.sessions}", now=NOW, by=stage.root
        )
        assert lines.lines or not figure.n, figure.metric
    assert [group.key for group in found.groups] == ["2026-05-04", "2026-05-11", "2026-05-18"]


async def test_viewers_get_no_names_and_nobody_gets_others_sessions(stage: Stage):
    await build(stage, [FULL, BARE])
    viewer = Actor(stage.cyd, "Cyd", Role.VIEWER)
    found = await drawn(stage, by=viewer, by_dim=By.PERSON)
    assert sorted((group.label, group.drill) for group in found.groups) == [("person 1", ""), ("person 2", "")]
    assert "Ana" not in str(rows.as_json(found))
    with pytest.raises(NotAllowed):
        await drawn(stage, by=viewer, query="author:Ana")
    assert (await drawn(stage, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT))).n == 0
    assert (await drawn(stage, by=Actor(stage.ana, "Ana", Role.PARTICIPANT))).n == 1
    with pytest.raises(BadInput):
        await drawn(stage, since=NOW, until=NOW)


async def test_nothing_worked_on_is_no_error(stage: Stage):
    found = await drawn(stage, by_dim=By.TEMPLATE)
    assert (found.is_empty, found.figures, list(rows.rows(found))) == (True, (), [])
    assert found.figure(WorkMetric.QUALITY).n == 0


async def test_the_export_of_analytics_carries_both_reports(stage: Stage):
    await build(stage, [FULL, BARE])
    exported = [row async for row in exporting.rows(stage.context, Noun.ANALYTICS, "", by=stage.root, now=NOW)]
    panels = {row["panel"] for row in exported}
    assert {"figures", "work", "work by phase", "work by week", "skills", "went well by hour"} <= panels
    assert all(set(row) == set(exporting.COLUMNS[Noun.ANALYTICS]) for row in exported)
    gain = next(row for row in exported if (row["panel"], row["name"], row["group"]) == ("skills", "gain", "code"))
    assert (gain["value"], gain["n"]) == (40.0, 1)

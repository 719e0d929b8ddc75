"""A series made from a template: every date gets the plan, in the version that the series was made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sessiontui.domain.errors import Refused
from sessiontui.domain.series import Scope
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import Kind
from sessiontui.services import boards, series, undo
from sessiontui.services.series import SeriesDraft, SeriesEdit, stamping
from sessiontui.services.templates import changing, knowing
from tests.conftest import NOON, Stage

DAY = timedelta(days=1)
TUESDAY = datetime.fromisoformat("2026-05-05T18:00")


async def make(stage: Stage, **over: object) -> tuple[int, tuple[int, ...]]:
    plain = {
        "title": "Fix: parser", "starts": TUESDAY, "length": timedelta(minutes=90), "zone": "Europe/Madrid",
        "rule": "FREQ=WEEKLY", "kind": Kind.WORK, "template": TemplateRef("bug-fix"),
    }  # fmt: skip
    receipt = await series.create(stage.context, SeriesDraft(**{**plain, **over}), by=stage.root, at=NOON)
    assert receipt.series is not None
    return receipt.series, receipt.sessions


async def goals_of(stage: Stage) -> list[tuple[int, int, int]]:
    """Each session with its template's version and how many goals it has."""
    rows = await stage.rows(
        "SELECT s.id, s.template_version, (SELECT count(*) FROM goal g WHERE g.session_id = s.id) FROM session s"
        " ORDER BY s.id"
    )
    return [(int(str(one)), int(str(version)), int(str(number))) for one, version, number in rows]


async def test_every_date_gets_the_plan_also_those_stamped_later(stage: Stage):
    series_id, made = await make(stage)
    assert len(made) > 10
    assert {(version, number) for _, version, number in await goals_of(stage)} == {(1, 7)}
    found = await boards.detail(stage.context, made[3], now=NOON, by=stage.root)
    assert found.plan is not None
    assert (found.plan.progress, len(found.plan.milestones), len(found.plan.checklist)) == (0, 3, 3)
    assert found.made_from is not None
    assert (found.made_from.slug, found.made_from.version) == ("bug-fix", 1)
    before = await knowing.find(stage.context, "bug-fix", now=NOON)
    shorter = replace(before.template, plan=replace(before.template.plan, checklist=()))
    await changing.edit(stage.context, "bug-fix", shorter, by=stage.root, at=NOON + DAY)
    await changing.retire(stage.context, "bug-fix", by=stage.root, at=NOON + DAY)
    assert await stamping.stamp(stage.context, at=NOON + 21 * DAY) > 0
    assert {(version, number) for _, version, number in await goals_of(stage)} == {(1, 7)}, "as it began"
    (line,) = await series.listing(stage.context, now=NOON, by=stage.root)
    assert (line.id, line.template, line.template_version) == (series_id, "bug-fix", 1)
    with pytest.raises(Refused, match="is retired"):
        await make(stage)


async def test_goals_that_were_left_out_stay_out_of_every_date_and_part_of_it(stage: Stage):
    _, made = await make(stage, template=TemplateRef("bug-fix", without=frozenset({"tell"})))
    numbers = {number for _, _, number in await goals_of(stage)}
    assert numbers == {6}
    changes = SeriesEdit(starts=TUESDAY + timedelta(weeks=2, hours=1))
    await series.edit(stage.context, made[2], changes, scope=Scope.FOLLOWING, by=stage.root, at=NOON)
    assert await stamping.stamp(stage.context, at=NOON + 21 * DAY) > 0
    assert {number for _, _, number in await goals_of(stage)} == numbers
    rows = await stage.rows("SELECT DISTINCT template_version, template_without FROM series")
    assert len(rows) == 1, "the part that goes on has the same template"


async def test_undo_takes_the_plans_with_the_dates(stage: Stage):
    await make(stage)
    await undo.undo(stage.context, by=stage.root, at=NOON + timedelta(minutes=1))
    assert await stage.rows("SELECT count(*) FROM goal") == [(0,)]

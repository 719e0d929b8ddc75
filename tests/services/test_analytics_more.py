"""Figures that lie beside the sums: who took part, by series, and how long things took in each group."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.analytics.metrics import Metric
from sessiontui.domain.engagement import Engagement
from sessiontui.services import analytics, boards
from sessiontui.services.analytics.figures import Dimension, Figures
from sessiontui.store.reads import engagement
from tests.conftest import Stage
from tests.services.post_stage import END, START, be_there, make
from tests.services.worked_world import NOW

MIN = timedelta(minutes=1)


async def drawn(stage: Stage, **asked: object) -> Figures:
    return await analytics.figures(stage.context, by=stage.root, now=NOW, **asked)  # type: ignore[arg-type]


async def tell(stage: Stage, session_id: int, person_id: int, told: Engagement, source: str = "a") -> None:
    async with stage.context.db.write(by=stage.root, at=END + MIN) as tx:
        await engagement.keep(tx, session_id, source, f"k{person_id}", told, person_id=person_id, attendee_id=None)


async def test_engagement_counts_each_guest_once_and_no_host(stage: Stage):
    one = await make(stage, stage.ana, stage.bob, mentor_id=stage.cyd)
    for person_id in (stage.ana, stage.bob, stage.cyd):
        await be_there(stage, one, person_id, START, END)
    assert (await drawn(stage)).figure(Metric.ENGAGEMENT).n == 0
    await tell(stage, one, stage.ana, Engagement(talk=MIN, messages=0))
    await tell(stage, one, stage.ana, Engagement(talk=timedelta()), source="b")
    await tell(stage, one, stage.bob, Engagement(talk=timedelta(), messages=0))
    await tell(stage, one, stage.cyd, Engagement(talk=MIN))
    figure = (await drawn(stage)).figure(Metric.ENGAGEMENT)
    assert (figure.hits, figure.n, figure.value) == (1, 2, 0.5)
    assert (await drawn(stage, as_of=NOW)).figure(Metric.ENGAGEMENT).n == 2
    assert (await drawn(stage, as_of=START)).figure(Metric.ENGAGEMENT).n == 0
    assert (await drawn(stage, query="kind:work")).figure(Metric.ENGAGEMENT).n == 0


async def test_series_are_told_apart_and_lead_to_their_sessions(stage: Stage):
    ids = [await make(stage, stage.ana, starts=START + day * timedelta(days=1), ends=END + day * timedelta(days=1))
           for day in range(3)]  # fmt: skip
    async with stage.context.db.write(by=stage.root, at=END) as tx:
        (series_id,) = (await tx.fetch("SELECT max(id) + 1 FROM (SELECT 0 AS id UNION SELECT id FROM series)"))[0]
        await tx.insert(
            "series", id=series_id, title="Weekly", kind="conversation", zone="UTC", starts="", length_ms=1
        )
        for slot, session_id in enumerate(ids[:2]):
            await tx.update("session", session_id, series_id=series_id, slot=str(slot))
    for as_of in (None, NOW):
        found = await drawn(stage, by_dim=Dimension.SERIES, as_of=as_of)
        assert {group.label: group.sums.sessions for group in found.groups} == {"Weekly": 2, "no series": 1}
    weekly = next(group for group in found.groups if group.label == "Weekly")
    listed = await boards.listing(stage.context, weekly.drill, now=NOW, by=stage.root)
    assert sorted(line.id for line in listed.lines) == ids[:2]


@pytest.mark.parametrize("dim", list(Dimension))
async def test_medians_stand_in_groups_only_where_they_are_asked_for(stage: Stage, dim: Dimension):
    await make(stage, stage.ana, stage.bob, tags=("grief",))
    for as_of in (None, NOW):
        plain = await drawn(stage, by_dim=dim, as_of=as_of)
        assert all(one.metric is not Metric.RESPONSE_TIME for group in plain.groups for one in group.figures)
        (group,) = (await drawn(stage, by_dim=dim, as_of=as_of, medians=True)).groups
        told = {one.metric: one for one in group.figures}
        assert (told[Metric.RESPONSE_TIME].value, told[Metric.RESPONSE_TIME].n) == (60, 2)
        assert (told[Metric.REQUEST_LEAD].value, told[Metric.REQUEST_LEAD].n) == (180, 2)

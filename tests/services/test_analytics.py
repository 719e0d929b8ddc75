"""Figures: the same as by brute force, whatever they are read from; and who may see them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.metrics import Metric
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import analytics, boards, importing, sessions
from sessiontui.services.analytics import rows as figure_rows
from sessiontui.services.analytics.drilling import hour_filter
from sessiontui.services.analytics.figures import Dimension, Figures, Origin
from sessiontui.services.importing import ImportOptions
from sessiontui.tui.present.analytics import drill_of
from tests.conftest import Stage, build_stage
from tests.services.analytics_world import MIN, NOW, Ask, One, Stay, brute, ones, seen_by_day, told, week

UTC_ZONE = ZoneInfo("UTC")
ZONES = (UTC_ZONE, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Kathmandu"))
DAY = timedelta(days=1)


async def settle(stage: Stage, world: list[One]) -> None:
    await importing.apply(stage.context, [told(world)], ImportOptions(), by=stage.root, at=NOW)


async def drawn(stage: Stage, **asked: object) -> Figures:
    return await analytics.figures(stage.context, by=stage.root, now=NOW, **asked)  # type: ignore[arg-type]


def agree(figures: Figures, world: list[One]) -> None:
    """Every figure is what it is by brute force."""
    wanted = brute(world)
    for metric in Metric:
        if metric in (Metric.SATISFACTION, Metric.ENGAGEMENT):
            continue
        found = figures.figure(metric)
        value, n = wanted[str(metric)]  # type: ignore[misc]
        assert found.n == n, metric
        assert found.value == (None if value is None else pytest.approx(value, abs=1e-8)), metric
    p90 = figures.figure(Metric.RESPONSE_TIME).p90
    assert p90 == (None if wanted["response_p90"][0] is None else pytest.approx(wanted["response_p90"][0]))  # type: ignore[index]
    assert Counter({(hour.weekday, hour.hour): hour.starts for hour in figures.week}) == week(world, figures.zone)
    assert +Counter({day.day: day.seen for day in figures.days}) == seen_by_day(world, figures.zone)


@settings(max_examples=8)
@given(world=st.lists(ones(), max_size=9), zone=st.sampled_from(ZONES), days=st.integers(1, 60))
async def test_every_figure_is_what_brute_force_says(world: list[One], zone: ZoneInfo, days: int):
    with TemporaryDirectory() as folder:
        stage = await build_stage(Path(folder))
        try:
            await settle(stage, world)
            agree(await drawn(stage, zone=zone), world)
            await analytics.redo(stage.context, at=NOW)
            assert await stage.rows("SELECT count(*) FROM rollup_dirty") == [(0,)]
            await compare(stage, world, zone, days)
            more = [*world, *(replace(one, start=one.start - 60) for one in world if one.start < 0)]
            await settle(stage, more)
            agree(await drawn(stage, zone=zone), more)
            some = [one for one in more if one.kind == "mentoring"]
            agree(await drawn(stage, zone=zone, query="kind:mentoring"), some)
        finally:
            await stage.context.db.close()


async def compare(stage: Stage, world: list[One], zone: ZoneInfo, days: int) -> None:
    agree(await drawn(stage, zone=zone), world)
    derived = await drawn(stage, zone=zone, as_of=NOW)
    agree(derived, world)
    assert derived.origin is Origin.DERIVED or not world
    since, until = NOW - days * DAY + 7 * MIN, NOW - DAY + 3 * MIN
    some = [one for one in world if since <= one.starts_at < until]
    if since < until:
        agree(await drawn(stage, zone=zone, since=since, until=until), some)
        agree(await drawn(stage, zone=zone, since=since, until=until, as_of=NOW), some)
    for query, means in (
        ("kind:mentoring,coaching", lambda one: one.kind != "conversation"),
        ("tag:grief", lambda one: "grief" in one.tags),
        ('mentor:"Person m1"', lambda one: one.mentor == "m1"),
    ):
        meant = [one for one in world if means(one)]
        agree(await drawn(stage, zone=zone, query=query), meant)
        agree(await drawn(stage, zone=zone, query=query, as_of=NOW), meant)
    await compare_groups(stage, world, zone)


async def compare_groups(stage: Stage, world: list[One], zone: ZoneInfo) -> None:
    counted = [one for one in world if one.control != "draft"]
    keys = {
        Dimension.KIND: lambda one: [one.kind],
        Dimension.TAG: lambda one: one.tags,
        Dimension.MENTOR: lambda one: ["no mentor" if one.mentor is None else f"Person {one.mentor}"],
        Dimension.ZONE: lambda one: [{"m1": "Europe/Madrid", "m2": "UTC", None: "not known"}[one.mentor]],
        Dimension.WEEKDAY: lambda one: [f"{one.starts_at.astimezone(zone):%a}"],
        Dimension.MONTH: lambda one: [f"{one.starts_at.astimezone(zone):%Y-%m}"],
    }
    for dim, key in keys.items():
        wanted = Counter(label for one in counted for label in key(one))
        for as_of in (None, NOW):
            found = await drawn(stage, zone=zone, by_dim=dim, as_of=as_of, medians=True)
            assert {group.label: group.sums.sessions for group in found.groups} == wanted, dim
            for group in found.groups:
                some = brute([one for one in counted if group.label in key(one)])
                for figure in group.figures:
                    value, n = some[str(figure.metric)]  # type: ignore[misc]
                    assert (figure.n, figure.value) == (n, None if value is None else pytest.approx(value)), figure


# -- rights, drill, recommendations ----------------------------------------------------------------------

HELD = One(-600, 60, "mentoring", "scheduled", "m1", ("grief",), "", (Ask("p0", "approved", -3000, 30),), (
    Stay("p0", 0, 50),))  # fmt: skip
MISSED = One(-900, 60, "coaching", "scheduled", "m2", (), "", (Ask("p1", "approved", -4000, 2000),))
GONE = One(-1200, 60, "coaching", "cancelled", "m1", (), "Person m1 is ill")


async def person(stage: Stage, name: str, role: Role) -> Actor:
    (row,) = await stage.rows("SELECT id FROM person WHERE name = ?", name)
    return Actor(id=int(str(row[0])), name=name, role=role)


async def test_a_viewer_is_told_no_names(stage: Stage):
    await settle(stage, [HELD, MISSED, GONE])
    viewer = Actor(id=77, name="Vi", role=Role.VIEWER)
    found = await analytics.figures(stage.context, by=viewer, now=NOW, by_dim=Dimension.MENTOR)
    assert {group.label for group in found.groups} == {"mentor 1", "mentor 2"}
    assert {group.drill for group in found.groups} == {""}
    assert "Person" not in repr(found.reasons)
    assert sum(reason.figure.hits or 0 for reason in found.reasons) == 1
    with pytest.raises(NotAllowed, match="without names"):
        await analytics.figures(stage.context, by=viewer, now=NOW, query='mentor:"Person m1"')
    assert "Person" not in "".join(str(row) for row in figure_rows.rows(found))
    assert "Person" not in str(figure_rows.as_json(found))


async def test_a_mentor_counts_only_their_own_and_a_participant_nothing(stage: Stage):
    await settle(stage, [HELD, MISSED, GONE])
    mentor = await person(stage, "Person m2", Role.MENTOR)
    for as_of in (None, NOW):
        found = await analytics.figures(stage.context, by=mentor, now=NOW, as_of=as_of)
        assert (found.sums.sessions, found.sums.no_show) == (1, 1)
    with pytest.raises(NotAllowed):
        await analytics.figures(stage.context, by=replace(mentor, role=Role.PARTICIPANT), now=NOW)


async def test_archived_sessions_still_count(stage: Stage):
    await settle(stage, [HELD, MISSED])
    before = await drawn(stage)
    await sessions.move(stage.context, Move.ARCHIVE, 1, by=stage.root, at=NOW)
    after = await drawn(stage)
    assert (after.sums, after.metrics) == (before.sums, before.metrics)
    assert (await drawn(stage, query="archived:no")).sums.sessions == 1


async def test_every_drill_finds_the_sessions_it_counts(stage: Stage):
    world = [
        HELD,
        MISSED,
        GONE,
        replace(HELD, start=-9000, tags=("b c",)),
        replace(MISSED, start=-20000, mentor=None),
    ]
    await settle(stage, world)
    for asked in ({}, {"since": NOW - 10 * DAY}, {"query": "kind:mentoring,coaching"}):
        found = await drawn(stage, **asked)

        async def count(query: str) -> int:
            return (await boards.listing(stage.context, query, now=NOW, by=stage.root)).matched

        assert await count(found.drill) == found.sums.sessions
        for metric, n in (
            (Metric.COMPLETION_RATE, found.sums.complete),
            (Metric.NO_SHOW_RATE, found.sums.no_show),
            (Metric.CANCELLATION_RATE, found.sums.cancelled),
            (Metric.DURATION_EFFICIENCY, found.sums.met),
        ):
            assert await count(drill_of(found, found.figure(metric))) == n, metric
        for bar in found.histogram:
            assert await count(bar.drill) == bar.n
        for hour in found.week:
            assert await count(hour_filter(found, hour.weekday, hour.hour)) == hour.starts
        for dim in Dimension:
            for group in (await drawn(stage, by_dim=dim, **asked)).groups:
                assert not group.drill or await count(f"{group.drill} -status:draft") == group.sums.sessions, group


async def test_satisfaction_is_the_mean_of_the_ratings(stage: Stage):
    await settle(stage, [HELD, MISSED])
    async with stage.context.db.write(by=stage.root, at=NOW) as tx:
        for number, rating in enumerate((5, 3, None)):
            await tx.insert(
                "follow_up", session_id=1, kind="survey", occurrence=f"o{number}", created_at=NOW, rating=rating
            )
    figure = (await drawn(stage)).figure(Metric.SATISFACTION)
    assert (figure.value, figure.n) == (4.0, 2)
    assert (await drawn(stage, query="kind:coaching")).figure(Metric.SATISFACTION).n == 0


async def test_an_empty_period_and_one_that_ends_before_it_begins(stage: Stage):
    assert (await drawn(stage)).is_empty
    await settle(stage, [HELD])
    assert (await drawn(stage, since=NOW + DAY)).is_empty
    with pytest.raises(BadInput, match="ends before"):
        await drawn(stage, since=NOW, until=NOW - DAY)


async def test_the_past_is_what_it_was(stage: Stage):
    await settle(stage, [HELD, MISSED])
    early = await drawn(stage, as_of=NOW - 700 * MIN)
    assert (early.sums.no_show, early.sums.complete) == (1, 0)
    assert early.as_of == NOW - 700 * MIN

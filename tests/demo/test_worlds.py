from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from sqlmodel import SQLModel

from sessiontui.demo import bulk, every_status, living
from sessiontui.demo.names import ADMIN, MENTORS, PARTICIPANTS, SECOND_ADMIN, Face
from sessiontui.demo.playing import introduce, play, script
from sessiontui.demo.scenes import Ask, Scene, Visit
from sessiontui.demo.worlds import WORLDS, build, description
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.text import is_hostile
from sessiontui.domain.vocabulary import Badge, Move, RequestState, Role, Status
from sessiontui.services import boards, people, ticking
from sessiontui.services.context import Context

BY_CHANCE = {("session_change", "key"), ("client", "key_hash"), ("password", "hash"), ("token", "hash")}


async def _rows(context: Context, *, without: frozenset[str] = frozenset()) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; what is made by chance, so that nobody guesses it, is left out."""
    found = {}
    for table, columns in SQLModel.metadata.tables.items():
        if table in without:
            continue
        names = [column.name for column in columns.c if (table, column.name) not in BY_CHANCE]
        quoted = ", ".join(f'"{name}"' for name in names)
        found[table] = await context.db.fetch(f"SELECT {quoted} FROM {table} ORDER BY {quoted}")
    return found


@pytest.mark.parametrize("name", WORLDS)
async def test_a_world_is_the_same_every_time_and_needs_no_recomputing(name, fresh, now):
    sessions = 300 if name == "year-of-history" else None
    first, second = await fresh(), await fresh()
    world = await build(first, name, now=now, sessions=sessions)
    assert await build(second, name, now=now, sessions=sessions) == world
    assert await _rows(first) == await _rows(second)
    board = await boards.board(first, "", now=now, by=Actor.system())
    assert board.matched == len(world.sessions)
    assert sum(board.counts.values()) == len(world.sessions)
    assert await ticking.tick(first, at=now) == 0
    assert await ticking.rebuild(first, at=now) == 0
    assert world.description.endswith(".")
    assert world.actor.role is Role.SUPERADMIN


async def test_another_seed_gives_another_world(fresh, now):
    first, second = await fresh(), await fresh()
    await build(first, "quiet-morning", now=now)
    await build(second, "quiet-morning", now=now, seed=1)
    assert (await _rows(first))["session"] != (await _rows(second))["session"]


@pytest.mark.parametrize("second", [0, 31, 59])
async def test_every_status_has_every_status_and_every_badge_of_its_own(second, fresh, now):
    now = now.replace(second=second)
    context = await fresh()
    await build(context, "every-status", now=now)
    board = await boards.board(context, "", now=now, by=Actor.system())
    assert {status for status, number in board.counts.items() if number} == set(Status)
    assert {line.status for line in board.lines} == set(Status)
    shown = {badge for line in board.lines for badge in line.badges}
    assert shown == set(Badge) - {Badge.AT_RISK, Badge.CLASH}


async def test_the_living_world_has_about_forty_sessions_and_a_dozen_troubles(fresh, now):
    context = await fresh()
    world = await build(context, now=now)
    board = await boards.board(context, "", now=now, by=Actor.system())
    assert world.name == "living"
    assert 38 <= len(world.sessions) <= 46
    assert all(board.counts[status] for status in Status)
    wanted = {
        Badge.HOST_WAITING,
        Badge.EVERYONE_LEFT,
        Badge.NO_HOST,
        Badge.OVERTIME,
        Badge.OVERBOOKED,
        Badge.STALE,
        Badge.PENDING,
        Badge.UNMATCHED,
    }
    assert wanted <= {badge for line in board.lines for badge in line.badges}
    assert board.pending_requests > 12
    mentors = await people.everyone(context, role=Role.MENTOR)
    assert all(mentor.phone and mentor.zone for mentor in mentors)
    titles = {line.title for line in board.lines}
    assert all(any(hint.startswith(f"{title}: ") for title in titles) for hint in world.look_at)


@pytest.mark.parametrize("seed", range(4))
def test_participants_of_an_ordinary_day_are_expected_in_one_place_and_one_mentor_in_two(now: datetime, seed: int):
    scenes = [
        scene
        for scene in living.full_swing(Random(seed), now)
        if all(step.move is not Move.CANCEL for step in scene.steps)
    ]

    def twice(expected: Callable[[Scene], set[Face]]) -> set[tuple[str, str]]:
        return {
            (one.title, other.title)
            for one, other in combinations(scenes, 2)
            if one.starts < other.ends and other.starts < one.ends and expected(one) & expected(other)
        }

    assert not twice(lambda scene: {ask.who for ask in scene.asks if ask.state is RequestState.APPROVED})
    assert ("CV review", "Nursing night shifts") in twice(lambda scene: {scene.host})


async def test_a_quiet_morning_has_nothing_live(fresh, now):
    context = await fresh()
    await build(context, "quiet-morning", now=now)
    counts = (await boards.board(context, "", now=now, by=Actor.system())).counts
    assert not any(counts[status] for status in Status if status.is_live)


async def test_hostile_texts_are_kept_as_titles_names_and_messages(fresh, now):
    context = await fresh()
    await build(context, "hostile-titles", now=now)
    board = await boards.board(context, "", now=now, by=Actor.system())
    assert sum(is_hostile(line.title) for line in board.lines) >= 8
    assert any("[@click=app.quit]" in line.title for line in board.lines)
    assert any("\x1b[2J" in person.name for person in await people.everyone(context))
    assert any(len(line.title) > 400 for line in board.lines)


async def test_the_empty_world_has_its_admin_alone(fresh, now):
    context = await fresh()
    world = await build(context, "empty", now=now)
    everyone = await people.everyone(context)
    assert [person.id for person in everyone] == [world.actor.id]


async def test_a_storm_brings_hundreds_of_requests(fresh, now):
    context = await fresh()
    await build(context, "storm-of-joins", now=now)
    board = await boards.board(context, "", now=now, by=Actor.system())
    assert board.pending_requests > 100
    assert max(line.active for line in board.lines) >= 150


@pytest.mark.parametrize(("wanted", "name"), [(5, "living"), (130, "living"), (0, "every-status")])
async def test_as_many_sessions_as_asked_for(wanted, name, fresh, now):
    context = await fresh()
    calls: list[tuple[int, int]] = []
    world = await build(
        context, name, now=now, sessions=wanted, progress=lambda done, all_: calls.append((done, all_))
    )
    assert len(world.sessions) == wanted
    assert (await boards.board(context, "", now=now, by=Actor.system())).total == wanted
    assert not wanted or calls[-1][0] == calls[-1][1]
    assert await ticking.rebuild(context, at=now) == 0


_PLANNED = (
    "SELECT s.title, t.slug, s.template_version, s.progress, (SELECT count(*) FROM goal g WHERE g.session_id = s.id),"
    " (SELECT count(*) FROM check_item c WHERE c.session_id = s.id)"
    " FROM session s LEFT JOIN template t ON t.id = s.template_id ORDER BY s.title, s.starts_at, s.created_at"
)
"""What each session was made from, and the plan that it has."""


async def test_work_of_an_ordinary_day_is_made_from_templates(fresh, now):
    context = await fresh()
    await build(context, "living", now=now)
    made = {str(title): tuple(more) for title, slug, *more in await context.db.fetch(_PLANNED, ()) if slug}
    assert set(made) == {"Pairing: parser", "Fix flaky tests", "Onboarding handbook draft"}
    progress = {title: found[1] for title, found in made.items()}
    assert progress["Onboarding handbook draft"] == 0
    assert 0 < progress["Pairing: parser"] < progress["Fix flaky tests"] < 100


async def test_both_ways_of_playing_leave_the_same_facts(fresh, now):
    scenes = [*every_status.scenes(Random(3), now), *living.full_swing(Random(4), now)]
    admin = Actor.system("setup")
    faces = [ADMIN, SECOND_ADMIN, *MENTORS, *PARTICIPANTS]
    boards_taken = []
    for player in (play, bulk.write):
        context = await fresh()
        cast = await introduce(context, faces, by=admin, now=now)
        made = await player(context, scenes, cast=cast)
        await ticking.sweep(context, at=now)
        await ticking.tick(context, at=now)
        lines = await boards.lines(context, made, now=now, by=Actor.system())
        stored = await _rows(context)
        assert await ticking.rebuild(context, at=now) == 0
        boards_taken.append(
            (
                [(x.title, x.status, x.badges, x.why, x.beside, x.actual, x.pending, x.approved) for x in lines],
                [(x.rejected, x.active, x.left, x.capacity, x.mentor, x.author, x.tags, x.rank) for x in lines],
                sorted((str(row[4:]) for row in stored["presence"]), key=str),
                await context.db.fetch(_PLANNED, ()),
            )
        )
    assert boards_taken[0] == boards_taken[1]


async def test_a_world_is_built_in_an_empty_database_only(fresh, now):
    context = await fresh()
    await build(context, "empty", now=now)
    with pytest.raises(Refused, match="has people in it already"):
        await build(context, "living", now=now)


async def test_an_unknown_world_is_refused_with_the_known_ones(fresh, now):
    with pytest.raises(BadInput, match="living, quiet-morning"):
        await build(await fresh(), "utopia", now=now)


def test_every_world_is_described_in_one_sentence():
    for name in WORLDS:
        assert description(name).endswith(".")
        assert "\n" not in description(name)


def _scene(**values: object) -> Scene:
    return Scene(title="x", starts=-30.0, **values)  # type: ignore[arg-type]


def test_nothing_in_a_scene_lies_after_now(now: datetime):
    from sessiontui.demo.playing import Cast

    cast = Cast(ids={}, now=now)
    with pytest.raises(ValueError, match="after now"):
        script(_scene(visits=(Visit(who=ADMIN, joined=2),)), cast)
    with pytest.raises(ValueError, match="before the making"):
        script(_scene(created=-10.0, asks=(Ask(who=ADMIN, at=-20),)), cast)
    assert script(_scene(), cast)[0][0] < now - timedelta(days=2)

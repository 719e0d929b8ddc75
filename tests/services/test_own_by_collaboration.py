"""Who works on a session counts it as their own in every read; who is a viewer of it reads it and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.instants import to_ms
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import analytics, boards, collaborating, exporting, sessions
from sessiontui.services.delivery import outbox
from sessiontui.services.exporting import Noun
from sessiontui.services.templates import listing
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import digests
from tests.conftest import NOON, Stage
from tests.services.post_stage import END, START, hush, make

DAY = timedelta(days=1)
LATER = END + 2 * DAY

WORKS = pytest.mark.parametrize(
    ("role", "works"),
    [
        (CollaboratorRole.OWNER, True),
        (CollaboratorRole.COLLABORATOR, True),
        (CollaboratorRole.VIEWER, False),
        (None, False),
    ],
)


async def with_one(stage: Stage, role: CollaboratorRole | None, **told: object) -> int:
    """Make a session of somebody else, on which Cyd has a role, and one on which nobody has."""
    shared = await make(stage, title="Shared", mentor_id=stage.bob, starts=START + DAY, ends=END + DAY, **told)
    await make(stage, title="Other", mentor_id=stage.bob, **told)
    if role is not None:
        await collaborating.invite(stage.context, shared, stage.cyd, role, by=stage.root, at=NOON)
    return shared


def cyd(stage: Stage) -> Actor:
    return Actor(stage.cyd, "Cyd", Role.MENTOR)


@WORKS
async def test_figures_and_exports(stage: Stage, role: CollaboratorRole | None, works: bool):
    await with_one(stage, role)
    found = await analytics.figures(stage.context, by=cyd(stage), now=LATER)
    assert found.sums.ended == (1 if works else 0)
    earlier = await analytics.figures(stage.context, by=cyd(stage), now=LATER, as_of=LATER)
    assert earlier.sums.ended == (1 if works else 0)
    rows = [row async for row in exporting.rows(stage.context, Noun.SESSIONS, "", by=cyd(stage), now=LATER)]
    assert [row["title"] for row in rows] == (["Shared"] if works else [])


@WORKS
async def test_whoever_works_on_a_session_sees_its_letters(stage: Stage, role: CollaboratorRole | None, works: bool):
    shared = await with_one(stage, role)
    await hush(stage)
    await sessions.move(stage.context, Move.CANCEL, shared, by=stage.root, at=NOON)
    board = await outbox.outbox(stage.context, by=cyd(stage), now=NOON)
    assert bool(board.lines) is works
    assert bool(sum(board.counts.values())) is works


@WORKS
async def test_the_day_before_them(stage: Stage, role: CollaboratorRole | None, works: bool):
    await with_one(stage, role)
    fetch, since, until = stage.context.db.fetch, to_ms(START), to_ms(END + DAY)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE person SET email = 'x' || id || '@example.org'")
    day = await digests.sessions(fetch, stage.cyd, since=since, until=until, limit=9)
    assert [row.title for row in day] == (["Shared"] if works else [])
    assert (stage.cyd in await digests.readers(fetch, since=since, until=until, now=since)) is works


@WORKS
async def test_templates_are_suggested_by_what_went_well(stage: Stage, role: CollaboratorRole | None, works: bool):
    await with_one(stage, role, template=TemplateRef("conversation"))
    page = await listing.page(stage.context, "conversation", by=cyd(stage), now=LATER)
    assert page.line.record.uses == (1 if works else 0)


@WORKS
async def test_the_desk_and_its_alerts(stage: Stage, role: CollaboratorRole | None, works: bool):
    """What one may read comes first as well: a viewer of a session has it on their desk."""
    shared = await with_one(stage, role)
    reads = works or role is CollaboratorRole.VIEWER
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run(
            "INSERT INTO alert (rule, subject, session_id, level, opened_at, facts, acknowledged_by, snoozed_by,"
            " note, version) VALUES ('unstable', 'session:1', ?, 1, 0, '[]', '', '', '', 1)",
            (shared,),
        )
    counts = await kept_alerts.counts(stage.context.db.fetch, now=0, own=stage.cyd)
    assert sum(counts.values()) == (1 if reads else 0)
    board = await boards.board(stage.context, "view:all", now=NOON, by=cyd(stage))
    assert [line.title for line in board.lines] == (["Shared", "Other"] if reads else ["Other", "Shared"])


async def test_the_filter_finds_who_works_on_a_session(stage: Stage):
    await with_one(stage, CollaboratorRole.VIEWER)
    by_part = (f"collaborator:#{stage.cyd}", "collaborator:cyd", 'team:"Cyd" -collaborator:nobody')
    for query in (*by_part, f"person:#{stage.cyd}", "person:cyd", "person:c"):
        for told in ({}, {"as_of": LATER}):
            board = await boards.listing(stage.context, query, now=LATER, by=stage.root, **told)
            assert [line.title for line in board.lines] == ["Shared"], (query, told)
    stranger = Actor(stage.ana, "Ana", Role.MENTOR)
    for told in ({}, {"as_of": LATER}):
        board = await boards.listing(stage.context, "collaborator:cyd", now=LATER, by=stranger, **told)
        assert board.lines == (), "who works on what is not one's own is not told"

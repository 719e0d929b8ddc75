"""Templates in the services: versions, retiring, undo, rights, the cache, figures, and sessions made from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.templates.faults import Faulty
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.shape import Difficulty, Template, TemplateRef
from sessiontui.domain.templates.suggesting import Wish
from sessiontui.domain.templates.text import read, read_bytes, values_of
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.services import analytics, boards, importing, sessions, ticking, undo
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.context import Context
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from sessiontui.services.templates import changing, knowing, listing, portable
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage
from tests.services.post_stage import END, START, be_there, make

HOUR, MIN = timedelta(hours=1), timedelta(minutes=1)
LATER = END + 3 * HOUR

PAIR = Template(slug="pairing", name="Pairing", kind=Kind.WORK, minutes=60, tags=("pair",))


async def newest(stage: Stage, slug: str) -> tuple[int, int]:
    one = await knowing.find(stage.context, slug, now=LATER)
    return one.version, one.template.minutes


async def test_a_session_is_made_with_the_plan_of_its_template_without_what_was_left_out(stage: Stage):
    ref = TemplateRef("feature-development", without=frozenset({"build"}))
    made = await make(stage, title="Search", kind=Kind.WORK, template=ref)
    assert await stage.rows(
        "SELECT t.slug, s.template_version FROM session s JOIN template t ON t.id = s.template_id WHERE s.id = ?",
        made,
    ) == [("feature-development", 1)]
    goals = await stage.rows("SELECT title FROM goal WHERE session_id = ? ORDER BY position", made)
    assert [row[0] for row in goals] == [
        "Agree on the purpose", "Sketch the design", "Test it", "Let somebody try it", "Write how it is used",
    ]  # fmt: skip
    assert await stage.rows("SELECT count(*) FROM milestone WHERE session_id = ?", made) == [(3,)]
    assert await stage.rows("SELECT count(*) FROM check_item WHERE session_id = ?", made) == [(4,)]
    audit = await stage.rows("SELECT sentence FROM audit_entry WHERE action = 'session.create'")
    assert audit == [("created Search from the template Feature Development, version 1",)]


@pytest.mark.parametrize("slug", packaged())
async def test_every_template_that_is_built_in_gives_its_whole_plan(stage: Stage, slug: str):
    template = packaged()[slug]
    made = await make(stage, title="Made", kind=template.kind, template=TemplateRef(slug))
    counted = [
        await stage.rows(f"SELECT count(*) FROM {table} WHERE session_id = ?", made)
        for table in ("goal", "milestone", "check_item")
    ]
    parts = (template.plan.goals, template.plan.milestones, template.plan.checklist)
    assert counted == [[(len(part),)] for part in parts]
    assert await stage.rows("SELECT count(*) FROM goal WHERE session_id = ? AND state != 'open'", made) == [(0,)]


async def test_what_cannot_be_meant_makes_no_session(stage: Stage):
    for ref, error in (
        (TemplateRef("no-such"), NotFound),
        (TemplateRef("bug-fix", 2), NotFound),
        (TemplateRef("bug-fix", without=frozenset({"tea"})), NotFound),
    ):
        with pytest.raises(error):
            await make(stage, template=ref)
    await changing.retire(stage.context, "bug-fix", by=stage.root, at=NOON)
    with pytest.raises(Refused, match="retired"):
        await make(stage, template=TemplateRef("bug-fix"))
    assert await stage.rows("SELECT count(*) FROM session") == [(0,)]


async def test_a_session_keeps_the_version_it_was_made_from(stage: Stage):
    await changing.add(stage.context, PAIR, by=stage.root, at=NOON)
    first = await make(stage, template=TemplateRef("pairing"))
    await changing.edit(stage.context, "pairing", replace(PAIR, minutes=45), by=stage.root, at=NOON)
    second = await make(stage, template=TemplateRef("pairing"), starts=END + HOUR, ends=END + 2 * HOUR)
    third = await make(stage, template=TemplateRef("pairing", 1), starts=END + 3 * HOUR, ends=END + 4 * HOUR)
    found = await stage.rows("SELECT id, template_version FROM session ORDER BY id")
    assert found == [(first, 1), (second, 2), (third, 1)]
    assert (await listing.version_of(stage.context, "pairing", 1, now=NOON)).minutes == 60
    page = await listing.page(stage.context, "pairing", by=stage.root, now=NOON)
    assert [one.number for one in page.versions] == [2, 1]


async def test_a_built_in_one_goes_along_with_the_package_until_somebody_changes_it(stage: Stage):
    await make(stage, template=TemplateRef("conversation"))
    await stage.context.db.fetch("SELECT 1")
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:  # as an older package had it
        await tx.run("UPDATE template_version SET body = json_set(body, '$.minutes', 25)")
        await tx.run("UPDATE setting SET value = 'old' || value WHERE key = 'templates.revision'")
        await tx.run("UPDATE setting SET value = '77' WHERE key = 'templates.revision'")
    assert await newest(stage, "conversation") == (2, 30)
    assert [row[0] for row in await stage.rows("SELECT version FROM template_version")] == [1]
    await changing.edit(
        stage.context, "conversation", replace(packaged()["conversation"], minutes=40), by=stage.root, at=NOON
    )
    assert await newest(stage, "conversation") == (3, 40)
    assert await stage.rows("SELECT version FROM template_version ORDER BY version") == [(1,), (2,), (3,)]


async def test_each_act_is_audited_and_can_be_undone(stage: Stage):
    context, root = stage.context, stage.root
    await changing.add(context, PAIR, by=root, at=NOON)
    await changing.edit(context, "pairing", replace(PAIR, minutes=45, name="Pair"), by=root, at=NOON)
    await changing.retire(context, "pairing", by=root, at=NOON, reason="nobody pairs")
    assert [row[0] for row in await stage.rows("SELECT action FROM audit_entry WHERE subject = 'template'")] == [
        "template.add", "template.edit", "template.retire",
    ]  # fmt: skip
    await undo.undo(context, by=root, at=NOON)
    assert (await knowing.find(context, "pairing", now=NOON)).retired_at is None
    receipt = await undo.undo(context, by=root, at=NOON)
    assert receipt.sessions == ()
    assert await newest(stage, "pairing") == (1, 60)
    await undo.undo(context, by=root, at=NOON)
    with pytest.raises(NotFound):
        await knowing.find(context, "pairing", now=NOON)


async def test_what_a_session_rests_on_is_not_undone(stage: Stage):
    context, root = stage.context, stage.root
    added = await changing.add(context, PAIR, by=root, at=NOON)
    await make(stage, template=TemplateRef("pairing"))
    with pytest.raises(Refused, match="1 session made from it"):
        await undo.undo(context, by=root, at=NOON, entry=added.undo)
    await changing.edit(context, "pairing", replace(PAIR, minutes=45), by=root, at=NOON)
    with pytest.raises(Conflict, match="version 2"):
        await undo.undo(context, by=root, at=NOON, entry=added.undo)


async def test_what_says_nothing_new_or_twice_is_refused(stage: Stage):
    context, root = stage.context, stage.root
    await changing.add(context, PAIR, by=root, at=NOON)
    for template in (PAIR, replace(PAIR, slug="bug-fix")):
        with pytest.raises(Conflict, match="already"):
            await changing.add(context, template, by=root, at=NOON)
    with pytest.raises(BadInput, match="nothing to change"):
        await changing.edit(context, "pairing", PAIR, by=root, at=NOON)
    with pytest.raises(Faulty, match="minutes"):
        await changing.edit(context, "pairing", replace(PAIR, minutes=0), by=root, at=NOON)
    await changing.edit(context, "pairing", replace(PAIR, minutes=5), by=root, at=NOON)
    with pytest.raises(Conflict, match="made version 2"):
        await changing.edit(context, "pairing", replace(PAIR, minutes=6), by=root, at=NOON, expected=1)
    with pytest.raises(Refused, match="not retired"):
        await changing.restore(context, "pairing", by=root, at=NOON)
    with pytest.raises(NotFound, match="do you mean bug-fix"):
        await knowing.find(context, "bugfix", now=NOON)


async def test_mentors_change_their_own_and_participants_none(stage: Stage):
    context = stage.context
    ana, bob = Actor(stage.ana, "Ana", Role.MENTOR), Actor(stage.bob, "Bob", Role.PARTICIPANT)
    await changing.add(context, PAIR, by=ana, at=NOON)
    await changing.edit(context, "pairing", replace(PAIR, minutes=45), by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        await changing.retire(context, "mentoring", by=ana, at=NOON)
    with pytest.raises(NotAllowed):
        await changing.add(context, replace(PAIR, slug="other"), by=bob, at=NOON)
    with pytest.raises(NotAllowed):
        await changing.edit(context, "pairing", PAIR, by=bob, at=NOON)
    assert await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'refused'") == [(3,)]
    board = await listing.board(context, by=bob, now=NOON)
    assert len(board.lines) == 7
    assert not board.has_figures
    assert [line.may_change for line in (await listing.board(context, by=ana, now=NOON)).lines] == [False] * 6 + [
        True
    ]


async def test_figures_count_what_became_of_the_sessions(stage: Stage):
    ref = TemplateRef("conversation")
    full = await make(stage, stage.ana, template=ref)
    await be_there(stage, full, stage.ana, START, END)
    await make(stage, stage.bob, template=ref, starts=END, ends=END + HOUR)  # nobody comes
    await make(stage, stage.bob, template=ref, starts=LATER + HOUR, ends=LATER + 2 * HOUR)
    await ticking.tick(stage.context, at=LATER)
    page = await listing.page(stage.context, "conversation", by=stage.root, now=LATER)
    record = page.line.record
    assert (record.uses, record.ended, record.complete) == (3, 2, 1)
    assert page.line.success == 0.5
    assert page.line.low is not None
    assert page.line.low < 0.5
    assert (page.lasting.n, page.lasting.minutes) == (1, 30)
    assert page.lasting.median == HOUR
    best = (await listing.suggestions(stage.context, Wish(text="talk"), by=stage.root, now=LATER))[0]
    assert best.slug == "conversation"
    assert "1 of 2 sessions made from it went to their end" in best.why
    assert {part.name for part in best.parts} == {"words", "difficulty", "success", "recency"}
    unknown = (
        await listing.suggestions(stage.context, Wish(), by=Actor(stage.bob, "Bob", Role.PARTICIPANT), now=LATER)
    )[0]
    assert unknown.score == 0


async def test_what_is_read_often_is_kept_until_somebody_changes_it_or_an_hour_goes_by(stage: Stage):
    context = stage.context
    before = knowing.counts(context)
    for _ in range(20):
        await listing.board(context, by=stage.root, now=NOON)
    counts = knowing.counts(context)
    assert (counts.hits - before.hits, counts.misses - before.misses, counts.entries) == (19, 1, 6)
    assert counts.rate is not None
    assert counts.rate >= 0.85
    other = Context(db=await Database.open(stage.path))  # another process
    try:
        await changing.add(other, PAIR, by=stage.root, at=NOON)
        assert await newest(stage, "pairing") == (1, 60)
    finally:
        await other.db.close()
    counts = knowing.counts(context)
    assert (counts.misses, counts.dropped, counts.entries) == (before.misses + 2 + 1 - 1, before.dropped + 1, 7)
    await knowing.known(context, now=LATER)
    await knowing.known(context, now=LATER + knowing.TTL)
    assert knowing.counts(context).misses == counts.misses + 1


async def test_a_file_brings_the_same_template_back(stage: Stage):
    path = await portable.save(stage.context, replace(PAIR, difficulty=Difficulty.HARD), version=1)
    assert read_bytes(path.read_bytes()) == replace(PAIR, difficulty=Difficulty.HARD)
    assert path.stat().st_mode & 0o777 == 0o600
    receipt = await changing.add(stage.context, read(path.read_text()), by=stage.root, at=NOON)
    assert receipt.sentence == "added the template Pairing (pairing)"


async def test_undoing_a_session_takes_its_plan_along(stage: Stage):
    draft = sessions.SessionDraft(title="X", starts_at=START, ends_at=END, template=TemplateRef("bug-fix"))
    receipt = await sessions.create(stage.context, draft, by=stage.root, at=NOON)
    await undo.undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)
    assert await stage.rows("SELECT count(*) FROM goal") == [(0,)]
    assert await stage.rows("SELECT count(*) FROM session WHERE template_id IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("word", ["bug-fix", '"Bug Fix"', "BUG-FIX"])
async def test_sessions_are_found_by_their_template_now_and_as_of_an_instant(stage: Stage, word: str):
    made = await make(stage, title="One", template=TemplateRef("bug-fix"))
    other = await make(stage, title="Two", starts=END, ends=END + HOUR)
    for as_of in (None, NOON):
        for query, found in (
            (f"template:{word}", [made]),
            (f"-template:{word}", [other]),
            ("template:mentoring", []),
        ):
            listing_of = await boards.listing(stage.context, query, now=NOON, as_of=as_of, by=stage.root)
            assert [line.id for line in listing_of.lines] == found, (query, as_of)


async def test_json_lines_bring_templates_and_twice_changes_nothing(stage: Stage):
    lines = [json.dumps({"type": "template", **values_of(one)}) for one in (PAIR, packaged()["bug-fix"])]
    lines.append(json.dumps({"type": "template", **values_of(replace(packaged()["mentoring"], minutes=50))}))
    lines.append(json.dumps({"type": "template", "name": "X", "kind": "party", "minutes": 5}))
    file = SourceFile(name="t.jsonl", raw="\n".join(lines).encode())
    for expected in ({"added": 1, "updated": 1, "unchanged": 1}, {"added": 0, "updated": 0, "unchanged": 3}):
        report = await importing.apply(stage.context, [file], ImportOptions(), by=stage.root, at=NOON)
        (outcome,) = report.files
        assert {str(verdict): outcome.counts[Verdict(verdict)] for verdict in expected} == expected
        assert [(one.line, one.reason[:6]) for one in outcome.refusals] == [(4, "kind: ")]
    assert await newest(stage, "mentoring") == (2, 50)


async def test_figures_can_be_told_apart_by_template(stage: Stage):
    made = await make(stage, stage.ana, template=TemplateRef("bug-fix"))
    await be_there(stage, made, stage.ana, START, END)
    await make(stage, starts=START, ends=END)
    await ticking.tick(stage.context, at=LATER)
    for as_of in (None, LATER):
        found = await analytics.figures(
            stage.context, by=stage.root, now=LATER, by_dim=Dimension.TEMPLATE, as_of=as_of
        )
        assert {group.label: (group.sums.sessions, group.sums.complete) for group in found.groups} == {
            "bug-fix": (1, 1), "no template": (1, 0),
        }  # fmt: skip
        drill = next(group.drill for group in found.groups if group.key)
        assert [line.id for line in (await boards.listing(stage.context, drill, now=LATER, by=stage.root)).lines] == [
            made
        ]

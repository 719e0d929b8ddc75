"""Forgetting a person: nothing of them is left, the chain stays whole and tells of it, forgery is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.planning.words import BlockerKind
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Attendance, RequestState, Role, Source
from sessiontui.services import (
    audit,
    boards,
    followups,
    interventions,
    people,
    presence,
    requests,
    sessions,
    ticking,
    undo,
)
from sessiontui.services.attendance import correcting
from sessiontui.services.interventions import calling
from sessiontui.services.people import erasing, merging, notes
from sessiontui.services.plans import blockers, goals
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

HOUR = timedelta(hours=1)
NAME, MAIL, PHONE = "Zoë Quint", "zoe.quint@example.org", "+34 611 222 333"


async def busy(stage: Stage) -> int:
    """Zoë, who mentors, asked, came, was written to, noted, merged, and acted herself."""
    context, root = stage.context, stage.root
    made = await people.add(context, NAME, by=root, at=NOON, email=MAIL, phone=PHONE, zone="Europe/Madrid")
    (zoe,) = made.people
    await people.edit(context, zoe, by=root, at=NOON, role=Role.MENTOR, os_user="zquint")
    twin = await people.add(context, "Zoe Q.", by=root, at=NOON, email="zq@example.org")
    await merging.merge(context, zoe, twin.people[0], by=root, at=NOON)
    draft = SessionDraft(
        title=f"One to one with {NAME}", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, mentor_id=stage.bob,
        publish=True, description=f"ask {MAIL}",
    )  # fmt: skip
    one = (await sessions.create(context, draft, by=root, at=NOON)).sessions[0]
    await requests.ask(context, one, zoe, by=root, at=NOON, message="call me at +34 611 222 333")
    request = await requests.find(context, one, zoe)
    await requests.decide(context, [request], RequestState.APPROVED, by=root, at=NOON, reason=f"{NAME} is nice")
    hers = SessionDraft(title="Hers", starts_at=NOON + 5 * HOUR, ends_at=NOON + 6 * HOUR, mentor_id=zoe, publish=True)
    own = (await sessions.create(context, hers, by=root, at=NOON)).sessions[0]
    await requests.ask(context, own, stage.ana, by=Actor(zoe, NAME, Role.MENTOR), at=NOON)
    theirs = await requests.find(context, own, stage.ana)
    by = Actor(zoe, NAME, Role.MENTOR)
    await requests.decide(context, [theirs], RequestState.APPROVED, by=by, at=NOON, reason="welcome")
    await goals.add(context, own, f"Ask {NAME}", by=by, at=NOON, criteria=f"{NAME} is asked")
    await goals.finish(context, 1, by=by, at=NOON)
    kind = BlockerKind.PEOPLE
    await blockers.open_blocker(context, own, "No key", by=by, at=NOON, kind=kind, detail=f"{NAME} has it")
    await blockers.resolve(context, 1, by=by, at=NOON, resolution=f"{NAME} came")
    await calling.call_mentor(context, own, by=root, at=NOON, note=f"told {NAME}")
    await interventions.message(context, [one], "Bring a pen", by=root, at=NOON)
    await notes.write(context, zoe, f"{NAME} prefers mornings", by=root, at=NOON)
    for signal, at in ((Signal.JOIN, NOON + HOUR), (Signal.LEAVE, NOON + 2 * HOUR)):
        report = PresenceReport(session_id=one, signal=signal, at=at, source=Source.MANUAL, person_id=zoe)
        await presence.record(context, [report], by=root, at=at)
    await correcting.correct(context, one, zoe, Attendance.LATE, by=root, at=NOON + HOUR, reason=f"saw {NAME}")
    await ticking.tick(context, at=NOON + 3 * HOUR)
    await followups.answer(
        context, one, zoe, followups.Answer(rating=5, comment=f"signed {NAME}", may_tell=True), by=root,
        at=NOON + 3 * HOUR,
    )  # fmt: skip
    return zoe


async def left(stage: Stage, *needles: str) -> list[tuple[str, str, object]]:
    """Every cell of the database that still holds one of some texts."""
    found = []
    for name, table in SQLModel.metadata.tables.items():
        columns = [column.name for column in table.columns]
        for row in await stage.rows(f'SELECT * FROM "{name}"'):
            for column, value in zip(columns, row, strict=False):
                text = str(value).encode().decode("unicode_escape") if "\\u" in str(value) else str(value)
                if any(needle.casefold() in text.casefold() for needle in needles):
                    found.append((name, column, value))
    return found


async def test_nothing_of_the_person_is_left_and_figures_stay(stage: Stage):
    zoe = await busy(stage)
    assert len(await left(stage, NAME)) > 10
    seen = await stage.rows("SELECT count(*) FROM presence WHERE person_id = ?", zoe)
    receipt = await erasing.erase(stage.context, zoe, by=stage.root, at=NOON + 4 * HOUR, reason=f"{NAME} asked")
    assert receipt.sentence == f"erased person #{zoe}"
    assert await left(stage, NAME, MAIL, PHONE, "zquint", "zq@example.org") == []
    assert await stage.rows("SELECT count(*) FROM presence WHERE person_id = ?", zoe) == seen
    board = await boards.board(stage.context, "", now=NOON + 4 * HOUR, by=stage.root)
    assert {line.title: line.mentor for line in board.lines} == {
        "One to one with erased person": "Bob", "Hers": "erased person",
    }  # fmt: skip
    assert [line.name for line in await people.everyone(stage.context)] == ["Ana", "Bob", "Cyd", "Root"]


async def test_the_chain_stays_whole_and_says_who_erased(stage: Stage):
    zoe = await busy(stage)
    await erasing.erase(stage.context, zoe, by=stage.root, at=NOON + 4 * HOUR)
    report = await audit.verify(stage.context)
    assert report.is_whole
    assert report.redacted > 5
    entry = (await boards.trail(stage.context, limit=1))[0]
    assert (entry.by, entry.sentence) == ("Root", f"erased person #{zoe}")


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit_entry SET sentence = 'nothing' WHERE id = (SELECT min(entry_id) FROM audit_redaction)",
        "DELETE FROM audit_entry WHERE id = (SELECT min(entry_id) FROM audit_redaction)",
        "DELETE FROM audit_redaction WHERE entry_id = (SELECT min(entry_id) FROM audit_redaction)",
        "UPDATE audit_redaction SET digest = 'x' WHERE entry_id = (SELECT min(entry_id) FROM audit_redaction)",
        "UPDATE audit_entry SET detail = '{}' WHERE action = 'person.erase'",
        "DELETE FROM audit_entry WHERE action = 'person.erase'",
        "UPDATE audit_entry SET hash = 'x' WHERE id = (SELECT min(entry_id) FROM audit_redaction)",
        "INSERT INTO audit_redaction (entry_id, erasure_id, digest) VALUES (1, 2, 'x')",
    ],
)
async def test_a_forged_redaction_is_found(stage: Stage, forgery: str):
    zoe = await busy(stage)
    await erasing.erase(stage.context, zoe, by=stage.root, at=NOON + 4 * HOUR)
    async with stage.context.db.write(by=stage.root, at=NOON + 4 * HOUR) as tx:
        await tx.run(forgery)
    assert not (await audit.verify(stage.context)).is_whole


async def test_two_erasures_of_people_named_in_one_entry_keep_the_chain(stage: Stage):
    zoe = await busy(stage)
    for person in (zoe, stage.ana, stage.bob):
        await erasing.erase(stage.context, person, by=stage.root, at=NOON + 4 * HOUR)
        assert (await audit.verify(stage.context)).is_whole
    assert await left(stage, "Ana", "bob@example.org") == []


async def test_places_in_what_is_to_come_are_freed_and_letters_held_back(stage: Stage):
    draft = SessionDraft(title="Later", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, publish=True, capacity=1)
    later = (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions[0]
    await requests.ask(stage.context, later, stage.ana, by=stage.root, at=NOON)
    request = await requests.find(stage.context, later, stage.ana)
    await requests.decide(stage.context, [request], RequestState.APPROVED, by=stage.root, at=NOON)
    await interventions.message(stage.context, [later], "Bring a pen", by=stage.root, at=NOON)
    await erasing.erase(stage.context, stage.ana, by=stage.root, at=NOON)
    assert await stage.rows("SELECT approved FROM session") == [(0,)]
    assert await stage.rows("SELECT DISTINCT state, address, body FROM notification") == [("cancelled", "", "")]


async def test_a_namesake_whose_name_is_longer_stays_whole(stage: Stage):
    lopez = (await people.add(stage.context, "Ana Lopez", by=stage.root, at=NOON)).people[0]
    draft = SessionDraft(title="Circle", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, publish=True)
    one = (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions[0]
    for person in (stage.ana, lopez):
        await requests.ask(stage.context, one, person, by=stage.root, at=NOON)
    await erasing.erase(stage.context, stage.ana, by=stage.root, at=NOON)
    told = [entry.sentence for entry in await boards.trail(stage.context, limit=-1)]
    assert "Ana Lopez asked to join Circle" in told
    assert "erased person asked to join Circle" in told


async def test_who_may_erase_whom(stage: Stage):
    with pytest.raises(Refused, match="that is you"):
        await erasing.erase(stage.context, stage.root.id or 0, by=stage.root, at=NOON)
    for by in (Actor(stage.bob, "Bob", Role.ADMIN), Actor(stage.bob, "Bob", Role.MENTOR)):
        with pytest.raises(NotAllowed):
            await erasing.erase(stage.context, stage.root.id or 0, by=by, at=NOON)
    await erasing.erase(stage.context, stage.ana, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="already"):
        await erasing.erase(stage.context, stage.ana, by=stage.root, at=NOON)
    (entry,) = await stage.rows("SELECT max(id) FROM audit_entry WHERE action = 'person.erase'")
    with pytest.raises(Refused, match="cannot be undone"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=int(str(entry[0])))


async def test_the_preview_warns_of_sessions_to_come(stage: Stage):
    zoe = await busy(stage)
    told = await erasing.preview(stage.context, zoe, by=stage.root, at=NOON)
    assert told.hosts_ahead == 1
    assert "hosts 1 session to come" in told.lines[0]
    assert "1 note" in "\n".join(told.lines)

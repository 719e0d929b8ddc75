"""Duplicates made one: everything goes over, doubles are settled, and undo gives back exactly what was there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import RequestState, Role, Source
from sessiontui.services import audit, boards, people, presence, requests, sessions, ticking, undo
from sessiontui.services.people import merging, notes
from sessiontui.services.presence import PresenceReport
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.merging import references
from tests.conftest import NOON, Stage
from tests.store.test_write_path import words_of

HOUR = timedelta(hours=1)


async def make(stage: Stage, title: str, *, mentor: int | None = None, at=NOON + HOUR) -> int:
    draft = SessionDraft(title=title, starts_at=at, ends_at=at + HOUR, mentor_id=mentor, publish=True, capacity=5)
    return (await sessions.create(stage.context, draft, by=stage.root, at=NOON, confirm=True)).sessions[0]


async def ask(stage: Stage, session_id: int, person_id: int, state: RequestState | None = None) -> None:
    await requests.ask(stage.context, session_id, person_id, by=stage.root, at=NOON, message=f"I am #{person_id}")
    if state is not None:
        request = await requests.find(stage.context, session_id, person_id)
        await requests.decide(stage.context, [request], state, by=stage.root, at=NOON, confirm=True)


async def dump(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    """Everything that names a person, and the people; what follows from it and what was done aside."""
    tables = {one.table for one in references()} - {"notification", "refusal_tally"}
    told = {"person": await stage.rows("SELECT id, name, email, phone, role, zone FROM person ORDER BY id")}
    for table in sorted(tables - {"person", "session"}):
        told[table] = await stage.rows(f'SELECT * FROM "{table}" ORDER BY 1, 2')
    rows = await stage.rows(
        "SELECT id, author_id, mentor_id, base_mentor_id, pending, approved, haystack FROM session ORDER BY id"
    )
    told["session"] = [(*row[:-1], words_of(row[-1:])) for row in rows]  # its marks move with time
    return told


async def twin(stage: Stage) -> int:
    """Anna, who is Ana: she mentors, asked, came, and is noted."""
    made = await people.add(
        stage.context, "Anna", by=stage.root, at=NOON, email="ana+work@example.org", phone="+34 600 000 001",
        role=Role.MENTOR, zone="Europe/Madrid",
    )  # fmt: skip
    (anna,) = made.people
    both, only = await make(stage, "Both asked"), await make(stage, "Only Anna")
    await make(stage, "Hers", mentor=anna, at=NOON + 9 * HOUR)
    await ask(stage, both, stage.ana)
    await ask(stage, both, anna, RequestState.APPROVED)
    await ask(stage, only, anna, RequestState.APPROVED)
    report = PresenceReport(session_id=only, signal=Signal.JOIN, at=NOON + HOUR, source=Source.MANUAL, person_id=anna)
    await presence.record(stage.context, [report], by=stage.root, at=NOON + HOUR)
    await notes.write(stage.context, anna, "prefers mornings", by=stage.root, at=NOON)
    return anna


async def test_everything_goes_over_and_undo_gives_it_back(stage: Stage):
    anna = await twin(stage)
    before = await dump(stage)
    receipt = await merging.merge(stage.context, stage.ana, anna, by=stage.root, at=NOON + 2 * HOUR)
    assert "merged Anna (#5) into Ana (#2)" in receipt.sentence
    assert await stage.rows("SELECT 1 FROM person WHERE id = ?", anna) == []
    for one in references():
        assert not await stage.rows(f'SELECT 1 FROM "{one.table}" WHERE "{one.column}" = ?', anna), one
    found = await people.find(stage.context, str(anna))
    assert (found.id, found.email, found.phone, found.role, found.zone) == (
        stage.ana, "ana@example.org", "+34 600 000 001", Role.MENTOR, "Europe/Madrid",
    )  # fmt: skip
    assert (await people.find(stage.context, "ANA+work@example.org")).id == stage.ana
    assert (await dump(stage))["session"][0][5] == 1, "one person is approved once"
    board = await boards.board(stage.context, "mentor:ana", now=NOON, by=stage.root)
    assert [line.title for line in board.lines] == ["Hers"]
    await undo.undo(stage.context, by=stage.root, at=NOON + 3 * HOUR, entry=receipt.undo)
    assert await dump(stage) == before
    assert (await audit.verify(stage.context)).is_whole


async def test_a_rebuild_after_a_merge_finds_nothing_to_mend(stage: Stage):
    anna = await twin(stage)
    await merging.merge(stage.context, stage.ana, anna, by=stage.root, at=NOON + 2 * HOUR)
    assert await ticking.rebuild(stage.context, at=NOON + 2 * HOUR) == 0


async def test_the_preview_tells_what_goes_over_and_how_doubles_are_settled(stage: Stage):
    anna = await twin(stage)
    told = await merging.preview(stage.context, stage.ana, anna, by=stage.root, at=NOON)
    text = "\n".join(told.lines)
    for part in (
        "Anna #5 becomes Ana #2", "1 session mentored", "2 requests", "1 note",
        "phone +34 600 000 001 is taken over", "Ana becomes mentor, as Anna was",
        "both asked to join Both asked #1: the approved one of the duplicate stays",
    ):  # fmt: skip
        assert part in text


async def test_the_stronger_request_stays_with_its_message(stage: Stage):
    anna = await twin(stage)
    await merging.merge(stage.context, stage.ana, anna, by=stage.root, at=NOON)
    rows = await stage.rows("SELECT person_id, state, message FROM join_request WHERE session_id = 1")
    assert rows == [(stage.ana, "approved", "I am #5")]


async def test_what_cannot_be_merged_is_refused_in_a_sentence(stage: Stage):
    with pytest.raises(BadInput, match="same person"):
        await merging.merge(stage.context, stage.ana, stage.ana, by=stage.root, at=NOON)
    with pytest.raises(NotFound):
        await merging.merge(stage.context, stage.ana, 99, by=stage.root, at=NOON)
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, os_user="ana")
    with pytest.raises(Refused, match="both can log in"):
        await merging.merge(stage.context, stage.root.id or 0, stage.ana, by=stage.root, at=NOON)
    ada = Actor(stage.bob, "Bob", Role.ADMIN)
    with pytest.raises(NotAllowed):
        await merging.merge(stage.context, stage.ana, stage.root.id or 0, by=ada, at=NOON)
    with pytest.raises(NotAllowed):
        await merging.merge(stage.context, stage.ana, stage.cyd, by=Actor(stage.bob, "Bob", Role.MENTOR), at=NOON)


async def test_undo_is_refused_once_the_one_who_stayed_was_edited(stage: Stage):
    receipt = await merging.merge(stage.context, stage.ana, stage.bob, by=stage.root, at=NOON)
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, phone="1")
    with pytest.raises(Conflict, match="edited since"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)

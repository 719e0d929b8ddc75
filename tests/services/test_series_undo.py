"""Taking back what was done to a series: its dates are what they were, or a sentence says why they cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sessiontui.domain.clashes import Clashes, Level
from sessiontui.domain.errors import Conflict, NeedsConsent, Refused
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import people, requests, series, sessions, undo
from sessiontui.services.context import Context
from sessiontui.services.series import SeriesDraft, SeriesEdit
from sessiontui.services.sessions import SessionDraft, SessionEdit
from tests.conftest import NOON, Stage, build_stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
TUESDAY = datetime.fromisoformat("2026-05-05T18:00")


async def made(stage: Stage, **over: object) -> tuple[int, ...]:
    plain = {
        "title": "Grief circle", "starts": TUESDAY, "length": HOUR, "zone": "Europe/Madrid",
        "rule": "FREQ=WEEKLY;COUNT=6",
    }  # fmt: skip
    return (await series.create(stage.context, SeriesDraft(**{**plain, **over}), by=stage.root, at=NOON)).sessions


async def picture(stage: Stage) -> list[tuple[object, ...]]:
    """Everything that the dates of all series say, without the numbers of their sessions."""
    return await stage.rows(
        "SELECT s.series_id, s.slot, s.starts_at, s.ends_at, s.title, s.capacity, s.mentor_id, s.control, r.rule,"
        " r.starts, r.length_ms, r.excluded, r.added, r.stamped_until, r.title FROM session s"
        " JOIN series r ON r.id = s.series_id ORDER BY s.series_id, s.slot"
    )


async def asked_by(stage: Stage, session_id: int, person: int) -> None:
    await requests.ask(stage.context, session_id, person, by=stage.root, at=NOON)


EDITS = (
    SeriesEdit(starts=TUESDAY + 2 * WEEK + timedelta(days=1, hours=2)),
    SeriesEdit(starts=TUESDAY + 3 * WEEK),
    SeriesEdit(title="Grief and loss", capacity=5, tags=("grief",)),
    SeriesEdit(rule="FREQ=WEEKLY;INTERVAL=2;COUNT=9"),
    SeriesEdit(rule="FREQ=DAILY;COUNT=3"),
    SeriesEdit(length=2 * HOUR, mentor_id=2),
)


@pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.ALL])
@pytest.mark.parametrize("changes", EDITS)
async def test_an_edit_is_taken_back_whole(stage: Stage, scope: Scope, changes: SeriesEdit):
    ids = await made(stage)
    await asked_by(stage, ids[4], stage.ana)
    before = await picture(stage)
    done = await series.edit(stage.context, ids[2], changes, scope=scope, by=stage.root, at=NOON)
    assert await picture(stage) != before
    await undo.undo(stage.context, by=stage.root, at=NOON + HOUR, entry=done.undo)
    assert await picture(stage) == before
    again = SeriesEdit(title="Again")
    done = await series.edit(stage.context, ids[0], again, scope=Scope.ALL, by=stage.root, at=NOON)
    assert "6 dates changed" in done.sentence


@given(steps=st.lists(st.tuples(st.sampled_from(range(6)), st.sampled_from(EDITS), st.booleans()), max_size=4))
@settings(max_examples=5, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
async def test_any_edits_are_taken_back_one_after_another(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, SeriesEdit, bool]]
):
    stage = await build_stage(tmp_path_factory.mktemp("series"))
    try:
        await made(stage)
        pictures, entries = [await picture(stage)], list[int | None]()
        for place, changes, whole in steps:
            rows = await stage.rows("SELECT id, slot FROM session WHERE series_id IS NOT NULL ORDER BY starts_at")
            session_id, slot = rows[place % len(rows)]
            if changes.starts is not None:
                changes = replace(changes, starts=datetime.fromisoformat(str(slot)) + DAY)
            scope = Scope.ALL if whole else Scope.FOLLOWING
            done = await series.edit(stage.context, session_id, changes, scope=scope, by=stage.root, at=NOON)
            entries.append(done.undo)
            pictures.append(await picture(stage))
        for entry in reversed(entries):
            assert await picture(stage) == pictures.pop()
            await undo.undo(stage.context, by=stage.root, at=NOON, entry=entry)
        assert await picture(stage) == pictures.pop()
    finally:
        await stage.context.db.close()


async def test_a_date_taken_out_and_an_end_are_taken_back(stage: Stage):
    ids = await made(stage)
    await asked_by(stage, ids[4], stage.ana)
    before = await picture(stage)
    await series.take_out(stage.context, ids[1], by=stage.root, at=NOON)
    await series.end(stage.context, ids[3], by=stage.root, at=NOON)
    assert [row[7] for row in await picture(stage)] == ["scheduled", "scheduled", "cancelled"]  # one has a guest
    for _ in range(2):
        await undo.undo(stage.context, by=stage.root, at=NOON)
    assert await picture(stage) == before


async def test_what_has_begun_since_is_not_taken_back(stage: Stage):
    ids = await made(stage)
    new = SeriesEdit(title="New")
    done = await series.edit(stage.context, ids[0], new, scope=Scope.ALL, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="has begun since"):
        await undo.undo(stage.context, by=stage.root, at=NOON + 2 * WEEK, entry=done.undo)
    assert all(row[4] == "New" for row in await picture(stage))


async def test_what_was_changed_since_is_not_taken_back(stage: Stage):
    ids = await made(stage)
    later, new = SeriesEdit(starts=TUESDAY + WEEK + HOUR), SeriesEdit(title="New")
    first = await series.edit(stage.context, ids[1], later, scope=Scope.ALL, by=stage.root, at=NOON)
    window = {"starts_at": NOON + 3 * WEEK, "ends_at": NOON + 3 * WEEK + HOUR}
    await sessions.move(stage.context, Move.RESCHEDULE, ids[3], by=stage.root, at=NOON, **window)
    with pytest.raises(Conflict, match="has changed"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=first.undo)
    second = await series.edit(stage.context, ids[1], new, scope=Scope.ALL, by=stage.root, at=NOON)
    with pytest.raises(Conflict, match="was changed since"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=first.undo)
    await sessions.edit(stage.context, ids[2], SessionEdit(title="Own"), by=stage.root, at=NOON)
    with pytest.raises(Conflict, match="Own #"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=second.undo)


async def test_a_new_date_that_people_ask_for_holds_an_undo_back(stage: Stage):
    ids = await made(stage)
    changes = SeriesEdit(rule="FREQ=WEEKLY;BYDAY=TU,FR;COUNT=12")
    done = await series.edit(stage.context, ids[0], changes, scope=Scope.ALL, by=stage.root, at=NOON)
    await asked_by(stage, max(done.sessions), stage.bob)
    with pytest.raises(Refused, match="people have to do with the new date"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=done.undo)


async def test_a_new_series_is_taken_back_until_somebody_asks(stage: Stage):
    await made(stage)
    await undo.undo(stage.context, by=stage.root, at=NOON)
    assert await stage.rows("SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM session)") == [(0, 0)]
    ids = await made(stage)
    await asked_by(stage, ids[0], stage.ana)
    entry = (await stage.rows("SELECT max(id) FROM audit_entry WHERE action = 'series.create'"))[0][0]
    with pytest.raises(Refused, match="people have to do"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=int(str(entry)))


async def mentor(stage: Stage) -> int:
    return (await people.add(stage.context, "Lee", by=stage.root, at=NOON, role=Role.MENTOR)).people[0]


async def busy(stage: Stage, lee: int, starts_at: datetime) -> None:
    draft = SessionDraft(
        title="CV review", starts_at=starts_at, ends_at=starts_at + HOUR, mentor_id=lee, publish=True
    )
    await sessions.create(stage.context, replace(draft, publish=True), by=stage.root, at=NOON)


async def test_double_bookings_of_a_series_are_asked_about(stage: Stage):
    lee = await mentor(stage)
    await busy(stage, lee, NOON + 8 * DAY + 4 * HOUR)
    wanted = SeriesDraft(
        title="Circle", starts=TUESDAY, length=HOUR, zone="Europe/Madrid", rule="weekly", mentor_id=lee
    )
    with pytest.raises(NeedsConsent, match="Lee is booked in CV review"):
        await series.create(stage.context, wanted, by=stage.root, at=NOON)
    assert not await stage.rows("SELECT 1 FROM series")
    agreed = await series.create(stage.context, wanted, by=stage.root, at=NOON, confirm=True)
    assert "double booking: Lee" in agreed.sentence
    strict: Context = replace(stage.context, clashes=Clashes(mentor=Level.BLOCK))
    with pytest.raises(Refused, match="Lee is booked"):
        await series.create(strict, wanted, by=stage.root, at=NOON, confirm=True)


async def test_dates_that_move_or_get_a_mentor_are_looked_at_but_not_against_each_other(stage: Stage):
    lee = await mentor(stage)
    ids = await made(stage, mentor_id=lee)
    await busy(stage, lee, NOON + 9 * DAY + 4 * HOUR)
    to_wednesday, by_a_week = SeriesEdit(starts=TUESDAY + DAY), SeriesEdit(starts=TUESDAY + WEEK)
    with pytest.raises(NeedsConsent, match="CV review"):
        await series.edit(stage.context, ids[0], to_wednesday, scope=Scope.ALL, by=stage.root, at=NOON)
    moved = await series.edit(stage.context, ids[0], by_a_week, scope=Scope.ALL, by=stage.root, at=NOON)
    assert "double booking" not in moved.sentence
    other = await made(stage, title="Other", starts=TUESDAY + DAY)
    with pytest.raises(NeedsConsent, match="Lee is booked in CV review"):
        await series.edit(stage.context, other[0], SeriesEdit(mentor_id=lee), scope=Scope.ALL, by=stage.root, at=NOON)

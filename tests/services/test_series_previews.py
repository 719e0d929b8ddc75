"""Previews of series: they say what the change then does, to the date, and write nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused
from sessiontui.domain.recurrence import wall_of
from sessiontui.domain.series import Scope
from sessiontui.domain.vocabulary import Move, Role, Status
from sessiontui.services import boards, requests, series, sessions
from sessiontui.services.series import SeriesEdit, in_series
from tests.conftest import NOON, Stage, build_stage
from tests.services.test_series import HOUR, MADRID, TUESDAY, WEEK, dates, make


async def preview(stage: Stage, session_id: int, scope: Scope, at=NOON, **over: object) -> series.Outlook:
    edit = SeriesEdit(**over)
    return await series.preview_edit(stage.context, session_id, edit, scope=scope, by=stage.root, at=at)


async def apart(stage: Stage, session_id: int) -> None:
    """Move one date by hand."""
    line = (await boards.detail(stage.context, session_id, now=NOON, by=stage.root)).line
    await sessions.move(
        stage.context, Move.RESCHEDULE, session_id, by=stage.root, at=NOON, starts_at=line.starts_at + 2 * HOUR,
        ends_at=line.ends_at + 2 * HOUR,
    )  # fmt: skip


async def test_a_preview_counts_what_moves_what_stays_and_whom_it_concerns(stage: Stage):
    await make(stage)
    await apart(stage, 4)
    await requests.ask(stage.context, 5, stage.ana, by=stage.root, at=NOON)
    later = NOON + 9 * timedelta(days=1)
    seen = await preview(stage, 3, Scope.ALL, at=later, starts=TUESDAY + 2 * WEEK + HOUR)
    assert (seen.moved, seen.apart, seen.fixed, seen.people) == (3, 1, 2, 1)
    assert seen.before == "every week on Tue at 18:00 Europe/Madrid, 6 times"
    assert seen.after == "every week on Tue at 19:00 Europe/Madrid, 6 times"
    assert [wall_of(new, MADRID) - wall_of(old, MADRID) for old, new in seen.dates] == [HOUR] * 3
    assert await dates(stage) == [
        (1, "05-05T18:00", "05-05 18:00"), (2, "05-12T18:00", "05-12 18:00"), (3, "05-19T18:00", "05-19 18:00"),
        (4, "05-26T18:00", "05-26 20:00"), (5, "06-02T18:00", "06-02 18:00"), (6, "06-09T18:00", "06-09 18:00"),
    ]  # fmt: skip


async def test_the_end_of_a_series_is_previewed_with_what_goes_and_what_is_called_off(stage: Stage):
    await make(stage)
    await requests.ask(stage.context, 5, stage.ana, by=stage.root, at=NOON)
    seen = await series.preview_end(stage.context, 3, scope=Scope.FOLLOWING, by=stage.root, at=NOON)
    assert (seen.gone, seen.off, seen.people) == (3, 1, 1)
    receipt = await series.end(stage.context, 3, by=stage.root, at=NOON)
    assert receipt.sentence.endswith(seen.sentence)


async def test_a_whole_series_can_be_called_off(stage: Stage):
    await make(stage)
    later = NOON + 9 * timedelta(days=1)
    seen = await series.preview_end(stage.context, 5, scope=Scope.ALL, by=stage.root, at=later)
    assert (seen.gone, seen.fixed) == (4, 2)
    await series.end(stage.context, 5, scope=Scope.ALL, by=stage.root, at=later)
    assert [shown for _, _, shown in await dates(stage)] == ["05-05 18:00", "05-12 18:00"]
    with pytest.raises(Refused, match="has begun"):
        await series.end(stage.context, 1, scope=Scope.ALL, by=stage.root, at=later)


async def test_a_series_that_has_not_begun_can_be_called_off_from_its_first_date(stage: Stage):
    await make(stage)
    await series.end(stage.context, 1, scope=Scope.ALL, by=stage.root, at=NOON)
    assert await dates(stage) == []
    assert await series.stamp(stage.context, at=NOON + WEEK) == 0


async def test_a_date_taken_out_is_previewed(stage: Stage):
    await make(stage)
    seen = await series.preview_take_out(stage.context, 2, by=stage.root, at=NOON)
    assert (seen.gone, seen.off, seen.moved) == (1, 0, 0)
    assert seen.sentence == "1 date taken out"


async def test_a_preview_refuses_what_the_change_refuses(stage: Stage):
    await make(stage)
    with pytest.raises(BadInput):
        await preview(stage, 1, Scope.ALL, rule="FREQ=SOMETIMES")
    alone = await sessions.create(
        stage.context,
        sessions.SessionDraft(title="alone", starts_at=NOON, ends_at=NOON + HOUR),
        by=stage.root,
        at=NOON,
    )
    with pytest.raises(NotFound):
        await preview(stage, alone.sessions[0], Scope.ALL, title="x")
    with pytest.raises(NotAllowed):
        await series.preview_end(
            stage.context, 2, scope=Scope.FOLLOWING, by=Actor(stage.cyd, "Cyd", Role.PARTICIPANT), at=NOON
        )


def test_the_dates_of_a_series_that_is_typed_are_shown_with_skipped_months():
    found = series.preview_dates(
        starts=TUESDAY.replace(day=31), length=HOUR, zone="Europe/Madrid", rule="monthly", at=NOON
    )
    assert found.words == "every month on the 31st at 18:00 Europe/Madrid"
    assert [f"{wall_of(at, MADRID):%m-%d %H:%M}" for at in found.dates] == [
        "05-31 18:00", "07-31 18:00", "08-31 18:00", "10-31 18:00",
    ]  # fmt: skip
    assert (2026, 6) in found.skipped
    with pytest.raises(BadInput):
        series.preview_dates(starts=TUESDAY, length=HOUR, zone="Europe/Madrid", rule="FREQ=SECONDLY", at=NOON)


async def test_a_session_says_which_date_of_its_series_it_is(stage: Stage):
    await make(stage)
    detail = await boards.detail(stage.context, 4, now=NOON, by=stage.root)
    place = detail.series
    assert place is not None
    assert (place.number, place.of, place.first, place.apart) == (4, 6, False, False)
    assert place.words == "every week on Tue at 18:00 Europe/Madrid, 6 times"
    assert [f"{wall_of(at, MADRID):%m-%d}" for at in place.next_dates] == ["05-05", "05-12", "05-19"]
    await apart(stage, 4)
    line = (await boards.detail(stage.context, 4, now=NOON, by=stage.root)).line
    moved = await in_series.of_line(stage.context, line, now=NOON)
    assert moved is not None
    assert moved.apart
    await make(stage, rule="weekly", title="endless")
    endless = (await boards.detail(stage.context, 8, now=NOON, by=stage.root)).series
    assert endless is not None
    assert (endless.number, endless.of) == (2, 0)


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(("Grief circle", "Another")),
        "capacity": st.integers(0, 9),
        "length": st.sampled_from((HOUR, 2 * HOUR)),
        "rule": st.sampled_from(("weekly", "daily", "FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=9")),
        "hours": st.integers(-30, 30),
    },
).filter(bool)


@given(
    changes=CHANGES,
    session=st.integers(1, 6),
    scope=st.sampled_from((Scope.FOLLOWING, Scope.ALL)),
    weeks=st.integers(0, 4),
    moved=st.sets(st.integers(1, 6), max_size=2),
    asked=st.sets(st.integers(1, 6), max_size=2),
)
@settings(max_examples=25)
async def test_a_preview_says_what_the_change_then_does(
    tmp_path_factory: pytest.TempPathFactory, changes: dict, session: int, scope: Scope, weeks: int, moved: set[int],
    asked: set[int],
):  # fmt: skip
    stage = await build_stage(tmp_path_factory.mktemp("preview"))
    try:
        await make(stage)
        for number in moved:
            await apart(stage, number)
        for number in asked:
            await requests.ask(stage.context, number, stage.ana, by=stage.root, at=NOON)
        at = NOON + weeks * WEEK
        over = dict(changes)
        hours = over.pop("hours", 0)
        if hours:
            over["starts"] = TUESDAY + (session - 1) * WEEK + hours * HOUR
        edit = SeriesEdit(**over)
        if edit == SeriesEdit():
            return
        before = await dates(stage)
        seen = said = None
        try:
            seen = await series.preview_edit(stage.context, session, edit, scope=scope, by=stage.root, at=at)
        except BadInput as error:
            said = error.detail
        assert await dates(stage) == before
        if seen is None:
            with pytest.raises(BadInput) as refused:
                await series.edit(stage.context, session, edit, scope=scope, by=stage.root, at=at)
            assert refused.value.detail == said
            return
        receipt = await series.edit(stage.context, session, edit, scope=scope, by=stage.root, at=at)
        assert receipt.sentence.split(";")[0].partition(": ")[2] == seen.sentence
        rows = await stage.rows("SELECT count(*), sum(status = ?) FROM session", str(Status.CANCELLED))
        assert int(str(rows[0][0])) == 6 - seen.gone + seen.added
        assert int(str(rows[0][1])) == seen.off
    finally:
        await stage.context.db.close()

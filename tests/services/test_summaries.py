"""The summary of who came: written to the mentor once, when the end is final; to nobody for what was cancelled."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.domain.vocabulary import Attendance, Kind, Move
from sessiontui.services import sessions, ticking
from sessiontui.services.attendance import correcting
from sessiontui.services.followups import follow_up_ended
from tests.conftest import Stage
from tests.services.post_stage import END, START, be_there, make

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = END + 10 * MIN


async def follow(stage: Stage, at=LATER) -> None:
    await ticking.tick(stage.context, at=at)
    await follow_up_ended(stage.context, at=at)


async def summaries(stage: Stage) -> list[tuple[str, str, str]]:
    rows = await stage.rows("SELECT name, subject, body FROM notification WHERE kind = 'attendance' ORDER BY id")
    return [(str(name), str(subject), str(body)) for name, subject, body in rows]


async def test_the_mentor_is_told_once_who_came(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob, mentor_id=stage.cyd)
    await be_there(stage, session_id, stage.ana, START, END)
    await be_there(stage, session_id, stage.cyd, START, END)
    await correcting.correct(
        stage.context, session_id, stage.bob, Attendance.EXCUSED, by=stage.root, at=END, reason="was ill"
    )
    for at in (END, LATER, LATER + HOUR):
        await follow(stage, at)
    ((name, subject, body),) = await summaries(stage)
    assert (name, subject) == ("Cyd", "Who came to Circle: 1 of 1 came")
    assert "It ran for 60 of 60 minutes." in body
    assert "- Ana: present, 60 min" in body
    assert "- Bob: excused, was ill" in body


async def test_a_later_report_does_not_write_again(stage: Stage):
    session_id = await make(stage, stage.ana, mentor_id=stage.cyd)
    await follow(stage, LATER)
    assert [subject for _, subject, _ in await summaries(stage)] == ["Who came to Circle: 0 of 1 came"]
    await be_there(stage, session_id, stage.ana, START, END)
    for at in (LATER + HOUR, LATER + 2 * HOUR):
        await follow(stage, at)
    assert len(await summaries(stage)) == 1


async def test_nothing_is_written_while_it_is_provisional_nor_for_cancelled_ones_and_work(stage: Stage):
    first = await make(stage, stage.ana, mentor_id=stage.cyd)
    await be_there(stage, first, stage.ana, START, START + 10 * MIN)
    await follow(stage, START + 20 * MIN)
    second = await make(stage, stage.ana, mentor_id=stage.cyd)
    await sessions.move(stage.context, Move.CANCEL, second, by=stage.root, at=START - MIN)
    third = await make(stage, stage.ana, kind=Kind.WORK)
    await be_there(stage, third, stage.ana, START, END)
    assert await summaries(stage) == []
    await follow(stage, LATER)
    assert [body.rpartition("#")[2].strip() for _, _, body in await summaries(stage)] == [str(first)]


async def test_without_a_mentor_the_author_is_told_and_nobody_expected_is_nothing_to_tell(stage: Stage):
    await make(stage, mentor_id=stage.cyd)
    own = await make(stage, stage.ana, author_id=stage.bob)
    await be_there(stage, own, stage.ana, START, END)
    await follow(stage, LATER)
    assert [name for name, _, _ in await summaries(stage)] == ["Bob"]

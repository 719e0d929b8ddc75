"""What comes after a session: asked once, only after a final end, answered by hand and by file, and never lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, Refused
from sessiontui.domain.followups import LATELY, FollowUpKind, FollowUpState
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import boards, due, followups, importing, sessions
from sessiontui.services.followups import Answer
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict
from sessiontui.services.ticking import tick
from sessiontui.services.undo import undo
from sessiontui.store.reads import followups as kept
from tests.conftest import NOON, Stage

from .post_stage import END, HOUR, MIN, START, be_there, deliver, letters, mails, make, person

LATER = END + 6 * MIN


async def follow(stage: Stage, at=LATER) -> int:
    await tick(stage.context, at=at)
    return await followups.follow_up_ended(stage.context, at=at)


async def rows(stage: Stage, columns: str = "kind, person_id, state") -> list[tuple[object, ...]]:
    return await stage.rows(f"SELECT {columns} FROM follow_up ORDER BY id")


async def view(stage: Stage) -> list[int]:
    """The sessions that need a follow-up, by both ways to ask."""
    listed = await boards.listing(stage.context, "view:followup", now=LATER, by=stage.root)
    board = await boards.board(stage.context, "has:tasks", now=LATER, by=stage.root)
    assert [line.id for line in listed.lines] == [line.id for line in board.lines]
    return [line.id for line in board.lines]


async def complete(stage: Stage, *names: int, **told) -> int:
    session_id = await make(stage, *names, **told)
    for person_id in names:
        await be_there(stage, session_id, person_id, START, END)
    return session_id


async def test_a_complete_session_sends_its_survey_to_those_who_came_once(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob, mentor_id=stage.cyd)
    for person_id in (stage.ana, stage.cyd):
        await be_there(stage, session_id, person_id, START, END)
    assert await follow(stage) == 1
    assert await rows(stage) == [("survey", stage.ana, "open")]
    assert await follow(stage, LATER + HOUR) == 0
    await deliver(stage, LATER + HOUR)
    subjects = sorted(str(mail["Subject"]) for mail in mails(stage))
    assert subjects == ["How was Circle?", "Who came to Circle: 1 of 2 came"]
    assert (await followups.aftermath(stage.context, session_id, by=stage.root)).open_tasks == 0


async def test_nobody_is_asked_while_the_end_is_provisional(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, START + 40 * MIN)
    assert await follow(stage, END - MIN) == 0
    assert await follow(stage, END) == 1
    assert await rows(stage) == [("survey", stage.ana, "open")]


async def test_nobody_is_asked_while_the_end_is_fresh(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, END)
    assert await follow(stage, END + 4 * MIN) == 0
    assert await follow(stage, END + 5 * MIN) == 1


async def test_a_no_show_asks_why_and_stays_a_task_until_it_is_answered(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    await be_there(stage, session_id, stage.ana, START - HOUR, START - MIN)  # only tried the link
    await follow(stage)
    assert await rows(stage) == [("no_show", stage.ana, "open"), ("no_show", stage.bob, "open")]
    assert [
        line.id for line in (await boards.listing(stage.context, "view:followup", now=LATER, by=stage.root)).lines
    ] == [session_id]
    for person_id in (stage.ana, stage.bob):
        await followups.answer(
            stage.context, session_id, person_id, Answer(comment="ill"), by=stage.root, at=LATER + HOUR
        )
    assert (await boards.listing(stage.context, "view:followup", now=LATER, by=stage.root)).lines == ()
    assert {row[2] for row in await rows(stage)} == {"answered"}


async def test_an_early_end_opens_a_task_that_is_closed_with_a_note_and_opened_again(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, START + 10 * MIN)
    await follow(stage)
    assert await rows(stage) == [("early_end", None, "open")]
    assert await letters(stage) == []
    receipt = await followups.close_tasks(stage.context, session_id, by=stage.root, at=LATER, note="power cut")
    assert receipt.sentence == "closed 1 task of Circle"
    assert await stage.rows("SELECT tasks FROM session WHERE id = ?", session_id) == [(0,)]
    with pytest.raises(Refused, match="no open task"):
        await followups.close_tasks(stage.context, session_id, by=stage.root, at=LATER)
    await undo(stage.context, by=stage.root, at=LATER)
    assert await stage.rows("SELECT tasks FROM session WHERE id = ?", session_id) == [(1,)]


async def test_a_report_that_comes_late_overtakes_the_question(stage: Stage):
    session_id = await make(stage, stage.ana)
    await follow(stage)
    assert await rows(stage) == [("no_show", stage.ana, "open")]
    await be_there(stage, session_id, stage.ana, START, END)
    await follow(stage, LATER + MIN)
    await follow(stage, LATER + 2 * MIN)
    assert await rows(stage) == [("no_show", stage.ana, "closed"), ("survey", stage.ana, "open")]
    assert [row[:1] + row[2:] for row in await letters(stage)] == [("no_show", "cancelled"), ("survey", "pending")]


async def test_a_question_is_not_sent_once_the_session_stands_otherwise(stage: Stage):
    session_id = await complete(stage, stage.ana)
    await follow(stage)
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.run("UPDATE session SET status = 'active' WHERE id = ?", (session_id,))
    from sessiontui.services.delivery import posting

    await posting.deliver(stage.context, at=LATER + MIN)
    assert [row[2] for row in await letters(stage)] == ["cancelled"]


async def test_history_that_is_long_past_asks_nobody(stage: Stage):
    await complete(stage, stage.ana)
    assert await follow(stage, END + timedelta(days=3)) == 0
    assert await rows(stage) == []


async def test_a_question_ahead_of_its_time_finds_what_goes_out_of_sight_meanwhile(stage: Stage):
    await complete(stage, stage.ana)
    await tick(stage.context, at=LATER)
    last = END + LATELY - timedelta(seconds=1)
    assert await due.follow_ups(stage.context, at=last + due.AHEAD)
    assert await followups.follow_up_ended(stage.context, at=last) == 1
    assert not await due.follow_ups(stage.context, at=last)


async def test_a_cancelled_session_asks_nobody(stage: Stage):
    session_id = await make(stage, stage.ana)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON)
    assert await follow(stage) == 0


async def test_questions_that_nobody_answers_end_by_themselves(stage: Stage):
    session_id = await make(stage, stage.ana)
    await follow(stage)
    await follow(stage, LATER + timedelta(days=15))
    assert await rows(stage, "state, note") == [("closed", "nobody answered")]
    assert await stage.rows("SELECT tasks FROM session WHERE id = ?", session_id) == [(0,)]


async def test_people_without_an_address_are_kept_to_be_called(stage: Stage):
    mute = await person(stage, "Mute")
    session_id = await make(stage, mute)
    await follow(stage)
    assert await rows(stage, "person_id, note, notification_id") == [(mute, "no address", None)]
    assert (await followups.aftermath(stage.context, session_id, by=stage.root)).open_tasks == 1


async def test_an_answer_is_kept_checked_and_replaced(stage: Stage):
    session_id = await complete(stage, stage.ana)
    await follow(stage)
    for wrong in (Answer(), Answer(rating=6), Answer(rating=0)):
        with pytest.raises(BadInput):
            await followups.answer(stage.context, session_id, stage.ana, wrong, by=stage.root, at=LATER)
    given = Answer(rating=4, comment="good", may_tell=True)
    await followups.answer(stage.context, session_id, stage.ana, given, by=stage.root, at=LATER)
    await followups.answer(stage.context, session_id, stage.ana, Answer(rating=5), by=stage.root, at=LATER + MIN)
    found = await kept.ratings(stage.context.db.fetch, session_ids=[session_id])
    assert [(one.person_id, one.rating) for one in found] == [(stage.ana, 5)]
    assert await kept.ratings(stage.context.db.fetch, since=0, until=0) == []


async def test_a_poor_rating_opens_a_task(stage: Stage):
    session_id = await complete(stage, stage.ana)
    await follow(stage)
    await followups.answer(stage.context, session_id, stage.ana, Answer(rating=2), by=stage.root, at=LATER)
    after = await followups.aftermath(stage.context, session_id, by=stage.root)
    assert [(line.kind, line.state) for line in after.lines] == [
        (FollowUpKind.POOR_RATING, FollowUpState.OPEN), (FollowUpKind.SURVEY, FollowUpState.ANSWERED),
    ]  # fmt: skip
    assert after.open_tasks == 1


async def test_nothing_is_answered_before_the_end(stage: Stage):
    session_id = await make(stage, stage.ana)
    with pytest.raises(Refused, match="not ended"):
        await followups.answer(stage.context, session_id, stage.ana, Answer(rating=5), by=stage.root, at=NOON)


async def test_a_story_is_told_unless_someone_said_no(stage: Stage):
    session_id = await complete(stage, stage.ana)
    await tick(stage.context, at=LATER)
    await followups.tell_story(stage.context, session_id, by=stage.root, at=LATER, text="It helped")
    await followups.tell_story(stage.context, session_id, by=stage.root, at=LATER, text="It helped a lot")
    await undo(stage.context, by=stage.root, at=LATER)
    assert (await followups.aftermath(stage.context, session_id, by=stage.root)).story == "It helped"
    await undo(stage.context, by=stage.root, at=LATER)
    assert (await followups.aftermath(stage.context, session_id, by=stage.root)).story is None
    no = Answer(rating=5, may_tell=False)
    await followups.answer(stage.context, session_id, stage.ana, no, by=stage.root, at=LATER)
    with pytest.raises(Refused, match="Ana asked not to"):
        await followups.tell_story(stage.context, session_id, by=stage.root, at=LATER)


async def test_by_hand_only_those_are_asked_who_were_not(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    await be_there(stage, session_id, stage.ana, START, END)
    await follow(stage)
    with pytest.raises(Refused, match="asked already"):
        await followups.send_survey(stage.context, session_id, by=stage.root, at=LATER)
    receipt = await followups.ask_no_shows(stage.context, session_id, by=stage.root, at=LATER)
    assert receipt.people == (stage.bob,)
    await deliver(stage, LATER + MIN)
    assert {mail["Subject"] for mail in mails(stage)} == {"How was Circle?", "We missed you in Circle"}


@pytest.mark.parametrize("role", list(Role))
async def test_who_may_answer_close_and_tell(stage: Stage, role: Role):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.ana, START, START + 10 * MIN)
    await follow(stage)
    ana, cyd = Actor(stage.ana, "Ana", role), Actor(stage.cyd, "Cyd", role)
    manages = role in (Role.ADMIN, Role.SUPERADMIN)

    async def may(act) -> bool:
        try:
            await act
        except NotAllowed:
            return False
        return True

    rate = Answer(rating=5)
    assert await may(followups.answer(stage.context, session_id, stage.ana, rate, by=ana, at=LATER)) == (
        role is not Role.VIEWER
    )
    assert await may(followups.answer(stage.context, session_id, stage.ana, rate, by=cyd, at=LATER)) == manages
    assert await may(followups.close_tasks(stage.context, session_id, by=cyd, at=LATER)) == manages
    assert await may(followups.tell_story(stage.context, session_id, by=cyd, at=LATER)) == manages


def own(*shapes: dict[str, object]) -> list[SourceFile]:
    return [SourceFile("answers.jsonl", "".join(json.dumps(shape) + "\n" for shape in shapes).encode())]


async def test_answers_are_imported_once_and_refused_with_a_reason(stage: Stage):
    files = own(
        {"type": "session", "id": "s1", "title": "Past", "starts_at": "2026-05-03T10:00:00Z",
         "ends_at": "2026-05-03T11:00:00Z"},
        {"type": "session", "id": "s2", "title": "Ahead", "starts_at": "2026-06-03T10:00:00Z"},
        {"type": "person", "id": "p1", "name": "Pia"},
        {"type": "presence", "session": "s1", "person": "p1", "joined_at": "2026-05-03T10:00:00Z",
         "left_at": "2026-05-03T11:00:00Z"},
        {"type": "survey", "session": "s1", "person": "p1", "rating": 5, "comment": "fine", "may_tell": True,
         "answered_at": "2026-05-03T12:00:00Z"},
        {"type": "survey", "session": "s2", "person": "p1", "rating": 5},
        {"type": "survey", "session": "s1", "person": "p1", "rating": 9},
        {"type": "survey", "session": "s9", "person": "p1", "rating": 1},
    )  # fmt: skip
    report = await importing.apply(stage.context, files, ImportOptions(), by=stage.root, at=NOON)
    assert (report.total(Verdict.ADDED), report.total(Verdict.REFUSED)) == (5, 3)
    assert report.read == 8
    reasons = [refusal.reason for refusal in report.files[0].refusals]
    assert any("not between 1 and 5" in reason for reason in reasons)
    assert any("has not ended yet" in reason for reason in reasons)
    assert await rows(stage, "kind, rating, answer, may_tell, source, answered_at") == [
        ("survey", 5, "fine", 1, "import", 1777809600000)
    ]
    again = await importing.apply(stage.context, files, ImportOptions(), by=stage.root, at=NOON + HOUR)
    assert again.total(Verdict.ADDED) + again.total(Verdict.UPDATED) == 0

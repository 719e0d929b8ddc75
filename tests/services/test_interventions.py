"""Writing to people, calling, moderating, adding and removing: exactly whom, by whom, once, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, Refused
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.services import audit, interventions, people, requests, sessions
from sessiontui.services.interventions import calling, taking_part
from sessiontui.services.interventions.audience import Call, audience
from sessiontui.services.places import joining
from sessiontui.services.undo import undo
from tests.conftest import NOON, Stage

from .post_stage import (
    END,
    HOUR,
    MIN,
    SEC,
    START,
    approve,
    be_there,
    deliver,
    hush,
    letters,
    mails,
    make,
    person,
    states,
    words,
)


async def test_remind_touches_whom_it_says_and_leaves_out_the_rest_with_reasons(stage: Stage):
    mute = await person(stage, "Mute")
    left = await person(stage, "Left", email="left@example.org")
    session_id = await make(stage, stage.ana, stage.bob, stage.cyd, mute, left)
    await be_there(stage, session_id, stage.bob, START + MIN)
    await be_there(stage, session_id, left, START + MIN, START + 2 * MIN)
    now = START + 3 * MIN
    whom = await audience(stage.context, Call.REMIND, [session_id], by=stage.root, now=now)
    assert [touched.person.name for touched in whom.touched] == ["Ana", "Cyd"]
    assert {str(left) for left in whom.left_out} == {
        "Bob: is here", "Left: came and left", "Mute: no address",
    }  # fmt: skip
    receipt = await interventions.remind(stage.context, [session_id], by=stage.root, at=now)
    assert receipt.people == (stage.ana, stage.cyd)
    assert receipt.sentence.startswith("reminded Ana, Cyd of Circle; the letters leave in 15 s; left out:")
    assert "Mute (no address)" in receipt.sentence
    assert await letters(stage) == [("reminder", "Ana", "pending"), ("reminder", "Cyd", "pending")]


async def test_to_one_person_it_leaves_at_once_and_cannot_be_undone(stage: Stage):
    session_id = await make(stage, stage.ana)
    receipt = await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON)
    assert receipt.undo is None
    assert await deliver(stage, NOON) == 1
    assert "begins" not in mails(stage)[0]["Subject"]
    with pytest.raises(Refused, match="was written to"):
        await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON + MIN)


async def test_undo_within_the_wait_takes_all_letters_back_and_later_none(stage: Stage):
    one, two = await make(stage, stage.ana, stage.bob), await make(stage, stage.cyd, title="Two")
    receipt = await interventions.message(stage.context, [one, two], "Bring a pen", by=stage.root, at=NOON)
    assert receipt.sentence.startswith("wrote to 3 people of 2 sessions")
    back = await undo(stage.context, by=stage.root, at=NOON + 5 * SEC)
    assert "3 letters held back" in back.sentence
    assert await states(stage) == ["cancelled"] * 3
    assert await deliver(stage, NOON + MIN) == 0
    await interventions.message(stage.context, [one], "Bring a pen", by=stage.root, at=NOON + HOUR)
    await deliver(stage, NOON + HOUR + 15 * SEC)
    with pytest.raises(Refused, match="left already"):
        await undo(stage.context, by=stage.root, at=NOON + HOUR + MIN)
    assert (await audit.verify(stage.context)).is_whole


async def test_undo_holds_back_what_has_not_left_and_says_what_has(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    await interventions.message(stage.context, [session_id], "x", by=stage.root, at=NOON)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET not_before = not_before - 15000 WHERE name = 'Ana'")
    await deliver(stage, NOON)
    back = await undo(stage.context, by=stage.root, at=NOON + SEC)
    assert back.sentence.endswith("1 letter held back; 1 had left already")


async def test_a_message_reaches_participants_and_whoever_is_inside_or_one_person(stage: Stage):
    session_id = await make(stage, stage.ana)
    await be_there(stage, session_id, stage.bob, START)
    receipt = await interventions.message(stage.context, [session_id], " Hi\x1b[31m ", by=stage.root, at=START + MIN)
    assert set(receipt.people) == {stage.ana, stage.bob}
    one = await interventions.message(
        stage.context, [session_id], "Hi", by=stage.root, at=START + MIN, person_id=stage.cyd
    )
    assert one.people == (stage.cyd,)
    await deliver(stage, START + 2 * MIN)
    assert all("\x1b" not in words(mail) for mail in mails(stage))
    with pytest.raises(BadInput):
        await interventions.message(stage.context, [session_id], "  ", by=stage.root, at=NOON)


async def test_nobody_is_asked_to_confirm_what_has_begun_or_is_over(stage: Stage):
    session_id = await make(stage, stage.ana)
    with pytest.raises(Refused, match="has begun"):
        await interventions.confirm(stage.context, [session_id], by=stage.root, at=START)
    with pytest.raises(Refused, match="it is over"):
        await interventions.remind(stage.context, [session_id], by=stage.root, at=END)
    await interventions.confirm(stage.context, [session_id], by=stage.root, at=NOON)
    await deliver(stage, NOON)
    assert mails(stage)[0]["Subject"] == "Will you come to Circle?"


async def test_the_author_is_told_what_waits(stage: Stage):
    session_id = await make(stage, author_id=stage.bob)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    await interventions.alert_author(stage.context, [session_id], by=stage.root, at=NOON, text="Please look")
    await deliver(stage, NOON)
    (mail,) = mails(stage)
    assert mail["To"].startswith("Bob")
    assert "1 request to join waits for you" in words(mail)
    assert "Root writes:\r\nPlease look" in words(mail)
    own = await make(stage, title="Own")
    with pytest.raises(Refused, match="that is you"):
        await interventions.alert_author(stage.context, [own], by=stage.root, at=NOON)


async def test_a_bulk_act_leaves_out_the_sessions_it_cannot_be_for(stage: Stage):
    good, gone = await make(stage, stage.ana), await make(stage, stage.bob, title="Gone")
    await sessions.move(stage.context, Move.CANCEL, gone, by=stage.root, at=NOON)
    await hush(stage)
    receipt = await interventions.remind(stage.context, [good, gone], by=stage.root, at=NOON)
    assert receipt.refused == ((gone, "it is cancelled"),)
    assert receipt.sessions == (good,)


async def test_calling_the_mentor_shows_number_and_local_time_and_is_logged(stage: Stage):
    lee = await person(stage, "Dr Lee", phone="+61 2 5550 1234", zone="Australia/Sydney")
    session_id = await make(stage, mentor_id=lee)
    card = await calling.mentor_card(stage.context, session_id, by=stage.root, now=NOON)
    assert card.sentence == "+61 2 5550 1234; 22:00 for Dr Lee"
    receipt = await calling.call_mentor(stage.context, session_id, by=stage.root, at=NOON, note="no answer")
    assert receipt.shown == "+61 2 5550 1234"
    assert (await stage.rows("SELECT action, reason FROM audit_entry ORDER BY id DESC LIMIT 1")) == [
        ("session.call-mentor", "no answer")
    ]
    other = await make(stage, mentor_id=stage.bob, title="Other")
    with pytest.raises(Refused, match="no phone number"):
        await calling.call_mentor(stage.context, other, by=stage.root, at=NOON)


async def test_moderating_hands_out_the_link_and_is_logged(stage: Stage):
    session_id = await make(stage, link="https://meet.example.org/x")
    receipt = await joining.moderate(stage.context, session_id, by=stage.root, at=NOON)
    assert receipt.shown == "https://meet.example.org/x"
    bare = await make(stage, title="Bare")
    with pytest.raises(Refused, match="no join link"):
        await joining.moderate(stage.context, bare, by=stage.root, at=NOON)


async def state_of(stage: Stage, session_id: int, person_id: int) -> str:
    rows = await stage.rows(
        "SELECT state FROM join_request WHERE session_id = ? AND person_id = ?", session_id, person_id
    )
    return str(rows[0][0]) if rows else ""


async def test_adding_and_removing_a_participant_is_told_and_taken_back(stage: Stage):
    session_id = await make(stage, stage.bob, capacity=2)
    await taking_part.add_participant(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    assert await state_of(stage, session_id, stage.ana) == "approved"
    with pytest.raises(Conflict, match="already"):
        await taking_part.add_participant(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="seats"):
        await taking_part.add_participant(stage.context, session_id, stage.cyd, by=stage.root, at=NOON)
    await undo(stage.context, by=stage.root, at=NOON + SEC)
    assert await state_of(stage, session_id, stage.ana) == "withdrawn"
    assert await states(stage) == ["cancelled"]
    await taking_part.remove_participant(
        stage.context, session_id, stage.bob, by=stage.root, at=NOON + MIN, reason="double-booked"
    )
    assert await state_of(stage, session_id, stage.bob) == "rejected"
    await deliver(stage, NOON + 2 * MIN)
    assert "no longer have a place" in words(mails(stage)[0])
    await undo(stage.context, by=stage.root, at=NOON + 3 * MIN)
    assert await state_of(stage, session_id, stage.bob) == "approved"
    assert [row[:2] for row in await letters(stage)][-1] == ("changed", "Bob")  # told that it no longer holds
    with pytest.raises(Refused, match="has no place"):
        await taking_part.remove_participant(stage.context, session_id, stage.cyd, by=stage.root, at=NOON)


async def test_an_emergency_cancellation_tells_everyone(stage: Stage):
    mute = await person(stage, "Mute")
    session_id = await make(stage, stage.ana, mute, mentor_id=stage.bob, author_id=stage.cyd)
    walk_in = await person(stage, "Walk-in", email="walk@example.org")
    await be_there(stage, session_id, walk_in, START)
    receipt = await sessions.move(
        stage.context, Move.CANCEL, session_id, by=stage.root, at=START + MIN, reason="fire alarm"
    )
    assert receipt.sentence.endswith("no address for Mute")
    assert {row[1] for row in await letters(stage)} == {"Ana", "Bob", "Cyd", "Walk-in"}
    await deliver(stage, START + 2 * MIN)
    assert all("fire alarm" in words(mail) for mail in mails(stage))
    await undo(stage.context, by=stage.root, at=START + 3 * MIN)
    assert [row[0] for row in await letters(stage)].count("changed") == 4


async def test_a_cancellation_undone_in_time_tells_nobody(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON)
    await undo(stage.context, by=stage.root, at=NOON + 10 * SEC)
    assert await deliver(stage, NOON + MIN) == 0
    assert mails(stage) == []


async def test_a_move_is_told_with_both_times_in_the_zone_of_each(stage: Stage):
    dee = await person(stage, "Dee", email="dee@example.org", zone="America/New_York")
    session_id = await make(stage, dee)
    await sessions.move(
        stage.context, Move.RESCHEDULE, session_id, by=stage.root, at=NOON,
        starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1),
    )  # fmt: skip
    await deliver(stage, NOON + MIN)
    text = words(mails(stage)[0])
    assert "Before: Monday 4 May 2026, 09:00 to 10:00 (America/New_York)" in text
    assert "Now:    Tuesday 5 May 2026, 09:00 to 10:00 (America/New_York)" in text


async def test_a_new_mentor_and_the_old_one_and_the_people_are_told(stage: Stage):
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    await sessions.move(stage.context, Move.REASSIGN, session_id, by=stage.root, at=NOON, mentor_id=stage.cyd)
    assert sorted(row[:2] for row in await letters(stage)) == [
        ("changed", "Ana"), ("changed", "Bob"), ("scheduled", "Cyd"),
    ]  # fmt: skip


async def test_drafts_tell_nobody(stage: Stage):
    session_id = await make(stage, mentor_id=stage.bob, publish=False)
    await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON)
    assert await letters(stage) == []


async def test_a_decision_is_told_to_the_one_who_asked(stage: Stage):
    session_id = await make(stage)
    await approve(stage, session_id, stage.ana)
    assert await letters(stage) == [("decided", "Ana", "pending")]
    request_id = await requests.find(stage.context, session_id, stage.ana)
    await requests.decide(
        stage.context, [request_id], RequestState.REJECTED, by=stage.root, at=NOON, reason="full",
        expected=RequestState.APPROVED,
    )  # fmt: skip
    await deliver(stage, NOON + MIN)
    # The first was no longer true when it was about to leave.
    assert await letters(stage) == [("decided", "Ana", "cancelled"), ("decided", "Ana", "sent")]
    assert [mail["Subject"] for mail in mails(stage)] == ["Your place in Circle"]


ACTS = {
    "remind": lambda c, s, p, by: interventions.remind(c, [s], by=by, at=NOON),
    "confirm": lambda c, s, p, by: interventions.confirm(c, [s], by=by, at=NOON),
    "message": lambda c, s, p, by: interventions.message(c, [s], "x", by=by, at=NOON),
    "alert-author": lambda c, s, p, by: interventions.alert_author(c, [s], by=by, at=NOON),
    "call-mentor": lambda c, s, p, by: calling.call_mentor(c, s, by=by, at=NOON),
    "moderate": lambda c, s, p, by: joining.moderate(c, s, by=by, at=NOON),
    "add": lambda c, s, p, by: taking_part.add_participant(c, s, p, by=by, at=NOON),
    "remove": lambda c, s, p, by: taking_part.remove_participant(c, s, p, by=by, at=NOON),
}

ALLOWED = {
    Role.VIEWER: set(),
    Role.PARTICIPANT: set(),
    Role.MENTOR: set(),
    Role.ADMIN: set(ACTS),
    Role.SUPERADMIN: set(ACTS),
}


async def done(stage: Stage) -> int:
    """How many acts stand in the trail, refusals left out."""
    return len(await stage.rows("SELECT id FROM audit_entry WHERE action != 'refused'"))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("hosts", [False, True])
async def test_every_right_is_asked_in_the_service(stage: Stage, role: Role, act: str, hosts: bool):
    host = await person(stage, "Host", email="host@example.org", phone="1")
    actor_id = await person(stage, "Actor", email="actor@example.org")
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.update("person", actor_id, role=str(role))
    session_id = await make(
        stage, stage.ana, mentor_id=actor_id if hosts else host, author_id=host, link="https://x.org"
    )
    actor = Actor(actor_id, "Actor", role)
    target = stage.ana if act == "remove" else stage.bob
    # Whoever hosts a session has the rights of a host where the table of rights says "own".
    own = {
        Role.MENTOR: set(ACTS), Role.PARTICIPANT: {"moderate", "add", "remove"},
    }.get(role, set()) if hosts else set()  # fmt: skip
    allowed = act in ALLOWED[role] | own
    before = await done(stage)
    try:
        await ACTS[act](stage.context, session_id, target, actor)
    except NotAllowed:
        assert not allowed
        assert await done(stage) == before
        assert await letters(stage) == []
    except Refused as error:
        oneself = "is you" in str(error)
        assert (allowed, act, oneself) == (True, "call-mentor", True)
    else:
        assert allowed
        assert await done(stage) == before + 1


async def test_people_find_their_way_by_address_after_it_is_added(stage: Stage):
    mute = await person(stage, "Mute")
    session_id = await make(stage, mute)
    with pytest.raises(Refused, match="no address"):
        await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON)
    await people.edit(stage.context, mute, by=stage.root, at=NOON, email="mute@example.org")
    assert (await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON)).people == (mute,)

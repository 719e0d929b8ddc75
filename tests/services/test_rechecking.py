"""Checked again at sending: no letter tells what is no longer true, and no news is lost over it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sessiontui.domain.alerts import AlertSettings
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters import Roll, Text
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services import alerts, interventions, presence, requests, sessions, ticking, undo
from sessiontui.services.alerts import jobs as alert_jobs
from sessiontui.services.delivery import telling
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.store.reads.outbox import Addressee
from tests.conftest import NOON, Stage

from .post_stage import END, HOUR, MIN, SEC, START, approve, be_there, deliver, letters, mails, make, words

LATER = START + HOUR


async def move(stage: Stage, session_id: int, what: Move, *, at=NOON, **told) -> None:
    await sessions.move(stage.context, what, session_id, by=stage.root, at=at, **told)


async def reschedule(stage: Stage, session_id: int, start, *, at=NOON) -> None:
    await move(stage, session_id, Move.RESCHEDULE, at=at, starts_at=start, ends_at=start + HOUR)


async def errors(stage: Stage) -> list[tuple[object, ...]]:
    return await letters(stage, "kind, state, last_error")


async def test_two_moves_in_a_row_tell_the_last_alone(stage: Stage):
    session_id = await make(stage, stage.ana)
    await reschedule(stage, session_id, LATER)
    await reschedule(stage, session_id, LATER + HOUR, at=NOON + SEC)
    await deliver(stage, NOON + MIN)
    assert await errors(stage) == [("changed", "cancelled", "the session was moved again"), ("changed", "sent", "")]
    assert "15:00 to 16:00" in words(mails(stage)[0])


async def test_a_move_that_nothing_newer_tells_is_told_as_it_is_by_now(stage: Stage):
    session_id = await make(stage, stage.ana)
    await reschedule(stage, session_id, LATER)
    await reschedule(stage, session_id, LATER + HOUR, at=NOON + SEC)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:  # as an import changes it, without a letter
        await tx.run("DELETE FROM notification WHERE id = (SELECT max(id) FROM notification)")
    await deliver(stage, NOON + MIN)
    await deliver(stage, NOON + 2 * MIN)
    assert [row[:2] for row in await errors(stage)] == [("changed", "cancelled"), ("changed", "sent")]
    text = words(mails(stage)[0])
    assert "15:00 to 16:00" in text
    assert "Before" not in text


async def test_a_place_in_a_session_that_moved_meanwhile_is_told_with_the_new_time(stage: Stage):
    session_id = await make(stage)
    await approve(stage, session_id, stage.ana)
    await reschedule(stage, session_id, LATER)
    await deliver(stage, NOON + MIN)
    await deliver(stage, NOON + 2 * MIN)
    assert [row[:2] for row in await errors(stage)] == [
        ("decided", "cancelled"),
        ("changed", "sent"),
        ("decided", "sent"),
    ]
    told = {mail["Subject"]: words(mail) for mail in mails(stage)}
    assert "14:00 to 15:00" in told["You have a place in Circle"]


async def test_a_cancellation_that_was_taken_back_is_not_told(stage: Stage):
    session_id = await make(stage, stage.ana)
    await move(stage, session_id, Move.CANCEL, reason="ill")
    await move(stage, session_id, Move.REOPEN, at=NOON + SEC)
    await deliver(stage, NOON + MIN)
    assert await errors(stage) == [
        ("cancelled", "cancelled", "the session takes place after all"),
        ("changed", "sent", ""),
    ]


async def test_a_mentor_who_was_replaced_meanwhile_is_told_of_no_session(stage: Stage):
    session_id = await make(stage)
    await move(stage, session_id, Move.REASSIGN, mentor_id=stage.bob)
    await move(stage, session_id, Move.REASSIGN, at=NOON + SEC, mentor_id=stage.cyd)
    await deliver(stage, NOON + MIN)
    found = await letters(stage, "kind, name, state")
    assert ("scheduled", "Bob", "cancelled") in found
    assert ("scheduled", "Cyd", "sent") in found


@pytest.mark.parametrize("kind", [LetterKind.CHANGED, LetterKind.SCHEDULED, LetterKind.AUTHOR])
async def test_nothing_but_the_cancellation_is_told_of_what_is_cancelled(stage: Stage, kind: LetterKind):
    session_id = await make(stage, stage.ana, mentor_id=stage.bob, author_id=stage.bob)
    who = stage.ana if kind is LetterKind.CHANGED else stage.bob
    letter = Letter(
        kind=kind, to=Addressee(who, "x", "x@example.org", ""), text=Text("S", "B"), occurrence="x",
        session_id=session_id, about_start=START,
    )  # fmt: skip
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await enqueue(tx, [letter], delivery=stage.context.delivery, cause=None)
    await move(stage, session_id, Move.CANCEL)
    await deliver(stage, NOON + MIN)
    found = await letters(stage, "kind, state")
    assert found[0] == (str(kind), "cancelled")
    assert set(found[1:]) == {("cancelled", "sent")}


async def test_a_refusal_that_was_turned_round_is_not_told(stage: Stage):
    session_id = await make(stage)
    await requests.ask(stage.context, session_id, stage.ana, by=stage.root, at=NOON)
    request_id = await requests.find(stage.context, session_id, stage.ana)
    both = (RequestState.REJECTED, RequestState.PENDING), (RequestState.APPROVED, RequestState.REJECTED)
    for seconds, (state, expected) in enumerate(both):
        at = NOON + seconds * SEC
        await requests.decide(stage.context, [request_id], state, by=stage.root, at=at, expected=expected)
    await deliver(stage, NOON + MIN)
    assert [row[1:] for row in await errors(stage)] == [
        ("cancelled", "it was decided otherwise by now"),
        ("sent", ""),
    ]


@pytest.mark.parametrize("kind", [kind for kind in LetterKind if kind is not LetterKind.ALERT])
async def test_nobody_is_written_to_whose_address_was_erased(stage: Stage, kind: LetterKind):
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        letter = Letter(
            kind=kind, to=Addressee(stage.ana, "Ana", "ana@example.org", ""), text=Text("S", "B"), occurrence="x"
        )
        await enqueue(tx, [letter], delivery=stage.context.delivery, cause=None)
        await tx.run("UPDATE person SET email = '', email_key = '' WHERE id = ?", (stage.ana,))
    await deliver(stage, NOON + MIN)
    assert await errors(stage) == [(str(kind), "cancelled", "the person has no address any more")]


async def test_who_is_outside_learns_no_link(stage: Stage):
    link = "https://meet.example.org/secret"
    session_id = await make(stage, mentor_id=stage.bob, link=link)
    await interventions.message(stage.context, [session_id], "Hi", by=stage.root, at=NOON, person_id=stage.cyd)
    await approve(stage, session_id, stage.ana)
    await deliver(stage, NOON + MIN)
    (entry,) = await stage.rows("SELECT max(id) FROM audit_entry WHERE action = 'request.approve'")
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN, entry=int(str(entry[0])))
    await move(stage, session_id, Move.REASSIGN, at=NOON + 3 * MIN, mentor_id=0)
    await deliver(stage, NOON + 4 * MIN)
    told = {(str(mail["To"]).split()[0], str(mail["Subject"])): mail.as_string() for mail in mails(stage)}
    assert {key for key, text in told.items() if link in text} == {("Ana", "You have a place in Circle")}
    assert {key[0] for key in told} == {"Ana", "Bob", "Cyd"}
    assert 'method="CANCEL"' in told["Ana", "Correction: Circle"]


async def test_a_letter_goes_to_the_address_that_somebody_has_by_now(stage: Stage):
    session_id = await make(stage, stage.ana)
    await move(stage, session_id, Move.CANCEL)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE person SET email = 'new@example.org' WHERE id = ?", (stage.ana,))
    await deliver(stage, NOON + MIN)
    assert mails(stage)[0]["To"] == "Ana <new@example.org>"
    assert await letters(stage, "address") == [("new@example.org",)]


async def test_the_mentor_is_told_once_who_came_and_only_while_it_is_over(stage: Stage):
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    await be_there(stage, session_id, stage.ana, START, END)
    await ticking.tick(stage.context, at=END + MIN)
    roll = Roll(expected=1, came=1, ran="60 of 60 minutes", people=[("Ana", "present")])
    for _ in range(2):
        async with stage.context.db.write(by=stage.root, at=END + MIN) as tx:
            await telling.attended(tx, stage.context, session_id, roll, cause=None)
    await deliver(stage, END + MIN)
    assert [row for row in await letters(stage) if row[0] == "attendance"] == [("attendance", "Bob", "sent")]
    assert "Who came to Circle: 1 of 1 came" in [mail["Subject"] for mail in mails(stage)]


async def test_those_who_are_mentioned_are_told_once_and_never_by_themselves(stage: Stage):
    session_id = await make(stage, stage.ana)
    for _ in range(2):
        async with stage.context.db.write(by=stage.root, at=NOON) as tx:
            who = [stage.ana, stage.bob, int(str(stage.root.id))]
            await telling.mentioned(
                tx, stage.context, session_id, who, text="@ana look\x1b", occurrence="comment:1", cause=None
            )
    await deliver(stage, NOON + MIN)
    assert sorted(await letters(stage)) == [("mention", "Ana", "sent"), ("mention", "Bob", "sent")]
    assert "Root wrote in Circle:" in words(mails(stage)[0])


async def test_an_alert_that_somebody_took_up_calls_nobody(stage: Stage):
    context = replace(
        stage.context, rules=replace(stage.context.rules, alerts=AlertSettings(on_call="ops@example.org"))
    )
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    await presence.join(stage.context, session_id, stage.ana, by=stage.root, at=START)
    await ticking.tick(stage.context, at=START + 5 * MIN)
    await alert_jobs.stand(context, at=START + 15 * MIN)
    ((alert_id,),) = await stage.rows("SELECT id FROM alert WHERE rule = 'host_missing'")
    await alerts.acknowledge(stage.context, [int(str(alert_id))], by=stage.root, at=START + 16 * MIN)
    await deliver(stage, START + 16 * MIN)
    assert ("alert", "cancelled", "somebody took it up, or it is over") in await errors(stage)


async def test_the_letter_of_a_morning_that_waited_till_night_is_dropped(stage: Stage):
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        to = Addressee(stage.ana, "Ana", "ana@example.org", "")
        letter = Letter(kind=LetterKind.DIGEST, to=to, text=Text("S", "B"), occurrence="2026-05-04")
        await enqueue(tx, [letter], delivery=stage.context.delivery, cause=None)
    await deliver(stage, NOON + 10 * HOUR)
    assert await errors(stage) == [("digest", "cancelled", "the morning is over")]

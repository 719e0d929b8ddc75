"""What people want: kinds of letters they get none of, quiet hours in their zone, a channel, a language."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import Channel, Delivery, LetterKind
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, Refused
from sessiontui.domain.letters import Text
from sessiontui.domain.preferences import Preferences, QuietHours
from sessiontui.domain.vocabulary import Move, Role
from sessiontui.services import health, interventions, people, sessions, undo
from sessiontui.services.delivery import outbox, posting, preferences
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.services.delivery.preferences import Wishes
from sessiontui.services.delivery.wordings import wordings_of
from sessiontui.services.interventions.audience import Call, audience
from sessiontui.store.reads.outbox import Addressee
from tests.conftest import NOON, Stage
from tests.outlets.post_office import closed_port

from .post_stage import HOUR, MIN, deliver, letters, mails, make, words

NIGHT = QuietHours(since=time(22), until=time(7))
LATE = NOON + 9 * HOUR  # 23:00 in Madrid


async def wish(stage: Stage, person_id: int, **told) -> None:
    await preferences.change(stage.context, person_id, Wishes(**told), by=stage.root, at=NOON)


async def sleeper(stage: Stage) -> None:
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, zone="Europe/Madrid")
    await wish(stage, stage.ana, quiet=NIGHT, has_quiet=True)


async def due(stage: Stage) -> list[tuple[object, ...]]:
    return await stage.rows("SELECT kind, (not_before - ?) / 60000 FROM notification", int(LATE.timestamp() * 1000))


async def test_who_wants_no_letters_of_a_kind_gets_none_and_the_preview_says_why(stage: Stage):
    session_id = await make(stage, stage.ana, stage.bob)
    await wish(stage, stage.ana, no_mail=[LetterKind.REMINDER])
    whom = await audience(stage.context, Call.REMIND, [session_id], by=stage.root, now=NOON)
    assert [one.person.name for one in whom.touched] == ["Bob"]
    assert [str(left) for left in whom.left_out] == ["Ana: wants no reminder mail"]
    receipt = await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON)
    assert receipt.sentence == "reminded Bob of Circle; left out: Ana (wants no reminder mail)"
    await wish(stage, stage.ana, no_mail=preferences.kinds_of("all"))
    receipt = await sessions.move(stage.context, Move.CANCEL, session_id, by=stage.root, at=NOON, reason="ill")
    assert "no such mail is wanted by Ana" in receipt.sentence
    assert await letters(stage, "kind, name") == [("reminder", "Bob"), ("cancelled", "Bob")]


async def test_what_is_wanted_no_more_when_it_is_about_to_leave_stays(stage: Stage):
    session_id = await make(stage, stage.ana)
    await interventions.message(stage.context, [session_id], "Hi", by=stage.root, at=NOON)
    await wish(stage, stage.ana, no_mail=[LetterKind.MESSAGE])
    await deliver(stage, NOON + MIN)
    assert await letters(stage, "state, last_error") == [("cancelled", "the person wants no such mail by now")]
    ((letter_id,),) = await stage.rows("SELECT id FROM notification")
    with pytest.raises(Refused, match="wants no letters of that kind"):
        await outbox.resend(stage.context, [int(str(letter_id))], by=stage.root, at=NOON + 2 * MIN)


async def test_letters_wait_for_the_end_of_quiet_hours_where_the_person_lives(stage: Stage):
    await sleeper(stage)
    session_id = await make(stage, stage.ana, starts=LATE + 30 * HOUR, ends=LATE + 31 * HOUR)
    await interventions.message(stage.context, [session_id], "Hi", by=stage.root, at=LATE)
    assert await due(stage) == [("message", 8 * 60)]
    await deliver(stage, LATE + 7 * HOUR)
    assert mails(stage) == []
    await deliver(stage, LATE + 8 * HOUR)
    assert len(mails(stage)) == 1
    whom = await audience(stage.context, Call.MESSAGE, [session_id], by=stage.root, now=LATE)
    assert whom.touched[0].later == "quiet hours: it leaves at 07:00, their time"


@pytest.mark.parametrize(("hours", "waits"), [(11, False), (13, True)])
async def test_only_a_change_of_a_near_session_wakes_somebody(stage: Stage, hours: int, waits: bool):
    await sleeper(stage)
    start = LATE + hours * HOUR
    session_id = await make(stage, stage.ana, starts=start, ends=start + HOUR)
    await sessions.move(
        stage.context, Move.RESCHEDULE, session_id, by=stage.root, at=LATE,
        starts_at=start + 200 * HOUR, ends_at=start + 201 * HOUR,
    )  # fmt: skip
    ((kind, minutes),) = await due(stage)
    assert (kind, minutes) == ("changed", 8 * 60 if waits else 0)


async def test_an_attempt_that_falls_into_quiet_hours_waits_and_is_none(stage: Stage):
    await sleeper(stage)
    session_id = await make(stage, stage.ana, starts=LATE + 30 * HOUR, ends=LATE + 31 * HOUR)
    await interventions.message(stage.context, [session_id], "Hi", by=stage.root, at=LATE - 2 * HOUR)
    await deliver(stage, LATE)
    assert await letters(stage, "state, attempts") == [("pending", 0)]
    assert await due(stage) == [("message", 8 * 60)]


async def test_everyone_may_say_what_they_want_and_nobody_else_but_admins(stage: Stage):
    ana = Actor(stage.ana, "Ana", Role.PARTICIPANT)
    told = Wishes(no_mail=[LetterKind.SURVEY], language="de")
    receipt = await preferences.change(stage.context, stage.ana, told, by=ana, at=NOON)
    assert receipt.sentence == "Ana gets no survey mail and is written to in 'de'"
    with pytest.raises(BadInput, match="wants already"):
        await preferences.change(stage.context, stage.ana, told, by=ana, at=NOON)
    for other in (Actor(stage.bob, "Bob", Role.MENTOR), Actor(stage.bob, "Bob", Role.VIEWER)):
        with pytest.raises(NotAllowed):
            await preferences.change(stage.context, stage.ana, told, by=other, at=NOON)
    admin = Actor(stage.bob, "Bob", Role.ADMIN)
    with pytest.raises(NotAllowed):
        await preferences.change(stage.context, int(str(stage.root.id)), told, by=admin, at=NOON)
    taken = await undo.undo(stage.context, by=ana, at=NOON + MIN)
    assert taken.sentence == "undid: Ana gets no survey mail and is written to in 'de'"
    assert (await preferences.of(stage.context, stage.ana)) == Preferences()


async def test_what_was_changed_since_is_not_undone(stage: Stage):
    await wish(stage, stage.ana, no_mail=[LetterKind.SURVEY])
    ((entry,),) = await stage.rows("SELECT max(id) FROM audit_entry")
    await wish(stage, stage.ana, no_mail=[LetterKind.DIGEST])
    with pytest.raises(Conflict, match="changed since"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=int(str(entry)))


async def test_a_channel_of_their_own_gives_way_where_the_settings_do_not_open_it(stage: Stage):
    await wish(stage, stage.ana, channel=Channel.WEBHOOK, has_channel=True)
    session_id = await make(stage, stage.ana)
    await interventions.message(stage.context, [session_id], "Hi", by=stage.root, at=NOON)
    await deliver(stage, NOON + MIN)
    assert await letters(stage, "own_channel, channel, state") == [("webhook", "file", "sent")]
    assert len(mails(stage)) == 1


async def test_where_no_channel_can_be_opened_nothing_is_lost(stage: Stage):
    await wish(stage, stage.ana, channel=Channel.WEBHOOK, has_channel=True)
    nothing_set = replace(stage.context, delivery=Delivery(channel=Channel.SMTP))
    session_id = await make(stage, stage.ana)
    await interventions.message(nothing_set, [session_id], "Hi", by=stage.root, at=NOON)
    with pytest.raises(BadInput, match="no mail server"):
        await posting.deliver(nothing_set, at=NOON + MIN)
    assert await letters(stage, "state, attempts") == [("pending", 0)]


async def test_a_channel_that_is_down_holds_up_no_other(stage: Stage):
    down = replace(
        stage.context, delivery=Delivery(channel=Channel.SMTP, smtp_host="127.0.0.1", smtp_port=closed_port())
    )
    await wish(stage, stage.bob, channel=Channel.FILE, has_channel=True)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        for number, who in enumerate((stage.ana, stage.bob, stage.ana, stage.bob)):
            name = "Bob" if who == stage.bob else "Ana"
            letter = Letter(
                kind=LetterKind.SURVEY, to=Addressee(who, name, f"{name.lower()}@example.org", ""),
                text=Text("S", "B"), occurrence=str(number),
            )  # fmt: skip
            await enqueue(tx, [letter], delivery=down.delivery, cause=None)
    await posting.deliver(down, at=NOON + MIN)
    assert await letters(stage, "name, state") == [
        ("Ana", "pending"), ("Bob", "sent"), ("Ana", "pending"), ("Bob", "sent")
    ]  # fmt: skip


async def test_letters_are_worded_by_the_files_of_a_folder_in_the_language_of_the_reader(stage: Stage, tmp_path):
    own = tmp_path / "letters"
    own.mkdir()
    (own / "message.txt").write_text("Subject: [desk] $title\n\n$greeting\n\n$text\n", encoding="utf-8")
    (own / "message.de.txt").write_text("Subject: Zu $title\n\nHallo $name,\n\n$text\n", encoding="utf-8")
    (own / "reminder.txt").write_text("Subject: $heading\n\nx", encoding="utf-8")
    (own / "survey.txt").write_bytes(b"Subject: \xff\n\nx")
    (own / "hello.txt").write_text("Subject: x\n\nx")
    (own / "notes.md").write_text("not read")
    known = wordings_of(own)
    assert [str(fault).removeprefix(f"{own}/").split(";")[0] for fault in known.faults] == [
        "hello.txt: no letter is called so",
        "reminder.txt:1: $heading is no name here",
        "survey.txt: it is not written in UTF-8",
    ]
    context = replace(stage.context, wordings=known)
    (part,) = [part for part in (await health.health(context, now=NOON)).parts if part.name == "outbox"]
    assert (part.score, part.fact) == (75, "3 wordings of letters are faulty and not used")
    await wish(stage, stage.bob, language="de-AT")
    session_id = await make(stage, stage.ana, stage.bob, title="Circle\r\nBcc: x@y.org")
    await interventions.message(context, [session_id], "Bring $link", by=stage.root, at=NOON)
    await deliver(stage, NOON + MIN)
    told = {str(mail["To"]): (mail["Subject"], words(mail)) for mail in mails(stage)}
    assert told["Ana <ana@example.org>"] == (
        "[desk] Circle Bcc: x@y.org", "Hello Ana,\r\n\r\nBring $link\r\n"
    )  # fmt: skip
    assert told["Bob <bob@example.org>"] == ("Zu Circle Bcc: x@y.org", "Hallo Bob,\r\n\r\nBring $link\r\n")
    assert all(mail["Bcc"] is None for mail in mails(stage))
    assert wordings_of(tmp_path / "none").faults[0].what.startswith("it cannot be read")

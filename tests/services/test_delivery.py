"""Letters leave once: through crashes at every point, failures of the channel, sessions that changed meanwhile."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.delivery import DeliveryState, LetterKind
from sessiontui.domain.errors import NotAllowed, Refused
from sessiontui.domain.letters import Text
from sessiontui.domain.vocabulary import Move
from sessiontui.outlets.file import FileOutlet
from sessiontui.outlets.outlet import HandingOver, Mail, NotSent, nothing
from sessiontui.services import health, interventions, people, sessions
from sessiontui.services.delivery import outbox, posting
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.services.delivery.sending import mail_of
from sessiontui.services.measuring import endpoints
from sessiontui.store.reads import leaving
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads.outbox import Addressee
from tests.conftest import NOON, Stage

from .post_stage import (
    END,
    HOUR,
    MIN,
    SEC,
    START,
    be_there,
    deliver,
    folder,
    letters,
    mails,
    make,
    person,
    states,
    words,
)


class Cut(BaseException):
    """Stands for the end of the process."""


class Flaky(FileOutlet):
    """A channel that fails as told: before, in the middle of, or after handing a letter over."""

    before: BaseException | None = None
    after: BaseException | None = None

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        if self.before is not None:
            await handing_over()
            raise self.before
        await super().send(mail, handing_over=handing_over)
        if self.after is not None:
            raise self.after


@pytest.fixture
def channel(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Flaky:
    flaky = Flaky(folder(stage))
    monkeypatch.setattr(posting, "outlet_of", lambda context, *, at: flaky)
    return flaky


async def post(stage: Stage, kind: LetterKind = LetterKind.CHANGED, *, at=NOON, session_id=None, **told) -> int:
    letter = Letter(
        kind=kind, to=Addressee(stage.ana, "Ana", "ana@example.org", ""), text=Text("Subject", "Body"),
        occurrence=told.pop("occurrence", "x"), session_id=session_id, **told,
    )  # fmt: skip
    async with stage.context.db.write(by=stage.root, at=at) as tx:
        (letter_id,) = (await enqueue(tx, [letter], delivery=stage.context.delivery, cause=None)).ids
    return letter_id


async def test_a_letter_leaves_as_a_private_file_and_only_once(stage: Stage):
    await post(stage)
    assert await deliver(stage, NOON) == 1
    assert await deliver(stage, NOON + HOUR) == 0
    (path,) = folder(stage).iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(stage).stat().st_mode) == 0o700
    (mail,) = mails(stage)
    assert (mail["To"], mail["Subject"]) == ("Ana <ana@example.org>", "Subject")
    assert await letters(stage, "state, attempts, sent_at") == [("sent", 1, 1777896000000)]


async def test_the_same_occurrence_is_written_once(stage: Stage):
    await post(stage)
    letter = Letter(
        kind=LetterKind.CHANGED, to=Addressee(stage.ana, "Ana", "ana@example.org", ""), text=Text("S", "B"),
        occurrence="x",
    )  # fmt: skip
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        again = await enqueue(tx, [letter, letter], delivery=stage.context.delivery, cause=None)
    assert again.ids == ()
    assert len(await letters(stage)) == 1


async def test_letters_wait_for_their_time(stage: Stage):
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        to = [Addressee(stage.ana, "Ana", "a@x.org", ""), Addressee(stage.bob, "Bob", "b@x.org", "")]
        both = [Letter(kind=LetterKind.CHANGED, to=one, text=Text("S", "B"), occurrence="x") for one in to]
        await enqueue(tx, both, delivery=stage.context.delivery, cause=None)
    assert await deliver(stage, NOON + 14 * SEC) == 0
    assert await deliver(stage, NOON + 15 * SEC) == 2


async def test_cut_off_after_claiming_it_leaves_later(stage: Stage):
    letter_id = await post(stage)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        assert await leaving.claim(tx.run, letter_id, tx.now)
    assert await deliver(stage, NOON + SEC) == 2  # taken up, then sent
    assert await states(stage) == ["sent"]
    assert len(mails(stage)) == 1


async def test_cut_off_while_handing_over_a_reminder_is_uncertain_and_never_repeated(stage: Stage, channel: Flaky):
    await post(stage, LetterKind.SURVEY)
    channel.before = Cut()
    with pytest.raises(Cut):
        await deliver(stage, NOON)
    assert await states(stage) == ["in_data"]
    channel.before = None
    await deliver(stage, NOON + MIN)
    await deliver(stage, NOON + HOUR)
    assert await states(stage) == ["uncertain"]
    assert mails(stage) == []


async def test_cut_off_while_handing_over_a_change_is_uncertain_and_sent_again_as_a_new_letter(
    stage: Stage, channel: Flaky
):
    first = await post(stage, LetterKind.CANCELLED)
    channel.before = Cut()
    with pytest.raises(Cut):
        await deliver(stage, NOON)
    channel.before = None
    await deliver(stage, NOON + MIN)
    assert await letters(stage, "state, resend_of") == [("uncertain", None), ("sent", first)]
    assert len(mails(stage)) == 1


@pytest.mark.parametrize("kind", [LetterKind.SURVEY, LetterKind.CANCELLED])
async def test_cut_off_after_handing_over_the_file_tells_that_it_left(stage: Stage, channel: Flaky, kind: LetterKind):
    await post(stage, kind)
    channel.after = Cut()
    with pytest.raises(Cut):
        await deliver(stage, NOON)
    channel.after = None
    await deliver(stage, NOON + MIN)
    assert await states(stage) == ["sent"]
    assert len(mails(stage)) == 1


async def test_a_channel_that_fails_is_tried_again_for_a_day_then_it_is_dead(stage: Stage, channel: Flaky):
    await post(stage)
    channel.before = NotSent("the folder is gone")
    await deliver(stage, NOON)
    ((state, attempts, error, due),) = await letters(stage, "state, attempts, last_error, not_before")
    assert (state, attempts, "the folder is gone" in str(error)) == ("pending", 1, True)
    assert 0 < int(str(due)) - 1777896000000 <= 30_000
    at = NOON
    while (await states(stage)) == ["pending"]:
        at += timedelta(minutes=30)
        await deliver(stage, at)
    assert await states(stage) == ["dead"]
    assert at - NOON == timedelta(hours=24)


async def test_an_address_that_is_none_is_dead_at_once_and_blocks_nobody(stage: Stage):
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        to = [
            Addressee(0, "Ana", "no address\r\nBcc: all@x.org", ""),
            Addressee(stage.bob, "B", "b@x.org", ""),
        ]
        both = [Letter(kind=LetterKind.CHANGED, to=one, text=Text("S", "B"), occurrence="x") for one in to]
        await enqueue(tx, both, delivery=stage.context.delivery, cause=None)
    await deliver(stage, NOON + MIN)
    assert await states(stage) == ["dead", "sent"]


async def test_letters_that_reached_nobody_stand_in_the_error_report_until_they_are_sent_again(stage: Stage):
    async def report() -> list[tuple[str, str, int, str]]:
        found = await stage.context.db.look(lambda fetch: endpoints.errors(fetch, now=NOON + timedelta(days=9)))
        return [(one.place, one.kind, one.number, one.message) for one in found]

    first, second = await post(stage), await post(stage, occurrence="y")
    assert await report() == []
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET state = 'dead', last_error = '550 nobody' WHERE id = ?", (first,))
        await tx.run("UPDATE notification SET state = 'uncertain', last_error = '' WHERE id = ?", (second,))
    assert sorted(await report()) == [
        ("outbox file", "dead", 1, "550 nobody"),
        ("outbox file", "uncertain", 1, "nobody knows whether it arrived"),
    ]
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET state = 'sent'")
    assert await report() == []


async def test_a_letter_that_did_not_arrive_is_a_fact_of_its_session_until_it_is_sent_again(stage: Stage):
    session_id = await make(stage, stage.ana)
    letter_id = await post(stage, session_id=session_id)
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET state = 'dead'")
    found = await kept.undelivered(stage.context.db.fetch, [session_id])
    assert [letter.id for letter in found[session_id]] == [letter_id]
    await people.edit(stage.context, stage.ana, email="new@example.org", by=stage.root, at=NOON)
    await outbox.resend(stage.context, [letter_id], by=stage.root, at=NOON)
    assert await kept.undelivered(stage.context.db.fetch, [session_id]) == {}
    assert (await letters(stage, "address, state, resend_of"))[-1] == ("new@example.org", "pending", letter_id)
    with pytest.raises(Refused, match="again already"):
        await outbox.resend(stage.context, [letter_id], by=stage.root, at=NOON)


REMINDED = (LetterKind.REMINDER, LetterKind.CONFIRM)


@pytest.mark.parametrize("kind", REMINDED)
@pytest.mark.parametrize("move", [Move.CANCEL, Move.RESCHEDULE, Move.COMPLETE])
async def test_no_reminder_leaves_for_a_session_that_changed_while_it_waited(
    stage: Stage, move: Move, kind: LetterKind
):
    session_id = await make(stage, stage.ana)
    now = START + MIN if move is Move.COMPLETE else NOON
    await post(stage, kind, session_id=session_id, about_start=START, at=now)
    extra = {"starts_at": START + HOUR, "ends_at": END + HOUR} if move is Move.RESCHEDULE else {}
    await sessions.move(stage.context, move, session_id, by=stage.root, at=now, **extra)
    await deliver(stage, now)
    ((state, why),) = [
        row for row in await letters(stage, "state, last_error, kind") if row[2] == kind for row in [row[:2]]
    ]
    assert state == "cancelled"
    assert {Move.CANCEL: "cancelled", Move.RESCHEDULE: "moved", Move.COMPLETE: "completed"}[move] in str(why)


async def test_no_reminder_leaves_once_the_session_is_over_or_the_person_is_there(stage: Stage):
    session_id = await make(stage, stage.ana)
    await post(stage, LetterKind.REMINDER, session_id=session_id, about_start=START, at=START)
    await be_there(stage, session_id, stage.ana, START + MIN)
    await deliver(stage, START + 2 * MIN)
    other = await make(stage, stage.bob, title="Other")
    await post(stage, LetterKind.REMINDER, session_id=other, about_start=START, occurrence="y")
    await deliver(stage, END)
    assert await states(stage) == ["cancelled"]
    assert [row[0] for row in await letters(stage, "last_error")] == ["the session is over"]


async def test_a_reminder_that_is_still_true_leaves(stage: Stage):
    session_id = await make(stage, stage.ana)
    await post(stage, LetterKind.REMINDER, session_id=session_id, about_start=START)
    await deliver(stage, NOON)
    assert await states(stage) == ["sent"]


async def test_the_health_says_when_mail_is_dead(stage: Stage):
    def part(board):
        return next(part for part in board.parts if part.name == "outbox")

    assert part(await health.health(stage.context, now=NOON)).score == 100
    await post(stage)
    late = part(await health.health(stage.context, now=NOON + HOUR))
    assert late.score < 40
    assert "wait" in late.fact
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE notification SET state = 'dead'")
    dead = part(await health.health(stage.context, now=NOON))
    assert dead.score < 60
    assert "1 letter is dead" in dead.fact


async def test_a_full_folder_or_a_wrong_one_is_said_in_words(stage: Stage):
    blocked = folder(stage).parent / "file"
    blocked.write_text("")
    context = replace(stage.context, delivery=replace(stage.context.delivery, folder=blocked / "below"))
    await post(stage)
    await posting.deliver(context, at=NOON)
    ((state, error),) = await letters(stage, "state, last_error")
    assert state == "pending"
    assert "cannot be written" in str(error)


async def test_who_sees_the_outbox_and_may_send_again(stage: Stage):
    from sessiontui.domain.access import Actor
    from sessiontui.domain.vocabulary import Role

    mine = await make(stage, stage.ana, mentor_id=stage.bob)
    other = await make(stage, stage.ana, title="Other")
    await post(stage, session_id=mine)
    foreign = await post(stage, session_id=other, occurrence="y")
    mentor = Actor(stage.bob, "Bob", Role.MENTOR)
    board = await outbox.outbox(stage.context, now=NOON, by=mentor)
    assert [line.session_id for line in board.lines] == [mine]
    with pytest.raises(NotAllowed):
        await outbox.resend(stage.context, [foreign], by=mentor, at=NOON)
    for role in (Role.PARTICIPANT, Role.VIEWER):
        with pytest.raises(NotAllowed):
            await outbox.outbox(stage.context, now=NOON, by=Actor(stage.cyd, "Cyd", role))
    with pytest.raises(NotAllowed):
        await outbox.trail(stage.context, by=mentor)
    assert (await outbox.trail(stage.context, "made circle", by=stage.root)) == ()
    assert (await outbox.trail(stage.context, "CREATED circle", by=stage.root))[0].sentence == "created Circle"


async def test_the_outbox_is_filtered_by_words_states_and_sessions(stage: Stage):
    one = await make(stage, stage.ana)
    await post(stage, session_id=one)
    await post(stage, LetterKind.SURVEY, occurrence="y", at=NOON + HOUR)
    await deliver(stage, NOON)

    async def found(text: str) -> list[str]:
        return [line.kind for line in (await outbox.outbox(stage.context, text, now=NOON, by=stage.root)).lines]

    assert await found("") == ["survey", "changed"]
    assert await found("sent") == ["changed"]
    assert await found("pending") == ["survey"]
    assert await found(f"#{one}") == ["changed"]
    assert await found("ANA circle") == ["changed"]
    assert await found("100%") == []
    assert await found("waiting") == ["survey"]
    assert await found("held") == []
    board = await outbox.outbox(stage.context, now=NOON, by=stage.root)
    assert board.counts[DeliveryState.SENT] == 1


async def test_half_a_file_is_never_a_letter(stage: Stage):
    await post(stage)
    row = await kept.letter(stage.context.db.fetch, 1)
    mail = mail_of(stage.context, row)
    outlet = FileOutlet(folder(stage))
    folder(stage).mkdir()
    part = outlet.path_of(mail).with_suffix(".part")
    part.write_bytes(b"half")
    assert not await outlet.has_left(mail)
    await deliver(stage, NOON)
    assert [path.suffix for path in folder(stage).iterdir()] == [".eml"]


async def test_a_link_in_the_folder_is_not_followed(stage: Stage, tmp_path):
    await post(stage)
    row = await kept.letter(stage.context.db.fetch, 1)
    outlet = FileOutlet(folder(stage))
    folder(stage).mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    outlet.path_of(mail_of(stage.context, row)).with_suffix(".part").symlink_to(victim)
    await deliver(stage, NOON)
    assert victim.read_text() == "mine"
    assert await states(stage) == ["pending"]


async def test_reminding_by_the_service_reaches_the_file(stage: Stage):
    dee = await person(stage, "Dée", email="dee@example.org", zone="Europe/Madrid")
    session_id = await make(stage, dee, title="Grief\r\nBcc: all@example.org circle")
    await interventions.remind(stage.context, [session_id], by=stage.root, at=NOON)
    await deliver(stage, NOON)
    (mail,) = mails(stage)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Reminder: Grief")
    assert "15:00 to 16:00 (Europe/Madrid)" in words(mail)

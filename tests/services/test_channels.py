"""The outbox through a real mail server: nothing is lost, nothing doubted without need, nobody blocks the others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import Channel, Delivery, LetterKind, Secret, Security
from sessiontui.domain.errors import BadInput, NotAllowed, Unavailable
from sessiontui.domain.vocabulary import Role
from sessiontui.outlets.smtp import Patience, Server, SmtpOutlet
from sessiontui.services.context import Context
from sessiontui.services.delivery import channels, posting
from tests.conftest import NOON, Stage
from tests.outlets.post_office import Office, closed_port, post_office
from tests.platforms.vendor import Reply, vendor

from .post_stage import HOUR, MIN, letters
from .test_delivery import post


def by_mail(stage: Stage, port: int) -> Context:
    told = Delivery(channel=Channel.SMTP, smtp_host="127.0.0.1", smtp_port=port, smtp_security=Security.NONE)
    return replace(stage.context, delivery=told)


async def some(stage: Stage, number: int, kind: LetterKind = LetterKind.SURVEY) -> None:
    for one in range(number):
        await post(stage, kind, occurrence=f"{kind}{one}")


async def states(stage: Stage) -> list[str]:
    return [str(row[0]) for row in await letters(stage, "state")]


async def test_letters_of_a_run_share_a_connection_and_say_by_which_channel_they_left(stage: Stage):
    await some(stage, 5)
    with post_office() as office:
        assert await posting.deliver(by_mail(stage, office.port), at=NOON) == 5
    assert (office.connections, len(office.taken)) == (1, 5)
    assert set(await letters(stage, "state, channel, attempts")) == {("sent", "smtp", 1)}


async def test_a_refused_letter_is_dead_and_the_others_leave(stage: Stage):
    await some(stage, 3)
    (bad,) = await stage.rows("SELECT message_id FROM notification WHERE id = 2")
    with post_office(Office(poison=lambda raw: "554 poison" if str(bad[0]).encode() in raw else "")) as office:
        await posting.deliver(by_mail(stage, office.port), at=NOON)
    assert await states(stage) == ["sent", "dead", "sent"]
    assert "554 poison" in str((await letters(stage, "last_error"))[1][0])


async def test_a_server_that_broods_over_one_letter_holds_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(posting, "SLOW", 0.2)
    monkeypatch.setattr(posting, "LOOK_EVERY", 0.1)
    patient = Patience(connect=1, command=1, accept=4, quit=0.3)
    await some(stage, 4)
    (first,) = await stage.rows("SELECT message_id FROM notification WHERE id = 1")
    slow = Office(slow=3, poison=lambda raw: "slow" if str(first[0]).encode() in raw else "")
    with post_office(slow) as office:
        monkeypatch.setattr(
            posting, "outlet_of",
            lambda context, *, at: SmtpOutlet(
                Server(host="127.0.0.1", port=office.port, security=Security.NONE), patience=patient
            ),
        )  # fmt: skip
        run = asyncio.create_task(posting.deliver(by_mail(stage, office.port), at=NOON))
        async with asyncio.timeout(60):
            while (await states(stage)).count("sent") < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert (await states(stage))[0] == "in_data"
        await post(stage, LetterKind.SURVEY, occurrence="new")  # and one that comes meanwhile
        await run
    assert await states(stage) == ["sent"] * 5


async def test_a_server_that_is_down_is_tried_with_one_letter_a_run_and_loses_none(stage: Stage):
    await some(stage, 4, LetterKind.CHANGED)
    context = by_mail(stage, closed_port())
    await posting.deliver(context, at=NOON)
    assert await letters(stage, "state, attempts") == [("pending", 1), *[("pending", 0)] * 3]
    with post_office() as office:
        await posting.deliver(by_mail(stage, office.port), at=NOON + HOUR)
    assert await states(stage) == ["sent"] * 4


async def test_a_doubt_over_a_reminder_is_shown_and_over_a_change_sent_again_under_its_id(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    await post(stage, LetterKind.SURVEY, occurrence="s")
    await post(stage, LetterKind.CANCELLED, occurrence="c")
    with post_office() as office:
        office.at["dot"] = "take and close"
        await posting.deliver(by_mail(stage, office.port), at=NOON)
        office.at.clear()
        await posting.deliver(by_mail(stage, office.port), at=NOON + HOUR)
    assert (await letters(stage, "kind, state"))[:2] == [("survey", "uncertain"), ("cancelled", "uncertain")]
    assert (await states(stage))[-1] == "sent"
    kinds = [mail["X-Sessiontui-Kind"] for mail in office.mails()]
    ids = [mail["Message-ID"] for mail in office.mails() if mail["X-Sessiontui-Kind"] == "cancelled"]
    assert kinds.count("survey") == 1
    assert len(ids) > 1
    assert len(set(ids)) == 1


async def test_doubts_without_end_are_spaced_and_given_up_after_a_day(stage: Stage):
    await post(stage, LetterKind.CANCELLED)
    at, runs = NOON, 0
    with post_office() as office:
        office.at["dot"] = "close"
        while at < NOON + timedelta(hours=30):
            runs += await posting.deliver(by_mail(stage, office.port), at=at)
            at += 10 * MIN
    assert set(await states(stage)) == {"uncertain"}
    assert 10 < len(await letters(stage)) < 90


@pytest.mark.parametrize(
    "reply", [Reply(429, b"", {"Retry-After": "5400"}), Reply(503, b"", {"Retry-After": "5400"})]
)
async def test_who_asks_for_a_pause_gets_it(stage: Stage, reply: Reply):
    await post(stage)
    with vendor(lambda asked: reply) as there:
        told = Delivery(channel=Channel.WEBHOOK, webhook_url=there.url)
        context = replace(stage.context, delivery=told, secret=lambda secret: "whsec")
        await posting.deliver(context, at=NOON)
        ((state, due),) = await letters(stage, "state, not_before - created_at")
        assert (state, due) == ("pending", 5_400_000)


async def test_what_is_not_set_is_said_and_no_letter_is_touched(stage: Stage):
    await some(stage, 1)
    for told, error, words in (
        (Delivery(channel=Channel.SMTP), BadInput, "smtp_host"),
        (Delivery(channel=Channel.WEBHOOK), BadInput, "webhook_url"),
        (Delivery(channel=Channel.RESEND), Unavailable, "resend-key"),
        (Delivery(channel=Channel.SMTP, smtp_host="mail.example.org", smtp_user="me"), Unavailable, "smtp-password"),
    ):
        with pytest.raises(error, match=words):
            await posting.deliver(replace(stage.context, delivery=told), at=NOON)
    assert await letters(stage, "state, attempts") == [("pending", 0)]


async def test_a_test_mail_leaves_at_once_for_admins_alone_and_is_audited(stage: Stage):
    with post_office() as office:
        context = by_mail(stage, office.port)
        receipt = await channels.prove(context, "me@example.org", by=stage.root, at=NOON)
        assert receipt.sentence == "sent a test mail to me@example.org by smtp"
        assert "answers in the clear" in await channels.probe(context, at=NOON)
        for role in (Role.VIEWER, Role.PARTICIPANT, Role.MENTOR):
            with pytest.raises(NotAllowed):
                await channels.prove(context, "me@example.org", by=Actor(stage.bob, "Bob", role), at=NOON)
        with pytest.raises(Unavailable, match="not an address"):
            await channels.prove(context, "a@b.org\r\nBcc: x@y.org", by=stage.root, at=NOON)
    assert office.recipients == [["me@example.org"]]
    assert office.mails()[0]["Subject"] == "A test mail from sessiontui"
    assert (await stage.rows("SELECT count(*) FROM audit_entry WHERE action = 'outbox.test'")) == [(1,)]


async def test_the_channel_that_writes_files_can_be_tried_too(stage: Stage):
    assert "writes files into" in await channels.probe(stage.context, at=NOON)
    await channels.prove(stage.context, "me@example.org", by=stage.root, at=NOON)
    assert len(list(stage.context.outbox_folder.glob("*.eml"))) == 1


async def test_nobody_hands_over_a_secret_by_default(stage: Stage):
    with pytest.raises(Unavailable, match="smtp-password"):
        stage.context.secret(Secret.SMTP)

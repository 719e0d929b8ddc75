"""What goes with a letter into a calendar: parsed back, it says the session as it is when the letter leaves."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest
from icalendar import Calendar, Component

from sessiontui.domain.delivery import Channel, Delivery, LetterKind
from sessiontui.domain.vocabulary import Move, RequestState, Role
from sessiontui.intake import read
from sessiontui.services import people, requests, sessions, undo
from sessiontui.services.delivery import outbox, posting
from tests.conftest import NOON, Stage
from tests.outlets.post_office import Office, post_office

from .post_stage import HOUR, MIN, SEC, START, approve, deliver, hush, letters, mails, make

LATER = START + HOUR


def calendar_of(mail: EmailMessage) -> tuple[str, str, Component]:
    """The method that a mail says, the one that its calendar says, and its only event."""
    (part,) = list(mail.iter_attachments())
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "session.ics"
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert b"\r\n" in raw
    found = Calendar.from_ical(raw)
    (event,) = found.walk("VEVENT")
    assert read("session.ics", raw).accepted >= 1
    return str(part.get_param("method")), str(found["METHOD"]), event


def to(stage: Stage, name: str) -> EmailMessage:
    (mail,) = [mail for mail in mails(stage) if str(mail["To"]).startswith(name)]
    return mail


async def move(stage: Stage, session_id: int, what: Move, *, at=NOON, **told) -> None:
    await sessions.move(stage.context, what, session_id, by=stage.root, at=at, **told)


async def test_a_place_is_put_into_the_calendar_of_who_got_it(stage: Stage):
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, zone="Europe/Madrid")
    session_id = await make(stage, stage.cyd, author_id=stage.bob, link="https://meet.example.org/x")
    await approve(stage, session_id, stage.ana)
    await deliver(stage, NOON + MIN)
    mail = to(stage, "Ana")
    said, asks, event = calendar_of(mail)
    assert (said, asks, event["STATUS"], int(event["SEQUENCE"])) == ("REQUEST", "REQUEST", "CONFIRMED", 0)
    attendee = event["ATTENDEE"]
    assert (str(attendee), attendee.params["PARTSTAT"]) == ("mailto:ana@example.org", "ACCEPTED")
    assert event["ORGANIZER"].params["CN"] == "Bob"
    assert "bob@example.org" not in str(event["ORGANIZER"])
    assert "cyd@example.org" not in mail.as_string()
    assert event["DTSTART"].dt == START
    assert event["DTSTART"].params["TZID"] == "Europe/Madrid"
    assert str(event["URL"]) == "https://meet.example.org/x"


async def test_a_move_and_a_cancellation_keep_the_id_and_raise_the_revision(stage: Stage):
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    seen: list[tuple[str, int, str, str]] = []
    steps = (
        (Move.RESCHEDULE, {"starts_at": LATER, "ends_at": LATER + HOUR}),
        (Move.CANCEL, {"reason": "ill"}),
        (Move.REOPEN, {}),
    )
    for number, (what, told) in enumerate(steps):
        at = NOON + number * 10 * MIN
        await hush(stage)
        await move(stage, session_id, what, at=at, **told)
        await deliver(stage, at + MIN)
        new = [mail for mail in mails(stage) if "Ana" in str(mail["To"])][-1]
        _, asks, event = calendar_of(new)
        seen.append((asks, int(event["SEQUENCE"]), str(event["STATUS"]), str(event["UID"])))
    assert [one[:3] for one in seen] == [
        ("REQUEST", 1, "CONFIRMED"), ("CANCEL", 2, "CANCELLED"), ("REQUEST", 3, "CONFIRMED")
    ]  # fmt: skip
    assert len({one[3] for one in seen}) == 1


async def test_the_mentor_chairs_and_who_led_before_drops_it(stage: Stage):
    session_id = await make(stage, stage.ana, mentor_id=stage.bob)
    await move(stage, session_id, Move.REASSIGN, mentor_id=stage.cyd)
    await deliver(stage, NOON + MIN)
    told = {name: calendar_of(to(stage, name)) for name in ("Ana", "Bob", "Cyd")}
    assert {name: found[1] for name, found in told.items()} == {"Ana": "REQUEST", "Bob": "CANCEL", "Cyd": "REQUEST"}
    assert told["Cyd"][2]["ATTENDEE"].params["ROLE"] == "CHAIR"
    assert str(told["Bob"][2]["ATTENDEE"]) == "mailto:bob@example.org"
    assert str(told["Ana"][2]["ATTENDEE"]) == "mailto:ana@example.org"


async def test_who_loses_a_place_drops_it_and_who_never_had_one_gets_no_calendar(stage: Stage):
    session_id = await make(stage, stage.ana)
    for who in (stage.bob, stage.cyd):
        await requests.ask(stage.context, session_id, who, by=stage.root, at=NOON)
    ids = [await requests.find(stage.context, session_id, who) for who in (stage.ana, stage.bob)]
    for request_id, before in zip(ids, (RequestState.APPROVED, RequestState.PENDING), strict=True):
        await requests.decide(
            stage.context, [request_id], RequestState.REJECTED, by=stage.root, at=NOON, expected=before
        )
    await move(stage, session_id, Move.RESCHEDULE, at=NOON + SEC, starts_at=LATER, ends_at=LATER + HOUR)
    await deliver(stage, NOON + MIN)
    assert calendar_of(to(stage, "Ana"))[1] == "CANCEL"
    assert list(to(stage, "Bob").iter_attachments()) == []
    assert list(to(stage, "Cyd").iter_attachments()) == []


async def test_taking_a_cancellation_back_puts_it_into_calendars_again(stage: Stage):
    session_id = await make(stage, stage.ana)
    await move(stage, session_id, Move.CANCEL)
    await deliver(stage, NOON + MIN)
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN)
    await deliver(stage, NOON + 3 * MIN)
    first, second = (calendar_of(mail) for mail in mails(stage))
    assert (first[1], second[1]) == ("CANCEL", "REQUEST")
    assert int(second[2]["SEQUENCE"]) > int(first[2]["SEQUENCE"])
    assert first[2]["UID"] == second[2]["UID"]


async def test_nothing_is_made_before_the_letter_leaves_and_the_screen_tells_what_went_along(stage: Stage):
    session_id = await make(stage, stage.ana)
    await move(stage, session_id, Move.RESCHEDULE, starts_at=LATER, ends_at=LATER + HOUR)
    ((attachments,),) = await letters(stage, "attachments")
    assert attachments == '[{"calendar":"request","name":"session.ics"}]'
    await deliver(stage, NOON + MIN)
    board = await outbox.outbox(stage.context, now=NOON + MIN, by=stage.root)
    (enclosure,) = board.lines[0].attachments
    assert enclosure.words.startswith("session.ics: for their calendar, revision 1, ")
    assert enclosure.bytes > 300
    ((kept,),) = await stage.rows("SELECT length(attachments) FROM notification")
    assert int(str(kept)) > 300


async def test_what_was_handed_over_once_is_the_same_at_every_further_attempt(stage: Stage):
    session_id = await make(stage)
    await approve(stage, session_id, stage.ana)
    with post_office(Office(at={"dot": "451 later"})) as office:
        server = Delivery(channel=Channel.SMTP, smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none")
        context = replace(stage.context, delivery=server)
        await posting.deliver(context, at=NOON + MIN)
        ((first, state),) = await letters(stage, "attachments, state")
        assert state == "pending"
        assert "BEGIN:VCALENDAR" in str(first)
        office.at.clear()
        await posting.deliver(context, at=NOON + 10 * MIN)
    assert await letters(stage, "attachments, state") == [(first, "sent")]
    assert calendar_of(office.mails()[0])[1] == "REQUEST"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT, Role.MENTOR])
async def test_every_role_is_invited_by_name(stage: Stage, role: Role):
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, role=role)
    session_id = await make(stage, stage.bob)
    await approve(stage, session_id, stage.ana)
    await deliver(stage, NOON + MIN)
    _, _, event = calendar_of(to(stage, "Ana"))
    assert str(event["ATTENDEE"]) == "mailto:ana@example.org"
    assert "bob@example.org" not in str(event.to_ical())


async def test_hostile_names_and_titles_stay_one_event_for_one_reader(stage: Stage):
    evil = 'x"\r\nATTENDEE:mailto:evil@x.org\r\nEND:VEVENT\u2028\x1b[31m' + ";,:" * 40
    await people.edit(stage.context, stage.ana, by=stage.root, at=NOON, name=evil)
    session_id = await make(stage, title=evil)
    await approve(stage, session_id, stage.ana)
    await deliver(stage, NOON + MIN)
    (mail,) = mails(stage)
    _, _, event = calendar_of(mail)
    assert str(event["ATTENDEE"]) == "mailto:ana@example.org"
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.org"]
    assert not {"Bcc", "Cc"} & set(mail.keys())
    assert mail["X-Sessiontui-Kind"] == LetterKind.DECIDED

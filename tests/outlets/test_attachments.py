"""Calendars go along by every channel and arrive as they were, and no name ever becomes an address."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessiontui.calling import Caller
from sessiontui.outlets.composing import compose
from sessiontui.outlets.outlet import Attachment
from tests.platforms.vendor import said, vendor

from .post_office import post_office
from .test_http import caller, resend, webhook
from .test_smtp import mail, plain

__all__ = ["caller"]

ICS = "BEGIN:VCALENDAR\r\nSUMMARY:Kreis Ä\r\n .\r\nEND:VCALENDAR\r\n"
ALONG = replace(mail(body="Ärger\n"), attachments=(Attachment(name="session.ics", method="cancel", content=ICS),))


def parsed(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def along(found: EmailMessage) -> tuple[str, str, str]:
    (part,) = found.iter_attachments()
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return part.get_content_type(), str(part.get_param("method")), payload.decode()


@pytest.mark.parametrize("seven_bit", [False, True])
def test_a_mail_holds_text_and_calendar(seven_bit: bool):
    raw = compose(ALONG, seven_bit=seven_bit)
    assert not seven_bit or raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    found = parsed(raw)
    body = found.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Ärger\r\n"
    assert along(found) == ("text/calendar", "CANCEL", ICS)


async def test_it_arrives_over_smtp_as_it_was():
    with post_office() as office:
        outlet = plain(office.port)
        await outlet.send(ALONG)
        await outlet.close()
    assert along(office.mails()[0]) == ("text/calendar", "CANCEL", ICS)


async def test_it_arrives_over_http_as_it_was(caller: Caller):
    with vendor(lambda asked: said({"id": "1"})) as there:
        await resend(there.url, caller).send(ALONG)
        await webhook(there.url, caller).send(ALONG)
        await webhook(there.url, caller).send(mail())
    by_resend, by_webhook, bare = (json.loads(one.body) for one in there.asked)
    (one,) = by_resend["attachments"]
    assert base64.b64decode(one["content"]).decode() == ICS
    assert one["content_type"] == "text/calendar; charset=utf-8; method=CANCEL"
    (two,) = by_webhook["attachments"]
    assert (two["name"], two["text"]) == ("session.ics", ICS)
    assert "attachments" not in bare


PARTS = ("<a@b.org>", ".", ",", "x@y.org", '"', "\\", "word", "Ä", " ", "(", ";", ":")


@given(st.lists(st.sampled_from(PARTS), max_size=60))
@example([".", " ", "word", " ", "<a@b.org>"] * 12)
def test_no_name_of_whatever_length_becomes_an_address(parts: list[str]):
    found = parsed(compose(mail(name="".join(parts), subject="".join(parts))))
    assert [one.addr_spec for one in found["To"].addresses] == ["ana@example.org"]
    assert sorted(key for key in found) == sorted(set(found))
    assert not {"Bcc", "Cc"} & set(found)

"""Letters over HTTP: signed or with a key, taken once, and every answer understood."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sessiontui.calling import Caller
from sessiontui.outlets.outlet import NotSent, Outlet, Unsure
from sessiontui.outlets.resend import ResendOutlet
from sessiontui.outlets.webhook import WebhookOutlet
from tests.outlets.test_smtp import Books, mail
from tests.platforms.vendor import Asked, Reply, said, vendor

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAIL = mail(name="Ana\r\nBcc: x@y.org", subject="Grüße\n\nBcc: x@y.org", body="Text \u202e\n")


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async def never(seconds: float) -> None:
        raise AssertionError("a channel waits for nobody: the outbox does")

    async with httpx.AsyncClient(trust_env=False) as client:
        yield Caller(name="It", client=client, now=lambda: AT, sleep=never, attempts=1, later="later")


def webhook(url: str, caller: Caller) -> Outlet:
    return WebhookOutlet(f"{url}/in", "whsec", caller)


def resend(url: str, caller: Caller) -> Outlet:
    return ResendOutlet("re_123", caller, service=url)


Make = Callable[[str, Caller], Outlet]
BOTH = pytest.mark.parametrize("make", [webhook, resend])


async def test_a_webhook_is_signed_over_its_timestamp_and_raw_body(caller: Caller):
    with vendor(lambda asked: Reply(204)) as there:
        outlet = webhook(there.url, caller)
        await outlet.send(MAIL)
        await outlet.send(MAIL)
    first, second = there.asked
    assert (first.method, first.path) == ("POST", "/in")
    stamp = first.headers["x-sessiontui-timestamp"]
    assert stamp == str(int(AT.timestamp()))
    digest = hmac.new(b"whsec", stamp.encode() + b"." + first.body, hashlib.sha256).hexdigest()
    assert first.headers["x-sessiontui-signature"] == f"v1={digest}"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "abc@localhost"
    assert first.body == second.body
    assert first.body.isascii()
    assert json.loads(first.body)["to"] == {"name": MAIL.name, "address": "ana@example.org"}
    assert "bcc" not in first.headers


async def test_resend_gets_one_recipient_and_a_key(caller: Caller):
    with vendor(lambda asked: said({"id": "1"})) as there:
        await resend(there.url, caller).send(MAIL)
    (asked,) = there.asked
    assert (asked.method, asked.path) == ("POST", "/emails")
    assert asked.headers["authorization"] == "Bearer re_123"
    assert asked.headers["idempotency-key"] == "abc@localhost"
    told = json.loads(asked.body)
    assert len(told["to"]) == 1
    assert told["to"][0].endswith("<ana@example.org>")
    assert not any(mark in told["to"][0] + told["subject"] for mark in "\r\n")
    assert told["headers"]["Message-ID"] == "<abc@localhost>"
    assert set(told) == {"from", "to", "subject", "text", "headers"}


@BOTH
@pytest.mark.parametrize(
    ("reply", "lasting", "everyone", "wait"),
    [
        (Reply(429, b"", {"Retry-After": "120"}), False, False, timedelta(minutes=2)),
        (Reply(429, b"", {"Retry-After": "Mon, 04 May 2026 12:01:00 GMT"}), False, False, timedelta(minutes=1)),
        (Reply(429, b"", {"Retry-After": "9999999"}), False, False, timedelta(hours=6)),
        (Reply(500), False, False, None),
        (Reply(503, b"", {"Retry-After": "7"}), False, False, timedelta(seconds=7)),
        (Reply(401), False, True, None),
        (Reply(403), False, True, None),
        (Reply(404), False, True, None),
        (Reply(422, b'{"message": "no such recipient"}'), True, False, None),
        (Reply(301, b"", {"Location": "http://127.0.0.1:1/"}), True, False, None),
    ],
)
async def test_what_is_answered_says_whether_to_try_again(
    make: Make, caller: Caller, reply: Reply, lasting: bool, everyone: bool, wait: timedelta | None
):
    with vendor(lambda asked: reply) as there:
        books = Books()
        with pytest.raises(NotSent) as refused:
            await make(there.url, caller).send(MAIL, handing_over=books)
    error = refused.value
    assert (error.lasting, error.everyone, error.wait) == (lasting, everyone, wait)
    assert len(there.asked) == books.noted == 1
    assert "re_123" not in str(error)
    assert "whsec" not in str(error)


async def test_silence_is_a_doubt_for_a_webhook_and_none_where_the_key_counts(caller: Caller):
    with vendor(lambda asked: Reply(0)) as there:
        with pytest.raises(Unsure):
            await webhook(there.url, caller).send(MAIL)
        with pytest.raises(NotSent) as refused:
            await resend(there.url, caller).send(MAIL)
        assert not refused.value.lasting


@BOTH
async def test_nobody_there_is_no_doubt(make: Make, caller: Caller):
    with pytest.raises(NotSent, match="cannot be reached") as refused:
        await make("http://127.0.0.1:1", caller).send(MAIL)
    assert not refused.value.lasting


@pytest.mark.parametrize(
    ("name", "lasting"), [("concurrent_idempotent_requests", False), ("invalid_idempotent_request", True)]
)
async def test_resend_tells_of_keys_that_were_used(caller: Caller, name: str, lasting: bool):
    with vendor(lambda asked: said({"name": name}, 409)) as there, pytest.raises(NotSent) as refused:
        await resend(there.url, caller).send(MAIL)
    assert refused.value.lasting is lasting


async def test_what_is_no_address_is_never_posted(caller: Caller):
    with vendor(lambda asked: said({})) as there, pytest.raises(NotSent) as refused:
        await resend(there.url, caller).send(mail(address="a@b.org, c@d.org"))
    assert refused.value.lasting
    assert there.asked == []


async def test_probing_posts_nothing_and_tells_a_bad_key(caller: Caller):
    def answer(asked: Asked) -> Reply:
        if asked.path == "/domains":
            good = asked.headers["authorization"] == "Bearer re_123"
            name = "restricted_api_key" if good else "missing_api_key"
            return said({"name": name}, 401)
        return Reply(405)

    with vendor(answer) as there:
        assert "answers" in await resend(there.url, caller).probe()
        assert "answers" in await webhook(there.url, caller).probe()
        with pytest.raises(NotSent, match="does not accept the key"):
            await ResendOutlet("bad", caller, service=there.url).probe()
    assert {asked.method for asked in there.asked} == {"GET"}

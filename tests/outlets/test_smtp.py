"""A real conversation with a mail server through every point at which it can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain.delivery import Security
from sessiontui.outlets.outlet import Mail, NotSent, Unsure, Withheld
from sessiontui.outlets.smtp import Patience, Server, SmtpOutlet

from .post_office import PASSWORD, USER, Office, certificate, closed_port, post_office, silence

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
QUICK = Patience(connect=0.5, command=0.5, block=5, accept=0.5, quit=0.3)


def mail(**changed: str) -> Mail:
    told = {"name": "Ana", "address": "ana@example.org", "subject": "Hello", "body": "Text\n", **changed}
    own = {"message_id": "<abc@localhost>", "sender": "desk@example.org", **told}
    return Mail(kind="message", written_at=AT, **own)


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as found:
        yield found


def plain(port: int, **told: str) -> SmtpOutlet:
    return SmtpOutlet(Server(host="127.0.0.1", port=port, security=Security.NONE, **told), patience=QUICK)


class Books:
    """Counts how often a letter was noted as being handed over."""

    def __init__(self) -> None:
        self.noted = 0

    async def __call__(self) -> None:
        self.noted += 1


async def test_letters_leave_over_one_connection_each_to_one_recipient(office: Office):
    outlet, books = plain(office.port), Books()
    for number in range(3):
        await outlet.send(
            mail(message_id=f"<{number}@x>", address=f"p{number}@example.org", body=".\n..dots\nÄrger\n"),
            handing_over=books,
        )
    await outlet.close()
    assert office.connections == 1
    assert office.recipients == [["p0@example.org"], ["p1@example.org"], ["p2@example.org"]]
    assert [one["Message-ID"] for one in office.mails()] == ["<0@x>", "<1@x>", "<2@x>"]
    assert office.mails()[0].get_content().replace("\r\n", "\n") == ".\n..dots\nÄrger\n"
    assert books.noted == 3
    assert not await outlet.has_left(mail())


POINTS = [
    # point, what the server does there, is it for good, was it being handed over
    ("ehlo", "502 no", False, 0),
    ("mail", "451 later", False, 0),
    ("mail", "553 never", True, 0),
    ("rcpt", "450 later", False, 0),
    ("rcpt", "550 nobody here", True, 0),
    ("data", "451 later", False, 1),
    ("data", "554 never", True, 1),
    ("dot", "451 later", False, 1),
    ("dot", "554 it is spam", True, 1),
]


@pytest.mark.parametrize(("point", "said", "lasting", "noted"), POINTS)
async def test_what_the_server_refuses_did_not_leave(
    office: Office, point: str, said: str, lasting: bool, noted: int
):
    outlet, books = plain(office.port), Books()
    office.at[point] = said
    with pytest.raises(NotSent) as refused:
        await outlet.send(mail(), handing_over=books)
    assert refused.value.lasting is lasting
    assert said[:3] in refused.value.detail
    assert refused.value.everyone is (point == "ehlo")
    assert (books.noted, office.taken) == (noted, [])
    office.at.clear()
    await outlet.send(mail(), handing_over=books)  # and the next letter is none the worse
    await outlet.close()
    assert len(office.taken) == 1
    assert office.connections == (2 if point == "ehlo" else 1)


async def test_a_server_that_is_not_there_or_says_nothing_is_down_for_every_letter():
    with silence() as quiet:
        for port, why in ((closed_port(), "Error connecting"), (quiet, "")):
            outlet, books = plain(port), Books()
            with pytest.raises(NotSent, match=f"does not answer: .*{why}") as refused:
                await outlet.send(mail(), handing_over=books)
            assert (refused.value.everyone, refused.value.lasting, books.noted) == (True, False, 0)
            await outlet.close()


async def test_a_connection_that_breaks_before_the_text_is_whole_is_no_doubt(office: Office):
    outlet, books = plain(office.port), Books()
    office.at["text"] = "close"
    with pytest.raises(NotSent, match="went away before the end") as refused:
        await outlet.send(mail(body="x" * 70 + "\n" + "more and more\n" * 2_000_000), handing_over=books)
    assert not refused.value.lasting
    assert books.noted == 1
    await outlet.close()


@pytest.mark.parametrize("said", ["close", "take and close", "slow"])
async def test_silence_after_the_dot_is_a_doubt(office: Office, said: str):
    outlet, books = plain(office.port), Books()
    office.at["dot"], office.slow = said, 1.2
    with pytest.raises(Unsure, match="did not say whether"):
        await outlet.send(mail(), handing_over=books)
    assert books.noted == 1
    office.at.clear()
    await outlet.send(mail(), handing_over=books)
    await outlet.close()
    assert office.connections == 2


async def test_what_is_held_back_at_the_last_moment_never_leaves(office: Office):
    async def held_back() -> None:
        raise Withheld("the session was moved")

    outlet = plain(office.port)
    with pytest.raises(Withheld):
        await outlet.send(mail(), handing_over=held_back)
    await outlet.send(mail(message_id="<next@x>"))
    await outlet.close()
    assert [one["Message-ID"] for one in office.mails()] == ["<next@x>"]
    assert (office.seen, office.connections) == (["data"], 1)


async def test_a_connection_that_the_server_closed_between_letters_is_made_anew(office: Office):
    outlet = plain(office.port)
    await outlet.send(mail())
    office.at["mail"] = "421 I close"
    with pytest.raises(NotSent) as refused:
        await outlet.send(mail())
    assert not refused.value.lasting
    office.at.clear()
    await outlet.send(mail(message_id="<2@x>"))
    await outlet.close()
    assert (len(office.taken), office.connections) == (2, 2)


async def test_credentials(office: Office):
    with post_office(signs_in=True) as guarded:
        good = plain(guarded.port, user=USER, password=PASSWORD)
        assert (await good.probe()).endswith("answers in the clear, signed in as desk")
        await good.send(mail())
        await good.close()
        bad = plain(guarded.port, user=USER, password="wrong")
        with pytest.raises(NotSent, match="does not sign in desk: 535") as refused:
            await bad.send(mail())
        assert (refused.value.everyone, refused.value.lasting) == (True, False)
        assert "wrong" not in str(refused.value)
        assert "wrong" not in repr(bad.server)
    unoffered = plain(office.port, user=USER, password=PASSWORD)
    with pytest.raises(NotSent, match="does not sign in") as refused:
        await unoffered.send(mail())
    assert refused.value.everyone


async def test_a_password_never_travels_in_the_clear_to_another_machine():
    far = SmtpOutlet(Server(host="mail.example.org", security=Security.NONE, user=USER, password=PASSWORD))
    with pytest.raises(NotSent, match="in the clear") as refused:
        await far.send(mail())
    assert refused.value.everyone


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_over_tls_only_a_certificate_that_is_trusted_will_do(tmp_path: Path, security: Security):
    server, client = certificate(tmp_path)
    way = {"tls": server} if security is Security.TLS else {"starttls": server}
    with post_office(**way) as office:
        to = Server(host="127.0.0.1", port=office.port, security=security)
        good = SmtpOutlet(to, trust=client, patience=QUICK)
        await good.send(mail())
        await good.close()
        assert len(office.taken) == 1
        stranger = SmtpOutlet(to, patience=QUICK)
        with pytest.raises(NotSent, match=r"certificate of .* is not to be trusted") as refused:
            await stranger.send(mail())
        assert refused.value.everyone
    other, client = certificate(tmp_path, address="127.0.0.9")
    way = {"tls": other} if security is Security.TLS else {"starttls": other}
    with post_office(**way) as office:
        wrong = SmtpOutlet(replace(to, port=office.port), trust=client, patience=QUICK)
        with pytest.raises(NotSent, match="certificate"):
            await wrong.send(mail())
        assert office.taken == []


async def test_a_server_without_starttls_or_that_refuses_it_gets_nothing_in_the_clear(tmp_path: Path, office: Office):
    server, client = certificate(tmp_path)
    with post_office(starttls=server) as refusing:
        refusing.at["starttls"] = "454 not now"
        for port in (office.port, refusing.port):
            to = Server(host="127.0.0.1", port=port, security=Security.STARTTLS)
            with pytest.raises(NotSent, match="does not begin STARTTLS") as refused:
                await SmtpOutlet(to, trust=client, patience=QUICK).send(mail())
            assert refused.value.everyone
        assert (office.taken, refusing.taken, refusing.seen) == ([], [], [])


async def test_addresses_in_other_scripts_leave_where_the_server_takes_them(office: Office):
    outlet = plain(office.port)
    await outlet.send(mail(address="josé@example.org"))
    await outlet.close()
    assert office.recipients == [["josé@example.org"]]


@pytest.mark.parametrize(
    "address", ["a@b.org>\r\nRCPT TO:<x@y.org", "a@b.org\nDATA", "a@b.org, c@d.org", "", "a@b\0.org"]
)
async def test_an_address_cannot_add_commands(office: Office, address: str):
    outlet = plain(office.port)
    with pytest.raises(NotSent) as refused:
        await outlet.send(mail(address=address))
    assert refused.value.lasting
    await outlet.close()
    assert (office.taken, office.connections) == ([], 0)


HOSTILE = (
    "\r\n.\r\nMAIL FROM:<a@b.org>\r\n",
    "\n.\n",
    "\r.\r",
    "\r\n.\nRSET\r\n",
    "\x1b[31m",
    "\u202e",
    "\u2028.\u2028",
)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*HOSTILE, "word", "Ä", "\n", " "]), max_size=8).map("".join))
async def test_whatever_stands_in_a_letter_one_letter_leaves(text: str):
    with post_office() as office:
        outlet = plain(office.port)
        await outlet.send(mail(name=text, subject=text, body=text))
        await outlet.send(mail(message_id="<after@x>"))
        await outlet.close()
    assert [one["Message-ID"] for one in office.mails()] == ["<abc@localhost>", "<after@x>"]
    assert office.recipients == [["ana@example.org"]] * 2
    found = office.mails()[0]
    assert found["Bcc"] is None
    assert [one.addr_spec for one in found["To"].addresses] == ["ana@example.org"]

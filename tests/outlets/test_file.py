"""What leaves as a file is a mail that any program reads, and nothing from outside adds to its headings."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.outlets.composing import compose
from sessiontui.outlets.file import FileOutlet
from sessiontui.outlets.outlet import Mail, NotSent

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
HEADINGS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "x-sessiontui-kind", "content-type",
    "content-transfer-encoding", "mime-version",
}  # fmt: skip


def mail(**changed: str) -> Mail:
    told = {"name": "Ana", "address": "ana@example.org", "subject": "Hello", "body": "Text\n", **changed}
    return Mail(message_id="<abc@localhost>", kind="message", sender="desk@example.org", written_at=AT, **told)


def read(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


@given(name=st.text(), subject=st.text(max_size=200), body=st.text().filter(lambda text: "\0" not in text))
def test_whatever_stands_in_a_text_no_heading_is_added_and_one_person_is_written_to(
    name: str, subject: str, body: str
):
    clean = [text.encode("utf-8", "replace").decode() for text in (name, subject, body)]
    found = read(compose(mail(name=clean[0], subject=clean[1], body=clean[2])))
    assert {key.lower() for key in found} == HEADINGS
    assert [address.addr_spec for address in found["To"].addresses] == ["ana@example.org"]
    assert found["Message-ID"] == "<abc@localhost>"
    assert found["Date"].datetime == AT


@pytest.mark.parametrize(
    "injection", ["x\r\nBcc: all@example.org", "x\nBcc: a@b.org\n\nbody", "x\rBcc: a@b.org", "x\u2028Bcc: a@b.org"]
)
def test_headings_cannot_be_injected(injection: str):
    found = read(compose(mail(name=injection, subject=injection)))
    assert found["Bcc"] is None
    assert found.get_content().strip() == "Text"


@pytest.mark.parametrize(
    "address",
    ["", "ana", "ana@", "@example.org", "a@b.org, c@d.org", "a@b.org\r\nBcc: x@y.org", "<a@b.org>", "a b@c.org"],
)
def test_what_is_no_address_is_refused_for_good(address: str):
    with pytest.raises(NotSent) as refused:
        compose(mail(address=address))
    assert refused.value.lasting


def test_an_address_in_another_script_is_written_as_it_is():
    assert "josé@example.org".encode() in compose(mail(address="josé@example.org"))


async def test_a_file_appears_whole_private_and_once(tmp_path: Path):
    outlet = FileOutlet(tmp_path / "outbox")
    assert not await outlet.has_left(mail())
    await outlet.send(mail())
    assert await outlet.has_left(mail())
    (path,) = outlet.folder.iterdir()
    assert path.name == "20260504T120000Z-message-abc.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"read and marked by somebody")
    await outlet.send(mail())
    assert path.read_bytes() == b"read and marked by somebody"


async def test_a_folder_that_cannot_be_written_is_worth_another_try(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(NotSent) as refused:
        await FileOutlet(blocked / "outbox").send(mail())
    assert not refused.value.lasting
    assert "cannot be written" in str(refused.value)


def test_a_hostile_id_or_kind_never_leaves_the_folder(tmp_path: Path):
    hostile = Mail(
        message_id="<../../etc/x@y>", kind="../up", sender="a@b.org", name="", address="a@b.org", subject="", body="",
        written_at=AT,
    )  # fmt: skip
    assert FileOutlet(tmp_path).path_of(hostile).parent == tmp_path

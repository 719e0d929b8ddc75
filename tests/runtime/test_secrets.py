"""Secrets come from a credential or a private file, and whatever is wrong with them is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sessiontui.domain.delivery import Channel, Delivery, Secret, Security
from sessiontui.domain.errors import BadInput, SessiontuiError, Unavailable
from sessiontui.runtime.reading import read_settings
from sessiontui.runtime.secrets import secrets_of


def kept(path: Path, text: str = "s3cret\n", mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_private_file_is_read(tmp_path: Path):
    look_up = secrets_of(Delivery(smtp_secret_file=kept(tmp_path / "a")), {})
    assert look_up(Secret.SMTP) == "s3cret"


def test_a_credential_wins_whatever_its_mode(tmp_path: Path):
    kept(tmp_path / "smtp-password", "given", 0o444)
    delivery = Delivery(smtp_secret_file=kept(tmp_path / "own"))
    assert secrets_of(delivery, {"CREDENTIALS_DIRECTORY": str(tmp_path)})(Secret.SMTP) == "given"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused_with_what_mends_it(tmp_path: Path, mode: int):
    path = kept(tmp_path / "a", mode=mode)
    with pytest.raises(BadInput, match="others can read it") as refused:
        secrets_of(Delivery(webhook_secret_file=path), {})(Secret.WEBHOOK)
    assert refused.value.hint == f"chmod 600 {path}"
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("text", ["", " \n", "two\nlines", "nul\0", "x" * 5000])
def test_what_is_no_secret_is_refused_without_being_shown(tmp_path: Path, text: str):
    with pytest.raises(BadInput, match="one line with a secret") as refused:
        secrets_of(Delivery(resend_secret_file=kept(tmp_path / "a", text)), {})(Secret.RESEND)
    assert "two" not in str(refused.value)


def test_no_file_a_folder_and_a_pipe_are_told_apart(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path, words in ((tmp_path / "none", "no file"), (tmp_path, "not a file"), (tmp_path / "pipe", "not a file")):
        with pytest.raises(SessiontuiError, match=words):
            secrets_of(Delivery(smtp_secret_file=path), {})(Secret.SMTP)
    with pytest.raises(Unavailable) as refused:
        secrets_of(Delivery(), {})(Secret.SMTP)
    assert "smtp_secret_file" in refused.value.hint


def read(tmp_path: Path, text: str) -> Delivery:
    path = tmp_path / "config.toml"
    path.write_text(f"[delivery]\n{text}\n")
    return read_settings(config=path, environ={}, system_file=tmp_path / "none").delivery


def test_the_settings_of_a_mail_server(tmp_path: Path):
    found = read(
        tmp_path,
        'channel = "smtp"\nfrom = "desk@example.org"\nsmtp_host = "mail.example.org"\nsmtp_port = 2525\n'
        'smtp_security = "tls"\nsmtp_user = "desk"\nsmtp_secret_file = "/etc/x"\nreminders = false',
    )
    assert (found.channel, found.sender, found.smtp_host) == (Channel.SMTP, "desk@example.org", "mail.example.org")
    assert (found.smtp_port, found.smtp_security, found.smtp_user) == (2525, Security.TLS, "desk")
    assert (found.smtp_secret_file, found.reminders) == (Path("/etc/x"), False)
    assert read(tmp_path, 'webhook_url = "http://localhost:8080/in"').webhook_url == "http://localhost:8080/in"


@pytest.mark.parametrize(
    "text",
    [
        'channel = "pigeon"', 'from = "nobody"', 'from = "a@b.org\\r\\nBcc: x"', 'smtp_host = "a b"',
        'smtp_host = "a\\r\\nb"', "smtp_port = 70000", 'smtp_security = "ssl"', 'smtp_secret_file = "here"',
        'webhook_url = "http://example.org/"', 'webhook_url = "https://a b"', 'webhook_url = "ftp://x"',
        'webhook_url = "http://localhost.evil.org/"', 'smtp_password = "x"',
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_file_and_key(tmp_path: Path, text: str):
    with pytest.raises(BadInput, match=text.partition(" ")[0]):
        read(tmp_path, text)

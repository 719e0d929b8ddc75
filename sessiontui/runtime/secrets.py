"""Where secrets come from: a credential of the service manager, else a private file; never a settings file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sessiontui.domain.delivery import Delivery, Secret
from sessiontui.domain.errors import BadInput, Unavailable

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"

LARGEST: Final = 4096
"""Bytes that a secret may have."""

_KEYS: Final = {
    Secret.SMTP: "delivery.smtp_secret_file",
    Secret.RESEND: "delivery.resend_secret_file",
    Secret.WEBHOOK: "delivery.webhook_secret_file",
}


def secrets_of(delivery: Delivery, environ: Mapping[str, str] | None = None) -> Callable[[Secret], str]:
    """Return what looks a secret up; it raises ``Unavailable`` or ``BadInput`` that say how to mend it."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    credentials = environ.get(CREDENTIALS, "")

    def look_up(secret: Secret) -> str:
        if credentials and (given := Path(credentials) / secret).is_file():
            # The service manager made this folder, for this service alone: its modes are its own affair.
            return _read(given, place=f"${CREDENTIALS}/{secret}", private=False)
        path = delivery.secret_file(secret)
        if path is None:
            raise Unavailable(
                f"the {secret} is not known",
                hint=f"set {_KEYS[secret]} to a file with mode 0600, or hand over the credential {secret}",
            )
        return _read(path, place=_KEYS[secret], private=True)

    return look_up


def _read(path: Path, *, place: str, private: bool) -> str:
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise BadInput(
            f"there is no file {path}", hint="write the secret into it, with mode 0600", place=place
        ) from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", place=place) from None
    try:
        found = os.fstat(number)  # of what was opened, whatever the path becomes
        if not stat.S_ISREG(found.st_mode):
            raise BadInput(f"{path} is not a file", place=place)
        if private and (mode := stat.S_IMODE(found.st_mode)) & 0o077:
            raise BadInput(f"{path} has mode {mode:04o}: others can read it", hint=f"chmod 600 {path}", place=place)
        raw = os.read(number, LARGEST + 1)
    finally:
        os.close(number)
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = "\0"
    if not text or len(raw) > LARGEST or not text.isprintable():
        raise BadInput(f"{path} does not hold one line with a secret", place=place)
    return text

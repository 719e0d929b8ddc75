"""Where secrets come from: a credential of the service manager, else a private file; never a settings file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sessiontui.domain.delivery import Delivery, Secret
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.places.settings import PlatformSecret, PlatformSettings
from sessiontui.runtime.private_files import OTHERS, read_private

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"

LARGEST: Final = 4096
"""Bytes that a secret may have."""

_HOLDS: Final = "one line with a secret"

_KEYS: Final = {
    Secret.SMTP: "delivery.smtp_secret_file",
    Secret.RESEND: "delivery.resend_secret_file",
    Secret.WEBHOOK: "delivery.webhook_secret_file",
}

_PLATFORM_KEYS: Final = {
    PlatformSecret.ZOOM: "platforms.zoom.secret_file",
    PlatformSecret.ZOOM_HOOK: "platforms.zoom.hook_secret_file",
    PlatformSecret.BBB: "platforms.bbb.secret_file",
    PlatformSecret.JITSI: "platforms.jitsi.secret_file",
}


def secrets_of(delivery: Delivery, environ: Mapping[str, str] | None = None) -> Callable[[Secret], str]:
    """Return what looks a channel's secret up; it raises ``Unavailable`` or ``BadInput`` that say how to mend it."""
    look_up = _looking_up(environ)
    return lambda secret: look_up(secret, delivery.secret_file(secret), _KEYS[secret])


def platform_secrets_of(
    platforms: PlatformSettings, environ: Mapping[str, str] | None = None
) -> Callable[[PlatformSecret], str]:
    """Return what looks a platform's secret up; it raises ``Unavailable`` or ``BadInput`` that say how to mend it."""
    look_up = _looking_up(environ)
    return lambda secret: look_up(secret, platforms.secret_file(secret), _PLATFORM_KEYS[secret])


def _looking_up(environ: Mapping[str, str] | None) -> Callable[[str, Path | None, str], str]:
    """Return what finds a secret by its name: as a credential, else in a file that a key of the settings names."""
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    credentials = environ.get(CREDENTIALS, "")

    def look_up(secret: str, path: Path | None, key: str) -> str:
        if credentials and (given := Path(credentials) / secret).is_file():
            # The service manager made this folder, for this service alone: its modes are its own affair.
            return _read(given, place=f"${CREDENTIALS}/{secret}", private=False)
        if path is None:
            raise Unavailable(
                f"the {secret} is not known",
                hint=f"set {key} to a file with mode 0600, or hand over the credential {secret}",
            )
        return _read(path, place=key, private=True)

    return look_up


def _read(path: Path, *, place: str, private: bool) -> str:
    """Return the one line that a private file holds."""
    text = read_private(path, place=place, largest=LARGEST, forbidden=OTHERS if private else 0, holds=_HOLDS).strip()
    if not text or not text.isprintable():
        raise BadInput(f"{path} does not hold {_HOLDS}", place=place)
    return text

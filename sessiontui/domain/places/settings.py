"""The meeting platforms as set under ``[platforms]``; what they must know secretly is looked up when it is needed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from sessiontui.domain.places.words import Maker
from sessiontui.domain.records import record


class PlatformSecret(StrEnum):
    """What a platform must know and no settings file holds, by the name of its credential."""

    ZOOM = "zoom-secret"
    ZOOM_HOOK = "zoom-hook-secret"
    """The token by which Zoom signs its webhooks."""
    BBB = "bbb-secret"
    JITSI = "jitsi-secret"


@record(kw_only=True)
class ZoomAccount:
    """A server-to-server app of a Zoom account; ``user`` owns the meetings whose mentor has no Zoom licence.

    ``api`` and ``sign_in`` are set for other clouds than the usual one.
    """

    account: str = ""
    client: str = ""
    secret_file: Path | None = None
    user: str = "me"
    hook_secret_file: Path | None = None
    api: str = ""
    sign_in: str = ""


@record(kw_only=True)
class BigBlueButtonServer:
    """A BigBlueButton server; ``url`` ends before the name of a call, as in ``https://host/bigbluebutton/api``.

    ``address_alone`` takes webhooks whose checksum covers nothing but their address, as newest versions send them.
    """

    url: str = ""
    secret_file: Path | None = None
    hash: str = "sha256"
    address_alone: bool = False


@record(kw_only=True)
class JitsiServer:
    """A Jitsi server; without a secret its rooms are open to whoever has the link."""

    url: str = ""
    app: str = ""
    secret_file: Path | None = None
    key: str = ""


@record(kw_only=True)
class PlatformSettings:
    """All platforms. ``default`` is where rooms are made unless another is named, ``backup`` what replaces it."""

    default: Maker | None = None
    backup: Maker | None = None
    zoom: ZoomAccount = ZoomAccount()
    bbb: BigBlueButtonServer = BigBlueButtonServer()
    jitsi: JitsiServer = JitsiServer()

    @property
    def there(self) -> tuple[Maker, ...]:
        """The platforms that are set up.

        >>> PlatformSettings(jitsi=JitsiServer(url="https://meet.example.org")).there
        (<Maker.JITSI: 'jitsi'>,)
        """
        is_set = {
            Maker.ZOOM: bool(self.zoom.account or self.zoom.client),
            Maker.BBB: bool(self.bbb.url),
            Maker.JITSI: bool(self.jitsi.url),
        }
        return tuple(maker for maker in Maker if is_set[maker])

    @property
    def usual(self) -> Maker | None:
        """Where a room is made unless another platform is named: the default, else the only one there is."""
        return self.default or (self.there[0] if len(self.there) == 1 else None)

    def secret_file(self, secret: PlatformSecret) -> Path | None:
        """Return the private file of a secret, if one is set."""
        return {
            PlatformSecret.ZOOM: self.zoom.secret_file,
            PlatformSecret.ZOOM_HOOK: self.zoom.hook_secret_file,
            PlatformSecret.BBB: self.bbb.secret_file,
            PlatformSecret.JITSI: self.jitsi.secret_file,
        }[secret]


NO_PLATFORMS: Final = PlatformSettings()

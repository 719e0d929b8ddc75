"""What can be set about the HTTP server, under ``[server]``."""

from __future__ import annotations

from typing import Final

from sessiontui.domain.records import record


@record(kw_only=True)
class ServerRules:
    """Where the server listens, and how much it lets one caller do.

    ``public_url`` is where the world finds it, without a slash at the end; webhooks that sign their address and
    calendar links need it behind a proxy. With ``behind_proxy`` the caller is whom the nearest proxy names last.
    """

    host: str = "127.0.0.1"
    port: int = 8770
    public_url: str = ""
    behind_proxy: bool = False
    calls_per_minute: int = 60_000
    """Calls of one login in a minute."""
    strangers_per_minute: int = 600
    """Calls of one address in a minute that no login stands behind: signing in, webhooks, calendars."""
    largest_body: int = 10 * 1024 * 1024
    """Bytes of one request."""


DEFAULT_SERVER: Final = ServerRules()

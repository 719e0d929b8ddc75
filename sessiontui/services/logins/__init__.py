"""Logins: opened, refreshed, ended and looked at; the one door for all who call from outside.

What the ways in ask for stands here, and is loaded when it is first asked for; how it is done stands in the modules.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.services.logins.ending import Revocation, force_refresh, preview, revoke, unlock
    from sessiontui.services.logins.families import authenticate, refresh, sign_out
    from sessiontui.services.logins.heartbeats import ClientReport, heartbeat
    from sessiontui.services.logins.minting import Tokens
    from sessiontui.services.logins.noting import flush, note_call
    from sessiontui.services.logins.opening import sign_in
    from sessiontui.services.logins.shown import LoginLine, LoginsBoard, board, listing

__all__ = [
    "ClientReport",
    "LoginLine",
    "LoginsBoard",
    "Revocation",
    "Tokens",
    "authenticate",
    "board",
    "flush",
    "force_refresh",
    "heartbeat",
    "listing",
    "note_call",
    "preview",
    "refresh",
    "revoke",
    "sign_in",
    "sign_out",
    "unlock",
]

__getattr__ = lazily(
    __name__,
    {
        "ClientReport": "heartbeats",
        "LoginLine": "shown",
        "LoginsBoard": "shown",
        "Revocation": "ending",
        "Tokens": "minting",
        "authenticate": "families",
        "board": "shown",
        "flush": "noting",
        "force_refresh": "ending",
        "heartbeat": "heartbeats",
        "listing": "shown",
        "note_call": "noting",
        "preview": "ending",
        "refresh": "families",
        "revoke": "ending",
        "sign_in": "opening",
        "sign_out": "families",
        "unlock": "ending",
    },
)

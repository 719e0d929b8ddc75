"""People's passwords: scrypt with a salt of its own each, so that a stolen database gives none away.

Only people have them; a client has a key. The cost is about 50 ms and 16 MiB a look, on a thread of its own.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Final

from sessiontui.domain.errors import BadInput

SHORTEST: Final = 12
LONGEST: Final = 200

_COST: Final = 1 << 14
_BLOCK: Final = 8
_LANES: Final = 1
_SALT: Final = 16
_LENGTH: Final = 32
_PARTS: Final = 5

NOBODYS: Final = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""What is looked at for an account that has no password, so that it takes as long as for one that has."""


def require_good(password: str) -> None:
    """Raise ``BadInput`` for a password that is too short, too long, or one character over and over."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"a password has {SHORTEST} to {LONGEST} characters", hint="take a few words")
    if len(set(password)) < SHORTEST // 3:
        raise BadInput("a password of so few different characters is guessed", hint="take a few words")


async def hashed(password: str) -> str:
    """Return what is kept of a password."""
    salt = secrets.token_bytes(_SALT)
    made = await asyncio.to_thread(_scrypt, password, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${_text(salt)}${_text(made)}"


async def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one of which ``kept`` was kept; it takes as long for every answer."""
    name, _, rest = (kept or NOBODYS).partition("$")
    parts = rest.split("$")
    if name != "scrypt" or len(parts) != _PARTS:
        return False
    try:
        cost, block, lanes = (int(part) for part in parts[:3])
        salt, wanted = (base64.b64decode(part, validate=True) for part in parts[3:])
    except (ValueError, binascii.Error):
        return False
    made = await asyncio.to_thread(_scrypt, password[:LONGEST], salt, cost, block, lanes)
    return hmac.compare_digest(made, wanted) and bool(kept)


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "replace"), salt=salt, n=cost, r=block, p=lanes, maxmem=1 << 26, dklen=_LENGTH
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

"""Tokens and keys as they leave the house, and the digests that stay: 256 bits each, told apart by how they begin.

They are opaque, not signed: they are looked up in any case, since a revocation must hold at the next call and a role
is what it is now, and one look into an index costs less than verifying a signature. So there is no signing key that
could leak, and a token says nothing to whoever finds it. Signed words are taken from clients alone: see ``signed``.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

ACCESS_PREFIX: Final = "sta_"
REFRESH_PREFIX: Final = "str_"
KEY_PREFIX: Final = "stk_"
"""How tokens and client keys begin, so that scanners for leaked secrets find them."""

BYTES: Final = 32
LONGEST: Final = 512
"""Characters that anything presented may have; what is longer is none of ours and is not even hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in or a refresh answers; the names are those of OAuth 2, lengths of life are in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int
    scope: str
    login_id: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


def mint(prefix: str) -> str:
    """Return a new secret of 256 bits."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """Return what is kept of a secret: SHA-256 is enough for what nobody can guess."""
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "replace")).hexdigest()

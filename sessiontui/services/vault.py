"""The vault: secrets sealed for one cell of one row, and opened for no other.

A sealed text is ``v1.KEY.NONCE.CIPHER``: the version, the id of the key, and AES-256-GCM over the text with the cell
as associated data. The id of a key is made from the key, so that no two are ever confused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sessiontui.domain.errors import Unavailable

VERSION: Final = "v1"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

_PARTS: Final = 4
_BACK: Final = "put the key back where it was; nothing is lost as long as the key exists"


@dataclass(frozen=True, slots=True)
class Cell:
    """The place where a sealed text is kept: it opens nowhere else."""

    table: str
    row: int
    column: str

    @property
    def words(self) -> str:
        """The place as people read it."""
        return f"{self.column.replace('_', ' ')} of {self.table.replace('_', ' ')} #{self.row}"


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals with the newest of its keys and opens with any; ``draw`` gives random bytes."""

    keys: Sequence[bytes] = field(repr=False)
    draw: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)

    @property
    def newest(self) -> str:
        """The id of the key that seals, empty where there is none."""
        return key_id(self.keys[-1]) if self.keys else ""

    def seal(self, text: str, cell: Cell) -> str:
        """Return a text sealed for one cell; an empty one stays empty."""
        if not text:
            return ""
        if not self.keys:
            raise Unavailable("there is no key to seal secrets with")
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = self.draw(NONCE_BYTES)
        cipher = AESGCM(self.keys[-1]).encrypt(nonce, text.encode(), _bound(self.newest, cell))
        return ".".join((VERSION, self.newest, _written(nonce), _written(cipher)))

    def open(self, sealed: str, cell: Cell) -> str:
        """Return the text that was sealed for this cell; ``Unavailable`` says what is wrong."""
        if not sealed:
            return ""
        used, nonce, cipher = _taken_apart(sealed, cell)
        key = next((one for one in self.keys if key_id(one) == used), None)
        if key is None:
            raise Unavailable(f"the {cell.words} is sealed with the key {used}, which is not here", hint=_BACK)
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(key).decrypt(nonce, cipher, _bound(used, cell)).decode()
        except InvalidTag:
            raise _damaged(cell) from None

    def move(self, sealed: str, *, source: Cell, target: Cell) -> str:
        """Return a text sealed for another cell, by the newest key."""
        return self.seal(self.open(sealed, source), target)

    def mark(self, text: str) -> str:
        """Return a word made from a text that nobody without the newest key can guess."""
        if not self.keys:
            raise Unavailable("there is no key to make unguessable words with")
        return hmac.new(self.keys[-1], f"mark\x1f{text}".encode(), hashlib.sha256).hexdigest()[:20]


def key_id(key: bytes) -> str:
    """Return the id of a key, which tells nothing of it.

    >>> key_id(bytes(32))
    'f8ed9954'
    """
    return hashlib.sha256(b"sessiontui key" + key).hexdigest()[:8]


def key_of(sealed: str) -> str:
    """Return the id of the key with which a text is sealed.

    >>> key_of("v1.2b7f97a2.AAAA.BBBB")
    '2b7f97a2'
    """
    parts = sealed.split(".")
    return parts[1] if len(parts) == _PARTS else ""


def _bound(used: str, cell: Cell) -> bytes:
    """Return what a sealed text is bound to: how, with which key, and where it is kept."""
    return "\x1f".join((VERSION, used, cell.table, str(cell.row), cell.column)).encode()


def _taken_apart(sealed: str, cell: Cell) -> tuple[str, bytes, bytes]:
    parts = sealed.split(".")
    if len(parts) != _PARTS:
        raise _damaged(cell)
    version, used, nonce, cipher = parts
    if version != VERSION:
        raise Unavailable(f"the {cell.words} is sealed in the way {version[:8]!r}", hint="upgrade sessiontui")
    try:
        found = used, _read(nonce), _read(cipher)
    except (binascii.Error, ValueError):
        raise _damaged(cell) from None
    if len(found[1]) != NONCE_BYTES or not found[2]:
        raise _damaged(cell)
    return found


def _damaged(cell: Cell) -> Unavailable:
    return Unavailable(
        f"the {cell.words} does not open: it was changed, or moved here from another row",
        hint="restore a backup, or set the secret anew",
    )


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _read(text: str) -> bytes:
    raw = base64.b64decode(text.encode("ascii", "strict"), altchars=b"-_", validate=True)
    if _written(raw) != text:  # one secret, one spelling: a changed bit never goes unnoticed
        raise ValueError(text)
    return raw

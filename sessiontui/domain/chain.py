"""The audit hash chain: every entry is sealed together with the seal before it.

An edit breaks the seal of its entry, a deletion or a swap the seal of the entry that follows. What was cut
off at the end is found only with the head that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What an entry may hold."""

Entry: TypeAlias = Mapping[str, Json]
"""One audit entry, without its seal."""

GENESIS: Final = "0" * 64
"""What stands before the first entry of a chain."""

_SEAL_LENGTH: Final = 64

_encode: Final = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def canonical(entry: Entry) -> bytes:
    """Return the one spelling of an entry: JSON with sorted keys and no spaces, in ASCII.

    Raises ``ValueError`` for NaN and infinities, ``TypeError`` for what JSON does not know.

    >>> canonical({"b": "é", "a": [1, None]})
    b'{"a":[1,null],"b":"\\\\u00e9"}'
    """
    return _encode(entry).encode("ascii")


def seal(previous: str, entry: Entry) -> str:
    """Return the seal of an entry after the seal before it, both 64 hexadecimal digits.

    Raises ``ValueError`` if ``previous`` has another length, which would let text flow over into the entry.

    >>> seal(GENESIS, {"action": "cancel"})[:16]
    'effe5259d4ac7685'
    """
    if len(previous) != _SEAL_LENGTH:
        msg = f"a seal has {_SEAL_LENGTH} digits, not {len(previous)}"
        raise ValueError(msg)
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def redigest(previous: str, entry: Entry, seal_of_it: str) -> str:
    """Return the digest of an entry that no longer says what it was sealed with, in its place between two seals.

    >>> redigest(GENESIS, {"action": "cancel"}, GENESIS)[:16]
    '4e591e01047c14d7'
    """
    return hashlib.sha256(canonical({"after": previous, "entry": entry, "seal": seal_of_it})).hexdigest()


def digest_of_all(digests: Iterable[tuple[int, str]]) -> str:
    """Return one digest of many, each with the number of its entry, in the order of the numbers."""
    return hashlib.sha256(canonical({"entries": [[number, one] for number, one in sorted(digests)]})).hexdigest()


def verify(sealed: Iterable[tuple[Entry, str]], *, previous: str = GENESIS, head: str | None = None) -> int | None:
    """Return the place, from 0, of the first entry whose seal does not follow, or ``None`` for a whole chain.

    ``sealed`` holds entries with their seals, oldest first, and is read once. ``previous`` is the seal before
    the first one, for a chain read in parts. With ``head``, the last seal as kept elsewhere, a chain that was
    cut or sealed anew is broken too; the place is then the number of entries.
    """
    place = 0
    for entry, stored in sealed:
        if seal(previous, entry) != stored:
            return place
        previous = stored
        place += 1
    return None if head is None or head == previous else place

"""Who was seen, so compactly that people seen twice can be counted over any period: one bit a person.

A crowd is two sets of person ids: who was seen at all, and who was seen more than once. Joining two crowds knows of
each person whether they now were seen twice, which no two counts of different people could tell.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from sessiontui.domain.records import record


@record
class Crowd:
    """Bit n of ``once`` says that person n was seen, bit n of ``again`` that they were seen twice or more often."""

    once: int = 0
    again: int = 0

    def __or__(self, other: Crowd) -> Crowd:
        return Crowd(self.once | other.once, self.again | other.again | (self.once & other.once))

    @property
    def seen(self) -> int:
        """How many different people were seen."""
        return self.once.bit_count()

    @property
    def repeated(self) -> int:
        """How many of them were seen in two sessions or more."""
        return self.again.bit_count()


def crowd_of(sessions: Iterable[Iterable[int]]) -> Crowd:
    """Return the crowd of sessions, each given as the ids of those who were seen in it.

    >>> crowd = crowd_of([(1, 2), (2, 3), (2,)])
    >>> crowd.seen, crowd.repeated
    (3, 1)
    """
    once: set[int] = set()
    again: set[int] = set()
    for people in sessions:
        for person in people:
            (again if person in once else once).add(person)
    return Crowd(_bits(once), _bits(again))


def pack(bits: int) -> bytes:
    """Return a set of bits as few bytes."""
    return zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1)


def unpack(packed: bytes) -> int:
    """Return the set of bits that was packed.

    >>> unpack(pack(1 << 70_000 | 5)) == 1 << 70_000 | 5
    True
    """
    return int.from_bytes(zlib.decompress(packed), "little")


def pack_people(people: Iterable[int]) -> bytes:
    """Return ids of people as four bytes each.

    >>> unpack_people(pack_people((3, 70_000)))
    (3, 70000)
    """
    ids = tuple(people)
    return struct.pack(f"<{len(ids)}I", *ids)


def unpack_people(packed: bytes) -> tuple[int, ...]:
    """Return the ids of people that were packed."""
    return struct.unpack(f"<{len(packed) // 4}I", packed)


def _bits(people: set[int]) -> int:
    if not people:
        return 0
    held = bytearray(max(people) // 8 + 1)
    for person in people:
        held[person >> 3] |= 1 << (person & 7)
    return int.from_bytes(held, "little")

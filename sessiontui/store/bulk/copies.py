"""What is to be written: copies of sessions, and the people who take part in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.store.bulk.choosing import Original
from sessiontui.store.haystack import spaced

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """People of whom a copy has others: ``count`` of them from the id ``first`` on.

    The others are ``size`` people from the id ``onto`` on, at least as many, in a circle that each copy turns.
    """

    first: int
    count: int
    onto: int
    size: int


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: of what, its title, and by how many milliseconds its window, and what was said of it, are moved.

    ``turns`` has one number for each circle.
    """

    of: Original
    title: str
    moved: int
    told: int
    turns: tuple[int, ...]


async def add_people(
    tx: Tx, names: Iterable[str], *, role: str, mail: Callable[[int], str], created_at: datetime
) -> range:
    """Make people known inside a transaction and return their ids, which follow each other."""
    first = await tx.last_id("person") + 1
    rows = [
        {
            "id": person_id,
            "name": name,
            "name_key": spaced(name),
            "email": mail(person_id),
            "email_key": mail(person_id).casefold(),
            "phone": "",
            "role": role,
            "zone": "",
            "created_at": created_at,
            "version": 1,
        }
        for person_id, name in enumerate(names, start=first)
    ]
    await tx.insert_many("person", rows)
    return range(first, first + len(rows))

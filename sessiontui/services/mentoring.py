"""Who can be the mentor of a session: anybody but a program that only calls the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.store.logins.clients import programs

if TYPE_CHECKING:
    from sessiontui.store.tables import Person
    from sessiontui.store.tx import Tx

WHO_CAN: Final = "name a person; sessiontui people list role:mentor lists those who mentor"


async def mentor_of(tx: Tx, person_id: int) -> Person:
    """Return who is to be the mentor; ``NotFound`` where there is nobody, ``BadInput`` where it is a program."""
    person = await tx.person(person_id)
    if person_id in await programs(tx.fetch):
        raise BadInput(no_mentor(person.name), hint=WHO_CAN, place="mentor")
    return person


def no_mentor(name: str) -> str:
    """Return why a program of a name is no mentor, in a sentence."""
    return f"{visible(name)} is an API client, a program: it can be nobody's mentor"

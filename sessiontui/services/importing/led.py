"""Rows of outside files that would make a program the mentor of a session: refused before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sessiontui.intake import MoveRecord, SessionRecord
from sessiontui.services.importing.settling import Told, source_of
from sessiontui.services.mentoring import no_mentor
from sessiontui.store.logins.clients import programs

if TYPE_CHECKING:
    from sessiontui.services.importing.persons import Register
    from sessiontui.store.tx import Tx


async def led_by_people(tx: Tx, register: Register, rows: Sequence[Told]) -> list[Told]:
    """Return the rows whose mentor, if they name one, is no program; the others are refused."""
    machines = await programs(tx.fetch)
    kept: list[Told] = []
    for record, outcome in rows:
        mentor = record.mentor if isinstance(record, SessionRecord | MoveRecord) else None
        person_id = register.meant(source_of(record), mentor) if mentor else None
        if person_id is not None and person_id in machines:
            outcome.refuse(record.line, no_mentor(register.known(person_id).name))
        else:
            kept.append((record, outcome))
    return kept

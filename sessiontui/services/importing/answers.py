"""Survey answers of outside files: each compared with what is kept already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.errors import SessiontuiError
from sessiontui.intake import SurveyRecord
from sessiontui.services.followups import Answer, answer_kept, keep_answer
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def take_answer(
    tx: Tx, register: Register, record: SurveyRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Bring one answer up to what a file says of it, or refuse it where its session has not ended."""
    person_id = await register.refer(source, record.person)
    if person_id is None:
        outcome.refuse(record.line, f"person {record.person!r} of {source!r} is unknown")
        return
    given = Answer(rating=record.rating, comment=record.comment or "", may_tell=record.may_tell)
    held = await answer_kept(tx, session_id, person_id)
    if held == given:
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    try:
        await keep_answer(tx, session_id, person_id, given, source=source, answered_at=record.answered_at)
    except SessiontuiError as error:
        outcome.refuse(record.line, error.detail)
        return
    outcome.counts[Verdict.ADDED if held is None else Verdict.UPDATED] += 1

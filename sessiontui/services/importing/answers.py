"""Survey answers of outside files: each compared with what is kept already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.learning.knowledge import points_of, skill_of
from sessiontui.intake import SurveyRecord
from sessiontui.services.followups import Answer, answer_kept, keep_answer
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.learning import answering
from sessiontui.services.learning.answering import Said
from sessiontui.store.reads import practice

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
    try:
        verdicts = [
            await _learned(tx, record, source, session_id, person_id),  # first: what it refuses is refused whole
            await _answer(tx, record, source, session_id, person_id),
        ]
    except SessiontuiError as error:
        outcome.refuse(record.line, error.detail)
        return
    told = [verdict for verdict in verdicts if verdict is not None]
    changed = [verdict for verdict in told if verdict is not Verdict.UNCHANGED]
    outcome.counts[(changed or told)[0]] += 1


async def _answer(tx: Tx, record: SurveyRecord, source: str, session_id: int, person_id: int) -> Verdict | None:
    """Keep rating, comment and consent; ``None`` where the line tells nothing of them."""
    if record.rating is None and record.comment is None and record.may_tell is None:
        return None
    given = Answer(rating=record.rating, comment=record.comment or "", may_tell=record.may_tell)
    held = await answer_kept(tx, session_id, person_id)
    if held == given:
        return Verdict.UNCHANGED
    await keep_answer(tx, session_id, person_id, given, source=source, answered_at=record.answered_at)
    return Verdict.ADDED if held is None else Verdict.UPDATED


async def _learned(tx: Tx, record: SurveyRecord, source: str, session_id: int, person_id: int) -> Verdict | None:
    """Keep what was learned; ``None`` where the line tells nothing of it."""
    if record.skill is None:
        return None
    said = Said(skill=record.skill, before=record.before, after=record.after)
    held = await practice.one(tx.fetch, session_id, person_id, skill_of(said.skill))
    if held is not None and (held.before, held.after) == points_of(said.before, said.after):
        return Verdict.UNCHANGED
    await answering.keep(tx, session_id, person_id, said, source=source, at=record.answered_at)
    return Verdict.ADDED if held is None else Verdict.UPDATED

"""The summary of who came, which the mentor of a session is sent once it has ended for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain import letters as texts
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.engagement import told
from sessiontui.domain.history import facts_at
from sessiontui.domain.letters.writing import Roll
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.phrases import minutes
from sessiontui.domain.vocabulary import Attendance
from sessiontui.services.attendance.rolls import attendance_lines, host_of, roll_of
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Posted, enqueue
from sessiontui.store.histories import load, person_id_of
from sessiontui.store.reads import attendance as kept
from sessiontui.store.reads import engagement as kept_engagement
from sessiontui.store.reads import outbox as kept_letters
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import sessions as kept_sessions

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.pictures import AttendanceLine
    from sessiontui.store.tx import Tx

ONCE = "summary"
"""What makes the letter the same however often the end of a session is looked at."""


async def tell_host(tx: Tx, context: Context, session_id: int) -> Posted:
    """Write the mentor, else the author, who came to a session, once; work has no host and nobody is written."""
    history = (await load(tx.fetch, [session_id]))[session_id]
    facts = facts_at(history, tx.at, rules=tx.rules)
    host_id = person_id_of(host_of(history, facts))
    if host_id is None:
        return Posted()
    derived = derive(facts, tx.at, tx.rules)
    marks = (await kept.corrections(tx.fetch, [session_id])).get(session_id, {})
    found = roll_of(history, facts, derived, tx.at, corrections=marks, rules=tx.rules)
    if not found.attended:
        return Posted()  # nobody was expected and nobody came: there is nothing to tell
    ids = [person_id for one in found.attended if (person_id := person_id_of(one.who)) is not None]
    names = await kept_people.names(tx.fetch, ids)
    attendees = await kept_sessions.attendee_names(tx.fetch, [session_id])
    names.update({-attendee_id: name for attendee_id, (name, _, _) in attendees.items()})
    lines = attendance_lines(found, names, await kept_engagement.of_session(tx.fetch, session_id))
    expected = [one for one in found.attended if one.is_expected and one.verdict is not Attendance.EXCUSED]
    roll = Roll(
        expected=len(expected),
        came=sum(one.has_come for one in expected or found.attended),
        ran=f"{minutes(derived.actual)} of {minutes(derived.scheduled)} minutes",
        people=[(line.person, _said(line)) for line in lines],
        unmatched=facts.unmatched,
    )
    subject, _ = await notices.about(tx, session_id)
    letters = notices.written(
        LetterKind.ATTENDANCE,
        await kept_letters.addressees_of(tx.fetch, [host_id]),
        lambda to, zone: texts.attendance(subject, to, zone, roll=roll),
        context=context,
        session_id=session_id,
        occurrence=ONCE,
    )
    return await enqueue(tx, letters, delivery=context.delivery, cause=None)


def _said(line: AttendanceLine) -> str:
    parts = [str(line.verdict)]
    if line.first_join is not None:
        parts.append(f"{minutes(line.stayed)} min")
    if line.walk_in:
        parts.append("walk-in")
    if line.reason:
        parts.append(line.reason)
    if took_part := told(line.engagement):
        parts.append(took_part)
    return ", ".join(parts)

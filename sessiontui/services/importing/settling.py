"""Lines of one import that tell of the same thing: which of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake import (
    AttachmentRecord,
    BlockerRecord,
    CheckRecord,
    CollaboratorRecord,
    CommentRecord,
    GoalRecord,
    LinkRecord,
    MilestoneRecord,
    PersonRecord,
    Record,
    RecordingRecord,
    RequestRecord,
    SeriesRecord,
    SessionRecord,
    SurveyRecord,
    TemplateRecord,
)
from sessiontui.intake.project_records import (
    ActivityRecord,
    ItemRecord,
    ProjectRecord,
    QuestionRecord,
    VisitRecord,
)
from sessiontui.services.importing.outcome import FileOutcome, Verdict

DEFAULT_SOURCE: Final = "import"

Told: TypeAlias = tuple[Record, FileOutcome]

_PARTS: Final[dict[type[Record], str]] = {
    GoalRecord: "goal",
    MilestoneRecord: "milestone",
    CheckRecord: "check",
    BlockerRecord: "blocker",
    ProjectRecord: "project",
    ItemRecord: "item",
    QuestionRecord: "question",
    VisitRecord: "visit",
    ActivityRecord: "activity",
}

_IN_PROJECTS: Final = ProjectRecord | ItemRecord | QuestionRecord | VisitRecord | ActivityRecord

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def source_of(record: Record) -> str:
    """Return the platform whose outside ids a record uses."""
    return record.source or DEFAULT_SOURCE


def settle(rows: Sequence[Told]) -> list[Told]:
    """Return the rows without those that another row of the same import supersedes.

    Of several lines about one person or session the last counts, of several about one request the one with the
    latest instant. The others are refused with the line that counts, or unchanged where they say nothing else:
    taking one after the other would change the thing again at every import.
    """
    winners: dict[tuple[str, ...], int] = {}
    for place, (record, _) in enumerate(rows):
        thing = _thing(record)
        if thing and (thing not in winners or _latest(rows[winners[thing]][0]) <= _latest(record)):
            winners[thing] = place
    taken: list[Told] = []
    for place, (record, outcome) in enumerate(rows):
        thing = _thing(record)
        if not thing or winners[thing] == place:
            taken.append((record, outcome))
            continue
        winner, whose = rows[winners[thing]]
        if _says_nothing_else(record, winner):
            outcome.counts[Verdict.UNCHANGED] += 1
        else:
            outcome.refuse(record.line, f"line {winner.line} of {whose.name} tells otherwise of the same {thing[0]}")
    return taken


def _thing(record: Record) -> tuple[str, ...]:
    if isinstance(record, PersonRecord):
        return ("person", source_of(record), record.id)
    if isinstance(record, SessionRecord | SeriesRecord):
        return ("session", source_of(record), record.id)
    if isinstance(record, RequestRecord):
        return ("request", source_of(record), record.session, record.person)
    if isinstance(record, SurveyRecord):
        return ("answer", source_of(record), record.session, record.person, record.skill or "")
    if isinstance(record, RecordingRecord):
        return ("recording", source_of(record), record.id)
    if isinstance(record, CommentRecord):
        return ("comment", source_of(record), record.id)
    if isinstance(record, GoalRecord | MilestoneRecord | CheckRecord | BlockerRecord | _IN_PROJECTS):
        return (_PARTS[type(record)], source_of(record), record.id)
    if isinstance(record, AttachmentRecord):
        return ("file", source_of(record), record.session, record.name, str(record.version or record.sha256))
    if isinstance(record, LinkRecord):
        return ("link", source_of(record), record.session, record.link)
    if isinstance(record, CollaboratorRecord):
        return ("collaborator", source_of(record), record.session, record.person)
    if isinstance(record, TemplateRecord):
        return ("template", record.template.slug)
    return ()


def _latest(record: Record) -> tuple[int, datetime]:
    """Return what tells of two lines which is the later: the revision of a calendar, else an instant."""
    if isinstance(record, RequestRecord):
        return 0, max(record.decided_at or _NEVER, record.requested_at or _NEVER)
    if isinstance(record, SurveyRecord):
        return 0, record.answered_at or _NEVER
    session = record.first if isinstance(record, SeriesRecord) else record
    if isinstance(session, SessionRecord) and session.sequence is not None:
        return session.sequence, session.modified_at or _NEVER
    return 0, _NEVER


def _says_nothing_else(record: Record, winner: Record) -> bool:
    """Return whether a superseded line is the same again, or the asking of a request that was then decided."""
    if replace(record, line=winner.line) == winner:
        return True
    return (
        isinstance(record, RequestRecord)
        and isinstance(winner, RequestRecord)
        and record.state is RequestState.PENDING
        and record.requested_at == winner.requested_at
    )

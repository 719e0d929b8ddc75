"""Outside files become neutral records: pure, nothing is looked up, written or fetched."""

from sessiontui.intake.reading import KNOWN_FORMATS, read
from sessiontui.intake.records import (
    Attendee,
    Format,
    Host,
    Intake,
    JsonValue,
    MeetingReport,
    MoveRecord,
    PersonRecord,
    Platform,
    PresenceRecord,
    Question,
    QuestionKind,
    Record,
    Refusal,
    Registrant,
    RequestRecord,
    SessionRecord,
)

__all__ = [
    "KNOWN_FORMATS",
    "Attendee",
    "Format",
    "Host",
    "Intake",
    "JsonValue",
    "MeetingReport",
    "MoveRecord",
    "PersonRecord",
    "Platform",
    "PresenceRecord",
    "Question",
    "QuestionKind",
    "Record",
    "Refusal",
    "Registrant",
    "RequestRecord",
    "SessionRecord",
    "read",
]

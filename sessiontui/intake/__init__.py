"""Outside files become neutral records: pure, nothing is looked up, written or fetched."""

from sessiontui.intake.meeting_reports import Attendee, Host, MeetingReport, Platform, Registrant
from sessiontui.intake.outcome import Format, Intake, Question, QuestionKind, Refusal
from sessiontui.intake.plan_records import (
    AttachmentRecord,
    BlockerRecord,
    CheckRecord,
    GoalRecord,
    LinkRecord,
    MilestoneRecord,
    PlanRecord,
)
from sessiontui.intake.reading import KNOWN_FORMATS, read
from sessiontui.intake.records import (
    CollaboratorRecord,
    CommentRecord,
    JsonValue,
    MoveRecord,
    PersonRecord,
    PresenceRecord,
    Record,
    RecordingRecord,
    RequestRecord,
    SeriesRecord,
    SessionRecord,
    SurveyRecord,
    TemplateRecord,
)

__all__ = [
    "KNOWN_FORMATS",
    "AttachmentRecord",
    "Attendee",
    "BlockerRecord",
    "CheckRecord",
    "CollaboratorRecord",
    "CommentRecord",
    "Format",
    "GoalRecord",
    "Host",
    "Intake",
    "JsonValue",
    "LinkRecord",
    "MeetingReport",
    "MilestoneRecord",
    "MoveRecord",
    "PersonRecord",
    "PlanRecord",
    "Platform",
    "PresenceRecord",
    "Question",
    "QuestionKind",
    "Record",
    "RecordingRecord",
    "Refusal",
    "Registrant",
    "RequestRecord",
    "SeriesRecord",
    "SessionRecord",
    "SurveyRecord",
    "TemplateRecord",
    "read",
]

"""The stored nouns: one class per table, one file per aggregate."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import SQLModel

from sessiontui.store.tables.alerts import Alert, AlertCount, Clash, ClashDue, SourceGap
from sessiontui.store.tables.attendance import AttendanceMark
from sessiontui.store.tables.audit import AuditEntry, ChangeLog
from sessiontui.store.tables.choices import AttendeeChoice
from sessiontui.store.tables.collaborators import Collaborator
from sessiontui.store.tables.doors import CalendarFeed, HookEvent, HookMeeting
from sessiontui.store.tables.drafts import Draft
from sessiontui.store.tables.engagement import Engagement
from sessiontui.store.tables.files import Attachment, AttachmentOpening, SessionLink
from sessiontui.store.tables.followups import FollowUp, SuccessStory
from sessiontui.store.tables.learning import SkillPractice
from sessiontui.store.tables.logins import Client, Login, LoginMinute, Password, SignInFailure, Token
from sessiontui.store.tables.measured import EndpointMinute, ErrorTally, HealthPoint
from sessiontui.store.tables.operations import IdempotencyKey, Job, JobRun, Lease, Remembered, Setting, SourceSeen
from sessiontui.store.tables.outbox import Notification
from sessiontui.store.tables.people import OutsideId, Person, PersonTally
from sessiontui.store.tables.persons_kept import (
    AuditRedaction,
    PersonMerge,
    PersonMergeRow,
    PersonNote,
    PersonNoteBefore,
)
from sessiontui.store.tables.places import LinkLook, Place, PlaceOrder
from sessiontui.store.tables.plans import Blocker, CheckItem, Goal, GoalNeed, GoalWork, Milestone
from sessiontui.store.tables.presence import Attendee, Presence, PresenceSignal
from sessiontui.store.tables.projects import Activity, Item, ItemChange, Project, Question
from sessiontui.store.tables.recordings import Recording, RecordingOpening, RecordingReader
from sessiontui.store.tables.refusals import RefusalTally
from sessiontui.store.tables.requests import JoinRequest, RequestChange
from sessiontui.store.tables.risk import RiskFit, SessionRisk
from sessiontui.store.tables.rollups import Rollup, RollupCourse, RollupCrowd, RollupDirty, RollupSpread
from sessiontui.store.tables.series import Series
from sessiontui.store.tables.sessions import Session, SessionChange, SettlingDue, StatusCount, WordsDue
from sessiontui.store.tables.talk import Comment, CommentVersion, Mention, TalkLook
from sessiontui.store.tables.templates import Template, TemplateVersion
from sessiontui.store.tables.visits import ActivityKeys, ActivityTally, SessionAnalytics, Visit
from sessiontui.store.tables.waymarks import Waymark

NOUNS: Final[Mapping[str, type[SQLModel]]] = {
    str(noun.__tablename__): noun
    for noun in (
        Activity,
        ActivityKeys,
        ActivityTally,
        Alert,
        AlertCount,
        Attachment,
        AttachmentOpening,
        AttendanceMark,
        AttendeeChoice,
        Attendee,
        AuditEntry,
        AuditRedaction,
        Blocker,
        CalendarFeed,
        ChangeLog,
        Draft,
        Collaborator,
        Comment,
        CommentVersion,
        Engagement,
        FollowUp,
        Clash,
        ClashDue,
        CheckItem,
        Client,
        EndpointMinute,
        ErrorTally,
        HealthPoint,
        Login,
        LoginMinute,
        Password,
        SignInFailure,
        Token,
        Goal,
        GoalNeed,
        GoalWork,
        HookEvent,
        HookMeeting,
        IdempotencyKey,
        Job,
        JobRun,
        Item,
        ItemChange,
        JoinRequest,
        Lease,
        LinkLook,
        Mention,
        Milestone,
        Notification,
        OutsideId,
        Person,
        PersonMerge,
        PersonMergeRow,
        PersonNote,
        PersonNoteBefore,
        PersonTally,
        Place,
        PlaceOrder,
        Presence,
        PresenceSignal,
        Project,
        Question,
        Recording,
        RecordingOpening,
        RecordingReader,
        RefusalTally,
        Remembered,
        RequestChange,
        RiskFit,
        Rollup,
        RollupCourse,
        RollupCrowd,
        RollupDirty,
        RollupSpread,
        Series,
        Session,
        SessionAnalytics,
        SessionChange,
        SessionLink,
        SessionRisk,
        SkillPractice,
        Setting,
        SettlingDue,
        SourceGap,
        SourceSeen,
        StatusCount,
        SuccessStory,
        TalkLook,
        Template,
        TemplateVersion,
        Visit,
        Waymark,
        WordsDue,
    )
}
"""The stored nouns by the name of their table."""

__all__ = [
    "NOUNS",
    "Activity",
    "ActivityKeys",
    "ActivityTally",
    "Alert",
    "Attachment",
    "AttachmentOpening",
    "AttendanceMark",
    "Attendee",
    "AttendeeChoice",
    "AuditEntry",
    "AuditRedaction",
    "Blocker",
    "CalendarFeed",
    "ChangeLog",
    "CheckItem",
    "Clash",
    "ClashDue",
    "Client",
    "Collaborator",
    "Comment",
    "CommentVersion",
    "Draft",
    "EndpointMinute",
    "Engagement",
    "ErrorTally",
    "FollowUp",
    "Goal",
    "GoalNeed",
    "GoalWork",
    "HealthPoint",
    "HookEvent",
    "HookMeeting",
    "IdempotencyKey",
    "Item",
    "ItemChange",
    "Job",
    "JobRun",
    "JoinRequest",
    "Lease",
    "LinkLook",
    "Login",
    "LoginMinute",
    "Mention",
    "Milestone",
    "Notification",
    "OutsideId",
    "Password",
    "Person",
    "PersonMerge",
    "PersonMergeRow",
    "PersonNote",
    "PersonNoteBefore",
    "PersonTally",
    "Place",
    "PlaceOrder",
    "Presence",
    "PresenceSignal",
    "Project",
    "Question",
    "Recording",
    "RecordingOpening",
    "RecordingReader",
    "RefusalTally",
    "Remembered",
    "RequestChange",
    "RiskFit",
    "Rollup",
    "RollupCourse",
    "RollupCrowd",
    "RollupDirty",
    "RollupSpread",
    "Series",
    "Session",
    "SessionAnalytics",
    "SessionChange",
    "SessionLink",
    "SessionRisk",
    "Setting",
    "SettlingDue",
    "SignInFailure",
    "SkillPractice",
    "SourceGap",
    "SourceSeen",
    "StatusCount",
    "SuccessStory",
    "TalkLook",
    "Template",
    "TemplateVersion",
    "Token",
    "Visit",
    "Waymark",
    "WordsDue",
]

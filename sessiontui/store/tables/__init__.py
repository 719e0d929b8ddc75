"""The stored nouns: one class per table, one file per aggregate."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import SQLModel

from sessiontui.store.tables.alerts import Alert, Clash, ClashDue, SourceGap
from sessiontui.store.tables.attendance import AttendanceMark
from sessiontui.store.tables.audit import AuditEntry, ChangeLog
from sessiontui.store.tables.choices import AttendeeChoice
from sessiontui.store.tables.followups import FollowUp, SuccessStory
from sessiontui.store.tables.operations import IdempotencyKey, Job, JobRun, Lease, Remembered, Setting, SourceSeen
from sessiontui.store.tables.outbox import Notification
from sessiontui.store.tables.people import OutsideId, Person
from sessiontui.store.tables.presence import Attendee, Presence, PresenceSignal
from sessiontui.store.tables.refusals import RefusalTally
from sessiontui.store.tables.requests import JoinRequest, RequestChange
from sessiontui.store.tables.risk import RiskFit, SessionRisk
from sessiontui.store.tables.rollups import Rollup, RollupCourse, RollupCrowd, RollupDirty, RollupSpread
from sessiontui.store.tables.series import Series
from sessiontui.store.tables.sessions import Session, SessionChange, SettlingDue, StatusCount, WordsDue

NOUNS: Final[Mapping[str, type[SQLModel]]] = {
    str(noun.__tablename__): noun
    for noun in (
        Alert,
        AttendanceMark,
        AttendeeChoice,
        Attendee,
        AuditEntry,
        ChangeLog,
        FollowUp,
        Clash,
        ClashDue,
        IdempotencyKey,
        Job,
        JobRun,
        JoinRequest,
        Lease,
        Notification,
        OutsideId,
        Person,
        Presence,
        PresenceSignal,
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
        SessionChange,
        SessionRisk,
        Setting,
        SettlingDue,
        SourceGap,
        SourceSeen,
        StatusCount,
        SuccessStory,
        WordsDue,
    )
}
"""The stored nouns by the name of their table."""

__all__ = [
    "NOUNS",
    "Alert",
    "AttendanceMark",
    "Attendee",
    "AttendeeChoice",
    "AuditEntry",
    "ChangeLog",
    "Clash",
    "ClashDue",
    "FollowUp",
    "IdempotencyKey",
    "Job",
    "JobRun",
    "JoinRequest",
    "Lease",
    "Notification",
    "OutsideId",
    "Person",
    "Presence",
    "PresenceSignal",
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
    "SessionChange",
    "SessionRisk",
    "Setting",
    "SettlingDue",
    "SourceGap",
    "SourceSeen",
    "StatusCount",
    "SuccessStory",
    "WordsDue",
]

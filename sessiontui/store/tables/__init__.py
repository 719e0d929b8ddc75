"""The stored nouns: one class per table, one file per aggregate."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import SQLModel

from sessiontui.store.tables.audit import AuditEntry, ChangeLog
from sessiontui.store.tables.operations import IdempotencyKey, Job, JobRun, Lease, Remembered, Setting, SourceSeen
from sessiontui.store.tables.people import OutsideId, Person
from sessiontui.store.tables.presence import Attendee, Presence, PresenceSignal
from sessiontui.store.tables.requests import JoinRequest, RequestChange
from sessiontui.store.tables.sessions import Session, SessionChange, StatusCount

NOUNS: Final[Mapping[str, type[SQLModel]]] = {
    str(noun.__tablename__): noun
    for noun in (
        Attendee,
        AuditEntry,
        ChangeLog,
        IdempotencyKey,
        Job,
        JobRun,
        JoinRequest,
        Lease,
        OutsideId,
        Person,
        Presence,
        PresenceSignal,
        Remembered,
        RequestChange,
        Session,
        SessionChange,
        Setting,
        SourceSeen,
        StatusCount,
    )
}
"""The stored nouns by the name of their table."""

__all__ = [
    "NOUNS",
    "Attendee",
    "AuditEntry",
    "ChangeLog",
    "IdempotencyKey",
    "Job",
    "JobRun",
    "JoinRequest",
    "Lease",
    "OutsideId",
    "Person",
    "Presence",
    "PresenceSignal",
    "Remembered",
    "RequestChange",
    "Session",
    "SessionChange",
    "Setting",
    "SourceSeen",
    "StatusCount",
]

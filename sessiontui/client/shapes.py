"""The shapes of sessions and people: what is sent and what comes back, as dictionaries with typed members.

Instants are RFC 3339 in UTC, durations are in minutes. A server that is newer than this library may send more.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from sessiontui.client.calls import Json

Signal: TypeAlias = Literal["join", "heartbeat", "leave", "end"]
"""What a presence event says; ``end`` is of everybody in the session."""


class Receipt(TypedDict):
    """What came of an act: one sentence, whom it touched, and the number that takes it back.

    ``repeated`` says that it had been done before under the same idempotency key.
    """

    sentence: str
    sessions: list[int]
    people: list[int]
    undo: int | None
    repeated: bool


class Session(TypedDict):
    """One session as a row, as in ``sessiontui list --json``; ``etag`` names its version, for ``if_match``."""

    id: int
    external_id: str | None
    source: str
    title: str
    kind: str
    priority: str
    status: str
    why: str
    badges: list[str]
    starts_at: str
    ends_at: str
    scheduled_minutes: float
    actual_minutes: float
    efficiency: float
    pending: int
    approved: int
    rejected: int
    active: int
    left: int
    mentor: str | None
    author: str | None
    live_status: str
    work_status: str
    rank: int
    control: str
    capacity: int | None
    tags: list[str]
    version: int
    etag: NotRequired[str]
    receipts: NotRequired[list[Receipt]]


class SessionPage(TypedDict):
    """A page of sessions; ``next`` is the cursor of the next one."""

    taken_at: str
    counts: dict[str, int]
    sessions: list[Session]
    next: str | None


class JoinRequest(TypedDict):
    """Somebody asks to take part."""

    id: int
    person_id: int | None
    person: str
    state: str
    requested_at: str | None
    decided_at: str | None
    decided_by: str | None
    reason: str | None
    message: str | None
    waiting: bool


class Stay(TypedDict):
    """One interval of somebody in a session."""

    joined_at: str
    left_at: str | None
    source: str
    approximate: bool
    contradictory: bool


class PersonPresence(TypedDict):
    """Somebody in a session, with every interval."""

    person_id: int | None
    person: str
    host: bool
    approved: bool
    matched: bool
    here: bool
    minutes: float
    stays: list[Stay]


class SessionWhole(Session):
    """One session with what lies behind its row; the server sends more than is named here."""

    taken_at: str
    description: str
    link: str | None
    fields: dict[str, Json]
    requests: list[JoinRequest]
    presence: list[PersonPresence]


class NewSession(TypedDict):
    """A session to be made; people are named by number, or by outside id as ``source:id``."""

    title: str
    starts_at: str
    ends_at: NotRequired[str]
    id: NotRequired[str]
    source: NotRequired[str]
    kind: NotRequired[str]
    author: NotRequired[str | int | None]
    mentor: NotRequired[str | int | None]
    control: NotRequired[str]
    capacity: NotRequired[int]
    priority: NotRequired[str]
    tags: NotRequired[list[str]]
    fields: NotRequired[dict[str, Json]]
    link: NotRequired[str]
    platform: NotRequired[str]
    description: NotRequired[str]
    template: NotRequired[str]
    confirm: NotRequired[bool]


class SessionChanges(TypedDict, total=False):
    """What of a session is to be another; what is left out stays."""

    title: str
    kind: str
    description: str
    starts_at: str
    ends_at: str
    capacity: int
    priority: str
    mentor: str | int | None
    tags: list[str]
    fields: dict[str, Json]
    link: str
    reason: str
    confirm: bool


class PresenceEvent(TypedDict):
    """Somebody joined, is still there, or left; ``key`` makes it one event however often it is sent."""

    kind: Signal
    session: NotRequired[str | int]
    person: NotRequired[str | int]
    at: NotRequired[str]
    key: NotRequired[str]
    connection: NotRequired[str]


class Refusal(TypedDict):
    """An event that was not taken: its place in the batch, from 0, and why."""

    place: int
    reason: str


class Entrance(TypedDict):
    """Where somebody enters who has joined and is approved."""

    session: int
    person: int
    link: str | None
    passcode: str | None


class PresenceAnswer(TypedDict):
    """What became of a batch: ``acknowledged`` are on the disk, ``repeated`` were so before.

    ``link`` and ``passcode`` are there when a single join was reported.
    """

    acknowledged: int
    repeated: int
    refused: list[Refusal]
    joins: list[Entrance]
    link: NotRequired[str | None]
    passcode: NotRequired[str | None]


class Decided(TypedDict):
    """Where a request stands after what was done to it."""

    session: int
    person: int
    state: str
    receipt: Receipt


class Comment(TypedDict):
    """Something said about a session; ``answers`` is the comment that it answers."""

    id: int
    answers: int | None
    author: str | None
    at: str
    text: str | None


class NewGoal(TypedDict):
    """Something that a session is to reach, as a part of ``parent`` where that is named."""

    title: str
    criteria: NotRequired[str]
    parent: NotRequired[int | None]
    weight: NotRequired[int]
    phase: NotRequired[str | None]


class Plan(TypedDict):
    """The plan of a session: its goals as a tree in order, and what belongs to them."""

    progress: float | None
    goals: list[dict[str, Json]]
    milestones: list[dict[str, Json]]
    checklist: list[dict[str, Json]]
    blockers: list[dict[str, Json]]


class Attachments(TypedDict):
    """Every version of the files of a session, and its links."""

    files: list[dict[str, Json]]
    links: list[dict[str, Json]]


class Made(TypedDict):
    """A part of a session that was made or changed; its number stands under its own name."""

    comment: NotRequired[int]
    goal: NotRequired[int]
    file: NotRequired[int]
    link: NotRequired[int]
    receipt: Receipt


class Person(TypedDict):
    """One person as those see them who manage people; ``external_ids`` are written ``source:id``."""

    id: int
    name: str
    email: str | None
    phone: str | None
    role: str
    zone: str | None
    external_ids: list[str]
    receipt: NotRequired[Receipt]


class NewPerson(TypedDict):
    """A person to be made known, under the id that the platform ``source`` has for them."""

    name: str
    id: NotRequired[str | int]
    source: NotRequired[str]
    email: NotRequired[str]
    phone: NotRequired[str]
    role: NotRequired[str]
    zone: NotRequired[str]


class PersonChanges(TypedDict, total=False):
    """What of a person is to be another; what is left out stays."""

    name: str
    email: str
    phone: str
    role: str
    zone: str

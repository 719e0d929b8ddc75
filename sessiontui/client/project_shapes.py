"""The shapes of visits and projects: what is sent and what comes back, as dictionaries with typed members.

Instants are RFC 3339 in UTC. A server that is newer than this library may send more.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from sessiontui.client.calls import Json
from sessiontui.client.shapes import Receipt


class Visit(TypedDict):
    """One person at work on one project."""

    id: int
    user: int
    project: int
    started_at: str
    ended_at: str | None
    receipt: Receipt


class Activity(TypedDict):
    """A sign that somebody, or an ``agent``, is at work; ``key`` makes it one however often it is sent.

    ``kind`` is ``message`` or ``edit``, or what stands in the way: ``missing``, ``unclear``, ``depends``.
    """

    project: str | int
    user: NotRequired[str | int]
    agent: NotRequired[str]
    kind: NotRequired[str]
    text: NotRequired[str]
    at: NotRequired[str]
    item: NotRequired[int]
    key: NotRequired[str]


class Tracked(TypedDict):
    """How many activities the server took in, and for how many it had no room."""

    acknowledged: int
    dropped: int


class Step(TypedDict):
    """What to do next, and the fact behind it."""

    priority: str
    text: str
    fact: str
    rule: str
    since: str | None
    item: int | None
    question: int | None
    activity: int | None


class Blocker(TypedDict):
    """What stands in the way, and the fact behind it."""

    type: str
    text: str
    sentence: str
    fact: str
    since: str
    item: int | None
    question: int | None
    activity: int | None


class Summary(TypedDict):
    """What happened in a project since a person was last there; ``sentence`` says it in a line."""

    taken_at: str
    user: int
    project: int
    name: str
    time_since: str
    last_active: str | None
    sentence: str
    decided_since: int
    exploring: int
    parked: int
    pending_questions: int
    items: dict[str, list[dict[str, Json]]]
    questions: list[dict[str, Json]]
    suggested_steps: list[Step]
    blockers: list[Blocker]


class Analytics(TypedDict):
    """The kept figures of a person in a project."""

    user: int
    project: int
    last_activity: str | None
    previous_activity: str | None
    items_decided_since: int
    items_exploring: int
    items_parked: int
    pending_questions: int
    suggested_next_steps: list[Step]
    active_blockers: list[Blocker]
    updated_at: str


class Project(TypedDict):
    """One project with its health and counts; read alone, it has its items and questions too."""

    id: int
    slug: str
    name: str
    health: int
    decided: int
    exploring: int
    parked: int
    pending_questions: int
    items: NotRequired[list[dict[str, Json]]]
    questions: NotRequired[list[dict[str, Json]]]


class NewItem(TypedDict):
    """Something that is to be decided; ``session`` is the one in which it was brought up, or decided."""

    title: str
    state: NotRequired[str]
    note: NotRequired[str]
    session: NotRequired[str | int]


class ItemChanges(TypedDict, total=False):
    """What of an item is to be another; what is left out stays."""

    title: str
    note: str
    state: str
    session: str | int
    reason: str


class ProjectDone(TypedDict):
    """What came of an act in a project, and the number of what was made or changed."""

    project: int
    id: int
    receipt: Receipt

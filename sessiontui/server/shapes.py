"""The shapes of what is sent: the same names as JSON Lines have, each checked before a service sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, WithJsonSchema

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.planning.words import GoalState, Phase
from sessiontui.domain.text import MAX_BLOCK, MAX_LINE, MAX_TAG, MAX_TAGS
from sessiontui.domain.vocabulary import Kind, Priority, Role
from sessiontui.services.reporting import MAX_BATCH
from sessiontui.services.sessions import MAX_CAPACITY

MAX_ID = 500
MAX_NUMBER = 2**53 - 1
"""The largest whole number that every reader of JSON keeps."""


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        msg = "an instant is a text such as 2026-05-04T14:05Z"
        raise ValueError(msg)
    try:
        return parse_instant(value[:60])
    except BadInput as error:
        raise ValueError(error.detail) from None


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        msg = "an id is a number or a text"
        raise ValueError(msg)
    return str(value).strip() if abs(value if isinstance(value, int) else 0) < 10**18 else "x" * (MAX_ID + 1)


Instant: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-05-04T14:05:00Z"]}),
]
"""An instant with its offset."""

Word: TypeAlias = Annotated[
    str,
    BeforeValidator(_word),
    StringConstraints(min_length=1, max_length=MAX_ID),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                {"type": "string", "minLength": 1, "maxLength": MAX_ID, "pattern": r"\S"},
            ],
            "examples": [4711, "harthio:p1"],
        }
    ),
]
"""An own number, ``source:id``, or a bare outside id."""

Line: TypeAlias = Annotated[str, StringConstraints(max_length=MAX_LINE)]
Block: TypeAlias = Annotated[str, StringConstraints(max_length=MAX_BLOCK)]
Link: TypeAlias = Annotated[str, StringConstraints(max_length=2000)]
Tags: TypeAlias = Annotated[list[Annotated[str, StringConstraints(max_length=MAX_TAG)]], Field(max_length=MAX_TAGS)]
Capacity: TypeAlias = Annotated[int, Field(ge=0, le=MAX_CAPACITY, strict=True)]
Number: TypeAlias = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
SessionId: TypeAlias = Annotated[
    str, Path(min_length=1, max_length=MAX_ID, description="An own number, `source:id`, or a bare outside id.")
]
PersonId: TypeAlias = Annotated[
    str, Path(min_length=1, max_length=MAX_ID, description="An own number, `source:id`, or a bare outside id.")
]
At: TypeAlias = Annotated[
    str | None,
    Query(max_length=60, description="As of this instant: what was true then.", examples=["2026-05-04T14:05:00Z"]),
]


class Shape(BaseModel):
    """What every body has in common: nothing is taken that is not known, so that a misspelt name is told."""

    model_config = ConfigDict(extra="forbid")


class SessionIn(Shape):
    """A session to be made; ``id`` is the one of the platform that ``source`` names."""

    type: Literal["session"] | None = None
    id: Annotated[Word | None, Field(description="The id that the platform has for it.")] = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^:\s]+$")] = "import"
    title: Annotated[Line, StringConstraints(min_length=1)]
    kind: Kind | None = None
    author: Word | None = None
    mentor: Word | None = None
    control: Literal["draft", "scheduled"] = "scheduled"
    starts_at: Instant
    ends_at: Instant | None = None
    capacity: Capacity | None = None
    priority: Priority = Priority.NORMAL
    tags: Tags | None = None
    fields: dict[str, JsonValue] = Field(default_factory=dict)
    link: Link | None = None
    platform: Annotated[str, StringConstraints(max_length=40)] | None = None
    description: Block | None = None
    template: Annotated[str, StringConstraints(max_length=100)] | None = None
    confirm: bool = False


class SessionPatch(Shape):
    """What is to change of a session; what is left out stays as it is. ``mentor`` of ``null`` is nobody."""

    title: Annotated[Line, StringConstraints(min_length=1)] | None = None
    kind: Kind | None = None
    capacity: Capacity | None = None
    priority: Priority | None = None
    tags: Tags | None = None
    description: Block | None = None
    link: Link | None = None
    fields: dict[str, JsonValue] | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    mentor: Word | None = None
    reason: Block = ""
    confirm: bool = False


class MoveIn(Shape):
    """Why, and from when on if that is earlier than now."""

    reason: Block = ""
    at: Instant | None = None
    confirm: bool = False


class ExtendIn(Shape):
    """The new end."""

    ends_at: Instant
    reason: Block = ""


class RequestIn(Shape):
    """Somebody asks to take part."""

    type: Literal["request"] | None = None
    person: Word
    message: Block = ""


class DecisionIn(Shape):
    """A decision about a request; ``expected`` is the state that the decider saw."""

    reason: Block = ""
    expected: Literal["pending", "approved", "rejected"] = "pending"
    confirm: bool = False


class EventIn(Shape):
    """One presence event; ``key`` makes it recognisable when it is sent again, ``connection`` tells devices apart."""

    session: Word | None = None
    person: Word | None = None
    kind: Literal["join", "heartbeat", "leave", "end"]
    at: Instant | None = None
    key: Annotated[str, StringConstraints(max_length=200)] = ""
    connection: Annotated[str, StringConstraints(max_length=200)] = ""


class EventsIn(Shape):
    """Presence events; ``sent_at`` is the sender's clock, by which theirs are set right if it is off."""

    events: Annotated[list[EventIn], Field(min_length=1, max_length=MAX_BATCH)]
    sent_at: Instant | None = None


class CommentIn(Shape):
    """What somebody says; ``answers`` is the comment that it answers."""

    text: Annotated[Block, StringConstraints(min_length=1)]
    answers: Annotated[int, Field(ge=1, le=MAX_NUMBER, strict=True)] | None = None


class CommentPatch(Shape):
    """A comment written anew."""

    text: Annotated[Block, StringConstraints(min_length=1)]


class GoalIn(Shape):
    """A goal of the plan; ``parent`` is the goal that it is a part of, ``weight`` how much it counts."""

    title: Annotated[Line, StringConstraints(min_length=1)]
    criteria: Block = ""
    parent: Annotated[int, Field(ge=1, le=MAX_NUMBER, strict=True)] | None = None
    weight: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    phase: Phase | None = None


class GoalPatch(Shape):
    """What is to change of a goal; ``state`` finishes, drops or reopens it."""

    title: Annotated[Line, StringConstraints(min_length=1)] | None = None
    criteria: Block | None = None
    weight: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    phase: Phase | Literal[""] | None = None
    progress: Annotated[int, Field(ge=0, le=100, strict=True)] | None = None
    state: GoalState | None = None
    reason: Block = ""


class LinkIn(Shape):
    """A link that is put beside the files of a session."""

    link: Annotated[Link, StringConstraints(min_length=1)]
    title: Line = ""


class PersonIn(Shape):
    """A person to be made known; ``id`` is the one of the platform that ``source`` names."""

    type: Literal["person"] | None = None
    id: Word | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^:\s]+$")] = "import"
    name: Annotated[Line, StringConstraints(min_length=1)]
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=100)] | None = None
    role: Role = Role.PARTICIPANT
    zone: Annotated[str, StringConstraints(max_length=100)] | None = None


class PersonPatch(Shape):
    """What is to change of a person; what is left out stays as it is."""

    name: Annotated[Line, StringConstraints(min_length=1)] | None = None
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=100)] | None = None
    role: Role | None = None
    zone: Annotated[str, StringConstraints(max_length=100)] | None = None

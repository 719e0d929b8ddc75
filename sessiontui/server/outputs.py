"""The shapes of what is answered, for whoever reads the OpenAPI document; answers are not checked against them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Text: TypeAlias = str | None
Minutes: TypeAlias = int | float
When: TypeAlias = Annotated[str | None, Field(json_schema_extra={"format": "date-time"})]


class Output(BaseModel):
    """What is answered may have more members than are named here."""

    model_config = ConfigDict(extra="allow")


class ReceiptOut(Output):
    """What came of an act: one sentence, and the number that takes it back."""

    sentence: str
    sessions: list[int]
    people: list[int]
    undo: int | None
    repeated: bool


class SessionOut(Output):
    """One session as a row; the same names as ``sessiontui list --json`` has."""

    id: int
    external_id: Text
    source: str
    title: str
    kind: str
    priority: str
    status: str
    why: str
    badges: list[str]
    starts_at: When
    ends_at: When
    scheduled_minutes: Minutes
    actual_minutes: Minutes
    efficiency: float
    pending: int
    approved: int
    rejected: int
    active: int
    left: int
    mentor: Text
    author: Text
    live_status: str
    work_status: str
    rank: int
    template: Text
    template_version: int | None
    version: int


class SessionsOut(Output):
    """A page of sessions; ``next`` is the cursor of the next one."""

    taken_at: When
    counts: dict[str, int]
    sessions: list[SessionOut]
    next: Text


class ChangedOut(SessionOut):
    """A session after what was done to it."""

    receipts: list[ReceiptOut]


class DoneOut(Output):
    """What came of an act on a part of a session."""

    receipt: ReceiptOut


class RequestOut(Output):
    """One request to take part."""

    id: int
    person_id: int | None
    person: str
    state: str
    requested_at: When
    decided_at: When


class RequestsOut(Output):
    """The requests of a session."""

    requests: list[RequestOut]


class PresenceOut(Output):
    """Who was in a session and who is, with the verdict on each guest."""

    presence: list[dict[str, object]]
    attendance: list[dict[str, object]]


class RefusedOut(Output):
    """An event that was not taken: its place in the batch, from 0, and why."""

    place: int
    reason: str


class JoinOut(Output):
    """Where somebody enters who has joined and is approved."""

    session: int
    person: int
    link: Text
    passcode: Text


class ReportedOut(Output):
    """What became of a batch: all that is acknowledged is on the disk."""

    acknowledged: int
    repeated: int
    refused: list[RefusedOut]
    joins: list[JoinOut]


class CommentsOut(Output):
    """The comments of a session, answers below what they answer."""

    comments: list[dict[str, object]]


class PlanOut(Output):
    """The plan of a session: goals, milestones, checklist, blockers."""

    progress: int | float | None
    goals: list[dict[str, object]]


class FilesOut(Output):
    """The files and links of a session."""

    files: list[dict[str, object]]
    links: list[dict[str, object]]


class PersonOut(Output):
    """One person."""

    id: int
    name: str
    role: str


class PeopleOut(Output):
    """People by name."""

    taken_at: When
    people: list[PersonOut]


class TokensOut(Output):
    """The tokens of a login, by the names of OAuth 2; lengths of life in seconds."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
    refresh_expires_in: int
    scope: str
    login_id: int


class RevokedOut(Output):
    """How many logins were ended."""

    revoked: int


class HookOut(Output):
    """What became of a delivery; Zoom's question who we are is answered with its token instead."""


class ReadyOut(Output):
    """Whether the server takes work."""

    status: str


def answers(shape: type[Output], status: int = 200) -> dict[int | str, dict[str, object]]:
    """Return how the answer of a route is described."""
    return {status: {"model": shape, "description": (shape.__doc__ or "").partition("\n")[0]}}

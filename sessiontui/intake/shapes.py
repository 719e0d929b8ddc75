"""The program's own shapes: a mapping of JSON values becomes one record, or a reason why not.

The same shapes are the lines of JSON Lines, the rows of CSV and the bodies of the HTTP API.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import BadInput
from sessiontui.domain.recordings import MAX_LINK, Audience, link_of
from sessiontui.domain.text import MAX_BLOCK
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority, RequestState, Role
from sessiontui.intake.fields import MAX_SHORT, MISSING, Fields, needed, shown
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.plan_shapes import PLAN_SHAPES
from sessiontui.intake.project_shapes import PROJECT_SHAPES
from sessiontui.intake.records import (
    CollaboratorRecord,
    CommentRecord,
    JsonValue,
    MoveRecord,
    PersonRecord,
    PresenceRecord,
    RecordingRecord,
    RequestRecord,
    SessionRecord,
    SurveyRecord,
    TemplateRecord,
)
from sessiontui.intake.wishes import wishes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import Record

DEFAULT_LENGTH: Final = timedelta(minutes=60)
"""How long a session lasts whose end nobody states."""

_MAX_PLATFORM: Final = 40
_MAX_LINK: Final = 2000
_MAX_RATING: Final = 5


def record_of(values: Mapping[str, JsonValue], *, line: int, findings: Findings) -> Record:
    """Return the record that an object with a ``type`` stands for.

    Raises ``BadInput`` that names the field and what is wrong with it.
    """
    shape = values.get("type")
    if shape is None:
        raise BadInput(f"type: {MISSING}; known are {', '.join(_SHAPES)}")
    if not isinstance(shape, str) or shape not in _SHAPES:
        raise BadInput(f"type: {shown(shape)} is none of {', '.join(_SHAPES)}")
    fields = Fields(values, line, findings)
    record = _SHAPES[shape](fields)
    fields.note_unknown(shape)
    return record


def _person(f: Fields) -> PersonRecord:
    return PersonRecord(
        line=f.line,
        id=f.needed_id("id"),
        name=f.text("name", MAX_TITLE),
        email=f.email("email"),
        phone=f.text("phone", MAX_SHORT),
        role=f.choice("role", Role),
        zone=f.zone("zone"),
        wishes=wishes_of(f),
        source=f.text("source", MAX_SHORT),
    )


def _session(f: Fields) -> SessionRecord:
    starts_at = f.needed_instant("starts_at")
    ends_at = f.instant("ends_at")
    if ends_at is None:
        try:
            ends_at = starts_at + DEFAULT_LENGTH
        except OverflowError:
            raise BadInput("starts_at: lies at the end of the calendar") from None
    if ends_at <= starts_at:
        raise BadInput("ends_at: is not after starts_at")
    title = f.text("title", MAX_TITLE)
    if title is None or not title.strip():
        raise BadInput(f"title: {MISSING}")
    return SessionRecord(
        line=f.line,
        id=f.needed_id("id"),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        description=f.text("description"),
        kind=f.choice("kind", Kind) or Kind.CONVERSATION,
        author=f.id("author"),
        mentor=f.id("mentor"),
        control=f.choice("control", Control) or Control.SCHEDULED,
        capacity=f.number("capacity"),
        priority=f.choice("priority", Priority) or Priority.NORMAL,
        tags=f.tags("tags"),
        fields=f.mapping("fields"),
        link=f.text("link", _MAX_LINK),
        platform=f.text("platform", _MAX_PLATFORM),
        created_at=f.instant("created_at"),
        started_at=f.instant("started_at"),
        completed_at=f.instant("completed_at"),
        cancelled_at=f.instant("cancelled_at"),
        cancel_reason=f.text("cancel_reason"),
        zone=f.zone("zone"),
        template=f.text("template", MAX_SHORT),
        template_version=f.number("template_version") or None,
        project=f.id("project"),
        source=f.text("source", MAX_SHORT),
    )


def _request(f: Fields) -> RequestRecord:
    return RequestRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        state=f.choice("state", RequestState) or RequestState.PENDING,
        requested_at=f.instant("requested_at"),
        decided_at=f.instant("decided_at"),
        decided_by=f.id("decided_by"),
        reason=f.text("reason"),
        message=f.text("message"),
        source=f.text("source", MAX_SHORT),
    )


def _presence(f: Fields) -> PresenceRecord:
    return PresenceRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        joined_at=f.needed_instant("joined_at"),
        left_at=f.instant("left_at"),
        role=f.text("role", MAX_SHORT),
        source=f.text("source", MAX_SHORT),
    )


def _move(f: Fields) -> MoveRecord:
    move = needed("move", f.choice("move", Move))
    starts_at, ends_at, mentor = f.instant("starts_at"), f.instant("ends_at"), f.id("mentor")
    if move in {Move.EXTEND, Move.RESCHEDULE}:
        needed("ends_at", ends_at)
    if move is Move.RESCHEDULE:
        needed("starts_at", starts_at)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise BadInput("ends_at: is not after starts_at")
    return MoveRecord(
        line=f.line,
        session=f.needed_id("session"),
        move=move,
        at=f.needed_instant("at"),
        by=f.id("by"),
        reason=f.text("reason"),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor=mentor,
        source=f.text("source", MAX_SHORT),
    )


def _survey(f: Fields) -> SurveyRecord:
    rating, comment, may_tell = f.number("rating"), f.text("comment"), f.yes_or_no("may_tell")
    if rating is not None and not 1 <= rating <= _MAX_RATING:
        raise BadInput(f"rating: {rating} is not between 1 and {_MAX_RATING}")
    skill, before, after = f.text("skill", MAX_SHORT), _known(f, "before"), _known(f, "after")
    if rating is None and comment is None and may_tell is None and skill is None:
        raise BadInput("rating, comment, may_tell and skill: at least one must be there")
    if len({bool(skill), bool(before), bool(after)}) > 1:
        raise BadInput("skill, before and after: each needs the others")
    return SurveyRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        rating=rating,
        comment=comment,
        may_tell=may_tell,
        skill=skill,
        before=before,
        after=after,
        answered_at=f.instant("answered_at"),
        source=f.text("source", MAX_SHORT),
    )


def _known(f: Fields, name: str) -> str:
    """Return how much somebody says they knew, as a number or as text with its scale; empty where it is missing."""
    value = f.raw(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadInput(f"{name}: neither a number nor text")
    return value if isinstance(value, str) else f"{value:g}"


def _recording(f: Fields) -> RecordingRecord:
    people, length = f.ids("people"), f.number("minutes")
    audience = f.choice("audience", Audience) or (Audience.NAMED if people else Audience.APPROVED)
    if audience is Audience.NAMED and not people:
        raise BadInput("people: nobody is named who may see it")
    return RecordingRecord(
        line=f.line,
        id=f.needed_id("id"),
        session=f.needed_id("session"),
        link=link_of(needed("link", f.text("link", MAX_LINK))),
        title=f.text("title", MAX_TITLE),
        length=None if not length else timedelta(minutes=length),
        audience=audience,
        people=people or () if audience is Audience.NAMED else (),
        added_at=f.instant("added_at"),
        source=f.text("source", MAX_SHORT),
    )


def _comment(f: Fields) -> CommentRecord:
    return CommentRecord(
        line=f.line,
        id=f.needed_id("id"),
        session=f.needed_id("session"),
        text=needed("text", f.text("text", MAX_BLOCK)),
        person=f.id("person"),
        answers=f.id("answers"),
        at=f.instant("at"),
        source=f.text("source", MAX_SHORT),
    )


def _collaborator(f: Fields) -> CollaboratorRecord:
    return CollaboratorRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        role=f.choice("role", CollaboratorRole) or CollaboratorRole.COLLABORATOR,
        source=f.text("source", MAX_SHORT),
    )


def _template(f: Fields) -> TemplateRecord:
    from sessiontui.domain.templates.checking import template_of  # most files have no template in them

    f.asked |= f.values.keys()
    given = {name: value for name, value in f.values.items() if name not in ("type", "source")}
    return TemplateRecord(line=f.line, template=template_of(given), source=f.text("source", MAX_SHORT))


_SHAPES: Final[dict[str, Callable[[Fields], Record]]] = {
    "person": _person,
    "session": _session,
    "request": _request,
    "presence": _presence,
    "move": _move,
    "survey": _survey,
    "recording": _recording,
    "comment": _comment,
    "collaborator": _collaborator,
    "template": _template,
    **PLAN_SHAPES,
    **PROJECT_SHAPES,
}

SHAPE_NAMES: Final = tuple(_SHAPES)
"""Every word that ``type`` can be."""

"""Which fields a query knows: one table with names, aliases, closed values and one line of help each.

Clashes between the three vocabularies of status, as ``status:`` reads them: ``draft``, ``upcoming``,
``active``, ``paused`` and ``cancelled`` are the status of that name alone; ``completed`` is what
``live_status`` calls so (the three ended ones, without cancelled); ``complete`` is the one status whose word
is *Complete*. The wider meanings are always available under ``live_status:`` and ``work_status:``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.planning.words import BlockerKind, Phase
from sessiontui.domain.query.folding import closed_key
from sessiontui.domain.query.terms import Choice, Fact, Label, Measure, Moment, View, Who, Wording
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import (
    LIVE_STATUS,
    WORK_STATUS,
    Badge,
    Control,
    Kind,
    Priority,
    Severity,
    Status,
)


class Special(Enum):
    """A field that is no single fact of a session."""

    ID = "id"
    IS = "is"
    HAS = "has"
    VIEW = "view"


Target: TypeAlias = Choice | Moment | Measure | Who | Wording | Label | Special


@record
class Value:
    """One word that a closed field takes; ``means`` are the stored values it stands for."""

    word: str
    help: str
    means: tuple[str, ...]


@record
class Field:
    """One field of the language.

    ``target`` says what it is compared with, ``type`` how (in a word, for help), ``values`` what a closed
    field takes, and ``examples`` what an open one is offered. ``ranked`` values may be compared with ``<``
    and ``>``.
    """

    name: str
    target: Target
    type: str
    help: str
    aliases: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    examples: tuple[str, ...] = ()
    ranked: bool = False

    def value(self, text: str) -> Value | None:
        """Return the closed value of that word, whatever its case, spaces, hyphens and underscores."""
        key = closed_key(text)
        return next((value for value in self.values if closed_key(value.word) == key), None)


def find_field(name: str) -> Field | None:
    """Return the field of that name or alias, whatever its case, hyphens and underscores.

    >>> find_field("Starts_At").name
    'starts'
    """
    return _BY_KEY.get(closed_key(name))


def vocabulary(choice: Choice) -> tuple[str, ...]:
    """Return all stored values of a closed vocabulary, in its order."""
    return _VOCABULARY[choice]


def written(stored: str) -> str:
    """Return the word under which a stored value is written in a query.

    >>> written("No show")
    'no_show'
    """
    return stored.lower().replace(" ", "_")


_STATUS_HELP: Final[dict[StrEnum, str]] = {
    Status.DRAFT: "not published",
    Status.CREATED: "no requests yet",
    Status.HAS_REQUESTS: "requests are pending",
    Status.APPROVED: "people are approved",
    Status.UPCOMING: "starts within the upcoming window",
    Status.WAITING: "has begun, no guest is there",
    Status.ACTIVE: "a guest is there",
    Status.PAUSED: "paused",
    Status.ENDED_COMPLETE: "ran for half its time or more",
    Status.ENDED_EARLY: "ran for less than half its time",
    Status.ENDED_NO_SHOW: "nobody came",
    Status.CANCELLED: "cancelled",
}


def _stored(help_by_value: Mapping[StrEnum, str]) -> tuple[Value, ...]:
    return tuple(Value(written(word), text, (str(word),)) for word, text in help_by_value.items())


def _plain(values: Iterable[StrEnum]) -> tuple[Value, ...]:
    return _stored(dict.fromkeys(values, ""))


def _grouped(word: str, text: str, statuses: Iterable[Status]) -> Value:
    chosen = set(statuses)
    return Value(word, text, tuple(status.value for status in Status if status in chosen))


def _by_word(names: Mapping[Status, str]) -> tuple[Value, ...]:
    order = dict.fromkeys(names[status] for status in Status)
    return tuple(_grouped(word, "", (status for status, name in names.items() if name == word)) for word in order)


def _facts(prefix: str, help_by_fact: Mapping[Fact, str]) -> tuple[Value, ...]:
    return tuple(
        Value(fact.word, text, (fact.value,)) for fact, text in help_by_fact.items() if fact.value.startswith(prefix)
    )


_LIVE = tuple(status for status in Status if status.is_live)
_ENDED = tuple(status for status in Status if status.is_ended)
_CANCELED = Value("canceled", "cancelled", ("cancelled",))

_STATUS_VALUES = (
    *_stored(_STATUS_HELP),
    _grouped("live", "waiting, active or paused", _LIVE),
    _grouped("ended", "complete, early or no show", _ENDED),
    _grouped("completed", "the same as ended", _ENDED),
    _grouped("requests", "has_requests", (Status.HAS_REQUESTS,)),
    _grouped("complete", "ended_complete", (Status.ENDED_COMPLETE,)),
    _grouped("early", "ended_early", (Status.ENDED_EARLY,)),
    _grouped("no_show", "ended_no_show", (Status.ENDED_NO_SHOW,)),
    _CANCELED,
)

_FACT_VALUES: Final = {
    Fact.LIVE: "waiting, active or paused",
    Fact.ENDED: "complete, early or no show",
    Fact.PROVISIONAL: "ended, but may go on",
    Fact.ARCHIVED: "put away",
    Fact.OVERBOOKED: "more approved than seats",
    Fact.ALERTED: "an alert is open",
    Fact.WORK: "something is worked on: of kind work, or with goals",
    Fact.MENTOR: "a mentor is assigned",
    Fact.REQUESTS: "a request is pending, approved or rejected",
    Fact.GUESTS: "a guest is there or has left",
    Fact.LINK: "a meeting link is known",
    Fact.TAGS: "at least one tag",
    Fact.CAPACITY: "the seats are limited",
    Fact.ALERT: "an alert is open",
    Fact.DESCRIPTION: "a description is written",
    Fact.TASKS: "something is to be followed up",
    Fact.GOALS: "a goal is planned",
    Fact.BLOCKER: "a blocker is open",
}

_VIEW_HELP: Final = {
    View.NOW: "live, the next 24 hours, ended in the last 12, open alerts",
    View.TODAY: "starts today",
    View.WEEK: "starts this week, Monday to Sunday",
    View.NEXTWEEK: "starts next week",
    View.LATER: "starts after next week",
    View.FOLLOWUP: "something is to be followed up: no show, early end, poor rating",
    View.ALL: "everything",
}
_VIEW_VALUES = (
    *(Value(view.value, text, (view.value,)) for view, text in _VIEW_HELP.items()),
    Value("thisweek", "week", (View.WEEK.value,)),
    Value("needs_followup", "followup", (View.FOLLOWUP.value,)),
)

_ALERT_VALUES = (
    *(Value(str(severity), f"any {severity} alert", (str(severity),)) for severity in Severity),
    *(Value(str(rule), rule.words, (str(rule),)) for rule in AlertRule),
)

_TIMES = ("today", "tomorrow", "<2h", ">-2h", "<-2h", "today..3d")
_COUNTS = ("0", ">0", ">=3")
_LENGTHS = (">60", "<30", ">=1h30m")

FIELDS: Final[tuple[Field, ...]] = (
    Field("status", Choice.STATUS, "choice", "what the admin sees", aliases=("state",), values=_STATUS_VALUES),
    Field(
        "live_status",
        Choice.STATUS,
        "choice",
        "status in the words of live delivery",
        values=_by_word(LIVE_STATUS),
    ),
    Field(
        "work_status",
        Choice.STATUS,
        "choice",
        "status in the words of work sessions",
        values=_by_word(WORK_STATUS),
    ),
    Field("kind", Choice.KIND, "choice", "sort of gathering", aliases=("type",), values=_plain(Kind)),
    Field(
        "control",
        Choice.CONTROL,
        "choice",
        "what a person has decided",
        values=(*_plain(Control), _CANCELED),
    ),
    Field(
        "priority",
        Choice.PRIORITY,
        "choice",
        "how much it matters; can be compared",
        aliases=("prio",),
        values=_plain(Priority),
        ranked=True,
    ),
    Field(
        "badge",
        Choice.BADGE,
        "choice",
        "what is special beside the status",
        aliases=("badges",),
        values=_plain(Badge),
    ),
    Field(
        "alert",
        Choice.ALERT,
        "choice",
        "an open alert, by rule or severity",
        aliases=("alerts",),
        values=_ALERT_VALUES,
    ),
    Field(
        "blocker",
        Choice.BLOCKER,
        "choice",
        "an open blocker, by its kind",
        aliases=("blockers",),
        values=tuple(Value(str(kind), kind.words, (str(kind),)) for kind in BlockerKind),
    ),
    Field("phase", Choice.PHASE, "choice", "an open goal of this phase", values=_plain(Phase)),
    Field("mentor", Who.MENTOR, "name", "name of the mentor, or #id", aliases=("host",)),
    Field("author", Who.AUTHOR, "name", "name of the author, or #id", aliases=("by",)),
    Field("person", Who.PERSON, "name", "name of anybody who takes part, or #id", aliases=("participant", "people")),
    Field("collaborator", Who.COLLABORATOR, "name", "name of somebody who works on it, or #id", aliases=("team",)),
    Field("title", Wording.TITLE, "text", "words of the title"),
    Field("tag", Label.TAG, "label", "one of the tags, whole", aliases=("tags",)),
    Field("id", Special.ID, "id", "own id, outside id, or source:id"),
    Field("source", Label.SOURCE, "label", "platform it comes from, whole"),
    Field(
        "template",
        Label.TEMPLATE,
        "label",
        "template that it was made from, by its word",
        examples=("bug-fix", "mentoring"),
    ),
    Field("project", Label.PROJECT, "label", "project that it belongs to, by its word", examples=("harbour-app",)),
    Field("starts", Moment.STARTS, "time", "when it starts", aliases=("start", "starts_at"), examples=_TIMES),
    Field("ends", Moment.ENDS, "time", "when it is to end", aliases=("end", "ends_at"), examples=_TIMES),
    Field(
        "created",
        Moment.CREATED,
        "time",
        "when it was made",
        aliases=("created_at",),
        examples=("today", ">-2h", "<-3d"),
    ),
    Field(
        "finished",
        Moment.FINISHED,
        "time",
        "when it was truly over: completed, last guest left, cancelled, or its end",
        aliases=("final_end",),
        examples=_TIMES,
    ),
    Field(
        "minutes",
        Measure.MINUTES,
        "duration",
        "scheduled minutes",
        aliases=("scheduled_minutes", "scheduled", "duration"),
        examples=_LENGTHS,
    ),
    Field(
        "actual",
        Measure.ACTUAL,
        "duration",
        "minutes it really ran",
        aliases=("actual_minutes", "ran"),
        examples=_LENGTHS,
    ),
    Field(
        "efficiency",
        Measure.EFFICIENCY,
        "ratio",
        "actual / scheduled: 50%, 50 or 0.5",
        examples=("<50%", ">=100%"),
    ),
    Field("pending", Measure.PENDING, "number", "requests not yet decided", examples=_COUNTS),
    Field("approved", Measure.APPROVED, "number", "approved requests", examples=_COUNTS),
    Field("rejected", Measure.REJECTED, "number", "rejected requests", examples=_COUNTS),
    Field("active", Measure.ACTIVE, "number", "people there now", examples=_COUNTS),
    Field("left", Measure.LEFT, "number", "people who have left", examples=_COUNTS),
    Field("capacity", Measure.CAPACITY, "number", "seats", aliases=("seats",), examples=_COUNTS),
    Field("rating", Measure.RATING, "number", "mean of its survey, from 1 to 5", examples=("<3", ">=4")),
    Field("progress", Measure.PROGRESS, "number", "how far its goals are, 0 to 100", examples=(">50", "<100")),
    Field("is", Special.IS, "choice", "what holds of it", values=_facts("is:", _FACT_VALUES)),
    Field("has", Special.HAS, "choice", "what it has", values=_facts("has:", _FACT_VALUES)),
    Field("view", Special.VIEW, "choice", "a built-in view", values=_VIEW_VALUES),
    Field(
        "archived",
        Choice.ARCHIVED,
        "choice",
        "whether it was put away; archived ones are left out unless asked for",
        values=(Value("yes", "archived", ("yes",)), Value("no", "not archived", ("no",))),
    ),
)
"""Every field, in the order in which help shows them."""

_BY_KEY: Final = {closed_key(name): field for field in FIELDS for name in (field.name, *field.aliases)}
_VOCABULARY: Final[dict[Choice, tuple[str, ...]]] = {
    Choice.STATUS: tuple(value.value for value in Status),
    Choice.KIND: tuple(value.value for value in Kind),
    Choice.CONTROL: tuple(value.value for value in Control),
    Choice.PRIORITY: tuple(value.value for value in Priority),
    Choice.BADGE: tuple(value.value for value in Badge),
    Choice.ALERT: tuple(value.value for value in (*Severity, *AlertRule)),
    Choice.BLOCKER: tuple(kind.value for kind in BlockerKind),
    Choice.PHASE: tuple(phase.value for phase in Phase),
    Choice.ARCHIVED: ("yes", "no"),
}

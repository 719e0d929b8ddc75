"""What a query can say, as a small tree of frozen values.

Everything relative is resolved: instants are absolute, aware, in UTC and whole milliseconds; groups of
statuses are spelled out; words are folded. A leaf is true or false, never unknown: a fact that is missing (no
capacity, no mentor, no actual duration) makes the leaf false, and ``Not`` of it true.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from sessiontui.domain.records import record

TICK: Final = timedelta(milliseconds=1)
"""The precision of storage: "after x" is "from x + TICK on"."""


class Choice(StrEnum):
    """A fact whose values are a closed vocabulary; the value is the name of its field."""

    STATUS = "status"
    KIND = "kind"
    CONTROL = "control"
    PRIORITY = "priority"
    BADGE = "badge"
    ALERT = "alert"
    BLOCKER = "blocker"
    PHASE = "phase"
    ARCHIVED = "archived"


class Moment(StrEnum):
    """A fact that is an instant; the value is the name of its field."""

    STARTS = "starts"
    ENDS = "ends"
    CREATED = "created"
    FINISHED = "finished"


class Measure(StrEnum):
    """A fact that is a number; the value is the name of its field."""

    MINUTES = "minutes"
    ACTUAL = "actual"
    EFFICIENCY = "efficiency"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ACTIVE = "active"
    LEFT = "left"
    CAPACITY = "capacity"
    RATING = "rating"
    PROGRESS = "progress"


class Who(StrEnum):
    """A part that people play in a session; the value is the name of its field."""

    MENTOR = "mentor"
    AUTHOR = "author"
    PERSON = "person"
    COLLABORATOR = "collaborator"


class Wording(StrEnum):
    """Where words are looked for.

    Anywhere is title, description, each tag, and the name of the mentor, the author and each participant.
    """

    TITLE = "title"
    ANYWHERE = ""


class Label(StrEnum):
    """A short text that is compared as a whole; the value is the name of its field."""

    TAG = "tag"
    SOURCE = "source"
    TEMPLATE = "template"
    PROJECT = "project"


class Fact(StrEnum):
    """What a session is or has; the value is written just so in a query."""

    LIVE = "is:live"
    ENDED = "is:ended"
    PROVISIONAL = "is:provisional"
    ARCHIVED = "is:archived"
    OVERBOOKED = "is:overbooked"
    ALERTED = "is:alerted"
    WORK = "is:work"
    GOALS = "has:goals"
    BLOCKER = "has:blocker"
    MENTOR = "has:mentor"
    REQUESTS = "has:requests"
    GUESTS = "has:guests"
    LINK = "has:link"
    TAGS = "has:tags"
    CAPACITY = "has:capacity"
    ALERT = "has:alert"
    DESCRIPTION = "has:description"
    TASKS = "has:tasks"

    @property
    def word(self) -> str:
        """The value alone, without ``is:`` or ``has:``."""
        return self.value.partition(":")[2]


class View(StrEnum):
    """A built-in view of the desk."""

    NOW = "now"
    TODAY = "today"
    WEEK = "week"
    NEXTWEEK = "nextweek"
    LATER = "later"
    FOLLOWUP = "followup"
    ALL = "all"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _VIEW_TITLES[self]


@record
class Needle:
    """Folded words that stand side by side in one text; ``prefix`` lets the last one be only begun."""

    words: tuple[str, ...]
    prefix: bool


@record
class And:
    """All of the terms hold; none at all means everything."""

    terms: tuple[Expression, ...]


@record
class Or:
    """At least one of the terms holds; there are two or more."""

    terms: tuple[Expression, ...]


@record
class Not:
    """The term does not hold."""

    term: Expression


@record
class OneOf:
    """The fact (for badges: at least one of them) has one of the values, which stand in vocabulary order.

    The values are those of the enum of the vocabulary; for ``Choice.ARCHIVED`` they are ``yes`` and ``no``.
    """

    choice: Choice
    values: tuple[str, ...]


@record
class Within:
    """The instant lies in ``[since, until)``; ``None`` leaves that side open, never both."""

    moment: Moment
    since: datetime | None
    until: datetime | None


@record
class Between:
    """The number lies from ``low`` to ``high``; ``strict`` leaves the bounds themselves out.

    ``None`` leaves a side open, never both. Durations are minutes, efficiency is a ratio (0.5 for 50 %).
    """

    measure: Measure
    low: float | None
    high: float | None
    strict: bool = False

    @property
    def is_above_zero(self) -> bool:
        """Whether zero and all below it lie outside."""
        return self.low is not None and (self.low > 0 or (self.strict and self.low == 0))


@record
class NameHas:
    """Each word begins some word of one name (for ``Who.PERSON``: of one person's name), in any order."""

    who: Who
    words: tuple[str, ...]


@record
class PersonIs:
    """The person (for ``Who.PERSON``: one of them) has this id."""

    who: Who
    id: int


@record
class TextHas:
    """The words stand in the title, or in any one text of the session."""

    wording: Wording
    needle: Needle


@record
class Labelled:
    """The label (for tags: one of them) has this key once it is folded; see ``label_key``."""

    label: Label
    key: str


@record
class OwnId:
    """The session has this id."""

    id: int


@record
class OutsideId:
    """The session has this outside id, compared exactly; without a ``source``, in any."""

    source: str | None
    id: str


@record
class Holds:
    """The session is, or has, what the fact says."""

    fact: Fact


@record
class InView:
    """The session belongs to a built-in view: ``meaning`` holds."""

    view: View
    meaning: Expression


Leaf: TypeAlias = (
    OneOf | Within | Between | NameHas | PersonIs | TextHas | Labelled | OwnId | OutsideId | Holds | InView
)
Expression: TypeAlias = And | Or | Not | Leaf

_VIEW_TITLES = {
    View.NOW: "Now",
    View.TODAY: "Today",
    View.WEEK: "This week",
    View.NEXTWEEK: "Next week",
    View.LATER: "Later",
    View.FOLLOWUP: "Needs follow-up",
    View.ALL: "All",
}

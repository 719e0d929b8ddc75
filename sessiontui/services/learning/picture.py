"""What was learned as screens, lists and exports show it: frozen, complete, with nothing left to look up."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sessiontui.domain.learning.lessons import Lesson
from sessiontui.domain.learning.patterns import Pattern
from sessiontui.domain.learning.skills import NO_MEAN, Mean, Skill
from sessiontui.domain.records import record
from sessiontui.services.scoring.picture import By


@record
class SkillLine:
    """One skill with the filter of its sessions, empty where none can say it."""

    skill: Skill
    drill: str


@record
class PatternLine:
    """One value of an aspect with its label and the filter of its sessions, empty where none can say it."""

    pattern: Pattern
    label: str
    drill: str


@record
class LessonLine:
    """One recommendation in words, with the filter of the sessions it rests on."""

    lesson: Lesson
    sentence: str
    drill: str


@record(kw_only=True)
class LearningGroup:
    """What was learned by one person, with one template, or in one week.

    ``n`` are ended sessions, ``time`` how long they ran; of people, those that they came to. ``well`` of them went
    well, ``low`` to ``high`` holds that share.
    """

    key: str
    label: str
    n: int
    time: timedelta
    well: int
    low: float | None
    high: float | None
    gain: Mean = NO_MEAN
    velocity: Mean = NO_MEAN
    drill: str = ""


@record(kw_only=True)
class LearningReport:
    """What the ended sessions of a period teach; ``well`` of ``n`` went well, ``drill`` is the filter of all.

    ``gain`` and ``velocity`` are over all answers about knowledge, from ``people`` different people.
    """

    taken_at: datetime
    since: datetime | None
    until: datetime | None
    zone: ZoneInfo
    query: str = ""
    as_of: datetime | None = None
    names: bool = True
    drill: str = ""
    n: int = 0
    well: int = 0
    people: int = 0
    gain: Mean = NO_MEAN
    velocity: Mean = NO_MEAN
    skills: tuple[SkillLine, ...] = ()
    patterns: tuple[PatternLine, ...] = ()
    lessons: tuple[LessonLine, ...] = ()
    by_dim: By | None = None
    groups: tuple[LearningGroup, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no session has ended in the period."""
        return self.n == 0

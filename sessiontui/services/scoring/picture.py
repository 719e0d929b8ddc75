"""How work went as screens, lists and exports show it: frozen, complete, with nothing left to look up."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.learning.correlating import Correlation
from sessiontui.domain.learning.predicting import Prediction
from sessiontui.domain.records import record
from sessiontui.domain.scoring.effort import Effort
from sessiontui.domain.scoring.figures import PhaseShare, WeekOfWork, WorkFigure, WorkMetric
from sessiontui.domain.scoring.scores import Scored


class By(StrEnum):
    """By what scores and lessons are told apart; the value is the word on the command line."""

    PERSON = "person"
    TEMPLATE = "template"
    WEEK = "week"


@record(kw_only=True)
class WorkGroup:
    """The figures of one person's sessions, of one template's, or of one week's."""

    key: str
    label: str
    n: int
    figures: tuple[WorkFigure, ...]
    drill: str = ""


@record(kw_only=True)
class WorkReport:
    """How the ended work sessions of a period went; ``drill`` is the filter of them all.

    ``names`` says whether people may be named, ``query`` what was asked beside the period.
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
    figures: tuple[WorkFigure, ...] = ()
    phases: tuple[PhaseShare, ...] = ()
    weeks: tuple[WeekOfWork, ...] = ()
    by_dim: By | None = None
    groups: tuple[WorkGroup, ...] = ()
    together: tuple[Correlation, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was worked on in the period."""
        return self.n == 0

    def figure(self, metric: WorkMetric) -> WorkFigure:
        """Return one figure; one without a value where it is not among them."""
        return next((one for one in self.figures if one.metric is metric), WorkFigure(metric=metric))


@record(kw_only=True)
class ScoreCard:
    """How one session went: its scores with their parts, and the facts that they rest on."""

    effort: Effort
    scores: tuple[Scored, ...]

    @property
    def line(self) -> str:
        """The scores in one line; empty where none is known.

        >>> ScoreCard(effort=None, scores=()).line
        ''
        """
        known = [f"{one.score} {one.value}" for one in self.scores if one.value is not None]
        return ", ".join(known)


@record
class LearnedLine:
    """What one person says of one skill: how much they knew before and after, in points from 0 to 100."""

    person_id: int
    person: str
    skill: str
    before: float
    after: float


@record(kw_only=True)
class Went:
    """How a session went, once it has ended, or how long it is likely to take before that; ``None`` is not known."""

    card: ScoreCard | None = None
    prediction: Prediction | None = None
    learned: tuple[LearnedLine, ...] = ()


NOTHING_KNOWN: Final = Went()

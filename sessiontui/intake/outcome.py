"""What reading one file comes to: what was taken from it, what could not be, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessiontui.intake.meeting_reports import MeetingReport
    from sessiontui.intake.records import Record


class Format(StrEnum):
    """The kinds of files that can be read; the value is what ``--format`` takes."""

    ICS = "ics"
    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    BBB = "bbb"
    CALENDLY = "calendly"
    CALCOM = "calcom"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken: where it is, why, and how it begins."""

    line: int
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class QuestionKind(StrEnum):
    """What a file can leave open."""

    DAY_ORDER = "day_order"
    DATE = "date"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file leaves open; ``assumed`` is what holds until it is answered by ``option``."""

    kind: QuestionKind
    place: str
    text: str
    assumed: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything one file says, and everything that could not be taken from it."""

    format: Format
    records: tuple[Record, ...] = ()
    reports: tuple[MeetingReport, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def accepted(self) -> int:
        """How many things were taken: records, and of each report its rows of people, or itself without any."""
        return len(self.records) + sum(max(1, len(report.lines())) for report in self.reports)

    @property
    def read(self) -> int:
        """How many things the file holds: accepted and refused."""
        return self.accepted + len(self.refusals)

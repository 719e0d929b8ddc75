"""What an import is given and what it answers: counts that add up, and a place and reason for each refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.matching import Candidate
from sessiontui.intake import Intake, Question, Refusal


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was handed in; the name is used only where the format needs it."""

    name: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the person who imports says about the files; ``None`` lets the files speak for themselves."""

    format: str | None = None
    session_id: int | None = None
    zone: ZoneInfo | None = None
    day_first: bool | None = None


class Phase(StrEnum):
    """What an import is at."""

    ROWS = "rows taken"
    SESSIONS = "sessions derived"
    DELIVERING = "delivering"
    SETTLING = "sessions settled"


Progress: TypeAlias = Callable[[Phase, int, int], None]
"""Told what an import is at, how much of it is done, and of how much."""


class Verdict(StrEnum):
    """What became of one row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where the people of one meeting report went, and how the session was found."""

    title: str
    session_id: int
    session_title: str
    how: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An attendee whom no sure sign identifies, with those who might be meant."""

    name: str
    session_id: int
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class FileOutcome:
    """What became of one file: ``read`` is the sum of the four verdicts."""

    UNKNOWN: ClassVar[str] = "unknown"

    name: str
    format: str
    counts: Counter[Verdict] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: tuple[Question, ...] = ()
    attachments: list[Attachment] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, intake: Intake) -> FileOutcome:
        """Begin with what the reading of the file refused."""
        outcome = cls(
            name=name,
            format=str(intake.format),
            refusals=list(intake.refusals),
            notes=list(intake.notes),
            questions=intake.questions,
        )
        outcome.counts[Verdict.REFUSED] = len(intake.refusals)
        return outcome

    @classmethod
    def unreadable(cls, name: str, error: BadInput) -> FileOutcome:
        """Return the outcome of a file that nobody can read: it counts as one row, refused."""
        outcome = cls(name=name, format=cls.UNKNOWN)
        reason = error.detail.removeprefix(f"{name}: ")
        outcome.refuse(1, f"{reason} ({error.hint})" if error.hint else reason)
        return outcome

    @property
    def read(self) -> int:
        """How many rows the file holds."""
        return sum(self.counts.values())

    def refuse(self, line: int, reason: str, excerpt: str = "") -> None:
        """Note that a row is not taken, and why."""
        self.counts[Verdict.REFUSED] += 1
        self.refusals.append(Refusal(line, reason, excerpt))

    def note(self, text: str) -> None:
        """Say something about the file once."""
        if text not in self.notes:
            self.notes.append(text)


Pair: TypeAlias = tuple[Intake, FileOutcome]
"""A file that was read, and what becomes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or in a preview would do."""

    files: tuple[FileOutcome, ...]
    done: bool
    sentence: str

    def total(self, verdict: Verdict) -> int:
        """Return how many rows of all files ended so."""
        return sum(outcome.counts[verdict] for outcome in self.files)

    @property
    def read(self) -> int:
        """How many rows all files hold."""
        return sum(outcome.read for outcome in self.files)

"""What reading one file has gathered so far; the only thing in this room that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.intake.outcome import Intake, Question, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessiontui.intake.meeting_reports import MeetingReport
    from sessiontui.intake.outcome import Format, QuestionKind
    from sessiontui.intake.records import Record

MAX_TEXT: Final = 10_000  # longer than any description a person reads
MAX_TITLE: Final = 500
_EXCERPT: Final = 80


class Findings:
    """Collects what a file says, each note once."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._reports: list[MeetingReport] = []
        self._refusals: list[Refusal] = []
        self._notes: dict[str, None] = {}
        self._questions: dict[tuple[QuestionKind, str], Question] = {}

    def add(self, record: Record) -> None:
        """Take a record."""
        self._records.append(record)

    def report(self, report: MeetingReport) -> None:
        """Take a meeting report."""
        self._reports.append(report)

    def refuse(self, line: int, reason: str, excerpt: str | Iterable[str] = "") -> None:
        """Keep a row out, with the reason."""
        text = excerpt if isinstance(excerpt, str) else ", ".join(cell for cell in excerpt if cell)
        self._refusals.append(Refusal(line, reason, shortened(text)))

    def note(self, text: str) -> None:
        """Remember something worth telling; the same words are told once."""
        self._notes.setdefault(text)

    def ask(self, question: Question) -> None:
        """Remember something that the file leaves open; one question of a kind for one place."""
        self._questions.setdefault((question.kind, question.place), question)

    def text(self, value: str, *, line: int, what: str, limit: int = MAX_TEXT) -> str:
        """Return text fit to keep: no NUL, no lone surrogate, at most ``limit`` characters."""
        if value.isascii():
            clean = value.replace("\0", "�") if "\0" in value else value
        else:
            clean = "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in value)
        if len(clean) <= limit:
            return clean
        self.note(f"line {line}: {what} was cut to {limit} characters")
        return clean[:limit]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was taken and nothing refused."""
        return not (self._records or self._reports or self._refusals)

    def intake(self, format: Format) -> Intake:  # noqa: A002 - the name of the option
        """Return all of it, frozen."""
        return Intake(
            format=format,
            records=tuple(self._records),
            reports=tuple(self._reports),
            refusals=tuple(self._refusals),
            notes=tuple(self._notes),
            questions=tuple(self._questions.values()),
        )


def shortened(text: str, limit: int = _EXCERPT) -> str:
    """Return the beginning of a text on one line.

    >>> shortened("a\\nb" * 3, 4)
    'a b…'
    """
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"

"""From the cells of a meeting export to attendees: what all meeting platforms have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.intake.addresses import is_address
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.meeting_reports import Attendee
from sessiontui.intake.rows import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.moments import Moment
    from sessiontui.intake.timeline import Timeline

NOTHING: Final = frozenset({"", "-", "--", "—", "–", "n/a", "na", "null", "none"})
"""What exports write, in any case, where they have nothing to say."""

_YES: Final = frozenset(
    fold(word)
    for word in ("yes", "y", "true", "1", "oui", "sí", "sim", "ja", "tak", "да", "예", "はい", "是", "evet")
)
_ORIGINAL: Final = re.compile(r".+?[ \t]*[(（]([^()（）]+)[)）]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One row of an export, taken apart but not yet placed in time; ``seconds`` is what the row states."""

    line: int
    name: str
    original_name: str | None = None
    email: str | None = None
    external_id: str | None = None
    join: Moment | None = None
    leave: Moment | None = None
    seconds: int | None = None
    role: str | None = None
    guest: bool | None = None


def attendee_of(stay: Stay, timeline: Timeline) -> Attendee:
    """Place a row in time. Clock times win over the stated duration where there are both."""
    joined, left = timeline.interval(stay.join, stay.leave, stay.seconds)
    if joined is None:
        left = None
    contradictory = joined is not None and left is not None and left < joined
    seconds = stay.seconds
    if contradictory:
        seconds = 0
    elif joined is not None and left is not None:
        seconds = whole_seconds(left - joined)
    return placed(stay, joined, left, seconds, contradictory=contradictory)


def placed(
    stay: Stay,
    joined: datetime | None,
    left: datetime | None,
    seconds: int | None,
    *,
    contradictory: bool = False,
) -> Attendee:
    """Return the attendee of a row whose interval is known."""
    return Attendee(
        line=stay.line,
        name=stay.name,
        original_name=stay.original_name,
        email=stay.email,
        external_id=stay.external_id,
        joined_at=joined,
        left_at=left,
        seconds=seconds,
        role=stay.role,
        guest=stay.guest,
        contradictory=contradictory,
    )


def window_of(attendees: Iterable[Attendee]) -> tuple[datetime | None, datetime | None]:
    """Return the earliest arrival and the latest departure of those rows that do not contradict themselves."""
    rows = [row for row in attendees if row.joined_at is not None]
    sound = [row for row in rows if not row.contradictory] or rows
    starts = [row.joined_at for row in sound if row.joined_at is not None]
    ends = starts + [row.left_at for row in sound if row.left_at is not None]
    return min(starts, default=None), max(ends, default=None)


def address_of(cell: str, line: int, findings: Findings) -> str | None:
    """Return the e-mail address in a cell; one that is none is left out with a note."""
    if cell.casefold() in NOTHING:
        return None
    if is_address(cell):
        return cell
    findings.note(f"line {line}: {cell[:60]!r} is not an e-mail address and was left out")
    return None


def name_of(cell: str, line: int, findings: Findings) -> str:
    """Return a name on one line, cut to a sane length."""
    return findings.text(" ".join(cell.split()), line=line, what="the name", limit=MAX_TITLE)


def original_of(name: str) -> str | None:
    """Return the account's name that stands in brackets behind the name shown in the meeting.

    >>> original_of("015_Loki (Loki Laufeyson)"), original_of("Ana")
    ('Loki Laufeyson', None)
    """
    found = _ORIGINAL.fullmatch(name)
    return found[1].strip() if found else None


def yes_or_no(cell: str) -> bool | None:
    """Return what a yes-or-no cell says in the languages of exports, ``None`` if nothing."""
    if cell.casefold() in NOTHING:
        return None
    return fold(cell) in _YES


def whole_seconds(length: timedelta) -> int:
    """Return a length of time in whole seconds, rounded down."""
    return length // timedelta(seconds=1)

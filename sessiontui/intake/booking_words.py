"""The words of tables of past bookings: what columns are called, and how cells say whether somebody came.

An unknown heading makes its column ignored, never guessed; an unknown word of an outcome refuses its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sessiontui.intake.rows import Row, fold


class Column(StrEnum):
    """What a column of such a table holds."""

    PERSON = "who"
    BOOKED = "booked at"
    START = "starts at"
    CLOCK = "time of day"
    CAME = "came"
    AWAY = "stayed away"


# Names without case, accents, spaces and marks; where several columns have one, the one that stands first here.
_NAMES: Final[dict[Column, tuple[str, ...]]] = {
    Column.PERSON: (
        "personid", "patientid", "userid", "clientid", "customerid", "memberid", "studentid", "idstudent",
        "participantid", "guestid", "attendeeid", "inviteeid", "person", "patient", "user", "client", "customer",
        "member", "student", "participant", "guest", "attendee", "invitee", "email", "inviteeemail", "name",
    ),
    Column.BOOKED: (
        "bookedat", "bookedon", "booked", "bookingdate", "bookingtime", "bookingdatetime", "scheduledday",
        "scheduledat", "scheduledon", "scheduleddate", "requestedat", "requested", "requestdate", "registeredat",
        "registered", "registrationdate", "registrationtime", "appointmentregistration", "reservedat",
        "reservationdate", "createdat", "created", "createdon", "creationdate", "creationtime",
        "eventcreateddatetime", "invitedat",
    ),
    Column.START: (
        "startsat", "startat", "start", "starttime", "startdatetime", "startdate", "sessionstart", "sessiondate",
        "sessionat", "appointmentday", "appointmentdate", "appointmentdata", "appointmentat", "appointmentdatetime",
        "appointmenttime", "appointment", "beginsat", "begin", "begins", "classdate", "visitdate", "eventdate",
        "eventstart", "startdateandtime", "duedate", "due", "dueat", "datetime", "date", "day", "when",
    ),
    Column.CLOCK: ("time", "timeofday", "clock", "starthour", "appointmenthour", "hourofday"),
    Column.CAME: (
        "shown", "shownornot", "show", "showed", "showedup", "showup", "came", "attended", "attendance", "present",
        "presence", "seen", "checkedin", "arrived", "joined", "handedin", "submitted", "outcome", "status",
    ),
    Column.AWAY: (
        "noshow", "isnoshow", "markedasnoshow", "missed", "absent", "didnotattend", "didnotcome", "dna", "away",
        "stayedaway",
    ),
}  # fmt: skip

_CAME: Final = frozenset(
    ("attended", "came", "present", "show", "showed", "showedup", "showup", "shown", "seen", "completed", "complete",
     "arrived", "fulfilled", "checkedin", "late", "partial", "kept", "joined", "submitted", "handedin", "done")
)  # fmt: skip
_AWAY: Final = frozenset(
    ("noshow", "missed", "absent", "didnotattend", "didntattend", "dna", "didnotcome", "notattended", "notshown",
     "away", "stayedaway", "failedtoattend", "nothandedin")
)  # fmt: skip
_NEITHER: Final = frozenset(
    ("", "cancelled", "canceled", "rescheduled", "excused", "unknown", "pending", "scheduled", "confirmed",
     "approved", "withdrawn", "rejected", "na", "nan", "none", "null")
)  # fmt: skip
"""What says nothing of whether somebody who was expected came."""

_YES: Final = frozenset(("yes", "y", "true", "t", "1", "10", "x", "ja", "si", "oui", "sim"))
_NO: Final = frozenset(("no", "n", "false", "f", "0", "00", "nein", "non", "nao"))
"""Bare answers, squeezed: ``1.0`` reads as 10, which no column of answers holds otherwise."""

_MARKS: Final = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """Return a name as it is compared: without case, accents, spaces and marks.

    >>> squeezed("No-show"), squeezed("PatientId"), squeezed("booked_at")
    ('noshow', 'patientid', 'bookedat')
    """
    return _MARKS.sub("", fold(text))


def outcome(text: str, column: Column) -> bool | None:
    """Return whether somebody came, ``None`` where the cell does not say; ``ValueError`` for an unknown word.

    >>> outcome("Yes", Column.AWAY), outcome("no-show", Column.CAME), outcome("1", Column.CAME)
    (False, False, True)
    """
    word = squeezed(text)
    if word in _NEITHER:
        return None
    if word in _CAME or word in _AWAY:
        return word in _CAME
    if word in _YES or word in _NO:
        return (word in _YES) is (column is Column.CAME)
    raise ValueError(text)


class _Headings:
    """All names that a column may have, however they are written; it stands for a collection of folded headings."""

    def __contains__(self, heading: object) -> bool:
        return isinstance(heading, str) and _column_of(squeezed(heading)) is not None

    def __iter__(self) -> Iterator[str]:
        return (name for names in _NAMES.values() for name in names)

    def __len__(self) -> int:
        return sum(map(len, _NAMES.values()))


HEADINGS: Final = _Headings()
"""Every heading that means something here, for finding the delimiter."""


def _column_of(name: str) -> Column | None:
    return next((column for column, names in _NAMES.items() if name in names), None)


def columns_of(row: Row) -> dict[Column, int]:
    """Return which cell of a heading names which column; of two outcomes the one that tells who came counts."""
    names = [squeezed(cell) for cell in row.cells]
    found: dict[Column, int] = {}
    for column, known in _NAMES.items():
        name = next((name for name in known if name in names), None)
        if name is not None:
            found[column] = names.index(name)
    if Column.CAME in found and Column.AWAY in found:
        del found[Column.AWAY]
    return found
